"""Cars and chances that mean nothing, and questions that do not go together: all told at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from sinho import ship_cars
from sinho.cli import app
from sinho.errors import DataError
from sinho.ship import Input
from tests.ship.test_solve import FIRST, cars, hub_of, voyage

HUB = hub_of([voyage(8)])
DAY = dt.date(2026, 1, 8)


def told(frame: pl.DataFrame, **more: Any) -> list[str]:
    with pytest.raises(DataError) as caught:
        Input.from_cars(HUB, frame, FIRST, **more)
    return [str(one) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ready": pl.lit(None, pl.Date)}, "car c0 has no ready"),
        ({"ready": pl.lit("soon")}, "must be of type Date, and is of type String"),
        ({"model": pl.lit("AA")}, "not in table models"),
        ({"market": pl.lit("FX")}, "not in table markets"),
        ({"market": pl.lit(None, pl.String)}, "car c0 has no market"),
        ({"car": pl.lit("same")}, "the car is listed twice"),
    ],
)
def test_cars_that_mean_nothing_are_refused(change: dict[str, pl.Expr], said: str) -> None:
    problems = told(cars(("A", 5, 10), ("A", 5, 10)).with_columns(**change))
    assert any(said in one for one in problems), problems


def test_all_faults_are_told_at_once_and_the_nearest_name() -> None:
    frame = cars(("A", 5, 10), ("B", 5, 10)).with_columns(
        model=pl.Series(["A", "BB"]), market=pl.Series(["FX", "FR"])
    )
    problems = told(frame)
    assert len(problems) == 2
    assert "Did you mean 'B'?" in " ".join(problems)
    missing = told(cars(("A", 5, 10)).drop("ready", "origin"))
    assert ["ready" in "".join(missing), "origin" in "".join(missing)] == [True, True]
    with pytest.raises(DataError, match="column built: the column is missing"):
        ship_cars(HUB, cars(("A", 5, 10)).drop("built"), FIRST)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([0.5, 1.2], "a chance is 0 to 1"),
        ([0.5, -0.1], "a chance is 0 to 1"),
        ([0.5, float("nan")], "a chance is 0 to 1"),
        ([0.5, None], "a chance is 0 to 1"),
        ([0.5, 0.6], "car c0 has two chances"),
    ],
)
def test_chances_that_are_none_are_refused(values: list[float | None], said: str) -> None:
    dates = [DAY, DAY] if "two" in said else [DAY, DAY + dt.timedelta(days=1)]
    chance = pl.DataFrame({"car": ["c0", "c0"], "date": dates, "chance": values})
    assert said in told(cars(("A", 5, 10)), chance=chance)[0]
    assert "column is missing" in told(cars(("A", 5, 10)), chance=chance.drop("date"))[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--days", "3"), "goes with --late"),
        (("--late", "E8", "--cancelled", "E8"), "late and cancelled"),
        (("E8", "--out", "x.csv"), "asks about a part of it"),
        (("--late", "E8", "--days", "0"), "greater than or equal to 1"),
        (("--out", "x.txt"), "ends in none of"),
    ],
)
def test_words_that_do_not_go_together_are_refused_before_anything_is_read(
    words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    result = CliRunner().invoke(app, ["ship", str(tmp_path / "none"), *words])
    assert result.exit_code == 2, result.output
    assert said in " ".join(result.output.split())
    assert not (tmp_path / "x.csv").exists()
