"""What AWS has: the kinds that `builder` derives from the models of the SDK and `aws.tbl`, and those made by hand."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from resoto_plugin_aws.kinds.aliases import ALIASES
from resoto_plugin_aws.kinds.own import own_kinds
from resotolib.kinds.base import base_kinds
from resotolib.kinds.catalogue import Catalogue
from resotolib.kinds.kind import Kind

PATH = Path(__file__).with_name("catalogue.json.gz")
TABLE = Path(__file__).with_name("aws.tbl")

__all__ = ["ALIASES", "PATH", "TABLE", "known_kinds", "load_catalogue", "own_kinds"]


@functools.cache
def load_catalogue() -> Catalogue:
    """All AWS kinds: the hand-made ones (account, region, zone) and the derived ones."""
    return Catalogue((*own_kinds(), *Catalogue.load(PATH)), ALIASES)


def known_kinds() -> Sequence[Kind]:
    """What derived kinds may refer to: the provider-neutral kinds and the hand-made ones."""
    return (*base_kinds(), *own_kinds())
