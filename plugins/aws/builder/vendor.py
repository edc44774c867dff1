"""botocore's service models, and walking paths in them."""

from __future__ import annotations

import functools
from typing import Any

import botocore.session
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError, EndpointProviderError
from botocore.model import OperationModel, ServiceModel, Shape

from resotolib.errors import ModelError

_APART = ("us-east-1", "eu-west-1")
_PLAIN = {"UseFIPS": False, "UseDualStack": False}


@functools.cache
def _session() -> Any:
    return botocore.session.get_session()


def services() -> list[str]:
    """The names of all services that the SDK knows."""
    return list(_session().get_available_services())


@functools.cache
def service(name: str) -> ServiceModel:
    """The model of a service."""
    return _session().get_service_model(name)


def operation(service_name: str, name: str) -> OperationModel:
    """The model of an operation. Raises ModelError when the service has no such operation."""
    model = service(service_name)
    if name not in model.operation_names:
        raise ModelError(f"{service_name}.{name}", "botocore knows no such operation.")
    return model.operation_model(name)


def result_keys(model: OperationModel) -> list[str]:
    """Where the paginator says that the results are."""
    try:
        pages = _session().get_paginator_model(model.service_model.service_name)
        keys = pages.get_paginator(model.name)["result_key"]
    except (botocore.exceptions.UnknownServiceError, botocore.exceptions.DataNotFoundError, ValueError):
        return []
    return [keys] if isinstance(keys, str) else list(keys)


def members(shape: Shape | None) -> dict[str, Shape]:
    """The members of a structure; none of anything else."""
    return dict(shape.members) if shape is not None and shape.type_name == "structure" else {}


def required(model: OperationModel) -> list[str]:
    """Members that a call needs."""
    return list(model.input_shape.required_members) if model.input_shape is not None else []


def inputs(model: OperationModel) -> dict[str, Shape]:
    """Members that a call takes."""
    return members(model.input_shape)


def walk(shape: Shape, path: str) -> Shape:
    """The shape of the values that `path` leads to. Raises KeyError naming the step that does not exist."""
    current = shape
    for step in (step for step in path.split(".") if step):
        if step == "*":
            current = current.value
            continue
        name = step.removesuffix("[]")
        if name:
            if name not in members(current):
                raise KeyError(f"{name!r} is no member of {current.name}")
            current = current.members[name]
        if step.endswith("[]"):
            if current.type_name != "list":
                raise KeyError(f"{name!r} is no list")
            current = current.member
    return current


def title(service_name: str) -> str:
    """What people call a service."""
    return str(service(service_name).metadata["serviceId"])


def is_global(service_name: str) -> bool:
    """Whether the SDK's endpoint data says that the service has one endpoint for all regions."""
    prefix = service(service_name).metadata["endpointPrefix"]
    for partition in _session().get_component("data_loader").load_data("endpoints")["partitions"]:
        if partition["partition"] == "aws":
            return partition["services"].get(prefix, {}).get("isRegionalized", True) is False
    return False


def has_one_endpoint(service_name: str) -> bool:
    """Whether the service is called at one address, whatever the region, as the rules for its addresses say."""
    loader = _session().get_component("data_loader")
    rules = loader.load_service_model(service_name, "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    try:
        return len({provider.resolve_endpoint(Region=region, **_PLAIN).url for region in _APART}) == 1
    except (BotoCoreError, EndpointProviderError):
        return False
