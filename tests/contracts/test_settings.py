"""Every setting there is: described, unlike all others, and of the names that users were promised."""

from __future__ import annotations

from typing import Any

import pytest

from resotolib.settings import Setting, settings_of
from resotoworker.plugins import load_plugins
from resotoworker.settings import WorkerSettings

CLASSES: tuple[type[Any], ...] = (WorkerSettings, *load_plugins().settings_classes())
SETTINGS = [setting for cls in CLASSES for setting in settings_of(cls)]
PROMISED = {
    "--verbose": False,
    "--logfile": None,
    "--collector": (),
    "--cleanup": False,
    "--cleanup-pool-size": 10,
    "--cleanup-dry-run": False,
    "--resotocore-uri": "http://localhost:8900",
    "--resotocore-graph": "ck",
    "--pool-size": 5,
    "--fork": False,
    "--timeout": 10800,
    "--debug-dump-json": False,
    "--psk": None,
    "--web-port": 9955,
    "--web-host": "::",
    "--aws-access-key-id": None,
    "--aws-secret-access-key": None,
    "--aws-role": None,
    "--aws-role-override": False,
    "--aws-account": (),
    "--aws-region": (),
    "--aws-scrape-org": False,
    "--aws-scrape-exclude-account": (),
    "--aws-assume-current": False,
    "--aws-dont-scrape-current": False,
    "--aws-fork": False,
    "--aws-account-pool-size": 5,
    "--aws-region-pool-size": 20,
    "--aws-collect": (),
    "--aws-no-collect": (),
}


def by_flag(setting: Setting) -> str:
    return setting.flag


@pytest.mark.parametrize("setting", SETTINGS, ids=by_flag)
def test_it_is_described(setting: Setting) -> None:
    text = setting.declared.help

    assert text[0].isupper()
    assert not text.endswith(".")


@pytest.mark.parametrize("setting", SETTINGS, ids=by_flag)
def test_its_variable_follows_from_its_flag(setting: Setting) -> None:
    assert setting.variable == "RESOTOWORKER_" + setting.flag[2:].upper().replace("-", "_")


@pytest.mark.parametrize(("flag", "default"), list(PROMISED.items()))
def test_what_was_promised_is_there(flag: str, default: object) -> None:
    found = {setting.flag: setting.default for setting in SETTINGS}

    assert found[flag] == default


def test_no_two_are_alike() -> None:
    flags = [setting.flag for setting in SETTINGS]

    assert len(flags) == len(set(flags))


@pytest.mark.parametrize("setting", SETTINGS, ids=by_flag)
def test_what_sounds_like_a_secret_is_one(setting: Setting) -> None:
    words = set(setting.flag.strip("-").split("-"))

    switch = setting.type == "bool"  # holds no secret, whatever it is about
    assert (
        switch
        or setting.declared.secret
        or words.isdisjoint({"key", "token", "secret", "password", "psk", "credentials"})
    )


@pytest.mark.parametrize("setting", SETTINGS, ids=by_flag)
def test_its_default_is_a_value_that_it_takes(setting: Setting) -> None:
    choices = setting.declared.choices

    assert setting.default in choices or not choices
    assert setting.declared.minimum is None or setting.default >= setting.declared.minimum
