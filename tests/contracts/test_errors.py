"""Every error reads as a sentence and crosses processes."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest

import resotoworker.service  # noqa: F401  # errors that are declared elsewhere are found through their base
from resotolib.errors import Refusal, ResotoError


def errors(base: type[ResotoError] = ResotoError) -> Iterator[type[ResotoError]]:
    yield base
    for child in base.__subclasses__():
        yield from errors(child)


def made(cls: type[ResotoError]) -> ResotoError:
    """With as many arguments as its template names."""
    wanted = max((int(part[0]) for part in cls.template.split("{")[1:] if part[0].isdigit()), default=0) + 1
    return cls(*[f"argument {number}" for number in range(wanted)])


@pytest.mark.parametrize("cls", list(errors()), ids=lambda cls: cls.__name__)
def test_it_names_all_that_it_was_given(cls: type[ResotoError]) -> None:
    error = made(cls)

    silent = 1 if cls is Refusal else 0  # the body of an answer does not repeat its status
    assert all(argument in str(error) for argument in error.args[silent:])


@pytest.mark.parametrize("cls", list(errors()), ids=lambda cls: cls.__name__)
def test_it_is_the_same_on_the_other_side_of_a_pipe(cls: type[ResotoError]) -> None:
    error = made(cls)

    there = pickle.loads(pickle.dumps(error))

    assert type(there) is cls
    assert str(there) == str(error)


@pytest.mark.parametrize("cls", list(errors()), ids=lambda cls: cls.__name__)
def test_it_says_what_it_means(cls: type[ResotoError]) -> None:
    assert cls.__doc__
