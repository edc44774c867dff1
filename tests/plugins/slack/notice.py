"""A run of which a cleanup has done something, and what the plugin does about it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from resoto_plugin_slack.notice.handler import Notice
from resoto_plugin_slack.settings import SlackSettings

from resotolib.actions import ActionRun
from resotolib.clean.resource import parse
from resotolib.clean.result import Result, event
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.core.reporter import Outcome, Reporter
from resotolib.log import Mask
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.resotoworker.sky import GRAPH

VMS = tuple(f"vm{number}" for number in range(5))
SECRET = "a secret of the worker"


@dataclass
class Rig:
    """A run whose cleanup has done something; what the plugin says to the core is in `lines`."""

    core: Core
    slack: SlackServer
    folder: Path
    task: str
    lines: list[str] = field(default_factory=list)

    def cleaned(self, *owners: str, message: str = "Cleaned up", error: str = "", task: str = "") -> None:
        """The next resources, one for each owner, have been cleaned up."""
        rows = {row["id"]: row for row in self.core.search_graph(GRAPH, "is(resource)") if row["type"] == "node"}
        for name, owner in zip(VMS, owners, strict=False):
            result = Result(parse(rows[name]), "deleted", events=(event(message, error),))
            section = {"reported": {**rows[name]["reported"], "tags": {"resoto:owner": owner}}}
            self.core.patch_nodes(GRAPH, [{**result.patch(task or self.task), **section}])

    def notify(self, *, stopped: bool = False, minute: float = 0.0, **settings: Any) -> Outcome:
        """The action arrives."""
        action = Action("post_cleanup", self.task, "post_cleanup", {"task": self.task, "step": "post_cleanup"})
        reporter = Reporter(action, self._tell)
        if stopped:
            reporter.stop.set()
        given = {"bot_token": (TOKEN,), "endpoint_url": self.slack.url, **settings}
        run = ActionRun(action, reporter, self.core, GRAPH, self.folder)
        return Notice(SlackSettings(**given), Mask([SECRET]), minute)(run)

    @property
    def told(self) -> dict[str, list[str]]:
        """The messages that people got."""
        posts: dict[str, list[str]] = {}
        for user, text in self.slack.world.posts:
            posts.setdefault(user, []).append(text)
        return posts

    def _tell(self, frame: str, *, replace: bool) -> None:
        self.lines.append(json.loads(frame)["data"]["message"])
