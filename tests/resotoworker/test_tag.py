"""Tag tasks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from resotolib.core.messages import TagTask
from resotolib.errors import NotAuthenticated, NotPermitted, Unsupported
from resotoworker.tag import Tagger
from tests.resotolib.clean.cloud import Cloud
from tests.resotolib.clean.nodes import node
from tests.resotoworker.sky import Sky


def task(update: dict[str, str], *delete: str, attrs: dict[str, str] | None = None, **sections: Any) -> TagTask:
    """A task for resource `a`; `sections` are added to its node."""
    return TagTask("t1", node("a", **sections), update, delete, {"cloud": "sky"} if attrs is None else attrs)


@pytest.fixture
def cloud() -> Cloud:
    """A cloud with one resource that has two tags."""
    cloud = Cloud(["a"])
    cloud.resources["a"]["tags"] = {"owner": "ada", "stage": "prod"}
    return cloud


def test_the_answer_is_the_whole_node_with_the_tags_as_the_cloud_has_them_now(cloud: Cloud) -> None:
    reported = {"size": 5, "age": "2h", "last_update": "1h", "last_access": "1h", "nothing": None, "tags": {"old": "x"}}

    with Tagger([Sky(cloud)]) as tagger:
        changed = tagger.change(task({"owner": "me", "new": ""}, "stage", reported=reported))

    assert changed == {
        "id": "a",
        "reported": {"kind": "thing", "id": "a", "name": "a", "size": 5, "tags": {"owner": "me", "new": ""}},
        "metadata": {"cleaned": False},
    }


def test_a_key_that_is_deleted_and_updated_is_updated(cloud: Cloud) -> None:
    with Tagger([Sky(cloud)]) as tagger:
        changed = tagger.change(task({"owner": "me"}, "owner", "owner", "stage"))

    assert changed["reported"]["tags"] == {"owner": "me"}


def test_the_cloud_is_found_by_the_task_or_by_the_node(cloud: Cloud) -> None:
    with Tagger([Sky(cloud)]) as tagger:
        assert tagger.change(task({"x": "y"}, attrs={}))["reported"]["tags"]["x"] == "y"


def test_a_cloud_without_collector_is_named() -> None:
    with Tagger([]) as tagger, pytest.raises(Unsupported, match="no collector for the cloud 'sky'"):
        tagger.change(task({"x": "y"}))


def test_writers_are_opened_once_and_closed(cloud: Cloud) -> None:
    sky = Sky(cloud)

    with Tagger([sky]) as tagger:
        before = sky.opened
        tagger.change(task({"x": "y"}))
        tagger.change(task({"x": "z"}))
        during = sky.opened

    assert (before, during, sky.opened) == (0, 1, 0)


def test_a_writer_that_could_not_be_opened_is_tried_again(cloud: Cloud) -> None:
    sky = Sky(cloud, broken=True)

    with Tagger([sky]) as tagger:
        with pytest.raises(NotAuthenticated):
            tagger.change(task({"x": "y"}))
        sky.broken = False
        assert tagger.change(task({"x": "y"}))["reported"]["tags"]["x"] == "y"


def test_what_the_cloud_refuses_is_raised(cloud: Cloud) -> None:
    cloud.faults[("tags", "a")] = [NotPermitted("a", "denied")]

    with Tagger([Sky(cloud)]) as tagger, pytest.raises(NotPermitted, match="denied"):
        tagger.change(task({"x": "y"}))


def test_the_node_can_be_sent(cloud: Cloud) -> None:
    with Tagger([Sky(cloud)]) as tagger:
        assert json.loads(json.dumps(tagger.change(task({"x": "y"}))))["id"] == "a"
