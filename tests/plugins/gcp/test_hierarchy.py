"""What projects lie in: their folders and the organization, below each project, read once for all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest

from resotolib.collect.completeness import Cause, Outcome
from resotolib.graph.graph import Node
from tests.fakes.gcp import places
from tests.fakes.gcp.seeding import Seed
from tests.fakes.gcp.server import GcpServer
from tests.plugins.gcp.clouds import Sample, collect
from tests.plugins.run import TestRun

DEEP, FLAT, ALONE = "deep-project", "flat-project", "alone-project"
COMPANY, OUTER, INNER = "organizations/77", "folders/100", "folders/200"
MANAGER = "cloudresourcemanager"
ABOVE = ("gcp_organization", "gcp_folder")


def contents() -> Iterator[Seed]:
    """A project two folders deep, one in the organization itself, and one in nothing."""
    yield Seed(MANAGER, COMPANY, {"displayName": "example.com", "directoryCustomerId": "C0example"})
    yield Seed(MANAGER, OUTER, {"displayName": "shop", "parent": COMPANY})
    yield Seed(MANAGER, INNER, {"displayName": "backend", "parent": OUTER})
    for number, (project, parent) in enumerate({DEEP: INNER, FLAT: COMPANY, ALONE: ""}.items(), 1001):
        yield places.project(project, str(number), parent)
        yield from places.places(project, ("us-central1",))


@pytest.fixture
def company() -> Iterator[Sample]:
    with GcpServer() as server:
        server.seed(*contents())
        yield Sample(server, json.dumps(server.key_file(DEEP).info), DEEP)


def runs(company: Sample, **settings: object) -> dict[str, TestRun]:
    """Each project, collected."""
    made = company.collector(**{"collect": ABOVE, **settings})
    return {scope.id: collect(made, scope) for scope in made.scopes().scopes}


def links(run: TestRun) -> set[str]:
    return {str(node.reported["link"]) for kind in ABOVE for node in run.nodes(kind)}


def node(run: TestRun, link: str) -> Node:
    return next(node for node in run.graph.nodes() if node.reported.get("link") == link)


def readings(run: TestRun) -> dict[str, set[tuple[Outcome, Cause | None]]]:
    return {kind: {(r.outcome, r.cause) for r in run.completeness if r.kind == kind} for kind in ABOVE}


def test_what_is_above_a_project_is_below_it(company: Sample) -> None:
    found = runs(company)

    assert {name: links(run) for name, run in found.items()} == {
        DEEP: {COMPANY, OUTER, INNER},
        FLAT: {COMPANY},
        ALONE: set(),
    }
    for run in found.values():
        assert {reading.outcome for reading in run.completeness if reading.kind in ABOVE} == {Outcome.COMPLETE}
        for link in links(run):
            region = run.graph.parent(node(run, link))
            assert region is not None
            assert run.graph.parent(region) == run.nodes("gcp_project")[0]


def test_edges_lead_from_the_organization_down(company: Sample) -> None:
    run = runs(company)[DEEP]
    (project,) = run.nodes("gcp_project")
    edges = {(source, target) for source, target, type_ in run.graph.edges() if type_ == "default"}

    for outer, inner in pairwise((COMPANY, OUTER, INNER)):
        assert (node(run, outer).id, node(run, inner).id) in edges
        assert (project.id, node(run, inner).id) in edges


def test_two_projects_have_each_their_own_node_of_one_organization(company: Sample) -> None:
    found = runs(company)

    assert node(found[DEEP], COMPANY).id != node(found[FLAT], COMPANY).id


def test_they_say_what_google_says(company: Sample) -> None:
    run = runs(company)[DEEP]

    organization, folder = node(run, COMPANY).reported, node(run, INNER).reported
    assert (organization["id"], organization["name"]) == ("77", "example.com")
    assert organization["organization_display_name"] == "example.com"
    assert organization["organization_state"] == "ACTIVE"
    assert organization["organization_directory_customer_id"] == "C0example"
    assert (folder["id"], folder["name"], folder["folder_parent"]) == ("200", "backend", OUTER)
    assert folder["folder_display_name"] == "backend"
    assert folder["folder_state"] == "ACTIVE"
    assert {"ctime", "mtime"} <= organization.keys() & folder.keys()


def test_each_is_asked_for_once_whatever_lies_in_it(company: Sample) -> None:
    company.server.seed(places.project("deep-project-2", "1009", INNER))

    runs(company)

    asked = company.server.requests()
    assert (asked[f"{MANAGER}.organizations.get"], asked[f"{MANAGER}.folders.get"]) == (1, 2)


def test_they_are_not_asked_for_when_they_are_not_wanted(company: Sample) -> None:
    runs(company, collect=("gcp_network",))

    assert not [method for method in company.server.requests() if method.endswith(("organizations.get", "folders.get"))]


def test_an_organization_that_is_denied_is_unread_and_asked_for_once(company: Sample) -> None:
    company.server.deny(f"{MANAGER}.organizations.get")

    found = runs(company, collect=(*ABOVE, "gcp_network"))

    complete, denied = {(Outcome.COMPLETE, None)}, (Outcome.UNREAD, Cause.DENIED)
    assert links(found[DEEP]) == {OUTER, INNER}
    assert readings(found[DEEP])["gcp_folder"] == complete
    for name in (DEEP, FLAT):
        assert denied in readings(found[name])["gcp_organization"]
        assert found[name].nodes("gcp_project")
        assert found[name].reading("*", "gcp_network").outcome == "complete"
    assert readings(found[ALONE]) == {"gcp_folder": complete, "gcp_organization": complete}
    assert company.server.requests()[f"{MANAGER}.organizations.get"] == 1


def test_what_is_above_a_folder_that_is_denied_is_unread_too(company: Sample) -> None:
    company.server.deny(f"{MANAGER}.folders.get")

    found = runs(company)

    for kind in ABOVE:
        assert (Outcome.UNREAD, Cause.DENIED) in readings(found[DEEP])[kind]
    assert links(found[DEEP]) == set()
    assert links(found[FLAT]) == {COMPANY}


@pytest.fixture
def bound(company: Sample) -> str:
    """What binds a tag to a project; the name has the project's number."""
    name = "tagBindings/%2F%2Fcloudresourcemanager.googleapis.com%2Fprojects%2F1001/tagValues/2"
    whole = "//cloudresourcemanager.googleapis.com/projects/1001"
    company.server.seed(
        Seed(MANAGER, "tagKeys/1", {"parent": f"projects/{DEEP}", "shortName": "env"}),
        Seed(MANAGER, "tagValues/2", {"parent": "tagKeys/1", "shortName": "prod"}),
        Seed(MANAGER, name, {"parent": whole, "tagValue": "tagValues/2", "tagValueNamespacedName": "deep/env/prod"}),
    )
    return name


