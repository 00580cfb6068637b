"""Days that cannot be meant are refused, with everything that is wrong at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from hypothesis import given

from sinho.days.check import check_day, faults
from sinho.days.day import Day
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)
from sinho.errors import DataError, Problem
from tests.hub.faults import only
from tests.sequence.days import days, tiny_day


def day(*rules: Rule, **more: Any) -> Day:
    return tiny_day(
        *rules,
        options={"roof": "101", "tow": "001"},
        attributes={"colour": ["red", "blue", "red"]},
        before={"colour": ["red"]},
        levels=("line", "paint"),
        **more,
    )


def refused(wrong: Day) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as error:
        check_day(wrong)
    return error.value.problems


@given(days())
def test_sound_days_pass(sound: Day) -> None:
    check_day(sound)


@pytest.mark.parametrize(
    ("rule", "column", "text"),
    [
        (Ratio(name="r", option="rof", most=1, window=2), "option", "Did you mean 'roof'?"),
        (Ratio(name="r", option="roof", most=-1, window=2), "most", "0 or more"),
        (Ratio(name="r", option="roof", most=1, window=2, level=2), "level", "1 (paint)"),
        (Ratio(name="r", option="roof", most=1, window=2, level=-1), "level", "no such level"),
        (Ratio(name="r", option="roof", most=1, window=2, weight=0), "weight", "1 or more"),
        (Changes(name="r", attribute="color"), "attribute", "Did you mean 'colour'?"),
        (RunLength(name="r", most=0), "most", "1 or more"),
        (RunLength(name="r", least=0), "least", "1 or more"),
        (RunLength(name="r", least=5, most=4), "least", "at most 4"),
        (Spread(name="r", option="tows"), "option", "Did you mean 'tow'?"),
        (
            Forbidden(name="r", attribute="colour", pairs=(("a", "b"), ("a", "b"))),
            "pairs",
            "twice",
        ),
        (Changeover(name="r", attribute="colour", costs=(("a", "b", -1),)), "costs", "0 or more"),
        (Changeover(name="r", attribute="colour", default=float("inf")), "default", "number"),
        (Maximum(name="r", option="roof", most=-1), "most", "0 or more"),
        (Maximum(name="r", option="roof", most=1, per=0), "per", "1 or more"),
        (Overload(name="r", base=-1, times=(), takt=1, length=1), "base", "0 or more"),
        (Overload(name="r", base=1, times=(("rof", 1),), takt=1, length=1), "times", "'roof'?"),
        (Overload(name="r", base=1, times=(("roof", -1),), takt=1, length=1), "times", "0 or"),
        (Overload(name="r", base=1, times=(), takt=0, length=1), "takt", "above 0"),
        (Overload(name="r", base=1, times=(), takt=2, length=1), "length", "at least the takt"),
        (Windows(name="r", windows=(("c1", 1, 2),)), "windows", "Did you mean 'c01'?"),
        (Windows(name="r", windows=(("c01", 3, 2),)), "windows", "behind its latest"),
        (Windows(name="r", windows=(("c01", 0, 2),)), "windows", "from 1 to 3"),
        (Windows(name="r", windows=(("c01", 1, 4),)), "windows", "from 1 to 3"),
        (Pinned(name="r", pins=(("c01", 4),)), "pins", "from 1 to 3"),
        (Pinned(name="r", pins=(("c01", 1), ("c01", 2))), "pins", "twice"),
        (Pinned(name="r", pins=(("c01", 1),), level=0), "level", "always hard"),
        (Frozen(name="r", first=4), "first", "at most 3"),
        (Ratio(name="r", option="roof", most=1, window=2, weight=10**16), "weight", "at most 1,"),
        (Ratio(name="r", option="roof", most=1, window=10**17), "window", "at most 1,000,000,000"),
        (Changeover(name="r", attribute="colour", default=1e17), "default", "at most 1,000,000,"),
        (Overload(name="r", base=1e15, times=(), takt=1, length=1), "base", "at most 100,000"),
        (Overload(name="r", base=1, times=(("roof", 1e15),), takt=1, length=1), "times", "at most"),
        (Overload(name="r", base=1, times=(), takt=1e15, length=1e15), "takt", "100,000 minutes"),
        (Overload(name="r", base=1, times=(), takt=1e-9, length=1), "takt", "from 0.001"),
        (Changeover(name="r", attribute="colour", default=1e9, weight=10**6), "weight", "counted"),
        (Frozen(name="r", first=1, level=1), "level", "always hard"),
    ],
)
def test_a_wrong_rule_is_named_with_its_parameter(rule: Rule, column: str, text: str) -> None:
    problem = only(refused(day(rule)), where="rule r", column=column)
    assert text in problem.rule + " " + problem.hint


def test_a_fraction_is_no_number_of_cars() -> None:
    rule = Ratio(name="r", option="roof", most=1.5, window=3)  # type: ignore[arg-type]
    only(refused(day(rule)), column="most", value="1.5")


def test_names_of_rules_and_levels_differ() -> None:
    rules = (Changes(name="a", level=0), Changes(name="a", level=1), Changes(name="", level=1))
    found = refused(replace(day(*rules), levels=("line", "line")))
    only(found, where="rule a", column="name")
    only(found, rule="no name")
    only(found, where="day", column="levels", value="line")


def test_weights_are_as_many_as_levels() -> None:
    only(refused(day(weights=(1,))), column="weights", rule="2 levels and 1 weights")
    only(refused(day(weights=(1, -1))), column="weights", value="-1")


def test_cars_stand_once_and_have_what_the_day_speaks_of() -> None:
    good = day()
    twice = good.cars.with_columns(pl.Series("car", ["c01", "c02", "c01"]))
    only(refused(replace(good, cars=twice)), where="cars", row=4, column="car", rule="row 2")
    only(refused(replace(good, cars=good.cars.clear())), where="cars", rule="no cars")
    lacking = good.previous.drop("roof").rename({"colour": "color"})
    found = refused(replace(good, previous=lacking))
    only(found, where="previous cars", column="roof", rule="missing")
    only(found, where="previous cars", column="colour", hint="Did you mean 'color'?")
    empty = good.cars.with_columns(pl.Series("colour", ["red", None, "red"]))
    only(refused(replace(good, cars=empty)), where="cars", row=3, column="colour")
    numbers = good.cars.with_columns(pl.col("roof").cast(pl.Int8))
    only(refused(replace(good, cars=numbers)), column="roof", rule="Boolean")
    both = replace(good, attributes=("colour", "roof"))
    only(refused(both), where="day", value="roof", rule="same name")


def test_a_car_may_stand_twice_in_the_day_before() -> None:
    good = day()
    assert not faults(replace(good, previous=pl.concat([good.previous, good.previous])))


def test_all_faults_come_at_once() -> None:
    rules = (
        Changes(name="a", attribute="x"),
        Spread(name="b", option="y"),
        Frozen(name="c", first=9),
    )
    assert len(refused(day(*rules))) == 3
