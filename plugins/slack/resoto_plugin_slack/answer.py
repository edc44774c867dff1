"""What Slack said to one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by lower-case name; `data` is the parsed body, None when it is no object.

    The status is 0 for an answer of which the SDK could make nothing.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    data: Mapping[str, Any] | None = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether Slack says that it did what was asked for."""
        return self.status == 200 and self.data is not None and self.data.get("ok") is True
