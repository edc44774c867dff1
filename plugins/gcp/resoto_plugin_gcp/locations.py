"""Where a kind has to be listed that its service does not list for a whole project at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.places import Wanted, where
from resoto_plugin_gcp.session import COMPUTE
from resotolib.collect.records import KindReader, Record
from resotolib.errors import CollectError, ScopeTimeout, Stopped

OPERATION = "projects.locations.list"

T = TypeVar("T")
R = TypeVar("R")


class Map(Protocol):
    """Runs a function over items on the threads of a run."""

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        """See above."""


def needed(reader: KindReader) -> bool:
    """Whether a kind is listed location by location."""
    return reader.list is not None and not reader.parent and "region" in reader.list.template.bindings


@dataclass(frozen=True, slots=True)
class Names:
    """The locations of each service, or why they are not known; those of compute are regions and zones."""

    services: Mapping[str, Sequence[str] | CollectError]
    regions: Sequence[str]
    zones: Sequence[str]

    def of(self, reader: KindReader) -> Sequence[str] | CollectError:
        """Where a kind has to be listed."""
        if reader.service == COMPUTE:
            return self.zones if reader.kind.extent == "zonal" else self.regions
        return self.services[reader.service]


class Locations:
    """Asks services where they are."""

    def __init__(self, api: Api, regions: Iterable[Record], zones: Iterable[Record], wanted: Wanted) -> None:
        self._api, self._wanted = api, wanted
        self._regions = [record.name for record in regions]
        self._zones = [record.name for record in zones]

    def of_services(self, services: Iterable[str], each: Map) -> Names:
        """The locations of these services that are wanted."""
        asked = sorted(set(services) - {COMPUTE})
        return Names(dict(zip(asked, each(self._ask, asked), strict=True)), self._regions, self._zones)

    def _ask(self, service: str) -> Sequence[str] | CollectError:
        params = {"name": f"projects/{self._api.project}"}
        try:
            pages = self._api.pages(service, OPERATION, params)
            names = [str(one["locationId"]) for page in pages for one in page.get("locations", ())]
        except (Stopped, ScopeTimeout):
            raise
        except CollectError as error:
            return error
        return [name for name in names if where(name) in self._wanted]
