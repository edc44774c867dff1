"""Which operations have pages: two each, the second one for who asks with the token that the first one gave."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.model import OperationModel

from tests.fakes.aws.shaped.instances import plain

SECOND = "second-page"
_TOKEN = re.compile(r"(token|marker|cursor|position|startkey|pageid)$")


@dataclass(frozen=True)
class Pages:
    """How an operation pages: the parameter with the token, where the token is in answers, and the flag for more."""

    asked: str = ""
    token: str = ""
    more: str = ""

    def page(self, params: Mapping[str, Any]) -> int:
        """Which page is asked for."""
        return 2 if self.asked and params.get(self.asked) else 1

    def mark(self, answer: MutableMapping[str, Any], page: int) -> None:
        """Say in the answer whether there is more."""
        last = page == 2 or not self.asked
        _put(answer, self.token, None if last else SECOND)
        _put(answer, self.more, not last)


def pages(session: botocore.session.Session, model: OperationModel) -> Pages:
    """What the SDK's paginators know; for operations without one, what the names of members say."""
    try:
        known = session.get_paginator_model(model.service_model.service_name).get_paginator(model.name)
    except (DataNotFoundError, UnknownServiceError, ValueError):
        return _by_names(model)
    token, asked = (known[name][0] if isinstance(known[name], list) else known[name] for name in _ENDS)
    path = token.partition(" ||")[0].strip()
    if re.search(r"[\[(]", path):
        return Pages(more=known.get("more_results", ""))
    return Pages(asked, path, known.get("more_results", ""))


_ENDS = ("output_token", "input_token")


def _by_names(model: OperationModel) -> Pages:
    answered = model.output_shape.members if model.output_shape else {}
    asked = {plain(name): name for name in (model.input_shape.members if model.input_shape else {})}
    for name, shape in sorted(answered.items(), key=lambda one: not plain(one[0]).startswith("next")):
        word = plain(name)
        if shape.type_name == "string" and _TOKEN.search(word) and word != "clienttoken":
            found = next((asked[one] for one in (word, word.removeprefix("next")) if one in asked), "")
            if found:
                return Pages(found, name)
    return Pages()


def _put(answer: MutableMapping[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        answer = answer.get(step) or {}
    if last in answer:
        answer[last] = value
