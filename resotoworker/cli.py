"""The command `resotoworker`: reads the settings, hides the secrets among them, and starts the worker."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, MutableMapping, Sequence
from importlib.metadata import version
from typing import Any

from setproctitle import setproctitle

from resotolib.errors import CoreError, PluginError, SettingsError
from resotolib.log import LogSetup, setup_logging
from resotolib.settings import Settings
from resotolib.settings_reader import read_setting, read_settings, secret_variables, unknown_variables
from resotoworker.notify import Notifier
from resotoworker.plugins import Plugins, load_plugins
from resotoworker.preflight import TAG, check, permissions, split
from resotoworker.settings import WorkerSettings

log = logging.getLogger(__name__)

PROGRAM = "resotoworker"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the worker until a signal ends it. Exit codes: 0 told to stop, 1 the core, 2 settings and plugins."""
    try:
        return _run(sys.argv[1:] if argv is None else argv, os.environ)
    except (SettingsError, PluginError) as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)  # noqa: T201  # for the user who typed the command
        return 2
    except CoreError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)  # noqa: T201  # as above
        return 1


def _run(argv: Sequence[str], environ: MutableMapping[str, str]) -> int:
    command, named, argv = split(argv)
    tag = command == "permissions" and TAG in argv
    argv = [word for word in argv if not (tag and word == TAG)]
    plugins = load_plugins(named or read_setting(WorkerSettings, "collector", argv, environ))
    classes: tuple[type[Any], ...] = (WorkerSettings, *plugins.settings_classes())
    settings = read_settings(
        classes, argv, environ, prog=PROGRAM, version=version(PROGRAM), not_loaded=plugins.not_loaded
    )
    state_directory = settings[WorkerSettings].state_directory(environ)
    warnings = unknown_variables(classes, environ, plugins.not_loaded)
    notifier = Notifier.from_environ(environ)
    _hide_secrets(settings, secret_variables(classes, environ), environ)
    logs = _logs(settings, plugins)
    setup_logging(logs)
    for warning in warnings:
        log.warning("%s", warning)
    if command == "permissions":
        return _printed(lambda: permissions(settings, plugins, tag=tag))
    if command == "check":
        return _printed(lambda: check(settings, plugins))
    from resotoworker.service import serve  # noqa: PLC0415  # the parts of a running worker, which --help does not need

    return serve(settings, plugins, state_directory, logs, version=version(PROGRAM), notifier=notifier)


def _printed(command: Callable[[], int]) -> int:
    """Run a command that prints; who reads its output may have seen enough before all is printed."""
    try:
        status = command()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to be flushed at the end
        return 1
    return status


def _hide_secrets(settings: Settings, variables: frozenset[str], environ: MutableMapping[str, str]) -> None:
    """Before anything is started: children inherit command line and environment, and anybody can list the former."""
    setproctitle(f"{PROGRAM}: {settings[WorkerSettings].subscriber_id}")
    sys.argv[1:] = []
    for name in variables:
        environ.pop(name, None)


def _logs(settings: Settings, plugins: Plugins) -> LogSetup:
    worker = settings[WorkerSettings]
    packages = ("resotolib", PROGRAM, *plugins.packages)
    return LogSetup(worker.verbose, worker.quiet, worker.logfile, packages, settings.secret_values())
