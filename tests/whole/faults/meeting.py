"""A run that meets a fault, and what the core holds afterwards: what every cloud's faults are judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.whole.faults.content import Content, Held
from tests.whole.faults.declared import Fault
from tests.whole.faults.rig import Rig


@dataclass(frozen=True)
class Started:
    """A rig whose core knows everything; `victims`: the names of what was made to be deleted, by fault."""

    rig: Rig[Any]
    victims: Mapping[str, str]


def start(running: Rig[Any], victims: Mapping[str, str]) -> Started:
    """Collect once, when all is well."""
    ran = running.collect()
    assert ran.result == "done", (ran, running.log())
    return Started(running, victims)


@dataclass(frozen=True)
class Expected:
    """`kinds` and `regions`: where alone something may be stale, anywhere if empty. `sent`: something has to be."""

    fault: Fault
    words: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    sent: bool = True


def meet(started: Started, expected: Expected, delete: Callable[[str], None], spoil: Callable[[], None]) -> Content:
    """Delete the fault's victim in the cloud, spoil the cloud, collect, mend it; what the core holds then.

    Nothing that is still there is lost or changed, the victim is gone, and what was not read is marked as stale.
    """
    running, title = started.rig, expected.fault.title
    before = running.content()
    gone: list[Held] = []
    if title in started.victims:
        gone = before.named(started.victims[title])
        assert len(gone) == 1
        delete(started.victims[title])
    spoil()
    ran = running.collect()
    running.mend()

    after = running.content()
    missing = before.without(gone).missing(after)
    assert missing == [], running.log()[-3000:]
    assert [str(node) for node in gone if node.id in after.nodes] == []
    assert ran.result == expected.fault.result, ran
    assert ran.lacks(expected.words) == [], ran
    _stale_is_what_was_not_read(before, after, expected)
    return after


def _stale_is_what_was_not_read(before: Content, after: Content, expected: Expected) -> None:
    stale = after.stale()
    if not expected.sent:
        assert {node.id for node in stale} <= {node.id for node in before.stale()}
        return
    assert stale
    assert _only((node.region for node in stale), expected.regions) == []
    assert _only((node.kind for node in stale), expected.kinds) == []


def _only(found: Iterable[str], allowed: tuple[str, ...]) -> list[str]:
    """What is there and not allowed."""
    return sorted({value for value in found if allowed and value not in allowed})
