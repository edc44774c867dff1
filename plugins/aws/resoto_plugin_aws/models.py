"""Service models as a process holds them: of the services of the catalogue only the operations that it may call.

All of them as the SDK reads them are 120 MB; this is a tenth. What else is asked for is found in the `whole` models.
"""

from __future__ import annotations

import functools
import gzip
import json
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import botocore.session
from botocore.loaders import JSONFileLoader, Loader

from resoto_plugin_aws.kinds import load_catalogue
from resotolib.kinds.kind import Kind

MODEL = "service-2"
ALSO = frozenset({"DescribeAvailabilityZones", "DescribeRegions", "GetBucketEncryption", "GetPublicAccessBlock"})
"""Called too, but neither a call nor a permission of a kind."""

Model = dict[str, Any]


class ModelFiles(JSONFileLoader):  # type: ignore[misc]  # the SDK ships no types
    """Reads the SDK's files into plain dictionaries: faster, and half as large as the ordered ones that it makes."""

    def load_file(self, file_path: str) -> Any:
        """What is in the file, named without its extension; None when there is none."""
        for extension, opened in ((".json", open), (".json.gz", gzip.open)):
            path = Path(file_path + extension)
            if path.is_file():
                with opened(path, "rb") as file:
                    return json.loads(file.read())
        return None


class Models(Loader):  # type: ignore[misc]  # the SDK ships no types
    """Reads the models of services, and leaves out what is not called."""

    def __init__(self, paths: Iterable[str]) -> None:
        super().__init__(list(paths), ModelFiles(), include_default_search_paths=False)
        self._lock = threading.Lock()
        self._reduced: set[tuple[str, str | None]] = set()

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Model:
        """One of the files about a service. Raises what the SDK raises for those that there are not."""
        with self._lock:
            found: Model = super().load_service_model(service_name, type_name, api_version)
            asked = (service_name, api_version)
            if type_name == MODEL and service_name in services() and asked not in self._reduced:
                found.update(reduced(found, operations()))  # what is kept for the next time is this dictionary
                self._reduced.add(asked)
            return found


@functools.cache
def models() -> Loader:
    """The reader of service models, shared by all sessions of the process: a model is read from disk once."""
    return Models(_paths())


@functools.cache
def whole_models() -> Loader:
    """The same for operations that `models` leaves out."""
    return Loader(_paths(), ModelFiles(), include_default_search_paths=False)


def _paths() -> list[str]:
    return list(cast(Loader, botocore.session.Session().get_component("data_loader")).search_paths)


@functools.cache
def services() -> frozenset[str]:
    """The services of the catalogue."""
    return frozenset(call.service for kind in load_catalogue() for call in _calls(kind))


@functools.cache
def operations() -> frozenset[str]:
    """The names of the operations that may be called, whatever the service: those of the kinds' calls and hooks."""
    called = {call.operation for kind in load_catalogue() for call in _calls(kind)}
    needed = (action for kind in load_catalogue() for actions in kind.permissions.values() for action in actions)
    return ALSO | called | {action.partition(":")[2] for action in needed}


def _calls(kind: Kind) -> Iterator[Any]:
    reading, tags = kind.reading, kind.tags
    found = (
        *((reading.list, reading.detail and reading.detail.call) if reading else ()),
        *((tags.read, tags.update, tags.remove) if tags else ()),
        kind.deletion and kind.deletion.call,
    )
    return (call for call in found if call)


def reduced(model: Model, wanted: frozenset[str]) -> Model:
    """The model with the `wanted` operations, every error, and what these are made of; nothing in it is documented."""
    every = model["shapes"]
    kept = {
        name: _undocumented(operation)
        for name, operation in model["operations"].items()
        if name in wanted or operation.get("endpointoperation")
    }
    shapes: Model = {}
    waiting = [*_shapes_in(kept), *(name for name, shape in every.items() if shape.get("exception"))]
    while waiting:
        name = waiting.pop()
        if name in every and name not in shapes:
            shapes[name] = _undocumented(every[name])
            waiting.extend(_shapes_in(shapes[name]))
    return {**model, "operations": kept, "shapes": shapes}


def _undocumented(part: Any) -> Any:
    """A copy of a part of a model without its texts."""
    if isinstance(part, dict):
        return {name: _undocumented(inner) for name, inner in part.items() if not _is_text(name, inner)}
    return [_undocumented(inner) for inner in part] if isinstance(part, list) else part


def _is_text(name: str, inner: Any) -> bool:
    """Whether it documents, and is no member that is called like that."""
    return name == "documentation" and isinstance(inner, str)


def _shapes_in(part: Any) -> Iterator[str]:
    """The names of the shapes that a part of a model refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for inner in part.values():
            yield from _shapes_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _shapes_in(inner)
