"""The faults of the core, of the worker and of what is between them, and what becomes of a run that meets them."""

from __future__ import annotations

import resource
import threading
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from tests.resotolib.core.fakecore import TEXT, encoded
from tests.whole.faults.coreproxy import CoreRule
from tests.whole.faults.corerig import CoreName, CoreRig
from tests.whole.faults.declared import Fault
from tests.whole.faults.here import hasty_worker
from tests.whole.faults.rig import Ran
from tests.whole.job import until

MERGE, HANDLE, SUBSCRIBER = "/merge ", "/handle ", "/subscriber/"
KEPT = "kept in the core as it was"
BOTH: tuple[CoreName, ...] = ("embedded", "real")
EMBEDDED: tuple[CoreName, ...] = ("embedded",)
"""What restarts the core: the state of the real one is in memory."""


@dataclass(frozen=True)
class CoreFault(Fault):
    """`play` makes a whole collect run that meets the fault. The island south has been changed before.

    `cores` are those it is tried with, `forked` whether it is tried with a process for each island too. `words` is what
    the operator is told. `kept`: the island that the core keeps as it was, "" if it gets all of them. `again`: the
    islands that are read twice.
    """

    play: Callable[[CoreRig], Ran]
    words: tuple[str, ...] = ()
    kept: str = ""
    again: tuple[str, ...] = ()
    cores: tuple[CoreName, ...] = BOTH
    forked: bool = False


def _killed_in_mid_collect(rig: CoreRig) -> Ran:
    rig.atoll.hold("south")
    run = rig.begin()
    rig.logged("Merged ")
    rig.reads("south")
    rig.kill()
    rig.atoll.release()
    rig.start()
    return rig.ended(run)


def _killed_in_mid_upload(rig: CoreRig) -> Ran:
    half = rig.proxy.add(CoreRule(MERGE, after=1500, until=threading.Event()))
    run = rig.begin()
    assert half.met.wait(30)
    until(lambda: sum(rig.atoll.reads().values()) == 3 and rig.waiting() == 3)
    rig.kill()
    rig.proxy.forget()
    rig.start()
    return rig.ended(run)


def _killed_with_an_unsent_answer(rig: CoreRig) -> Ran:
    rig.atoll.hold("south")
    run = rig.begin()
    rig.reads("south")
    rig.proxy.add(CoreRule(SUBSCRIBER, 503))
    rig.proxy.cut()
    rig.atoll.release()
    rig.logged(" is done after ")
    rig.kill()
    rig.proxy.forget()
    rig.start()
    return rig.ended(run)


def _stopped_while_the_core_is_away(rig: CoreRig) -> Ran:
    rig.proxy.add(CoreRule(MERGE, 503))
    run = rig.begin()
    until(lambda: rig.waiting() == 3)
    rig.proxy.down = True
    rig.proxy.cut()
    rig.logged("what was collected waits")
    rig.leave()
    rig.proxy.forget()
    rig.start()
    ran = rig.ended(run)
    rig.logged("as an earlier run has collected it", 3)
    return ran


def _restarted_in_mid_collect(rig: CoreRig) -> Ran:
    rig.atoll.hold("south")
    run = rig.begin()
    rig.reads("south")
    rig.restart_core()
    rig.atoll.release()
    return rig.ended(run)


def _restarted_in_mid_merge(rig: CoreRig) -> Ran:
    half = rig.proxy.add(CoreRule(MERGE, times=1, after=1500, until=threading.Event()))
    run = rig.begin()
    assert half.met.wait(30)
    rig.restart_core()
    assert half.until is not None
    half.until.set()
    return rig.ended(run)


def _refuses_for_a_while(rig: CoreRig) -> Ran:
    rig.proxy.add(CoreRule("/graph/", 503, times=2))
    return rig.collect()


def _nobody_there_for_a_while(rig: CoreRig) -> Ran:
    rig.atoll.hold("south")
    run = rig.begin()
    rig.reads("south")
    rig.proxy.down = True
    rig.proxy.cut()
    rig.atoll.release()
    rig.logged("trying again")
    rig.proxy.down = False
    return rig.ended(run)


def _too_many_on_reconnect(rig: CoreRig) -> Ran:
    rig.atoll.hold("south")
    run = rig.begin()
    rig.reads("south")
    refused = rig.proxy.add(CoreRule(HANDLE, 429, times=2))
    rig.proxy.cut()
    rig.atoll.release()
    until(lambda: refused.times == 0, 30)
    return rig.ended(run)


def _cut_50_times(rig: CoreRig) -> Ran:
    rig.leave()
    with hasty_worker(rig):
        until(lambda: rig.proxy.websockets() == 2)
        rig.atoll.hold("south")
        run = rig.begin()
        rig.reads("south")
        for _ in range(50):
            rig.proxy.cut()
            until(lambda: rig.proxy.websockets() == 2)
        rig.atoll.release()
        ran = rig.ended(run)
    rig.start()
    return ran


def _upload_is_cut(rig: CoreRig) -> Ran:
    rig.proxy.add(CoreRule(MERGE, times=1, after=1500))
    return rig.collect()


def _answer_is_lost(rig: CoreRig) -> Ran:
    rig.proxy.add(CoreRule(MERGE, times=1, mute=True))
    return rig.collect()


