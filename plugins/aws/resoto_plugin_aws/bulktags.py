"""Tags that neither lists nor details have given: many in few calls where that works, else a call for each resource.

The Resource Groups Tagging API tells nothing of resources that it does not support, and nothing of those that were
never tagged. So it is believed about a kind only where it knows at least one resource of it; the others are asked one
by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.tasks import Worker
from resotolib.collect.collector import ScopeRun
from resotolib.collect.completeness import raise_if_ending
from resotolib.collect.records import KindReader, Record
from resotolib.errors import CollectError, Unreadable
from resotolib.kinds.values import tag_reader

SERVICE = "resourcegroupstaggingapi"
PAGE = 100
WORTH_IT = 2
"""Fewer resources of a kind than this are not worth a call for many."""

Key = tuple[str, str]
"""Region and name of a kind."""


@dataclass(slots=True)
class BulkTags:
    """Tags by ARN in one region, and the errors by service whose tags could not be read."""

    region: str
    tags: dict[str, dict[str, str]] = field(default_factory=dict)
    errors: dict[str, CollectError] = field(default_factory=dict)


class TagReading:
    """Gives the records of a scope the tags that they lack; `errors` are those by region and kind."""

    def __init__(
        self, worker: Worker, found: Mapping[Key, Iterable[Record]], readers: Mapping[str, KindReader]
    ) -> None:
        self._worker = worker
        self._readers = readers
        lacking = {key: [r for r in records if r.tags is None] for key, records in found.items()}
        self._lacking = {key: records for key, records in lacking.items() if records}
        self.errors: defaultdict[Key, list[CollectError]] = defaultdict(list)

    def run(self, run: ScopeRun) -> None:
        """Read them on the threads of the run."""
        for bulk in run.map(self._read_bulk, self._bulk_work()):
            self._apply(bulk)
        alone = [record for records in self._lacking.values() for record in records if record.tags is None]
        for record, error in run.map(self._read_one, alone):
            if error is not None:
                self.errors[record.region, record.kind.name].append(error)
            record.show_tags()

    def _bulk_work(self) -> list[tuple[str, tuple[str, ...]]]:
        """Regions, and the services to ask about in them."""
        services: defaultdict[str, set[str]] = defaultdict(set)
        for (region, kind), records in self._lacking.items():
            named = [record for record in records if record.arn]
            if self._readers[kind].tag_call is None or len(named) >= WORTH_IT:
                services[region].update(_service_of(record) for record in named)
        return [(region, tuple(sorted(names))) for region, names in services.items() if names]

    def _read_bulk(self, work: tuple[str, tuple[str, ...]]) -> BulkTags:
        region, services = work
        return read(self._worker.api(region), region, services)

    def _apply(self, bulk: BulkTags) -> None:
        for (region, kind), records in self._lacking.items():
            if region != bulk.region:
                continue
            known = any(record.arn in bulk.tags for record in records)
            if not known and self._readers[kind].tag_call is not None:
                continue
            error = next((bulk.errors[s] for s in map(_service_of, records) if s in bulk.errors), None)
            if error is not None and not known:
                self.errors[region, kind].append(error)
            for record in records:
                record.tags = bulk.tags.get(record.arn, {})
                record.show_tags()

    def _read_one(self, record: Record) -> tuple[Record, CollectError | None]:
        return record, self._worker.read_tags(self._readers[record.kind.name], record)


def _service_of(record: Record) -> str:
    """The service in the record's ARN, which is what the tagging API calls it."""
    parts = record.arn.split(":", 3)
    return parts[2] if len(parts) == 4 else ""


def read(api: Api, region: str, wanted: tuple[str, ...]) -> BulkTags:
    """The tags of everything of these services. One that the API refuses does not cost the others."""
    found = BulkTags(region)
    try:
        _read(api, wanted, found)
    except CollectError as error:
        if not isinstance(error, Unreadable) or len(wanted) == 1:
            found.errors.update(dict.fromkeys(wanted, error))
        else:
            for service in wanted:
                _read_alone(api, service, found)
    raise_if_ending(found.errors.values())
    return found


def _read_alone(api: Api, service: str, found: BulkTags) -> None:
    try:
        _read(api, (service,), found)
    except CollectError as error:
        found.errors[service] = error


def _read(api: Api, wanted: tuple[str, ...], found: BulkTags) -> None:
    for page in api.pages(SERVICE, "GetResources", ResourceTypeFilters=list(wanted), ResourcesPerPage=PAGE):
        for resource in page.get("ResourceTagMappingList", ()):
            found.tags[resource["ResourceARN"]] = _PAIRS(resource.get("Tags"))


_PAIRS = tag_reader("Key/Value")
