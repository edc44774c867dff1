"""Settings: where values come from, what they may be, and what is said when they are wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from resotolib.errors import SettingsError
from resotolib.settings import Settings, flag, group, settings_of
from resotolib.settings_reader import read_setting, read_settings, secret_variables, unknown_variables


@group("", "Worker")
@dataclass(frozen=True)
class Worker:
    """Stands for the worker's own settings."""

    verbose: bool = flag(default=False, help="Talk", short="v")
    collector: tuple[str, ...] = flag((), "Collectors")
    timeout: int = flag(10, "Seconds", minimum=1, maximum=100)
    rate: float = flag(0.5, "Calls a second")
    uri: str = flag("http://localhost", "Address")
    psk: str | None = flag(None, "Key", secret=True)


@group("moon", "Moon")
@dataclass(frozen=True)
class Moon:
    """Stands for a plugin's settings."""

    region: tuple[str, ...] = flag(("crater",), "Regions")
    token: str | None = flag(None, "Token", secret=True, env=("MOON_TOKEN",))
    key: tuple[str, ...] = flag((), "Keys", secret=True)
    light: str = flag("day", "Light", choices=("day", "night"))


@group("moon", "Other moon")
@dataclass(frozen=True)
class OtherMoon:
    """Has a flag that Moon has too."""

    region: str = flag("", "Region")


CLASSES = (Worker, Moon)
PREFIX = "RESOTOWORKER_"


def read(argv: str = "", **environ: str) -> Settings:
    return read_settings(CLASSES, argv.split(), {PREFIX + name: value for name, value in environ.items()})


def said(argv: list[str], environ: dict[str, str] | None = None, **more: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(CLASSES, argv, environ or {}, **more)
    return str(caught.value)


def test_defaults_hold_when_nothing_is_given() -> None:
    assert read() == Settings(Worker(), Moon())


def test_the_command_line_wins_over_the_environment_and_that_over_the_default() -> None:
    environ = {"TIMEOUT": "20", "RATE": "2"}

    settings = read("--timeout 30", **environ)[Worker]

    assert (settings.timeout, settings.rate, settings.uri) == (30, 2.0, "http://localhost")


@pytest.mark.parametrize("word", ["true", "True", "yes", "on", "1"])
def test_switches_that_are_on(word: str) -> None:
    assert read(VERBOSE=word)[Worker].verbose
    assert read(f"--verbose={word}")[Worker].verbose


@pytest.mark.parametrize("word", ["false", "False", "no", "off", "0"])
def test_switches_that_are_off(word: str) -> None:
    assert not read(VERBOSE=word)[Worker].verbose
    assert not read(f"--verbose={word}", VERBOSE="true")[Worker].verbose


@pytest.mark.parametrize("argv", ["--verbose", "-v", "--collector a -v"])
def test_a_switch_alone_is_on(argv: str) -> None:
    assert read(argv)[Worker].verbose


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ("--collector aws gcp", ("aws", "gcp")),
        ("--collector aws --collector gcp", ("aws", "gcp")),
        ("--collector=aws", ("aws",)),
        ("--collector aws gcp --verbose", ("aws", "gcp")),
    ],
)
def test_lists_on_the_command_line(argv: str, expected: tuple[str, ...]) -> None:
    assert read(argv, COLLECTOR="never seen")[Worker].collector == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"COLLECTOR": "aws gcp"}, ("aws", "gcp")),
        ({"COLLECTOR": "  aws   'g c p' "}, ("aws", "g c p")),
        ({"COLLECTOR": ""}, ("",)),
        ({"COLLECTOR": '{"type": "service account"}'}, ('{"type": "service account"}',)),
        ({"COLLECTOR0": "a b", "COLLECTOR1": "c"}, ("a b", "c")),
        ({"COLLECTOR10": "c", "COLLECTOR9": "b", "COLLECTOR": "a"}, ("a", "b", "c")),
        ({"COLLECTOR0": ""}, ("",)),
    ],
)
def test_lists_in_the_environment(environ: dict[str, str], expected: tuple[str, ...]) -> None:
    assert read(**environ)[Worker].collector == expected


