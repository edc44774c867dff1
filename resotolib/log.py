"""Logging: text lines on standard error and, if asked for, in a file; the same in every process of the worker."""

from __future__ import annotations

import html
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from logging.handlers import WatchedFileHandler
from urllib.parse import quote

from resotolib.errors import SettingsError

_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(processName)s[%(process)d] %(name)s: %(message)s"
_SHORTEST_SECRET = 6


@dataclass(frozen=True, slots=True)
class LogSetup:
    """How a process logs; picklable, so that children can be given it.

    `packages`: top-level packages that `verbose` concerns. Those of vendors are left out, since their debug lines show
    requests with their signatures. `secrets`: values that are replaced wherever they would be printed.
    """

    verbose: bool = False
    quiet: bool = False
    logfile: str | None = None
    packages: tuple[str, ...] = ("resotolib", "resotoworker")
    secrets: tuple[str, ...] = field(default=(), repr=False)


def setup_logging(setup: LogSetup) -> None:
    """Set up the logging of this process, in place of what was there. Raises SettingsError for an unusable file."""
    logging.captureWarnings(True)  # noqa: FBT003  # the standard library's signature
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if setup.logfile:
        handlers.append(_file(setup.logfile))
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    for handler in handlers:
        handler.setFormatter(MaskingFormatter(setup.secrets))
        root.addHandler(handler)
    root.setLevel(logging.WARNING if setup.quiet else logging.INFO)
    for package in setup.packages:
        logging.getLogger(package).setLevel(logging.DEBUG if setup.verbose else logging.NOTSET)


def _file(path: str) -> logging.Handler:
    try:
        return WatchedFileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise SettingsError(f"--logfile names {path}, which cannot be written: {error.strerror}.") from error


class Mask:
    """Replaces secrets in a text by `***`, however they are spelt: as they are, quoted, in JSON or in HTML.

    The last resort: what a cloud answers may repeat what it was asked.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        spell = (str, partial(quote, safe=""), lambda s: repr(s)[1:-1], lambda s: json.dumps(s)[1:-1], html.escape)
        spellings = {spelling(secret) for secret in secrets if len(secret) >= _SHORTEST_SECRET for spelling in spell}
        self._spellings = sorted(spellings, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without them."""
        for spelling in self._spellings:
            text = text.replace(spelling, "***")
        return text


class MaskingFormatter(logging.Formatter):
    """One line an event, times in UTC. Registered secrets become `***`, in tracebacks too."""

    converter = staticmethod(time.gmtime)

    def __init__(self, secrets: tuple[str, ...] = ()) -> None:
        super().__init__(_FORMAT, "%Y-%m-%dT%H:%M:%S")
        self._mask = Mask(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """The line as it is printed."""
        return self._mask(super().format(record))
