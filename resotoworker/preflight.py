"""The subcommands: `permissions` prints what the clouds have to allow, `check` tries what a run would do.

    resotoworker permissions [COLLECTOR …] [--tag] [--cleanup] [flags]
    resotoworker check [COLLECTOR …] [flags]

Neither needs a core, and neither changes anything.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

from resotolib.errors import ResotoError
from resotolib.log import Mask
from resotolib.preflight import Purpose
from resotolib.settings import Settings
from resotoworker.plugins import Plugins
from resotoworker.settings import WorkerSettings

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

SUBCOMMANDS = ("permissions", "check")
TAG = "--tag"
THREADS = 20


def split(argv: Sequence[str]) -> tuple[str, tuple[str, ...], list[str]]:
    """The subcommand, the collectors that stand behind it, and the flags; ("", (), argv) when there is none."""
    if not argv or argv[0] not in SUBCOMMANDS:
        return "", (), list(argv)
    names = []
    for word in argv[1:]:
        if word.startswith("-"):
            break
        names.append(word)
    return argv[0], tuple(names), list(argv[1 + len(names) :])


def permissions(settings: Settings, plugins: Plugins, *, tag: bool) -> int:
    """Print the documents of every plugin; those that go beyond one say so on standard error."""
    cleanup = settings[WorkerSettings].cleanup
    purposes: list[Purpose] = ["collect", *(["tag"] if tag else []), *(["cleanup"] if cleanup else [])]  # type: ignore[list-item]  # these are purposes
    found = plugins.permissions(settings, purposes)
    if not found:
        _say(f"None of the loaded plugins says what it needs: {', '.join(plugins.names)}.")
        return 1
    for one in found:
        count = len({action for actions in one.actions.values() for action in actions})
        parts = f" in {len(one.documents)} documents" if len(one.documents) > 1 else ""
        _say(f"{one.cloud}: {count} permissions to {', '.join(purposes)}{parts}")
        for document in one.documents:
            _print(document)
    return 0


def check(settings: Settings, plugins: Plugins) -> int:
    """Print what a run could not read; 0 if it could read everything, 1 if not."""
    clouds = [collector.cloud for collector in plugins.collectors(settings)]
    if not clouds:
        _say("There is nothing to check: none of the collectors has anything to collect with.")
        return 1
    problems = [_check_cloud(cloud, settings, plugins) for cloud in clouds]
    return 1 if any(problems) else 0


def _check_cloud(cloud: str, settings: Settings, plugins: Plugins) -> int:
    mask, tried, problems = Mask(settings.secret_values()), 0, 0
    try:
        with ThreadPoolExecutor(THREADS, "check") as threads:
            for finding in plugins.check(cloud, settings, _Each(threads)):
                tried += 1
                if finding.problem:
                    problems += 1
                    where = f"{finding.scope}: " if finding.scope else ""
                    _print(mask(f"{where}{finding.what}: {finding.problem}"))
    except ResotoError as error:
        _print(mask(f"{cloud}: {error}"))
        return 1
    except BrokenPipeError:
        raise
    except Exception as error:
        log.exception("Checking %s failed", cloud)
        _print(mask(f"{cloud}: the check itself failed: {type(error).__name__}: {error}"))
        return 1
    if not tried:
        _print(f"{cloud}: nothing was tried: the plugin has no check")
        return 1
    _say(f"{cloud}: {tried} things tried, {problems} cannot be read")
    return problems


class _Each:
    """See `resotolib.preflight.Each`."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    def __call__(self, function: Callable[[T], R], items: Iterable[T], /) -> Iterator[R]:
        """Results in the order in which they come."""
        for future in as_completed([self._threads.submit(function, item) for item in items]):
            yield future.result()


def _print(line: str) -> None:
    """The command's output. A cloud's words may repeat what it was asked: they are masked before."""
    print(line)  # noqa: T201  # see above


def _say(line: str) -> None:
    """For the user, not for what reads the output."""
    print(line, file=sys.stderr)  # noqa: T201  # see above
