"""Tables of overrides: what is written is what a builder gets, and what cannot be understood is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from resotolib.errors import ModelError
from resotolib.kinds import table
from resotolib.kinds.kind import EdgeRule, Kind, Property
from resotolib.kinds.names import Names
from resotolib.kinds.table import Line, Options

OPTIONS = Options({"base": "kinds", "extent": "where", "params": "JSON"}, frozenset({"params"}))


def read(tmp_path: Path, text: str) -> list[Line]:
    path = tmp_path / "small.tbl"
    path.write_text(text)
    return table.read(path, OPTIONS)


def test_a_line_has_its_options_properties_and_edges(tmp_path: Path) -> None:
    (line,) = read(
        tmp_path,
        """
# a comment
[things extent=global]
cloud_thing   ListThings base=volume,snapshot params={"a":1}   # another
  thing_size = Size : int64
  thing_name = Name
  < cloud_owner OwnerId by=id first
  > cloud_part Parts[].Id
  - cloud_rest last
""",
    )

    assert (line.kind, line.service, line.operation, line.where) == (
        "cloud_thing",
        "things",
        "ListThings",
        "small.tbl:4",
    )
    assert line.get("extent") == "global"
    assert line.get("missing", "derived") == "derived"
    assert line.names("base") == ["volume", "snapshot"]
    assert line.params("params") == {"a": 1}
    assert line.properties == [("thing_size", "Size", "int64"), ("thing_name", "Name", "")]
    assert line.edges == [
        EdgeRule("cloud_owner", "OwnerId", "id", delete="this_first"),
        EdgeRule("cloud_part", "Parts[].Id", "any", outgoing=True),
        EdgeRule("cloud_rest", "", "all", default=False, delete="other_first"),
    ]


def test_a_dash_means_that_there_is_none(tmp_path: Path) -> None:
    (line,) = read(tmp_path, "[things]\ncloud_thing ListThings extent=-\n")

    assert line.get("extent", "derived") == ""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[things]\ncloud_thing ListThings nope=1\n", "small.tbl:2.*'nope=1' is no option"),
        ("[things]\ncloud_thing ListThings\n  ? what\n", "small.tbl:3.*neither a property nor an edge"),
        ("[things nope=1]\n", "small.tbl:1.*'nope=1' is no option"),
    ],
)
def test_what_cannot_be_understood_is_named(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ModelError, match=what):
        read(tmp_path, text)


def test_a_name_has_one_type_and_stays() -> None:
    frozen = Kind("cloud_old", properties=(Property("thing_size", "int64", "Size"),))
    names = Names([frozen], [Kind("other", properties=(Property("thing_state", "string"),))])

    assert names.give("cloud_old", "Size", ["other_name"], "int64") == "thing_size"
    assert names.give("cloud_new", "State", ["thing_state", "cloud_thing_state"], "int64") == "cloud_thing_state"
    assert names.give("cloud_new", "States", ["thing_state"], "int64[]") == "thing_state"
    with pytest.raises(ModelError, match="Status"):
        names.give("cloud_new", "Status", ["thing_state"], "double")
    with pytest.raises(ModelError, match=r"table:7.*thing_state"):
        names.fixed("table:7", "thing_state", "boolean")
