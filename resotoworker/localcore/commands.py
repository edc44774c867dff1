"""The command line of the core: a command, or a search whose results are piped into one.

    workflows list | running | run NAME | log ID
    search QUERY [| clean [REASON]] [| tag update KEY [VALUE]] [| tag delete KEY] [| count] [| list]

`match` is the older spelling of `search`.
"""

from __future__ import annotations

import asyncio
import re
import shlex
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from resotolib.errors import Refusal
from resotoworker.localcore.codec import Json
from resotoworker.localcore.core import Core
from resotoworker.localcore.model import Model
from resotoworker.localcore.nodes import COLUMNS, Renderer, patch_nodes, store_sections
from resotoworker.localcore.search import Search
from resotoworker.localcore.times import now_text

_PARTS = re.compile(r"""(?:[^|"']|"(?:\\.|[^"\\])*"|'[^']*')+""")
_SEARCHES = ("search", "match", "query")
_WRITTEN = ("reported", "metadata", "desired")

Line: TypeAlias = "str | Json"


@dataclass(frozen=True)
class Commands:
    """Runs commands on one graph; every method raises Refusal for what it does not understand."""

    core: Core
    graph: str

    async def execute(self, text: str) -> AsyncIterator[Line]:
        """The lines that a command line answers with: text, or nodes."""
        first, *rest = [part.strip() for part in _PARTS.findall(text)] or [""]
        name, _, argument = first.partition(" ")
        if name == "workflows":
            lines = self._workflows(_words(argument))
        elif name in _SEARCHES:
            lines = self._search(argument, [_words(part) for part in rest])
        else:
            raise _unknown(first)
        async for line in lines:
            yield line

    async def _workflows(self, words: Sequence[str]) -> AsyncIterator[Line]:
        core = self.core
        match list(words):
            case ["list"]:
                for name in core.workflows.steps:
                    yield name
            case ["run", name]:
                run = core.workflows.start(name)
                await core.journal.flush()
                yield f"Workflow {name} started with id {run.id}"
            case ["running"]:
                for run in core.workflows.running.values():
                    yield f"{run.id} {run.workflow}: {core.workflows.step_name(run)}"
            case ["log", identifier]:
                await core.journal.flush()
                for found in await core.run(core.runs.history, 1, identifier):
                    for message in found["messages"]:
                        yield f"{message['level']} {message['subscriber']}: {message['text']}"
            case _:
                raise _unknown(f"workflows {' '.join(words)}")

    async def _search(self, query: str, commands: Sequence[Sequence[str]]) -> AsyncIterator[Line]:
        ids = await self.core.run(self._ids, query)
        match [list(words) for words in commands]:
            case [["tag", "update", key, *value]] if len(value) <= 1:
                async for line in self._tag(ids, {"update": {key: value[0] if value else None}}):
                    yield line
            case [["tag", "delete", key]]:
                async for line in self._tag(ids, {"delete": [key]}):
                    yield line
            case others:
                for line in await self.core.run(self._at_once, ids, others):
                    yield line

    def _at_once(self, ids: list[str], commands: list[list[str]]) -> list[Line]:
        """The commands that need no worker."""
        match commands:
            case [] | [["list"]]:
                return [*self._nodes(ids)]
            case [["count"]]:
                return [f"total matched: {len(ids)}"]
            case [["count", path]]:
                return self._count(ids, path)
            case [["clean", *reason]]:
                return [*self._clean(ids, " ".join(reason))]
            case found:
                raise _unknown(" | ".join(" ".join(words) for words in found))

    def _ids(self, query: str) -> list[str]:
        self.core.graphs.require(self.graph)
        model = self._model()
        with self.core.store.read() as connection:
            return Search(connection, self.graph, model, query, "reported").ids()

    def _nodes(self, ids: list[str]) -> list[Json]:
        with self.core.store.read() as connection:
            return list(Renderer(connection, self.graph, self._model()).nodes(ids))

    def _count(self, ids: list[str], path: str) -> list[Line]:
        values = Counter(str(node["reported"].get(path, "null")) for node in self._nodes(ids))
        return [f"{value}: {count}" for value, count in values.most_common()]

    def _clean(self, ids: list[str], reason: str) -> list[Json]:
        """Flag for cleanup; the reason goes to the nodes' log."""
        event = {"timestamp": now_text(), "msg": f"Marked for cleanup{f': {reason}' if reason else ''}"}
        nodes = {node["id"]: node for node in self._nodes(ids)}
        changes: list[Json] = [
            {
                "id": id_,
                "desired": {"clean": True},
                "metadata": {"event_log": [*node.get("metadata", {}).get("event_log", ()), event]},
            }
            for id_, node in nodes.items()
        ]
        with self.core.store.write() as connection:
            patch_nodes(connection, self.graph, self._model(), changes)
        return self._nodes(ids)

    async def _tag(self, ids: list[str], change: Json) -> AsyncIterator[Line]:
        """One task a node, all at once; a node whose task fails is a line that says why."""
        nodes = await self.core.run(self._complete, ids)
        tasks = [asyncio.ensure_future(self._tag_one(node, change)) for node in nodes]
        for task in tasks:
            yield await task

    async def _tag_one(self, node: Json, change: Json) -> Line:
        above = node.get("ancestors", {})
        attrs = {level: str(found["reported"]["id"]) for level, found in above.items() if "id" in found["reported"]}
        try:
            answer = await self.core.tasks.submit("tag", {**change, "node": node}, attrs)
            return await self.core.run(self._written, node["id"], answer)
        except Refusal as refusal:
            return f"Error: {node['reported'].get('id')}: {refusal.args[2]}"

    def _complete(self, ids: list[str]) -> list[Json]:
        """Nodes as workers get them: with all that is known of what they lie in."""
        query = f"SELECT {COLUMNS} FROM node n WHERE n.graph = ? AND n.id = ?"
        with self.core.store.read() as connection:
            renderer = Renderer(connection, self.graph, self._model())
            rows = (connection.execute(query, (self.graph, id_)).fetchone() for id_ in ids)
            return [renderer.node(row, complete=True) for row in rows if row is not None]

    def _written(self, id_: str, answer: Json) -> Json:
        """Keep what the worker says the node is now."""
        sections = {name: answer[name] for name in _WRITTEN if name in answer}
        if "reported" in sections:
            sections["reported"] = self._model().check(sections["reported"])
        if sections:
            with self.core.store.write() as connection:
                store_sections(connection, self.graph, id_, sections)
        return self._nodes([id_])[0]

    def _model(self) -> Model:
        return self.core.graphs.model(self.graph)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise Refusal(400, "ParseError", f"{text}: {error}") from error


def _unknown(text: str) -> Refusal:
    message = f"Can not understand {text!r}. There are: workflows list|running|run|log, search … | clean, tag, count"
    return Refusal(400, "CLIParseError", message)
