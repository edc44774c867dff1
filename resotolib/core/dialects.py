"""The two dialects of the core's protocol, 2.0 and 3.x, and which of them a core speaks."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlencode

from resotolib.clean.history import TASK
from resotolib.errors import CoreRefused

if TYPE_CHECKING:
    from resotolib.core.http import Core

_MODEL_KEYS_2_0 = ("fqn", "bases", "properties", "allow_unknown_props", "runtime_kind")


@dataclass(frozen=True, slots=True)
class WorkQueue:
    """How to ask for tasks: the path of the websocket and, where the core wants one, the first message on it."""

    path: str
    first_message: str | None


class Dialect(ABC):
    """What differs between the cores. Paths begin with a slash and already hold their query string."""

    name: ClassVar[str]
    reports_progress: ClassVar[bool]  # takes action_progress and action_info; an older core closes the socket on them
    deferred_edges: ClassVar[bool]  # takes edges whose ends are found by search once the whole task is uploaded

    @abstractmethod
    def model_path(self, graph: str) -> str:
        """Where the model is read, and extended by PATCH."""

    @abstractmethod
    def search_path(self, graph: str) -> str:
        """Where a search is posted whose answer has nodes and edges; property paths begin at `reported`."""

    @abstractmethod
    def work_queue(self, clouds: Sequence[str]) -> WorkQueue:
        """How to ask for the tag tasks of these clouds."""

    @abstractmethod
    def model(self, kinds: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """The kinds as this core understands them."""

    @abstractmethod
    def flagged(self, clouds: Sequence[str]) -> str:
        """The search for what is flagged for cleanup in these clouds, with everything above and below it.

        The answer holds more than is to be cleaned up: look at `desired.clean`, and in 2.0 at the cloud too.
        """

    @abstractmethod
    def held(
        self, cloud: str, account: str, places: Collection[str], kinds: Mapping[str, Collection[str]]
    ) -> list[str]:
        """The searches for what a core holds of an account: of `kinds` by region, the `places` above, and all edges.

        The answers may hold more than was asked for.
        """

    @abstractmethod
    def of_kinds(self, kinds: Collection[str]) -> str:
        """The search for nodes of exactly these kinds, whether the core knows the kinds or not."""

    @abstractmethod
    def cleaned_by(self, task: str) -> str:
        """The search for what the cleanup of a run did something with."""

    @abstractmethod
    def replaced(self, cloud: str, account: str) -> str:
        """The search for what the last merge of an account replaced: it says in its metadata when it was collected.

        The answer may hold accounts of other clouds.
        """

    def merge_headers(self, task_id: str, nodes: int, edges: int) -> dict[str, str]:
        """Headers of an upload; the counts are informational."""
        return {"Resoto-Worker-Nodes": str(nodes), "Resoto-Worker-Edges": str(edges), "Resoto-Worker-Task-Id": task_id}


class _V2(Dialect):
    name = "2.0"
    reports_progress = False
    deferred_edges = False

    def model_path(self, graph: str) -> str:  # noqa: ARG002  # this core has one model for all graphs
        return "/model"

    def search_path(self, graph: str) -> str:
        return f"/graph/{quote(graph)}/query/graph"

    def work_queue(self, clouds: Sequence[str]) -> WorkQueue:
        query = urlencode({"task": "tag", "cloud": ",".join(clouds)}, safe=",")
        return WorkQueue(f"/work/queue?{query}", None)

    def model(self, kinds: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return [_kind_2_0(kind) for kind in kinds]

    def flagged(self, clouds: Sequence[str]) -> str:  # noqa: ARG002  # the ancestors are not where a search finds them
        return "desired.clean == true and metadata.cleaned == false<-[0:]->"

    def held(
        self,
        cloud: str,  # noqa: ARG002  # the ancestors are not where a search finds them
        account: str,
        places: Collection[str],  # noqa: ARG002
        kinds: Mapping[str, Collection[str]],  # noqa: ARG002
    ) -> list[str]:
        return [f"is(account) and reported.id == {json.dumps(account)} -[0:]->"]

    def of_kinds(self, kinds: Collection[str]) -> str:
        return f"reported.kind in {json.dumps(sorted(kinds))}"

    def cleaned_by(self, task: str) -> str:
        return f"metadata.{TASK} == {json.dumps(task)}"

    def replaced(self, cloud: str, account: str) -> str:  # noqa: ARG002  # as above
        return f"metadata.replace == true and reported.id == {json.dumps(account)}"


class _V3(Dialect):
    name = "3.x"
    reports_progress = True
    deferred_edges = True

    def model_path(self, graph: str) -> str:
        return f"/graph/{quote(graph)}/model"

    def search_path(self, graph: str) -> str:
        return f"/graph/{quote(graph)}/search/graph?section=reported"

    def work_queue(self, clouds: Sequence[str]) -> WorkQueue:
        return WorkQueue("/work/queue", json.dumps([_registration(cloud) for cloud in clouds]))

    def model(self, kinds: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        return list(kinds)

    def flagged(self, clouds: Sequence[str]) -> str:
        return (
            "/desired.clean == true and /metadata.cleaned != true and /metadata.protected != true"
            f" and /ancestors.cloud.reported.id in {json.dumps(list(clouds))} <-default,delete[0:]->"
        )

    def held(
        self, cloud: str, account: str, places: Collection[str], kinds: Mapping[str, Collection[str]]
    ) -> list[str]:
        below = f"/ancestors.cloud.reported.id == {json.dumps(cloud)} and /ancestors.account.reported.id == "
        below += json.dumps(account)
        queries = [f"kind in {json.dumps(sorted(places))} and {below} <-default[0:1]-"]
        regions: dict[tuple[str, ...], list[str]] = {}
        for region, names in kinds.items():
            regions.setdefault(tuple(sorted(names)), []).append(region)
        for names, where in regions.items():
            region = f" and /ancestors.region.reported.id in {json.dumps(sorted(where))}" if all(where) else ""
            queries.append(f"kind in {json.dumps(names)}{region} and {below} <-default,delete[0:1]->")
        return queries

    def of_kinds(self, kinds: Collection[str]) -> str:
        return f"kind in {json.dumps(sorted(kinds))}"

    def cleaned_by(self, task: str) -> str:
        return f"/metadata.{TASK} == {json.dumps(task)}"

    def replaced(self, cloud: str, account: str) -> str:
        where = f"/ancestors.cloud.reported.id == {json.dumps(cloud)}"
        return f"/metadata.replace == true and /reported.id == {json.dumps(account)} and {where}"


V2: Dialect = _V2()
V3: Dialect = _V3()


def probe(core: Core, graph: str) -> Dialect:
    """Ask the core which dialect it speaks; raises CoreRefused for one in between, and other CoreErrors."""
    model, text = core.ask("GET", f"/graph/{quote(graph)}/model")
    if model == 200:
        return V3
    if model != 404:
        raise CoreRefused(core.address, model, text.strip())
    search, text = core.ask("POST", f"/graph/{quote(graph)}/search/list", body="is(graph_root)")
    if search == 404 and "NoSuchGraph" not in text:
        return V2
    raise CoreRefused(
        core.address,
        model,
        f"asked for GET /graph/{graph}/model it answered {model}, asked for POST /graph/{graph}/search/list {search}: "
        "this worker speaks with resotocore 2.0 (alpha) and with 3.5 or newer, and with nothing in between",
    )


def _registration(cloud: str) -> dict[str, Any]:
    return {
        "name": "tag",
        "info": "change the tags of a resource",
        "description": "change the tags of a resource",
        "filter": {"cloud": [cloud]},
        "expect_node_result": True,
        "args_description": {},
        "allowed_on_kind": None,
    }


def _kind_2_0(kind: Mapping[str, Any]) -> dict[str, Any]:
    """This core knows neither enums nor durations nor computed properties."""
    reduced = {key: kind[key] for key in _MODEL_KEYS_2_0 if key in kind}
    if "properties" in kind:
        written = [item for item in kind["properties"] if not item.get("synthetic")]
        reduced["properties"] = [_property_2_0(item) for item in written]
    return reduced


def _property_2_0(item: Mapping[str, Any]) -> dict[str, Any]:
    kind = "string" if item["kind"] == "duration" else item["kind"]
    return {
        "name": item["name"],
        "kind": kind,
        "required": bool(item.get("required")),
        "description": item.get("description") or "",
    }
