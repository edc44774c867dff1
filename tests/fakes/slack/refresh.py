"""Writes schema.json anew from the npm package @slack/web-api: `python -m tests.fakes.slack.refresh FOLDER`."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from tests.fakes.slack.schema import PATH

_STRUCTURE = re.compile(
    r"export (?:declare )?(?:type|interface) (?P<name>\w+)(?: extends \w+)?(?: = (?:WebAPICallResult & )?)?\s*"
    r"\{(?P<body>.*?)(?:^|(?<=\{))\};?$",
    re.MULTILINE | re.DOTALL,
)
_MEMBER = re.compile(r"^ {4}(?P<name>\w+)\??: (?P<type>[^;]+);", re.MULTILINE)
_WORDS = re.compile(r"export (?:declare )?(?:type|enum) (?P<name>\w+) (?:= )?(?:[\"'][^\"']*[\"']|\s|\|)+;")


def types(text: str) -> dict[str, object]:
    """The types that a file declares: members by name, or `string` for lists of words."""
    found: dict[str, object] = {
        one["name"]: {member["name"]: member["type"].strip() for member in _MEMBER.finditer(one["body"])}
        for one in _STRUCTURE.finditer(text)
    }
    return found | {one["name"]: "string" for one in _WORDS.finditer(text)}


def main() -> None:
    """Take the methods that schema.json has already."""
    package = Path(sys.argv[1])
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    files = {path.name.removesuffix(".d.ts").lower(): path for path in package.glob("dist/types/response/*.d.ts")}
    methods: dict[str, object] = {}
    for method in json.loads(PATH.read_text(encoding="utf-8"))["methods"]:
        path = files[method.replace(".", "").replace("_", "").lower() + "response"]
        root = path.name.removesuffix(".d.ts")
        methods[method] = {"root": root, "types": types(path.read_text(encoding="utf-8"))}
    schema = {"source": f"@slack/web-api {version}", "methods": methods}
    PATH.write_text(json.dumps(schema, indent=1, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    main()
