"""Which accounts are collected, with which credentials."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from resoto_plugin_aws import accounts, flags
from resoto_plugin_aws.logins import Logins
from resoto_plugin_aws.profiles import check_profiles
from resoto_plugin_aws.settings import AwsSettings

from resotolib.collect.scope import Discovery
from resotolib.errors import NotAuthenticated, NotConfigured, NotPermitted, SettingsError
from tests.fakes.aws import organisation
from tests.fakes.aws.organisation import ROLE, Account
from tests.fakes.aws.place import MANAGEMENT
from tests.fakes.aws.proxy import Proxy, Rule
from tests.fakes.aws.server import MotoServer

KEYS: dict[str, Any] = {"access_key_id": MANAGEMENT.key_id, "secret_access_key": MANAGEMENT.secret}
STRANGER = "999999999999"
ORG: dict[str, Any] = {"role": ROLE, "scrape_org": True}


@pytest.fixture(scope="module")
def members() -> Iterator[tuple[str, list[Account]]]:
    """Address of a cloud with a management account, two members, and a closed one."""
    with MotoServer(page_size=1) as server:
        yield server.url, organisation.create(server.url, 3, 1)


@pytest.fixture
def before(members: tuple[str, list[Account]]) -> Iterator[Proxy]:
    with Proxy(members[0]) as proxy:
        yield proxy


def find(url: str, **given: Any) -> Discovery:
    settings = AwsSettings(**{**KEYS, "endpoint_url": url, **given})
    flags.check(settings)
    with Logins(settings) as logins:
        return accounts.find(settings, logins)


def labelled(found: Discovery, known: list[Account]) -> dict[str, str]:
    labels = {account.id: account.label for account in known}
    return {labels.get(scope.id, scope.id): scope.data["role"] for scope in found.scopes}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"management": ""}),
        ({"role": ROLE}, {"management": ""}),
        ({"role": ROLE, "assume_current": True}, {"management": ROLE}),
        ({"role": ROLE, "assume_current": True, "dont_scrape_current": True}, {"management": ROLE}),
        (ORG, {"management": "", "member-1": ROLE, "member-2": ROLE}),
        ({**ORG, "dont_scrape_current": True}, {"member-1": ROLE, "member-2": ROLE}),
        ({**ORG, "assume_current": True}, {"management": ROLE, "member-1": ROLE, "member-2": ROLE}),
        (
            {**ORG, "assume_current": True, "dont_scrape_current": True},
            {"management": ROLE, "member-1": ROLE, "member-2": ROLE},
        ),
        ({**ORG, "account": (STRANGER,)}, {"management": "", "member-1": ROLE, "member-2": ROLE, STRANGER: ROLE}),
        ({"role": ROLE, "account": (STRANGER,)}, {STRANGER: ROLE}),
        ({"role": ROLE, "account": (STRANGER, STRANGER)}, {STRANGER: ROLE}),
        ({"role": ROLE, "account": (STRANGER,), "assume_current": True}, {STRANGER: ROLE}),
    ],
)
def test_flags_say_which_accounts_are_collected_and_how(
    members: tuple[str, list[Account]], given: dict[str, Any], expected: dict[str, str]
) -> None:
    url, known = members

    found = find(url, **given)

    assert labelled(found, known) == expected


def test_the_current_account_may_be_listed(members: tuple[str, list[Account]]) -> None:
    url, known = members

    found = find(url, role=ROLE, account=(known[0].id,))

    assert labelled(found, known) == {"management": ROLE}


@pytest.mark.parametrize("left_out", [0, 1])
def test_excluded_accounts_are_left_out_and_named(members: tuple[str, list[Account]], left_out: int) -> None:
    url, known = members

    found = find(url, **ORG, scrape_exclude_account=(known[left_out].id,))

    assert known[left_out].label not in labelled(found, known)
    assert len(found.scopes) == 2
    assert any(known[left_out].id in message.text for message in found.messages)


def test_suspended_accounts_are_left_out_and_named(members: tuple[str, list[Account]]) -> None:
    url, known = members
    closed = next(account for account in known if account.suspended)

    found = find(url, **ORG)

    assert closed.id not in {scope.id for scope in found.scopes}
    assert [m.text for m in found.messages] == [f"Account {closed.id} ({closed.label}) is suspended and not collected."]


def test_scopes_have_the_names_of_the_organisation_and_no_secrets(members: tuple[str, list[Account]]) -> None:
    url, known = members

    found = find(url, **ORG, external_id="an-external-secret")

    assert {scope.name for scope in found.scopes} >= {known[1].label, known[2].label}
    assert MANAGEMENT.secret not in repr(found)
    assert "an-external-secret" not in repr(found)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"account": (STRANGER,)}, SettingsError, "--aws-role"),
        ({"scrape_org": True}, SettingsError, "--aws-role"),
        ({"external_id": "x"}, SettingsError, "--aws-external-id needs a role"),
        ({"assume_current": True}, SettingsError, "--aws-role"),
        ({"role": ROLE, "account": ("12345",)}, SettingsError, "twelve digits"),
        ({"role": ROLE, "scrape_org": True, "scrape_exclude_account": ("prod",)}, SettingsError, "twelve digits"),
        ({"secret_access_key": None}, SettingsError, "--aws-secret-access-key"),
        ({"profile": ("management",)}, SettingsError, "--aws-access-key-id and --aws-profile"),
        ({"region": ("",)}, SettingsError, "'' is no AWS region"),
        ({"region": ("us-east-1,eu-west-1",)}, SettingsError, "regions are called like eu-central-1"),
        ({"role": f"arn:aws:iam::123456789012:role/{ROLE}"}, SettingsError, "give the role's name"),
        ({"endpoint_url": "localhost:5000"}, SettingsError, "--aws-endpoint-url is 'localhost:5000'"),
        ({"collect": ("aws_vpcs",)}, SettingsError, "aws_vpc"),
        ({"dont_scrape_current": True}, NotConfigured, "--aws-scrape-org"),
    ],
)
def test_flags_that_do_not_fit_together_are_refused(given: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        find("http://127.0.0.1:1", **given)


def test_profiles_are_accounts_of_their_own(members: tuple[str, list[Account]], tmp_path: Path) -> None:
    url, known = members
    lines = []
    for account in known[:2]:
        keys = account.credentials
        lines += [f"[{account.label}]", f"aws_access_key_id={keys.key_id}", f"aws_secret_access_key={keys.secret}"]
        lines += [f"aws_session_token={keys.token}"] if keys.token else []
    lines += ["[again]", *lines[1:3]]
    (tmp_path / "credentials").write_text("\n".join(lines))

    found = find(url, access_key_id=None, secret_access_key=None, profile=("management", "member-1", "again"))

    assert [(scope.id, scope.data["profile"]) for scope in found.scopes] == [
        (known[0].id, "management"),
        (known[1].id, "member-1"),
    ]


def test_a_profile_that_fails_does_not_cost_the_others(members: tuple[str, list[Account]], tmp_path: Path) -> None:
    url, known = members
    (tmp_path / "credentials").write_text(f"[good]\naws_access_key_id={MANAGEMENT.key_id}\naws_secret_access_key=x\n")
    (tmp_path / "config").write_text("[profile empty]\nregion=us-east-1\n")

    found = find(url, access_key_id=None, secret_access_key=None, profile=("empty", "good"))

    assert labelled(found, known) == {"management": ""}
    assert [message.level for message in found.messages] == ["error"]
    assert "empty" in found.messages[0].text


def test_a_profile_that_is_in_no_file_is_said_with_those_that_are(tmp_path: Path) -> None:
    own = {"access_key_id": None, "secret_access_key": None}
    with pytest.raises(SettingsError, match=r"'a', .*config and .*credentials\. There are no profiles in them\."):
        find("http://127.0.0.1:1", **own, profile=("a",))
    (tmp_path / "config").write_text('[default]\n[profile one]\nregion=x\n[profile "two words"]\n[sso-session s]\n')
    (tmp_path / "credentials").write_text("[three]\naws_access_key_id=x\n")
    with pytest.raises(SettingsError, match=r"'for'.*Profiles are default, one, three, two words\."):
        find("http://127.0.0.1:1", **own, profile=("one", "for"))


@pytest.mark.parametrize("content", [b"no section", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_left_to_the_sdk(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config").write_bytes(content)
    check_profiles(["any"])


def test_without_credentials_nothing_can_be_found(members: tuple[str, list[Account]]) -> None:
    with pytest.raises(NotAuthenticated, match="--aws-access-key-id"):
        find(members[0], access_key_id=None, secret_access_key=None)


def test_wrong_credentials_are_said_to_be_wrong(before: Proxy) -> None:
    before.add(Rule("InvalidClientTokenId", 403, "GetCallerIdentity", message="The security token is invalid."))

    with pytest.raises(NotAuthenticated, match="The security token is invalid"):
        find(before.url)


def test_without_the_organisation_the_current_account_is_collected(
    members: tuple[str, list[Account]], before: Proxy
) -> None:
    before.deny("ListAccounts")

    found = find(before.url, **ORG)

    assert labelled(found, members[1]) == {"management": ""}
    assert [message.level for message in found.messages] == ["error"]
    assert "organizations:ListAccounts" in found.messages[0].text


def test_an_account_without_organisation_says_so(before: Proxy) -> None:
    before.add(Rule("AWSOrganizationsNotInUseException", 400, "ListAccounts"))

    found = find(before.url, **ORG)

    assert "belongs to no organization" in found.messages[0].text


def test_nothing_found_at_all_is_an_error(before: Proxy) -> None:
    before.deny("ListAccounts")

    with pytest.raises(NotPermitted):
        find(before.url, **ORG, dont_scrape_current=True)
