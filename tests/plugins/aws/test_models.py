"""Service models without what is never called."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ServiceModel, Shape
from resoto_plugin_aws.models import MODEL, Model, models, operations, reduced, services, whole_models

EVERY = tuple(sorted(services()))


def both(service: str) -> tuple[Model, Model]:
    """As they are read: the SDK changes those of S3 when they are used."""
    whole, kept = whole_models.__wrapped__(), models.__wrapped__()
    return whole.load_service_model(service, MODEL), kept.load_service_model(service, MODEL)


def described(shape: Shape | None, seen: tuple[str, ...] = ()) -> Any:
    """Everything that a shape says to parsers and serializers, with all that is below it."""
    if shape is None or shape.name in seen:
        return shape and shape.name
    below, inner = (*seen, shape.name), vars(shape).get("_shape_model", {})
    members = {name: described(member, below) for name, member in getattr(shape, "members", {}).items()}
    parts = [described(getattr(shape, part, None), below) for part in ("member", "key", "value")]
    return shape.name, shape.type_name, shape.serialization, shape.metadata, sorted(inner), members, parts


def test_a_service_keeps_what_is_called_and_no_more() -> None:
    whole, kept = both("ec2")

    assert {"DescribeInstances", "DescribeRegions", "DeleteVpc", "CreateTags"} <= kept["operations"].keys()
    assert len(kept["operations"]) < len(whole["operations"]) / 5
    assert len(kept["shapes"]) < len(whole["shapes"]) / 2


@pytest.mark.parametrize("service", EVERY)
def test_what_is_kept_is_as_the_sdk_has_it(service: str) -> None:
    whole, kept = (ServiceModel(model, service) for model in both(service))

    assert kept.metadata == whole.metadata
    assert {s.name: s.error_code for s in kept.error_shapes} == {s.name: s.error_code for s in whole.error_shapes}
    assert set(kept.operation_names) >= operations() & set(whole.operation_names)
    for name in kept.operation_names:
        ours, theirs = kept.operation_model(name), whole.operation_model(name)
        assert ours.http == theirs.http
        assert [shape.name for shape in ours.error_shapes] == [shape.name for shape in theirs.error_shapes]


@pytest.mark.parametrize("service", ["ec2", "s3", "iam", "dynamodb", "lambda"])
def test_shapes_are_kept_with_all_that_is_below_them(service: str) -> None:
    whole, kept = (ServiceModel(model, service) for model in both(service))

    for name in kept.operation_names:
        ours, theirs = kept.operation_model(name), whole.operation_model(name)
        assert plain(described(ours.input_shape)) == plain(described(theirs.input_shape))
        assert plain(described(ours.output_shape)) == plain(described(theirs.output_shape))


def plain(found: Any) -> Any:
    """Without what a model has for readers only."""
    if isinstance(found, (list, tuple)):
        return [plain(part) for part in found if part != "documentation"]
    return {name: plain(part) for name, part in found.items()} if isinstance(found, dict) else found


def test_texts_go_and_members_that_are_called_like_them_stay() -> None:
    members = {"documentation": {"shape": "Text", "documentation": "<p>A member.</p>"}, "shape": {"shape": "Text"}}
    model: Model = {
        "operations": {"GetIt": {"output": {"shape": "It"}, "documentation": "<p>Gets it.</p>"}, "PutIt": {}},
        "shapes": {
            "It": {"type": "structure", "members": members},
            "Text": {"type": "string"},
            "Gone": {"type": "structure", "exception": True, "members": {"why": {"shape": "Why"}}},
            "Why": {"type": "string"},
            "Unused": {"type": "string"},
        },
    }

    assert reduced(model, frozenset({"GetIt"})) == {
        "operations": {"GetIt": {"output": {"shape": "It"}}},
        "shapes": {
            "It": {
                "type": "structure",
                "members": {"documentation": {"shape": "Text"}, "shape": {"shape": "Text"}},
            },
            "Text": {"type": "string"},
            "Gone": {"type": "structure", "exception": True, "members": {"why": {"shape": "Why"}}},
            "Why": {"type": "string"},
        },
    }


def test_models_are_read_once_in_a_process() -> None:
    assert models().load_service_model("sqs", MODEL) is models().load_service_model("sqs", MODEL)


def test_services_that_no_kind_is_of_are_left_as_they_are() -> None:
    whole, kept = both("sts")

    assert kept == whole
