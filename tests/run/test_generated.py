"""Runs of generated plants of one to four lines keep what every run promises."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sinho.days.score import score_order
from sinho.hub import Hub, hub_from_tables
from sinho.hub.calendar import line_days
from sinho.hub.lines import lines_of, routes
from sinho.run.days import run_days
from sinho.testing import Size, generate_hub
from tests.run.small import parameters


def plant(lines: int, seed: int) -> Hub:
    hub = generate_hub(Size(3, lines + 3, 3, lines), seed, shop_room=0.9, choices=seed % 2 == 0)
    return hub_from_tables({**hub.tables, "slotting": pl.DataFrame({"vin_wmi": ["KNM"]})})


@pytest.mark.usefixtures("no_pages")
@pytest.mark.parametrize(("lines", "seed"), [(1, 4), (2, 1), (3, 2), (4, 7)])
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
    # times follow the places of a line's day, and lie in its hours
    uses = made.needs.uses.unique("order").join(
        made.places().select("order", "position"), on="order", suffix="_placed"
    )
    for _, own in uses.sort("position").group_by("date", "line"):
        assert own["time"].is_sorted()
