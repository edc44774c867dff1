"""The override table: one line a kind, and below it what the models do not say.

    [service option=value …]              the service of the following kinds, and options for all of them
    kind  Operation  option=value …       one kind
      name = path [: type]                a property under a fixed name
      < kind path [first|last] [by=…]     default edge from the other kind to this one
      > kind path [first|last] [by=…]     default edge from this kind to the other one
      - kind path first|last [by=…]       delete edge only

`first`: this resource is deleted before the other, `last`: after it. An operation `-` lists nothing (a hook does).
Options are listed in `OPTIONS`; their values have no blanks, and `-` as a value means that there is none. In
`delete_params`, `$member.X` is the property that is read from the member X.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from resotolib.errors import ModelError
from resotolib.kinds.kind import EdgeRule, Match

OPTIONS = {
    "base": "provider-neutral kinds, with commas",
    "noun": "what the names of properties start with (default: the kind's name without cloud and service)",
    "like": "operation whose items the hook makes, where the list operation is -",
    "vendor": "what the vendor calls it, as in the names of its operations (default: from the list operation)",
    "items": "path to the items in the answer of the list call",
    "params": "parameters of the list call, as JSON",
    "parent": "kind that this one is listed from",
    "id": "path",
    "name": "path",
    "arn": "path, or a template",
    "ctime": "path",
    "mtime": "path",
    "atime": "path",
    "zone": "path",
    "detail": "operation that completes an item",
    "detail_params": "its parameters, as JSON",
    "detail_items": "path in its answer",
    "batch": "how many items it takes a call",
    "tags": "path to the tags in an item",
    "tag_read": "operation that reads tags",
    "tag_read_params": "its parameters, as JSON",
    "tag_items": "path to the tags in its answer",
    "tag": "operation that sets tags",
    "tag_params": "its parameters, as JSON",
    "untag": "operation that removes tags",
    "untag_params": "its parameters, as JSON",
    "one_by_one": "yes: a call for each tag",
    "tag_hook": "hook that changes tags",
    "tag_needs": "operations that this hook calls, with commas, for the policy",
    "delete": "operation that deletes",
    "delete_params": "parameters beside or in place of the derived ones, as JSON",
    "pre": "hook to run before deleting",
    "pre_needs": "operations that this hook calls, with commas, for the policy",
    "gone": "property:value,value… of what is deleted already",
    "hook": "hook that completes or makes the items",
    "hook_needs": "operations that the hook calls, with commas, for the policy",
    "extent": "global, regional or zonal",
    "drop": "members that do not become properties, with commas",
    "only": "the only members that become properties, with commas",
    "keep": "members that look like secrets and are none, with commas",
    "person": "paths below reported to the e-mail address of the person that this is, with commas",
    "links": "-: no edges by the names of members",
    "title": "words for people, _ for a blank",
}
_JSON = frozenset({"params", "detail_params", "tag_read_params", "tag_params", "untag_params", "delete_params"})
_PROPERTY = re.compile(r"(?P<name>[a-z0-9_]+) += +(?P<path>\S*)( +: +(?P<type>.+))?")
_EDGE = re.compile(
    r"(?P<way>[<>-]) +(?P<kind>\S+)( +(?P<path>(?!first|last|by=)\S+))?(?P<words>( +(first|last|by=\w+))*)"
)


@dataclass
class Line:
    """What the table says about one kind."""

    kind: str
    service: str
    operation: str
    where: str
    options: dict[str, str] = field(default_factory=dict)
    properties: list[tuple[str, str, str]] = field(default_factory=list)
    edges: list[EdgeRule] = field(default_factory=list)

    def get(self, option: str, derived: str = "") -> str:
        """The option's value, or what was derived; "" for "-"."""
        value = self.options.get(option, derived)
        return "" if value == "-" else value

    def names(self, option: str) -> list[str]:
        """A value with commas as a list."""
        return [name for name in self.get(option).split(",") if name]

    def params(self, option: str) -> dict[str, Any] | None:
        """A JSON value; None when the table does not say."""
        return cast("dict[str, Any]", json.loads(self.options[option])) if option in self.options else None


def read(path: Path) -> list[Line]:
    """The lines of a table. Raises ModelError naming file and line of what cannot be understood."""
    lines: list[Line] = []
    service, shared = "", {}
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text, where = re.sub(r"(^|\s)#.*", "", raw).rstrip(), f"{path.name}:{number}"
        if text.startswith("["):
            service, *options = text.strip("[]").split()
            shared = _options(options, where)
        elif text.startswith(" "):
            _belonging(lines[-1], text.strip(), where)
        elif text:
            kind, operation, *options = text.split()
            lines.append(Line(kind, service, operation, where, {**shared, **_options(options, where)}))
    return lines


def _options(words: list[str], where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if name not in OPTIONS or not sign:
            raise ModelError(where, f"{word!r} is no option.")
        if name in _JSON:
            json.loads(value)
        found[name] = value
    return found


def _belonging(line: Line, text: str, where: str) -> None:
    edge, found = _EDGE.fullmatch(text), _PROPERTY.fullmatch(text)
    if edge:
        line.edges.append(_edge(edge))
    elif found:
        line.properties.append((found["name"], found["path"], found["type"] or ""))
    else:
        raise ModelError(where, f"{text!r} is neither a property nor an edge.")


def _edge(found: re.Match[str]) -> EdgeRule:
    words = found["words"].split()
    delete: Literal["", "this_first", "other_first"] = ""
    if "first" in words or "last" in words:
        delete = "this_first" if "first" in words else "other_first"
    match = next((word[3:] for word in words if word.startswith("by=")), "any" if found["path"] else "all")
    way = found["way"]
    return EdgeRule(
        found["kind"], found["path"] or "", cast("Match", match), outgoing=way == ">", default=way != "-", delete=delete
    )
