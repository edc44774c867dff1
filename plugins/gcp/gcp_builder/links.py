"""Edges by the names of members: a member called `subnetwork` names a subnetwork."""

from __future__ import annotations

from collections.abc import Iterable

from gcp_builder.documents import Document, Schema
from resotolib.kinds.kind import EdgeRule


def find(kind: str, document: Document, element: Schema, declared: Iterable[EdgeRule]) -> list[EdgeRule]:
    """To be done next."""
    return []
