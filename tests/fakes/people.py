"""The people of the made-up company: those with one number are one person in every cloud."""

from __future__ import annotations


def email(number: int) -> str:
    """The address that a person is known by."""
    return f"user{number}@example.test"
