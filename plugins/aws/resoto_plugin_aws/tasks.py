"""Units of reading, run on the threads of a scope: list a kind, complete items, look tags up."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resoto_plugin_aws.api import Api
from resoto_plugin_aws.batches import unread
from resoto_plugin_aws.errors import is_gone
from resoto_plugin_aws.hooks.registry import Around, Hook
from resoto_plugin_aws.regions import GLOBAL
from resoto_plugin_aws.session import AccountSession
from resotolib.collect.completeness import raise_if_ending
from resotolib.collect.memory import Memory
from resotolib.collect.records import KindReader, Record, Step
from resotolib.collect.watch import Watch
from resotolib.errors import CollectError, Unbound, Unreadable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """List a kind in a region, or below a parent; or complete `items` that were listed."""

    reader: KindReader
    region: str
    parent: Record | None = None
    items: tuple[Any, ...] | None = None


@dataclass(slots=True)
class Result:
    """What came of a task: records, items still to be completed, and what could not be read."""

    task: Task
    records: list[Record] = field(default_factory=list)
    thin: list[Any] = field(default_factory=list)
    errors: list[CollectError] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


class Worker:
    """Runs tasks. All methods may be called from any thread."""

    def __init__(
        self,
        session: AccountSession,
        watch: Watch,
        hooks: Mapping[str, Hook],
        found: Mapping[tuple[str, str], Sequence[Record]],
        facts: Mapping[str, str],
    ) -> None:
        self._session = session
        self._watch = watch
        self._hooks = hooks
        self._found = found
        self._facts = facts
        self._memory = Memory()

    def run(self, task: Task) -> Result:
        """Do one task. Raises only when the whole scope must end; every other error is in the result."""
        result = Result(task)
        api = self.api(task.region)
        what = f"{task.reader.kind.name} in {task.region} of account {self._session.account}"
        try:
            if task.items is None:
                self._list(task, api, result)
            else:
                self._complete(task, api, task.items, result)
        except CollectError as error:
            result.errors.append(error)
        except Unbound as error:
            result.errors.append(Unreadable(what, str(error)))
        except Exception as error:
            log.exception("Reading %s failed", what)
            result.errors.append(Unreadable(what, f"{type(error).__name__}: {error}"))
        result.errors.extend(api.problems)
        raise_if_ending(result.errors)
        return result

    def api(self, region: str) -> Api:
        """The calls to a region; those of global services go to the partition's home region."""
        return Api(self._session, self._session.home if region == GLOBAL else region, self._watch, self._memory)

    def _list(self, task: Task, api: Api, result: Result) -> None:
        reader = task.reader
        hook = self._hook(reader)
        if reader.list is None:
            self._take(task, hook.function(api, [], self._around(task)) if hook else [], api, result)
            return
        values = {**self._place(api), "parent": task.parent.values() if task.parent else {}}
        try:
            answers = api.pages(
                reader.list.call.service, reader.list.call.operation, **reader.list.template.bind(values)
            )
            listed = (item for answer in answers for item in reader.list.each(answer))
            if hook and hook.whole and reader.detail is None:
                self._take(task, hook.function(api, list(listed), self._around(task)), api, result)
            elif reader.detail or hook:
                result.thin.extend(listed)
            else:
                self._take(task, listed, api, result)
        except CollectError as error:
            if task.parent is None or not _gone(error):
                raise  # a parent that has gone since has no children

    def _complete(self, task: Task, api: Api, listed: Sequence[Any], result: Result) -> None:
        hook = self._hook(task.reader)
        detail = task.reader.detail
        whole: Sequence[Any] = self._details(task, api, detail, listed, result) if detail else listed
        if hook and whole:
            whole = hook.function(api, list(whole), self._around(task))
        self._take(task, whole, api, result)

    def _details(self, task: Task, api: Api, detail: Step, listed: Sequence[Any], result: Result) -> list[Any]:
        """The items completed. One that has gone since is left out; one whose detail is denied stays as listed."""
        whole: list[Any] = []
        together = task.reader.batch > 1
        for group in [list(listed)] if together else [[item] for item in listed]:
            try:
                whole.extend(self._detail(task, api, detail, group, result))
            except CollectError as error:
                if not _gone(error):
                    result.errors.append(error)
                    whole.extend(item for item in group if isinstance(item, Mapping))
                elif len(group) > 1:  # one of them: which, is found one by one
                    for item in group:
                        whole.extend(self._details(task, api, detail, [item], result))
        return whole

    def _detail(self, task: Task, api: Api, detail: Step, group: list[Any], result: Result) -> list[Any]:
        together = task.reader.batch > 1
        values = {
            **self._place(api),
            "item": group if together else group[0],
            "parent": task.parent.values() if task.parent else {},
        }
        service, operation = detail.call.service, detail.call.operation
        answer = api.call(service, operation, **detail.template.bind(values))
        found = list(detail.each(answer))
        if together and (problem := unread(api.what(service, operation), group, answer, found)):
            result.errors.append(problem)
        if together or not found:
            return found
        thin, full = group[0], found[0]
        if not isinstance(full, Mapping):
            return [full]
        return [{**(thin if isinstance(thin, Mapping) else {"+item": thin}), **full}]

    def _take(self, task: Task, items: Iterable[Any], api: Api, result: Result) -> None:
        """Make records of whole items. One that cannot be told from others is not read."""
        place = self._place(api)
        nameless = 0
        for item in items:
            dropped: list[str] = []
            whole = item if isinstance(item, Mapping) else {"+item": item}
            record = task.reader.record(whole, task.region, place, task.parent, dropped)
            result.dropped.update(dropped)
            if record is not None:
                result.records.append(record)
            nameless += record is None
        if nameless:
            what = f"{task.reader.kind.name} in {task.region} of account {self._session.account}"
            result.errors.append(Unreadable(what, f"{nameless} items came without an identifier"))

    def read_tags(self, reader: KindReader, record: Record) -> CollectError | None:
        """Give a record the tags that a call for it alone returns; what goes wrong is returned, not raised.

        A resource that has gone since has no tags. Raises only when the whole scope must end.
        """
        step = reader.tag_call
        if step is None:
            record.tags = {}
            return None
        api = self.api(record.region)
        values = {**self._place(api), **record.values(), "parent": record.parent.values() if record.parent else {}}
        try:
            pages = api.pages(step.call.service, step.call.operation, **step.template.bind(values))
            tags = {key: value for page in pages for key, value in _tags_in(step, reader, page)}
        except CollectError as error:
            raise_if_ending([error])
            return None if _gone(error) else error
        except Unbound as error:
            return Unreadable(f"Tags of {reader.kind.name} {record.id}", str(error))
        record.tags = tags
        return None

    def _around(self, task: Task) -> Around:
        return Around(task.reader.kind, self._found.get((task.region, task.reader.parent), ()), self._facts)

    def _hook(self, reader: KindReader) -> Hook | None:
        return self._hooks[reader.hook] if reader.hook else None

    def _place(self, api: Api) -> dict[str, str]:
        return {"account": api.account, "region": api.region, "partition": api.partition}


def _listed(step: Step, api: Api, values: Mapping[str, Any]) -> Iterator[Any]:
    for answer in api.pages(step.call.service, step.call.operation, **step.template.bind(values)):
        yield from step.each(answer)


def _tags_in(step: Step, reader: KindReader, answer: Any) -> Iterator[tuple[str, str]]:
    """The tags of one answer: a map, or pairs."""
    found = list(step.each(answer))
    maps = found if reader.kind.tags is not None and reader.kind.tags.form in ("", "map") else [found]
    for tags in maps:
        yield from reader.parse_tags(tags).items()


def _gone(error: CollectError) -> bool:
    return error.__cause__ is not None and is_gone(error.__cause__)
