"""The embedded core: the core's protocol on one SQLite file, for newcomers, tests and small users."""

from resotoworker.localcore.server import LocalCore

__all__ = ["LocalCore"]
