"""Changes nothing yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from resotolib.errors import Unsupported


class SlackWriter:
    """A `Writer` that refuses."""

    def __enter__(self) -> SlackWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """There is nothing to close."""

    def change_tags(self, node: Mapping[str, Any], update: Mapping[str, str], delete: Sequence[str]) -> dict[str, str]:  # noqa: ARG002  # as in the contract
        """See `Writer`."""
        raise Unsupported(_label(node), "tags: Slack has none")

    def fetch(self, node: Mapping[str, Any]) -> dict[str, Any] | None:
        """See `Writer`."""
        raise Unsupported(_label(node), "deletion")

    def prepare(self, node: Mapping[str, Any]) -> None:
        """See `Writer`."""
        raise Unsupported(_label(node), "deletion")

    def delete(self, node: Mapping[str, Any]) -> None:
        """See `Writer`."""
        raise Unsupported(_label(node), "deletion")


def _label(node: Mapping[str, Any]) -> str:
    reported = node.get("reported", {})
    return f"{reported.get('kind')} {reported.get('name') or node.get('id')}"
