"""How the operations in use are called: the table that is shipped in place of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resoto_plugin_gcp.kinds.methods import Method

from gcp_builder import documents
from gcp_builder.documents import Document, Operation
from resotolib.kinds.kind import Call, Kind

_CHANGING = ("get", "delete", "setLabels", "setResourceLabels", "patch", "update")
_ENGINE = {
    "compute": ("{zone,region,global}Operations.{get,wait}", "projects.get"),
    "serviceusage": ("services.list", "services.get"),
    "cloudresourcemanager": (
        "projects.{search,list,get}",
        "folders.{search,list,get}",
        "organizations.{search,get}",
    ),
    "cloudasset": ("assets.list",),
}
"""What the collector itself calls, beside the calls of kinds."""

_REGIONAL = frozenset({"aiplatform"})
"""Services whose regional resources have hosts of their own."""


def methods(kinds: Iterable[Kind]) -> list[Method]:
    """What the calls of the kinds and of the collector need, by service and operation."""
    found: dict[tuple[str, str], Method] = {}
    for service, name in sorted({*_of_engine(), *_of_kinds(kinds)}):
        document = documents.load(service)
        found[service, name] = _method(document, document.operation(name))
    return list(found.values())


def _method(document: Document, operation: Operation) -> Method:
    root = document.root
    if document.service in _REGIONAL:
        root = root.replace("https://", "https://{location}-")
    query = sorted(name for name, part in operation.parameters.items() if part.get("location") == "query")
    return Method(
        operation.service,
        operation.name,
        operation.http,
        root,
        operation.path,
        tuple(query),
        paged="pageToken" in operation.parameters,
        response=operation.response,
    )


def _of_engine() -> Iterator[tuple[str, str]]:
    for service, patterns in _ENGINE.items():
        for pattern in patterns:
            yield from ((service, name) for name in _expand(pattern))


def _expand(pattern: str) -> list[str]:
    head, brace, rest = pattern.partition("{")
    if not brace:
        return [pattern]
    inner, _, tail = rest.partition("}")
    return [head + word + more for word in inner.split(",") for more in _expand(tail)]


def _of_kinds(kinds: Iterable[Kind]) -> Iterator[tuple[str, str]]:
    for kind in kinds:
        for call in _calls(kind):
            yield call.service, call.operation
            yield from _helpers(call)
        if kind.deletion or (kind.tags and kind.tags.update):
            yield from _variants(kind)


def _calls(kind: Kind) -> Iterator[Call]:
    reading, tags = kind.reading, kind.tags
    calls = (
        reading.list if reading else None,
        reading.detail.call if reading and reading.detail else None,
        tags.read if tags else None,
        tags.update if tags else None,
        kind.deletion.call if kind.deletion else None,
    )
    yield from (call for call in calls if call is not None)


def _helpers(call: Call) -> Iterator[tuple[str, str]]:
    """Where its service is, and how its operations are watched."""
    names = (
        "projects.locations.list",
        "projects.locations.operations.get",
        "operations.get",
        "projects.operations.get",
    )
    known = documents.load(call.service).operations
    yield from ((call.service, name) for name in names if name in known)


def _variants(kind: Kind) -> Iterator[tuple[str, str]]:
    """What does the same to resources of this kind in other places: `disks.delete`, `regionDisks.delete`."""
    reading = kind.reading
    source = kind.deletion.call if kind.deletion else kind.tags.update if kind.tags else None
    if reading is None or source is None:
        return
    document = documents.load(source.service)
    for operation in documents.alike(document, source.operation.rpartition(".")[0]):
        for verb in _CHANGING:
            if f"{operation.collection}.{verb}" in document.operations:
                yield source.service, f"{operation.collection}.{verb}"
