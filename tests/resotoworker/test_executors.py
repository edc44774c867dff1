"""Jobs on threads and in children: results, events, errors, deaths and stops."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from resotolib.errors import CollectError, ScopeDied, ScopeTimeout, Stopped, Unreadable
from resotoworker.channel import Event, LocalChannel, ScopeProgress
from resotoworker.executors import ProcessExecutor, ThreadExecutor
from resotoworker.slots import Children, Slot
from tests.resotoworker.errands import Errand, OnlyAtHome

Make = Callable[[int, LocalChannel], "ThreadExecutor | ProcessExecutor"]


class Listener:
    """A channel whose events can be waited for."""

    def __init__(self) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.stop = threading.Event()
        self.channel = LocalChannel(self.events.put, self.stop)

    def next(self) -> ScopeProgress:
        event = self.events.get(timeout=30)
        assert isinstance(event, ScopeProgress)
        return event


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def slot() -> Iterator[Slot]:
    slot = Slot(Children())
    yield slot
    slot.close()


def processes(size: int, channel: LocalChannel) -> ProcessExecutor:
    return ProcessExecutor(size, channel, Children())


@contextmanager
def running(
    slot: Slot, job: Errand, listener: Listener, deadline: float = float("inf")
) -> Iterator[queue.Queue[object]]:
    """The job runs on a thread; what it ends with is put into the queue."""
    end: queue.Queue[object] = queue.Queue()

    def run() -> None:
        try:
            end.put(slot.run(job, listener.channel, deadline))
        except Exception as error:  # noqa: BLE001  # it is handed to the test
            end.put(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield end
    finally:
        thread.join(30)


@pytest.mark.parametrize("make", [ThreadExecutor, processes], ids=["threads", "processes"])
def test_results_and_events_come_back(make: Make, listener: Listener) -> None:
    with make(2, listener.channel) as executor:
        futures = [executor.submit(Errand("tell", 3)) for _ in range(4)]
        assert [future.result(30) for future in futures] == ["told"] * 4
    assert [listener.next().nodes for _ in range(12)] == [1] * 12


@pytest.mark.parametrize("make", [ThreadExecutor, processes], ids=["threads", "processes"])
def test_an_error_comes_back_as_itself(make: Make, listener: Listener) -> None:
    with make(1, listener.channel) as executor, pytest.raises(Unreadable, match="the sky: it is cloudy"):
        executor.submit(Errand("fail")).result(30)


def test_jobs_of_one_slot_run_in_one_child_that_is_not_this_process(slot: Slot, listener: Listener) -> None:
    first = slot.run(Errand("pid"), listener.channel, float("inf"))
    assert first == slot.run(Errand("pid"), listener.channel, float("inf"))
    assert first != os.getpid()


@pytest.mark.parametrize(
    ("job", "text"),
    [
        (Errand("fail_oddly"), "errand fail_oddly: Unpicklable: the sky: it is cloudy"),
        (Errand("give_a_lock"), "cannot pickle"),
        (OnlyAtHome(os.getpid()), "cannot be read in a child process: ModuleNotFoundError: No module named"),
    ],
)
def test_what_does_not_cross_the_pipe_is_an_error_that_says_so(
    slot: Slot, listener: Listener, job: Errand, text: str
) -> None:
    with pytest.raises(Exception, match=text) as caught:
        slot.run(job, listener.channel, float("inf"))
    assert not isinstance(caught.value, ScopeDied)
    assert slot.run(Errand("tell", 0), listener.channel, float("inf")) == "told"


def test_a_job_that_does_not_pickle_here_costs_itself_only(slot: Slot, listener: Listener) -> None:
    with pytest.raises((TypeError, AttributeError)):
        slot.run(Errand("tell", threading.Lock()), listener.channel, float("inf"))
    assert slot.run(Errand("tell", 0), listener.channel, float("inf")) == "told"


def test_what_a_child_tells_that_cannot_be_read_here_costs_its_job_only(slot: Slot, listener: Listener) -> None:
    with pytest.raises(CollectError, match="errand tell_oddly: its result cannot be read: ModuleNotFoundError"):
        slot.run(Errand("tell_oddly"), listener.channel, float("inf"))
    assert slot.run(Errand("tell", 0), listener.channel, float("inf")) == "told"


def test_a_job_that_runs_out_of_memory_costs_itself_only(slot: Slot, listener: Listener) -> None:
    with pytest.raises(MemoryError):
        slot.run(Errand("run_out_of_memory"), listener.channel, float("inf"))
    assert slot.run(Errand("tell", 0), listener.channel, float("inf")) == "told"


@pytest.mark.parametrize(
    ("doing", "how"),
    [
        ("die", "signal SIGKILL. If the system's memory was used up, lower --pool-size"),
        ("segfault", "signal SIGSEGV"),
        ("leave", "exit code 3"),
    ],
)
def test_a_child_that_dies_costs_its_job_only(listener: Listener, doing: str, how: str) -> None:
    with ProcessExecutor(2, listener.channel, Children()) as executor:
        jobs = [Errand("tell", 0), Errand(doing), Errand("tell", 0), Errand("tell", 0), Errand("tell", 0)]
        futures = [executor.submit(job) for job in jobs]

        with pytest.raises(ScopeDied, match=f"errand {doing}: its process ended with {how}"):
            futures[1].result(30)
        assert [future.result(30) for future in futures if future is not futures[1]] == ["told"] * 4


def test_a_child_that_died_while_it_waited_is_replaced(slot: Slot, listener: Listener) -> None:
    pid = slot.run(Errand("pid"), listener.channel, float("inf"))
    os.kill(pid, signal.SIGKILL)
    with suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait(10)
    assert slot.run(Errand("pid"), listener.channel, float("inf")) != pid


@pytest.mark.parametrize("doing", ["hang", "chatter"])
def test_a_child_that_hangs_is_killed_at_the_deadline_and_replaced(slot: Slot, listener: Listener, doing: str) -> None:
    with running(slot, Errand(doing), listener, time.monotonic() + 1) as end:
        pid = listener.next().nodes
        error = end.get(timeout=30)
    assert isinstance(error, ScopeTimeout)
    assert not psutil.pid_exists(pid)
    assert slot.run(Errand("tell", 0), listener.channel, float("inf")) == "told"


def test_nothing_is_begun_after_the_deadline(slot: Slot, listener: Listener) -> None:
    with pytest.raises(ScopeTimeout):
        slot.run(Errand("tell", 1), listener.channel, time.monotonic() - 1)
    assert listener.events.empty()


def test_a_stop_reaches_the_job_and_the_slot_is_good_for_more(slot: Slot, listener: Listener) -> None:
    with running(slot, Errand("wait_for_stop"), listener) as end:
        listener.next()
        listener.stop.set()
        assert end.get(timeout=30) == "stopped"

    listener.stop.clear()
    assert slot.run(Errand("tell", 0), listener.channel, float("inf")) == "told"


@pytest.mark.parametrize("doing", ["hang", "chatter"])
def test_a_child_that_does_not_heed_a_stop_is_killed(
    slot: Slot, listener: Listener, monkeypatch: pytest.MonkeyPatch, doing: str
) -> None:
    monkeypatch.setattr("resotoworker.slots.STOP_SECONDS", 0.5)
    with running(slot, Errand(doing), listener) as end:
        pid = listener.next().nodes
        listener.stop.set()
        assert isinstance(end.get(timeout=30), Stopped)
    assert not psutil.pid_exists(pid)


def test_nothing_is_begun_after_a_stop(slot: Slot, listener: Listener) -> None:
    listener.stop.set()
    with pytest.raises(Stopped):
        slot.run(Errand("tell", 1), listener.channel, float("inf"))


def test_children_leave_ctrl_c_to_the_worker(slot: Slot, listener: Listener) -> None:
    assert slot.run(Errand("interrupt"), listener.channel, float("inf")) == "went on"


def test_a_stop_that_all_processes_are_told_leaves_children_at_work(slot: Slot, listener: Listener) -> None:
    with running(slot, Errand("wait_for_stop"), listener) as end:
        listener.next()
        (server,) = (one for one in psutil.Process().children() if "forkserver" in " ".join(one.cmdline()))
        for process in (server, *server.children(recursive=True)):
            process.terminate()
        time.sleep(0.2)
        listener.stop.set()
        assert end.get(timeout=30) == "stopped"


def test_what_waits_is_not_begun_when_the_executor_is_shut_down(listener: Listener) -> None:
    executor = ProcessExecutor(1, listener.channel, Children())
    first, second = executor.submit(Errand("wait_for_stop")), executor.submit(Errand("tell", 0))
    listener.next()
    listener.stop.set()
    executor.shutdown(cancel_futures=True)
    assert first.result(0) == "stopped"
    assert second.cancelled()


def script(tmp_path: Path, body: str) -> subprocess.Popen[str]:
    """A process of its own, with a fork server of its own."""
    (tmp_path / "warm_example.py").write_text("import os\nPID = os.getpid()\n")
    path = tmp_path / "script.py"
    path.write_text(
        "from __future__ import annotations\n"
        "import os, sys, threading\n"
        "from resotoworker.channel import LocalChannel\n"
        "from resotoworker.slots import Children, Slot\n"
        "from tests.resotoworker.errands import Errand\n"
        "def main():\n" + textwrap.indent(textwrap.dedent(body), "    ") + "\n"
        "if __name__ == '__main__':\n    main()\n"
    )
    root = Path(__file__).parents[2]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(root)])}
    return subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True, env=environ)


def test_warm_modules_are_loaded_before_a_child_begins(tmp_path: Path) -> None:
    process = script(
        tmp_path,
        """
        slot = Slot(Children(("warm_example",)))
        channel = LocalChannel(lambda _: None, threading.Event())
        print(slot.run(Errand("origin", "warm_example"), channel, 1e12), slot.run(Errand("pid"), channel, 1e12))
        slot.close()
        """,
    )
    output, _ = process.communicate(timeout=60)
    loaded, by, pid = output.replace("(", "").replace(")", "").replace(",", "").split()
    assert loaded == "True"
    assert by != pid, "the child imported it itself"


def test_a_killed_worker_leaves_no_process(tmp_path: Path) -> None:
    process = script(
        tmp_path,
        """
        slots = [Slot(Children()), Slot(Children())]
        channel = LocalChannel(lambda event: print(event.nodes, flush=True), threading.Event())
        for slot in slots:
            threading.Thread(target=slot.run, args=(Errand("hang"), channel, 1e12)).start()
        """,
    )
    assert process.stdout is not None
    pids = [int(process.stdout.readline()) for _ in range(2)]
    family = [psutil.Process(pid) for pid in pids] + psutil.Process(process.pid).children()

    process.kill()
    process.wait()
    process.stdout.close()

    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.parametrize(("most_memory", "same"), [(1, False), (2**40, True), (None, True)])
def test_a_child_that_has_grown_too_large_is_replaced(most_memory: int | None, same: bool, listener: Listener) -> None:
    slot = Slot(Children(most_memory=most_memory))
    try:
        first, second = (slot.run(Errand("pid"), listener.channel, float("inf")) for _ in range(2))
    finally:
        slot.close()

    assert (first == second) is same