def test_the_tags_of_a_project_are_bound_to_it(company: Sample, bound: str) -> None:
    found = runs(company, collect=("gcp_tag_binding", "gcp_tag_value", "gcp_tag_key"))
    run = found[DEEP]

    (binding,), (value,), (project,) = map(run.nodes, ("gcp_tag_binding", "gcp_tag_value", "gcp_project"))
    assert binding.reported["link"] == bound
    assert (binding.reported["id"], binding.reported["name"]) == ("2", "deep/env/prod")
    assert binding.reported["tag_binding_parent"] == "projects/1001"
    edges = set(run.graph.edges())
    assert (project.id, binding.id, "default") in edges
    assert (value.id, binding.id, "default") in edges
    assert (value.id, binding.id, "delete") in edges
    assert found[FLAT].nodes("gcp_tag_binding") == []
    assert found[FLAT].reading("*", "gcp_tag_binding").outcome == "complete"


def test_tags_of_a_project_whose_number_is_not_known_are_unread(company: Sample, bound: str) -> None:
    company.server.deny(f"{MANAGER}.projects.get")

    run = runs(company, project=(DEEP,), collect=("gcp_tag_binding",))[DEEP]

    outcomes = {(r.outcome, r.cause) for r in run.completeness if r.kind == "gcp_tag_binding"}
    assert bound
    assert (Outcome.UNREAD, Cause.DENIED) in outcomes


def test_what_failed_while_projects_were_looked_for_is_tried_again(company: Sample) -> None:
    company.server.fault(f"{MANAGER}.organizations.get", 400, times=1)

    assert links(runs(company)[DEEP]) == {COMPANY, OUTER, INNER}


def test_a_project_that_may_not_be_looked_at_leaves_what_is_above_unread(company: Sample) -> None:
    company.server.deny(f"{MANAGER}.projects.get")

    run = runs(company, project=(DEEP,))[DEEP]

    for kind in ABOVE:
        assert (Outcome.UNREAD, Cause.DENIED) in readings(run)[kind]
