"""Where in the answer of a list operation the items are."""

from __future__ import annotations

from botocore.model import OperationModel, Shape

from builder import vendor
from builder.words import endings, noun_of, plain


def find(model: OperationModel) -> str:
    """Path to the items: what the paginator says, or the member that is named most like what the operation lists."""
    members = vendor.members(model.output_shape)
    said = [key for key in vendor.result_keys(model) if _is_collection(_at(model.output_shape, key))]
    if said:
        return _path(model.output_shape, min(said, key=lambda key: _distance(key, model.name)))
    lists = [name for name, shape in members.items() if _is_collection(shape)]
    nested = [
        f"{name}.{inner}"
        for name, shape in members.items()
        for inner, below in vendor.members(shape).items()
        if _is_collection(below) and (inner == "Items" or not lists)
    ]
    found = min(lists + nested, key=lambda key: _distance(key, model.name), default="")
    return _path(model.output_shape, found) if found else ""


def _at(shape: Shape | None, key: str) -> Shape | None:
    try:
        return None if shape is None else vendor.walk(shape, key)
    except KeyError:
        return None


def _is_collection(shape: Shape | None) -> bool:
    return shape is not None and shape.type_name in ("list", "map")


def _path(shape: Shape | None, key: str) -> str:
    found = _at(shape, key)
    return f"{key}.*" if found is not None and found.type_name == "map" else f"{key}[]"


def _distance(key: str, operation: str) -> tuple[int, str]:
    name = plain(key.split(".", maxsplit=1)[0])
    for rank, ending in enumerate(endings(noun_of(operation))):
        if plain(ending)[:-1] in name:
            return rank, key
    return 99, key
