"""Nodes as the core's cleanup query returns them."""

from __future__ import annotations

from typing import Any

from resotolib.clean.resource import Resource, parse


def node(name: str, *, clean: bool = True, kind: str = "thing", **more: Any) -> dict[str, Any]:
    """A node whose ids at the core and at the cloud are both `name`; `more` are sections, merged."""
    row: dict[str, Any] = {
        "id": name,
        "reported": {"kind": kind, "id": name, "name": name, "tags": {}},
        "metadata": {"cleaned": False},
        "ancestors": {
            level: {"reported": {"id": id_}}
            for level, id_ in (("cloud", "sky"), ("account", "a1"), ("region", "north"))
        },
    }
    if clean:
        row["desired"] = {"clean": True}
    for section, values in more.items():
        row.setdefault(section, {}).update(values)
    return row


def resource(name: str, *, clean: bool = True, **more: Any) -> Resource:
    """The same, parsed."""
    return parse(node(name, clean=clean, **more))
