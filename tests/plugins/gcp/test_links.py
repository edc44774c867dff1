"""All spellings of a link are one, and a link says where its resource is."""

from __future__ import annotations

import pytest
from resoto_plugin_gcp import links
from resoto_plugin_gcp.partial import unread
from resoto_plugin_gcp.places import ALL, Wanted, Where, where
from resoto_plugin_gcp.routes import fitting

DISK = "projects/shop/zones/z-1/disks/d"


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        (f"https://www.googleapis.com/compute/v1/{DISK}", DISK),
        (f"https://compute.googleapis.com/compute/v1/{DISK}", DISK),
        (f"https://www.googleapis.com/compute/beta/{DISK}", DISK),
        (f"//compute.googleapis.com/{DISK}", DISK),
        (DISK, DISK),
        ("projects/77/zones/z-1/disks/d", DISK),
        ("zones/z-1/disks/d", DISK),
        ("global/networks/main", "projects/shop/global/networks/main"),
        ("https://sqladmin.googleapis.com/sql/v1beta4/projects/shop/instances/db", "projects/shop/instances/db"),
        ("https://www.googleapis.com/storage/v1/b/data", "b/data"),
        ("//storage.googleapis.com/data", "b/data"),
        ("//cloudresourcemanager.googleapis.com/folders/7", "folders/7"),
        (
            "https://us-east1-aiplatform.googleapis.com/v1/projects/shop/locations/l/m/x",
            "projects/shop/locations/l/m/x",
        ),
        ("https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/cloud-platform"),
        ("https://web-abc.a.run.app/projects/shop", "https://web-abc.a.run.app/projects/shop"),
        ("projects/778/topics/t", "projects/778/topics/t"),
        ("text with / in it", "text with / in it"),
    ],
)
def test_spellings(spelling: str, expected: str) -> None:
    assert links.normalise(spelling, "shop", "77") == expected


def test_everything_in_an_item() -> None:
    item = {"a": [f"//compute.googleapis.com/{DISK}"], "b": {"c": 7, "d": "x"}}

    assert links.normalised(item, "shop", "77") == {"a": [DISK], "b": {"c": 7, "d": "x"}}


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("projects/p/zones/us-central1-a/disks/d", ("us-central1", "us-central1-a")),
        ("projects/p/regions/me-west1/addresses/a", ("me-west1", "")),
        ("projects/p/locations/asia-east2-b/clusters/c", ("asia-east2", "asia-east2-b")),
        ("projects/p/locations/eu/datasets/d", ("eu", "")),
        ("projects/p/locations/nam5/x/y", ("nam5", "")),
        ("projects/p/locations/global/keyRings/k", ("global", "")),
        ("projects/p/topics/t", ("", "")),
    ],
)
def test_places(link: str, expected: tuple[str, str]) -> None:
    assert links.place(link) == expected


def test_only_zones_that_were_asked_for_are_wanted() -> None:
    wanted = Wanted(["us-central1-a"])

    places = {name: where(name) in wanted for name in ("us-central1-a", "us-central1-b", "us-central1", "europe-west1")}
    assert places == {"us-central1-a": True, "us-central1-b": False, "us-central1": True, "europe-west1": False}
    assert where("global") in wanted
    assert where("eu") in wanted
    assert where("europe-west1-b") in Wanted([])


@pytest.mark.parametrize(
    ("answer", "places"),
    [
        ({}, []),
        ({"unreachables": ["https://www.googleapis.com/compute/v1/projects/p/regions/us-x1"]}, [Where("us-x1")]),
        ({"unreachable": ["projects/p/locations/us-x1"]}, [Where("us-x1")]),
        ({"unreachable": ["us-x1"]}, [Where("us-x1")]),
        ({"missingZones": ["us-x1-b"]}, [Where("us-x1", "us-x1-b")]),
        ({"warnings": [{"code": "REGION_UNREACHABLE", "region": "us-x1"}]}, [Where("us-x1")]),
        ({"items": {"zones/us-x1-a": {"warning": {"code": "UNREACHABLE"}}}}, [Where("us-x1", "us-x1-a")]),
        ({"items": {"zones/us-x1-a": {"warning": {"code": "NO_RESULTS_ON_PAGE"}}}}, []),
        ({"items": {"zones/us-x1-a": {"warning": {"code": "A_NEW_ONE"}}}}, [Where("us-x1", "us-x1-a")]),
        ({"warning": {"code": "UNREACHABLE"}}, [ALL]),
        ({"warning": {"code": "UNREACHABLE"}, "unreachables": ["regions/us-x1"]}, [Where("us-x1")]),
        ({"unreachable": ["projects/p/nonsense/x"]}, [ALL]),
    ],
)
def test_what_an_answer_says_to_be_missing(answer: dict[str, object], places: list[Where]) -> None:
    assert list(unread(answer)) == places


@pytest.mark.parametrize(
    ("operation", "link", "expected"),
    [
        ("disks.delete", "projects/p/zones/z/disks/d", "disks.delete"),
        ("disks.delete", "projects/p/regions/r/disks/d", "regionDisks.delete"),
        ("addresses.delete", "projects/p/global/addresses/a", "globalAddresses.delete"),
        ("disks.setLabels", "projects/p/regions/r/disks/d", "regionDisks.setLabels"),
        ("disks.get", "projects/p/zones/z/disks/d", "disks.get"),
    ],
)
def test_the_operation_that_fits_the_place(operation: str, link: str, expected: str) -> None:
    found = fitting("compute", operation, link)

    assert found is not None
    assert found[0].method.operation == expected
    assert {"d", "a"} & set(found[1].values())
