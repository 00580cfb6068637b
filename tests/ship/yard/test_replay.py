"""The player of yard plans refuses what cannot be done."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from sinho.ship.yard import Params as YardParams
from sinho.ship.yard import replay
from sinho.ship.yard import solve as solve_yard
from tests.ship.yard.yards import yard

DATA = yard([(0, 5), (1, 9), (2, 5)], [(2, 1), (1, 2)], [(0, 1, 1)])
"""Car a stands in place 1 of row 1. Two rows for three cars: one is moved or stands alone."""


def of(car: str, **values: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return what changes a car's row of the places."""
    return lambda places: places.with_columns(
        pl.when(pl.col("car") == car).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in values.items()
    )


BREAKS: list[tuple[Callable[[pl.DataFrame], pl.DataFrame], str]] = [
    (lambda places: places.filter(pl.col("car") != "c"), "is not in the plan once"),
    (lambda places: pl.concat([places, places[-1:]]), "is not in the plan once"),
    (of("c", row=7), "there is no row 7 in area A"),
    (of("c", place=3), "has no place 3"),
    (of("a", place=2), "does not stand where it stood already"),
    (of("c", place=1), "a stands in its place"),
    (of("b", row=1, place=2), "is shut in by others"),
    (of("c", step_out=None), "leaves though it does not, or does not though it has to"),
    (of("c", step_in=1), "does not happen at its time"),
]


@pytest.mark.parametrize(("change", "rule"), BREAKS)
def test_a_broken_plan_is_refused(
    change: Callable[[pl.DataFrame], pl.DataFrame], rule: str
) -> None:
    plan = solve_yard(DATA, YardParams(rounds=100))
    assert replay(DATA, plan.places, plan.moves) == (0, [])
    _, broken = replay(DATA, change(plan.places), plan.moves)
    assert any(rule in str(one) for one in broken), broken


def test_a_place_behind_another_car_cannot_be_reached() -> None:
    data = yard([(0, 5), (1, 5)], [(2, 1)])
    plan = solve_yard(data)
    swapped = plan.places.with_columns(place=3 - pl.col("place"))
    _, broken = replay(data, swapped, plan.moves)
    assert [one.rule for one in broken][:1] == ["its place cannot be reached"]


def test_sizes_purposes_and_sites_are_checked() -> None:
    data = yard([(0, 5)], [(1, 1)], purpose=["export"], width=[1900.0], site=["port"])
    rows = data.rows.with_columns(
        purpose=pl.lit("container"), largest_length=pl.lit(4000.0), largest_width=pl.lit(1800.0)
    )
    plan = solve_yard(
        type(data)(
            data.cars,
            data.rows.with_columns(site=pl.lit("port")),
            data.standing,
            data.start,
            data.end,
        )
    )
    other = type(data)(data.cars, rows, data.standing, data.start, data.end)
    rules = [one.rule for one in replay(other, plan.places, plan.moves)[1]]
    assert rules == [
        "has a larger length than row 1 of area A lets stand there",
        "has a larger width than row 1 of area A lets stand there",
        "row 1 of area A is at another site",
        "row 1 of area A is for container, not for export",
    ]


def test_moves_are_checked() -> None:
    data = yard([(0, 5), (1, 9)], [(2, 1)])
    plan = solve_yard(data)
    assert plan.move_count == 1
    for change, rule in [
        ({"place": 1}, "is moved from where it does not stand"),
        ({"to_place": 2, "to_row": 3}, "there is no row 3 in area A"),
        ({"car": "a"}, "is moved from where it does not stand"),
    ]:
        moves = plan.moves.with_columns(pl.lit(value).alias(name) for name, value in change.items())
        _, broken = replay(data, plan.places, moves)
        assert any(rule in one.rule for one in broken), (change, broken)
    _, broken = replay(data, plan.places, plan.moves.clear())
    assert "is shut in by others" in [one.rule for one in broken]
