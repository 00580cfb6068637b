"""Runs of generated plants of one to four lines keep what every run promises."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from sinho.days.score import score_order
from sinho.hub import Hub, hub_from_tables
from sinho.hub.calendar import line_days
from sinho.hub.lines import line_loads, lines_of, routes
from sinho.run.days import run_days
from sinho.testing import Size, generate_hub
from tests.run.small import parameters


def plant(lines: int, seed: int) -> Hub:
    """Return a plant whose groups have shifts of their own, with breaks."""
    hub = generate_hub(Size(3, lines + 3, 3, lines), seed, shop_room=0.9, choices=seed % 2 == 0)
    shifts = [
        {"group": group, "pattern": pattern, "shift": number + 1}
        | {"begin": clock(begin), "breaks": f"{clock(rest)}-{clock(rest + 0.5)}"}
        for at, group in enumerate(hub["groups"]["group"])
        for pattern, count, hours in hub["patterns"]
        .filter(pl.col("group") == group)
        .select("pattern", "shifts", "hours")
        .iter_rows()
        for number, begin, rest in shifts_of(5 + at / 2, count, hours)
    ]
    tables = {"slotting": pl.DataFrame({"vin_wmi": ["KNM"]}), "shifts": pl.DataFrame(shifts)}
    return hub_from_tables({**hub.tables, **tables})


def shifts_of(first: float, shifts: int, hours: float) -> list[tuple[int, float, float]]:
    """Return number, begin and break of shifts with half an hour's rest, in hours."""
    begins = [first + at * (hours + 0.5) for at in range(shifts)]
    return [(at, begin, begin + hours / 2) for at, begin in enumerate(begins)]


def clock(hours: float) -> str:
    """Return a time of day."""
    return f"{int(hours) % 24:02d}:{round(hours * 60) % 60:02d}"


def in_shifts(hub: Hub, group: str, worked: float, times: list[float]) -> bool:
    """Say whether hours of a day lie in the shifts of a pattern, overtime behind the last."""
    first = 5 + hub["groups"]["group"].to_list().index(group) / 2
    patterns = hub["patterns"].filter(pl.col("group") == group)
    for count, hours in patterns.select("shifts", "hours").iter_rows():
        spans = [
            span
            for _, begin, rest in shifts_of(first, count, hours)
            for span in ((begin, rest), (rest + 0.5, begin + hours + 0.5))
        ]
        if spans:
            spans[-1] = spans[-1][0], spans[-1][1] + max(0.0, worked - count * hours)
        if all(any(low <= time < high for low, high in spans) for time in times):
            return True
    return False


@pytest.mark.usefixtures("no_pages")
@pytest.mark.parametrize(("lines", "seed"), [(1, 4), (2, 1), (2, 6), (3, 2), (4, 8)])
def test_every_line_keeps_its_days_hours_models_and_rules(
    lines: int, seed: int, tmp_path: Path
) -> None:
    hub = plant(lines, seed)
    asked = parameters(first="2026-01-05", days=6, iterations=300, slot_iterations=3000)
    made = run_days(hub, asked, tmp_path / "run")
    built = made.cars.drop_nulls("date")
    assert built.height
    # every car on a line that builds it, on a day that the line works
    pairs = built.select("model", "line").unique()
    assert pairs.join(routes(hub), on=["model", "line"], how="anti").is_empty()
    first, last = built["date"].min(), built["date"].max()
    for line in lines_of(hub):
        dates = line_days(hub, first, last, line)  # type: ignore[arg-type]
        assert set(built.filter(pl.col("line") == line.name)["date"]) <= set(dates)
    # no more than its point can build; what is counted is what stands in its sequence
    days = made.slots.days
    assert (days["load"] <= days["capacity"] + 1e-6).all()
    placed = made.places().group_by("date", "line").agg(pl.len().cast(pl.Int64).alias("cars"))
    both = days.join(placed, on=["date", "line"], how="left", maintain_order="left")
    assert both["built"].equals(both["cars"].fill_null(0).rename("built"))
    # each sequence by the rules of its line, scored anew
    for day, found in made.sequences.items():
        assert score_order(made.line_of(day), found.order) == found.score
    # each order has one day and one line, or is said to have none
    slots = made.slots.slots
    assert sorted(slots["order"]) == sorted(made.orders.table["order"])
    assert slots["date"].null_count() == slots["line"].null_count() == made.slots.unslotted
    assert sorted(made.places()["order"]) == sorted(slots.drop_nulls("date")["order"])
    # all shops beside the points, shared ones over all their lines
    loads = line_loads(hub) if lines > 1 else hub["loads"].rename({"item": "model"})
    taken = built.join(loads, on=["model", "line"][: 1 + (lines > 1)])
    taken = taken.group_by("date", "shop").agg(pl.col("load").sum())
    shops = made.days.group_by("date", "shop").agg(pl.col("capacity").sum())
    full = taken.join(shops, on=["date", "shop"])
    assert full.height
    assert (full["load"] <= full["capacity"] + 1e-6).all()
    # times follow the places of a line's day, and lie in the shifts of its group
    uses = made.needs.uses.unique("order").join(
        made.places().select("order", "position"), on="order", suffix="_placed"
    )
    groups = {line.name: line.group for line in lines_of(hub)}
    hours = {(date, line): own for date, line, own in days["date", "line", "hours"].iter_rows()}
    for (date, line), own in uses.sort("position").group_by("date", "line"):
        assert own["time"].is_sorted()
        since = (own["time"] - dt.datetime.combine(date, dt.time())).dt.total_minutes() / 60  # type: ignore[arg-type]
        worked = hours[date, line]
        assert in_shifts(hub, groups[str(line)] or "cars", worked, since.to_list())  # type: ignore[index]
    # what cars take by line and day is cars x bill of materials, and the days' needs are their sum
    bom = hub["bom"].select(pl.col("parent").alias("model"), "part", "quantity")
    asked = built.join(bom, on="model").group_by("date", "line", "part")
    wanted = asked.agg(pl.col("quantity").sum()).sort("date", "line", "part")
    used = made.needs.uses.group_by("date", "line", "part").agg(pl.col("units").sum())
    used = used.filter(pl.col("units") > 0).sort("date", "line", "part")
    assert used.drop("units").equals(wanted.drop("quantity"))
    assert (used["units"] - wanted["quantity"]).abs().max() in (None, pytest.approx(0.0, abs=1e-6))
    by_day = made.needs.table.group_by("date", "part").agg(pl.col("units").sum().alias("need"))
    sums = used.group_by("date", "part").agg(pl.col("units").sum())
    both = sums.join(by_day, on=["date", "part"], how="left")
    assert both.filter((pl.col("need") - pl.col("units")).abs() > 1e-6).is_empty()
    assert both["need"].null_count() == 0
