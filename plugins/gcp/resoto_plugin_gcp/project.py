"""Collects one project: project → regions → zones → resources."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from resoto_plugin_gcp import hierarchy, locations, services
from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.places import ALL, REGION, ZONE, Places, Wanted, Where
from resoto_plugin_gcp.plan import ASSET, PLACES, Plan
from resoto_plugin_gcp.session import COMPUTE, Session
from resoto_plugin_gcp.tasks import Result, Task, Worker
from resotolib.collect.collector import ScopeRun
from resotolib.collect.completeness import EVERYWHERE, Outcome, Reading, reading_of
from resotolib.collect.records import KindReader, Record, declares_parent
from resotolib.collect.scope import Message, Scope
from resotolib.errors import CollectError, NotAvailable
from resotolib.graph.edges import Linker


class ProjectCollector:
    """Reads what the plan says and states what was read.

    Calls and parsing run on the run's threads; the graph is filled by the thread that calls `collect`.
    """

    def __init__(self, scope: Scope, session: Session, run: ScopeRun, plan: Plan) -> None:
        self._scope, self._run, self._plan = scope, run, plan
        self._api = Api(session, scope.id, scope.data.get("number", ""), run)
        hierarchy.remember(self._api, scope.data.get("above", ""))
        self._children: defaultdict[str, list[KindReader]] = defaultdict(list)
        self._sources = {one.parent for one in plan.readers if one.made_of_parents}
        for one in plan.readers:
            if one.parent and not one.made_of_parents:
                self._children[one.parent].append(one)
        self._places = Places(run.graph, scope)
        self._linker = Linker(run.graph, plan.kinds)
        self._found: defaultdict[str, list[Record]] = defaultdict(list)
        self._errors: defaultdict[str, list[tuple[Where, CollectError]]] = defaultdict(list)
        self._absent: dict[str, str] = {}
        self._dropped: Counter[tuple[str, str]] = Counter()
        self._known: set[Where] = set()
        self._links = {f"projects/{scope.id}"}
        self._enabled: frozenset[str] | None = None
        self._worker = Worker(self._api, self._found, plan.shared)

    def collect(self, zones: Sequence[str]) -> None:
        """Fill the graph from the `zones` asked for and their regions, from all by default."""
        self._wanted = Wanted(zones)
        self._leave_out_absent()
        readers = [one for one in self._plan.readers if one.kind.name not in self._absent]
        self._work(Task(one) for one in readers if one.kind.name in PLACES)
        regions = [record.id for record in self._found[REGION]]
        self._tell_unknown(zones)
        self._run.progress(regions=len(regions))
        self._work(self._first([one for one in readers if not one.parent and one.kind.name not in (*PLACES, ASSET)]))
        self._work(Task(one) for one in readers if one.made_of_parents)
        self._work(Task(one) for one in readers if one.kind.name == ASSET)
        self._linker.link()
        self._state()
        self._run.progress(regions_done=len(regions))

    def _leave_out_absent(self) -> None:
        """What is of a service that is switched off is not asked for."""
        try:
            self._enabled = services.enabled(self._api)
        except NotAvailable as error:
            self._tell("info", f"All services are tried: {error}")
            return
        except CollectError as error:
            services.raise_if_no_way_in(error)
            self._tell("info", f"All services are tried, which are switched on cannot be read: {error}")
            return
        for one in self._plan.readers:
            if one.service not in self._enabled:
                self._absent[one.kind.name] = f"{one.service}{services.ENDING} is not switched on in the project"

    def _first(self, readers: Sequence[KindReader]) -> Iterator[Task]:
        """The listings to begin with: of the whole project, or of each location of the service."""
        by_location = [one for one in readers if locations.needed(one)]
        found = locations.Locations(self._api, self._found[REGION], self._found[ZONE], self._wanted, self._enabled)
        found.learn(by_location, self._run.map)
        for one in readers:
            if not locations.needed(one):
                yield Task(one)
        for one in by_location:
            if one.service == COMPUTE:  # what is not known of its places is not read there
                self._errors[one.kind.name].extend(self._errors[ZONE if one.kind.extent == "zonal" else REGION])
            where = found.of(one)
            if isinstance(where, CollectError):
                self._errors[one.kind.name].append((ALL, where))
            else:
                yield from (Task(one, name) for name in where)

    def _work(self, tasks: Iterable[Task]) -> None:
        """Do the tasks, and those that come of them as soon as a thread is free, until there are none."""
        queue = deque(tasks)
        while queue:
            for result in self._run.map(self._worker.run, _taken(queue)):
                queue.extend(self._absorb(result))

    def _absorb(self, result: Result) -> Iterator[Task]:
        """Put a result into the graph; returns what is to be done next."""
        name = result.task.reader.kind.name
        self._errors[name].extend(result.errors)
        for member, count in result.dropped.items():
            self._dropped[name, member] += count
        for record in result.records:
            where = Where(record.region, record.zone)
            self._known.add(where)
            if where in self._wanted and not self._is_known(record) and self._add(record):
                self._found[name].append(record)
                yield from (Task(child, parent=record) for child in self._children[name])
        self._run.progress(nodes=len(result.records))

    def _is_known(self, record: Record) -> bool:
        """Whether it is an asset that another kind has found."""
        return record.kind.name == ASSET and record.arn in self._links

    def _add(self, record: Record) -> bool:
        """Add a record to the graph; whether it is new there."""
        if self._places.describe(record):
            return True
        node = record.make_node(self._scope.id)
        known = self._run.graph.get(node.id)
        if known is not None:
            record.node = known
            return False
        record.node = self._run.graph.add(node, self._places.node(Where(record.region, record.zone)))
        above = record.parent.node if record.parent is not None else None
        if above is not None and record.parent is not None and not declares_parent(record):
            self._run.graph.connect(above, record.node)
        self._links.add(record.arn)
        self._linker.add(record.node, record.kind, record.item, arn=record.arn)
        record.settle(keep_item=record.kind.name in self._sources)
        return True

    def _state(self) -> None:
        """Record what was read and what was not, and tell what was left out of items."""
        left_out = self._wanted.left_out(self._known)
        for one in self._plan.readers:
            for stated in self._readings(one):
                self._run.record(stated)
            for where in left_out if one.kind.name not in PLACES else ():
                self._run.record(Reading(where.region, one.kind.name, Outcome.EXCLUDED, zone=where.zone))
        for kind in self._plan.left_out:
            self._run.record(Reading(EVERYWHERE, kind.name, Outcome.EXCLUDED))
        for (name, member), count in self._dropped.items():
            self._tell("info", f"{name}: {member} was no value of its type in {count} resources and is left out there.")

    def _readings(self, one: KindReader) -> Iterator[Reading]:
        """How reading a kind ended. What could not be read above leaves what is below it unread."""
        name = one.kind.name
        if one.parent in self._absent:
            self._absent.setdefault(name, self._absent[one.parent])
        if name in self._absent:
            yield Reading(EVERYWHERE, name, Outcome.ABSENT, None, self._absent[name])
            return
        errors = self._errors[name]
        errors.extend(self._errors.get(one.parent, ()))
        nothing = not self._found[name]
        absent = [error for _, error in errors if isinstance(error, NotAvailable)]
        if nothing and absent and len(absent) == len(errors):
            yield reading_of(EVERYWHERE, name, absent[0])
            return
        for where, error in errors:
            if not isinstance(error, NotAvailable):
                yield reading_of(where.region, name, error, where.zone)
        if not any(where == ALL and not isinstance(error, NotAvailable) for where, error in errors):
            yield Reading(EVERYWHERE, name, Outcome.COMPLETE)

    def _tell_unknown(self, zones: Sequence[str]) -> None:
        """A zone that was asked for and does not exist; said only where the zones could be read."""
        there = {record.name for record in self._found[ZONE]}
        for zone in zones if self._found[ZONE] and not self._errors[ZONE] else ():
            if zone not in there:
                self._tell("error", f"There is no zone {zone} in project {self._scope.id}.")

    def _tell(self, level: str, text: str) -> None:
        self._run.message(Message("error" if level == "error" else "info", text, str(self._scope)))


def _taken(queue: deque[Task]) -> Iterator[Task]:
    while queue:
        yield queue.popleft()
