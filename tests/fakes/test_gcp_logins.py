"""Every way to log in that can be tried on the loopback, with the unmodified google-auth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import google.auth
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import credentials as user_credentials
from google.oauth2 import service_account

from tests.fakes.gcp import places
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.server import ROOT, GcpServer

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
ROBOT = "robot@shop.iam.gserviceaccount.com"


@pytest.fixture(scope="module")
def cloud() -> Iterator[GcpServer]:
    with GcpServer() as server:
        server.seed(Seed("cloudresourcemanager", "organizations/1"))
        server.seed(places.project("shop", "1001", "organizations/1"), places.project("lab", "1002", "organizations/1"))
        yield server


@pytest.fixture
def ambient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Nothing of the user's own configuration."""
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    return monkeypatch


def projects(cloud: GcpServer, credentials: Any) -> list[str]:
    """The projects that the credentials see."""
    with AuthorizedSession(credentials) as session:  # type: ignore[no-untyped-call]
        answer = session.get(f"{cloud.url}/cloudresourcemanager/v3/projects:search")
    answer.raise_for_status()
    return sorted(project["projectId"] for project in answer.json()["projects"])


def from_key(info: dict[str, Any]) -> Any:
    return service_account.Credentials.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]


def from_file(info: dict[str, Any], folder: Path, ambient: pytest.MonkeyPatch) -> Any:
    path = folder / "credentials.json"
    path.write_text(json.dumps(info))
    ambient.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    ambient.setenv("GOOGLE_CLOUD_PROJECT", "shop")
    return google.auth.default(scopes=SCOPES)[0]


def test_a_key_file(cloud: GcpServer, ambient: pytest.MonkeyPatch, tmp_path: Path) -> None:
    credentials = from_file(cloud.key_file("shop").info, tmp_path, ambient)

    assert projects(cloud, credentials) == ["lab", "shop"]
    assert cloud.logins()["assertion"] >= 1


def test_an_account_sees_its_projects_only(cloud: GcpServer) -> None:
    credentials = from_key(cloud.key_file("shop", "narrow", ["shop"]).info)

    assert projects(cloud, credentials) == ["shop"]
    with AuthorizedSession(credentials) as session:  # type: ignore[no-untyped-call]
        assert session.get(f"{cloud.url}/pubsub/v1/projects/lab/topics").status_code == 403


def test_a_key_of_another_account(cloud: GcpServer) -> None:
    """The signature is verified."""
    info = cloud.key_file("shop", "honest").info
    other = cloud.key_file("shop", "other").info

    with pytest.raises(RefreshError, match="invalid_grant"):
        projects(cloud, from_key({**info, "private_key": other["private_key"]}))


def test_a_token_that_was_revoked_is_renewed(cloud: GcpServer) -> None:
    credentials = from_key(cloud.key_file("shop", "renewing").info)
    credentials.refresh(Request())
    cloud.revoke()
    before = cloud.logins()["assertion"]

    assert projects(cloud, credentials) == ["lab", "shop"]
    assert cloud.logins()["assertion"] == before + 1


def federated(cloud: GcpServer, folder: Path) -> dict[str, Any]:
    """A credential file that trades the token of another identity provider."""
    (folder / "token").write_text("token-of-the-other-provider")
    return {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1001/locations/global/workloadIdentityPools/ci/providers/builds",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": f"{cloud.url}/sts/v1/token",
        "credential_source": {"file": str(folder / "token")},
    }


def test_workload_identity(cloud: GcpServer, ambient: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cloud.account("builds@example.com", ["shop"], secrets=["token-of-the-other-provider"])

    assert projects(cloud, from_file(federated(cloud, tmp_path), tmp_path, ambient)) == ["shop"]


def test_impersonation(cloud: GcpServer, ambient: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cloud.account("builds@example.com", ["shop"], secrets=["token-of-the-other-provider"])
    cloud.account(ROBOT, ["lab"])
    target = f"{cloud.url}/iamcredentials/v1/projects/-/serviceAccounts/{ROBOT}:generateAccessToken"
    info = {**federated(cloud, tmp_path), "service_account_impersonation_url": target}

    assert projects(cloud, from_file(info, tmp_path, ambient)) == ["lab"]
    assert cloud.logins()["impersonation"] == 1


ON_A_MACHINE = """
import sys
import google.auth
from google.auth.transport.requests import AuthorizedSession
credentials, project = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
answer = AuthorizedSession(credentials).get(sys.argv[1] + "/cloudresourcemanager/v3/projects:search")
print(project, *(one["projectId"] for one in answer.json()["projects"]))
"""


def test_the_metadata_server(cloud: GcpServer, ambient: pytest.MonkeyPatch) -> None:
    """In a process of its own: the library looks once where the metadata server is."""
    cloud.account(ROBOT, ["shop"])
    cloud.machine(ROBOT, "shop")
    ambient.delenv("NO_GCE_CHECK")
    host = cloud.url.removeprefix("http://")
    ambient.setenv("GCE_METADATA_HOST", host)
    ambient.setenv("GCE_METADATA_IP", host)
    ambient.setenv("GCE_METADATA_TIMEOUT", "20")

    command = [sys.executable, "-W", "ignore", "-c", ON_A_MACHINE, cloud.url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["shop", "shop"]


def test_a_refresh_token(cloud: GcpServer) -> None:
    cloud.account("ada@example.com", ["lab"], secrets=["refresh-me"])
    credentials = user_credentials.Credentials(  # type: ignore[no-untyped-call]
        None, refresh_token="refresh-me", token_uri=f"{cloud.url}/token", client_id="id", client_secret="secret"
    )

    assert projects(cloud, credentials) == ["lab"]


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "Bearer a.b.c"}])
def test_whoever_is_not_known_is_turned_away(cloud: GcpServer, header: dict[str, str]) -> None:
    answer = requests.get(f"{cloud.url}/compute/v1/projects/shop/zones", headers=header, timeout=10)

    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"


def test_a_quota_project_must_be_there(cloud: GcpServer) -> None:
    credentials = from_key(cloud.key_file("shop", "payer").info).with_quota_project("nobody")
    with AuthorizedSession(credentials) as session:  # type: ignore[no-untyped-call]
        answer = session.get(f"{cloud.url}/pubsub/v1/projects/shop/topics")

    assert answer.status_code == 403
    assert answer.json()["error"]["details"][0]["reason"] == "USER_PROJECT_DENIED"


def test_the_key_file_of_the_command_lets_in(tmp_path: Path) -> None:
    """As somebody uses the server who types the command."""
    path = tmp_path / "key.json"
    command = [sys.executable, "-m", "tests.fakes.gcp", "--sample", "--leash", "--key-file", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()
        credentials = from_key(json.loads(path.read_text()))
        credentials.refresh(Request())
        assert server.stdin is not None
        server.stdin.close()

    assert credentials.token
