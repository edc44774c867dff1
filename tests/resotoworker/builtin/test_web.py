"""The worker's own web server, asked over HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from resotolib.collect.completeness import Cause, Outcome, Reading
from resotolib.collect.scope import Message, Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotolib.errors import SettingsError
from resotoworker.builtin.status import RunStatus
from resotoworker.builtin.web import WebServer

ACTION = Action("collect", "task-1", "collect")
SCOPE = Scope("aws", "123456789012", "<script>prod</script>")
UNREAD = Reading("eu-central-1", "aws_vpc", Outcome.UNREAD, Cause.DENIED, "ec2:DescribeVpcs is not allowed")


class Worker:
    """A worker's record, its health and its web server."""

    def __init__(self) -> None:
        self.status = RunStatus()
        self.troubles: list[str] = []
        self.server = WebServer("127.0.0.1", 0, self.status, lambda: self.troubles, version="5.0.0")

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.server.port}{path}", timeout=5)

    def metrics(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        families = text_string_to_metric_families(self.get("/metrics").text)
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    with made.server:
        yield made


def segment(**facts: object) -> Segment:
    return Segment(SCOPE, **{"nodes": 7, "edges": 9, "calls": 30, "kinds": {"aws_vpc": 7}, **facts})  # type: ignore[arg-type]  # facts of a segment


def test_health_is_ok_when_all_is_well(worker: Worker) -> None:
    answer = worker.get("/health")

    assert (answer.status_code, answer.text.strip()) == (200, "ok")


def test_health_says_what_is_wrong(worker: Worker) -> None:
    worker.troubles = ["actions: Connection refused"]

    answer = worker.get("/health")

    assert answer.status_code == 503
    assert "actions: Connection refused" in answer.text


def test_the_page_is_empty_before_the_first_run(worker: Worker) -> None:
    assert "waits for resotocore" in worker.get("/").text


def test_the_page_shows_a_run_and_believes_no_name(worker: Worker) -> None:
    worker.status.begin(ACTION, [SCOPE])
    worker.status.progress(SCOPE, regions=3, regions_done=1, nodes=5, calls=20)
    during = worker.get("/").text
    worker.status.finished(segment(readings=(UNREAD,), messages=(Message("info", "one account is suspended"),)))
    worker.status.end(summary="1 of 1 accounts collected")
    after = worker.get("/").text

    assert "1/3" in during
    assert "running" in during
    assert "ec2:DescribeVpcs is not allowed" in after
    assert "one account is suspended" in after
    assert "&lt;script&gt;prod" in after
    assert "<script>" not in during + after


def test_the_page_shows_half_a_character(worker: Worker) -> None:
    worker.status.begin(ACTION, [SCOPE])
    worker.status.finished(segment(messages=(Message("error", "no \ud83d here"),)))

    answer = worker.get("/")

    assert answer.status_code == 200
    assert "no \\ud83d here" in answer.text


def test_scopes_that_ran_in_children_are_counted(worker: Worker) -> None:
    worker.status.begin(ACTION, [SCOPE])
    worker.status.finished(segment(readings=(UNREAD,)))
    worker.status.end()

    found = worker.metrics()

    assert found["resotoworker_collected_nodes_total", (("cloud", "aws"),)] == 7
    assert found["resotoworker_api_calls_total", (("cloud", "aws"),)] == 30
    assert found["resotoworker_scopes_total", (("cloud", "aws"), ("outcome", "partial"))] == 1
    assert found["resotoworker_actions_total", (("action", "collect"), ("outcome", "partial"))] == 1
    labels = (("account", "123456789012"), ("cause", "denied"), ("cloud", "aws"), ("kind", "aws_vpc"))
    assert found["resotoworker_run_unread_regions", labels] == 1


def test_a_failed_scope_is_a_failed_run(worker: Worker) -> None:
    worker.status.begin(ACTION, [SCOPE])
    worker.status.finished(segment(error="its process ended with signal SIGKILL"))
    worker.status.end()

    assert "SIGKILL" in worker.get("/").text
    assert worker.metrics()["resotoworker_actions_total", (("action", "collect"), ("outcome", "failed"))] == 1


def test_there_is_nothing_else(worker: Worker) -> None:
    assert worker.get("/etc/passwd").status_code == 404


def test_a_taken_port_is_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="--web-port"):
        WebServer("127.0.0.1", taken.getsockname()[1], RunStatus(), list)


def test_below_a_path() -> None:
    with WebServer("127.0.0.1", 0, RunStatus(), list, path="/worker") as server:
        answer = requests.get(f"http://127.0.0.1:{server.port}/worker/health", timeout=5)

    assert answer.status_code == 200


def test_every_address_includes_ipv4() -> None:
    with WebServer("::", 0, RunStatus(), list) as server:
        answer = requests.get(f"http://127.0.0.1:{server.port}/health", timeout=5)

    assert answer.text == "ok\n"


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_an_address_that_is_not_ours_is_a_sentence(host: str) -> None:
    with pytest.raises(SettingsError, match=f"--web-host {host}"):
        WebServer(host, 0, RunStatus(), list)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_nothing_can_be_changed(worker: Worker, method: str) -> None:
    assert requests.request(method, f"http://127.0.0.1:{worker.server.port}/", timeout=5).status_code == 405


def test_a_client_that_says_nothing_does_not_hold_up_others(worker: Worker) -> None:
    with socket.create_connection(("127.0.0.1", worker.server.port)):
        assert worker.get("/health").status_code == 200


def test_it_sleeps_until_somebody_asks(worker: Worker) -> None:
    worker.get("/health")
    (thread,) = [thread.native_id for thread in threading.enumerate() if thread.name == "web"]
    assert thread is not None
    before = _switches(thread)

    time.sleep(1.2)  # a server that looks for work now and then does so within a second

    assert _switches(thread) == before


def _switches(thread: int) -> int:
    """How often a thread of ours went to sleep of its own accord."""
    lines = Path(f"/proc/self/task/{thread}/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("voluntary_ctxt_switches")))


def test_cleaning_up_does_not_hide_what_was_collected(worker: Worker) -> None:
    worker.status.begin(ACTION, [SCOPE])
    worker.status.finished(segment())
    worker.status.end(summary="1 of 1 accounts collected")
    worker.status.begin(Action("cleanup", "task-1", "cleanup"))
    worker.status.end(summary="Nothing is cleaned up")

    page, found = worker.get("/").text, worker.metrics()

    assert page.index("Nothing is cleaned up") < page.index("1 of 1 accounts collected")
    assert found["resotoworker_run_nodes", (("cloud", "aws"), ("kind", "aws_vpc"))] == 7
