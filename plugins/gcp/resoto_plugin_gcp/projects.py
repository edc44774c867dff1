"""Which projects there are to collect, and with which credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from resoto_plugin_gcp import hierarchy, kinds
from resoto_plugin_gcp.api import Api
from resoto_plugin_gcp.flags import CLOUD
from resoto_plugin_gcp.logins import MANAGER, Logins
from resoto_plugin_gcp.settings import GcpSettings
from resotolib.collect.scope import Discovery, Message, Scope
from resotolib.collect.watch import Unwatched
from resotolib.errors import CollectError, NotPermitted

APPS_SCRIPT = "sys-"
"""How the ids of the projects begin that Google makes for scripts in documents."""


@dataclass(frozen=True, slots=True)
class _Project:
    """A project as the resource manager describes it."""

    id: str
    number: str = ""
    name: str = ""
    state: str = "ACTIVE"
    parent: str = ""

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> _Project:
        number = str(found.get("name", "")).rpartition("/")[2]
        name = str(found.get("displayName") or "")
        return cls(found["projectId"], number, name, str(found.get("state", "ACTIVE")), str(found.get("parent", "")))


def find(settings: GcpSettings, logins: Logins) -> Discovery:
    """The projects that the settings ask for; what is left out, and why, is in the messages.

    Raises a CollectError when nothing can be found at all.
    """
    scopes: dict[str, Scope] = {}
    messages: list[Message] = []
    failed: CollectError | None = None
    for login in logins.numbers:
        finder = _Finder(settings, logins, login)
        for scope in finder.scopes():
            scopes.setdefault(scope.id, scope)
        messages.extend(finder.messages)
        failed = finder.failed or failed
    missing = [project for project in settings.project if project not in scopes]
    if failed is not None and not scopes:
        raise failed
    told = {message.text for message in messages}
    messages += [_unseen(project) for project in missing if not any(project in text for text in told)]
    return Discovery(tuple(scopes.values()), tuple(dict.fromkeys(messages)))


def _unseen(project: str) -> Message:
    return Message("error", f"Project {project} is not collected: none of the credentials see it.")


class _Finder:
    """Finds what one credential reaches."""

    def __init__(self, settings: GcpSettings, logins: Logins, login: int) -> None:
        self._settings, self._logins, self._login = settings, logins, login
        self._looks_up = _looks_up(settings)
        self.messages: list[Message] = []
        self.failed: CollectError | None = None

    def scopes(self) -> Iterator[Scope]:
        """The projects, each once."""
        try:
            self._api = Api(self._logins.session(self._login), "", "", Unwatched())
            found = {project.id: project for project in self._projects()}
        except CollectError as error:
            self._fail(error, "Nothing is collected with it")
            return
        for project in found.values():
            if self._is_wanted(project):
                yield self._scope(project)

    def _projects(self) -> Iterator[_Project]:
        """As the flags say: those that are named, those below organisations and folders, else all that are seen."""
        settings = self._settings
        for project in settings.project:
            yield from self._named(project)
        for parent in (
            *(f"organizations/{n}" for n in settings.organization),
            *(f"folders/{n}" for n in settings.folder),
        ):
            yield from self._below(parent)
        if not (settings.project or settings.organization or settings.folder):
            yield from self._all()

    def _named(self, project: str) -> Iterator[_Project]:
        try:
            yield _Project.of(self._api.call(MANAGER, "projects.get", {"name": f"projects/{project}"}))
        except NotPermitted as error:
            if len(self._logins.numbers) > 1:
                return  # other credentials may see it
            self.messages.append(Message("info", f"Project {project} is collected without knowing its number: {error}"))
            yield _Project(project)
        except CollectError as error:
            self._fail(error, f"Project {project} is not collected")

    def _below(self, parent: str) -> Iterator[_Project]:
        """The projects of a folder or an organisation, and of the folders in it."""
        try:
            for page in self._api.pages(MANAGER, "projects.list", {"parent": parent}):
                yield from map(_Project.of, page.get("projects", ()))
            folders = [
                str(folder["name"])
                for page in self._api.pages(MANAGER, "folders.list", {"parent": parent})
                for folder in page.get("folders", ())
            ]
        except CollectError as error:
            self._fail(error, f"What is in {parent} is not collected")
            return
        for folder in folders:
            yield from self._below(folder)

    def _all(self) -> Iterator[_Project]:
        try:
            for page in self._api.pages(MANAGER, "projects.search", {}):
                yield from map(_Project.of, page.get("projects", ()))
        except NotPermitted as error:
            own = self._api.session.login.project
            if not own:
                raise
            text = f"Only project {own}, which the credentials belong to, is collected: {error}"
            self.messages.append(Message("info", text))
            yield from self._named(own)

    def _fail(self, error: CollectError, consequence: str) -> None:
        self.failed = error
        self.messages.append(Message("error", f"{consequence}: {error}"))

    def _is_wanted(self, project: _Project) -> bool:
        reason = ""
        if project.state != "ACTIVE":
            reason = f"is {project.state.lower().replace('_', ' ')}"
        elif project.id.startswith(APPS_SCRIPT) and project.id not in self._settings.project:
            reason = "belongs to Apps Script"
        if reason:
            self.messages.append(Message("info", f"Project {_shown(project)} {reason} and not collected."))
        return not reason

    def _scope(self, project: _Project) -> Scope:
        data = {"login": str(self._login), "number": project.number}
        if self._looks_up:
            data["above"] = hierarchy.write(self._api, project.parent)
        return Scope(CLOUD, project.id, project.name, data)


def _looks_up(settings: GcpSettings) -> bool:
    """Whether what is above projects is to be read."""
    wanted = kinds.selected(settings.kinds == "full", settings.collect, settings.no_collect)
    return any(kind.name in (hierarchy.FOLDER, hierarchy.ORGANIZATION) for kind in wanted)


def _shown(project: _Project) -> str:
    return f"{project.id} ({project.name})" if project.name else project.id
