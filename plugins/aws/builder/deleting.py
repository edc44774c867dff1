"""The call that deletes a resource."""

from __future__ import annotations

from builder.subject import Subject
from builder.words import endings
from resotolib.kinds.kind import Call, Deletion

_VERBS = ("Delete", "Terminate", "Release", "Deregister", "Remove")


def find(subject: Subject) -> Deletion | None:
    """As derived and overridden; None when the vendor has none. Raises ModelError when a parameter cannot be bound."""
    line = subject.line
    nouns = [name for ending in endings(subject.noun) for name in (ending, f"{ending}s")]
    derived = (f"{verb}{noun}" for verb in _VERBS for noun in nouns)
    operation = line.get("delete", next((name for name in derived if name in subject.operations), ""))
    if not operation:
        return None
    given = {name: subject.resolve(value) for name, value in (line.params("delete_params") or {}).items()}
    params = subject.bind(operation, "delete_params", given)
    gone_property, _, gone = line.get("gone").partition(":")
    values = tuple(gone.split(",")) if gone else ()
    return Deletion(Call(line.service, operation, params), line.get("pre"), gone_property, values)
