"""The control API: how a test fills the cloud, breaks it, and asks what it was asked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from tests.fakes.gcp.cloud import Cloud
from tests.fakes.gcp.errors import ApiError
from tests.fakes.gcp.filling import fill
from tests.fakes.gcp.rules import Rule
from tests.fakes.gcp.schema import Json
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.store import Store, resource_json


class Control:
    """What is below `/fake/`."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.state = cloud.state
        self.machine = ""
        self.machine_project = ""
        self._actions: Mapping[str, Callable[[Any], Any]] = {
            "seed": self._seed,
            "fill": self._fill,
            "remove": self._remove,
            "rules": self._rule,
            "settings": self._settings,
            "accounts": self.state.logins.add,
            "machine": self._machine,
            "revoke": lambda _: self.state.logins.revoke(),
            "forget": lambda _: self._forget(),
            "reset": lambda _: self._reset(),
            "requests": lambda _: dict(Counter(seen.method for seen in self.state.seen)),
            "calls": lambda _: [asdict(seen) for seen in self.state.seen],
            "continued": lambda _: {method: count for method, count in self.state.continued.items() if count},
            "logins": lambda _: self.state.logins.issued,
            "resources": self._resources,
        }

    def act(self, http: str, path: str, body: bytes) -> Any:
        """One request. Raises ApiError for an unknown path, SeedError for a seed that Google would not have."""
        action = self._actions.get(path)
        if action is None:
            raise ApiError(404, f"The control API has no {path}; it has: {', '.join(self._actions)}.")
        with self.state.lock:
            self.state.operations.settle()
            result = action(json.loads(body) if body else {})
        return {} if result is None else result

    def _seed(self, seeds: list[Json]) -> Json:
        self.cloud.seed(*(Seed(**seed) for seed in seeds))
        return {"seeded": len(seeds)}

    def _fill(self, order: Json) -> list[Json]:
        return [resource_json(resource) for resource in fill(self.state.store, **order)]

    def _remove(self, order: Json) -> None:
        self.state.store.remove(self.state.store.find(order["service"], order["name"]))

    def _rule(self, rule: Json) -> None:
        self.state.rules.add(Rule(**rule))

    def _settings(self, changes: Json) -> Json:
        for name, value in changes.items():
            if not hasattr(self.state.settings, name):
                raise ApiError(400, f"There is no setting {name}.")
            setattr(self.state.settings, name, value)
        self.state.logins.token_seconds = self.state.settings.token_seconds
        return asdict(self.state.settings)

    def _machine(self, order: Json) -> None:
        self.machine, self.machine_project = order["email"], order["project"]

    def _forget(self) -> None:
        """Rules, counts and unreachable scopes; what is stored stays."""
        self.state.rules.clear()
        self.state.seen.clear()
        self.state.continued.clear()
        self.state.logins.issued.clear()
        self.state.settings.unreachable.clear()

    def _reset(self) -> None:
        self._forget()
        self.state.operations.clear()
        self.state.store = Store()

    def _resources(self, order: Json) -> list[Json]:
        return [resource_json(resource) for resource in self.state.store.all(**order)]
