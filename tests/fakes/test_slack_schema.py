"""Slack's published types are read from the declarations of its own client, and answers are held to them."""

from __future__ import annotations

import pytest

from tests.fakes.slack.methods import SCOPES
from tests.fakes.slack.refresh import types
from tests.fakes.slack.schema import faults, published

DECLARATIONS = """
import type { WebAPICallResult } from '../../WebClient';
export type TeamInfoResponse = WebAPICallResult & {
    error?: string;
    team?: Team;
};
export interface Team {
    icon?: Icon;
    names?: string[];
}
export type Icon = "one" | "two";
export {};
"""


def test_declarations_become_types() -> None:
    assert types(DECLARATIONS) == {
        "TeamInfoResponse": {"error": "string", "team": "Team"},
        "Team": {"icon": "Icon", "names": "string[]"},
        "Icon": "string",
    }


@pytest.mark.parametrize("method", SCOPES)
def test_every_method_that_is_served_has_published_types(method: str) -> None:
    assert published(method)["root"] in published(method)["types"]
    assert faults(method, {"ok": True, "made_up": 1}) == [f": {published(method)['root']} has no member made_up"]
