"""Imported by the fork server before children start: what they all need is loaded once and shared between them.

The one module that acts on import.
"""

from __future__ import annotations

import gc

import resoto_plugin_gcp.collector
import resoto_plugin_gcp.compute
import resoto_plugin_gcp.logins
import resoto_plugin_gcp.project
import resoto_plugin_gcp.projects
from resoto_plugin_gcp import plan
from resoto_plugin_gcp.compute import find
from resoto_plugin_gcp.kinds import load_methods
from resoto_plugin_gcp.routes import route

LOADED = (
    resoto_plugin_gcp.collector,
    resoto_plugin_gcp.compute,
    resoto_plugin_gcp.logins,
    resoto_plugin_gcp.project,
    resoto_plugin_gcp.projects,
)
"""What a child looks at to know that the fork server has done this."""


def load() -> None:
    """Read what is on disk and compile what can be compiled, then keep the collector of garbage from touching it."""
    plan.compile_all()
    for service, operation in load_methods():
        route(service, operation)
        if service == "compute":
            find(operation)
    gc.collect()
    gc.freeze()


load()
