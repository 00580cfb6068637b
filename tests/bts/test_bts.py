"""Build to schedule: the published example, the exact sum of lost points, and what never fails."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.bts import PLAN, build_to_schedule

MONDAY = dt.date(2026, 3, 2)
TUESDAY = dt.date(2026, 3, 3)


def table(*rows: tuple[dt.date, int, str | None, str, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=PLAN, orient="row")


def day(order: str, date: dt.date = MONDAY) -> pl.DataFrame:
    """A day of single cars: each letter an order, its model the letter in small."""
    return table(*((date, at, car, car.lower(), 1) for at, car in enumerate(order, 1)))


def condensers() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The training example: five lots of condensers for the Focus, Cougar and Jaguar."""
    plan = table(
        (MONDAY, 1, "1", "Cougar", 200),
        (MONDAY, 2, "2", "Focus", 100),
        (MONDAY, 3, "3", "Cougar", 200),
        (MONDAY, 4, "4", "Focus", 150),
        (MONDAY, 5, "5", "Cougar", 160),
    )
    built = table(
        (MONDAY, 1, "1", "Cougar", 190),
        (MONDAY, 2, "2", "Focus", 40),
        (MONDAY, 3, None, "Jaguar", 60),
        (MONDAY, 4, "4", "Focus", 300),
        (MONDAY, 5, "3", "Cougar", 100),
    )
    return plan, built


def test_the_training_example_gives_a_half() -> None:
    plan, built = condensers()
    made = build_to_schedule(plan, built, mix="model")
    assert (made.scheduled, made.built, made.mixed) == (810, 690, 540)
    assert (made.counted, made.in_sequence) == (4, 3)
    assert made.volume == pytest.approx(690 / 810)
    assert made.mix == pytest.approx(540 / 690)
    assert made.sequence == 0.75
    assert made.bts == pytest.approx(0.5)  # 540 / 810 x 3 / 4, to the digit


def test_the_lost_half_of_the_training_example_is_laid_to_its_models() -> None:
    plan, built = condensers()
    lost = build_to_schedule(plan, built, mix="model").lost
    # 120 units short and 150 built beside the schedule, all of them Cougars; then one of four lots
    assert lost.select("loss", "model", "units").rows() == [
        ("volume", "Cougar", 120.0),
        ("mix", "Cougar", 150.0),
        ("sequence", "Cougar", 1.0),
    ]
    points = dict(lost.select("loss", "points").iter_rows())
    assert points["volume"] == pytest.approx(100 * 120 / 810)
    assert points["mix"] == pytest.approx(100 * 150 / 810)
    assert points["sequence"] == pytest.approx(100 * 540 / 810 / 4)
    assert sum(points.values()) == pytest.approx(50)


def test_a_day_built_as_scheduled_is_whole() -> None:
    made = build_to_schedule(day("ABCDE"), day("ABCDE"))
    assert made.bts == 1
    assert made.lost.is_empty()


def test_more_cars_than_scheduled_do_not_make_up_for_the_wrong_ones() -> None:
    made = build_to_schedule(day("ABCD"), day("ABXYZ"))
    assert made.volume == 1
    assert made.mix == 0.5
    assert made.bts == 0.5
    assert made.lost.select("loss", "model", "units").rows() == [
        ("mix", "c", 1.0),
        ("mix", "d", 1.0),
    ]


def test_a_day_too_many_does_not_make_up_for_a_day_too_few() -> None:
    plan = pl.concat([day("ABCD"), day("EFGH", TUESDAY)])
    built = pl.concat([day("AB"), day("CDEFGH", TUESDAY)])
    made = build_to_schedule(plan, built)
    assert made.volume == 6 / 8
    assert made.days["volume"].to_list() == [0.5, 1.0]
    assert made.mix == 1  # all that counts as built was scheduled for its day


def test_a_car_pulled_to_the_front_costs_what_was_passed() -> None:
    plan, built = day("ABCDEF"), day("FABCDE")
    assert build_to_schedule(plan, built).sequence == pytest.approx(1 / 6)
    assert build_to_schedule(plan, built, counting="longest").sequence == pytest.approx(5 / 6)


def test_a_car_that_falls_back_costs_itself_alone() -> None:
    plan, built = day("ABCDEF"), day("BCDEFA")
    for counting in ("running", "longest"):
        made = build_to_schedule(plan, built, counting=counting)
        assert made.in_sequence == 5
        assert made.lost["model"].to_list() == ["a"]


