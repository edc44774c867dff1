"""The profiles of the AWS configuration, read without the SDK."""

from __future__ import annotations

import configparser
import os
import shlex
from collections.abc import Collection, Iterator
from pathlib import Path

from resotolib.errors import SettingsError

_FILES = (("AWS_CONFIG_FILE", "~/.aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"))


def check_profiles(wanted: Collection[str]) -> None:
    """Raise SettingsError for a profile that neither file has. A file that cannot be read is left to the SDK."""
    places = [Path(os.environ.get(name) or usual).expanduser() for name, usual in _FILES]
    try:
        there = {name for place in places for name in _profiles_of(place)}
    except (configparser.Error, UnicodeError, OSError):
        return
    for name in wanted:
        if name not in there:
            raise SettingsError(
                f"--aws-profile names {name!r}, which is in neither of {places[0]} and {places[1]}. "
                + (f"Profiles are {', '.join(sorted(there))}." if there else "There are no profiles in them.")
            )


def _profiles_of(place: Path) -> Iterator[str]:
    """In the one file sections are called like the profiles, in the other `profile x`, perhaps quoted."""
    parser = configparser.RawConfigParser(default_section="", strict=False, allow_no_value=True)
    if place.exists():
        with place.open(encoding="utf-8") as file:
            parser.read_file(file)
    for section in parser.sections():
        words = section.split(None, 1)
        if words[0] == "profile" and len(words) > 1:
            yield " ".join(shlex.split(words[1]))
        elif words[0] not in ("sso-session", "services", "plugins"):
            yield section
