"""Google's own tools judge the test cloud, where they are installed: gcloud, and the Pub/Sub emulator."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.fakes.gcp import estate, places
from tests.fakes.gcp.estate import SMALL
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.server import GcpServer
from tests.ports import free_port

GCLOUD = shutil.which("gcloud")
EMULATOR = (
    Path(os.path.realpath(GCLOUD or "/")).parents[1] / "platform/pubsub-emulator/bin/cloud-pubsub-emulator"
    if GCLOUD
    else Path("/nowhere")
)
BASES = {"compute": "compute/v1/", "storage": "storage/v1/", "pubsub": "", "dns": "dns/v1/"}


@pytest.fixture(scope="module")
def cloud() -> Iterator[GcpServer]:
    with GcpServer(page_size=2, open_to_all=True) as server:
        server.settings(operation_seconds=0.0)
        estate.seed(server, SMALL)
        yield server


@pytest.fixture
def environment(cloud: GcpServer, tmp_path: Path) -> dict[str, str]:
    """Of a gcloud that knows nothing but the test cloud."""
    settings = {
        "CORE_PROJECT": "shop-prod",
        "CORE_DISABLE_PROMPTS": "true",
        "CORE_DISABLE_USAGE_REPORTING": "true",
        "AUTH_DISABLE_CREDENTIALS": "true",
        "COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
        **{f"API_ENDPOINT_OVERRIDES_{name.upper()}": f"{cloud.url}/{name}/{base}" for name, base in BASES.items()},
    }
    own = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CLOUDSDK_CONFIG": str(tmp_path)}
    return {**own, **{f"CLOUDSDK_{name}": value for name, value in settings.items()}}


@pytest.mark.skipif(GCLOUD is None, reason="gcloud is not installed")
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("compute instances list --format=value(name)", "vm-1 web-1 vm-1"),
        ("compute disks add-labels vm-1 --zone=us-central1-a --labels=team=x", ""),
        ("compute networks delete main", "is already being used by"),
        ("dns record-sets list --zone=public --format=value(type)", "NS SOA A"),
        ("storage buckets list --format=value(name)", "shop-prod-data-1 shop-prod-static"),
    ],
)
def test_gcloud_takes_it_for_google(environment: dict[str, str], command: str, expected: str) -> None:
    done = subprocess.run(
        ["gcloud", *command.split()], env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    refused = "being used" in expected
    assert (done.returncode != 0) == refused, done.stderr
    assert expected in (done.stderr if refused else " ".join(done.stdout.split()))


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of Google's Pub/Sub emulator."""
    port = free_port()
    folder = tmp_path_factory.mktemp("emulator")
    with (folder / "log").open("wb") as log:
        command = [str(EMULATOR), "--host=127.0.0.1", f"--port={port}"]
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 60
    while not _answers(url) and time.monotonic() < deadline:
        time.sleep(0.1)
    yield url
    process.kill()
    process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.ConnectionError:
        return False


def life_of_a_topic(url: str) -> list[Any]:
    """What happens to topics and subscriptions, as far as it is the same in every Pub/Sub."""
    base = f"{url}/v1/projects/shop"
    seen: list[Any] = []

    def ask(verb: str, path: str, *members: str, body: Any = None) -> None:
        answer = requests.request(verb, f"{base}/{path}", json=body, timeout=10)
        content = answer.json()
        wanted = content.get("error", content)
        seen.append((answer.status_code, {name: wanted.get(name) for name in (*members, "status")}))

    for name in ("first", "second", "third"):
        ask("PUT", f"topics/{name}", "name", "labels", body={"labels": {"owner": name}})
    ask("PUT", "topics/first", body={})
    ask("GET", "topics?pageSize=2", "topics")
    ask("GET", "topics/nothing")
    ask("PUT", "subscriptions/reader", "name", "topic", body={"topic": "projects/shop/topics/first"})
    ask("GET", "topics/first/subscriptions", "subscriptions")
    ask("DELETE", "topics/first")
    ask("GET", "subscriptions/reader", "topic")
    ask("GET", "topics", "topics")
    ask("DELETE", "subscriptions/reader")
    ask("DELETE", "subscriptions/reader")
    return seen


@pytest.mark.skipif(not EMULATOR.exists(), reason="Google's Pub/Sub emulator is not installed")
def test_pubsub_is_as_googles_own_emulator(cloud: GcpServer, emulator: str) -> None:
    cloud.seed(places.project("shop", "1001", "organizations/1"))
    cloud.seed(Seed("serviceusage", "projects/shop/services/pubsub.googleapis.com", {"state": "ENABLED"}))

    assert life_of_a_topic(f"{cloud.url}/pubsub") == life_of_a_topic(emulator)
