"""Where a kind has to be listed that its service does not list for a whole project at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.kinds import load_methods
from resoto_plugin_gcp.places import Wanted, is_region, where
from resoto_plugin_gcp.session import COMPUTE
from resotolib.collect.records import KindReader, Record
from resotolib.errors import CollectError, ScopeTimeout, Stopped, Unreadable

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


Names = Sequence[str]


class Locations:
    """Knows where services are: asks them, and where one does not say, takes the regions of others.

    `regions` and `zones`: those that compute has told. `enabled`: the services that can be asked, None for all.
    """

    def __init__(
        self,
        api: Api,
        regions: Iterable[Record],
        zones: Iterable[Record],
        wanted: Wanted,
        enabled: Collection[str] | None,
    ) -> None:
        self._api, self._wanted = api, wanted
        self._regions = [record.name for record in regions]
        self._zones = [record.name for record in zones]
        tellers = sorted(service for service, operation in load_methods() if operation == OPERATION)
        self._tellers = [service for service in tellers if enabled is None or service in enabled]
        self._known: dict[str, Names | CollectError] = {}

    def learn(self, readers: Iterable[KindReader], each: Map) -> None:
        """Ask the services of these kinds, at the same time."""
        asked = sorted({one.service for one in readers} & set(self._tellers))
        self._known.update(zip(asked, each(self._ask, asked), strict=True))

    def of(self, reader: KindReader) -> Names | CollectError:
        """The locations in which a kind has to be listed, or why they are not known."""
        if reader.service == COMPUTE:
            return self._zones if reader.kind.extent == "zonal" else self._regions
        found = self._known[reader.service] if reader.service in self._known else self._usual()
        return found if isinstance(found, CollectError) else [name for name in found if where(name) in self._wanted]

    def _usual(self) -> Names | CollectError:
        """The regions of compute, else those of the first service that tells its own."""
        if self._regions:
            return self._regions
        for service in self._tellers:
            if service not in self._known:
                self._known[service] = self._ask(service)
            found = self._known[service]
            if not isinstance(found, CollectError):
                return [name for name in found if is_region(name)]
        return Unreadable(f"the regions of project {self._api.project}", "no service that is switched on tells them")

    def _ask(self, service: str) -> Names | CollectError:
        params = {"name": f"projects/{self._api.project}"}
        try:
            pages = self._api.pages(service, OPERATION, params)
            return [str(one["locationId"]) for page in pages for one in page.get("locations", ())]
        except (Stopped, ScopeTimeout):
            raise
        except CollectError as error:
            return error
