"""What planning the yard refuses, and how it says so."""

from __future__ import annotations

import polars as pl
import pytest

from sinho.errors import DataError
from sinho.ship.yard import Input as YardInput
from sinho.ship.yard import Params as YardParams
from tests.ship.yard.yards import START, hour, yard


def refused(cars: pl.DataFrame, rows: pl.DataFrame, standing: pl.DataFrame | None = None) -> str:
    """Return what is said of tables."""
    with pytest.raises(DataError) as refusal:
        YardInput.from_tables(cars, rows, standing, start=START)
    return "\n".join(map(str, refusal.value.problems))


CARS = pl.DataFrame(
    {"car": ["a", "b"], "length": [4500, 4600], "ready": [hour(0), hour(1)], "leave": [hour(5)] * 2}
)
ROWS = pl.DataFrame({"area": ["A", "A"], "row": [1, 2], "places": [2, 3], "largest_length": 4550})


def test_every_row_that_breaks_a_rule_is_told_at_once() -> None:
    cars = CARS.with_columns(
        car=pl.lit("a"), length=pl.Series([4500, -1]), leave=pl.Series([hour(5), hour(0)])
    )
    rows = ROWS.with_columns(row=pl.lit(1), places=pl.Series([2, 0]), open_ends=pl.Series([3, 1]))
    assert refused(cars, rows).split("\n") == [
        "cars, row 2, column car: stands there twice (found 'a')",
        "cars, row 3, column car: stands there twice (found 'a')",
        "cars, row 3, column length: must be above 0 mm (found '-1.0')",
        "rows, row 2, column row: is twice in its area (found '1')",
        "rows, row 3, column row: is twice in its area (found '1')",
        "rows, row 3, column places: must be 1 or more (found '0')",
        "rows, row 2, column open_ends: must be 1 or 2 (found '3')",
        "cars, row 3, column leave: must not be before ready (found '2026-03-02 00:00:00')",
    ]


def test_who_stands_already_stands_in_a_place_that_there_is() -> None:
    standing = pl.DataFrame(
        {"car": ["a", "b", "z"], "area": ["A", "A", "B"], "row": [1, 1, 1], "place": [3, 1, 1]}
    )
    assert refused(CARS, ROWS, standing).split("\n") == [
        "standing, row 4, column car: is not among the cars (found 'z')",
        "standing, row 4, column row: is not among the rows (found '1')",
        "standing, row 2, column place: is not in its row (found '3')",
        "standing, row 3, column car: is larger than its row lets stand there (found 'b')",
    ]
    twice = pl.DataFrame({"car": ["a", "a"], "area": ["A"] * 2, "row": [1, 1], "place": [1, 1]})
    told = refused(CARS, ROWS, twice)
    assert "stands in two places" in told
    assert "holds two cars" in told


def test_columns_that_are_unknown_or_lacking_are_named() -> None:
    told = refused(CARS.rename({"length": "lenght"}), ROWS.drop("places"))
    assert "cars, column lenght: is no column" in told
    assert "cars, column length: is needed" in told
    assert "rows, column places: is needed" in told


def test_empty_cells_that_are_needed_are_told() -> None:
    cars = CARS.with_columns(ready=pl.Series([None, hour(1)]))
    assert refused(cars, ROWS) == "cars, row 2, column ready: is needed"


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"move_cost": 0.0}, "move_cost: it must be more than 0"),
        ({"overflow_cost": 0.5}, "overflow_cost: it must be move_cost or more"),
        ({"rounds": -1}, "rounds: it must be 0 or more"),
        ({"changed_cost": float("nan")}, "changed_cost: it must be a finite number"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(values: dict[str, float], rule: str) -> None:
    with pytest.raises(DataError, match=rule):
        YardParams(**values)  # type: ignore[arg-type]


def test_a_yard_without_cars_or_rows_is_planned() -> None:
    from sinho.ship.yard import solve as solve_yard

    assert solve_yard(yard([], [(1, 1)])).peak == 0
    plan = solve_yard(yard([(0, 5)], []))
    assert plan.overflow == plan.overflow_bound == 1
