"""Fetches Google's discovery documents anew, and leaves out their prose: `python -m tests.fakes.gcp.refresh`.

They are taken out of the wheel of google-api-python-client, through pip; that package itself is not installed.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from tests.fakes.gcp.document import FOLDER
from tests.fakes.gcp.services import SERVICES

PACKAGE = "google-api-python-client==2.202.0"
INSIDE = "googleapiclient/discovery_cache/documents"

PROSE = frozenset(
    [
        "annotations",
        "auth",
        "canonicalName",
        "description",
        "documentationLink",
        "endpoints",
        "enumDeprecated",
        "enumDescriptions",
        "etag",
        "externalDocs",
        "fullyEncodeReservedExpansion",
        "icons",
        "mtlsRootUrl",
        "ownerDomain",
        "ownerName",
        "scopes",
        "title",
    ]
)
NAMES = frozenset({"methods", "parameters", "properties", "resources", "schemas"})
"""Maps whose keys are names that Google chose: one called `description` is not prose."""


SAID_ELSEWHERE = frozenset({"securitycenter.projects.sources.findings.list"})
"""Methods that take a `-` by Google's reference, whose documents have no prose at all."""

_SENTENCE = re.compile(r"(.+?(?<!e\.g)(?<!i\.e)(?<! etc)[.!?])(?:\s|$)")
_DASH = re.compile(r"""/-(?![\w-])|[`'"]-[`'"]|character - """)


def takes_all(name: str, method: dict[str, Any]) -> bool:
    """Whether the prose of a list method allows `-` in place of a parent, for all of them.

    What is said about operations is the same prose in all services, whether they take a `-` or not; but for GKE's own.
    """
    texts = [method.get("description", ""), *(part.get("description", "") for part in method["parameters"].values())]
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.:;])\s", text) if _DASH.search(sentence)]
    known = [sentence for sentence in sentences if not re.search(r"cannot be|avoid|NOT", sentence)]
    if method["id"] in SAID_ELSEWHERE:
        return True
    shared = ".operations." in method["id"] and not method["id"].startswith("container.")
    return name.lower().startswith("list") and not shared and bool(known)


def mark(node: Any) -> None:
    """Write down at the list methods what only their prose says: `wildcard`, that they take a `-`."""
    for name, method in node.get("methods", {}).items():
        if "parameters" in method and takes_all(name, method):
            method["wildcard"] = True
    for below in node.get("resources", {}).values():
        mark(below)


def shorten(document: dict[str, Any]) -> None:
    """Write down at the types of resources the first sentence of what is said about them: `text`."""
    for schema in document["schemas"].values():
        if not {"id", "name", "selfLink"}.isdisjoint(schema.get("properties", {})):
            text = " ".join(schema.get("description", "").split())
            found = _SENTENCE.match(text)
            schema["text"] = found[1] if found else text


def stripped(value: Any, *, names: bool = False) -> Any:
    """The document without what only people read."""
    if isinstance(value, dict):
        kept = value.items() if names else [(key, part) for key, part in value.items() if key not in PROSE]
        return {key: stripped(part, names=key in NAMES and not names) for key, part in kept}
    if isinstance(value, list):
        return [stripped(part) for part in value]
    return value


def write(wheel: Path, folder: Path) -> int:
    """Write the documents of all services; answers how many bytes they are."""
    total = 0
    with zipfile.ZipFile(wheel) as archive:
        for service, version in SERVICES.items():
            document = json.loads(archive.read(f"{INSIDE}/{service}.{version}.json"))
            mark(document)
            shorten(document)
            text = json.dumps(stripped(document), separators=(",", ":"), sort_keys=True)
            packed = gzip.compress(text.encode(), 9, mtime=0)
            (folder / f"{service}.{version}.json.gz").write_bytes(packed)
            total += len(packed)
        text_of_license = next(name for name in archive.namelist() if name.endswith("LICENSE"))
        (folder / "LICENSE").write_bytes(archive.read(text_of_license))
    return total


def main() -> None:
    """Download, strip, write."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--dest", folder, PACKAGE], check=True)
        for old in FOLDER.glob("*.json.gz"):
            old.unlink()
        total = write(next(Path(folder).glob("*.whl")), FOLDER)
    print(f"{len(SERVICES)} documents, {total:,} bytes")


if __name__ == "__main__":
    main()
