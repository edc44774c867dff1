"""Plugins: found by their entry points, loaded only if wanted, and named when they are wrong."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from resotolib.actions import ActionHandler
from resotolib.collect.scope import Scope
from resotolib.collect.segment import Segment
from resotolib.core.messages import Action
from resotolib.core.reporter import Outcome
from resotolib.errors import NotConfigured, PluginError, SettingsError
from resotolib.hookspecs import hookimpl
from resotolib.kinds.base import base_kinds
from resotolib.settings import Settings
from resotolib.settings_reader import read_settings
from resotoworker.health import Health
from resotoworker.hookwatch import HookWatch
from resotoworker.knownkinds import with_base
from resotoworker.plugins import Plugins, load_plugins
from tests.resotolib.core.fakecore import until
from tests.resotoworker.installed import SitePackages

GOOD = """
    from dataclasses import dataclass
    from resotolib.collect.collector import Concurrency
    from resotolib.collect.scope import Discovery
    from resotolib.errors import NotConfigured
    from resotolib.hookspecs import hookimpl
    from resotolib.kinds.kind import Kind
    from resotolib.settings import flag, group

    @group("{name}", "{name}")
    @dataclass(frozen=True)
    class MySettings:
        key: str = flag("", "Key")

    @dataclass(frozen=True)
    class MyCollector:
        cloud: str
        concurrency: Concurrency = Concurrency()

    @hookimpl
    def resoto_settings():
        return MySettings

    @hookimpl
    def resoto_kinds():
        return [Kind("{kind}")]

    @hookimpl
    def resoto_collectors(settings):
        key = settings[MySettings].key
        if not key:
            raise NotConfigured("{name}", "--{name}-key is not given")
        return [] if key == "none" else [MyCollector(key)]

    @hookimpl
    def resoto_warm():
        return "{name}.warm"
"""
ACTION = Action("collect", "t", "s")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SitePackages]:
    """The only place where distributions are found in the test."""
    before = set(sys.modules)
    elsewhere = [entry for entry in sys.path if not _has_plugins(Path(entry))]
    monkeypatch.setattr(sys, "path", [str(tmp_path), *elsewhere])
    yield SitePackages(tmp_path)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def _has_plugins(directory: Path) -> bool:
    """Whether the plugins of the development environment are installed there; they are not what is tested."""
    return any(directory.glob("resoto_plugin_*.dist-info")) or any(directory.glob("resoto_plugin_*.egg-info"))


def good(site: SitePackages, name: str, kind: str = "") -> None:
    source = GOOD.format(name=name, kind=kind or f"{name}_thing")
    site.install(f"resoto-plugin-{name}", f"{name} = {name}_plugin", **{f"{name}_plugin": source})


def settings_of(plugins: Plugins, *argv: str) -> Settings:
    return read_settings(plugins.settings_classes(), argv, {})


def installed(plugins: Plugins) -> list[str]:
    return [name for name in plugins.names if "." not in name]


def test_all_installed_plugins_are_loaded(site: SitePackages) -> None:
    good(site, "sun")
    good(site, "moon")

    plugins = load_plugins()

    assert installed(plugins) == ["moon", "sun"]
    assert [cls.__module__ for cls in plugins.settings_classes()] == ["moon_plugin", "sun_plugin"]
    assert set(plugins.kinds()) == {"moon_thing", "sun_thing"}
    assert plugins.warm_modules() == ("moon.warm", "sun.warm")
    assert {"moon_plugin", "sun_plugin"} <= set(plugins.packages)


def test_a_plugin_that_is_not_named_is_not_even_imported(site: SitePackages) -> None:
    good(site, "sun")
    site.install("resoto-plugin-moon", "moon = moon_plugin", moon_plugin="raise RuntimeError('imported')")

    plugins = load_plugins(["sun"])

    assert installed(plugins) == ["sun"]
    assert plugins.not_loaded == ("moon",)
    assert "moon_plugin" not in sys.modules


FURTHER = """
    from resotolib.hookspecs import hookimpl
    from resotolib.kinds.kind import Kind

    ASKED = []

    @hookimpl
    def resoto_kinds():
        return [Kind("moon_thing")]

    @hookimpl
    def resoto_further_kinds(names):
        ASKED.append(tuple(names))
        return [Kind(name) for name in ("moon_rock", "moon_dust") if not names or name in names]
