"""Lines for what the documents can list and the table does not speak about: the second catalogue.

A type that a project's lists return is a kind, named after its schema. It is read like any other: per project, per
location, or per resource of the kind whose path its own path begins with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gcp_builder import documents, identity, listing
from gcp_builder.documents import Document, Operation
from gcp_builder.words import bare, singular, snake
from resotolib.errors import ModelError
from resotolib.kinds.kind import Kind
from resotolib.kinds.table import Line

LEFT_OUT = frozenset({"cloudasset", "cloudresourcemanager", "iamcredentials", "serviceusage"})
"""Services whose lists are other services' resources, the hierarchy, or nothing."""

_NOT_RESOURCES = re.compile(
    r"(?i)operations\.list$|(^|\.)locations\.list$|^projects\.list|regionZones|usable|descriptors|monitoredResource|"
    r"projects\.timeSeries|tabledata|^entries|versions\.instances|uptimeCheckIps|hotTablets|sessions\.events|"
    r"recentQueries|ResizeRequests|projects\.assets|findings"
)
"""Lists of places, of what goes on, of data and of what other lists have."""

_ROOTS = ("projects/", "apps/", "b/")
_VARIABLE = re.compile(r"{\w+}")


@dataclass
class Found:
    """The lines, and the list methods that make no kind, with the reason."""

    lines: list[Line] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def find(table: Sequence[Line], kinds: Iterable[Kind]) -> Found:
    """What is left beside the kinds that the table makes."""
    options = {line.service: line.options for line in table}
    known = {kind.name: kind for kind in kinds}
    taken = {*known, *(line.kind for line in table)}
    parents = {**dict(_collections(known.values())), **dict(_further(table))}
    seen = {type_ for kind in known.values() for type_ in _type(kind)}
    for told in (line for line in table if line.operation != "-"):
        seen.add(_schema(documents.load(told.service), documents.load(told.service).operation(told.operation)))
    found = Found()
    for service in (name for name in documents.services() if name not in LEFT_OUT):
        document = documents.load(service)
        for operation in sorted(_lists(document), key=_by_reach):
            line = _line(document, operation, options.get(service, {}), seen)
            if line is None:
                continue
            problem = _complete(document, operation, line, parents)
            if problem:
                found.left_out[f"{service}.{operation.name}"] = problem
                continue
            seen.add(_schema(document, operation))
            if line.kind in taken:
                line.kind = f"gcp_{line.get('prefix', service)}_{_path_noun(operation)}"
                line.options["noun"] = line.kind.removeprefix("gcp_")
            taken.add(line.kind)
            found.lines.append(line)
            parents.setdefault((service, _shape(operation.template)), line.kind)
    return found


def _by_reach(operation: Operation) -> tuple[int, bool, str]:
    """The lists of a project before those of a part of it, those of all places before those of one."""
    return operation.template.count("/"), operation.verb != "aggregatedList", operation.name


def _lists(document: Document) -> Iterator[Operation]:
    """The methods that list what belongs to a project."""
    for one in document.operations.values():
        belongs = one.template.startswith(_ROOTS) or one.template == "b"
        if one.verb in ("list", "aggregatedList") and belongs and not _NOT_RESOURCES.search(one.name):
            yield one


def _line(
    document: Document, operation: Operation, shared: Mapping[str, str], seen: set[tuple[str, str]]
) -> Line | None:
    """A line for the type that a method lists, unless it is known by now."""
    service, schema = _schema(document, operation)
    if not schema or (service, schema) in seen:
        return None
    noun = _path_noun(operation) if schema.endswith("[]") else snake(bare(schema))
    prefix = "" if document.service == "compute" else f"{shared.get('prefix', document.service)}_"
    noun = noun if noun.startswith(prefix) else prefix + noun
    called = shared.get("called", document.service)
    options = {"noun": noun, "called": called, "collected": "full"}
    if "prefix" in shared:
        options["prefix"] = shared["prefix"]
    return Line(f"gcp_{noun}", document.service, operation.name, f"{document.service}.{operation.name}", options)


def _schema(document: Document, operation: Operation) -> tuple[str, str]:
    """The schema that a list's items have, with its service; "" when it lists no objects."""
    path = listing.items(document, operation)
    element = listing.element(document, operation, path) if path else {}
    is_object = document.resolve(element).get("type") == "object"
    return document.service, (element.get("$ref") or f"{operation.template}[]") if is_object else ""


def _complete(document: Document, operation: Operation, line: Line, parents: Mapping[tuple[str, str], str]) -> str:
    """Give the line its parent; answers why there can be no kind of it, or nothing."""
    above = _shape(operation.template).split("/")[:-1]
    parent = parents.get((document.service, "/".join(above[:-1])))
    if parent:
        line.options["parent"] = parent
    try:
        call = listing.call(document, line)
    except ModelError as error:
        return str(error)
    members = document.members(listing.element(document, operation, call.items if call else ""))
    who = identity.find(line, document, members, operation)
    return "" if who.id else "nothing identifies what it lists."


def _collections(kinds: Iterable[Kind]) -> Iterator[tuple[tuple[str, str], str]]:
    """Where the resources of kinds are, as paths of collections with `*` for what varies."""
    for kind in kinds:
        call = kind.reading.list if kind.reading else None
        if call is None:
            continue
        document = documents.load(call.service)
        operation = document.operation(call.operation)
        if not operation.template.endswith("}"):
            yield (call.service, _shape(operation.template)), kind.name
        for getter in documents.alike(document, operation.collection):
            yield (call.service, _shape(getter.template).rpartition("/")[0]), kind.name


def _further(table: Iterable[Line]) -> Iterator[tuple[tuple[str, str], str]]:
    """The same for lines of the table that make no kind yet."""
    for line in (line for line in table if line.get("collected") == "full"):
        operation = documents.load(line.service).operation(line.operation)
        yield (line.service, _shape(operation.template)), line.kind


def _shape(template: str) -> str:
    return _VARIABLE.sub("*", template)


def _type(kind: Kind) -> Iterator[tuple[str, str]]:
    """The schema that a kind's items have, with its service."""
    reading = kind.reading
    call = reading.list or (reading.detail.call if reading.detail else None) if reading else None
    if call is not None:
        document = documents.load(call.service)
        operation = document.operation(call.operation)
        element = listing.element(document, operation, call.items)
        yield kind.service, element.get("$ref") or f"{operation.template}[]"


def _path_noun(operation: Operation) -> str:
    """What the path calls it: `projects/*/queues/*/tasks` is a queue's task."""
    parts = [part for part in _shape(operation.template).split("/")[1:] if part not in ("*", "locations", "aggregated")]
    return "_".join(snake(singular(part)) for part in parts)
