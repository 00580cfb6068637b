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
from sinho.report.sequence.lanes import view_of
from sinho.results import CallOffs
from sinho.run.days import DayRun
from sinho.run.report.charts import run_charts, weeks_between
from sinho.run.report.headline import headline
from sinho.run.report.page import run_page
from sinho.run.report.strip import strip
from sinho.run.report.tables import changes_table, markets_table, run_tables
from sinho.run.report.workbook import shop_lists


def values(spec: Any, *needed: str) -> list[dict[str, Any]]:
    """Return the rows of the chart's data, wherever they stand, that have some columns."""
    if isinstance(spec, dict):
        return [row for value in spec.values() for row in values(value, *needed)]
    if isinstance(spec, list):
        rows = [row for row in spec if isinstance(row, dict) and {*needed} <= {*row}]
        return rows or [row for value in spec for row in values(value, *needed)]
    return []


def known(made: DayRun, calls: CallOffs | None = None, **found: object) -> DayRun:
    """The same run, with other call-offs, and with what is worked out of them."""
    run = replace(made, calls=calls or made.calls)
    vars(run).update(found)
    return run


def late(made: DayRun) -> DayRun:
    """The same run, but one car of each market leaves five days late."""
    first = made.orders.table.group_by("market").agg(pl.col("order").first())["order"]
    slots = made.slots.slots.with_columns(
        pl.when(pl.col("order").is_in(first.implode()))
        .then(5)
        .otherwise(0)
        .cast(made.slots.slots["late_days"].dtype)
        .alias("late_days")
    )
    return replace(made, slots=replace(made.slots, slots=slots))


def test_the_bank_and_the_slots_show_every_car(made: DayRun) -> None:
    charts = run_charts(made)
    for name in ("bank", "slots"):
        rows = values(charts[name].spec, "series", "cars")
        assert sum(row["cars"] for row in rows) == made.cars.height


def test_each_option_is_shown_against_its_even_share_and_limit(made: DayRun) -> None:
    rows = values(run_charts(made)["levels"].spec, "built", "target", "limit")
    fitted = made.orders.table["options"].str.split(";").explode()
    assert sum(row["built"] for row in rows) == (fitted != "").sum()


def test_late_cars_are_counted_by_market(made: DayRun) -> None:
    changed = late(made)
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


def test_what_is_empty_says_why(made: DayRun) -> None:
    charts = run_charts(made)
    text = chart_figures(["share", "calloffs"], charts, {})
    assert "No brand has contracted slots" in text
    assert "replaces no earlier one" in text


def test_what_was_assumed_in_supply_is_listed(made: DayRun) -> None:
    assert made.supply.notes
    said = run_tables(made)["run"].frame["value"].to_list()
    assert set(made.supply.notes) <= set(said)


def test_tables_name_their_units(made: DayRun) -> None:
    plain = ("hard rules broken", "first hour of the day")
    for table in run_tables(made).values():
        for name, kind in table.frame.schema.items():
            if kind.is_numeric() and name not in plain and "unit" not in table.frame.columns:
                assert re.search(r"\[.+\]$", name), f"{table.title}: {name}"


def test_levels_below_one_are_written_with_their_decimals_and_unit(made: DayRun) -> None:
    date = next(iter(made.sequences))
    one = made.sequences[date]
    names = [name for name, _ in one.score.levels]
    small = replace(one, score=replace(one.score, levels=tuple((name, 0.43) for name in names)))
    table = run_tables(replace(made, sequences={date: small}))["sequences"]
    figure = table.frame.columns.index("figure")
    assert {row[figure] for row in cells(table.frame)} == {"0.43"}
    assert table.frame["unit"].null_count() == 0
    assert set(table.frame["search"]) == {"all moves tried"}


def test_empty_weeks_keep_their_place_in_the_order_bank() -> None:
    dates = pl.Series([dt.date(2026, 12, 24), dt.date(2027, 1, 5)])
    assert weeks_between(dates) == ["2026-W52", "2026-W53", "2027-W01"]


def test_warnings_stand_at_the_top_of_the_page(made: DayRun) -> None:
    text = "3 orders are fixed outside the days of the run"
    charts, tables = run_charts(made), run_tables(made)
    page = run_page(replace(made, warnings=(text,)), charts, tables, {}, {}, {})
    assert page.index(f"</strong> {text}") < page.index("<h2>Order bank")
    assert "Warning." not in run_page(made, charts, tables, {}, {}, {})


def test_changes_of_call_offs_are_shown_by_part(made: DayRun) -> None:
    changes = pl.DataFrame(
        {
            "supplier": ["S"] * 3,
            "part": ["F", "F", "E"],
            "date": [dt.date(2026, 2, 2)] * 3,
            "what": ["more", "less", "cumulative"],
            "change": [4.0, -1.0, 0.0],
        }
    )
    chart = run_charts(known(made, changes=changes))["calloffs"]
    assert {(row["part"], row["change"]) for row in values(chart.spec, "part", "change")} == {
        ("F", 4.0),
        ("F", -1.0),
    }


def test_the_changes_of_call_offs_say_which_days_they_are_of(made: DayRun) -> None:
    calls = replace(made.calls, replaces="26020201")
    both = (dt.date(2026, 2, 2), dt.date(2026, 2, 4))
    table = changes_table(known(made, calls=calls, compared=both))
    assert "Compared are 2026-02-02 to 2026-02-04, the days in both call-offs." in table.note
    assert "changes none of its quantities on 2026-02-02 to 2026-02-04" in table.empty
    table = changes_table(known(made, calls=calls, compared=None))
    assert "has no day in common with it" in table.empty


def test_a_strip_shows_every_car_and_what_is_violated(made: DayRun) -> None:
    date, line = next(iter(made.lines.items()))
    drawn = strip(view_of(line, made.sequences[date].order), date)
    widths = [float(w) for w in re.findall(r'<rect[^>]* width="([0-9.]+)" height="16"', drawn)]
    assert sum(widths) == pytest.approx(720, abs=0.2)
    broken = view_of(line, sorted(line.idents))
    over = any(broken.counted[name].total for name in ("1/3 roof", "1/4 hook"))
    assert ("stroke=" in strip(broken, date).split("</g>")[-2]) == over


def test_the_shop_gets_engine_vessel_and_vin_of_every_car(made: DayRun) -> None:
    sheets = shop_lists(made)
    days = [frame for name, frame in sheets.items() if name[0].isdigit()]
    cars = pl.concat(days)
    assert cars.height == made.cars.height
    assert cars["vin"].null_count() == 0
    engine = {"A": "E", "B": "F"}
    assert all(engine[model] == made for model, made in cars.select("model", "engine").iter_rows())
    overseas = cars.filter(pl.col("market") == "FR")
    assert overseas["vessel"].null_count() == 0
