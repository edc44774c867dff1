"""What a core held before a fault, so that it can be said afterwards that it still does."""

from __future__ import annotations

import time

from tests.whole.faults.cloud import Cloud, Victim
from tests.whole.faults.content import Content
from tests.whole.faults.rig import Rig


class Known:
    """What the core held before a fault, and what is deleted in the cloud meanwhile."""

    def __init__(self, running: Rig[Cloud], *victims: Victim) -> None:
        self.rig = running
        names = [(victim, running.cloud.make(victim)) for victim in victims]
        began = time.monotonic()
        ran = running.collect()
        self.seconds = time.monotonic() - began
        assert ran.result == "done", (ran, running.log()[-3000:])
        self.before = running.content()
        self.gone = [node for _, name in names for node in self.before.named(name)]
        assert len(self.gone) == len(victims)
        for victim, name in names:
            running.cloud.delete(victim, name)

    def is_kept(self) -> Content:
        """Nothing is lost or changed but what was deleted in the cloud, which is gone."""
        after = self.rig.content()
        assert self.before.without(self.gone).missing(after) == [], self.rig.log()[-3000:]
        assert [str(node) for node in self.gone if node.id in after.nodes] == []
        return after


def time_enough(running: Rig[Cloud]) -> str:
    """Seconds for a run: some times of what one takes at the moment."""
    return str(round(3 * Known(running).seconds) + 5)
