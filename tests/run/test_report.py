"""What the report of a run shows: figures that agree with the run, units, reasons for gaps."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from sinho.report.pages import chart_figures
from sinho.report.render import cells
from sinho.report.run.charts import run_charts, weeks_between
from sinho.report.run.headline import headline
from sinho.report.run.page import run_page
from sinho.report.run.strip import strip
from sinho.report.run.tables import changes_table, markets_table, run_tables
from sinho.report.run.view import RunView
from sinho.report.run.workbook import shop_lists
from sinho.report.sequence.lanes import view_of
from sinho.run.days import DayRun
from sinho.run.report import view_of_run


@pytest.fixture(scope="module")
def view(made: DayRun) -> RunView:
    return view_of_run(made)


def values(spec: Any, *needed: str) -> list[dict[str, Any]]:
    """Return the rows of the chart's data, wherever they stand, that have some columns."""
    if isinstance(spec, dict):
        return [row for value in spec.values() for row in values(value, *needed)]
    if isinstance(spec, list):
        rows = [row for row in spec if isinstance(row, dict) and {*needed} <= {*row}]
        return rows or [row for value in spec for row in values(value, *needed)]
    return []


def late(view: RunView) -> RunView:
    """The same run, but one car of each market leaves five days late."""
    first = view.orders.table.group_by("market").agg(pl.col("order").first())["order"]
    slots = view.slots.slots.with_columns(
        pl.when(pl.col("order").is_in(first.implode()))
        .then(5)
        .otherwise(0)
        .cast(view.slots.slots["late_days"].dtype)
        .alias("late_days")
    )
    return replace(view, slots=replace(view.slots, slots=slots))


def test_the_bank_and_the_slots_show_every_car(view: RunView) -> None:
    charts = run_charts(view)
    for name in ("bank", "slots"):
        rows = values(charts[name].spec, "series", "cars")
        assert sum(row["cars"] for row in rows) == view.cars.height


def test_each_option_is_shown_against_its_even_share_and_limit(view: RunView) -> None:
    rows = values(run_charts(view)["levels"].spec, "built", "target", "limit")
    fitted = view.orders.table["options"].str.split(";").explode()
    assert sum(row["built"] for row in rows) == (fitted != "").sum()


def test_late_cars_are_counted_by_market(view: RunView) -> None:
    changed = late(view)
    chart = run_charts(changed)["late"]
    assert {row["market"]: row["cars"] for row in values(chart.spec, "market", "cars")} == {
        "KR": 1,
        "FR": 1,
    }
    table = markets_table(changed).frame
    assert table["late [cars]"].to_list() == [1, 1]
    assert table["late, most [days]"].to_list() == [5, 5]
    assert dict(table.select("market", "vessel missed [cars]").iter_rows()) == {"KR": 0, "FR": 1}
    assert "2 cars leave after the day wanted, 1 of them with a later vessel" in " ".join(
        headline(changed)
    )


def test_what_is_empty_says_why(view: RunView) -> None:
    charts = run_charts(view)
    text = chart_figures(["share", "calloffs"], charts, {})
    assert "No brand has contracted slots" in text
    assert "replaces no earlier one" in text


def test_what_was_assumed_in_supply_is_listed(view: RunView) -> None:
    assert view.supply.notes
    said = run_tables(view)["run"].frame["value"].to_list()
    assert set(view.supply.notes) <= set(said)


def test_tables_name_their_units(view: RunView) -> None:
    plain = ("hard rules broken", "first hour of the day")
    for table in run_tables(view).values():
        for name, kind in table.frame.schema.items():
            if kind.is_numeric() and name not in plain and "unit" not in table.frame.columns:
                assert re.search(r"\[.+\]$", name), f"{table.title}: {name}"


def test_levels_below_one_are_written_with_their_decimals_and_unit(view: RunView) -> None:
    date = next(iter(view.sequences))
    one = view.sequences[date]
    names = [name for name, _ in one.score.levels]
    small = replace(one, score=replace(one.score, levels=tuple((name, 0.43) for name in names)))
    table = run_tables(replace(view, sequences={date: small}))["sequences"]
    figure = table.frame.columns.index("figure")
    assert {row[figure] for row in cells(table.frame)} == {"0.43"}
    assert table.frame["unit"].null_count() == 0
    assert set(table.frame["search"]) == {"all moves tried"}


def test_empty_weeks_keep_their_place_in_the_order_bank() -> None:
    dates = pl.Series([dt.date(2026, 12, 24), dt.date(2027, 1, 5)])
    assert weeks_between(dates) == ["2026-W52", "2026-W53", "2027-W01"]


def test_warnings_stand_at_the_top_of_the_page(view: RunView) -> None:
    text = "3 orders are fixed outside the days of the run"
    charts, tables = run_charts(view), run_tables(view)
    page = run_page(replace(view, warnings=(text,)), charts, tables, {}, {}, {})
    assert page.index(f"</strong> {text}") < page.index("<h2>Order bank")
    assert "Warning." not in run_page(view, charts, tables, {}, {}, {})


def test_changes_of_call_offs_are_shown_by_part(view: RunView) -> None:
    changes = pl.DataFrame(
        {
            "supplier": ["S"] * 3,
            "part": ["F", "F", "E"],
            "date": [dt.date(2026, 2, 2)] * 3,
            "what": ["more", "less", "cumulative"],
            "change": [4.0, -1.0, 0.0],
        }
    )
    chart = run_charts(replace(view, changes=changes))["calloffs"]
    assert {(row["part"], row["change"]) for row in values(chart.spec, "part", "change")} == {
        ("F", 4.0),
        ("F", -1.0),
    }


def test_the_changes_of_call_offs_say_which_days_they_are_of(view: RunView) -> None:
    calls = replace(view.calls, replaces="26020201")
    both = (dt.date(2026, 2, 2), dt.date(2026, 2, 4))
    table = changes_table(replace(view, calls=calls, compared=both))
    assert "Compared are 2026-02-02 to 2026-02-04, the days in both call-offs." in table.note
    assert "changes none of its quantities on 2026-02-02 to 2026-02-04" in table.empty
    table = changes_table(replace(view, calls=calls, compared=None))
    assert "has no day in common with it" in table.empty


def test_a_strip_shows_every_car_and_what_is_violated(view: RunView) -> None:
    date, line = next(iter(view.lines.items()))
    drawn = strip(view_of(line, view.sequences[date].order), date, view.sequences[date])
    widths = [float(w) for w in re.findall(r'<rect[^>]* width="([0-9.]+)" height="16"', drawn)]
    assert sum(widths) == pytest.approx(720, abs=0.2)
    broken = view_of(line, sorted(line.idents))
    over = any(broken.counted[name].total for name in ("1/3 roof", "1/4 hook"))
    assert ("stroke=" in strip(broken, date, view.sequences[date]).split("</g>")[-2]) == over


def test_the_shop_gets_engine_vessel_and_vin_of_every_car(view: RunView) -> None:
    sheets = shop_lists(view)
    days = [frame for name, frame in sheets.items() if name[0].isdigit()]
    cars = pl.concat(days)
    assert cars.height == view.cars.height
    assert cars["vin"].null_count() == 0
    engine = {"A": "E", "B": "F"}
    assert all(engine[model] == made for model, made in cars.select("model", "engine").iter_rows())
    overseas = cars.filter(pl.col("market") == "FR")
    assert overseas["vessel"].null_count() == 0
