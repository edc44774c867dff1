"""Handles the action that follows a cleanup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resoto_plugin_slack.settings import SlackSettings
from resotolib.log import Mask

if TYPE_CHECKING:
    from resotolib.actions import ActionRun
    from resotolib.core.reporter import Outcome


@dataclass(frozen=True)
class Notice:
    """Each owner of what the cleanup did something with gets one message. `mask` takes secrets out of it.

    `minute`: seconds of the minute in which Slack counts calls.
    """

    settings: SlackSettings
    mask: Mask
    minute: float = 60.0

    def __call__(self, run: ActionRun) -> Outcome:
        """Tell the owners. Raises a CollectError when no workspace can be reached, and a CoreError."""
        from resoto_plugin_slack.notice import sending  # noqa: PLC0415  # the SDK is imported where it is needed

        return sending.send(self.settings, self.mask, self.minute, run)
