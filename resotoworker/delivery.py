"""How collected scopes get to the core: over the spool, at once or, when the core was away, once it is back."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import groupby
from pathlib import Path
from typing import Any

from resotolib.collect.segment import Segment
from resotolib.core.http import Core
from resotolib.core.messages import Action
from resotolib.errors import CoreError, MessageError
from resotolib.kinds.kind import Kind
from resotolib.log import Mask
from resotolib.settings import Settings
from resotoworker.settings import WorkerSettings
from resotoworker.spool import MEGABYTE, Left, Shelf, Spool
from resotoworker.state import State
from resotoworker.upload import Shelf as UploadShelf
from resotoworker.upload import Target, Uploader

log = logging.getLogger(__name__)

KEPT_SECONDS = 24 * 3600.0  # what is older is not sent: later runs have read the account anew, or could not
_UNKNOWN = datetime.max.replace(tzinfo=timezone.utc)  # somebody's who does not say when: perhaps newer than ours
PAUSE = 1.0  # seconds before the core is asked again for the first time
LAST_SECONDS = 40.0  # after the time of an action is over, for what came last: the core waits a minute for its answer
LEFT_SECONDS = 600.0  # in which what earlier runs have left is sent; actions wait meanwhile


@dataclass(frozen=True)
class Delivery:
    """Sends to one graph of one core what lies in the spool. `batch`: nodes of one upload, about."""

    core: Core
    graph: str
    kinds: Mapping[str, Kind]
    spool: Spool
    batch: int = 100_000
    forget_excluded: bool = False
    pause: float = PAUSE
    left_seconds: float = LEFT_SECONDS

    def shelf(self, action: Action) -> Shelf:
        """Where the scopes of an action wait for `uploader`."""
        return self.spool.shelf(action)

    def uploader(
        self, task: str, deadline: float, stop: threading.Event, sent: Callable[[Segment], None], shelf: UploadShelf
    ) -> Uploader:
        """See `Uploader`; a core that is away is waited for until `deadline` (monotonic), answers a little longer."""
        return Uploader(self._target(task, deadline, deadline + LAST_SECONDS, stop), sent, shelf)

    def send_left(self, stop: threading.Event) -> None:
        """Send what earlier runs could not, if the core has nothing newer. Raises nothing; what fails stays."""
        now = time.monotonic()
        until = now + self.left_seconds
        core = self.core.until(until)
        try:
            for task, found in groupby(self.spool.left(), key=lambda left: left.task):
                news = [left.segment for left in found if not stop.is_set() and self._is_news(core, left)]
                target = replace(self._target(task, now, until, stop), joins=False)
                with Uploader(target, _tell, _Left(self.spool)) as uploader:
                    for segment in news:
                        uploader.put(segment)
        except (CoreError, MessageError) as away:
            log.warning("What earlier runs have collected stays in the spool: %s", away)

    def _target(self, task: str, deadline: float, until: float, stop: threading.Event) -> Target:
        return Target(
            *(self.core, self.graph, task, self.kinds, self.batch, deadline, stop, until),
            forget_excluded=self.forget_excluded,
            pause=self.pause,
        )

    def _is_news(self, core: Core, left: Left) -> bool:
        """Whether the core knows the account only as it was before; else the file is removed."""
        file = left.segment.path
        if time.time() - left.kept > KEPT_SECONDS:
            log.warning("%s from an earlier run is not sent: it is more than a day old", left.segment.scope)
            self.spool.gone(file)
            return False
        try:
            read = exported_at(Path(file))
        except MessageError as damaged:
            log.error("%s from an earlier run is not sent, its file is removed: %s", left.segment.scope, damaged)  # noqa: TRY400  # the traceback says nothing
            self.spool.gone(file)
            return False
        except OSError as unreadable:
            log.warning("%s from an earlier run stays in the spool: %s", left.segment.scope, unreadable)
            return False
        known = self._known_since(core, left.segment)
        if read is None or (known is not None and known >= read):
            log.info("%s from an earlier run is not sent: the core has it, or something newer", left.segment.scope)
            self.spool.sent(file)
            return False
        return True

    def _known_since(self, core: Core, segment: Segment) -> datetime | None:
        """When what the core has of the account was collected, None if it has nothing. Raises CoreError."""
        core.create_graph(self.graph)
        query = core.dialect.replaced(*segment.scope.key)
        found = (row for row in core.search_graph(self.graph, query) if row.get("type") != "edge")
        return max((_time(row) or _UNKNOWN for row in found if _below(row, segment.scope.cloud)), default=None)


@contextmanager
def open_spool(settings: Settings, state: State, version: str) -> Iterator[Spool]:
    """The spool where the settings say, in no other worker's use; raises SettingsError.

    What was collected by another version, or with other settings, is not taken for a part of the same run.
    """
    worker, mask = settings[WorkerSettings], Mask(settings.secret_values())
    with ExitStack() as stack:
        directory = state.folder("spool")
        if worker.spool_dir:
            own = State(Path(worker.spool_dir).expanduser(), "--spool-dir")
            directory = stack.enter_context(own).directory
        spool = Spool(directory, worker.spool_size * MEGABYTE, f"{version} {settings!r}", mask)
        yield stack.enter_context(closing(spool))


def make_delivery(worker: WorkerSettings, core: Core, kinds: Mapping[str, Kind], spool: Spool) -> Delivery:
    """The delivery that the settings ask for."""
    return Delivery(
        *(core, worker.resotocore_graph, kinds, spool, worker.merge_batch, worker.forget_excluded),
        left_seconds=min(LEFT_SECONDS, worker.timeout / 2),
    )


@dataclass(frozen=True)
class _Left:
    """What is taken away from the spool, whichever action it was of."""

    spool: Spool

    def sent(self, segment: Segment) -> None:
        """See `upload.Shelf`."""
        self.spool.sent(segment.path)

    def drop(self, segment: Segment) -> None:
        """See `upload.Shelf`."""
        self.spool.gone(segment.path)


def _tell(segment: Segment) -> None:
    if segment.error:
        log.error("%s from an earlier run: %s", segment.scope, segment.error)
    else:
        log.info("Sent %s as an earlier run has collected it: %d resources", segment.scope, segment.nodes)


def exported_at(path: Path) -> datetime | None:
    """When an account was collected: the node that the merge replaces says it. Raises MessageError if it is damaged."""
    try:
        with path.open("rb") as file:
            for line in file:
                node = json.loads(line)
                if (node.get("metadata") or {}).get("replace"):
                    return _time(node)
    except (ValueError, AttributeError) as wrong:
        raise MessageError(str(path), str(wrong)) from wrong
    return None


def _time(node: Mapping[str, Any]) -> datetime | None:
    text = str((node.get("metadata") or {}).get("exported_at", ""))
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _below(row: Mapping[str, Any], cloud: str) -> bool:
    """Whether an account is of this cloud; an older core does not say."""
    ancestors = row.get("ancestors") or {}
    known = ((ancestors.get("cloud") or {}).get("reported") or {}).get("id", cloud)
    return bool(known == cloud)
