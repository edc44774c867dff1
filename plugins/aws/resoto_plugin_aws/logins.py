"""Signing in: own credentials, profiles, and the role in an account."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import botocore.session

from resoto_plugin_aws.errors import translate
from resoto_plugin_aws.models import models
from resoto_plugin_aws.session import AccountSession, home_regions, role_session, sdk_session
from resoto_plugin_aws.settings import AwsSettings
from resotolib.collect.scope import Scope
from resotolib.errors import CollectError, NotAuthenticated, NotPermitted

SESSION_NAME = "resotoworker"
DEFAULT_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the own credentials of a profile are: account, ARN, and the partition that they are for."""

    account: str
    arn: str
    partition: str
    profile: str = ""


class Logins:
    """Sessions by account, made once and kept. May be used from any number of threads; closed by `with`."""

    def __init__(self, settings: AwsSettings) -> None:
        self._settings = settings
        self._sessions: dict[tuple[str, str, str], AccountSession] = {}
        self._identities: dict[str, Identity] = {}
        self._lock = threading.RLock()
        self._stack = ExitStack()

    def __enter__(self) -> Logins:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that the settings name; "" alone stands for the own credentials without a profile."""
        return self._settings.profile or ("",)

    def identity(self, profile: str = "") -> Identity:
        """Ask AWS who the own credentials are, once. Raises NotAuthenticated, NotPermitted or Unreadable."""
        with self._lock:
            if profile not in self._identities:
                self._identities[profile] = self._ask(profile)
            return self._identities[profile]

    def own(self, profile: str = "") -> AccountSession:
        """The session with the own credentials of a profile."""
        who = self.identity(profile)
        return self._session(who.account, "", profile, lambda: self._own(who))

    def assumed(self, account: str, role: str, profile: str = "") -> AccountSession:
        """The session with a role in an account, taken with the own credentials of a profile; signed in."""
        return self._session(account, role, profile, lambda: self._assumed(account, role, profile))

    def for_scope(self, scope: Scope) -> AccountSession:
        """The session to collect a scope with; what finding the scopes has learned is not asked again."""
        role, profile = scope.data["role"], scope.data["profile"]
        who = Identity(scope.data["caller"], scope.data["caller_arn"], scope.data["partition"], profile)
        with self._lock:
            self._identities.setdefault(profile, who)
        return self.assumed(scope.id, role, profile) if role else self.own(profile)

    def for_node(self, node: Mapping[str, Any]) -> AccountSession:
        """The session to change a resource with.

        The role is the one that the account was collected with (property `role` of its node), or --aws-role with
        --aws-role-override. Raises NotAuthenticated when the node names no account or no credentials fit it.
        """
        account, stored = _account_of(node)
        role = self._settings.role if self._settings.role_override and self._settings.role else stored
        if not role:
            return self._own_of(account)
        failed: CollectError | None = None
        for profile in self.profiles:
            try:
                return self.assumed(account, role, profile)
            except (NotAuthenticated, NotPermitted) as error:
                failed = error
        raise failed or NotAuthenticated(f"account {account}", "no credentials to take a role with")

    def _own_of(self, account: str) -> AccountSession:
        known = []
        for profile in self.profiles:
            who = self.identity(profile)
            if who.account == account:
                return self.own(profile)
            known.append(who.account)
        if self._settings.role:
            return self.assumed(account, self._settings.role, self.profiles[0])
        raise NotAuthenticated(
            f"account {account}", f"the own credentials belong to {', '.join(known)}. Give --aws-role to reach it"
        )

    def _session(self, account: str, role: str, profile: str, make: Callable[[], AccountSession]) -> AccountSession:
        key = (account, role, profile)
        with self._lock:
            if key not in self._sessions:
                self._sessions[key] = self._stack.enter_context(make())
            return self._sessions[key]

    def _own(self, who: Identity) -> AccountSession:
        return self._open(self._sdk(who.profile), who.account, who.partition)

    def _assumed(self, account: str, role: str, profile: str) -> AccountSession:
        own = self.own(profile)
        take = functools.partial(_take_role, own, account, role, self._settings.external_id)
        session = self._open(role_session(take), account, own.partition, role)
        session.sign_in()
        return session

    def _open(self, sdk: botocore.session.Session, account: str, partition: str, role: str = "") -> AccountSession:
        return AccountSession(
            sdk,
            account,
            partition,
            role=role,
            endpoint_url=self._settings.endpoint_url,
            connections=self._settings.region_pool_size,
            patience=self._settings.throttle_timeout,
        )

    def _sdk(self, profile: str) -> botocore.session.Session:
        session = sdk_session(profile)
        if not profile and self._settings.access_key_id and self._settings.secret_access_key:
            session.set_credentials(self._settings.access_key_id, self._settings.secret_access_key)
        return session

    def _ask(self, profile: str) -> Identity:
        what = f"profile {profile}" if profile else "the own credentials"
        try:
            sdk = self._sdk(profile)
            home = home_regions()[self._partition(sdk)]
            with self._open(sdk, "", self._partition(sdk)) as session:
                answer = session.client("sts", home).get_caller_identity()
        except Exception as error:
            raise translate(error, f"sts:GetCallerIdentity with {what}") from error
        return Identity(answer["Account"], answer["Arn"], answer["Arn"].split(":")[1], profile)

    def _partition(self, sdk: botocore.session.Session) -> str:
        """The partition of the region that is configured, or of the regions to collect: there is no other hint."""
        configured = sdk.get_config_variable("region")
        for region in (configured, *self._settings.region, DEFAULT_REGION):
            for partition in models().load_data("partitions")["partitions"]:
                if region in partition["regions"]:
                    return str(partition["id"])
        return "aws"


def _take_role(own: AccountSession, account: str, role: str, external_id: str | None) -> dict[str, str]:
    arn = f"arn:{own.partition}:iam::{account}:role/{role}"
    more = {"ExternalId": external_id} if external_id else {}
    try:
        answer = own.client("sts", own.home).assume_role(RoleArn=arn, RoleSessionName=SESSION_NAME, **more)
    except Exception as error:
        raise translate(error, f"sts:AssumeRole of {arn}") from error
    keys = answer["Credentials"]
    return {
        "access_key": keys["AccessKeyId"],
        "secret_key": keys["SecretAccessKey"],
        "token": keys["SessionToken"],
        "expiry_time": keys["Expiration"].isoformat(),
    }


def _account_of(node: Mapping[str, Any]) -> tuple[str, str]:
    """The id of the node's account and the role that it was collected with."""
    ancestors = node.get("ancestors") or (node.get("metadata") or {}).get("ancestors") or {}
    found = ancestors.get("account") or {}
    reported = found.get("reported") or found
    if (node.get("reported") or {}).get("kind") == "aws_account":
        reported = node["reported"]
    if not reported.get("id"):
        raise NotAuthenticated(f"node {node.get('id')}", "it does not say which account it belongs to")
    return str(reported["id"]), str(reported.get("role") or "")
