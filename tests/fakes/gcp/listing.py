"""What list methods answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.fakes.gcp.call import Call
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.filters import matcher
from tests.fakes.gcp.hierarchy import visible
from tests.fakes.gcp.paging import cut
from tests.fakes.gcp.remembering import shown
from tests.fakes.gcp.schema import Checked, Json
from tests.fakes.gcp.seeding import compute_link
from tests.fakes.gcp.store import Resource

_SILENT = "There are no results for scope '{}' on this page."
_UNREACHABLE = "The scope '{}' could not be reached."


def list_resources(call: Call) -> Json:
    """One page of a collection."""
    document, method = call.document, call.method
    items = document.items(method)
    rows = [row for row in _rows(call) if _of_places(call) or row.scope not in call.settings.unreachable]
    page, following = rows, ""
    if "pageToken" in method.parameters:
        page, following = cut(rows, call.query, call.name, call.settings.page_size)  # type: ignore[assignment]
    schema = document.item_schema(method)
    answer: Json = {"kind": _kind(call), "nextPageToken": following, **_unreachable(call)}
    if document.service == "compute":
        answer |= {"id": call.name, "selfLink": compute_link(call.name)}
    if page and schema.get("type") == "string":
        answer[items] = [row.name for row in page]
    elif page:
        answer[items] = [document.schemas.projected(schema, row.body) for row in page]
    return _known(call, answer)


def _rows(call: Call) -> list[Resource]:
    rows: Iterable[Resource] = _within(call, call.name)
    if call.service == "cloudresourcemanager":
        rows = visible(call, rows)
    elif call.service == "storage" and call.name == "b":
        wanted = call.store.canonical(f"projects/{call.query['project']}").removeprefix("projects/")
        rows = [row for row in rows if row.project == wanted]
    elif not rows and call.name.endswith("/locations"):
        rows = call.locations()
    if expression := call.query.get("filter"):
        fits = matcher(expression)
        rows = [row for row in rows if fits(row.body)]
    return shown(call, list(rows))


def _within(call: Call, collection: str) -> list[Resource]:
    """What is in a collection: resources, or operations."""
    running = call.state.operations.within(call.service, collection)
    operations = (
        Resource(call.service, name, name.rpartition("/")[0], call.project, Checked(body, ""), frozenset())
        for name, body in running
    )
    return [*call.store.collection(call.service, collection), *operations]


def _of_places(call: Call) -> bool:
    """Whether zones or regions themselves are listed: they are there when they do not answer."""
    return call.service == "compute" and call.name.rpartition("/")[2] in ("zones", "regions")


def _kind(call: Call) -> str:
    return str(call.document.schemas.properties({"$ref": call.method.response}).get("kind", {}).get("default", ""))


def _known(call: Call, answer: Json) -> Json:
    """The answer without what is empty or this method does not have."""
    members = call.document.schemas.properties({"$ref": call.method.response})
    return {key: value for key, value in answer.items() if key in members and (value or value == {})}


def _unreachable(call: Call) -> Json:
    """How services say that a location did not answer; a single location that was asked for is an error."""
    scopes = [scope for scope in sorted(call.settings.unreachable) if call.covers(scope)]
    if not scopes or _of_places(call):
        return {}
    if any(f"/{scope}/" in f"/{call.name}/" for scope in scopes) and call.service != "compute":
        raise ApiError(503, f"The location {scopes[0]} could not be reached.")
    places = [scope.partition("/")[2] for scope in scopes]
    message = _UNREACHABLE.format(scopes[0])
    return {
        "unreachable": [f"projects/{call.project}/{scope}" for scope in scopes],
        "unreachables": [compute_link(f"projects/{call.project}/{scope}") for scope in scopes],
        "missingZones": places,
        "failedLocations": [f"projects/{call.project}/{scope}" for scope in scopes],
        "warnings": [{"code": "REGION_UNREACHABLE", "message": message, "region": places[0]}],
        "warning": {"code": "UNREACHABLE", "message": message, "data": [{"key": "scope", "value": scopes[0]}]},
    }


def list_aggregated(call: Call) -> Json:
    """One page of a kind in all zones, regions and globally: every scope is named, most say that they have nothing."""
    properties = call.document.schemas.properties({"$ref": call.method.response})
    scoped = call.document.schemas.properties(properties["items"]["additionalProperties"])
    member = next(key for key, part in scoped.items() if part.get("type") == "array")
    plural = call.name.rpartition("/")[2]
    scopes = call.scopes()
    expression = call.query.get("filter")
    fits = matcher(expression) if expression else None
    rows = [
        row
        for scope in scopes
        if scope not in call.settings.unreachable
        for row in _within(call, f"projects/{call.project}/{scope}/{plural}")
        if fits is None or fits(row.body)
    ]
    page, following = cut(rows, call.query, call.name, call.settings.page_size)
    found: dict[str, list[Json]] = {}
    for row in page:
        found.setdefault(row.scope, []).append(row.body)
    missing = [scope for scope in scopes if scope in call.settings.unreachable]
    answer: Json = {
        "kind": _kind(call),
        "id": call.name,
        "selfLink": compute_link(call.name),
        "items": {scope: _scope(scope, member, found, missing) for scope in scopes},
        "nextPageToken": following,
        "unreachables": [compute_link(f"projects/{call.project}/{scope}") for scope in missing],
    }
    return _known(call, answer)


def _scope(scope: str, member: str, found: Mapping[str, list[Json]], missing: list[str]) -> Json:
    if scope in found:
        return {member: found[scope]}
    code, text = ("UNREACHABLE", _UNREACHABLE) if scope in missing else ("NO_RESULTS_ON_PAGE", _SILENT)
    data = [{"key": "scope", "value": scope}]
    return {"warning": {"code": code, "message": text.format(scope), "data": data}}
