"""The call that completes a listed item."""

from __future__ import annotations

from botocore.model import OperationModel, Shape

from builder import items, vendor
from builder.words import endings, plain
from resotolib.errors import ModelError
from resotolib.kinds.kind import Call, Detail
from resotolib.kinds.table import Line

_BATCH = 50


def find(line: Line, noun: str, listed: Shape | None) -> tuple[Detail | None, Shape | None]:
    """The call that the table names, with its binding, and the shape of what it returns."""
    name = line.get("detail")
    if not name:
        return None, None
    model = vendor.operation(line.service, name)
    if model.output_shape is None:
        raise ModelError(line.where, f"{name} returns nothing.")
    params, batch = line.params("detail_params"), int(line.get("batch", "1"))
    if params is None:
        member = next(iter(_naming(model, noun, line)), "")
        many = vendor.inputs(model)[member].type_name == "list"
        binding = _binding(line, noun, member, listed)
        shared = {key: value for key, value in (line.params("params") or {}).items() if key in vendor.inputs(model)}
        params = {member: [binding] if many else binding, **shared}
        batch = int(line.get("batch", str(_BATCH if many else 1)))
    path = line.get("detail_items", items.find(model) if batch > 1 else _result(model, noun))
    return Detail(Call(line.service, name, params, path), batch), vendor.walk(model.output_shape, path)


def _binding(line: Line, noun: str, member: str, listed: Shape | None) -> str:
    """`$item`, or the member of the listed structure that the parameter is called like."""
    known = {plain(name): name for name in vendor.members(listed)}
    if not known:
        return "$item"
    wanted = [plain(member), *(plain(ending) + end for ending in endings(noun) for end in ("id", "name", "arn")), "id"]
    found = next((known[name] for name in wanted if name in known), "")
    if not found:
        raise ModelError(line.where, f"{line.get('detail')} needs {member}: say detail_params.")
    return f"$item.{found}"


def _naming(model: OperationModel, noun: str, line: Line) -> list[str]:
    """Parameters that say which resource is meant."""
    taken = line.params("params") or {}
    needed = [member for member in vendor.required(model) if member not in taken]
    wanted = {plain(ending + end) for ending in endings(noun) for end in ("Id", "Name", "Arn", "s", "Names", "Ids", "")}
    return needed or [member for member in vendor.inputs(model) if plain(member) in wanted]


def _result(model: OperationModel, noun: str) -> str:
    """The member of the answer that is called like the resource; "" when the answer itself is the resource."""
    structures = [name for name, shape in vendor.members(model.output_shape).items() if shape.type_name == "structure"]
    found = (name for ending in endings(noun) for name in structures if plain(ending) in plain(name))
    return next(found, "")
