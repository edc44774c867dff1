"""Puts the kinds together: lines of the table and the vendor's models make a catalogue."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from botocore.model import Shape as VendorShape

from builder import deleting, details, identity, items, links, permissions, tagging, vendor
from builder.members import Members
from builder.subject import Subject, operations
from builder.words import first_sentence, noun_of
from resotolib.errors import ModelError
from resotolib.kinds.base import base_kinds
from resotolib.kinds.kind import Call, Collected, Deletion, Detail, Extent, Kind, Person, Reading, Tags
from resotolib.kinds.names import Names
from resotolib.kinds.table import Line


@dataclass
class Build:
    """What a build makes, and what it left out because it looks like a secret, by kind."""

    kinds: list[Kind] = field(default_factory=list)
    secrets: dict[str, list[str]] = field(default_factory=dict)


def build(
    lines: Iterable[Line], own: Iterable[Kind], frozen: Iterable[Kind] = (), foreign: Iterable[Kind] = ()
) -> Build:
    """The kinds of a table's lines. `own`: kinds that the plugin declares itself; `frozen`: kinds whose names stay.

    `foreign`: kinds of other clouds, whose properties have their types already. Raises ModelError, naming the line, for
    what can be neither derived nor read in the table.
    """
    taken = [*base_kinds(), *own]
    names = Names(frozen, [*taken, *foreign])
    every = {kind.name: kind for kind in taken}
    made = Build()
    for line in lines:
        assembly = Assembly(line, names, every)
        every[line.kind] = assembly.kind()
        made.kinds.append(every[line.kind])
        if assembly.members.secrets:
            made.secrets[line.kind] = sorted(assembly.members.secrets)
    return replace(made, kinds=list(without_unknown(made.kinds, every)))


def without_unknown(kinds: Iterable[Kind], every: Mapping[str, Kind]) -> Iterator[Kind]:
    """The kinds without their edges to kinds that there are not: derived ones may name such."""
    for kind in kinds:
        yield replace(kind, edges=tuple(edge for edge in kind.edges if edge.kind in every))


class Assembly:
    """One line on its way to a kind."""

    def __init__(self, line: Line, names: Names, every: Mapping[str, Kind]) -> None:
        self.line = line
        short = line.kind.removeprefix("aws_")
        self.noun = line.get("noun", short.removeprefix(f"{line.service.replace('-', '_')}_"))
        self.vendor_noun = line.get("vendor", noun_of(line.operation) if line.operation != "-" else "")
        self.bases = ("aws_resource", *line.names("base"))
        self.listing, listed = self._list()
        self.detail, completed = details.find(line, self.vendor_noun, listed)
        self.elements = [shape for shape in (listed, completed) if shape is not None]
        self.members = Members(line, self.noun, self.vendor_noun, self.elements, names=names, every=every)

    def kind(self) -> Kind:
        """The kind. Raises ModelError for what can be neither derived nor read in the line."""
        line, members = self.line, self.members
        who = identity.find(line, self.vendor_noun, members.known, plain_items=not members.known)
        for path in (*dataclasses.astuple(who), *(edge.path for edge in line.edges), line.get("tags")):
            members.must_have(path)
        properties = members.properties(who, self.bases)
        subject = Subject(line, self.vendor_noun, who, {one.path.removesuffix("[]"): one.name for one in properties})
        tags, deletion = tagging.find(subject, members.known), deleting.find(subject)
        shapes = members.shapes(properties)
        linked = line.options.get("links") != "-"
        return Kind(
            name=line.kind,
            bases=self.bases,
            cloud="aws",
            service=line.service,
            title=line.get("title", f"{vendor.title(line.service)} {self.noun}").replace("_", " "),
            text=next((text for text in map(_text, self.elements) if text), ""),
            extent=cast("Extent", line.get("extent", "global" if vendor.is_global(line.service) else "regional")),
            properties=properties,
            shapes=shapes,
            identity=who,
            reading=Reading(self.listing, self.detail, line.get("parent"), line.get("hook")),
            edges=(*line.edges, *(links.find(line.kind, properties, shapes, line.edges) if linked else ())),
            tags=tags,
            deletion=deletion,
            permissions=_permissions(line, self.listing, self.detail, tags, deletion),
            person=Person("cloud", tuple(line.names("person"))) if line.names("person") else None,
            collected=cast("Collected", line.get("collected", "always")),
        )

    def _list(self) -> tuple[Call | None, VendorShape | None]:
        """The call that lists and the shape of an item; without a call, the shape that the hook makes."""
        line = self.line
        operation = line.get("like") or line.operation
        if operation == "-":
            return None, None
        model = vendor.operation(line.service, operation)
        path, params = line.get("items", items.find(model)), line.params("params") or {}
        lacking = [name for name in vendor.required(model) if name not in params]
        if model.output_shape is None or not path or lacking:
            raise ModelError(line.where, f"{operation} needs items= or params= ({', '.join(lacking)}).")
        shape = vendor.walk(model.output_shape, path)
        return (None if line.get("like") else Call(line.service, operation, params, path)), shape


def _text(shape: VendorShape) -> str:
    return first_sentence(shape.documentation) if shape.type_name == "structure" else ""


def _permissions(
    line: Line, listing: Call | None, detail: Detail | None, tags: Tags | None, deletion: Deletion | None
) -> dict[str, tuple[str, ...]]:
    """IAM actions by purpose: those of the calls, and those that the table says hooks need."""
    hooked = [(name if "." in name else f"{line.service}.{name}").split(".") for name in line.names("hook_needs")]
    read = tags.read if tags else None
    found = {
        "collect": [
            *operations([listing, detail.call if detail else None, read]),
            *((one[0], one[1]) for one in hooked),
        ]
    }
    if tags and (tags.update or tags.hook):
        changing = [(line.service, name) for name in line.names("tag_needs")]
        found["tag"] = [*operations([tags.update, tags.remove, read]), *changing]
    if deletion:
        found["delete"] = [*operations([deletion.call]), *((line.service, name) for name in line.names("pre_needs"))]
    return {purpose: permissions.actions(wanted) for purpose, wanted in found.items()}
