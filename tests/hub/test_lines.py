"""The lines of a plant: their shops, models, loads and days."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from sinho import plan_months
from sinho.hub import Hub, apply_scenario, check_hub, hub_from_tables, read_hub, write_hub
from sinho.hub.calendar import line_days
from sinho.hub.lines import ONE_LINE, Line, car_loads, line_loads, lines_of, routes
from sinho.hub.scenario import Scenario
from sinho.hub.schema import LINE_TABLES
from tests.hub.lines import two_lines
from tests.hubs import tiny_hub
from tests.orders.plant import order, ordering_hub

ROOT = Path(__file__).parents[2]
NORTH = Line("north", ("paint", "assembly"), ("paint",), "assembly", "main")
SOUTH = Line(
    "south", ("body south", "paint", "assembly south"), ("paint",), "assembly south", "south"
)


@pytest.fixture(scope="module")
def hub() -> Hub:
    return hub_from_tables(two_lines())


def built(hub: Hub) -> list[tuple[str, str]]:
    """Return which models are built on which lines."""
    return routes(hub).select("model", "line").rows()


def test_a_hub_without_lines_has_one_that_builds_every_model() -> None:
    plain = hub_from_tables(tiny_hub())
    assert lines_of(plain) == (Line(ONE_LINE, ("paint", "assembly"), (), "", ""),)
    assert built(plain) == [("A", ONE_LINE), ("B", ONE_LINE)]
    assert routes(plain)["preferred"].all()
    assert routes(plain)["extra_cost"].sum() == 0
    loads = line_loads(plain)
    assert loads["line"].unique().to_list() == [ONE_LINE]
    assert loads.drop("line").equals(car_loads(plain))


def test_lines_know_their_shops_point_and_group(hub: Hub) -> None:
    assert lines_of(hub) == (NORTH, SOUTH)
    assert (NORTH.owns, SOUTH.owns) == (("assembly",), ("body south", "assembly south"))


def test_a_line_without_an_assembly_shop_is_filled_by_its_last_own_shop() -> None:
    lines = [
        {"line": "bodies", "shops": "body south;paint", "shared": "paint"},
        {"line": "cars", "shops": "paint;assembly;assembly south", "shared": "paint"},
    ]
    rows = [{"model": model, "line": "cars"} for model in "BC"]
    tables = two_lines(lines=lines, model_lines=rows)
    found = lines_of(hub_from_tables(tables))
    assert [(line.point, line.group) for line in found] == [
        ("body south", "south"),
        ("assembly south", "south"),
    ]
    lines[1]["point"] = "assembly"
    found = lines_of(hub_from_tables(tables))
    assert (found[1].point, found[1].group) == ("assembly", "main")


def test_a_model_is_built_on_the_lines_it_names_or_else_on_those_whose_point_it_loads(
    hub: Hub,
) -> None:
    assert built(hub) == [("A", "north"), ("A", "south"), ("B", "north"), ("C", "south")]
    rows = [{"model": "C", "line": "south"}, {"model": "A", "line": "south", "least_lot": 40}]
    named = hub_from_tables(two_lines(model_lines=rows))
    assert built(named) == [("A", "south"), ("B", "north"), ("C", "south")]
    assert routes(named)["least_lot"].to_list() == [40.0, None, None]


def test_a_model_that_prefers_no_line_prefers_all() -> None:
    rows = [
        {"model": "A", "line": "south", "preferred": True, "start": "2026-02-16"},
        {"model": "A", "line": "north", "extra_cost": 30},
        {"model": "C", "line": "south"},
    ]
    found = routes(hub_from_tables(two_lines(model_lines=rows)))
    assert found.drop("least_lot").rows() == [
        ("A", "north", False, 30.0, None),
        ("A", "south", True, 0.0, dt.date(2026, 2, 16)),
        ("B", "north", True, 0.0, None),
        ("C", "south", True, 0.0, None),
    ]


def test_loads_are_those_of_table_loads_or_else_of_the_route_on_own_shops(hub: Hub) -> None:
    assert line_loads(hub).rows() == [
        ("A", "north", "paint", 1.0),
        ("A", "north", "assembly", 1.0),
        ("A", "south", "body south", 1.0),
        ("A", "south", "paint", 1.0),
        ("A", "south", "assembly south", 1.2),
        ("B", "north", "paint", 1.0),
        ("B", "north", "assembly", 1.0),
        ("C", "south", "body south", 1.5),
        ("C", "south", "paint", 1.1),
        ("C", "south", "assembly south", 1.5),
    ]


def test_shops_that_no_line_passes_are_no_car_shops(hub: Hub) -> None:
    tables = two_lines(loads=[*two_lines()["loads"], {"item": "A", "shop": "press"}])
    press = {**tables["shops"][0], "shop": "press", "kind": "press"}
    tables["shops"] = [*tables["shops"], press]
    assert car_loads(hub_from_tables(tables)).equals(car_loads(hub))
    assert car_loads(hub).select("model", "shop").is_unique().all()


def test_each_line_works_the_days_of_its_group(hub: Hub) -> None:
    first, last = dt.date(2026, 1, 8), dt.date(2026, 1, 13)

    def days(line: Line | None) -> list[int]:
        return [day.day for day in line_days(hub, first, last, line)]

    assert days(NORTH) == [8, 9, 12, 13]
    assert days(SOUTH) == [8, 9, 10, 13]
    assert days(None) == [8, 9, 10, 12, 13]
    assert line_days(hub, last, first, SOUTH) == []


def test_without_lines_cars_are_built_where_every_group_works_that_they_pass() -> None:
    tables = two_lines(lines=None, model_lines=None)
    tables["models"] = tables["models"][:2]
    tables["loads"] = tables["loads"][:-1]
    found = line_days(hub_from_tables(tables), dt.date(2026, 1, 8), dt.date(2026, 1, 13))
    assert [day.day for day in found] == [8, 9, 13]


@pytest.mark.parametrize("ending", ["", ".xlsx"])
def test_a_hub_with_lines_is_written_and_read_again(tmp_path: Any, ending: str, hub: Hub) -> None:
    assert read_hub(write_hub(hub, tmp_path / f"hub{ending}")) == hub


def told_of_lines() -> tuple[str, str]:
    """Return the docs on lines: their tables, and the scenario that a reader types."""
    page = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8").split("## Lines\n")[1]
    return page.split("```toml\n")[0], page.split("```toml\n")[1].split("```")[0]


def test_the_second_line_of_the_docs_is_planned(tmp_path: Path) -> None:
    tables, toml = told_of_lines()
    folder = shutil.copytree(ROOT / "examples" / "busan", tmp_path / "myplant")
    (folder / "scenarios" / "second-line.toml").write_text(toml, encoding="utf-8")
    hub, problems = check_hub(folder)
    assert hub is not None
    assert problems == ()
    second = apply_scenario(hub, hub.scenarios["second-line"])
    for name in LINE_TABLES:
        for row in second[name].iter_rows():
            cells = [f" {cell} " for cell in row if isinstance(cell, str)]
            assert any(all(cell in line for cell in cells) for line in tables.splitlines()), row
    made = plan_months(second).tables["make_lines"].filter(pl.col("units") > 0)
    assert {*made.filter(pl.col("model") == "PS4")["line"]} == {"electric"}
    assert made.filter(pl.col("line") == "main")["units"].sum() > 100_000


def test_lines_count_for_the_digest_and_fields_that_name_none_do_not(hub: Hub) -> None:
    other = two_lines()
    other["lines"] = [other["lines"][0], {**other["lines"][1], "shops": "paint;assembly south"}]
    assert hub_from_tables(other).digest != hub.digest
    limit = {"kind": "model", "item": "A", "start": "2026-01-05", "most": 3}
    plain = ordering_hub(orders=[order("1")], slot_limits=[limit])
    blank = ordering_hub(orders=[order("1", line="")], slot_limits=[{**limit, "line": "all"}])
    assert blank.digest == plain.digest


def test_a_scenario_moves_a_model_to_another_line(hub: Hub) -> None:
    text = """
[[change]]
table = "model_lines"
insert = [{model = "A", line = "south", extra_cost = 100}]

[[change]]
table = "lines"
where = {line = "south"}
set = {shops = "paint;assembly south"}
"""
    changed = apply_scenario(hub, Scenario.from_toml(text, name="move")[0])
    assert built(changed)[0] == ("A", "south")
    assert lines_of(changed)[1].shops == ("paint", "assembly south")
