"""Where the tags of a resource are, and the calls that read and change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from botocore.model import Shape

from builder import vendor
from builder.subject import Subject, tag_path
from builder.words import plain
from resotolib.errors import ModelError
from resotolib.kinds.kind import Call, TagForm, Tags
from resotolib.kinds.table import Line

_CHANGING = (
    ("TagResource", "UntagResource"),
    ("AddTagsToResource", "RemoveTagsFromResource"),
    ("CreateTags", "DeleteTags"),
    ("AddTags", "RemoveTags"),
    ("AddTags", "DeleteTags"),
    ("Tag{0}", "Untag{0}"),
)
_READING = ("ListTagsForResource", "ListTags", "ListResourceTags", "ListTagsOfResource", "DescribeTags", "List{0}Tags")
_MEMBERS = ("tags", "resourcetags", "tagset", "taglist", "tagslist")
_PAIRS = tuple(form for form in get_args(TagForm) if "/" in form)


def is_tags(name: str, shape: Shape) -> bool:
    """Whether a member holds a resource's tags."""
    return plain(name) in _MEMBERS and shape.type_name in ("list", "map")


def find(subject: Subject, members: Mapping[str, Shape]) -> Tags | None:
    """As derived and overridden; None when the vendor knows no tags for the kind."""
    line = subject.line
    inside = (tag_path(name, shape) for name, shape in members.items() if is_tags(name, shape))
    path = line.get("tags", next(inside, ""))
    update, remove = ("", "") if line.get("tag_hook") else _changing(subject)
    read = None if path else _read(subject, derive=bool(update))
    if not (path or read or update or line.get("tag_hook")):
        return None
    return Tags(
        path,
        _form_in_item(line, members, path) if path else _form_in_answer(read),
        read,
        _change(subject, update, "tag_params", "$tags") if update else None,
        _change(subject, remove, "untag_params", "$keys") if remove else None,
        one_by_one=bool(line.get("one_by_one")),
        hook=line.get("tag_hook"),
    )


def _form_in_item(line: Line, members: Mapping[str, Shape], path: str) -> TagForm:
    shape = members.get(path.removesuffix("[]"))
    if shape is None:
        return "Key/Value"  # a hook's member
    return _form(shape.member if path.endswith("[]") else shape, line.where)


def _form_in_answer(read: Call | None) -> TagForm:
    output = vendor.operation(read.service, read.operation).output_shape if read else None
    return _form(vendor.walk(output, read.items), read.operation) if read and output is not None else ""


def _form(shape: Shape, where: str) -> TagForm:
    if shape.type_name == "map":
        return "map"
    for form in _PAIRS:
        if set(form.split("/")) <= set(vendor.members(shape)):
            return cast("TagForm", form)
    raise ModelError(where, f"{shape.name} holds tags in a form that is not known.")


def _changing(subject: Subject) -> tuple[str, str]:
    line = subject.line
    pairs = ((add.format(subject.noun), remove.format(subject.noun)) for add, remove in _CHANGING)
    add, remove = next((pair for pair in pairs if set(pair) <= subject.operations), ("", ""))
    return line.get("tag", add), line.get("untag", remove)


def _read(subject: Subject, *, derive: bool) -> Call | None:
    line = subject.line
    known = (name.format(subject.noun) for name in _READING) if derive else iter(())
    operation = line.get("tag_read", next((name for name in known if name in subject.operations), ""))
    if not operation:
        return None
    params = line.params("tag_read_params")
    if params is None:
        params = subject.bind(operation, "tag_read_params")
    return Call(line.service, operation, params, line.get("tag_items", _tags_in(subject.model(operation).output_shape)))


def _tags_in(shape: Shape | None) -> str:
    """Path to the tags in an answer, which may be some levels down."""
    members = vendor.members(shape)
    for name, inner in members.items():
        if is_tags(name, inner):
            return tag_path(name, inner)
    for name, inner in members.items():
        below = _tags_in(inner.member if inner.type_name == "list" else inner)
        if below:
            return f"{tag_path(name, inner)}.{below}"
    return ""


def _change(subject: Subject, operation: str, option: str, value: str) -> Call:
    line, model = subject.line, subject.model(operation)
    given = line.params(option)
    if given is not None:
        return Call(line.service, operation, given)
    inputs = vendor.inputs(model)
    tagging = [name for name, shape in inputs.items() if _about_tags(name, shape)]
    naming = [name for name in subject.needed(model) if name not in tagging]
    params = {name: subject.required(model, name, option) for name in naming}
    return Call(line.service, operation, params | {name: _tag_value(inputs[name], value) for name in tagging})


def _about_tags(name: str, shape: Shape) -> bool:
    return ("tag" in plain(name) or plain(name) == "keys") and shape.type_name in ("list", "map", "structure")


def _tag_value(shape: Shape, value: str) -> Any:
    if shape.type_name == "structure":
        return {name: _tag_value(inner, value) for name, inner in shape.members.items()}
    of_keys = shape.type_name == "list" and shape.member.type_name == "string"
    return value if of_keys or value == "$tags" else "$tags"
