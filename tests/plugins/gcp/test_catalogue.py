"""Facts about every GCP kind: what it refers to exists in Google's documents, what it promises is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import networkx as nx
import pytest
from resoto_plugin_gcp import predelete
from resoto_plugin_gcp.hooks import HOOKS
from resoto_plugin_gcp.kinds import load_catalogue, load_methods, selected
from resoto_plugin_gcp.routes import fitting, route

from resotolib.kinds.base import base_kinds
from resotolib.kinds.bindings import Template
from resotolib.kinds.checks import check
from resotolib.kinds.kind import Call, Kind
from resotolib.kinds.values import Parser
from resotoworker.plugins import load_plugins
from tests.fakes.gcp.document import load
from tests.fakes.gcp.synthesis import Synthesis
from tests.plugins.gcp import parity
from tests.plugins.gcp.described import answer, calls, item, links, method, source, walk
from tests.plugins.relations import ancestors, edges

DEFAULT_SO_FAR, ALL_SO_FAR = 178, 437
"""May only rise."""

CATALOGUE = load_catalogue()
NAMED = {kind.name for kind in CATALOGUE if kind.collected == "named"}
DEFAULT = load_catalogue(False)  # the default set
EVERY = {kind.name: kind for kind in (*base_kinds(), *CATALOGUE)}
KINDS = [kind for kind in CATALOGUE if kind.collectable]
DELETED_BY_OTHERS = frozenset({"gcp_instance_group"})  # a regional group goes with its manager
SECRET = re.compile(r"(password|secret|user_data|private_key|auth_string|raw_key|key_string|pairing_key|_token)s?$")


def test_the_kinds_of_all_plugins_together_are_free_of_contradictions() -> None:
    check(load_plugins().kinds().values(), base_kinds())
    check(CATALOGUE, base_kinds())


def test_the_number_of_kinds_only_rises() -> None:
    enabled = selected(False, (), ())  # the default set

    assert len(enabled) >= 125
    assert len(enabled) + len(NAMED) >= DEFAULT_SO_FAR
    assert len(KINDS) >= ALL_SO_FAR


def calls_exist_and_take_their_parameters(kind: Kind) -> Iterator[str]:
    for call in calls(kind):
        found = method(call)
        body = load(call.service).schemas.properties({"$ref": found.request}) if found.request else {}
        known = {*found.parameters, *found.variables, *body, "link"}
        yield from (f"{call.operation} has no {name}" for name in set(call.params) - known)


def lists_have_all_that_they_need(kind: Kind) -> Iterator[str]:
    reading = kind.reading
    if reading is None or reading.list is None:
        return
    found, given = route(reading.list.service, reading.list.operation), reading.list.params
    needed = {name for name, part in method(reading.list).parameters.items() if part.get("required")}
    above = [found.read(link) or {} for link in links(EVERY[reading.parent])] if reading.parent else [{}]
    if not any(needed | set(found.variables) <= {*given, *params} for params in above):
        yield f"{reading.list.operation} lacks {(needed | set(found.variables)) - set(given)}"


def items_and_labels_are_where_the_paths_say(kind: Kind) -> Iterator[str]:
    for call in (source(kind), kind.tags.read if kind.tags else None):
        if call:
            walk(load(call.service), answer(call), call.items)
    if kind.tags:
        labels = load(kind.service).schemas.resolve(walk(load(kind.service), item(kind), kind.tags.path))
        if "additionalProperties" not in labels:
            yield f"{kind.tags.path} holds no labels"


def paths_lead_somewhere(kind: Kind) -> Iterator[str]:
    assert kind.identity is not None
    who, schema, document = kind.identity, item(kind), load(kind.service)
    paths = [who.id, who.name, who.arn, who.ctime, who.mtime, who.zone]
    paths += [one.path for one in kind.properties] + [rule.path for rule in kind.edges]
    for path in paths:
        if path and "$" not in path and not path.startswith(("+", "'")):
            try:
                walk(document, schema, path)
            except KeyError as error:
                yield str(error)


def what_google_may_send_is_read_as_declared(kind: Kind) -> Iterator[str]:
    made, dropped = Synthesis(load(kind.service).schemas).value(item(kind), "a"), list[str]()
    found = Parser(kind.properties, kind.shapes).parse(made, dropped)
    yield from dropped
    yield from (one.name for one in kind.properties if one.name not in found and not one.path.startswith("+"))


def changing_calls_find_the_resource(kind: Kind) -> Iterator[str]:
    changing = [kind.deletion.call] if kind.deletion else []
    changing += [kind.tags.update] if kind.tags and kind.tags.update else []
    for call in changing:
        whole = set(route(call.service, call.operation).variables) <= set(call.params)
        fits = [bool(fitting(call.service, call.operation, link)) for link in links(kind)]
        if not (whole or all(fits) or (any(fits) and kind.name in DELETED_BY_OTHERS)):
            yield f"{call.operation} does not fit {links(kind)}"


def changing_calls_do_what_they_should(kind: Kind) -> Iterator[str]:
    if kind.deletion and not re.match("delete|destroy|drop", method(kind.deletion.call).name):
        yield f"{kind.deletion.call.operation} deletes nothing"
    if kind.deletion and kind.deletion.gone and kind.deletion.gone_property not in {p.name for p in kind.properties}:
        yield f"{kind.deletion.gone_property} is no property"
    if kind.deletion and kind.deletion.hook and kind.deletion.hook not in predelete.HOOKS:
        yield f"{kind.deletion.hook} is no hook"
    update = kind.tags.update if kind.tags else None
    if update and "tags" not in Template(update.params).bindings:
        yield f"{update.operation} takes no labels"


def it_can_be_identified(kind: Kind) -> Iterator[str]:
    if not (kind.identity and kind.identity.id and kind.identity.arn):
        yield "no id or link"
    if not kind.title or kind.cloud != "gcp" or not kind.name.startswith("gcp_"):
        yield "no title or cloud"


def every_purpose_has_its_permissions(kind: Kind) -> Iterator[str]:
    purposes = {"tag": bool(kind.tags and kind.tags.update), "delete": kind.deletion is not None}
    yield from (f"nothing to {name}" for name, needed in purposes.items() if needed != (name in kind.permissions))
    free = kind.service == "cloudbilling" or kind.name == "gcp_region_quota"  # a public price list; read with regions
    if not kind.permissions.get("collect") and not free:
        yield "nothing to collect"


def its_hook_exists(kind: Kind) -> Iterator[str]:
    hook = kind.reading.hook if kind.reading else ""
    if hook and hook not in HOOKS:
        yield f"no hook {hook}"
    if any(one.path.startswith("+") for one in kind.properties) and not hook:
        yield "nobody makes its members"


def it_hides_what_looks_like_a_secret(kind: Kind) -> Iterator[str]:
    properties = [*kind.properties, *(one for shape in kind.shapes for one in shape.properties)]
    texts = ("string", "string[]", "dictionary[string, string]")
    yield from (one.name for one in properties if SECRET.search(one.name) and one.type in texts)


FACTS: tuple[Callable[[Kind], Iterator[str]], ...] = (
    calls_exist_and_take_their_parameters,
    lists_have_all_that_they_need,
    items_and_labels_are_where_the_paths_say,
    paths_lead_somewhere,
    what_google_may_send_is_read_as_declared,
    changing_calls_find_the_resource,
    changing_calls_do_what_they_should,
    it_can_be_identified,
    every_purpose_has_its_permissions,
    its_hook_exists,
    it_hides_what_looks_like_a_secret,
)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.__name__)
def test_of_every_kind(fact: Callable[[Kind], Iterator[str]]) -> None:
    assert [f"{kind.name}: {problem}" for kind in KINDS for problem in fact(kind)] == []


def test_methods_are_called_as_the_documents_say() -> None:
    wrong = []
    for one in load_methods().values():
        known = method(Call(one.service, one.operation))
        variables = re.findall(r"\{\+?(\w+)\}", one.path)
        query = {name for name, part in known.parameters.items() if part["location"] == "query"}
        same = one.http == known.http and one.paged == ("pageToken" in known.parameters)
        if not same or not set(one.query) <= query or not set(variables) <= set(known.parameters):
            wrong.append(f"{one.service}.{one.operation}")
        if load(one.service).host not in one.root.replace("{location}-", ""):
            wrong.append(one.root)

    assert wrong == []


@pytest.mark.parametrize("edge_type", ["default", "delete"])
def test_kinds_form_no_cycle(edge_type: str) -> None:
    graph = edges(CATALOGUE, edge_type)

    assert [sorted(part) for part in nx.strongly_connected_components(graph) if len(part) > 1] == []


@pytest.mark.parametrize("name", parity.NAMES)
def test_names_of_earlier_versions_stay(name: str) -> None:
    assert DEFAULT[name].collectable


@pytest.mark.parametrize(("name", "base"), parity.BASES)
def test_what_a_kind_is_in_every_cloud(name: str, base: str) -> None:
    assert base in ancestors(CATALOGUE[name], EVERY)


@pytest.mark.parametrize(("source", "target"), parity.DEFAULT_EDGES)
def test_default_edges_run_the_way_of_other_clouds(source: str, target: str) -> None:
    graph = edges(CATALOGUE, "default")
    assert graph.has_edge(source, target)
    assert not graph.has_edge(target, source)


@pytest.mark.parametrize(("source", "target"), parity.DELETE_EDGES)
def test_consumers_are_deleted_first(source: str, target: str) -> None:
    graph = edges(CATALOGUE, "delete")
    assert graph.has_edge(source, target)
    assert not graph.has_edge(target, source)


@pytest.mark.parametrize("name", parity.DELETABLE)
def test_what_could_be_deleted_can_be_deleted(name: str) -> None:
    assert CATALOGUE[name].deletion is not None


@pytest.mark.parametrize("name", parity.LABELLED)
def test_what_could_be_labelled_can_be_labelled(name: str) -> None:
    tags = CATALOGUE[name].tags
    assert tags is not None
    assert tags.update is not None


@pytest.mark.parametrize("switch", parity.SWITCHES)
def test_switches_of_version_2_still_select(switch: str) -> None:
    assert selected(False, [switch], [])  # the default set


@pytest.mark.parametrize(
    ("include", "named"),
    [
        ((), set()),
        (("*",), set()),
        (("storage", "firestore"), set()),
        (("object",), {"gcp_object"}),
        (("*", "gcp_sku"), {"gcp_sku", "gcp_service"}),
        (("services",), {"gcp_sku", "gcp_service"}),
        (("firestore_document",), {"gcp_firestore_collection", "gcp_firestore_document"}),
    ],
)
def test_what_may_be_millions_is_read_only_when_a_word_names_it(include: tuple[str, ...], named: set[str]) -> None:
    assert {kind.name for kind in selected(True, include, ())} & NAMED == named


def test_the_second_catalogue_is_read_only_when_it_is_switched_on() -> None:
    default = {kind.collected for kind in selected(False, ("*",), ())}
    full = {kind.collected for kind in selected(True, ("*",), ())}

    assert default == {"always"}
    assert full == {"always", "full"}
