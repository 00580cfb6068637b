"""What one thing more or less is worth: against plans of tables that are changed by hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
import pytest

from sinho.hub import network_from_tables
from sinho.run import example_path
from sinho.source import Input, Params, solve, worth
from tests.source.networks import duty, tiny
from tests.test_cli import sinho_cli

EXACT = Params("cost", gap=0.0)


def planned(**tables: Any) -> Any:
    """Return a plan of the tiny network with tables changed."""
    return solve(Input.from_network(network_from_tables(tiny(**tables))), EXACT)


def asked(year: int, **tables: Any) -> pl.DataFrame:
    """Return what one thing more or less is worth."""
    return worth(Input.from_network(network_from_tables(tiny(**tables))), EXACT, year=year)


def row(table: pl.DataFrame, kind: str, change: str, what: str | None = None) -> dict[str, Any]:
    """Return the row of a change."""
    at = (pl.col("kind") == kind) & (pl.col("change") == change)
    if what is not None:
        at &= pl.col("what") == what
    return table.row(by_predicate=at, named=True)


def test_a_point_of_duty_turns_the_plan() -> None:
    """A car from far costs 13 and a duty on 20: 17.9 at 24.5 %; one from near 18."""
    tables = {"network_tariffs": [duty("base", "law", "2025-01-01", 24.5)]}
    found = asked(2025, **tables)
    more, less = (row(found, "duty", f"a point {one}", "BB to AA") for one in ("more", "less"))
    assert (more["near"], more["cost"]) == pytest.approx((60, 30))
    assert (less["near"], less["cost"]) == pytest.approx((-60, -60))
    dearer = planned(network_tariffs=[duty("base", "law", "2025-01-01", 25.5)])
    assert more["cost"] == pytest.approx(dearer.objective - planned(**tables).objective)


def test_a_duty_below_a_point_falls_to_nothing() -> None:
    found = asked(2025, network_tariffs=[duty("base", "law", "2025-01-01", 0.4)])
    less = row(found, "duty", "a point less")
    assert less["near"] == pytest.approx(-300 * 20 * 0.004)
    assert less["cost"] == pytest.approx(less["near"])
    assert asked(2025).filter(kind="duty", change="a point less").is_empty(), "no duty to lower"


def steps(**far: float) -> list[dict[str, Any]]:
    """Return shift steps of near, and those of far by capacity with their labour."""
    rows = [{"plant": "near", "step": "one", "start": "2025-01", "capacity": 200}]
    for name, labour in far.items():
        capacity = int(name.removeprefix("step"))
        own = {"step": name, "start": "2025-01", "capacity": capacity, "labour": labour}
        rows.append({"plant": "far", **own})
    return rows


def test_another_step_is_worth_what_its_cars_save_beyond_its_labour() -> None:
    found = asked(2025, plant_steps=steps(step60=100))
    another = row(found, "shift", "another step", "far")
    # 40 cars a month at 5 less each, 100 of labour
    assert another["cost"] == pytest.approx(3 * (100 - 40 * 5))
    again = planned(plant_steps=steps(step60=100, step120=200))
    assert another["cost"] == pytest.approx(
        again.objective - planned(plant_steps=steps(step60=100)).objective
    )


def test_a_step_higher_and_lower_than_planned() -> None:
    tables = steps(step20=0, step60=50, step120=400)
    found = asked(2025, plant_steps=tables)
    higher = row(found, "shift", "a step higher", "far")
    lower = row(found, "shift", "a step lower", "far")
    assert higher["cost"] == pytest.approx(3 * (350 - 40 * 5))
    assert lower["cost"] == pytest.approx(3 * (40 * 5 - 50))
    forced = planned(plant_steps=steps(step120=400))
    assert higher["cost"] == pytest.approx(forced.objective - planned(plant_steps=tables).objective)


def test_room_of_a_lane_and_cars_of_a_quota() -> None:
    lane = row(
        asked(2025, lane_room=[{"lane": "sea", "start": "2025-01", "cars": 50}]),
        "lane",
        "100 cars a month more",
    )
    assert (lane["near"], lane["cost"]) == pytest.approx((-3 * 100 * 5, -3 * 50 * 5))
    tariffs = [
        duty("on top", "law", "2025-01-01", 20.0),
        duty("quota", "law", "2025-01-01", 0.0, quota="Q"),
    ]
    quotas = [{"quota": "Q", "year": 2025, "cars": 150}]
    quota = row(asked(2025, network_tariffs=tariffs, quotas=quotas), "quota", "100 cars more")
    assert (quota["near"], quota["cost"]) == pytest.approx((-400, -400))


def test_one_month_of_the_year_and_one_without() -> None:
    with pytest.raises(ValueError, match="no month of 2027"):
        asked(2027)


def test_the_command_shows_it_and_refuses_what_does_not_go_together(tmp_path: Any) -> None:
    words = ("source", example_path("alliances"), "--scenario", "renault-geely")
    told = sinho_cli(*words, "--worth", "2026", "--priorities", "cost", "--out", tmp_path / "o")
    assert told.exit_code == 0, told.output
    assert "a step higher" in told.output
    assert 'id="worth"' in (tmp_path / "o" / "source.html").read_text("utf-8")
    for wrong in (("--worth", "2099"), ("--worth", "2026", "--why", "US")):
        told = sinho_cli(*words, *wrong)
        assert told.exit_code == 2, told.output


def test_workers_find_the_same_worth() -> None:
    data = Input.from_network(network_from_tables(tiny()))
    with ThreadPoolExecutor(2) as threads:
        spread = worth(data, Params("cost", gap=1e-9, executor=threads), year=2025)
    assert spread.equals(worth(data, Params("cost", gap=1e-9), year=2025))
