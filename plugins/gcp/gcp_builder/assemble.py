"""Puts the kinds together: lines of the table and Google's documents make a catalogue."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from gcp_builder import changing, documents, identity, links, listing, permissions
from gcp_builder.documents import Operation, Schema
from gcp_builder.links import Nouns
from gcp_builder.members import Members
from gcp_builder.nouns import noun_of
from resotolib.errors import ModelError
from resotolib.kinds.kind import Call, Collected, Deletion, Detail, Extent, Kind, Reading, Tags
from resotolib.kinds.names import Names
from resotolib.kinds.table import Line

_PLACES = frozenset({"region", "location", "locationId"})
"""Members that say where a resource is, when its name does not."""


@dataclass
class Build:
    """What a build makes, and what it left out because it looks like a secret, by kind."""

    kinds: list[Kind] = field(default_factory=list)
    secrets: dict[str, list[str]] = field(default_factory=dict)


def build(
    lines: Iterable[Line], known: Iterable[Kind], frozen: Iterable[Kind] = (), taken: Iterable[Kind] = ()
) -> Build:
    """The kinds of these lines. `known`: kinds that they may refer to; `frozen`: kinds whose names stay.

    `taken`: kinds of other clouds, whose properties have their types already. Raises ModelError, naming the line, for
    what can be neither derived nor read in the table.
    """
    known = list(known)
    names = Names(frozen, [*known, *taken])
    every = {kind.name: kind for kind in known}
    assemblies = []
    for line in lines:
        assemblies.append(_Assembly(line, names, every))
        every[line.kind] = assemblies[-1].kind(every)
    nouns = Nouns(every.values())
    kinds = [one.linked(every[one.line.kind], nouns, every) for one in assemblies]
    secrets = {one.line.kind: sorted(one.members.secrets) for one in assemblies if one.members.secrets}
    return Build(kinds, secrets)


class _Assembly:
    """One line on its way to a kind."""

    def __init__(self, line: Line, names: Names, every: Mapping[str, Kind]) -> None:
        self.line = line
        self.document = documents.load(line.service)
        self.noun = line.get("noun", noun_of(line))
        self.bases = ("gcp_resource", *line.names("base"))
        self.listing = listing.call(self.document, line)
        self.source = self._source()
        self.element = self._element()
        self.members = Members(line, self.noun, self.document, self.element, names=names, every=every)

    def _source(self) -> Operation | None:
        """The operation that says what the items are like."""
        name = self.line.get("like") or self.line.operation
        return None if name == "-" else self.document.operation(name)

    def _element(self) -> Schema:
        if self.source is None:
            raise ModelError(self.line.where, "nothing says what the items are like: say like=.")
        path = self.listing.items if self.listing else self.line.get("items")
        return listing.element(self.document, self.source, path)

    def kind(self, every: Mapping[str, Kind]) -> Kind:
        line, members, document = self.line, self.members, self.document
        who = identity.find(line, document, members.known, self.source)
        label_path = changing.label_path(document, line, self.element)
        for path in (*dataclasses.astuple(who), *(edge.path for edge in line.edges), label_path):
            members.must_have(path)
        properties = members.properties(who, self.bases, label_path)
        tags = changing.labels(document, line, self.source, label_path)
        deletion = changing.deletion(document, line, self.source, self.element, properties)
        detail = self._detail()
        return Kind(
            name=line.kind,
            bases=self.bases,
            cloud="gcp",
            service=line.service,
            title=line.get("title", f"{line.get('called', line.service)} {self.noun}").replace("_", " "),
            text=document.resolve(self.element).get("text", ""),
            extent=cast("Extent", line.get("extent", self._extent(every))),
            properties=properties,
            shapes=members.shapes(properties),
            identity=who,
            reading=Reading(self.listing, detail, line.get("parent"), line.get("hook")),
            edges=tuple(line.edges),
            tags=tags,
            deletion=deletion,
            permissions=_permissions(line, [self.listing, detail.call if detail else None], tags, deletion),
            collected=cast("Collected", line.get("collected", "always")),
        )

    def linked(self, kind: Kind, nouns: Nouns, every: Mapping[str, Kind]) -> Kind:
        """The same kind with its edges to those that there are."""
        wanted = self.line.options.get("links") != "-"
        found = links.find(kind, self.document, self.element, nouns) if wanted else []
        part = links.part(kind)
        return replace(kind, edges=(*kind.edges, *part, *(edge for edge in found if edge.kind in every)))

    def _detail(self) -> Detail | None:
        name = self.line.get("detail")
        if not name:
            return None
        self.document.operation(name)
        return Detail(Call(self.document.service, name, self.line.params("detail_params") or {}))

    def _paths(self) -> list[str]:
        """Where one resource is read: in each place that an aggregated list reads, else in that of the list."""
        if self.source is None:
            return []
        getters = list(documents.alike(self.document, self.source.collection))
        own = [one for one in getters if one.collection == self.source.collection]
        found = getters if self.source.verb == "aggregatedList" else own
        return [one.template for one in found] or [self.source.template]

    def _extent(self, every: Mapping[str, Kind]) -> str:
        """Where the resources are: the path they are listed or read at says so, a member, or what they are part of."""
        paths = " ".join(self._paths())
        if "/zones/" in paths:
            return "zonal"
        parent = every.get(self.line.get("parent"))
        within = parent is not None and parent.extent != "global"
        places = self.line.service != "compute" and not _PLACES.isdisjoint(self.members.known)
        return "regional" if within or places or re.search("/(regions|locations)/", paths) else "global"


def _permissions(
    line: Line, reading: Iterable[Call | None], tags: Tags | None, deletion: Deletion | None
) -> dict[str, tuple[str, ...]]:
    """Permissions by purpose."""
    hooked = [Call(line.service, name) for name in line.names("hook_needs")]
    found = {"collect": permissions.permissions([*reading, *hooked])}
    if tags and tags.update:
        found["tag"] = permissions.changing([tags.read, tags.update])
    if deletion:
        before = [Call(line.service, name) for name in line.names("pre_needs")]
        found["delete"] = permissions.changing([permissions.look(deletion.call), *before, deletion.call])
    return {purpose: names for purpose, names in found.items() if names or purpose == "collect"}
