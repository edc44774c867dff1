"""Logging: what a line looks like, what is shown at which level, and what is masked."""

from __future__ import annotations

import logging
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from resotolib.errors import SettingsError
from resotolib.log import LogSetup, Mask, setup_logging


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    for handler in handlers:
        root.removeHandler(handler)
    yield
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    for package in ("resotoworker", "resotolib"):
        logging.getLogger(package).setLevel(logging.NOTSET)


def lines(tmp_path: Path, setup: LogSetup, name: str = "resotoworker.collect") -> str:
    """What debug, info and warning lines of a logger leave in the file."""
    file = tmp_path / "log"
    setup_logging(LogSetup(setup.verbose, setup.quiet, str(file), setup.packages, setup.secrets))
    log = logging.getLogger(name)
    log.debug("a detail")
    log.info("an event with %s", "hunter2&hunter2")
    log.warning("a worry")
    return file.read_text(encoding="utf-8")


def test_a_line_says_when_how_bad_which_process_where_and_what(tmp_path: Path) -> None:
    first = lines(tmp_path, LogSetup()).splitlines()[0]

    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO    \w+\[\d+\] resotoworker\.collect: an event with .*"
    assert re.fullmatch(pattern, first)


def test_a_line_with_half_a_character_is_not_lost(tmp_path: Path) -> None:
    setup_logging(LogSetup(logfile=str(tmp_path / "log")))

    logging.getLogger("resotoworker.collect").warning("the cloud says \ud83d")

    assert "the cloud says \\ud83d" in (tmp_path / "log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("setup", "shown"),
    [
        (LogSetup(), (False, True, True)),
        (LogSetup(verbose=True), (True, True, True)),
        (LogSetup(quiet=True), (False, False, True)),
    ],
)
def test_levels(tmp_path: Path, setup: LogSetup, shown: tuple[bool, bool, bool]) -> None:
    text = lines(tmp_path, setup)

    assert ("a detail" in text, "an event" in text, "a worry" in text) == shown


def test_verbose_leaves_out_the_details_of_vendors(tmp_path: Path) -> None:
    assert "a detail" not in lines(tmp_path, LogSetup(verbose=True), "botocore.auth")


@pytest.mark.parametrize("name", ["resotoworker", "a_vendors_sdk"])
def test_secrets_are_masked_wherever_they_come_from(tmp_path: Path, name: str) -> None:
    text = lines(tmp_path, LogSetup(secrets=("hunter2&hunter2",)), name)

    assert "hunter2" not in text
    assert "an event with ***" in text


def test_secrets_are_masked_in_tracebacks_and_in_addresses(tmp_path: Path) -> None:
    file = tmp_path / "log"
    setup_logging(LogSetup(logfile=str(file), secrets=("hunter2/hunter2",)))

    try:
        int("hunter2/hunter2")
    except ValueError:
        logging.getLogger("x").exception("https://host/?key=hunter2%2Fhunter2")

    assert "hunter2" not in file.read_text(encoding="utf-8")


def test_the_setup_is_picklable_and_does_not_show_secrets() -> None:
    setup = LogSetup(secrets=("hunter2",))

    assert pickle.loads(pickle.dumps(setup)) == setup
    assert "hunter2" not in repr(setup)


def test_a_file_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"--logfile names .*, which cannot be written: No such file"):
        setup_logging(LogSetup(logfile=str(tmp_path / "no" / "log")))


def test_setting_up_again_does_not_double_lines(tmp_path: Path) -> None:
    lines(tmp_path, LogSetup())

    assert lines(tmp_path, LogSetup()).count("a worry") == 2


@pytest.mark.parametrize("spelt", ['a"b&c/d', "a%22b%26c%2Fd", 'a\\"b&c/d', "a&quot;b&amp;c/d"])
def test_a_secret_is_masked_however_it_is_spelt(spelt: str) -> None:
    assert Mask(['a"b&c/d'])(f"said: {spelt}!") == "said: ***!"
