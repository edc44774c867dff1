"""Imported by the fork server before children start: what they all need is loaded once and shared between them.

The one module that acts on import.
"""

from __future__ import annotations

import gc

import resoto_plugin_onelogin.account
import resoto_plugin_onelogin.collector
import resoto_plugin_onelogin.session

LOADED = (resoto_plugin_onelogin.account, resoto_plugin_onelogin.collector, resoto_plugin_onelogin.session)
"""What a child looks at to know that the fork server has done this."""

gc.collect()
gc.freeze()
