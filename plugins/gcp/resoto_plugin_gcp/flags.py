"""Whether the flags fit together: what can be said before anything is imported or called."""

from __future__ import annotations

import json
import re
from pathlib import Path

from resoto_plugin_gcp import kinds
from resoto_plugin_gcp.settings import GcpSettings
from resotolib.collect.endpoint import check_endpoint
from resotolib.errors import NotConfigured, SettingsError

CLOUD = "gcp"

_PROJECT = re.compile(r"([a-z][a-z0-9.-]*:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_ZONE = re.compile(r"[a-z]+(-[a-z]+)+\d+-[a-z0-9]+")


def check(settings: GcpSettings) -> None:
    """Raise NotConfigured without credentials, SettingsError for what cannot be meant."""
    if not settings.service_account:
        raise NotConfigured(
            CLOUD,
            "--gcp-service-account is not given: name a file, or give an empty string for the credentials that the "
            "environment offers",
        )
    for place, credentials in enumerate(settings.service_account, 1):
        _check_credentials(credentials, f"--gcp-service-account, value {place}")
    _check_names(settings)
    if settings.endpoint_url:
        check_endpoint("--gcp-endpoint-url", settings.endpoint_url, "access token")
    kinds.selected(settings.kinds == "full", settings.collect, settings.no_collect)


def _check_names(settings: GcpSettings) -> None:
    """Projects, organizations, folders and zones by what they are called."""
    for project in (*settings.project, *([settings.quota_project] if settings.quota_project else [])):
        if not _PROJECT.fullmatch(project):
            raise SettingsError(f"{project!r} is no GCP project: give its ID, such as my-project-1.")
    for flag, given in (("--gcp-organization", settings.organization), ("--gcp-folder", settings.folder)):
        for number in given:
            if not number.isdigit():
                raise SettingsError(f"{flag} takes numbers, and {number!r} is none.")
    for zone in settings.zone:
        if not _ZONE.fullmatch(zone):
            raise SettingsError(f"{zone!r} is no zone: zones are called like us-central1-a.")


def _check_credentials(given: str, what: str) -> None:
    """A file that is there, or JSON. Never says what was given: it may hold a key."""
    if not given:
        return
    if given.lstrip().startswith("{"):
        try:
            json.loads(given)
        except ValueError as error:
            place = f"line {getattr(error, 'lineno', 1)}, column {getattr(error, 'colno', 1)}"
            raise SettingsError(f"{what}: it begins like JSON and is none, from {place} on.") from None
    elif not Path(given).expanduser().is_file():
        raise SettingsError(f"{what}: there is no such file, and it is no JSON either. Give a path or the JSON itself.")
