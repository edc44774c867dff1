"""What creates and changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.fakes.gcp.call import Call
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import NO_LABELS, Seed, compute_link, fingerprint, plant

_BORN: Mapping[str, Json] = {
    "Instance": {"status": "RUNNING"},
    "Disk": {"status": "READY"},
    "Snapshot": {"status": "READY"},
    "Cluster": {"status": "RUNNING"},
    "DatabaseInstance": {"state": "RUNNABLE"},
}
"""What a new resource says of itself beside what was asked for, by schema."""


def create(call: Call) -> Json:
    """A new resource, of the name that the body, the query or the path says."""
    body = _unwrapped(call, call.body or {})
    short = _new_name(call, body)
    name = call.name if call.method.http == "PUT" else f"{call.name}/{short}"
    if call.store.get(call.service, name):
        raise ApiError(409, f"The resource '{name}' already exists", "alreadyExists")
    project = call.store.canonical(f"projects/{call.query.get('project', '')}").removeprefix("projects/")
    seed = Seed(call.service, name, {k: v for k, v in body.items() if k != "name"}, project)

    def effect() -> Json:
        made = plant(call.store, seed)
        return call.store.put(made.service, made.name, {**_BORN.get(made.kind, {}), **made.body}).body

    target = {"selfLink": compute_link(name)} if call.service == "compute" else {"name": name}
    return answer(call, target, effect)


def _unwrapped(call: Call, body: Json) -> Json:
    """The resource in a request that holds it as one of its members."""
    name = call.name if call.method.http in ("PATCH", "PUT") else f"{call.name}/x"
    schema = call.document.schema_of(name)
    if schema is None or call.method.request == schema.get("$ref"):
        return body
    for member, part in call.document.schemas.properties({"$ref": call.method.request}).items():
        if part.get("$ref") == schema.get("$ref") and isinstance(body.get(member), dict):
            return {**body[member], "name": body.get("name", body[member].get("name", ""))}
    return body


def _new_name(call: Call, body: Json) -> str:
    named = str(body.get("name") or "")
    given = [value for key, value in call.query.items() if key.endswith("Id")]
    inside = [str(value) for key, value in (call.body or {}).items() if key.endswith("Id") and isinstance(value, str)]
    reference = [part for key, part in body.items() if key.endswith("Reference") and isinstance(part, dict)]
    deep = [
        str(value) for part in reference for key, value in part.items() if key.endswith("Id") and key != "projectId"
    ]
    found = next((item for item in (named, *given, *inside, *deep[-1:]) if item), "")
    return found.rpartition("/")[2] or f"{call.method.resources[-1]}-{fingerprint(body)[:6]}"


def set_labels(call: Call) -> Json:
    """All labels anew, if the caller has seen the present ones."""
    name = call.name.rpartition("/")[0] if call.method.path.endswith(("/setLabels", "/resourceLabels")) else call.name
    resource = call.store.find(call.service, name)
    body = call.body or {}
    present = str(resource.body.get("labelFingerprint") or NO_LABELS)
    if _plain(str(body.get("labelFingerprint", ""))) != _plain(present):
        raise ApiError(412, "Labels fingerprint either invalid or resource labels have changed", "conditionNotMet")
    member = "resourceLabels" if "resourceLabels" in body or call.service == "container" else "labels"
    labels = body.get(member, {})

    def effect() -> Json:
        changed = {**resource.body, member: labels, "labelFingerprint": fingerprint(labels)}
        return call.store.put(resource.service, resource.name, changed).body

    return answer(call, resource.body, effect)


def _plain(value: str) -> str:
    """Bytes may come back in the alphabet of URLs."""
    return value.replace("-", "+").replace("_", "/").rstrip("=")


def change(call: Call) -> Json:
    """Some members anew: those of the mask, else those of the body; null removes."""
    resource = call.store.find(call.service, call.name)
    asked = call.body or {}
    body = {key: value for key, value in _unwrapped(call, asked).items() if key not in ("name", "updateMask")}
    for tag in ("etag", "fingerprint"):
        if body.get(tag) and tag in resource.body and _plain(body[tag]) != _plain(resource.body[tag]):
            raise ApiError(412, f"The {tag} is not the present one.", "conditionNotMet")
    mask = str(call.query.get("updateMask") or asked.get("updateMask") or asked.get("fieldMask") or "")

    def effect() -> Json:
        present = call.store.find(*resource.key).body
        changed = _masked(present, body, mask.split(",")) if mask and mask != "*" else _merged(present, body)
        for tag in ("etag", "fingerprint"):
            if tag in changed:
                changed[tag] = fingerprint({**changed, tag: ""})
        return call.store.put(resource.service, resource.name, changed).body

    return answer(call, resource.body, effect)


def _merged(present: Mapping[str, Any], body: Mapping[str, Any]) -> Json:
    result = dict(present)
    for key, value in body.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = _merged(result[key], value)
        else:
            result[key] = value
    return result


def _masked(present: Mapping[str, Any], body: Mapping[str, Any], paths: list[str]) -> Json:
    result = dict(present)
    for path in paths:
        head, _, rest = path.strip().partition(".")
        head = _camel(head)
        if rest:
            result[head] = _masked(result.get(head, {}), body.get(head, {}), [rest])
        elif head in body:
            result[head] = body[head]
        else:
            result.pop(head, None)
    return result


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def answer(call: Call, target: Json, effect: Callable[[], Json]) -> Json:
    """An operation where the method has one, else the result at once."""
    if "Operation" in call.method.response:
        return call.state.operations.start(call, target, effect)
    result = effect()
    return wrapped(call, result) if call.method.response and call.method.response != "Empty" else {}


def wrapped(call: Call, result: Json) -> Json:
    """The resource as a member of the answer, where the method answers so."""
    schema = call.document.schema_of(call.name) or {}
    if result and schema.get("$ref") not in (None, call.method.response):
        for member, part in call.document.schemas.properties({"$ref": call.method.response}).items():
            if part.get("$ref") == schema["$ref"]:
                return {member: result}
    return result
