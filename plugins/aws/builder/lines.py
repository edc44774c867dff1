"""The line for what an operation lists, as somebody would have written it into the table."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import astuple, replace
from typing import Any

from botocore.model import OperationModel, Shape
from resoto_plugin_aws.api import TOKENS

from builder import details, identity, listable, vendor
from builder.above import Above
from builder.listable import Listable
from builder.names import kind_name
from builder.shapes import is_secret
from builder.taggable import taggable, tagged_by_arn
from builder.words import endings, plain
from resotolib.errors import ModelError
from resotolib.kinds.kind import Kind
from resotolib.kinds.table import Line

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_PLACES = {"Partition": "{$partition}", "Region": "{$region}", "Account": "{$account}"}
_END = re.compile(r"(identifier|arn|id|name)s?$")
_OWN_RESOURCE_ARN = frozenset({"databrew", "fsx"})
_HOW = re.compile(r"token|etag|ifmatch|revision|force", re.IGNORECASE)
_MORE = re.compile(r"istruncated|token$|marker$|hasmore", re.IGNORECASE)
_UNIQUE = re.compile(r"(id|identifier|arn)$", re.IGNORECASE)


def write(one: Listable, above: Above, every: Mapping[str, Kind], *, exactly: bool) -> Line:
    """The line; `exactly`: only below what is called just as the operation's parameter is.

    Raises ModelError when the operation cannot be called, or nothing tells its items apart.
    """
    if not _can_be_followed(one):
        raise ModelError(one.where, "nobody knows how to ask for its second page.")
    name = kind_name(one.service, one.noun)
    if name in every:
        raise ModelError(one.where, f"another kind is called {name}.")
    parent, params, problem = above.bind(one.model, one.noun, exactly=exactly)
    if problem:
        raise ModelError(one.where, problem)
    line = Line(name, one.service, one.name, one.where, {"vendor": one.noun, "items": one.items, "collected": "full"})
    if params:
        line.options["params"] = json.dumps(params)
    if parent:
        line.options["parent"] = parent
        line.options["extent"] = every[parent].extent
    elif vendor.has_one_endpoint(one.service):
        line.options["extent"] = "global"
    members = _members(one, line)
    _identify(line, one, members)
    members = {**members, **_more(line, one, members)}
    if not taggable(one.service, one.noun, members):
        line.options |= dict.fromkeys(("tag", "untag", "tag_read", "tags"), "-")
    elif line.options["arn"] == "-" and tagged_by_arn(one.service):
        line.options |= dict.fromkeys(("tag", "untag", "tag_read"), "-")
    return line


def _can_be_followed(one: Listable) -> bool:
    """Whether all pages can be read: by the SDK's paginators, by the plugin's own knowledge, or there is just one."""
    answered, asked = vendor.members(one.model.output_shape), vendor.inputs(one.model)
    if vendor.result_keys(one.model) or any(out in answered and into in asked for out, into in TOKENS):
        return True
    return not any(_MORE.search(name) for name in answered)


def _members(one: Listable, line: Line) -> Mapping[str, Shape]:
    """What items have, after the call that completes them where the list has nothing but their names."""
    members = vendor.members(one.element)
    if members:
        return members
    detail = _completing(one)
    if one.element.type_name != "string" or not detail:
        raise ModelError(one.where, "it lists names, and no call says more.")
    line.options["detail"] = detail
    _, shape = details.find(line, one.noun, one.element)
    return vendor.members(shape)


def _more(line: Line, one: Listable, members: Mapping[str, Shape]) -> Mapping[str, Shape]:
    """What a call for each item tells, where the list tells what it is called and nothing else.

    The call has to ask for just what the deletion asks for.
    """
    who = identity.find(line, one.noun, members, plain_items=False)
    detail, own = _completing(one), _deleted_by(line, one)
    if set(members) - {*astuple(who)} or not detail or line.get("detail") or len(own) != 1:
        return {}
    params = _asked_for(line, vendor.operation(one.service, detail), own[0], members)
    told = {"detail": detail, "detail_params": json.dumps(params)}
    shape = details.find(replace(line, options={**line.options, **told}), one.noun, one.element)[1] if params else None
    if not set(vendor.members(shape)) - set(members):
        return {}
    line.options |= told
    return vendor.members(shape)


def _completing(one: Listable) -> str:
    """The operation that says more of one item."""
    known = frozenset(vendor.service(one.service).operation_names)
    return next((f"{verb}{one.noun}" for verb in ("Describe", "Get") if f"{verb}{one.noun}" in known), "")


def _asked_for(line: Line, model: OperationModel, own: str, members: Mapping[str, Shape]) -> dict[str, Any]:
    """The parameters of a call that asks for `own` and what the list asks for; nothing when it asks for more."""
    given = {plain(name): bound for name, bound in (line.params("params") or {}).items()}
    asked = {plain(name): name for name in vendor.required(model)}
    value = line.get(next((part for part in ("arn", "name") if plain(own).endswith(part)), "id"))
    if set(asked) - set(given) != {plain(own)} or value not in members:
        return {}
    return {name: given.get(word, f"$item.{value}") for word, name in asked.items()}


def _identify(line: Line, one: Listable, members: Mapping[str, Shape]) -> None:
    """Say what tells one item from all others in its region, or below its parent."""
    own = _deleted_by(line, one)
    texts = {name: shape for name, shape in members.items() if _may_identify(name, shape)}
    arn, name = _named(texts, _words(one, own, "arn")), _named(texts, _words(one, own, "name"))
    id_ = arn if len(own) == 1 and plain(own[0]).endswith("arn") else ""
    id_ = id_ or _id(one, texts, own, name)
    unique = bool(line.get("parent")) or len(own) < 2
    if not id_ or (id_ != arn and not (unique or (_UNIQUE.search(id_) and not arn))):
        id_ = arn or ("" if name and not unique else name)
    if not id_ and line.get("detail"):
        id_ = "+item"
    if not id_:
        raise ModelError(one.where, "nothing tells one of its items from the others.")
    line.options |= {"id": id_, "name": name or "-", "arn": arn or _template(line, one.noun, id_, name) or "-"}


def _words(one: Listable, own: list[str], end: str) -> list[str]:
    """What the member may be called that holds the ARN or the name of an item."""
    resource = ["ResourceArn"] if end == "arn" and one.service in _OWN_RESOURCE_ARN else []
    return [f"{one.noun}{end}", f"{one.noun}s{end}", end, *resource, *(f"{stem}{end}" for stem in _stems(one, own))]


def _stems(one: Listable, own: list[str]) -> list[str]:
    """What its deletion calls the resource: the last words of its noun."""
    stems = (_END.sub("", plain(name)) for name in own)
    words = {form for word in endings(one.noun) for form in (plain(word), f"{plain(word)}s")}
    return [stem for stem in stems if stem in words]


def _id(one: Listable, texts: Mapping[str, Shape], own: list[str], name: str) -> str:
    exact = [f"{one.noun}{end}" for end in ("Id", "Identifier")]
    alone = own if len(own) == 1 else []
    found = _named(texts, [*exact, *alone])
    if not found and name and alone and _stems(one, own) and plain(own[0]).endswith("name"):
        return name
    rest = [f"{stem}{end}" for stem in _stems(one, own) for end in ("id", "identifier")]
    return found or _named(texts, ["Id", "Identifier", *rest, *(f"{noun}Id" for noun in endings(one.noun)[1:])])


def _may_identify(name: str, shape: Shape) -> bool:
    return shape.type_name == "string" and not shape.metadata.get("sensitive") and not is_secret(name, shape)


def _deleted_by(line: Line, one: Listable) -> list[str]:
    """The parameters by which a deletion names the resource, those of its parent aside."""
    known = frozenset(vendor.service(one.service).operation_names)
    names = (f"{verb}{noun}" for verb in listable.DELETING for noun in (one.noun, f"{one.noun}s"))
    model = vendor.operation(one.service, next(name for name in names if name in known))
    given = {plain(name) for name in line.params("params") or {}}
    inputs = vendor.inputs(model)
    needed = [name for name in vendor.required(model) if name not in model.idempotent_members]
    return [name for name in needed if plain(name) not in given and not _is_choice(name, inputs[name])]


def _is_choice(name: str, shape: Shape) -> bool:
    """Whether a parameter says how, not which."""
    return shape.type_name in ("boolean", "integer") or bool(_HOW.search(name))


def _named(texts: Mapping[str, Shape], wanted: list[str]) -> str:
    known = {plain(name): name for name in texts}
    return next((known[plain(name)] for name in wanted if plain(name) in known), "")


def _template(line: Line, noun: str, id_: str, name: str) -> str:
    """The ARN as IAM describes it, where it lacks just what the items have."""
    arn = identity.arns(line.service).get(plain(noun), "")
    own = [variable for variable in _VARIABLE.findall(arn) if variable not in _PLACES]
    if len(own) != 1 or plain(id_).endswith("arn") or "*" in arn:
        return ""
    if own[0].endswith("Name") and not name:
        return ""
    if re.search("Id(entifier)?$", own[0]) and not _UNIQUE.search(id_):
        return ""
    value = "{$name}" if own[0].endswith("Name") else "{$id}"
    for variable, binding in {**_PLACES, own[0]: value}.items():
        arn = arn.replace(f"${{{variable}}}", binding)
    return arn
