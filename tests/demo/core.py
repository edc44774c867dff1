"""The core as a user's tool sees it: start a workflow, follow it, look at the graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests

GRAPH = "ck"
SECONDS = 30.0


@dataclass(frozen=True)
class Resource:
    """One node of an account, as far as the demo needs it."""

    kind: str
    id: str
    account: str
    region: str


@dataclass(frozen=True)
class Run:
    """The state of one run of a workflow; `errors` is what went wrong on the way."""

    state: str
    errors: tuple[str, ...]


class Core:
    """A core without a pre-shared key at an address."""

    def __init__(self, url: str) -> None:
        self.url = url

    def has_subscriber(self, event: str) -> bool:
        """Whether somebody waits for actions of this type."""
        return any(event in subscriber["subscriptions"] for subscriber in self._get("/subscribers"))

    def start(self, workflow: str) -> str:
        """Start a workflow; the id of its run."""
        answer = requests.post(f"{self.url}/workflow/{workflow}", timeout=SECONDS)
        answer.raise_for_status()
        return str(answer.json()["id"])

    def run(self, identifier: str) -> Run:
        """How far a run is."""
        for run in self._get("/workflows"):
            if run["id"] == identifier:
                errors = tuple(message["text"] for message in run["messages"] if message["level"] == "error")
                return Run(run["state"], errors)
        return Run("unknown", ())

    def accounts(self) -> dict[str, str]:
        """Names of the accounts in the graph, by id."""
        return {node["reported"]["id"]: node["reported"].get("name") or "" for node in self._search("is(account)")}

    def resources(self) -> Iterator[Resource]:
        """Everything that is in a region of an account."""
        for node in self._search("is(resource)"):
            reported, above = node["reported"], node.get("ancestors", {})
            if "account" in above and "region" in above and not reported["kind"].endswith("_region"):
                account, region = (above[level]["reported"]["id"] for level in ("account", "region"))
                yield Resource(reported["kind"], reported["id"], account, region)

    def _get(self, path: str) -> Any:
        answer = requests.get(f"{self.url}{path}", timeout=SECONDS)
        answer.raise_for_status()
        return answer.json()

    def _search(self, query: str) -> list[dict[str, Any]]:
        answer = requests.post(
            f"{self.url}/graph/{GRAPH}/search/list",
            params={"section": "reported"},
            data=query,
            headers={"Content-Type": "text/plain", "Accept": "application/json"},
            timeout=SECONDS,
        )
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found
