"""Puts a worker together from its settings and plugins, and runs it until it is told to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from resotolib.collect.collector import Collector
from resotolib.core.auth import Credentials
from resotolib.core.dialects import Dialect, probe
from resotolib.core.http import Core
from resotolib.core.link import Link, Subscription
from resotolib.core.outbox import Outbox
from resotolib.core.reporter import Handler
from resotolib.core.socket import Socket
from resotolib.core.tls import FetchedTrust, Trust
from resotolib.errors import CoreRefused, CoreUnreachable
from resotolib.graph.model import model
from resotolib.log import LogSetup, Mask
from resotolib.settings import Settings
from resotoworker.actions import PluginActions
from resotoworker.builtin.certificate import WebCertificate
from resotoworker.builtin.dump import Dump
from resotoworker.builtin.report import Report
from resotoworker.builtin.status import RunStatus
from resotoworker.builtin.web import WebServer
from resotoworker.cleanup import Cleanup
from resotoworker.collect import Collect, kinds_by_name
from resotoworker.delivery import Delivery, make_delivery, open_spool
from resotoworker.embedded import EmbeddedCore, EmbeddedSettings, listen_address
from resotoworker.greeting import Greeting
from resotoworker.health import Health
from resotoworker.notify import Notifier
from resotoworker.observed import Observed, ObservedTag
from resotoworker.plugins import Plugins
from resotoworker.security import core_trust, renewal, web_certificate
from resotoworker.settings import WorkerSettings
from resotoworker.signals import LINGER, Signals, leave
from resotoworker.slots import Children
from resotoworker.state import State
from resotoworker.tag import Tagger
from resotoworker.worker import Worker

log = logging.getLogger(__name__)

LONGEST_WAIT = 10.0  # seconds between two attempts to find the core
GOODBYE_SECONDS = 3.0  # of the grace time
EXTRA_SECONDS = 60  # the core waits this much longer than --timeout: the worker answers first


def serve(
    settings: Settings, plugins: Plugins, state_directory: Path, logs: LogSetup, *, version: str, notifier: Notifier
) -> int:
    """Run the worker; the exit code. Raises SettingsError, or CoreError for a core that this worker cannot work with.

    The process ends soon afterwards, whatever it does.
    """
    worker = settings[WorkerSettings]
    collectors = plugins.collectors(settings)
    health, status, mask = Health(plugins.watch.troubles), RunStatus(), Mask(settings.secret_values())
    _report(worker, plugins, mask)
    with ExitStack() as stack:
        signals = stack.enter_context(Signals(max(worker.grace_period, LINGER)))
        state = stack.enter_context(State(state_directory))
        trust, certificate = core_trust(worker, state), web_certificate(worker, state)
        stack.enter_context(_web(worker, status, health, certificate, version=version, mask=mask))
        if worker.local_core:
            health.watch(stack.enter_context(EmbeddedCore(_embedded(worker, state, logs))).troubles)
        core = stack.enter_context(Core(worker.resotocore_uri, Credentials(worker.psk), trust))
        notifier.status("looking for the core")
        dialect = find_dialect(core, worker.resotocore_graph, signals.stop, health)
        if dialect is None:
            return 0
        core.dialect = dialect
        if certificate is not None:
            stack.enter_context(renewal(certificate, core))
        spool = stack.enter_context(open_spool(settings, state, version))
        delivery = make_delivery(worker, core, kinds_by_name(plugins), spool)
        handlers = _Parts(settings, plugins, collectors, status, state, logs).handlers(delivery)
        change = ObservedTag(stack.enter_context(Tagger(collectors)).change, status)
        outbox = stack.enter_context(closing(Outbox(state.outbox)))
        link = Link(core, _dial(worker, trust), _subscription(worker, collectors, handlers), outbox, mask=mask)
        stack.callback(link.close)
        health.found(link.troubles)
        signals.on_stop(link.wake)
        stack.callback(notifier.stopping)
        tick = _ticker(notifier, signals.stop, status, link)
        loop = Worker(link, handlers, change, signals.stop, tick, greeting=Greeting(delivery.send_left))
        loop.serve(for_work(worker.grace_period))
    return leave(0)


def _report(worker: WorkerSettings, plugins: Plugins, mask: Mask) -> None:
    if worker.report:
        plugins.add("resotoworker.report", Report(Path(worker.report).expanduser(), mask))


def for_work(grace: float) -> float:
    """The part of the grace time in which work may end; in the rest of it the core is told what did not."""
    return grace - min(GOODBYE_SECONDS, grace / 2)


def _ticker(notifier: Notifier, stop: threading.Event, status: RunStatus, link: Link) -> Callable[[], float | None]:
    """What the main loop calls at every turn, and again after the seconds that it returns."""

    def tick() -> float | None:
        if stop.is_set():
            notifier.stopping()
        return notifier.tick(status.snapshot, link.troubles)

    return tick


@dataclass(frozen=True)
class _Parts:
    """What handlers are made of, the core aside."""

    settings: Settings
    plugins: Plugins
    collectors: Sequence[Collector]
    status: RunStatus
    state: State
    logs: LogSetup

    def handlers(self, delivery: Delivery) -> dict[str, Handler]:
        """What to do by type of action."""
        worker, plugins, state = self.settings[WorkerSettings], self.plugins, self.state
        if worker.debug_dump_json:
            plugins.add("resotoworker.dump", Dump(state.folder("dumps"), lambda names: model(names, delivery.kinds)))
        children = Children(plugins.warm_modules(), self.logs, worker.max_process_memory * 2**20)
        collect = Collect(self.settings, plugins, delivery, self.collectors, self.status, children)
        cleanup = Cleanup(worker, delivery.core, self.collectors, plugins.kinds(), status=self.status)
        handlers: dict[str, Handler] = {"collect": collect, "cleanup": cleanup, **self._further(delivery.core)}
        return {type_: Observed(handler, self.status) for type_, handler in handlers.items()}

    def _further(self, core: Core) -> dict[str, Handler]:
        worker = self.settings[WorkerSettings]
        return {
            type_: PluginActions(found, core, worker.resotocore_graph, self.state.folder, worker.timeout)
            for type_, found in self.plugins.actions(self.settings).items()
        }


def find_dialect(core: Core, graph: str, stop: threading.Event, health: Health) -> Dialect | None:
    """Wait, for ever, until the core is ready, and find out its dialect; None when told to stop.

    Raises NotAuthorized, UntrustedCore, and CoreRefused for a core of a version in between.
    """
    pause = 0.5
    while not stop.is_set():
        try:
            core.trust.prepare()
            core.check_ready()
            dialect = probe(core, graph)
        except CoreUnreachable as error:
            reason = str(error)
        except CoreRefused as error:
            if not _passing(error):
                raise
            reason = str(error)
        else:
            log.info("The core at %s is ready and speaks the protocol of %s", core.address, dialect.name)
            return dialect
        if health.wait_because(reason):
            log.warning("Waiting for the core. %s", reason)
        stop.wait(pause)
        pause = min(LONGEST_WAIT, pause * 1.5)
    return None


def _passing(error: CoreRefused) -> bool:
    """A server error, or too many requests: a core, or the proxy before it, that is starting or overloaded."""
    status = int(error.args[1])
    return status >= 500 or status == 429


def _subscription(worker: WorkerSettings, collectors: Iterable[Collector], actions: Iterable[str]) -> Subscription:
    clouds = sorted({collector.cloud for collector in collectors})
    return Subscription(worker.subscriber_id, tuple(actions), tuple(clouds), worker.timeout + EXTRA_SECONDS)


def _web(
    worker: WorkerSettings,
    status: RunStatus,
    health: Callable[[], Sequence[str]],
    certificate: WebCertificate | None,
    *,
    version: str,
    mask: Mask,
) -> WebServer:
    tls = certificate.context if certificate is not None else None
    return WebServer(
        *(worker.web_host, worker.web_port, status, health),
        path=worker.web_path,
        version=version,
        psk=worker.psk,
        tls=tls,
        mask=mask,
    )


def _dial(worker: WorkerSettings, trust: Trust | FetchedTrust) -> Callable[[str], Socket]:
    base, credentials = worker.ws_uri.rstrip("/"), Credentials(worker.psk)
    return lambda path: Socket.connect(base + path, credentials, trust)


def _embedded(worker: WorkerSettings, state: State, logs: LogSetup) -> EmbeddedSettings:
    host, port = listen_address(worker.resotocore_uri)
    path = state.folder("core") / "core.sqlite"
    return EmbeddedSettings(host, port, path, worker.resotocore_graph, worker.psk, logs)
