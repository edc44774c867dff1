"""The whole job for Google Cloud, over real processes and sockets: collect, label, clean up a network and its users."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from tests.plugins.gcp.clouds import PROJECT, REGION, ZONE
from tests.whole.gcpjob import GcpJob, gcp_job
from tests.whole.realcore import needs_realcore

pytestmark = pytest.mark.timeout(400)  # starts a cloud, a core and a worker

HOME = f"projects/{PROJECT}"
NETWORK = f"{HOME}/global/networks/main"
DEPENDANTS = (
    f"{HOME}/global/firewalls/ssh",
    f"{HOME}/regions/{REGION}/subnetworks/inner",
    *(f"{HOME}/zones/{zone}/instances/vm{number}" for zone in (ZONE, "europe-west1-b") for number in range(2)),
)
FORK = ("--fork", "--gcp-fork")
WAYS = [
    pytest.param(("embedded", ()), id="threads"),
    pytest.param(("embedded", FORK), id="fork"),
    pytest.param(("real", FORK), marks=needs_realcore, id="fork, the real core"),
]


@pytest.fixture(scope="module", params=WAYS)
def collected(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcpJob]:
    """Everything is started, and the core has run its collect workflow once."""
    core, flags = request.param
    with gcp_job(tmp_path_factory.mktemp("job"), core, flags) as running:
        errors = running.under_test.run("collect")
        assert not errors, (errors, running.worker.tail(40))
        yield running


def test_the_core_has_accepted_everything_that_there_is(collected: GcpJob) -> None:
    known = collected.nodes()

    there = {name for name in collected.names() if "Types/" not in name and name != HOME}
    assert {*there, *collected.names("pubsub")} <= known.keys()
    assert list(collected.nodes("is(gcp_project)")) == [HOME]
    machine = known[f"{HOME}/zones/{ZONE}/instances/vm0"]
    above = {level: machine["ancestors"][level]["reported"]["id"] for level in ("cloud", "account", "region", "zone")}
    assert above == {"cloud": "gcp", "account": PROJECT, "region": REGION, "zone": ZONE}


@pytest.mark.parametrize("link", [f"{HOME}/zones/{ZONE}/instances/vm0", f"{HOME}/topics/topic-0"])
def test_a_tag_task_changes_the_cloud_and_the_core(collected: GcpJob, link: str) -> None:
    query = f'search is(gcp_resource) and link = "{link}"'

    answer = collected.execute(f"{query} | tag update owner me")
    set_ = collected.body(link)["labels"], collected.nodes()[link]["reported"]["tags"]
    collected.execute(f"{query} | tag delete owner")
    removed = collected.body(link)["labels"], collected.nodes()[link]["reported"]["tags"]

    assert set_ == ({"owner": "me", "stage": "test"},) * 2, (answer, collected.worker.tail())
    assert removed == ({"stage": "test"},) * 2


def test_a_network_is_cleaned_up_after_all_that_is_in_it(collected: GcpJob) -> None:
    """Firewalls, machines, their subnetwork, and only then the network; what is not flagged stays."""
    before = collected.names()
    links = " or ".join(f'link = "{link}"' for link in (NETWORK, *DEPENDANTS))

    collected.execute(f'search is(gcp_resource) and ({links}) | clean "a test"')
    errors = collected.under_test.run("cleanup")

    assert not errors, (errors, collected.worker.tail(60))
    gone = before - collected.names()
    assert {NETWORK, *DEPENDANTS} <= gone
    assert gone - {NETWORK, *DEPENDANTS} == {link for link in before if link.rpartition("/")[2] in ("vm0", "vm1")} - {
        *DEPENDANTS
    }
    nodes = collected.nodes()
    for link in (NETWORK, *DEPENDANTS):
        assert nodes[link]["metadata"]["cleaned"] is True
        assert nodes[link]["metadata"]["event_log"][-1]["msg"] == "Cleaned up"
    deletions = [call["method"] for call in collected.cloud.calls() if call["method"].endswith(".delete")]
    assert deletions[-1] == "compute.networks.delete"


def test_the_key_is_nowhere_to_be_seen(collected: GcpJob) -> None:
    """Not in the log, and neither in the command line nor in the environment of the worker or a child."""
    tree = [child for child in psutil.Process(collected.worker.pid).children(recursive=True) if child.is_running()]
    seen = [collected.worker.output.read_text(), *(f"{process.cmdline()}{process.environ()}" for process in tree)]

    assert tree
    assert [text[:200] for text in seen if "PRIVATE KEY" in text] == []
