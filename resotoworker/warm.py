"""Imported by the fork server before children start, which inherit what it sets.

The one module that acts on import.
"""

from __future__ import annotations

import signal


def leave_stopping_to_the_worker() -> None:
    """Who stops a service may tell all of its processes: the worker then ends its children, when they are done."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


leave_stopping_to_the_worker()
