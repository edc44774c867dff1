"""Marked secrets in every secret setting; after a whole collect they are nowhere but where they were given."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
import requests

from resotolib.core.auth import Credentials
from resotolib.settings import group_of
from tests.demo.pair import organisation_flags, program
from tests.fakes.aws import organisation
from tests.fakes.aws.server import MotoServer
from tests.fakes.gcp.places import project
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.server import GcpServer
from tests.fakes.onelogin.server import OneLoginServer
from tests.fakes.onelogin.tenant import make_tenant
from tests.fakes.slack.server import SlackServer
from tests.fakes.slack.world import make_world
from tests.ports import free_port
from tests.whole.planted import (
    COLLECTED,
    CORE_PAGES,
    GCP_KEY,
    GCP_PORT,
    PAGES,
    PSK,
    REGION,
    SECRETS,
    SETTINGS,
    Search,
    answers,
    given,
    nodes,
    run_of,
    started,
    untouched,
    wait,
    worker,
)


@pytest.fixture(scope="module")
def clouds() -> Iterator[list[str]]:
    """Flags to collect them all."""
    with (
        MotoServer() as moto,
        GcpServer(port=GCP_PORT) as gcp,
        OneLoginServer(make_tenant()) as onelogin,
        SlackServer(make_world(20, 3, 5)) as slack,
    ):
        gcp.account(GCP_KEY.email, public_key=GCP_KEY.public_key, key_id=GCP_KEY.info["private_key_id"])
        gcp.seed(Seed("cloudresourcemanager", "organizations/1"), project("planted", "2001", "organizations/1"))
        gcp.seed(Seed("compute", "projects/planted/global/networks/main"))
        organisation.create(moto.url, members=1, suspended=0)
        onelogin.client, onelogin.secret = SECRETS["--onelogin-client-id"], SECRETS["--onelogin-client-secret"]
        slack.worlds[SECRETS["--slack-bot-token"]] = slack.world
        kinds = ("--aws-collect", "vpc", "ec2_subnet", "iam_role", "s3_bucket")
        google = ("--gcp-endpoint-url", gcp.url, "--gcp-collect", "gcp_network")
        others = ("--onelogin-endpoint-url", onelogin.url, "--slack-endpoint-url", slack.url, *google)
        yield [*organisation_flags(moto.url, [REGION]), *kinds, *others]


def test_every_plugin_with_secrets_has_a_cloud_here() -> None:
    prefixes = {group_of(s.owner).prefix for s in SETTINGS} - {""}
    assert prefixes == set(COLLECTED)


@pytest.mark.parametrize("how", ["flags", "variables", "vendors", "files"])
def test_secrets_are_nowhere(clouds: list[str], tmp_path: Path, how: str) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "made").mkdir()
    flags, variables = given(how, tmp_path / "given")
    core, web, output, search = f"http://127.0.0.1:{free_port()}", free_port(), tmp_path / "made" / "output", Search()
    command = started(core, web, tmp_path / "made", *clouds, *flags)
    with worker(command, output, untouched() | variables) as process:
        wait(lambda: answers(f"http://127.0.0.1:{web}"), process, output, Search())
        search.processes(process.pid)
        headers = Credentials(PSK).headers()
        requests.post(f"{core}/workflow/collect", headers=headers, timeout=30).raise_for_status()
        wait(lambda: run_of(core) == "done", process, output, search)
        search.pages(f"http://127.0.0.1:{web}", PAGES)
        search.pages(core, CORE_PAGES)
        search.text("graph", nodes(core))
        search.files(tmp_path / "made")
    search.files(tmp_path / "made")
    assert search.found == set()
    assert {"output", "log", "report", "command line of a child", "worker/core/core.sqlite"} <= search.looked_at
    for cloud in COLLECTED:
        assert any(where.startswith(f"worker/dumps/{cloud}-") for where in search.looked_at), cloud
    assert len(search.pids) >= 5, "worker, embedded core, fork server, its tracker and a child that collects"


def _identity() -> str:
    return (
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/u</Arn>"
        "<UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    )


class Echo(BaseHTTPRequestHandler):
    """Clouds that refuse everything and repeat what they were asked, signature and all."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        said = f"{unquote_plus(body)} {self.headers}"
        status, text = 403, self._refusal(said)
        if "GetCallerIdentity" in body:
            status, text = 200, _identity()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST  # noqa: N815  # the name that the base class looks for

    def _refusal(self, said: str) -> str:
        if self.path.startswith("/slack/"):
            return json.dumps({"ok": False, "error": said})
        if self.path.startswith(("/auth/", "/api/")):
            return json.dumps({"statusCode": 403, "name": "Error", "message": said})
        return (
            f"<ErrorResponse><Error><Code>AccessDenied</Code><Message>{escape(said)}</Message></Error></ErrorResponse>"
        )

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def refusing(echo: str) -> list[str]:
    """Flags to collect clouds that refuse everything."""
    places = ("--aws-account", "123456789012", "210987654321", "--aws-region", REGION, "--aws-role", "resoto")
    urls = ("--aws-endpoint-url", echo, "--onelogin-endpoint-url", echo, "--slack-endpoint-url", f"{echo}/slack")
    return [*places, *urls]


def test_a_check_of_such_clouds_gives_nothing_away(echo: str, tmp_path: Path) -> None:
    _, variables = given("variables", tmp_path)
    search = Search()
    command = [program("resotoworker"), "check", *COLLECTED, *refusing(echo)]

    ended = subprocess.run(command, env=untouched() | variables, capture_output=True, check=False, timeout=60)

    search.text("output", ended.stdout + ended.stderr)
    assert search.found == set()
    assert ended.returncode == 1
    assert ended.stdout.count(b"***") >= 3, "the clouds have repeated the secrets"


def test_clouds_that_repeat_what_they_were_asked_give_nothing_away(echo: str, tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    (tmp_path / "made").mkdir()
    _, variables = given("files", tmp_path / "given")
    core, web, output, search = f"http://127.0.0.1:{free_port()}", free_port(), tmp_path / "made" / "output", Search()
    command = started(core, web, tmp_path / "made", *refusing(echo))
    with worker(command, output, untouched() | variables) as process:
        wait(lambda: answers(f"http://127.0.0.1:{web}"), process, output, search)
        headers = Credentials(PSK).headers()
        requests.post(f"{core}/workflow/collect", headers=headers, timeout=30).raise_for_status()
        wait(lambda: run_of(core) not in ("", "running"), process, output, search)
        search.pages(f"http://127.0.0.1:{web}", PAGES)
        search.pages(core, CORE_PAGES)
    search.files(tmp_path / "made")
    report = (tmp_path / "made" / "report").read_text()
    assert search.found == set()
    assert {scope["cloud"]: scope["result"] for scope in json.loads(report)["scopes"]} == dict.fromkeys(
        COLLECTED, "failed"
    )
    assert report.count("***") >= 4, "the clouds have repeated the secrets"
