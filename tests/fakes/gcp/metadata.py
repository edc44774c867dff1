"""The metadata server of a machine, as far as logins need it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.login import Logins
from tests.fakes.gcp.schema import Json

ROOT = "computeMetadata/v1"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def read(path: str, headers: Mapping[str, str], logins: Logins, email: str, project: str) -> str | Json:
    """What the machine says about itself: its project, its account and a token of it. Raises the server's errors."""
    if headers.get("Metadata-Flavor") != "Google":
        raise ApiError(403, "Missing Metadata-Flavor:Google header.")
    if not email:
        raise ApiError(404, "There is no machine: name its account with `machine` first.")
    below = path.removeprefix(ROOT).strip("/")
    if below in ("", "instance"):
        return "instance/\nproject/\n"
    if below == "project/project-id":
        return project
    if below == "universe/universe-domain":
        return "googleapis.com"
    for account in ("default", email):
        if below == f"instance/service-accounts/{account}":
            return {"aliases": ["default"], "email": email, "scopes": SCOPES}
        if below == f"instance/service-accounts/{account}/email":
            return email
        if below == f"instance/service-accounts/{account}/token":
            token = logins.issue("metadata", logins.account(email))
            return {"access_token": token, "expires_in": logins.token_seconds, "token_type": "Bearer"}
    raise ApiError(404, f"{path} is not known to the metadata server.")
