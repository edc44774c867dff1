"""Records of resources: what a vendor only remembers is told from what there is."""

from __future__ import annotations

from typing import Any

import pytest

from resotolib.collect.records import Record
from resotolib.kinds.kind import Call, Deletion, Kind


def record(deletion: Deletion | None, **properties: Any) -> Record:
    return Record(Kind("thing", deletion=deletion), "", "1", "", "", None, properties, None)


def gone(*values: str) -> Deletion:
    return Deletion(Call("things", "Delete"), "", "state", values)


@pytest.mark.parametrize(
    ("deletion", "properties", "is_gone"),
    [
        (gone("DELETED", "DELETING"), {"state": "DELETED"}, True),
        (gone("DELETED"), {"state": "ACTIVE"}, False),
        (gone("DELETED"), {}, False),
        (gone("true"), {"state": True}, True),
        (gone("*"), {"state": "2026-01-02T03:04:05Z"}, True),
        (gone("*"), {}, False),
        (gone(), {"state": "DELETED"}, False),
        (None, {"state": "DELETED"}, False),
    ],
)
def test_a_resource_is_gone_when_it_says_so(
    deletion: Deletion | None, properties: dict[str, Any], *, is_gone: bool
) -> None:
    assert record(deletion, **properties).is_gone is is_gone
