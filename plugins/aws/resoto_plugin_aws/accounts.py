"""Which accounts there are to collect, and with which credentials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resoto_plugin_aws.errors import code_of, translate
from resoto_plugin_aws.flags import CLOUD
from resoto_plugin_aws.logins import Identity, Logins
from resoto_plugin_aws.settings import AwsSettings
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.errors import CollectError, NotAvailable

NO_ORGANIZATION = "AWSOrganizationsNotInUseException"


@dataclass(frozen=True, slots=True)
class _Member:
    """An account of the organisation, as it describes it."""

    id: str
    name: str
    status: str


def find(settings: AwsSettings, logins: Logins) -> Discovery:
    """The accounts that the settings ask for; what is left out, and why, is in the messages.

    Raises a CollectError when nothing can be found at all.
    """
    scopes: dict[str, Scope] = {}
    messages: list[Message] = []
    failed: CollectError | None = None
    for profile in logins.profiles:
        try:
            who = logins.identity(profile)
        except CollectError as error:
            failed = error
            messages.append(Message("error", f"Nothing is collected with it: {error}"))
            continue
        finder = _Finder(settings, logins, who)
        for scope in finder.scopes():
            scopes.setdefault(scope.id, scope)
        messages.extend(finder.messages)
        failed = finder.failed or failed
    if failed is not None and not scopes:
        raise failed
    return Discovery(tuple(scopes.values()), tuple(messages))


class _Finder:
    """Finds what the credentials of one profile reach."""

    def __init__(self, settings: AwsSettings, logins: Logins, who: Identity) -> None:
        self._settings = settings
        self._logins = logins
        self._who = who
        self.messages: list[Message] = []
        self.failed: CollectError | None = None

    def scopes(self) -> Iterator[Scope]:
        """The accounts, the current one first."""
        settings, current = self._settings, self._who.account
        members = {member.id: member for member in self._members()}
        if self._with_current() and not self._excluded(current, members):
            role = settings.role if settings.assume_current else ""
            yield self._scope(current, members.get(current), role or "")
        for member in members.values():
            if member.id != current and self._is_wanted(member):
                yield self._scope(member.id, member, settings.role or "")
        for account in settings.account:
            if not self._excluded(account, {}):
                yield self._scope(account, members.get(account), settings.role or "")

    def _with_current(self) -> bool:
        """Whether the account of the own credentials is collected though nobody has named it.

        --aws-account names all accounts that are wanted, unless the organisation is collected too.
        """
        if self._settings.account and not self._settings.scrape_org:
            return False
        return self._settings.assume_current or not self._settings.dont_scrape_current

    def _is_wanted(self, member: _Member) -> bool:
        if self._excluded(member.id, {member.id: member}):
            return False
        if member.status == "ACTIVE":
            return True
        text = f"Account {member.id} ({member.name}) is {member.status.lower().replace('_', ' ')} and not collected."
        self.messages.append(Message("info", text))
        return False

    def _excluded(self, account: str, members: dict[str, _Member]) -> bool:
        if account not in self._settings.scrape_exclude_account:
            return False
        name = f" ({members[account].name})" if account in members else ""
        text = f"Account {account}{name} is left out by --aws-scrape-exclude-account."
        self.messages.append(Message("info", text))
        return True

    def _scope(self, account: str, member: _Member | None, role: str) -> Scope:
        data = {
            "role": role,
            "profile": self._who.profile,
            "partition": self._who.partition,
            "caller": self._who.account,
            "caller_arn": self._who.arn,
        }
        return Scope(CLOUD, account, member.name if member else "", data)

    def _members(self) -> list[_Member]:
        """The accounts of the organisation; without it the others go on, and the reason is told."""
        if not self._settings.scrape_org:
            return []
        session = self._logins.own(self._who.profile)
        try:
            client = session.client("organizations", session.home)
            pages = client.get_paginator("list_accounts").paginate()
            return [_member(account) for page in pages for account in page["Accounts"]]
        except Exception as error:  # noqa: BLE001  # whatever the SDK raises is translated
            translated = translate(error, f"organizations:ListAccounts in account {session.account}")
            if code_of(error) == NO_ORGANIZATION:
                translated = NotAvailable(
                    f"Account {session.account}", "it belongs to no organization: leave --aws-scrape-org out"
                )
            self.failed = translated
            self.messages.append(Message("error", f"The organization's accounts are not collected: {translated}"))
            return []


def _member(account: dict[str, str]) -> _Member:
    # `State` replaces `Status`, which AWS retires.
    return _Member(account["Id"], account.get("Name", ""), account.get("State") or account.get("Status", "ACTIVE"))
