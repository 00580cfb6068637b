"""Tables of a plan by line: what each line makes, and how full its shops are."""

from __future__ import annotations

import polars as pl
import pytest

from sinho import plan_months
from sinho.report.figures import figures, side_by_side
from sinho.report.limits import binding
from sinho.report.lines import line_use
from sinho.report.tables import plan_tables, sheets, summary_tables
from tests.plan.small import FEB, asks, small
from tests.plan.test_freight import overland
from tests.plan.test_lines import plant


def test_the_volumes_and_the_use_of_each_line_are_shown():
    hub = plant(demand=[asks(FEB, 3000)])
    plan = plan_months(hub)
    tables = plan_tables(plan, hub)
    assert tables["model lines"].frame.rows() == [("A", 960, 480)]
    assert tables["line months"].frame.rows() == [(FEB, 960, 480)]
    use = line_use(plan, hub, "total").rows()
    assert use == [
        ("a", 960, "a", pytest.approx(1.0), "a", pytest.approx(1.0)),
        ("b", 480, "b", pytest.approx(1.0), "b", pytest.approx(1.0)),
    ]
    assert set(tables["line use"].frame["year"]) == {"2026"}
    titles = [title for title, _ in summary_tables(plan, hub)]
    assert "Cars made by model and line" in titles
    assert "Manned utilisation by line" in titles
    assert sheets(plan, hub, tables)["lines"]["cars made"].to_list() == [960, 480]


def test_a_shared_shop_may_be_the_fullest_of_a_line():
    hub = plant()
    use = {row["line"]: row for row in line_use(plan_months(hub), hub, "total").to_dicts()}
    assert use["b"]["manned"] == pytest.approx(240 / 480)
    assert (use["b"]["fullest"], use["b"]["fullest_manned"]) == ("paint", pytest.approx(0.75))


def test_a_hub_without_lines_shows_no_such_tables():
    hub = small()
    plan = plan_months(hub)
    tables = plan_tables(plan, hub)
    assert not {"model lines", "line use", "line months"} & set(tables)
    assert "lines" not in sheets(plan, hub, tables)


def test_trains_that_never_leave_have_no_room_and_are_not_without_a_limit():
    trains = {"lane": "W", "mode": "rail", "month": FEB, "departures": 0, "cars": 200}
    hub = overland(departures=[trains])
    frame = plan_tables(plan_months(hub), hub)["departures"].frame
    assert frame.rows() == [
        ("2026", "W", "road", 1000, None, None, 0),
        ("2026", "W", "rail", 0, 0, None, 0),
    ]


def test_rail_in_the_own_country_counts_at_home():
    home = {"market": "KR", "country": "KR", "region": "Korea", "route": "overland", "lane": "W"}
    hub = overland(markets=[home], demand=[asks(FEB, 1000, "KR", price=50)])
    plan = plan_months(hub)
    assert dict(plan.tables["ship"].group_by("mode").agg(pl.col("units").sum()).iter_rows()) == {
        "rail": 600,
        "road": 400,
    }
    cars = figures(plan, hub).filter(group="cars", year="whole")
    assert dict(cars.select("figure", "value").iter_rows())["exported"] == 0


def test_a_comparison_shows_cars_by_line_and_models_that_several_lines_build():
    # a makes 960 cars of A at most; where b may not build it, the rest is lost
    two = plan_months(plant())
    only_a = plant(model_lines=[{"model": "A", "line": "a"}])
    one = plan_months(only_a)
    table = side_by_side({"two": two, "one": one}, {"two": plant(), "one": only_a})
    lines = table.filter(pl.col("group").str.starts_with("cars made by"))
    assert lines.select("group", "figure", "two", "one").rows() == [
        ("cars made by line", "a", 960, 960),
        ("cars made by line", "b", 240, 0),
        ("cars made by model and line", "A on a", 960, 960),
        ("cars made by model and line", "A on b", 240, 0),
    ]
    hub = small()
    groups = side_by_side({"one": plan_months(hub)}, {"one": hub})["group"]
    assert not groups.str.starts_with("cars made by").any()


def test_trucks_and_trains_are_shown_where_there_are_any():
    hub = overland()
    plan = plan_months(hub)
    frame = plan_tables(plan, hub)["departures"].frame
    assert frame.rows() == [
        ("2026", "W", "road", 400, None, None, 0),
        ("2026", "W", "rail", 600, 600, pytest.approx(100), 1),
    ]
    titles = [title for title, _ in summary_tables(plan, hub)]
    assert "Cars by road and rail on lanes overland" in titles
    use = figures(plan, hub).filter(group="rail and road use", year="whole")
    assert use.select("figure", "value").rows() == [("W by rail", pytest.approx(100))]
    bound = binding(plan)
    (row,) = bound.filter(bound["name"] == "W, trains").to_dicts()
    assert (row["highest value"], row["per"]) == (pytest.approx(4), "car")
    assert "departures" not in plan_tables(plan_months(small()), small())
