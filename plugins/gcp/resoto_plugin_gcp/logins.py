"""Logging in: each credential once, and which of them sees a project."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.credentials import AMBIENT, load
from resoto_plugin_gcp.session import Session
from resoto_plugin_gcp.settings import GcpSettings
from resotolib.clean.resource import parse
from resotolib.collect.scope import Scope
from resotolib.collect.watch import Unwatched
from resotolib.errors import CollectError, NotAuthenticated

MANAGER = "cloudresourcemanager"


class Logins:
    """Sessions by credential, made once and kept. May be used from any number of threads; closed by `with`."""

    def __init__(self, settings: GcpSettings) -> None:
        self._settings = settings
        self._sessions: dict[int, Session] = {}
        self._seen: dict[str, tuple[int, str]] = {}
        self._lock = threading.RLock()
        self._stack = ExitStack()

    def __enter__(self) -> Logins:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def numbers(self) -> range:
        """The credentials that the settings name, by their place there."""
        return range(len(self._settings.service_account))

    def session(self, number: int) -> Session:
        """The session with one of the credentials. Raises NotAuthenticated for credentials that cannot be used."""
        with self._lock:
            if number not in self._sessions:
                given = self._settings.service_account[number]
                what = f"--gcp-service-account, value {number + 1}" if given else AMBIENT
                session = Session(
                    load(given, what, self._settings.quota_project),
                    endpoint_url=self._settings.endpoint_url,
                    connections=self._settings.zone_pool_size,
                    patience=self._settings.throttle_timeout,
                )
                self._sessions[number] = self._stack.enter_context(session)
            return self._sessions[number]

    def for_scope(self, scope: Scope) -> Session:
        """The session to collect a scope with."""
        return self.session(int(scope.data["login"]))

    def for_node(self, node: Mapping[str, Any]) -> Api:
        """The calls to change a resource with. Raises NotAuthenticated when no credentials see its project."""
        resource = parse(node)
        project = str(node["reported"]["id"]) if resource.kind == "gcp_project" else resource.account
        if not project:
            raise NotAuthenticated(resource.name, "its node does not say which project it belongs to")
        with self._lock:
            if project not in self._seen:
                self._seen[project] = self._find(project)
            login, number = self._seen[project]
        return Api(self.session(login), project, number, Unwatched())

    def _find(self, project: str) -> tuple[int, str]:
        failed: CollectError | None = None
        for login in self.numbers:
            try:
                api = Api(self.session(login), project, "", Unwatched())
                found = api.call(MANAGER, "projects.get", {"name": f"projects/{project}"})
                return login, str(found.get("name", "")).rpartition("/")[2]
            except CollectError as error:
                failed = error
        if len(self.numbers) == 1 and not isinstance(failed, NotAuthenticated):
            return 0, ""  # who may change what is in a project need not be allowed to look at the project
        raise failed or NotAuthenticated(f"project {project}", "no credentials are given")
