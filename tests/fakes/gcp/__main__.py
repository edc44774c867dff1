"""Serves Google Cloud on the loopback. Prints its port as the first and only line.

python -m tests.fakes.gcp --sample --key-file key.json --port 8086
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import threading
from pathlib import Path

from tests.fakes.gcp import estate
from tests.fakes.gcp.cloud import Cloud
from tests.fakes.gcp.control import Control
from tests.fakes.gcp.keyfile import make_key_file
from tests.fakes.gcp.web import make_server


def end_with_parent() -> None:
    """The parent holds the other end of standard input: the end of file means that it has gone, however it died."""
    while os.read(0, 4096):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


def arguments() -> argparse.Namespace:
    """The command line."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.fakes.gcp", description=__doc__, formatter_class=form)
    parser.add_argument("--port", type=int, default=0, help="port on the loopback; 0 takes a free one")
    parser.add_argument("--page-size", type=int, default=500, help="never more items a page")
    parser.add_argument("--open", action="store_true", help="let everybody in, with or without credentials")
    parser.add_argument("--sample", action="store_true", help="with a sample organisation in it")
    parser.add_argument("--key-file", type=Path, help="write the key file of a service account that may see everything")
    parser.add_argument("--leash", action="store_true", help="end when standard input ends")
    return parser.parse_args()


def prepare(cloud: Cloud, options: argparse.Namespace, url: str) -> None:
    """What the options ask for."""
    settings = cloud.state.settings
    settings.page_size, settings.open = options.page_size, options.open
    projects = estate.seed(cloud).projects if options.sample else ["example"]
    if options.key_file:
        key = make_key_file(url, projects[0])
        known = {"email": key.email, "public_key": key.public_key, "key_id": key.info["private_key_id"]}
        cloud.state.logins.add(known)
        key.write(options.key_file)


def main() -> None:
    """Bind, fill, print the port, serve."""
    options = arguments()
    if options.leash:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.set_threshold(100_000, 20, 20)
    cloud = Cloud()
    server = make_server(Control(cloud), options.port)
    prepare(cloud, options, f"http://127.0.0.1:{server.server_port}")
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
