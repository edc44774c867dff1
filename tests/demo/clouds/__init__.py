"""The clouds of the demo: a fake of each, what is in it, and how the worker is told of it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.demo.clouds import aws, gcp, onelogin, slack
from tests.demo.clouds.cloud import Serve

CLOUDS: Mapping[str, Serve] = {
    "aws": aws.serve,
    "gcp": gcp.serve,
    "onelogin": onelogin.serve,
    "slack": slack.serve,
}
"""By the collector's name."""
