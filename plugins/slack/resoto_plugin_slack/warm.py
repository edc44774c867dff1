"""Imported by the fork server before children start: what they all need is loaded once and shared between them.

The one module that acts on import.
"""

from __future__ import annotations

import gc

import resoto_plugin_slack.client
import resoto_plugin_slack.collector
import resoto_plugin_slack.workspace

LOADED = (resoto_plugin_slack.client, resoto_plugin_slack.collector, resoto_plugin_slack.workspace)
"""What a child looks at to know that the fork server has done this."""

gc.collect()
gc.freeze()
