"""Hard rules that contradict each other are named, and nothing else is."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.rules import (
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Windows,
)
from sinho.days.score import score_order
from sinho.sequence.contradictions import contradictions
from tests.sequence.days import KINDS, all_orders, days, idents, tiny_day


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        (
            [Pinned(name="p", pins=(("c01", 2), ("c03", 2)))],
            ["p: c01 is pinned to position 2", "p: c03 is pinned to position 2"],
        ),
        (
            [Frozen(name="f", first=2), Pinned(name="p", pins=(("c02", 4),))],
            ["f: c02 is frozen at position 2", "p: c02 is pinned to position 4"],
        ),
        (
            [Frozen(name="f", first=2), Pinned(name="p", pins=(("c04", 2),))],
            ["f: c02 is frozen at position 2", "p: c04 is pinned to position 2"],
        ),
        (
            [Pinned(name="p", pins=(("c01", 2),)), Windows(name="w", windows=(("c01", 3, 4),))],
            ["p: c01 is pinned to position 2", "w: c01 needs positions 3 to 4"],
        ),
        (
            [
                Windows(name="w", windows=(("c01", 1, 2), ("c02", 3, 4))),
                Windows(name="v", windows=(("c01", 3, 3),)),
            ],
            ["w: c01 needs positions 1 to 2", "v: c01 needs position 3"],
        ),
        (
            [
                Windows(
                    name="w",
                    windows=(("c01", 1, 2), ("c02", 1, 2), ("c03", 2, 2), ("c04", 1, 4)),
                )
            ],
            [
                "w: c01 needs positions 1 to 2",
                "w: c02 needs positions 1 to 2",
                "w: c03 needs position 2",
            ],
        ),
    ],
)
def test_demands_for_positions_are_named_car_by_car(rules: list[Rule], named: list[str]) -> None:
    assert list(contradictions(tiny_day(*rules, size=5))) == named


def test_a_ratio_that_the_day_cannot_keep_is_named_with_its_figures() -> None:
    rule = Ratio(name="sunroof", option="roof", most=1, window=2)
    (text,) = contradictions(tiny_day(rule, options={"roof": "11110"}))
    assert text.startswith("sunroof: at most 1 of 2 cars in a row with roof; at least 2 violations")
    assert "4 cars with roof" in text
    assert "room for 3" in text


def test_only_the_held_cars_at_fault_are_named() -> None:
    day = tiny_day(
        Ratio(name="sunroof", option="roof", most=1, window=3),
        Frozen(name="frozen", first=4),
        options={"roof": "1001010000"},
    )
    day = day.with_rules(Pinned(name="pins", pins=(("c06", 6), ("c10", 10))))
    text, *cars = contradictions(day)
    assert text.startswith("sunroof")
    assert cars == ["frozen: c04 is frozen at position 4", "pins: c06 is pinned to position 6"]


def test_a_colour_that_others_cannot_part_is_named() -> None:
    day = tiny_day(RunLength(name="batch", most=2), attributes={"colour": "RRRRRRRB"})
    (text,) = contradictions(day)
    assert text.startswith("batch: runs of 1 to 2 cars of one colour; at least 3 cars")
    assert "7 cars of R, 1 other to part runs" in text


def test_run_lengths_that_do_not_meet_are_named_together() -> None:
    day = tiny_day(
        RunLength(name="longest", most=2),
        RunLength(name="shortest", least=3, value="R"),
        RunLength(name="harmless", least=1, value="B"),
        attributes={"colour": "RRRBBB"},
    )
    assert contradictions(day) == (
        "longest: runs of 1 to 2 cars of one colour",
        "shortest: runs of 3 or more cars of one colour R",
    )


def test_a_limit_that_makes_hard_changes_impossible_is_named_with_them() -> None:
    day = tiny_day(
        Changes(name="one model", attribute="model"),
        attributes={"model": "AAA", "colour": "RRR"},
        before={"model": "A", "colour": "B"},
    )
    assert contradictions(day) == ()
    (text,) = contradictions(day.with_rules(Changes(name="one colour", attribute="colour")))
    assert text.startswith("one colour: no change of colour; at least 1 change")


def test_pinned_neighbours_that_are_forbidden_are_named() -> None:
    day = tiny_day(
        Forbidden(name="no white after black", attribute="colour", pairs=(("B", "W"),)),
        Pinned(name="pins", pins=(("c01", 3), ("c02", 4), ("c03", 1))),
        attributes={"colour": "BWRR"},
    )
    text, *cars = contradictions(day)
    assert text.startswith("no white after black: no colour B before W")
    assert cars == ["pins: c01 is pinned to position 3", "pins: c02 is pinned to position 4"]


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        (Maximum(name="hour", option="roof", most=1, per=2), "hour: at most 1 cars with roof"),
        (
            Overload(name="trim", base=1.0, times=(("roof", 1.0),), takt=1.0, length=1.5),
            "trim: all work done",
        ),
        (
            Forbidden(name="f", attribute="colour", pairs=(("R", "R"),)),
            "f: no colour R before R",
        ),
    ],
)
def test_what_the_counts_alone_rule_out_is_named(rule: Rule, start: str) -> None:
    day = tiny_day(rule, options={"roof": "1110"}, attributes={"colour": "RRRB"})
    (text,) = contradictions(day)
    assert text.startswith(start)


def test_ratios_that_cannot_be_kept_together_are_named() -> None:
    # Every other car has a roof, every third a tow bar and never a roof: the tow bars would have
    # to stand at every third position and at every other one.
    day = tiny_day(
        Ratio(name="sunroof", option="roof", most=1, window=2),
        Ratio(name="tow bar", option="tow", most=1, window=3),
        Ratio(name="loose", option="awd", most=1, window=2),
        options={"roof": "1" * 12 + "0" * 12, "tow": "0" * 16 + "1" * 8, "awd": "1" + "0" * 23},
        before={"roof": "00", "tow": "00", "awd": "00"},
    )
    assert contradictions(day) == (
        "sunroof: at most 1 of 2 cars in a row with roof, on 12 cars",
        "tow bar: at most 1 of 3 cars in a row with tow, on 8 cars",
    )


def test_soft_rules_contradict_nothing() -> None:
    day = tiny_day(
        Ratio(name="sunroof", level=0, option="roof", most=0, window=2),
        Windows(name="w", level=0, windows=(("c01", 1, 1), ("c02", 1, 1))),
        options={"roof": "111"},
    )
    assert contradictions(day) == ()


@settings(max_examples=60)
@given(data=st.data())
def test_what_is_named_cannot_be_kept(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True))
    day = data.draw(days((1, 5), kinds, hard=KINDS))
    if contradictions(day):
        assert not any(score_order(day, order).feasible for order in all_orders(day))


@st.composite
def demands(draw: st.DrawFn) -> Day:
    size = draw(st.integers(1, 5))
    rng = random.Random(draw(st.integers(0, 99_999)))
    cars = idents(size)

    def position() -> int:
        return rng.randint(1, size)

    windows = tuple(
        (car, *sorted((position(), position()))) for car in rng.sample(cars, rng.randint(0, size))
    )
    pins = tuple((car, position()) for car in rng.sample(cars, rng.randint(0, min(2, size))))
    return tiny_day(
        Windows(name="w", windows=windows),
        Pinned(name="p", pins=pins),
        Frozen(name="f", first=rng.randint(0, 1)),
        size=size,
    )


@given(demands())
def test_demands_for_positions_are_named_whenever_they_cannot_be_met(day: Day) -> None:
    possible = any(score_order(day, order).feasible for order in all_orders(day))
    assert (contradictions(day) == ()) == possible


@given(demands())
def test_without_any_one_of_the_named_demands_the_others_can_be_met(day: Day) -> None:
    named = contradictions(day)
    for left_out in named:
        kept = [text for text in named if text != left_out]
        assert any(all(_met(text, order) for text in kept) for order in all_orders(day)), left_out


def _met(text: str, order: tuple[str, ...]) -> bool:
    words = text.replace("position ", "positions ").split()
    here = order.index(words[1]) + 1
    numbers = [int(word) for word in words if word.isdigit()]
    return numbers[0] <= here <= numbers[-1]
