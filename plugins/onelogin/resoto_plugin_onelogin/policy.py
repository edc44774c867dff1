"""What OneLogin has to allow."""

from __future__ import annotations

from collections.abc import Collection

from resoto_plugin_onelogin.flags import CLOUD
from resotolib.preflight import Permissions, Purpose

_SCOPES = ("Read All",)
_DOCUMENT = """\
Administration > Developers > API Credentials > New Credential
  Read All    users, groups, roles, apps, mappings and MFA devices
  Manage All  privileges too: OneLogin shows them to no smaller scope, and only where the subscription includes
              delegated administration. With Read All they are reported as denied and everything else is collected."""


def permissions(purposes: Collection[Purpose]) -> Permissions:
    """The scopes of the API credentials. Nothing is tagged or cleaned up here, so that needs none."""
    scopes: dict[Purpose, tuple[str, ...]] = {purpose: _SCOPES if purpose == "collect" else () for purpose in purposes}
    return Permissions(CLOUD, scopes, (_DOCUMENT,) if "collect" in purposes else ())
