"""Owners are told what the cleanup of a run did with their resources."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
import resoto_plugin_slack as plugin
from resoto_plugin_slack.notice.register import Register
from resoto_plugin_slack.notice.text import LONGEST
from resoto_plugin_slack.settings import SlackSettings

from resotolib.core.auth import Credentials
from resotolib.core.dialects import probe
from resotolib.core.http import Core
from resotolib.core.reporter import Outcome
from resotolib.errors import NotAuthenticated, Stopped
from resotolib.settings import Settings
from resotoworker.localcore import LocalCore
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.world import make_world
from tests.plugins.slack.notice import SECRET, VMS, Rig
from tests.resotoworker.sky import GRAPH, upload


@pytest.fixture(scope="module")
def core(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Core]:
    """A core that knows some resources, and no user of Slack."""
    path = tmp_path_factory.mktemp("core") / "core.sqlite"
    with LocalCore(path, dialect=getattr(request, "param", "3.x")) as local, Core(local.url, Credentials(None)) as core:
        core.dialect = probe(core, GRAPH)
        upload(core, dict.fromkeys(VMS, "sky_vm"), [])
        yield core


NUMBERS = itertools.count()


@pytest.fixture
def rig(core: Core, tmp_path: Path) -> Iterator[Rig]:
    with SlackServer(make_world(users=60, channels=2, big=2)) as slack:
        yield Rig(core, slack, tmp_path, f"task-{next(NUMBERS)}")
    assert slack.faulty == []


@pytest.mark.parametrize("core", ["3.x", "2.0"], indirect=True)
def test_each_owner_gets_one_message(rig: Rig) -> None:
    rig.cleaned("slack:user1", "email:User2@example.test", "", "email:user1@example.test", "team-a")

    outcome = rig.notify()

    assert outcome == Outcome(summary="2 told, 0 not told")
    assert {user: len(texts) for user, texts in rig.told.items()} == {"U00001": 1, "U00002": 1}
    (text,) = rig.told["U00001"]
    assert text.splitlines()[0] == "Cleanup by Resoto: what happened to 2 resources of yours."
    assert ("• sky_vm vm0 in sky a1 north" in text, "vm1" in text, "vm3" in text) == (True, False, True)
    assert text.count("Cleaned up") == 2
    assert rig.lines == []


def test_only_what_this_run_did_is_told(rig: Rig) -> None:
    rig.cleaned("slack:user1", "slack:user2", message="Long ago", task="another")
    rig.cleaned("slack:user1", message="Failed to clean up", error="the cloud said no")

    rig.notify()

    (text,) = rig.told["U00001"]
    assert "Failed to clean up: the cloud said no" in text
    assert "Long ago" not in text
    assert set(rig.told) == {"U00001"}


def test_nobody_to_tell_is_nothing_to_do(rig: Rig) -> None:
    rig.cleaned("", "someone")

    assert rig.notify() == Outcome(summary="nobody had to be told")
    assert rig.slack.requests == []


def test_a_long_message_arrives_in_parts(rig: Rig) -> None:
    rig.cleaned(*["slack:user1"] * 5, error="<why> & " * 400)

    rig.notify()

    texts = rig.told["U00001"]
    assert len(texts) > 3
    assert all(len(text) <= LONGEST for text in texts)
    assert "".join(texts).count("&lt;why&gt; &amp;") >= 5 * 395  # a few are cut in two
    assert [name for text in texts for name in VMS if f"• sky_vm {name} " in text] == list(VMS)


def test_the_parts_of_a_message_are_no_faster_than_slack_allows(core: Core, tmp_path: Path) -> None:
    with SlackServer(make_world(users=3, channels=1, big=1), minute=6.0) as slack:
        rig = Rig(core, slack, tmp_path, f"task-{next(NUMBERS)}")
        rig.cleaned(*["slack:user1"] * 3, error="why " * 1200)

        rig.notify(minute=12.0)

    assert len(rig.told["U00001"]) > 3
    assert slack.limited == 0


def test_what_looks_like_markup_calls_nobody_and_secrets_stay_here(rig: Rig) -> None:
    rig.cleaned("slack:user1", error=f"<!channel> {SECRET}")

    rig.notify()

    (text,) = rig.told["U00001"]
    assert "&lt;!channel&gt; ***" in text


@pytest.mark.parametrize(
    ("owner", "reason"),
    [
        ("slack:nobody", "nobody has this name"),
        ("email:nobody@example.test", "nobody has this address"),
        ("slack:user49", "nobody has this name"),  # has left
        ("slack:user39", "nobody has this name"),  # a bot
    ],
)
def test_who_is_not_there_is_reported_and_the_others_are_told(rig: Rig, owner: str, reason: str) -> None:
    rig.cleaned(owner, "slack:user1")

    outcome = rig.notify()

    assert outcome == Outcome(summary="1 told, 1 not told")
    assert set(rig.told) == {"U00001"}
    assert [(owner in line, reason in line) for line in rig.lines] == [(True, True)]


@pytest.mark.parametrize("method", ["conversations.open", "chat.postMessage"])
def test_one_failure_does_not_stop_the_others(rig: Rig, method: str) -> None:
    rig.cleaned("slack:user1", "slack:user2")
    rig.slack.fault(method, 200, {"ok": False, "error": "cannot_dm_bot"})

    outcome = rig.notify()

    assert outcome == Outcome(summary="1 told, 1 not told")
    assert set(rig.told) == {"U00002"}
    assert ["user1" in line and "cannot_dm_bot" in line for line in rig.lines] == [True]


@pytest.mark.parametrize("status", [500, 503])
def test_a_message_that_may_have_arrived_is_not_sent_again(rig: Rig, status: int) -> None:
    rig.cleaned("slack:user1")
    rig.slack.fault("chat.postMessage", status)

    outcome = rig.notify()

    assert "No owner could be told" in outcome.error
    assert rig.slack.called("chat.postMessage") == 1


def test_a_rate_limit_is_waited_for(rig: Rig) -> None:
    rig.cleaned("slack:user1")
    rig.slack.fault("chat.postMessage", 429, {"ok": False, "error": "ratelimited"}, headers={"Retry-After": "1"})

    assert not rig.notify().error
    assert len(rig.told["U00001"]) == 1


def test_an_action_that_is_delivered_again_tells_nobody_again(rig: Rig) -> None:
    rig.cleaned("slack:user1", "slack:user2")
    rig.slack.fault("conversations.open", 200, {"ok": False, "error": "internal"}, after=1)
    rig.notify()

    again = rig.notify()

    assert again == Outcome(summary="2 told, 0 not told")
    assert {user: len(texts) for user, texts in rig.told.items()} == {"U00001": 1, "U00002": 1}


def test_what_was_being_sent_when_the_worker_died_is_reported(rig: Rig) -> None:
    rig.cleaned("slack:user1")
    with Register(rig.folder / "notices.sqlite") as register:
        register.begin(rig.task, "T0001:U00001")

    rig.notify()

    assert rig.told == {}
    assert ["user1" in line and "may not have got all" in line for line in rig.lines] == [True]


@pytest.mark.parametrize("scope", ["im:write", "chat:write"])
def test_a_scope_that_is_missing_is_named(rig: Rig, scope: str) -> None:
    rig.cleaned("slack:user1")
    rig.slack.scopes.discard(scope)

    outcome = rig.notify()

    assert outcome.error
    assert [f"Add the scope {scope}" in line for line in rig.lines] == [True]


def test_a_list_of_users_that_cannot_be_read_does_not_mean_that_there_is_nobody(rig: Rig) -> None:
    rig.cleaned("slack:user1", "slack:user2")
    rig.slack.scopes.discard("users:read")

    rig.notify()

    assert ["users:read" in line for line in rig.lines] == [True, True]


def test_a_worker_that_is_told_to_stop_says_that_somebody_was_not_told(rig: Rig) -> None:
    rig.cleaned("slack:user1")

    with pytest.raises(Stopped):
        rig.notify(stopped=True)

    assert rig.told == {}


def test_a_token_that_is_no_good_is_an_error_of_the_action(rig: Rig) -> None:
    rig.cleaned("slack:user1")

    with pytest.raises(NotAuthenticated, match="--slack-bot-token"):
        rig.notify(bot_token=("xoxb-wrong",))


def test_a_name_that_two_workspaces_have_is_nobodys(rig: Rig) -> None:
    other = make_world(users=3, channels=1, big=1)
    other.team |= {"id": "T0002", "name": "Second"}
    rig.slack.worlds["xoxb-other"] = other
    rig.cleaned("slack:user1", "email:user2@example.test", "slack:user5")

    rig.notify(bot_token=(TOKEN, "xoxb-other", "xoxb-wrong"))

    assert set(rig.told) == {"U00002", "U00005"}
    assert other.posts == []
    assert ["Token 3" in rig.lines[0], "more than one of this name (T0001, T0002)" in rig.lines[1]] == [True, True]


def test_without_a_token_there_is_no_handler() -> None:
    assert plugin.resoto_actions(Settings(SlackSettings())) == ()
    assert [one.action for one in plugin.resoto_actions(Settings(SlackSettings(bot_token=(TOKEN,))))] == [
        "post_cleanup"
    ]
