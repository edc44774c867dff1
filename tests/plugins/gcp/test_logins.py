"""Every type of credentials leads in, one token serves all threads, and nothing secret is shown."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from google.auth.transport.requests import Request
from resoto_plugin_gcp import credentials, resoto_collectors
from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.collector import GcpCollector
from resoto_plugin_gcp.logins import Logins
from resoto_plugin_gcp.settings import GcpSettings

from resotolib.collect.watch import Unwatched
from resotolib.errors import CollectError, NotAuthenticated, SettingsError
from resotolib.settings import Settings
from tests.plugins.gcp.clouds import PROJECT, Changing, collect, collector

ROBOT = "robot@workshop.iam.gserviceaccount.com"
POOL = "//iam.googleapis.com/projects/1001/locations/global/workloadIdentityPools/ci/providers/builds"


def seen(cloud: Changing, given: str) -> list[str]:
    """The projects that credentials find."""
    return [scope.id for scope in collector(cloud.server, given).scopes().scopes]


def federated(cloud: Changing, folder: Path) -> dict[str, Any]:
    """Credentials that trade the token of another identity provider."""
    cloud.server.account("builds@example.com", [PROJECT], secrets=["token-of-the-other-provider"])
    (folder / "token").write_text("token-of-the-other-provider")
    return {
        "type": "external_account",
        "audience": POOL,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{cloud.server.url}/sts/v1/token",
        "credential_source": {"file": str(folder / "token")},
    }


def impersonating(cloud: Changing, folder: Path) -> dict[str, Any]:
    """The same, acting as a service account."""
    cloud.server.account(ROBOT, [PROJECT])
    target = f"{cloud.server.url}/iamcredentials/v1/projects/-/serviceAccounts/{ROBOT}:generateAccessToken"
    return {**federated(cloud, folder), "service_account_impersonation_url": target}


def key(cloud: Changing, _: Path) -> dict[str, Any]:
    """A service account's key."""
    found: dict[str, Any] = json.loads(cloud.key)
    return found


@pytest.mark.parametrize("make", [key, federated, impersonating])
@pytest.mark.parametrize("inline", [True, False])
def test_credentials_lead_in(
    cloud: Changing, tmp_path: Path, make: Callable[[Changing, Path], dict[str, Any]], inline: bool
) -> None:
    text = json.dumps(make(cloud, tmp_path))
    (tmp_path / "credentials.json").write_text(text)

    assert seen(cloud, text if inline else str(tmp_path / "credentials.json")) == [PROJECT]


@pytest.mark.parametrize("make", [key, federated, impersonating])
def test_the_environment_offers_credentials(
    cloud: Changing,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Changing, Path], dict[str, Any]],
) -> None:
    (tmp_path / "credentials.json").write_text(json.dumps(make(cloud, tmp_path)))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "credentials.json"))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", PROJECT)

    assert seen(cloud, "") == [PROJECT]


