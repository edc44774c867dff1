"""The plugins of a worker: loaded and checked before anything is started, and asked by their names."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from types import ModuleType
from typing import Any

import pluggy

from resotolib import hookspecs
from resotolib.actions import ActionHandler
from resotolib.collect.collector import Collector
from resotolib.collect.scope import Message
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotolib.errors import NotConfigured, PluginError, SettingsError
from resotolib.kinds.kind import Kind
from resotolib.preflight import Each, Finding, Permissions, Purpose
from resotolib.settings import Settings, settings_of
from resotoworker.builtin import summary
from resotoworker.entrypoints import distribution, import_plugin, installed, register, unknown
from resotoworker.hookwatch import HookWatch
from resotoworker.knownkinds import KnownKinds

log = logging.getLogger(__name__)

OWN_ACTIONS = ("collect", "cleanup")
FURTHER = "resoto_further_kinds"


class Plugins:
    """The plugins of one worker. What they get wrong is a PluginError with the plugin's name."""

    def __init__(self, manager: pluggy.PluginManager, asked_for: Sequence[str], not_loaded: Sequence[str]) -> None:
        self._manager = manager
        self._asked_for = frozenset(asked_for)
        self.asked_for = tuple(asked_for)
        self.not_loaded = tuple(not_loaded)
        self.watch = HookWatch()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the loaded plugins, sorted; those of the worker's own have a dot."""
        return tuple(sorted(name for name, plugin in self._manager.list_name_plugin() if plugin is not None))

    @property
    def packages(self) -> tuple[str, ...]:
        """Top-level packages of the loaded plugins, which is where their loggers start."""
        plugins = [plugin for _, plugin in self._manager.list_name_plugin() if plugin is not None]
        modules = {p.__name__ if isinstance(p, ModuleType) else type(p).__module__ for p in plugins}
        return tuple(sorted({module.partition(".")[0] for module in modules}))

    def add(self, name: str, plugin: object) -> None:
        """Add a plugin that is not installed but made: one of the worker's own."""
        register(self._manager, name, plugin)

    def settings_classes(self) -> tuple[type[Any], ...]:
        """The settings classes of all plugins, in the order of their names."""
        found = []
        for name in self.names:
            for cls in self._ask(name, "resoto_settings"):
                try:
                    settings_of(cls)
                except (SettingsError, NameError, TypeError, AttributeError) as error:
                    raise PluginError(name, f"resoto_settings() returns no settings class: {error}") from error
                found.append(cls)
        return tuple(found)

    def kinds(self) -> KnownKinds:
        """The kinds that the plugins can produce, by name; those that few workers need are there when asked for."""
        kinds: dict[str, Kind] = {}
        owners: dict[str, str] = {}
        for name in self.names:
            for kind in (kind for kinds_ in self._ask(name, "resoto_kinds") for kind in kinds_):
                if kind.name in kinds:
                    raise PluginError(
                        name,
                        f"declares the kind {kind.name}, as plugin {owners[kind.name]} does: uninstall one of them.",
                    )
                kinds[kind.name], owners[kind.name] = kind, name
        return KnownKinds(kinds, self._further_kind)

    def further_kinds(self) -> Sequence[Kind]:
        """All kinds that few workers need."""
        return [kind for name in self.names for found in self._ask(name, FURTHER, names=()) for kind in found]

    def _further_kind(self, wanted: str) -> Kind | None:
        """The kind of the plugin whose name it begins with, or None."""
        plugin = wanted.partition("_")[0]
        found = self._ask(plugin, FURTHER, names=(wanted,)) if plugin in self.names else []
        return next((kind for kinds in found for kind in kinds), None)

    def collectors(self, settings: Settings) -> tuple[Collector, ...]:
        """All collectors that have something to collect with.

        Raises NotConfigured when one that `--collector` names has not.
        """
        return tuple(collector for name in self.names for collector in self._collectors_of(name, settings))

    def actions(self, settings: Settings) -> Mapping[str, Sequence[tuple[str, ActionHandler]]]:
        """What plugins do for further actions, by type of action, each with the plugin's name."""
        found: defaultdict[str, list[tuple[str, ActionHandler]]] = defaultdict(list)
        for name in self.names:
            for handlers in self._ask(name, "resoto_actions", settings=settings):
                for handler in handlers:
                    if handler.action in OWN_ACTIONS:
                        raise PluginError(name, f"it handles {handler.action}, which the worker itself does.")
                    found[handler.action].append((name, handler))
        return found

    def warm_modules(self) -> tuple[str, ...]:
        """The modules that the fork server imports before children start."""
        return tuple(module for name in self.names for module in self._ask(name, "resoto_warm"))

    def permissions(self, settings: Settings, purposes: Collection[Purpose]) -> tuple[Permissions, ...]:
        """What each plugin needs for these purposes."""
        asked = {"settings": settings, "purposes": purposes}
        return tuple(found for name in self.names for found in self._ask(name, "resoto_permissions", **asked))

    def check(self, name: str, settings: Settings, each: Each) -> Iterator[Finding]:
        """What the plugin finds when it tries what a run would do. Raises ResotoError."""
        others = [plugin for other, plugin in self._manager.list_name_plugin() if other != name and plugin is not None]
        for findings in self._manager.subset_hook_caller("resoto_check", others)(settings=settings, each=each):
            yield from findings

    def executor(self, settings: Settings) -> Executor | None:
        """The executor of the first plugin that brings one."""
        with self.watch.calling("resoto_executor"):
            found: Executor | None = self._manager.hook.resoto_executor(settings=settings)
        return found

    def scope_collected(self, action: Action, segment: Segment) -> None:
        """Tell the plugins about one scope; its file is still there. What fails in a plugin is logged."""
        self._tell("resoto_scope_collected", action=action, segment=segment)

    def collected(self, action: Action, segments: Sequence[Segment], messages: Sequence[Message]) -> None:
        """Tell the plugins about a whole collect action. What fails in a plugin is logged."""
        self._tell("resoto_collected", action=action, segments=segments, messages=messages)

    def _collectors_of(self, name: str, settings: Settings) -> list[Collector]:
        try:
            answers = self._ask(name, "resoto_collectors", settings=settings)
        except NotConfigured as error:
            return self._without(name, error)
        found: list[Collector] = [collector for answer in answers for collector in answer]
        if answers and not found:
            return self._without(name, NotConfigured(name, "it found nothing to collect with"))
        for collector in found:
            if collector.cloud != name:
                raise PluginError(
                    name, f"its collector says cloud {collector.cloud!r}: it must be the entry point's name."
                )
        return found

    def _without(self, name: str, error: NotConfigured) -> list[Collector]:
        if name in self._asked_for:
            raise error
        log.info("%s It is installed and not named by --collector, so the others go on.", error)
        return []

    def _ask(self, name: str, hook: str, **arguments: Any) -> list[Any]:
        others = [plugin for other, plugin in self._manager.list_name_plugin() if other != name and plugin is not None]
        try:
            answers: list[Any] = self._manager.subset_hook_caller(hook, others)(**arguments)
        except (SettingsError, PluginError):
            raise
        except Exception as error:
            raise PluginError(name, f"{hook} failed: {type(error).__name__}: {error}") from error
        return answers

    def _tell(self, hook: str, **arguments: Any) -> None:
        for name in self.names:
            try:
                with self.watch.calling(f"{hook} of plugin {name}"):
                    self._ask(name, hook, **arguments)
            except BaseException:  # it may call sys.exit
                log.exception("Plugin %s failed in %s", name, hook)


def load_plugins(collectors: Sequence[str] = ()) -> Plugins:
    """Load the named plugins, or all that are installed, into a manager of their own. Others are not even imported."""
    found = installed()
    for name in collectors:
        if name not in found:
            raise SettingsError(unknown(name, sorted(found)))
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    not_loaded = [name for name in sorted(found) if collectors and name not in collectors]
    for name in not_loaded:
        manager.set_blocked(name)
    for name in sorted(set(found) - set(not_loaded)):
        register(manager, name, import_plugin(found[name]), distribution(found[name]))
    register(manager, "resotoworker.summary", summary)
    return Plugins(manager, collectors, not_loaded)
