"""The command line of the embedded core."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from resotoworker.localcore import LocalCore
from tests.resotoworker.localcore.contract.client import MODEL, Client, Json, account


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with LocalCore(tmp_path_factory.mktemp("shell") / "core.sqlite", task_timeout=0.5) as running:
        client = Client(running.url)
        client.ask("POST", "/graph/ck").raise_for_status()
        client.ask("PATCH", "/graph/ck/model", MODEL).raise_for_status()
        client.merged("ck", account("a", "v1", "v2", "i-039e06bb2539e5484"))
        yield client


def lines(core: Client, command: str) -> list[str]:
    """What a command prints."""
    answer = core.ask("POST", "/cli/execute", command, "text/plain")
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()
    return found


@contextmanager
def tagging(core: Client) -> Iterator[list[Json]]:
    """A worker that does what it is told; the tasks it was given."""
    tasks: list[Json] = []

    def work() -> None:
        task = worker.receive()
        tasks.append(task)
        node, change = task["data"]["node"], task["data"]
        tags = {**node["reported"].get("tags", {}), **change.get("update", {})}
        tags = {key: value for key, value in tags.items() if key not in change.get("delete", ())}
        reported = {key: value for key, value in node["reported"].items() if key != "age"}
        changed = {"id": node["id"], "reported": {**reported, "tags": tags}}
        worker.send({"task_id": task["task_id"], "result": "done", "data": changed})

    with core.socket("/work/queue") as worker:
        worker.send([{"name": "tag", "filter": {"cloud": ["c"]}}])
        thread = threading.Thread(target=work)
        thread.start()
        yield tasks
        thread.join(10)


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("search is(t_volume) | count", ["total matched: 3"]),
        ("search all | count kind", ["t_volume: 3", "graph_root: 1", "cloud: 1", "account: 1", "region: 1"]),
        ('search name == "a|b" | count', ["total matched: 0"]),
        ("workflows list", ["collect", "cleanup", "collect_and_cleanup", "metrics"]),
        ("workflows running", []),
        ("workflows log nope", []),
    ],
)
def test_commands_and_what_they_print(core: Client, command: str, printed: list[str]) -> None:
    assert lines(core, command) == printed


def test_a_workflow_is_started_and_its_log_is_read(core: Client) -> None:
    (started,) = lines(core, "workflows run metrics")

    assert started.startswith("Workflow metrics started with id ")
    assert lines(core, f"workflows log {started.split()[-1]}") == []


@pytest.mark.parametrize("spelling", ["search", "match", "query"])
def test_tags_are_changed_by_a_worker_as_the_manual_says(core: Client, spelling: str) -> None:
    """`match id = i-039e06bb2539e5484 | tag update owner lukas` is the manual's own example."""
    with tagging(core) as tasks:
        (changed,) = core.ask(
            "POST", "/cli/execute", f"{spelling} id = i-039e06bb2539e5484 | tag update owner lukas"
        ).json()

    assert tasks[0]["data"]["update"] == {"owner": "lukas"}
    assert changed["reported"]["tags"]["owner"] == "lukas"


def test_a_tag_is_deleted(core: Client) -> None:
    with tagging(core):
        lines(core, "search id(v1) | tag update 'the owner' \"a | b\"")
    assert core.node("ck", "v1")["reported"]["tags"] == {"the owner": "a | b"}

    with tagging(core) as tasks:
        lines(core, "search id(v1) | tag delete 'the owner'")
    assert tasks[0]["data"]["delete"] == ["the owner"]
    assert core.node("ck", "v1")["reported"]["tags"] == {}


def test_a_task_that_nobody_does_is_said(core: Client) -> None:
    assert lines(core, "search id(v2) | tag update a b") == ["Error: v2: No answer to the task tag within 0 s"]


def test_resources_are_flagged_with_a_reason(core: Client) -> None:
    (node,) = core.ask("POST", "/cli/execute", 'search id(v2) | clean "too old"').json()

    assert node["desired"] == {"clean": True}
    assert node["metadata"]["event_log"][-1]["msg"] == "Marked for cleanup: too old"
    assert core.node("ck", "v1").get("desired") is None


@pytest.mark.parametrize(
    ("command", "status", "error"),
    [
        ("", 400, "CLIParseError"),
        ("nonsense", 400, "CLIParseError"),
        ("workflows", 400, "CLIParseError"),
        ("workflows run", 400, "CLIParseError"),
        ("workflows run nope", 404, "NoSuchWorkflow"),
        ("search is(t_volume) | dance", 400, "CLIParseError"),
        ("search is(t_volume) | tag", 400, "CLIParseError"),
        ("search is(t_volume) | tag update", 400, "CLIParseError"),
        ("search is(t_volume) | tag update a b c", 400, "CLIParseError"),
        ("search is(t_volume) | clean 'a", 400, "CLIParseError"),
        ("search is(", 400, "ParseError"),
        ("search is(nope)", 400, "AttributeError"),
    ],
)
def test_what_is_not_understood_is_said(core: Client, command: str, status: int, error: str) -> None:
    answer = core.ask("POST", "/cli/execute", command, "text/plain")

    assert (answer.status_code, answer.text.splitlines()[0]) == (status, f"Error: {error}")


def test_a_command_for_another_graph(core: Client) -> None:
    answer = core.shell("search all", graph="another")

    assert (answer.status_code, answer.text.splitlines()[0]) == (404, "Error: NoSuchGraph")


@pytest.mark.parametrize("accept", ["text/plain", "application/x-ndjson"])
def test_answers_come_as_they_are_asked_for(core: Client, accept: str) -> None:
    answer = requests.post(f"{core.url}/cli/execute", "search id(v1)", headers={"Accept": accept}, timeout=10)

    (line,) = answer.text.splitlines()
    if accept == "text/plain":
        assert line == "kind=t_volume, id=v1, name=v1, cloud=c, account=a, region=a-r"
    else:
        assert json.loads(line)["id"] == "v1"