def _asked_again_and_again(rig: CoreRig) -> Ran:
    rig.atoll.hold("south")
    run = rig.begin()
    rig.reads("south")
    order = rig.proxy.last()
    for _ in range(3):
        rig.proxy.send(order)
    rig.logged("is not done again", 3)
    rig.atoll.release()
    ran = rig.ended(run)
    rig.proxy.send(order)
    rig.logged("is not done again", 4)
    rig.leave()
    rig.start()
    rig.proxy.send(order)
    rig.logged("is not done again")
    return ran


def _garbage(rig: CoreRig) -> Ran:
    rig.atoll.hold("south")
    run = rig.begin()
    rig.reads("south")
    for text in (b"no json", b"[]", b'{"kind": "action"}', b"\xff\xfe", b""):
        rig.proxy.send(encoded(TEXT, text))
    rig.proxy.send(b"\xff\x00")
    rig.logged("No connection to the core for actions")
    rig.until_healthy()
    rig.atoll.release()
    return rig.ended(run)


def _full_disk(rig: CoreRig) -> Ran:
    """Nothing that this process writes may be longer than a file of few rocks is."""
    rig.atoll.change("north", rocks={f"north-{number}": number for number in range(900)})
    worker = psutil.Process(rig.pid)
    _, most = worker.rlimit(resource.RLIMIT_FSIZE)
    worker.rlimit(resource.RLIMIT_FSIZE, (150_000, most))
    try:
        return rig.collect()
    finally:
        worker.rlimit(resource.RLIMIT_FSIZE, (most, most))


def _one_is_refused(rig: CoreRig) -> Ran:
    """The first upload is held until the others wait, which then go together."""
    rig.atoll.change("north", bad=True)
    first = rig.proxy.add(CoreRule(MERGE, times=1, until=threading.Event()))
    rig.atoll.hold("north")
    rig.atoll.hold("south")
    run = rig.begin()
    assert first.met.wait(30)
    rig.atoll.release()
    until(lambda: rig.waiting() == 3)
    assert first.until is not None
    first.until.set()
    return rig.ended(run)


CORE_FAULTS: tuple[CoreFault, ...] = (
    CoreFault(
        "the worker is killed while it collects",
        "after its restart the core asks again: what was not collected by then is; the rest is neither read nor sent "
        "again",
        "done",
        _killed_in_mid_collect,
        again=("south",),
        forked=True,
    ),
    CoreFault(
        "the worker is killed in the middle of an upload",
        "the core throws the half away; after the worker's restart it is sent as it was collected",
        "done",
        _killed_in_mid_upload,
        forked=True,
    ),
    CoreFault(
        "the worker is killed before the core has its answer",
        "the answer is on disk and is given after the restart; nothing is done again",
        "done",
        _killed_with_an_unsent_answer,
    ),
    CoreFault(
        "the core is away, and the worker is stopped meanwhile",
        "the core is told when both are back; what was collected waits in the spool and is sent then, unless the core "
        "has got something newer",
        "failed",
        _stopped_while_the_core_is_away,
        ("not confirmed by the core", "kept in the spool"),
    ),
    CoreFault(
        "the core is restarted while the worker collects",
        "the worker connects again, is asked again, goes on and answers once",
        "done",
        _restarted_in_mid_collect,
        cores=EMBEDDED,
        forked=True,
    ),
    CoreFault(
        "the core is restarted in the middle of an upload",
        "the upload is sent again",
        "done",
        _restarted_in_mid_merge,
        cores=EMBEDDED,
    ),
    CoreFault(
        "the core answers everything with 503 for a while",
        "what was collected waits in the spool and is sent again, with growing pauses, until `--timeout`",
        "done",
        _refuses_for_a_while,
    ),
    CoreFault(
        "nobody answers at the core's address for a while",
        "as with 503",
        "done",
        _nobody_there_for_a_while,
    ),
    CoreFault(
        "the core answers 429 to the worker that connects again",
        "the old connection is not forgotten yet: the worker tries again, with growing pauses",
        "done",
        _too_many_on_reconnect,
    ),
    CoreFault(
        "the websockets are cut 50 times in one run",
        "the worker connects again each time, is asked again each time, and answers once",
        "done",
        _cut_50_times,
    ),
    CoreFault(
        "an upload is cut off in the middle",
        "the core throws the half away; it is sent again",
        "done",
        _upload_is_cut,
    ),
    CoreFault(
        "the core's answer to an upload is lost",
        "it is sent again, which changes nothing",
        "done",
        _answer_is_lost,
    ),
    CoreFault(
        "the core asks for the same action again and again",
        "it is done once; who asks after the answer gets the answer again, also from a worker that was restarted",
        "done",
        _asked_again_and_again,
    ),
    CoreFault(
        "the core sends garbage",
        "messages that make no sense are logged and passed over; after frames that are none, the worker connects again",
        "done",
        _garbage,
    ),
    CoreFault(
        "the disk of the spool is full",
        f"the account that finds no room is {KEPT}; the others are sent",
        "partial",
        _full_disk,
        ("Not collected: ", "cannot be kept in ", "File too large", "name another directory with --spool-dir"),
        kept="north",
    ),
    CoreFault(
        "the core refuses one account of an upload of several",
        f"the upload is split and sent again: that account is {KEPT}, with the core's words; the others are there",
        "partial",
        _one_is_refused,
        ("Not collected: ", "not sent to the core, which keeps what it had", "rock_size"),
        kept="north",
    ),
)
