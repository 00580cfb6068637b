"""What an order costs is listed piece by piece, in words."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from sinho.days.score import score_order
from sinho.days.violations import COLUMNS, broken_rules, violations
from tests.sequence.days import days, random_order, tiny_day

OPTIONS = {"roof": "1101000001"}
COLOURS = {"colour": "RRRBRRRRRR"}


@pytest.mark.parametrize(
    ("rule", "text", "cars"),
    [
        (
            Ratio(name="r", level=0, option="roof", most=1, window=2),
            "roof 1/2: 2 cars in positions 1 to 2 (c01, c02)",
            ["c01", "c02"],
        ),
        (
            Maximum(name="m", level=0, option="roof", most=2, per=5),
            "roof: 3 cars in positions 1 to 5 (c01, c02, c04), at most 2",
            ["c01", "c02", "c04"],
        ),
        (
            RunLength(name="b", level=0, most=5),
            "colour: 6 cars of R in a row in positions 5 to 10 "
            "(c05, c06, c07, c08, c09, c10), at most 5",
            ["c05", "c06", "c07", "c08", "c09", "c10"],
        ),
        (
            RunLength(name="b", level=0, least=2),
            "colour: 1 car of B in a row in position 4 (c04), at least 2",
            ["c04"],
        ),
        (
            Forbidden(name="f", level=0, attribute="colour", pairs=(("R", "B"),)),
            "colour: R (c03) right before B (c04) in positions 3 to 4 is forbidden",
            ["c03", "c04"],
        ),
        (
            Changeover(name="c", level=0, attribute="colour", costs=(("B", "R", 1.5),)),
            "colour: B (c04) to R (c05) in positions 4 to 5 costs 1.5",
            ["c04", "c05"],
        ),
        (
            Overload(name="trim", level=0, base=0.5, times=(("roof", 1),), takt=1, length=1.8),
            "trim: c02 at position 2 leaves 0.200 minutes undone",
            ["c02"],
        ),
        (
            Windows(name="w", level=0, windows=(("c03", 1, 1), ("c04", 2, 5))),
            "w: c03 stands at position 3, 2 after its latest, 1",
            ["c03"],
        ),
        (
            Windows(name="w", level=0, windows=(("c03", 9, 10),)),
            "w: c03 stands at position 3, 6 before its earliest, 9",
            ["c03"],
        ),
        (
            Pinned(name="p", pins=(("c03", 5), ("c04", 4))),
            "p: c03 is pinned to position 5 but stands at 3",
            ["c03"],
        ),
    ],
)
def test_each_kind_says_what_is_wrong_and_where(rule: Rule, text: str, cars: list[str]) -> None:
    day = tiny_day(rule, options=OPTIONS, attributes=COLOURS)
    found = violations(day, day.idents)
    assert found["text"].to_list() == [text]
    assert found["cars"].to_list() == [cars]
    assert found["level"].to_list() == [None if rule.hard else "level 0"]


def test_a_spread_lists_stretches_more_than_half_a_car_off_the_line() -> None:
    day = tiny_day(Spread(name="s", level=0, option="roof"), options=OPTIONS)
    found = violations(day, day.idents)
    assert found["text"].to_list() == [
        "roof: up to 1.4 cars ahead of the straight line in positions 1 to 6",
        "roof: up to 0.6 cars behind the straight line in position 9",
    ]
    assert found["cars"].to_list() == [["c01", "c02", "c04"], []]


def test_broken_hard_rules_say_what_they_demand_where_and_which_cars() -> None:
    day = tiny_day(
        RunLength(name="batch", most=2),
        Pinned(name="pin", pins=(("c01", 1),)),
        Ratio(name="soft", level=0, option="roof", most=1, window=2),
        attributes={"colour": "RRRBBBGGGB"},
        options={"roof": "1111111111"},
    )
    (said,) = broken_rules(day, day.idents)
    assert said == (
        "batch: runs of 1 to 2 cars of one colour. Off by 3 cars: "
        "colour: 3 cars of R in a row in positions 1 to 3 (c01, c02, c03), at most 2; "
        "colour: 3 cars of B in a row in positions 4 to 6 (c04, c05, c06), at most 2; "
        "and 1 more place."
    )
    assert "c01 is pinned to position 1 but stands at 10" in broken_rules(day, day.idents[::-1])[1]
    kept = tiny_day(RunLength(name="batch", most=3), attributes={"colour": "RRRBBB"})
    assert broken_rules(kept, kept.idents) == ()


def test_frozen_cars_that_moved_are_named() -> None:
    day = tiny_day(Frozen(name="frozen", first=2), size=3)
    found = violations(day, ["c02", "c01", "c03"])
    assert found["text"].to_list() == [
        "frozen: c02 is frozen at position 2 but stands at 1",
        "frozen: c01 is frozen at position 1 but stands at 2",
    ]


def test_what_begins_before_the_day_is_said() -> None:
    day = tiny_day(
        Ratio(name="r", level=0, option="roof", most=1, window=3),
        Changes(name="paint", level=0),
        options={"roof": "100"},
        attributes={"colour": "RRR"},
        before={"roof": "01", "colour": "RB"},
    )
    found = violations(day, day.idents)
    assert found["text"].to_list() == [
        "roof 1/3: 2 cars in positions -1 to 1, 2 of them before the day (p02, c01)",
        "roof 1/3: 2 cars in positions 0 to 2, 1 of them before the day (p02, c01)",
        "colour: B (p02) then R (c01) in positions 0 to 1, 1 of them before the day",
    ]


def test_hard_rules_come_first_then_the_levels() -> None:
    day = tiny_day(
        Changes(name="paint", level=1),
        Ratio(name="roof", level=0, option="roof", most=0, window=1),
        RunLength(name="batch", most=1),
        options={"roof": "100"},
        attributes={"colour": "RBB"},
    )
    found = violations(day, day.idents)
    assert found["rule"].to_list() == ["batch", "roof", "paint"]
    assert found["hard"].to_list() == [True, False, False]
    assert found["first"].to_list() == [2, 1, 1]
    assert found["last"].to_list() == [3, 1, 2]


def test_an_order_without_fault_gives_an_empty_table() -> None:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "RR"})
    found = violations(day, day.idents)
    assert found.height == 0
    assert dict(found.schema) == COLUMNS


@given(days(), st.integers(0, 99))
def test_the_rows_sum_to_the_score(day: Day, seed: int) -> None:
    order = random_order(day, seed)
    score = score_order(day, order)
    found = violations(day, order)
    for rule, (name, figure) in zip(day.rules, score.rules, strict=True):
        rows = found.filter(pl.col("rule") == name)
        listed = rows["cost"].sum()
        if isinstance(rule, Spread):
            assert listed <= figure + 1e-9
        else:
            assert math.isclose(listed, figure, abs_tol=1e-9)
        assert rows["first"].is_sorted()
        assert (rows["last"] >= 1).all()