def test_nothing_built_loses_all_to_volume() -> None:
    made = build_to_schedule(day("ABB"[:2]), day("AB").clear())
    assert made.bts == 0
    assert made.lost.group_by("loss").agg(pl.col("points").sum()).rows() == [("volume", 100.0)]


def test_without_a_schedule_there_is_nothing_to_measure() -> None:
    with pytest.raises(ValueError, match="no unit is scheduled"):
        build_to_schedule(day("AB").clear(), day("AB"))


def test_lots_are_cars_of_one_model_behind_each_other() -> None:
    # Scheduled in three lots, Aa Bb Cc. Within a lot any order will do; a car not scheduled (x)
    # does not part a lot; the second piece of lot 1 comes behind lot 2 and is out of sequence.
    plan = table(*((MONDAY, at, car, car.lower(), 1) for at, car in enumerate("AABBAA", 1)))
    plan = plan.with_columns(order=pl.Series(list("123456")))

    def built(order: str) -> pl.DataFrame:
        return table(*((MONDAY, at, car, "x", 1) for at, car in enumerate(order, 1)))

    for order, counted, kept in (("214365", 3, 3), ("1x2x3456", 3, 3), ("134256", 4, 3)):
        made = build_to_schedule(plan, built(order), lots=True)
        assert (made.counted, made.in_sequence) == (counted, kept)
    assert build_to_schedule(plan, built("214365")).in_sequence == 3


@st.composite
def weeks(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Some days scheduled, and any cars built on them in any order."""
    plan, built, number = [], [], 0
    dates = [MONDAY + dt.timedelta(days=n) for n in range(draw(st.integers(1, 3)))]
    known: list[tuple[str, str]] = []
    for date in dates:
        for at in range(draw(st.integers(1, 7))):
            car, model = f"{number}", draw(st.sampled_from("abc"))
            number += 1
            known.append((car, model))
            plan.append((date, at + 1, car, model, 1))
    strangers = [(f"x{n}", "d") for n in range(3)]
    cars = draw(st.permutations(known + strangers))
    at = 0
    for date in dates:
        for _ in range(draw(st.integers(0, 8))):
            if at < len(cars):
                built.append((date, at, *cars[at], 1))
                at += 1
    return table(*plan), table(*built)


@given(
    weeks(),
    st.sampled_from(["order", "model"]),
    st.sampled_from(["running", "longest"]),
    st.booleans(),
)
def test_lost_points_sum_to_what_is_missing(
    week: tuple[pl.DataFrame, pl.DataFrame], mix: str, counting: str, lots: bool
) -> None:
    made = build_to_schedule(*week, mix=mix, counting=counting, lots=lots)  # type: ignore[arg-type]
    assert made.lost["points"].sum() == pytest.approx(100 * (1 - made.bts), abs=1e-9)
    assert made.lost.is_empty() or made.lost["units"].min() > 0
    for share in (made.volume, made.mix, made.sequence, made.bts):
        assert 0 <= share <= 1


@given(weeks())
def test_of_cars_it_is_the_share_built_on_their_day_in_their_order(
    week: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    plan, built = week
    made = build_to_schedule(plan, built)
    assert made.bts == pytest.approx(made.in_sequence / plan.height)


@given(st.permutations(range(9)))
def test_the_longest_run_is_the_longest_by_trying_all(order: list[int]) -> None:
    names = "ABCDEFGHI"
    made = build_to_schedule(
        day(names), day("".join(names[at] for at in order)), counting="longest"
    )
    best = [1] * len(order)
    for at in range(len(order)):
        for before in range(at):
            if order[before] < order[at]:
                best[at] = max(best[at], best[before] + 1)
    assert made.in_sequence == max(best)


def test_places_are_those_of_each_line() -> None:
    plan, built = day("ABCD"), day("ACBD")
    lines = ["L1", "L2", "L1", "L2"]
    apart = build_to_schedule(
        plan.with_columns(pl.Series("line", lines)),
        built.with_columns(pl.Series("line", ["L1", "L1", "L2", "L2"])),
    )
    # A before C on L1, B before D on L2: what looks swapped over both is in sequence on each
    assert apart.bts == 1
    assert apart.days.select("line", "scheduled", "in_sequence").rows() == [
        ("L1", 2, 2),
        ("L2", 2, 2),
    ]
    assert build_to_schedule(plan, built).in_sequence == 3
