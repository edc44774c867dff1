"""What an error says about the core: whether it is away, and whether to ask it again."""

from __future__ import annotations

from resotolib.errors import CoreRefused, CoreUnreachable, MessageError, NotAuthorized, UntrustedCore

_ON_THE_WAY = (*range(300, 400), 407, 408)  # said by something between worker and core


def away(error: Exception) -> bool:
    """Nobody has looked at what was sent, or nobody has said so."""
    if isinstance(error, CoreRefused):
        return passing(error) or int(error.args[1]) in _ON_THE_WAY
    return isinstance(error, (CoreUnreachable, NotAuthorized, UntrustedCore, MessageError))


def odd(error: Exception) -> bool:
    """A core that fails: it may be stopping, or have stumbled over what was sent; trying for ever would hide that."""
    return isinstance(error, CoreRefused) and int(error.args[1]) >= 500


def passing(error: Exception) -> bool:
    """A core that is away or overloaded, or still works on a merge of the same account."""
    if not isinstance(error, CoreRefused):
        return isinstance(error, CoreUnreachable)
    status, text = int(error.args[1]), str(error.args[2])
    return status in (429, 502, 503, 504) or "ConflictingChangeInProgress" in text