def test_the_metadata_server(cloud: Changing, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: the library looks once where the metadata server is."""
    cloud.server.account(ROBOT, [PROJECT])
    cloud.server.machine(ROBOT, PROJECT)
    monkeypatch.delenv("NO_GCE_CHECK")
    host = cloud.server.url.removeprefix("http://")
    monkeypatch.setenv("GCE_METADATA_HOST", host)
    monkeypatch.setenv("GCE_METADATA_IP", host)
    monkeypatch.setenv("GCE_METADATA_TIMEOUT", "20")
    program = (
        "import sys; from resoto_plugin_gcp.collector import GcpCollector;"
        "from resoto_plugin_gcp.settings import GcpSettings;"
        "made = GcpCollector(GcpSettings(service_account=('',), endpoint_url=sys.argv[1]));"
        "print(*(scope.id for scope in made.scopes().scopes))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, cloud.server.url]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.split() == [PROJECT]


USER = {"type": "authorized_user", "client_id": "id", "client_secret": "hidden", "refresh_token": "hidden-too"}


@pytest.mark.parametrize(
    ("info", "type_"),
    [
        (USER, "google.oauth2.credentials.Credentials"),
        (
            {
                "type": "impersonated_service_account",
                "source_credentials": USER,
                "service_account_impersonation_url": f"https://x/serviceAccounts/{ROBOT}:generateAccessToken",
            },
            "google.auth.impersonated_credentials.Credentials",
        ),
        (
            {
                "type": "external_account_authorized_user",
                "audience": "//iam.googleapis.com/locations/global/workforcePools/p/providers/q",
                "refresh_token": "hidden",
                "token_url": "https://sts.googleapis.com/v1/oauthtoken",
                "client_id": "id",
                "client_secret": "hidden-too",
            },
            "google.auth.external_account_authorized_user.Credentials",
        ),
    ],
)
def test_types_whose_address_the_library_fixes_are_loaded(info: dict[str, Any], type_: str) -> None:
    login = credentials.load(json.dumps(info), "it", None)

    assert type_.rpartition(".")[0] in repr(login.credentials)
    assert "hidden" not in repr(login)


def unused_key(cloud: Changing) -> str:
    """A key that nobody has logged in with."""
    return json.dumps(cloud.server.key_file(PROJECT, "unused").info)


@pytest.mark.parametrize("ambient", [False, True])
def test_projects_share_one_token(
    cloud: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ambient: bool
) -> None:
    """Finding the projects and collecting each of them, in one process."""
    key = unused_key(cloud)
    (tmp_path / "key.json").write_text(key)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
    before = cloud.server.logins().get("assertion", 0)

    made = collector(cloud.server, "" if ambient else key, collect=("gcp_disk",))
    for _ in range(2):
        collect(made, made.scopes().scopes[0])

    assert cloud.server.logins()["assertion"] == before + 1


def test_another_file_in_the_environment_is_noticed(
    cloud: Changing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key.json"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    logins = []

    for moment in (1, 2):
        file.write_text(unused_key(cloud))
        os.utime(file, (moment, moment))
        logins.append(credentials.load("", "it", None))

    assert logins[0] is not logins[1]
    assert credentials.load("", "it", None) is logins[1]


def test_threads_share_one_token(cloud: Changing) -> None:
    login = credentials.load(unused_key(cloud), "it", None)
    before = cloud.server.logins().get("assertion", 0)

    def use(_: int) -> str:
        headers: dict[str, str] = {}
        login.credentials.before_request(Request(), "GET", cloud.server.url, headers)
        return headers["authorization"]

    with ThreadPoolExecutor(16) as pool:
        tokens = set(pool.map(use, range(64)))

    assert len(tokens) == 1
    assert cloud.server.logins()["assertion"] == before + 1


def test_threads_that_are_refused_share_the_new_token(cloud: Changing) -> None:
    """A token that is withdrawn in mid-run costs one more exchange, not one a thread."""
    login = credentials.load(unused_key(cloud), "it", None)
    ready = threading.Barrier(8)

    def refused(_: int) -> None:
        login.credentials.before_request(Request(), "GET", cloud.server.url, {})
        ready.wait()
        login.credentials.refresh(Request())

    before = cloud.server.logins().get("assertion", 0)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(refused, range(8)))

    assert cloud.server.logins()["assertion"] == before + 2


def test_a_token_that_is_withdrawn_in_mid_run_is_renewed(cloud: Changing) -> None:
    made = cloud.collector(collect=("gcp_disk",))
    scope = made.scopes().scopes[0]
    with Logins(made.settings) as logins:
        session = logins.for_scope(scope)
        session.login.credentials.refresh(Request())
        cloud.server.revoke()

        answer = Api(session, PROJECT, "", Unwatched()).call("compute", "regions.list", {"project": PROJECT})

    assert answer["items"]


def test_a_quota_project_goes_with_every_call(cloud: Changing) -> None:
    cloud.collect(quota_project=PROJECT, collect=("gcp_disk", "gcp_pubsub_topic"))

    assert {call["user_project"] for call in cloud.server.calls()} == {PROJECT}


def test_a_quota_project_that_is_not_there_is_named(cloud: Changing) -> None:
    with pytest.raises(CollectError, match="--gcp-quota-project"):
        cloud.collector(quota_project="nobody-at-all").scopes()


BROKEN = {"type": "service_account", "client_email": "a@b", "private_key": "-----BEGIN hidden", "token_uri": "x"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("/nowhere/key.json", "cannot be read"),
        ('{"type": "nonsense"}', "its type is 'nonsense'"),
        ("{}", "its type is None"),
        ('{"type": "service_account", "client_email": "a@b"}', "private_key, token_uri missing"),
        (json.dumps(BROKEN), "no usable service_account"),
    ],
)
def test_credentials_that_cannot_be_used_are_named_and_not_shown(given: str, words: str) -> None:
    with pytest.raises(NotAuthenticated, match=words) as raised:
        credentials.load(given, "--gcp-service-account, value 2", None)

    assert "--gcp-service-account, value 2" in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_without_credentials_in_the_environment(cloud: Changing) -> None:
    with pytest.raises(NotAuthenticated, match="Give --gcp-service-account"):
        seen(cloud, "")


def test_a_key_that_the_server_does_not_know(cloud: Changing) -> None:
    other = json.loads(cloud.key)["private_key"]
    unknown = {**cloud.server.key_file(PROJECT, "honest").info, "private_key": other}

    with pytest.raises(NotAuthenticated, match="invalid_grant"):
        seen(cloud, json.dumps(unknown))


def test_nothing_secret_is_in_what_is_shown_or_sent(cloud: Changing) -> None:
    made = cloud.collector()
    secret = json.loads(cloud.key)["private_key"]
    with Logins(made.settings) as logins:
        shown = f"{made!r} {logins.session(0)!r} {logins.session(0).login!r} {made.scopes()!r}"

    assert secret[40:80] not in shown
    assert pickle.loads(pickle.dumps(made)).settings.service_account == made.settings.service_account
    assert secret[40:80] not in pickle.dumps(made.scopes()).decode("latin-1")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"service_account": ()}, "empty string"),
        ({"service_account": ("{no",)}, "column"),
        ({"service_account": ("/nowhere",)}, "no such file"),
        ({"project": ("X",)}, "no GCP project"),
        ({"folder": ("abc",)}, "takes numbers"),
        ({"zone": ("us-central1",)}, "no zone"),
        ({"endpoint_url": "compute.example.com"}, "--gcp-endpoint-url"),
        ({"collect": ("disc",)}, "did you mean 'disk'"),
    ],
)
def test_the_flags_say_what_is_wrong(given: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        resoto_collectors(Settings(GcpSettings(**{"service_account": ("",), **given})))


def test_flags_that_are_right_make_a_collector() -> None:
    (made,) = resoto_collectors(Settings(GcpSettings(service_account=("",), project_pool_size=7, fork=True)))

    assert isinstance(made, GcpCollector)
    assert (made.concurrency.fork, made.concurrency.scopes, made.concurrency.calls) == (True, 7, 20)


def test_a_token_over_plain_http_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    for address in ("http://127.0.0.1:1", "http://localhost:1", "http://cloud.example.test"):
        resoto_collectors(Settings(GcpSettings(service_account=("",), endpoint_url=address)))

    assert [record.getMessage() for record in caplog.records] == [
        "--gcp-endpoint-url sends the access token to cloud.example.test without encryption"
    ]


def test_a_fork_server_finds_everything_loaded_and_frozen() -> None:
    program = (
        "import gc, sys; import resoto_plugin_gcp.warm;"
        "print(gc.get_freeze_count() > 10000, 'google.cloud.compute_v1' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["True", "True"]


def test_a_worker_whose_children_collect_does_without_the_sdk() -> None:
    program = (
        "import pickle, sys; from resotolib.settings import Settings; import resoto_plugin_gcp as gcp;"
        "made = gcp.resoto_collectors(Settings(gcp.GcpSettings(service_account=('',))));"
        "pickle.dumps(made); gcp.resoto_kinds();"
        "print(any(name.startswith('google') for name in sys.modules))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
