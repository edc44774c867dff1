"""Units of reading, run on the threads of a scope: list a kind, complete items."""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.errors import Refused
from resoto_plugin_gcp.hooks import HOOKS
from resoto_plugin_gcp.links import GLOBAL, location, normalise, normalised, place
from resoto_plugin_gcp.partial import unread
from resoto_plugin_gcp.places import ALL, REGION, ZONE, Where, where
from resoto_plugin_gcp.plan import call_key
from resoto_plugin_gcp.routes import route
from resotolib.collect.completeness import raise_if_ending
from resotolib.collect.records import KindReader, Record, Step
from resotolib.errors import CollectError, Unbound, Unreadable

log = logging.getLogger(__name__)

_PLACED_BY = ("region", "zone", "location", "locationId")
"""Members that say where a resource is whose name does not."""


@dataclass(frozen=True, slots=True)
class Task:
    """List a kind: of the whole project, in one location (its name), or below a parent."""

    reader: KindReader
    location: str = ""
    parent: Record | None = None

    @property
    def where(self) -> Where:
        """What a failure of the task concerns."""
        if self.parent is not None:
            return Where(self.parent.region, self.parent.zone)
        return Where(*location(self.location)) if self.location else ALL


@dataclass(slots=True)
class Result:
    """What came of a task: records, and what could not be read, where."""

    task: Task
    records: list[Record] = field(default_factory=list)
    errors: list[tuple[Where, CollectError]] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


class Worker:
    """Runs tasks. `run` may be called from any thread."""

    def __init__(
        self,
        api: Api,
        found: Mapping[str, Sequence[Record]],
        shared: frozenset[tuple[str, str, str]],
    ) -> None:
        self._api, self._found, self._shared = api, found, shared

    def run(self, task: Task) -> Result:
        """Do one task. Raises only when the whole scope must end; every other error is in the result."""
        result = Result(task)
        what = f"{task.reader.kind.name} of project {self._api.project}"
        try:
            self._list(task, result)
        except CollectError as error:
            if task.parent is None or not is_gone(error):  # a parent that has gone since has no children
                result.errors.append((task.where, error))
        except Unbound as error:
            result.errors.append((task.where, Unreadable(what, str(error))))
        except Exception as error:
            log.exception("Reading %s failed", what)
            result.errors.append((task.where, Unreadable(what, f"{type(error).__name__}: {error}")))
        raise_if_ending(error for _, error in result.errors)
        return result

    def _list(self, task: Task, result: Result) -> None:
        reader = task.reader
        if reader.list is None:
            self._hooked(task, (), result)
            return
        for answer in self._answers(task, reader.list):
            for missing, words in unread(answer).items():
                call = reader.list.call
                what = f"{call.service}:{call.operation} in project {self._api.project}"
                result.errors.append((missing, Unreadable(what, f"{missing} is missing in the answer: {words}")))
            listed = list(reader.list.each(answer))
            if reader.detail:
                listed = list(self._detailed(task, reader.detail, listed, result))
            if reader.hook:
                self._hooked(task, listed, result)
            else:
                self._take(task, listed, result)

    def _answers(self, task: Task, step: Step) -> Iterable[Mapping[str, Any]]:
        params = self._bound(task, step)
        call = step.call
        key = call_key(task.reader)
        if key not in self._shared:
            return self._api.pages(call.service, call.operation, params)
        pages: list[Mapping[str, Any]] = self._api.memory.get(
            (key, task.location), lambda: list(self._api.pages(call.service, call.operation, params))
        )
        return pages

    def _bound(self, task: Task, step: Step, item: Any = None) -> dict[str, Any]:
        """The parameters of a call; those of the path that the kind does not bind come from the parent's link."""
        parent = task.parent.values() if task.parent else {}
        values = {"account": self._api.project, "region": task.location, "parent": parent, "item": item}
        params = step.template.bind(values)
        path = route(step.call.service, step.call.operation)
        if any(name not in params for name in path.variables):
            above = path.read(task.parent.arn) if task.parent is not None else None
            known = {"project": self._api.project, **(above or {})}
            params = {**{name: value for name, value in known.items() if name in path.variables}, **params}
        return params

    def _detailed(self, task: Task, detail: Step, listed: Sequence[Any], result: Result) -> Iterator[Any]:
        """The items completed. One that has gone since is left out; one whose detail is denied stays as listed."""
        for item in listed:
            try:
                params = self._bound(task, detail, item)
                answer = self._api.call(detail.call.service, detail.call.operation, params)
                full = next(iter(detail.each(answer)), None)
            except CollectError as error:
                if is_gone(error):
                    continue
                result.errors.append((self._where_of(item, task, task.parent), error))
                full = None
            thin = item if isinstance(item, Mapping) else {"+item": item}
            yield {**thin, **full} if isinstance(full, Mapping) else thin

    def _hooked(self, task: Task, listed: Sequence[Any], result: Result) -> None:
        reader = task.reader
        made = HOOKS[reader.hook](self._api, reader, listed, self._found.get(reader.parent, ()))
        for link, error in made.unread:
            region, zone = place(link)
            result.errors.append((Where(region or GLOBAL, zone), error))
        self._take(task, made.items, result, made.parents)

    def _take(self, task: Task, items: Iterable[Any], result: Result, parents: Sequence[Record] = ()) -> None:
        """Make records of whole items. One that cannot be told from others is not read."""
        api, nameless = self._api, 0
        above = parents or itertools.repeat(task.parent)
        for item, parent in zip(items, above, strict=False):
            dropped: list[str] = []
            whole = normalised(item if isinstance(item, Mapping) else {"+item": item}, api.project, api.number)
            if parent is not None:
                whole["+parent"] = parent.arn
            record = task.reader.record(whole, task.location, self._place(task), parent, dropped)
            result.dropped.update(dropped)
            if record is not None:
                self._settle(task, record)
                result.records.append(record)
            nameless += record is None
        if nameless:
            what = f"{task.reader.kind.name} of project {self._api.project}"
            result.errors.append((task.where, Unreadable(what, f"{nameless} items came without an identifier")))

    def _settle(self, task: Task, record: Record) -> None:
        """Give the record its one name and its place."""
        record.arn = normalise(record.arn, self._api.project, self._api.number)
        found = self._where_of(record.item, task, record.parent, record.arn)
        record.region, record.zone = found.region, found.zone

    def _where_of(self, item: Any, task: Task, parent: Record | None, link: str = "") -> Where:
        if task.reader.kind.name in (REGION, ZONE):
            return where(str(item.get("name", "")))
        region, zone = place(link)
        if region:
            return Where(region, zone)
        for member in _PLACED_BY:
            value = item.get(member) if isinstance(item, Mapping) else None
            if isinstance(value, str) and value:
                region, zone = place(value) if "/" in value else location(value.lower())
                if region:
                    return Where(region, zone)
        if parent is not None:
            return Where(parent.region, parent.zone)
        return task.where if task.location else Where(GLOBAL)

    def _place(self, task: Task) -> dict[str, str]:
        return {"account": self._api.project, "region": task.location}


def is_gone(error: CollectError) -> bool:
    """Whether Google said that what was asked about does not exist."""
    cause = error.__cause__
    return isinstance(cause, Refused) and cause.said.missing
