"""The child process of `server.py`: serves moto on a free port of the loopback, and ends when its parent is gone."""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
import threading

import botocore.loaders
import moto.backends
import moto.core.responses
from cryptography.hazmat.primitives.asymmetric import rsa
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.fakes.aws import lacking, untagged
from tests.fakes.aws.paging import SmallPages

PAGE_SIZE = "FAKE_PAGE_SIZE"


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open, answers at once, and writes no line a request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def remember_what_never_changes() -> None:
    """Halve what a request costs moto: it reads folders, service models and its own methods anew for each one.

    RSA keys are made once a size: keys, certificates and key pairs of this cloud share theirs.
    """
    modules = tuple(moto.backends.list_of_moto_modules())
    moto.backends.list_of_moto_modules = lambda: modules
    for module, name in (
        (moto.core.responses, "method_names_from_class"),
        (botocore.loaders, "create_loader"),
        (rsa, "generate_private_key"),
    ):
        setattr(module, name, functools.cache(getattr(module, name)))
    gc.set_threshold(100_000, 20, 20)


def end_with_parent() -> None:
    """The parent holds the other end of standard input: the end of file means that it has gone, however it died."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Bind, print the port as the first and only line, serve."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=end_with_parent, daemon=True).start()
    lacking.add()
    untagged.add()
    remember_what_never_changes()
    moto_app = DomainDispatcherApplication(create_backend_app)
    size = int(os.environ.get(PAGE_SIZE, "0"))
    app = SmallPages(moto_app, size) if size else moto_app
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
