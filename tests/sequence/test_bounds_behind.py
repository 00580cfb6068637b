"""Bounds of changes behind kept ratios, and of ratios behind few changes."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.formats import read_day
from sinho.days.rules import Changes, Frozen, Pinned, Ratio, Rule, RunLength
from sinho.days.score import score_order
from sinho.sequence import sequence_day
from sinho.sequence.bounds import bounds, conditional_bounds
from sinho.sequence.bounds.behind import least_batches
from sinho.sequence.contradictions import contradictions
from sinho.stop import TimeLimit
from tests.budget import examples
from tests.sequence.days import tiny_day

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "roadef"

needs_roadef = pytest.mark.skipif(
    not (DATA / "reference.csv").exists(),
    reason="the instances of the ROADEF 2005 challenge are not on this machine",
)


@st.composite
def painted_days(draw: st.DrawFn) -> Day:
    """Days of ratios and changes in separate levels, some with hard rules and cars before them."""
    size, known, levels = draw(st.integers(3, 5)), draw(st.integers(0, 5)), draw(st.integers(2, 3))
    options = ("roof", "tow")[: draw(st.integers(1, 2))]
    paint, *others = draw(st.permutations(range(levels)))
    rules: list[Rule] = [Changes(name="paint", level=paint, weight=draw(st.integers(1, 3)))]
    for at in range(draw(st.integers(1, 3))):
        window = draw(st.integers(2, 4))
        ratio = Ratio(
            name=f"ratio {at}",
            level=draw(st.sampled_from([*others, *others, *others, None])),
            weight=draw(st.integers(1, 2)),
            option=draw(st.sampled_from(options)),
            most=draw(st.integers(0, window - 1)),
            window=window,
            shortened=draw(st.booleans()),
            first=draw(st.sampled_from([None, None, None, 2])),
        )
        rules.append(ratio)
    if draw(st.booleans()):
        rules.append(RunLength(name="batch", most=draw(st.integers(1, 3))))
    held = draw(st.sampled_from(["", "", "frozen", "pinned"]))
    if held == "frozen":
        rules.append(Frozen(name="frozen", first=draw(st.integers(1, 2))))
    if held == "pinned":
        rules.append(Pinned(name="pinned", pins=(("c01", draw(st.integers(1, size))),)))

    def text(signs: str, length: int) -> str:
        return draw(st.text(st.sampled_from(signs), min_size=length, max_size=length))

    return tiny_day(
        *rules,
        options={option: text("01", size) for option in options},
        attributes={"colour": text("RBG", size)},
        before={**{option: text("01", known) for option in options}, "colour": text("RBW", known)},
        levels=[f"level {at}" for at in range(levels)],
    )


@settings(max_examples=examples(60), deadline=None)
@given(painted_days(), st.integers(0, 999))
def test_bounds_behind_given_totals_hold_for_every_order_no_worse(day: Day, pick: int) -> None:
    scores = [score_order(day, order) for order in itertools.permutations(day.idents)]
    reached = sorted({score.totals for score in scores if score.feasible})
    if not reached:
        return
    always = bounds(day)
    for totals in (reached[0], reached[pick % len(reached)]):
        found = conditional_bounds(day, totals, always).totals
        for level, least in enumerate(found):
            assert least >= always.totals[level]
            for other in reached:
                if all(a <= b for a, b in zip(other[:level], totals, strict=False)):
                    assert least <= other[level]


@settings(max_examples=examples(60), deadline=None)
@given(st.integers(1, 9), st.integers(1, 5), st.data())
def test_batches_that_a_kept_ratio_asks_for(cars: int, window: int, data: st.DataObject) -> None:
    most, fitted = data.draw(st.integers(1, window)), data.draw(st.integers(0, cars))
    longest = data.draw(st.integers(1, cars))
    rule = Ratio(name="ratio", level=0, option="roof", most=most, window=window)

    def batches(signs: tuple[int, ...]) -> int:
        """Cut a row of cars greedily; a batch ends where the next car would break the rule."""
        number, begin = 1, 0
        for at in range(cars):
            last = signs[max(begin, at - window + 1) : at + 1]
            if at - begin >= longest or sum(last) > most:
                number, begin = number + 1, at
        return number

    rows = (row for row in itertools.product((0, 1), repeat=cars) if sum(row) == fitted)
    assert least_batches(cars, fitted, rule, longest) == min(map(batches, rows))


def test_a_colour_whose_cars_mostly_have_an_option_is_built_in_many_batches() -> None:
    # 4 of 6 red cars have a roof at 1/3: a batch of one car, or of four, holds one roof more than
    # a third of its cars; three batches are needed, and others between them.
    day = tiny_day(
        Ratio(name="roof", level=0, option="roof", most=1, window=3),
        Changes(name="paint", level=1),
        options={"roof": "111100" + "0" * 8},
        attributes={"colour": "R" * 6 + "B" * 8},
        before={"roof": "00", "colour": "BB"},
    )
    assert bounds(day).totals == (0, 1)
    behind = conditional_bounds(day, (0, 9))
    assert behind.totals[1] > 4
    assert "where nothing is given up in the levels before" in behind.reasons[1]
    # A search by time ends when each level is proven behind those before it.
    found = sequence_day(day, stop=TimeLimit(600))
    assert found.status == "optimal"
    assert found.score.totals == behind.totals
    assert conditional_bounds(day, None).totals == behind.totals


@pytest.mark.parametrize("level", [0, None])
def test_a_ratio_without_a_whole_window_asks_for_no_batches(level: int | None) -> None:
    # With all cars of one colour, no change is needed; 3 cars and the one before fill no window.
    ratio = Ratio(name="roof", level=level, option="roof", most=0, window=5, shortened=False)
    rules = (ratio, Changes(name="paint", level=1), Changes(name="model", level=1, attribute="m"))
    day = tiny_day(
        *rules,
        options={"roof": "111"},
        attributes={"colour": "RRR", "m": "ABB"},
        before={"roof": "0", "colour": "R", "m": "A"},
    )
    assert conditional_bounds(day, (0, 3)).totals == bounds(day).totals == (0, 1)
    assert conditional_bounds(day, None).totals == (0, 1)


@pytest.mark.parametrize("level", [0, None])
def test_a_ratio_far_wider_than_the_day_takes_no_longer(level: int | None) -> None:
    day = tiny_day(
        Ratio(name="roof", level=level, option="roof", most=10**8, window=10**9),
        Ratio(name="tow", level=0, option="tow", most=1, window=2),
        Changes(name="paint", level=1),
        options={"roof": "11001", "tow": "01101"},
        attributes={"colour": "RBRBR"},
    )
    assert contradictions(day) == ()
    assert conditional_bounds(day, (0, 9)).totals == bounds(day).totals == (0, 1)


def test_no_more_is_put_into_bounds_once_they_are_stopped() -> None:
    day = tiny_day(
        Ratio(name="roof", level=0, option="roof", most=1, window=3),
        Changes(name="paint", level=1),
        options={"roof": "111100" + "0" * 8},
        attributes={"colour": "R" * 6 + "B" * 8},
    )
    always = bounds(day)
    stopped = conditional_bounds(day, None, always, stop=lambda: True).totals
    assert always.totals < stopped < conditional_bounds(day, None, always).totals


@needs_roadef
@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("022_3_4_RAF_EP_ENP", (11, 39, 1)),
        ("064_38_2_EP_RAF_ENP_ch1", (0, 112, 759)),
        ("035_ch1_RAF_EP_ENP_S22_J3", (6, 156, 90)),
        ("064_ch2_EP_ENP_RAF_S22_J4", (0, 69, 130)),
    ],
)
def test_the_best_order_known_is_proven_in_all_levels(name: str, reached: tuple[int, ...]) -> None:
    (folder,) = DATA.glob(f"*/{name}")
    day = read_day(folder)
    assert bounds(day).totals != reached
    assert conditional_bounds(day, reached).totals == reached


@needs_roadef
def test_bounds_behind_the_reference_do_not_exceed_it() -> None:
    with (DATA / "reference.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if "ch" in row["instance"]]
    for row in rows[::13]:
        day = read_day(DATA / row["set"] / row["instance"])
        reached = tuple(int(row[level]) for level in day.levels)
        found = conditional_bounds(day, reached).totals
        assert all(a <= b for a, b in zip(found, reached, strict=True)), row["instance"]
