"""Facts about every AWS kind: what it refers to exists, what it promises is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import botocore.session
import networkx as nx
import pytest
from botocore.model import OperationModel, Shape
from resoto_plugin_aws.hooks import READING
from resoto_plugin_aws.kinds import further_names, load_catalogue, load_full, selected

from resotolib.errors import SettingsError
from resotolib.kinds.base import base_kinds
from resotolib.kinds.bindings import Template
from resotolib.kinds.checks import all_properties, check
from resotolib.kinds.kind import Call, Kind
from resotoworker.plugins import load_plugins
from tests.plugins.aws import parity
from tests.plugins.relations import ancestors, edges

KINDS_SO_FAR, FURTHER_SO_FAR = 234, 1181
"""May only rise."""

CATALOGUE, FULL = load_catalogue(), load_full()
EVERY = {kind.name: kind for kind in (*base_kinds(), *FULL)}
DERIVED = [kind for kind in CATALOGUE if kind.collectable and kind.name != "aws_account"]
ALL = [kind for kind in FULL if kind.collectable and kind.name != "aws_account"]
KNOWN = list(parity.kinds())
SESSION = botocore.session.get_session()
SECRET = re.compile(
    r"password$|secret_(string|binary|value)|user_data$|private_key$|auth_(token|key)$|^(grafana_)?token$|api_key_value$"
)


def calls(kind: Kind) -> Iterator[Call]:
    reading, tags, deletion = kind.reading, kind.tags, kind.deletion
    if reading and reading.list:
        yield reading.list
    if reading and reading.detail:
        yield reading.detail.call
    if tags:
        yield from (call for call in (tags.read, tags.update, tags.remove) if call)
    if deletion:
        yield deletion.call


def model(call: Call) -> OperationModel:
    return SESSION.get_service_model(call.service).operation_model(call.operation)


def walk(shape: Shape, path: str) -> Shape:
    for step in filter(None, path.replace("[]", ".[]").split(".")):
        shape = shape.member if step == "[]" else shape.value if step == "*" else shape.members[step]
    return shape


def test_the_catalogue_is_free_of_contradictions() -> None:
    CATALOGUE.check(base_kinds())
    FULL.check(base_kinds())


def test_all_kinds_of_all_plugins_together_are_free_of_contradictions() -> None:
    plugins = load_plugins()

    check([*plugins.kinds().values(), *plugins.further_kinds()], base_kinds())


def test_the_number_of_kinds_only_rises() -> None:
    assert len(DERIVED) >= KINDS_SO_FAR
    assert len(ALL) - len(DERIVED) >= FURTHER_SO_FAR


def calls_exist_with_all_that_they_need(kind: Kind) -> Iterator[str]:
    for call in calls(kind):
        inputs = model(call).input_shape
        known = set(inputs.members if inputs else ())
        needed = set(inputs.required_members if inputs else ()) - set(model(call).idempotent_members)
        yield from (f"{call.operation} has no {name}" for name in set(call.params) - known)
        yield from (f"{call.operation} needs {name}" for name in needed - set(call.params))


def results_are_where_the_paths_say(kind: Kind) -> Iterator[str]:
    reading = kind.reading
    assert reading is not None
    detail = reading.detail.call if reading.detail else None
    for call in (reading.list, detail, kind.tags.read if kind.tags else None):
        output = model(call).output_shape if call else None
        if call and (output is None or walk(output, call.items) is None):
            yield f"{call.operation} returns nothing at {call.items}"


def it_can_be_identified(kind: Kind) -> Iterator[str]:
    if not (kind.identity and kind.identity.id and kind.title and kind.cloud == "aws"):
        yield "no id, title or cloud"
    if kind.service not in SESSION.get_available_services():
        yield f"unknown service {kind.service}"


def no_partition_is_hard_wired(kind: Kind) -> Iterator[str]:
    texts = [kind.identity.arn if kind.identity else "", *(str(call.params) for call in calls(kind))]
    yield from (text for text in texts if "arn:aws" in text)


def every_purpose_has_its_permissions(kind: Kind) -> Iterator[str]:
    purposes = {
        "collect": bool(kind.reading and kind.reading.list),
        "tag": bool(kind.tags and (kind.tags.update or kind.tags.hook)),
        "delete": kind.deletion is not None,
    }
    yield from (
        f"no action to {name}" for name, needed in purposes.items() if needed and not kind.permissions.get(name)
    )
    yield from (f"actions to {name}" for name in kind.permissions if not purposes[name] and name != "collect")


def its_reading_hook_exists(kind: Kind) -> Iterator[str]:
    hook = kind.reading.hook if kind.reading else ""
    if hook and hook not in READING:
        yield f"no hook {hook}"
    made = {one.path for one in kind.properties if one.path.startswith("+")} - {"+item"}
    if made and not hook:
        yield f"nobody makes {made}"


def changing_calls_say_which_resource_they_mean(kind: Kind) -> Iterator[str]:
    tags = kind.tags
    changing = [tags.update, tags.remove] if tags else []
    for call in (*changing, kind.deletion.call if kind.deletion else None):
        bound = {path.split(".")[0] for path in Template(call.params).bindings} if call else {"id"}
        if call and (not bound & {"id", "name", "arn"} or "item" in bound):
            yield f"{call.operation} is bound to {bound}"


def tags_are_changed_by_a_pair_of_calls(kind: Kind) -> Iterator[str]:
    tags = kind.tags
    if tags is None or tags.hook or (tags.update is None and tags.remove is None):
        return
    update, remove = (Template(call.params).bindings if call else frozenset() for call in (tags.update, tags.remove))
    if not update >= ({"key", "value"} if tags.one_by_one else {"tags"}) or not remove & {"keys", "tags", "key"}:
        yield f"update binds {set(update)}, remove {set(remove)}"


def what_means_gone_is_a_property(kind: Kind) -> Iterator[str]:
    if (
        kind.deletion
        and kind.deletion.gone
        and kind.deletion.gone_property not in {one.name for one in kind.properties}
    ):
        yield kind.deletion.gone_property


def it_hides_what_looks_like_a_secret(kind: Kind) -> Iterator[str]:
    properties = [*kind.properties, *(one for shape in kind.shapes for one in shape.properties)]
    yield from (one.name for one in properties if SECRET.search(one.name) and one.type == "string")


def a_further_kind_follows_the_rules(kind: Kind) -> Iterator[str]:
    if (kind.collected == "full") is not (kind.name in further_names()):
        yield f"it is collected {kind.collected}"
    if kind.collected != "full" or kind.reading is None or kind.reading.list is None:
        return
    if not kind.name.startswith(f"aws_{kind.service.replace('-', '_')}_"):
        yield "it is not called after its service"
    parent = EVERY.get(kind.reading.parent)
    if kind.reading.parent and (parent is None or parent.extent != kind.extent):
        yield f"it is not where its {kind.reading.parent} is"
    above = [path for path in Template(kind.reading.list.params).bindings if path.startswith("parent.")]
    if bool(above) is not bool(kind.reading.parent):
        yield f"its parent is {kind.reading.parent}, and its list binds {above}"


FACTS: tuple[Callable[[Kind], Iterator[str]], ...] = (
    calls_exist_with_all_that_they_need,
    results_are_where_the_paths_say,
    it_can_be_identified,
    no_partition_is_hard_wired,
    every_purpose_has_its_permissions,
    its_reading_hook_exists,
    changing_calls_say_which_resource_they_mean,
    tags_are_changed_by_a_pair_of_calls,
    what_means_gone_is_a_property,
    it_hides_what_looks_like_a_secret,
    a_further_kind_follows_the_rules,
)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_of_every_kind(fact: Callable[[Kind], Iterator[str]]) -> None:
    assert [f"{kind.name}: {problem}" for kind in ALL for problem in fact(kind)] == []


@pytest.mark.parametrize("edge_type", ["default", "delete"])
def test_kinds_form_no_cycle(edge_type: str) -> None:
    graph = edges(FULL, edge_type)
    assert [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1] == []


@pytest.mark.parametrize(("name", "base", "own"), KNOWN, ids=[name for name, _, _ in KNOWN])
def test_kinds_of_earlier_versions_are_as_they_were(name: str, base: str, own: dict[str, str]) -> None:
    kind = CATALOGUE[name]
    types = {one: declared.type for one, declared in all_properties(kind, EVERY).items()}
    assert base in ancestors(kind, EVERY)
    assert {one: types.get(one) for one in own} == own


@pytest.mark.parametrize(("source", "target"), parity.default_edges())
def test_default_edges_of_earlier_versions_run_the_same_way(source: str, target: str) -> None:
    graph = edges(CATALOGUE, "default")
    assert graph.has_edge(source, target)
    assert not graph.has_edge(target, source)


@pytest.mark.parametrize(("source", "target"), parity.delete_edges())
def test_delete_edges_of_earlier_versions_run_the_same_way(source: str, target: str) -> None:
    graph = edges(CATALOGUE, "delete")
    assert graph.has_edge(source, target)
    assert not graph.has_edge(target, source)


@pytest.mark.parametrize("name", parity.DELETABLE)
def test_what_could_be_deleted_can_be_deleted(name: str) -> None:
    assert CATALOGUE[f"aws_{name}"].deletion is not None


@pytest.mark.parametrize("name", parity.TAGGABLE)
def test_what_could_be_tagged_can_be_tagged(name: str) -> None:
    tags = CATALOGUE[f"aws_{name}"].tags
    assert tags is not None
    assert tags.hook or tags.update


@pytest.mark.parametrize("switch", parity.SWITCHES)
def test_switches_of_earlier_versions_still_select(switch: str) -> None:
    assert CATALOGUE.select([switch])


@pytest.mark.parametrize(
    ("breadth", "words", "found"),
    [
        ("default", ("*",), {"always"}),
        ("full", ("*",), {"always", "full"}),
        ("full", ("aws_appstream_*",), {"full"}),
        ("full", ("appstream_fleet",), {"full"}),
        ("full", ("aws_amplify_branch",), {"full"}),
    ],
)
def test_the_second_catalogue_is_chosen_from_only_when_it_is_switched_on(
    breadth: str, words: tuple[str, ...], found: set[str]
) -> None:
    assert {kind.collected for kind in selected(breadth, words, ())} == found


def test_a_word_of_the_second_catalogue_alone_says_how_to_have_it() -> None:
    with pytest.raises(SettingsError, match=r"aws_appstream_fleet.*With --aws-kinds full there is"):
        selected("default", ["aws_appstream_fleet"], ())


def test_a_word_that_nobody_knows_says_nothing_of_the_second_catalogue() -> None:
    with pytest.raises(SettingsError, match="No kind, service or pattern is called 'aws_nothing'") as caught:
        selected("default", ["aws_nothing"], ())
    assert "full" not in str(caught.value)