def test_an_empty_optional_value_is_none() -> None:
    assert read(PSK="")[Worker].psk is None


def test_a_secret_is_read_from_the_file_that_its_variable_names(tmp_path: Path) -> None:
    file = tmp_path / "psk"
    file.write_text("a secret word \n", encoding="utf-8")

    assert read(PSK_FILE=str(file))[Worker].psk == "a secret word "


def test_a_list_of_secrets_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text('{"key": "a b"}\n', encoding="utf-8")

    assert read(MOON_KEY_FILE=str(file))[Moon].key == ('{"key": "a b"}',)


def test_a_secret_that_got_lost_from_its_file_is_not_taken_for_none(tmp_path: Path) -> None:
    file = tmp_path / "psk"
    file.write_text("\n", encoding="utf-8")

    assert said([], {PREFIX + "PSK_FILE": str(file)}) == (
        f"{PREFIX}PSK_FILE names the file {file}, which is empty: write the secret into it."
    )


def test_a_list_from_an_empty_file_has_one_empty_item(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("", encoding="utf-8")

    assert read(MOON_KEY_FILE=str(file))[Moon].key == ("",)


def test_a_file_is_not_even_looked_at_when_the_command_line_has_the_value() -> None:
    assert read("--psk x", PSK_FILE="/nowhere")[Worker].psk == "x"


def test_only_secrets_can_come_from_files() -> None:
    assert "URI_FILE" in unknown_variables(CLASSES, {PREFIX + "URI_FILE": "x"})[0]


def test_names_of_the_vendor_come_after_ours() -> None:
    vendor = {"MOON_TOKEN": "theirs"}
    both = {**vendor, PREFIX + "MOON_TOKEN": "ours"}

    assert read_settings(CLASSES, [], vendor)[Moon].token == "theirs"
    assert read_settings(CLASSES, [], both)[Moon].token == "ours"


@pytest.mark.parametrize(
    ("argv", "environ", "sentence"),
    [
        (["--timeout", "soon"], {}, "--timeout is 'soon', which is not a whole number: give a whole number."),
        ([], {"TIMEOUT": "1.5"}, f"{PREFIX}TIMEOUT is '1.5', which is not a whole number: give a whole number."),
        ([], {"TIMEOUT": ""}, f"{PREFIX}TIMEOUT is empty, which is not a whole number: give a whole number."),
        ([], {"RATE": "nan"}, f"{PREFIX}RATE is 'nan', which is not a number: give a number."),
        (["--verbose=perhaps"], {}, "--verbose is 'perhaps', which is not true or false: give true or false."),
        (["--timeout", "0"], {}, "--timeout is '0': give 1 or more."),
        ([], {"TIMEOUT": "101"}, f"{PREFIX}TIMEOUT is '101': give 100 or less."),
        (["--moon-light", "dusk"], {}, "--moon-light is 'dusk': choose from day, night."),
        ([], {"COLLECTOR": "a 'b"}, f'{PREFIX}COLLECTOR holds a list "a \'b" that opens a quotation'),
        ([], {"PSK": "a", "PSK_FILE": "b"}, f"{PREFIX}PSK and {PREFIX}PSK_FILE are both set: keep one of them."),
        ([], {"PSK_FILE": "/nowhere"}, f"{PREFIX}PSK_FILE names the file /nowhere, which cannot be read: No such file"),
        (["--timeou", "1"], {}, "The flag --timeou is not known (did you mean --timeout?)"),
        (["--xyzzy"], {}, "The flag --xyzzy is not known; resotoworker --help"),
        (["--psk"], {}, "argument --psk: expected one argument; resotoworker --help"),
        (["--collector"], {}, "argument --collector: expected at least one argument"),
    ],
)
def test_what_is_wrong_is_said_with_its_name_and_the_remedy(
    argv: list[str], environ: dict[str, str], sentence: str
) -> None:
    assert sentence in said(argv, {PREFIX + name: value for name, value in environ.items()})


@pytest.mark.parametrize(
    ("argv", "environ"),
    [
        (["--psk", "my", "hunter2"], {}),
        (["--pskk", "hunter2"], {}),
        (["--pskk=hunter2"], {}),
        ([], {PREFIX + "MOON_KEY": "'hunter2"}),
    ],
)
def test_a_complaint_never_shows_what_may_be_a_secret(argv: list[str], environ: dict[str, str]) -> None:
    assert "hunter2" not in said(argv, environ)


def test_a_flag_of_a_plugin_that_is_left_out_is_explained() -> None:
    assert "belongs to the plugin mars" in said(["--mars-region", "x"], not_loaded=["mars"])


def test_two_plugins_with_the_same_flag_are_both_named() -> None:
    with pytest.raises(SettingsError, match=r"--moon-region is declared by Moon \(tests\) and by Other moon \(tests\)"):
        read_settings((Moon, OtherMoon), [], {})


def test_one_setting_is_read_before_the_flags_of_plugins_are_known() -> None:
    argv = ["--mars-region", "x", "--collector", "mars", "-v", "--help"]

    assert read_setting(Worker, "collector", argv, {}) == ("mars",)
    assert read_setting(Worker, "collector", ["--mars-x=1"], {PREFIX + "COLLECTOR": "moon"}) == ("moon",)


def test_unknown_variables_are_named_with_the_nearest_one() -> None:
    environ = {
        PREFIX + "TIMEOUTS": "hunter2",
        PREFIX + "COLLECTOR7": "x",
        PREFIX + "PSK_FILE": "x",
        PREFIX + "MARS_REGION": "x",
        PREFIX + "PORT_9955_TCP_ADDR": "10.0.0.1",
        PREFIX + "SERVICE_HOST": "10.0.0.1",
        "OTHER": "x",
    }

    assert unknown_variables(CLASSES, environ, not_loaded=["mars"]) == (
        f"The environment variable {PREFIX}TIMEOUTS is not known (did you mean {PREFIX}TIMEOUT?): it has no effect.",
    )


def test_secrets_and_what_may_be_one_are_taken_out_of_the_environment() -> None:
    kept = {PREFIX + "TIMEOUT", PREFIX + "COLLECTOR0", "HOME"}
    secret = {PREFIX + "PSK", PREFIX + "PSK_FILE", "MOON_TOKEN", PREFIX + "MOON_KEY3", PREFIX + "MARS_KEY"}

    assert secret_variables(CLASSES, dict.fromkeys(kept | secret, "x")) == secret


def test_secrets_are_not_in_the_text_of_settings() -> None:
    settings = read("--psk hunter2 --moon-key hunter3 --moon-token hunter4")

    assert "hunter" not in repr(settings)
    assert set(settings.secret_values()) == {"hunter2", "hunter3", "hunter4"}


def test_a_field_of_a_type_that_cannot_be_written_on_a_command_line_is_refused() -> None:
    @group("x", "X")
    @dataclass(frozen=True)
    class Wrong:
        when: dict[str, str] = flag(None, "When")  # noqa: RUF009  # what is tested

    with pytest.raises(SettingsError, match=r"Wrong\.when has the type"):
        settings_of(Wrong)


def test_a_field_without_help_is_refused() -> None:
    @group("x", "X")
    @dataclass(frozen=True)
    class Silent:
        field: int = 1

    with pytest.raises(SettingsError, match="has no description"):
        settings_of(Silent)


def test_a_class_without_a_group_is_refused() -> None:
    @dataclass(frozen=True)
    class Stray:
        field: int = flag(1, "One")

    with pytest.raises(SettingsError, match="decorate it"):
        settings_of(Stray)
