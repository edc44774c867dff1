"""Tells owners what happened to their resources: one message each."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from resoto_plugin_slack import workspaces
from resoto_plugin_slack.flags import CLOUD
from resoto_plugin_slack.notice import calls
from resoto_plugin_slack.notice.owners import Directory, Person, Workspace, owner_of
from resoto_plugin_slack.notice.register import Register
from resoto_plugin_slack.notice.text import parts
from resoto_plugin_slack.settings import SlackSettings
from resotolib.actions import ActionRun
from resotolib.clean.history import History
from resotolib.core.reporter import Outcome
from resotolib.errors import CollectError, ScopeTimeout, Stopped
from resotolib.log import Mask

log = logging.getLogger(__name__)


def send(settings: SlackSettings, mask: Mask, minute: float, run: ActionRun) -> Outcome:
    """Send a message to each owner of what the cleanup of this run did something with.

    An owner who cannot be told is reported, and costs nobody else the message. Raises a CollectError when no workspace
    can be reached, and a CoreError.
    """
    owned = _by_owner(run.cleaned())
    if not owned:
        return Outcome(summary="nobody had to be told")
    with Register(run.folder / "notices.sqlite") as register:
        return _Sending(run, register, mask).send(owned, _directory(settings, minute, run))


def _directory(settings: SlackSettings, minute: float, run: ActionRun) -> Directory:
    watch = _Watch(run)
    found = workspaces.find(settings, minute, watch)
    for message in found.messages:
        if message.level == "error":
            run.reporter.error(message.text, CLOUD)
    joined = [Workspace(scope.id, workspaces.client_of(scope, settings, minute, watch)) for scope in found.scopes]
    return Directory(joined, run.nodes)


@dataclass(frozen=True)
class _Watch:
    """Ends calls when the action has to end."""

    run: ActionRun

    def stop_if_told(self) -> None:
        """See `Watch`."""
        self.run.stop_if_told()

    def progress(self, *, regions: int = 0, regions_done: int = 0, nodes: int = 0, calls: int = 0) -> None:
        """Nobody counts."""


@dataclass
class _Sending:
    """The messages of one run."""

    run: ActionRun
    register: Register
    mask: Mask
    told: int = 0
    failed: int = 0

    def send(self, owned: Mapping[str, list[History]], directory: Directory) -> Outcome:
        """Find everybody first, since two tags may mean the same person, who gets one message."""
        people: defaultdict[Person, list[History]] = defaultdict(list)
        try:
            for owner, histories in owned.items():
                self._find(owner, histories, directory, people)
            for person, histories in people.items():
                self._tell(person, histories)
        except (Stopped, ScopeTimeout) as stopped:
            return Outcome(error=f"{stopped}: not every owner was told ({self._summary})")
        failed = bool(self.failed and not self.told)
        return Outcome("No owner could be told; the messages of this run say why." if failed else "", self._summary)

    @property
    def _summary(self) -> str:
        return f"{self.told} told, {self.failed} not told"

    def _find(
        self, owner: str, histories: list[History], directory: Directory, people: dict[Person, list[History]]
    ) -> None:
        try:
            people[directory.find(owner)] += histories
        except (Stopped, ScopeTimeout):
            raise
        except CollectError as error:
            self._report(f"{owner} was not told what happened to {len(histories)} resources. {error}")

    def _tell(self, person: Person, histories: list[History]) -> None:
        """Once: what may have arrived is not sent again."""
        task = self.run.action.task
        state = self.register.state(task, person.key)
        if state == "told":
            self.told += 1
            return
        if state == "begun":
            self._report(f"{person} may not have got all of the message: the worker ended while it was sent.")
            return
        try:
            self._post(person, parts(histories, self.mask), task)
        except (Stopped, ScopeTimeout):
            raise
        except CollectError as error:
            self._report(f"{person} may not have got all of the message about {len(histories)} resources. {error}")

    def _post(self, person: Person, texts: Iterable[str], task: str) -> None:
        client = person.workspace.client
        channel = calls.open_conversation(client, person.id)
        self.register.begin(task, person.key)
        for text in texts:
            calls.post(client, channel, text)
        self.register.told(task, person.key)
        self.told += 1

    def _report(self, text: str) -> None:
        self.failed += 1
        log.warning("%s", text)
        self.run.reporter.error(text, CLOUD)


def _by_owner(histories: Iterator[History]) -> dict[str, list[History]]:
    """What has an owner, by owner in the order of their names."""
    found: defaultdict[str, list[History]] = defaultdict(list)
    for history in histories:
        owner = owner_of(history.resource)
        if owner and history.entries:
            found[owner].append(history)
    return {owner: sorted(found[owner], key=lambda one: one.resource.name) for owner in sorted(found)}
