"""Generated plants of several lines: what they are like, and what must hold for their plans."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from sinho import plan_months
from sinho.hub import Hub, check_hub, write_hub
from sinho.hub.calendar import line_days
from sinho.hub.lines import line_loads, lines_of, routes
from sinho.testing.hubs import Size, generate_hub

SEEDS = range(3)
TIGHT = 1e-6


def plant(lines: int, seed: int, choices: bool = False) -> Hub:
    return generate_hub(Size(4, 7, 4, lines), seed, shop_room=0.95, choices=choices)


@pytest.mark.parametrize("lines", [2, 3, 4])
def test_each_line_owns_shops_has_models_and_shares_paint_with_one_other(
    lines: int, tmp_path: object
) -> None:
    for seed in SEEDS:
        hub = plant(lines, seed)
        found = lines_of(hub)
        assert len(found) == lines
        assert len({line.group for line in found}) == lines
        assert all(line.point.startswith("assembly") and len(line.owns) >= 2 for line in found)
        paint = [shop for line in found for shop in line.shops if shop.startswith("paint")]
        passed = {shop: paint.count(shop) for shop in paint}
        assert sorted(passed.values()) == {2: [2], 3: [1, 2], 4: [2, 2]}[lines]
        ways = routes(hub)
        assert set(ways["line"]) == {line.name for line in found}
        assert set(ways["model"]) == set(hub["models"]["model"])
        assert ways.height > hub["models"].height
        problems = check_hub(write_hub(hub, f"{tmp_path}/{seed}"))[1]
        own = ("lines.csv", "model_lines.csv", "loads.csv", "sequence_rules.csv", "calendar.csv")
        assert not [problem for problem in problems if problem.where in own]


def test_a_saturday_of_the_last_line_is_a_day_of_no_other() -> None:
    hub = plant(3, 0)
    first, *_, last = lines_of(hub)
    start, end = dt.date(2026, 2, 1), dt.date(2026, 2, 28)
    days = [{*line_days(hub, start, end, line)} for line in (first, last)]
    assert {day.weekday() for day in days[1] - days[0]} == {1, 2, 5}
    assert not days[0] - days[1]


@pytest.mark.parametrize("lines", [0, 5, 3])
def test_too_many_lines_are_refused(lines: int) -> None:
    with pytest.raises(ValueError, match="1 to 4 lines, and a model for each"):
        Size(4, 2, 4, lines)


@pytest.mark.parametrize("choices", [False, True])
@pytest.mark.parametrize("lines", [1, 2, 3, 4])
def test_a_plan_builds_each_model_on_its_lines_within_their_shops(
    lines: int, choices: bool
) -> None:
    for seed in SEEDS:
        hub = plant(lines, seed, choices)
        plan = plan_months(hub)
        made = plan.tables["make_lines"]
        sums = made.group_by("period", "model").agg(pl.col("units").sum().alias("sum"))
        whole = plan.tables["make"].join(sums, on=["period", "model"], how="left")
        assert (whole["units"] - whole["sum"].fill_null(0.0)).abs().max() < TIGHT
        built = made.filter(pl.col("units") > TIGHT)
        ways = built.join(routes(hub), on=["model", "line"], how="left")
        assert ways["preferred"].null_count() == 0
        assert not ways.filter(pl.col("period") < pl.col("start").dt.month_start()).height
        assert not ways.filter(pl.col("units") < pl.col("least_lot") - TIGHT).height
        loads = line_loads(hub)
        taken = (
            built.join(loads, on=["model", "line"])
            .group_by("period", "shop")
            .agg((pl.col("units") * pl.col("load")).sum().alias("taken"))
            .join(plan.tables["hours"], on=["period", "shop"])
        )
        assert (taken["taken"] - taken["manned_capacity"]).max() < 1e-4  # type: ignore[operator]
