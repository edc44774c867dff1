"""What Google's documents say about the calls of kinds, read with the reader of the test server."""

from __future__ import annotations

import re
from collections.abc import Iterator

from resoto_plugin_gcp.kinds import load_catalogue

from resotolib.kinds.kind import Call, Kind
from tests.fakes.gcp.document import Document, Method, load
from tests.fakes.gcp.schema import Json

_BINDING = re.compile(r"\{\$(\w+)[\w.]*\}")


def method(call: Call) -> Method:
    """The method that a call names. Raises KeyError for none."""
    known = {one.id.partition(".")[2]: one for one in load(call.service).methods}
    return known[call.operation]


def walk(document: Document, schema: Json, path: str) -> Json:
    """The schema of what is at a path. Raises KeyError for a step that is not there."""
    for step in filter(None, path.removesuffix("/").replace("[]", ".[]").split(".")):
        whole = document.schemas.resolve(schema)
        inner = {"[]": whole.get("items"), "*": whole.get("additionalProperties")}
        found = inner[step] if step in inner else whole.get("properties", {}).get(step)
        if found is None:
            raise KeyError(f"{step} in {path}")
        schema = found
    return schema


def answer(call: Call) -> Json:
    """The schema of what a call answers."""
    return {"$ref": method(call).response}


def source(kind: Kind) -> Call | None:
    """The call that the kind's items come from: the list, what describes one, or what describes a region."""
    reading = kind.reading
    assert reading is not None
    if reading.list is not None:
        return reading.list
    if reading.detail is not None:
        return reading.detail.call
    return Call("compute", "regions.get", items="quotas[]") if kind.name == "gcp_region_quota" else None


def item(kind: Kind) -> Json:
    """The schema of an item."""
    call = source(kind)
    assert call is not None
    return walk(load(call.service), answer(call), call.items)


def calls(kind: Kind) -> Iterator[Call]:
    """All calls of a kind."""
    reading, tags, deletion = kind.reading, kind.tags, kind.deletion
    found = (
        reading.list if reading else None,
        reading.detail.call if reading and reading.detail else None,
        tags.read if tags else None,
        tags.update if tags else None,
        deletion.call if deletion else None,
    )
    yield from (call for call in found if call is not None)


def links(kind: Kind) -> list[str]:
    """What links of such a resource look like, with `x` for all that varies: one for each scope of a project."""
    assert kind.identity is not None
    arn = kind.identity.arn
    if "$" in arn:
        reading = kind.reading
        above = links(load_catalogue()[reading.parent])[0] if reading and reading.parent else ""
        return [_BINDING.sub(lambda found: above if found[1] == "parent" else "x", arn)]
    call = source(kind)
    assert call is not None
    document, lister = load(call.service), method(call)
    own = [one for one in document.methods if one.name == "get" and one.resources == lister.resources]
    getters = [one for one in document.methods if one.name == "get" and own and one.response == own[0].response]
    templates = [one.template for one in getters if not one.template.startswith("locations/")]
    templates = templates or [f"{lister.template}/{{x}}"]
    return [re.sub(r"\{\w+\}", "x", template) for template in templates]