"""


def test_further_kinds_are_asked_for_when_their_name_is(site: SitePackages) -> None:
    good(site, "sun")
    site.install("resoto-plugin-moon", "moon = moon_plugin", moon_plugin=FURTHER)
    plugins = load_plugins()

    kinds = with_base(plugins.kinds())
    assert {"moon_thing", "sun_thing", "instance"} <= set(kinds)
    assert kinds["sun_thing"].name == "sun_thing"
    assert sys.modules["moon_plugin"].ASKED == []

    assert kinds["moon_rock"].name == "moon_rock"
    assert [name in kinds for name in ("moon_dust", "moon_nothing", "sun_dust", "mars_rock")] == [True, *[False] * 3]
    assert set(sys.modules["moon_plugin"].ASKED) == {("moon_rock",), ("moon_dust",), ("moon_nothing",)}
    assert len(kinds) == len(set(kinds)) == len(plugins.kinds()) + len(base_kinds())
    assert [kind.name for kind in plugins.further_kinds()] == ["moon_rock", "moon_dust"]


def test_managers_are_not_shared(site: SitePackages) -> None:
    good(site, "sun")
    first = load_plugins()

    good(site, "moon")

    assert installed(load_plugins()) == ["moon", "sun"]
    assert installed(first) == ["sun"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("mon", "--collector names 'mon', which is not installed (installed are moon): did you mean moon?"),
        ("", "--collector names '', which is not installed (installed are moon): leave it out to load all"),
        ("gcp", "(installed are moon): run: pip install 'resoto-plugin-gcp>=5'"),
    ],
)
def test_an_unknown_collector_is_a_sentence(site: SitePackages, name: str, sentence: str) -> None:
    good(site, "moon")

    with pytest.raises(SettingsError) as caught:
        load_plugins(["moon", name])

    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("from resotolib.baseplugin import X", "ModuleNotFoundError: No module named 'resotolib.baseplugin'"),
        ("raise RuntimeError('no moon today')", "RuntimeError: no moon today"),
        ("class MoonCollector: cloud = 'moon'", "has no hook of resotoworker 5"),
        (
            "from resotolib.hookspecs import hookimpl\n@hookimpl\ndef resoto_kind(): return []",
            "its hooks are not ours: unknown hook 'resoto_kind'",
        ),
        (
            "from resotolib.hookspecs import hookimpl\n@hookimpl\ndef resoto_kinds(surprise): return []",
            "its hooks are not ours",
        ),
    ],
)
def test_a_plugin_that_cannot_be_used_stops_the_start(site: SitePackages, source: str, sentence: str) -> None:
    site.install("resoto-plugin-moon", "moon = moon_plugin", moon_plugin=source)

    with pytest.raises(PluginError) as caught:
        load_plugins()

    assert str(caught.value).startswith("Plugin moon: ")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("source", ["import resotolib.baseplugin", "class MoonCollector: pass"])
def test_an_old_plugin_is_named_with_the_way_to_be_rid_of_it(site: SitePackages, source: str) -> None:
    site.install("resoto-plugin-moon", "moon = moon_plugin", version="3.9.0", moon_plugin=source)

    with pytest.raises(PluginError, match="pip uninstall resoto-plugin-moon"):
        load_plugins()


def test_two_distributions_with_the_same_plugin_name_are_both_named(site: SitePackages) -> None:
    good(site, "moon")
    site.install("another-moon", "moon = another_moon", another_moon="")

    with pytest.raises(PluginError, match=r"both (another-moon and resoto-plugin-moon|resoto-plugin-moon and another)"):
        load_plugins()


def test_a_kind_that_two_plugins_declare_names_both(site: SitePackages) -> None:
    good(site, "moon", kind="crater")
    good(site, "mars", kind="crater")

    with pytest.raises(PluginError, match="Plugin moon: declares the kind crater, as plugin mars does"):
        load_plugins().kinds()


def test_something_else_than_a_settings_class_is_refused(site: SitePackages) -> None:
    source = "from resotolib.hookspecs import hookimpl\n@hookimpl\ndef resoto_settings(): return dict"
    site.install("resoto-plugin-moon", "moon = moon_plugin", moon_plugin=source)

    with pytest.raises(PluginError, match=r"Plugin moon: resoto_settings\(\) returns no settings class"):
        load_plugins().settings_classes()


def test_a_hook_that_fails_names_its_plugin(site: SitePackages) -> None:
    source = "from resotolib.hookspecs import hookimpl\n@hookimpl\ndef resoto_kinds(): return 1 / 0"
    site.install("resoto-plugin-moon", "moon = moon_plugin", moon_plugin=source)

    with pytest.raises(PluginError, match="Plugin moon: resoto_kinds failed: ZeroDivisionError"):
        load_plugins().kinds()


def test_configured_collectors_are_found(site: SitePackages) -> None:
    good(site, "moon")
    plugins = load_plugins()

    collectors = plugins.collectors(settings_of(plugins, "--moon-key", "moon"))

    assert [collector.cloud for collector in collectors] == ["moon"]


def test_a_collector_that_is_merely_installed_may_be_unconfigured(
    site: SitePackages, caplog: pytest.LogCaptureFixture
) -> None:
    good(site, "moon")
    good(site, "sun")
    plugins = load_plugins()

    with caplog.at_level(logging.INFO):
        collectors = plugins.collectors(settings_of(plugins, "--sun-key", "sun"))

    assert [collector.cloud for collector in collectors] == ["sun"]
    assert "Collector moon cannot run: --moon-key is not given. It is installed and not named" in caplog.text


@pytest.mark.parametrize(("key", "reason"), [("", "--moon-key is not given"), ("none", "found nothing to collect")])
def test_a_collector_that_is_asked_for_must_be_configured(site: SitePackages, key: str, reason: str) -> None:
    good(site, "moon")
    plugins = load_plugins(["moon"])

    with pytest.raises(NotConfigured, match=reason):
        plugins.collectors(settings_of(plugins, f"--moon-key={key}"))


def test_a_collector_has_the_name_of_its_entry_point(site: SitePackages) -> None:
    good(site, "moon")
    plugins = load_plugins(["moon"])

    with pytest.raises(PluginError, match="says cloud 'venus'"):
        plugins.collectors(settings_of(plugins, "--moon-key", "venus"))


class Listener:
    """A plugin that is made, not installed."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    @hookimpl
    def resoto_scope_collected(self, segment: Segment) -> None:
        self.heard.append(segment)

    @hookimpl
    def resoto_collected(self, action: Action) -> None:
        self.heard.append(action)


