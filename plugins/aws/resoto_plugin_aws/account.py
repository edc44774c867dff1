"""Collects one account: account → regions → zones → resources."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

from resoto_plugin_aws import regions
from resoto_plugin_aws.bulktags import TagReading
from resoto_plugin_aws.places import Places
from resoto_plugin_aws.plan import Plan
from resoto_plugin_aws.regions import GLOBAL
from resoto_plugin_aws.session import AccountSession
from resoto_plugin_aws.tasks import Result, Task, Worker
from resotolib.collect.collector import ScopeRun
from resotolib.collect.completeness import EVERYWHERE, OTHERS, Outcome, Reading, reading_of
from resotolib.collect.records import KindReader, Record, declares_parent
from resotolib.collect.scope import Message, Scope
from resotolib.errors import CollectError, NotAvailable
from resotolib.graph.edges import Linker
from resotolib.kinds.kind import Kind

ACCOUNT = "aws_account"


class AccountCollector:
    """Reads what the plan says and states what was read.

    Calls and parsing run on the run's threads; the graph is filled by the thread that calls `collect`.
    """

    def __init__(self, scope: Scope, session: AccountSession, run: ScopeRun, plan: Plan) -> None:
        self._scope, self._session, self._run = scope, session, run
        session.obey(run.stop_if_told)
        self._readers, self._left_out, self._narrow = plan.readers, plan.left_out, plan.narrow
        self._children: defaultdict[str, list[KindReader]] = defaultdict(list)
        self._sources = {reader.parent for reader in plan.readers if reader.made_of_parents}
        for reader in plan.readers:
            if reader.parent and not reader.made_of_parents:
                self._children[reader.parent].append(reader)
        self._places = Places(run.graph, scope, session)
        self._linker = Linker(run.graph, plan.kinds)
        self._found: defaultdict[tuple[str, str], list[Record]] = defaultdict(list)
        self._errors: defaultdict[tuple[str, str], list[CollectError]] = defaultdict(list)
        self._absent: dict[tuple[str, str], str] = {}
        self._open: Counter[str] = Counter()
        self._dropped: Counter[tuple[str, str]] = Counter()
        facts = {"id": scope.id, "name": scope.name, "role": session.role}
        self._worker = Worker(session, run, plan.hooks, self._found, facts)

    def collect(self, asked: Sequence[str]) -> None:
        """Fill the graph from the regions `asked` for, all enabled ones by default."""
        found = regions.find(self._session, asked, self._run.map)
        for message in found.messages:
            self._tell(message.level, message.text)
        self._run.progress(regions=len(found.wanted))
        for region in found.wanted:
            self._places.region(region)
        listed = list(self._first((r for r in self._readers if not r.parent), found.wanted))
        made = list(self._first((r for r in self._readers if r.made_of_parents), found.wanted))
        self._open.update(task.region for task in (*listed, *made))
        self._run.progress(regions_done=sum(not self._open[region] for region in found.wanted))
        self._work(listed)
        self._work(made)
        self._read_tags()
        self._linker.link()
        self._state(found)

    def _where(self, kind: Kind, wanted: Sequence[str]) -> Sequence[str]:
        return (GLOBAL,) if kind.extent == "global" else wanted

    def _first(self, readers: Iterable[KindReader], wanted: Sequence[str]) -> Iterator[Task]:
        """The listings to begin with, by service, so that few clients are in use at a time."""
        for reader in sorted(readers, key=lambda reader: reader.service):
            for region in self._where(reader.kind, wanted):
                home = self._session.home if region == GLOBAL else region
                if self._session.offers(reader.service, home):
                    yield Task(reader, region)
                else:
                    self._absent[region, reader.kind.name] = f"{reader.service} has no endpoint in {home}"

    def _work(self, tasks: Iterable[Task]) -> None:
        """Do the tasks, and those that come of them as soon as a thread is free, until there are none."""
        queue = deque(tasks)
        while queue:
            for result in self._run.map(self._worker.run, _taken(queue)):
                before = len(queue)
                queue.extend(self._absorb(result))
                self._count(result.task.region, len(queue) - before)

    def _count(self, region: str, more: int) -> None:
        """A task in the region is done and `more` came of it."""
        self._open[region] += more - 1
        if not self._open[region] and region != GLOBAL:
            self._run.progress(regions_done=1)

    def _absorb(self, result: Result) -> Iterator[Task]:
        """Put a result into the graph; returns what is to be done next."""
        task = result.task
        key = (task.region, task.reader.kind.name)
        self._errors[key].extend(result.errors)
        for name, count in result.dropped.items():
            self._dropped[task.reader.kind.name, name] += count
        for record in result.records:
            if self._add(record):
                self._found[key].append(record)
                for child in self._children[task.reader.kind.name]:
                    yield Task(child, task.region, record)
        self._run.progress(nodes=len(result.records))
        size = task.reader.batch
        for start in range(0, len(result.thin), size):
            yield Task(task.reader, task.region, task.parent, tuple(result.thin[start : start + size]))

    def _add(self, record: Record) -> bool:
        """Add a record to the graph; whether it is new there."""
        if record.kind.name == ACCOUNT:
            self._places.describe_account(record)
            return True
        node = record.make_node(self._session.account)
        known = self._run.graph.get(node.id)
        if known is not None:
            record.node = known
            return False
        above = self._places.zone(record.region, record.zone) if record.zone else self._places.region(record.region)
        record.node = self._run.graph.add(node, above)
        if record.parent is not None and record.parent.node is not None and not declares_parent(record):
            self._run.graph.connect(record.parent.node, record.node)
        self._linker.add(record.node, record.kind, record.item, arn=record.arn)
        record.settle(keep_item=record.kind.name in self._sources)
        return True

    def _read_tags(self) -> None:
        """Look up the tags that neither lists nor details have given."""
        reading = TagReading(self._worker, self._found, {reader.kind.name: reader for reader in self._readers})
        reading.run(self._run)
        for key, errors in reading.errors.items():
            self._errors[key].extend(errors)

    def _state(self, found: regions.Regions) -> None:
        """Record what was read and what was not, and tell what was left out of items."""
        for reader in self._readers:
            for region in self._where(reader.kind, found.wanted):
                self._run.record(self._reading(reader, region))
            if reader.kind.extent != "global":
                self._exclude(reader.kind, found.others)
        for kind in self._left_out:
            self._exclude(kind, self._where(kind, (*found.wanted, *found.others)))
        if self._narrow:
            self._run.record(Reading(EVERYWHERE, OTHERS, Outcome.EXCLUDED))
        for (name, member), count in self._dropped.items():
            self._tell("info", f"{name}: {member} was no value of its type in {count} resources and is left out there.")

    def _exclude(self, kind: Kind, places: Iterable[str]) -> None:
        for region in places:
            self._run.record(Reading(region, kind.name, Outcome.EXCLUDED))

    def _reading(self, reader: KindReader, region: str) -> Reading:
        """How reading the kind in the region ended. What could not be read above leaves what is below it unread."""
        kind = reader.kind.name
        key = (region, kind)
        above = (region, reader.parent)
        self._errors[key].extend(self._errors.get(above, ()))
        if above in self._absent:
            self._absent[key] = self._absent[above]
        if key in self._absent:
            return Reading(region, kind, Outcome.ABSENT, None, self._absent[key])
        errors = self._errors.get(key, [])
        for error in errors:
            if not isinstance(error, NotAvailable):
                return reading_of(region, kind, error)
        if errors and not self._found.get(key):
            return reading_of(region, kind, errors[0])
        return Reading(region, kind, Outcome.COMPLETE)

    def _tell(self, level: str, text: str) -> None:
        self._run.message(Message("error" if level == "error" else "info", text, str(self._scope)))


def _taken(queue: deque[Task]) -> Iterator[Task]:
    while queue:
        yield queue.popleft()
