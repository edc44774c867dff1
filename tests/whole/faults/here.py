"""A worker in this process that connects again at once, where the real one waits longer and longer."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from resotolib.collect.collector import Concurrency
from resotolib.core.auth import Credentials
from resotolib.core.channel import Backoff
from resotolib.core.http import Core
from resotolib.core.link import Link, Pace, Subscription
from resotolib.core.outbox import Outbox
from resotolib.core.socket import Socket
from resotolib.core.tls import Trust
from resotolib.settings import Settings
from resotoworker.builtin.status import RunStatus
from resotoworker.collect import Collect, kinds_by_name
from resotoworker.delivery import make_delivery
from resotoworker.greeting import Greeting
from resotoworker.plugins import load_plugins
from resotoworker.settings import WorkerSettings
from resotoworker.spool import MEGABYTE, Spool
from resotoworker.worker import Worker
from tests.whole.faults.atoll import CLOUD, AtollCollector
from tests.whole.faults.corerig import CoreRig
from tests.whole.job import PSK

PACE = Pace(Backoff(first=0.02, longest=0.05), tell=0.05)


@contextmanager
def hasty_worker(rig: CoreRig) -> Iterator[Link]:
    """Serve in place of the rig's worker, on its state."""
    settings, stop = Settings(WorkerSettings()), threading.Event()
    with ExitStack() as stack:
        stack.enter_context(_importable(rig.site))
        plugins = load_plugins([CLOUD])
        outbox = stack.enter_context(closing(Outbox(rig.folder / "state" / "outbox.sqlite")))
        spool = stack.enter_context(closing(Spool(rig.folder / "state" / "spool", 100 * MEGABYTE)))
        credentials = Credentials(PSK)
        core = stack.enter_context(Core(rig.proxy.url, credentials))
        delivery = make_delivery(settings[WorkerSettings], core, kinds_by_name(plugins), spool)
        collector = AtollCollector(str(rig.atoll.path), Concurrency(scopes=3, calls=1))
        collect = Collect(settings, plugins, delivery, [collector], RunStatus())
        websockets = rig.proxy.url.replace("http", "ws")

        def dial(path: str) -> Socket:
            return Socket.connect(websockets + path, credentials, Trust())

        link = Link(core, dial, Subscription("worker", ("collect",), (CLOUD,), 60), outbox, PACE)
        stack.callback(link.close)
        greeting = Greeting(delivery.send_left)
        worker = Worker(link, {"collect": collect}, lambda task: task.node, stop, greeting=greeting)
        thread = threading.Thread(target=worker.serve, args=(3,))
        thread.start()
        stack.callback(thread.join)
        stack.callback(link.wake)
        stack.callback(stop.set)
        yield link


@contextmanager
def _importable(site: Path) -> Iterator[None]:
    sys.path.insert(0, str(site))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(site))