class Deaf:
    """A plugin that fails when it is told something."""

    @hookimpl
    def resoto_collected(self) -> None:
        raise RuntimeError("cannot hear")


def test_plugins_hear_of_scopes_and_actions_even_when_another_fails(
    site: SitePackages, caplog: pytest.LogCaptureFixture
) -> None:
    plugins, listener, segment = load_plugins(), Listener(), Segment(Scope("moon", "1", ""))
    plugins.add("test.deaf", Deaf())
    plugins.add("test.listener", listener)

    plugins.scope_collected(ACTION, segment)
    plugins.collected(ACTION, [segment], [])

    assert listener.heard == [segment, ACTION]
    assert "Plugin test.deaf failed in resoto_collected" in caplog.text
    assert "cannot hear" in caplog.text


class Cluster:
    """A plugin that brings an executor."""

    @hookimpl
    def resoto_executor(self, settings: Settings) -> Executor:
        return ThreadPoolExecutor(max_workers=1)


def test_a_plugin_can_bring_an_executor(site: SitePackages) -> None:
    plugins = load_plugins()
    assert plugins.executor(Settings()) is None

    plugins.add("test.cluster", Cluster())

    executor = plugins.executor(Settings())
    assert executor is not None
    with executor:
        assert executor.submit(threading.active_count).result() >= 1


@dataclass(eq=False)
class Diligent:
    """A plugin that does something for an action."""

    action: str

    @hookimpl
    def resoto_actions(self, settings: Settings) -> list[ActionHandler]:
        return [ActionHandler(self.action, lambda run: Outcome(summary=run.graph))]


def test_plugins_can_do_something_for_further_actions(site: SitePackages) -> None:
    plugins = load_plugins()
    plugins.add("test.one", Diligent("post_cleanup"))
    plugins.add("test.two", Diligent("post_cleanup"))
    plugins.add("test.three", Diligent("metrics"))

    found = plugins.actions(Settings())

    names = {action: [name for name, _ in handlers] for action, handlers in found.items()}
    assert names == {"post_cleanup": ["test.one", "test.two"], "metrics": ["test.three"]}


def test_what_the_worker_does_itself_is_not_for_plugins(site: SitePackages) -> None:
    plugins = load_plugins()
    plugins.add("test.one", Diligent("cleanup"))

    with pytest.raises(PluginError, match=r"test\.one: it handles cleanup"):
        plugins.actions(Settings())


def test_loading_plugins_does_not_import_a_cloud_sdk() -> None:
    code = "import sys, resotoworker.plugins as p; p.load_plugins(); print([m for m in sys.modules if m == 'boto3'])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "[]"


class Hanging:
    """Never comes back, until `go`."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    @hookimpl
    def resoto_collected(self) -> None:
        self.begun.set()
        self.go.wait(10)


@pytest.mark.usefixtures("site")
def test_a_hook_that_hangs_is_said_at_health() -> None:
    plugins, hanging = load_plugins(), Hanging()
    plugins.add("test.hanging", hanging)
    plugins.watch = HookWatch(patience=0.05)
    health = Health(plugins.watch.troubles)
    health.found(list)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(plugins.collected, ACTION, [], [])
        assert hanging.begun.wait(5)
        until(lambda: health() != [])
        (said,) = health()
        hanging.go.set()
        call.result()

    assert said.startswith("resoto_collected of plugin test.hanging has taken ")
    assert health() == []
