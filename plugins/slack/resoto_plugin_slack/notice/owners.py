"""Who is meant by the tag of a resource."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from resoto_plugin_slack.client import Client
from resoto_plugin_slack.kinds import USER
from resoto_plugin_slack.notice import calls
from resotolib.clean.resource import Resource, ancestor
from resotolib.errors import CollectError, ScopeTimeout, Stopped, Unreadable

TAG = "resoto:owner"
NAME, ADDRESS = "slack:", "email:"

Nodes = Callable[[Collection[str]], Iterator[Mapping[str, Any]]]


@dataclass(frozen=True)
class Workspace:
    """One that messages can be sent in."""

    id: str
    client: Client = field(compare=False, repr=False)


@dataclass(frozen=True)
class Person:
    """Somebody in a workspace."""

    workspace: Workspace
    id: str
    name: str = field(compare=False)

    @property
    def key(self) -> str:
        """What tells people apart."""
        return f"{self.workspace.id}:{self.id}"

    def __str__(self) -> str:
        return f"{self.name} ({self.id} in {self.workspace.id})"


def owner_of(resource: Resource) -> str:
    """The owner's tag if it is one of ours, else ""."""
    tags = resource.node.get("reported", {}).get("tags")
    owner = tags.get(TAG) if isinstance(tags, Mapping) else None
    if not isinstance(owner, str):
        return ""
    known = any(owner.startswith(prefix) and owner[len(prefix) :].strip() for prefix in (NAME, ADDRESS))
    return owner.strip() if known else ""


class Directory:
    """The people of the workspaces: those in the graph, and whom the graph has not got as Slack knows them."""

    def __init__(self, workspaces: Sequence[Workspace], nodes: Nodes) -> None:
        self._workspaces = workspaces
        self._known = _People()
        self._listed: _People | None = None
        by_id = {workspace.id: workspace for workspace in workspaces}
        for node in nodes([USER]):
            workspace = by_id.get(ancestor(node, "account"))
            if workspace is not None:
                self._known.add(workspace, node["reported"])

    def find(self, owner: str) -> Person:
        """Raises Unreadable when it is nobody, or may be several; other CollectErrors of Slack."""
        if owner.startswith(ADDRESS):
            return self._by_address(owner[len(ADDRESS) :].strip())
        name = owner[len(NAME) :].strip().removeprefix("@")
        found = self._known.named(name) or self._everybody().named(name)
        if len(found) > 1:
            places = ", ".join(person.workspace.id for person in found)
            raise Unreadable(owner, f"there is more than one of this name ({places}). Tag with {ADDRESS}ADDRESS")
        if not found:
            raise Unreadable(owner, "nobody has this name")
        return found[0]

    def _by_address(self, address: str) -> Person:
        known = self._known.at(address)
        if known:  # the same person in several workspaces is told in the first of them
            return min(known, key=lambda person: self._workspaces.index(person.workspace))
        errors: list[CollectError] = []
        for workspace in self._workspaces:
            try:
                user = calls.user_at(workspace.client, address)
            except (Stopped, ScopeTimeout):
                raise
            except CollectError as error:
                errors.append(error)
                continue
            if user is not None:
                return Person(workspace, str(user["id"]), str(user.get("name") or address))
        raise errors[0] if errors else Unreadable(f"{ADDRESS}{address}", "nobody has this address")

    def _everybody(self) -> _People:
        """All users of the workspaces, asked for once, and only if somebody is not in the graph."""
        if self._listed is None:
            people = _People()
            for workspace in self._workspaces:
                for user in calls.users(workspace.client):
                    people.add(workspace, {**_mapping(user.get("profile")), **user})
            self._listed = people
        return self._listed


class _People:
    """People by what they are called. Those who have left, and bots, are nobody."""

    def __init__(self) -> None:
        self._names: defaultdict[str, list[Person]] = defaultdict(list)
        self._shown: defaultdict[str, list[Person]] = defaultdict(list)
        self._addresses: defaultdict[str, list[Person]] = defaultdict(list)

    def add(self, workspace: Workspace, user: Mapping[str, Any]) -> None:
        """Add a user as the graph or Slack describes it."""
        if user.get("deleted") or user.get("is_bot") or not user.get("id"):
            return
        person = Person(workspace, str(user["id"]), str(user.get("name") or user["id"]))
        members = (("name", self._names), ("display_name", self._shown), ("email", self._addresses))
        for member, index in members:
            word = str(user.get(member) or "").casefold()
            if word:
                index[word].append(person)

    def named(self, name: str) -> Sequence[Person]:
        """Those of this name; of this display name, which anybody may choose, if there is none."""
        word = name.casefold()
        return self._names.get(word) or self._shown.get(word) or ()

    def at(self, address: str) -> Sequence[Person]:
        """Those with this address."""
        return self._addresses.get(address.casefold(), ())


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
