"""The writer of a collector that only collects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from resotolib.errors import Unsupported


class ReadOnly:
    """A `Writer` that refuses every change; used by `with`, as all writers are."""

    def __enter__(self) -> ReadOnly:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """There is nothing to close."""

    def change_tags(self, node: Mapping[str, Any], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:  # noqa: ARG002  # as in the contract
        """Raises Unsupported."""
        raise Unsupported(_label(node), "tags")

    def fetch(self, node: Mapping[str, Any]) -> dict[str, Any] | None:
        """Raises Unsupported: what is never deleted need not be looked at before."""
        raise Unsupported(_label(node), "deletion")

    def prepare(self, node: Mapping[str, Any]) -> None:
        """Raises Unsupported."""
        raise Unsupported(_label(node), "deletion")

    def delete(self, node: Mapping[str, Any]) -> None:
        """Raises Unsupported."""
        raise Unsupported(_label(node), "deletion")


def _label(node: Mapping[str, Any]) -> str:
    reported = node.get("reported", {})
    return f"{reported.get('kind')} {reported.get('name') or node.get('id')}"
