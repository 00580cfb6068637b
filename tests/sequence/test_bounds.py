"""Lower bounds hold for every order, and are reached where they say so."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.formats import read_day
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
from sinho.sequence.bounds import bounds, conditional_bounds, explain_rule, rule_outlook
from sinho.sequence.bounds.ratio import ratio_floor
from tests.sequence.days import all_orders, days, random_day, random_order, tiny_day

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

needs_roadef = pytest.mark.skipif(
    not (DATA / "roadef" / "reference.csv").exists(),
    reason="the instances of the ROADEF 2005 challenge are not on this machine",
)
needs_csplib = pytest.mark.skipif(
    not (DATA / "csplib" / "data.txt").exists(),
    reason="the instances of CSPLib prob001 are not on this machine",
)


def least(day: Day) -> int:
    """Bound of the day's only soft rule, in its smallest unit."""
    (level,) = bounds(day).totals
    return level


def windows_excess(rule: Ratio, before: list[int], built: tuple[int, ...]) -> int:
    line = [*before, *built]
    total = 0
    for begin in range(len(line)):
        window = line[begin : begin + rule.window]
        if begin + len(window) <= len(before):
            continue
        if rule.shortened or len(window) == rule.window:
            total += max(0, sum(window) - rule.most)
    return total


@st.composite
def ratio_cases(
    draw: st.DrawFn,
) -> tuple[Ratio, int, int, list[int], dict[int, int]]:
    window = draw(st.integers(1, 7))
    rule = Ratio(
        name="roof",
        level=0,
        option="roof",
        most=draw(st.integers(0, window - 1)),
        window=window,
        shortened=draw(st.booleans()),
    )
    size = draw(st.integers(1, 9))
    before = draw(st.lists(st.integers(0, 1), max_size=8))
    held = draw(st.dictionaries(st.integers(1, size), st.integers(0, 1), max_size=3))
    free = size - len(held)
    cars = sum(held.values()) + draw(st.integers(0, free))
    return rule, size, cars, before, held


@settings(max_examples=300)
@given(ratio_cases())
def test_the_bound_of_a_ratio_is_the_least_over_all_orders(
    case: tuple[Ratio, int, int, list[int], dict[int, int]],
) -> None:
    rule, size, cars, before, held = case
    floor = ratio_floor(rule, size, cars, np.array(before, dtype=np.int64), held)
    orders = [
        built
        for built in itertools.product((0, 1), repeat=size)
        if all(built[at - 1] == fitted for at, fitted in held.items())
    ]
    costs = {
        number: min(windows_excess(rule, before, built) for built in orders if sum(built) == number)
        for number in {sum(built) for built in orders}
    }
    assert floor.least == costs[cars]
    cheapest = min(costs.values())
    assert floor.room == max(number for number, cost in costs.items() if cost == cheapest)
    assert floor.forced == cheapest


@pytest.mark.parametrize(
    ("cars", "size", "most", "window", "figure"),
    [
        (51, 100, 1, 2, 1),  # 50 windows of two positions hold 50 cars
        (52, 100, 1, 2, 2 + 1),  # and those that begin a position later, 1 + 49 + 1
        (67, 100, 2, 3, 0),
        (68, 100, 2, 3, 1 + 1),  # windows from position 1 or 2 on hold 67, from 3 on 68
        (10, 10, 2, 5, 1 + 2 + 6 * 3 + 2 + 1),  # all cars have it: six whole windows, and edges
    ],
)
def test_cars_beyond_windows_laid_end_to_end_are_violations(
    cars: int, size: int, most: int, window: int, figure: int
) -> None:
    rule = Ratio(name="roof", level=0, option="roof", most=most, window=window)
    signs = "1" * cars + "0" * (size - cars)
    assert least(tiny_day(rule, options={"roof": signs}, before={"roof": "0" * window})) == figure


def test_the_cars_before_the_day_may_force_violations() -> None:
    rule = Ratio(name="roof", level=0, option="roof", most=1, window=4)
    day = tiny_day(rule, options={"roof": "0000"}, before={"roof": "0111"})
    # The windows that begin two and one cars before the day hold 3 and 2 cars already; the last
    # begins with one.
    assert bounds(day).totals == (2 + 1 + 0,)
    assert "already caused" in bounds(day).rules[0].reason


@pytest.mark.parametrize(
    ("colours", "before", "most", "changes"),
    [
        ("RRBB", "", None, 1),
        ("RRBB", "R", None, 1),
        ("RRBB", "G", None, 2),
        ("RRRRBB", "", 2, 2),  # R R, B, R R: the blue cars part two batches
        ("RRRRBBG", "G", 2, 3),
        ("RRRRRRB", "", 3, 2),
        ("RRRRRRB", "B", 3, 3),
        ("RRRBBB", "R", 1, 5),
    ],
)
def test_changes_follow_from_colours_and_batches(
    colours: str, before: str, most: int | None, changes: int
) -> None:
    day = tiny_day(
        Changes(name="paint", level=0),
        RunLength(name="batch", most=most),
        attributes={"colour": colours},
        before={"colour": before},
    )
    assert least(day) == changes


def test_an_even_spread_is_reached_by_the_nearest_whole_cars() -> None:
    day = tiny_day(Spread(name="heijunka", level=0, option="roof"), options={"roof": "11000"})
    # 0.4, 0.8, 1.2, 1.6 and 2 cars are due: 0, 1, 1, 2 and 2 are nearest.
    assert bounds(day).figures == (pytest.approx(0.16 + 0.04 + 0.04 + 0.16),)


def test_work_beyond_takt_and_station_is_overload() -> None:
    # 4 cars of 1.5 minutes at a takt of 1 in a station of 1.5: 6 minutes of work, 4.5 of time.
    rule = Overload(name="trim", level=0, base=1.5, times=(), takt=1.0, length=1.5)
    assert bounds(tiny_day(rule, size=4)).figures == (pytest.approx(1.5),)


def test_a_maximum_is_exceeded_by_what_its_blocks_cannot_hold() -> None:
    rule = Maximum(name="hour", level=0, option="roof", most=2, per=4)
    assert least(tiny_day(rule, options={"roof": "1111110000"})) == 0
    assert least(tiny_day(rule, options={"roof": "1111111000"})) == 1


def test_more_cars_than_positions_before_a_deadline_are_late() -> None:
    rule = Windows(name="w", level=0, windows=(("c01", 1, 2), ("c02", 1, 2), ("c03", 2, 2)))
    assert least(tiny_day(rule, size=5)) == 1


def test_values_that_may_not_follow_each_other_need_others_between() -> None:
    pairs = (("R", "R"), ("R", "B"), ("B", "R"), ("B", "B"))
    rule = Forbidden(name="f", level=0, attribute="colour", pairs=pairs)
    assert least(tiny_day(rule, attributes={"colour": "RRBBG"})) == 2
    apart = Forbidden(name="f", level=0, attribute="colour", pairs=(("R", "B"), ("B", "R")))
    assert least(tiny_day(apart, attributes={"colour": "RRBB"})) == 1


def test_the_cheapest_way_through_the_values_is_the_least_changeover_cost() -> None:
    costs = (("A", "B", 1.0), ("B", "C", 2.0), ("C", "A", 9.0), ("A", "C", 9.0))
    rule = Changeover(name="c", level=0, attribute="model", costs=costs, default=5.0)
    assert bounds(tiny_day(rule, attributes={"model": "CBA"})).figures == (3.0,)
    from_c = tiny_day(rule, attributes={"model": "CBA"}, before={"model": "C"})
    assert bounds(from_c).figures == (10.0,)  # C, B, A; by A, B, C it costs 9 + 1 + 2


SINGLE = (Ratio, Changes, RunLength, Spread, Forbidden, Changeover, Maximum, Overload, Windows)


@pytest.mark.parametrize("kind", SINGLE)
@settings(max_examples=25)
@given(data=st.data())
def test_bounds_never_exceed_the_best_order_and_are_reached_where_exact(
    kind: type[Rule], data: st.DataObject
) -> None:
    hard = data.draw(st.sampled_from([[], [Pinned], [Frozen], [Pinned, Frozen]]))
    day = data.draw(days((1, 5), [kind, *hard], each=1))
    scores = [score_order(day, order) for order in all_orders(day)]
    costs = [round(score.rules[0][1] * day.rules[0].scale) for score in scores if score.feasible]
    bound = bounds(day).rules[0]
    assert bound.total <= min(costs)
    if bound.exact:
        assert bound.total == min(costs)


@settings(max_examples=25)
@given(days((1, 5), [Changes, RunLength, Changeover, Forbidden, Pinned], hard=[RunLength]))
def test_bounds_hold_for_orders_that_keep_hard_run_lengths(day: Day) -> None:
    found = bounds(day)
    for order in all_orders(day):
        score = score_order(day, order)
        if score.feasible:
            assert all(a <= b for a, b in zip(found.totals, score.totals, strict=True))


@settings(max_examples=60)
@given(days((1, 40), [*SINGLE]), st.integers(0, 999))
def test_bounds_hold_for_every_order_where_nothing_is_hard(day: Day, seed: int) -> None:
    score, found = score_order(day, random_order(day, seed)), bounds(day)
    assert all(a <= b for a, b in zip(found.totals, score.totals, strict=True))
    for (name, figure), bound in zip(score.rules, found.rules, strict=True):
        assert bound.name == name
        assert bound.figure <= figure + 1e-9
        assert bound.reason


@settings(max_examples=60)
@given(days((1, 30)), st.integers(0, 999))
def test_bounds_hold_for_orders_that_keep_pins_and_frozen_cars(day: Day, seed: int) -> None:
    held = {position: car for car, position in day.fixed().items()}
    others = iter([car for car in random_order(day, seed) if car not in held.values()])
    order = [held.get(at) or next(others) for at in range(1, day.size + 1)]
    score, found = score_order(day, order), bounds(day)
    assert all(a <= b for a, b in zip(found.totals, score.totals, strict=True))


def test_a_level_sums_the_weighted_bounds_of_its_rules() -> None:
    day = tiny_day(
        Ratio(name="roof", level=0, weight=5, option="roof", most=0, window=1),
        Changes(name="paint", level=0, weight=2),
        Changes(name="again", level=1),
        options={"roof": "110"},
        attributes={"colour": "RRB"},
    )
    found = bounds(day)
    assert found.totals == (5 * 2 + 2 * 1, 1)
    assert found.figures == (12.0, 1.0)
    assert "roof 5 × 2 (" in found.reasons[0]
    assert "paint 2 × 1 (" in found.reasons[0]


def test_the_outlook_names_the_basis_of_each_utilisation() -> None:
    day = tiny_day(
        Ratio(name="roof 1/2", level=0, option="roof", most=1, window=2),
        Ratio(name="tow 1/2", level=0, option="tow", most=1, window=2),
        Maximum(name="day", option="tow", most=1),
        Overload(name="trim", level=0, base=1.0, times=(), takt=2.0, length=2.0),
        options={"roof": "1110", "tow": "1100"},
    )
    rows = {row["rule"]: row for row in rule_outlook(day).iter_rows(named=True)}
    assert rows["roof 1/2"]["utilisation"] == 1.5
    assert rows["roof 1/2"]["possible"] is False
    assert rows["roof 1/2"]["least"] == 1
    assert rows["tow 1/2"]["utilisation"] == 1.0
    assert rows["tow 1/2"]["possible"] is True
    assert rows["tow 1/2"]["room"] == 2
    assert rows["day"]["utilisation"] == 2.0
    assert rows["day"]["hard"] is True
    assert rows["trim"]["utilisation"] == 0.5
    assert all(row["basis"] for row in rows.values())


def test_a_rule_is_explained_in_words() -> None:
    day = tiny_day(
        Ratio(name="sunroof", level=0, option="roof", most=1, window=2),
        Ratio(name="tow bar", level=0, option="tow", most=1, window=2),
        Changes(name="paint", level=0),
        options={"roof": "1110", "tow": "1100"},
        attributes={"colour": "RBRB"},
    )
    assert explain_rule(day, day.rules[0]) == (
        "sunroof: at most 1 of 2 cars in a row with roof. 3 of 4 cars (75.0%) have the option. "
        "Utilisation 150.0% (take rate over the ratio). No order keeps it; the best costs "
        "1 violation: 3 cars with roof at 1/2 in 4 positions; room for 2."
    )
    assert "An order can keep it when it alone counts" in explain_rule(day, day.rules[1])
    assert "the best costs 1 change: 2 values of colour" in explain_rule(day, day.rules[2])


@settings(max_examples=40)
@given(days((1, 5), [Ratio], each=4), st.booleans())
def test_ratios_of_one_level_are_bounded_together(day: Day, joint: bool) -> None:
    day = replace(day, rules=tuple(replace(rule, level=0) for rule in day.rules))
    best = min(score_order(day, order).totals for order in all_orders(day))
    assert bounds(day, joint=joint).totals <= best
    assert bounds(day).totals >= bounds(day, joint=False).totals


@settings(max_examples=20)
@given(days((3, 5), [Ratio, Pinned], each=3))
def test_ratios_bounded_together_hold_with_pinned_cars(day: Day) -> None:
    rules = [replace(rule, level=0) if isinstance(rule, Ratio) else rule for rule in day.rules]
    day = replace(day, rules=tuple(rules))
    scores = [score_order(day, order) for order in all_orders(day)]
    assert bounds(day).totals <= min(score.totals for score in scores if score.feasible)


def test_options_that_leave_each_other_no_room_cost_more_together() -> None:
    # 12 roofs at 1/2 in 24 positions take every other one; 8 tow bars at 1/3 every third.
    day = tiny_day(
        Ratio(name="sunroof", level=0, weight=2, option="roof", most=1, window=2),
        Ratio(name="tow bar", level=0, option="tow", most=1, window=3),
        options={"roof": "1" * 12 + "0" * 12, "tow": "0" * 16 + "1" * 8},
        before={"roof": "00", "tow": "00"},
    )
    assert bounds(day, joint=False).totals == (0,)
    assert bounds(day).totals > (0,)
    assert "sunroof and tow bar together" in bounds(day).reasons[0]


@settings(max_examples=30)
@given(days((2, 5), [Ratio, Changes], each=4), st.integers(0, 999))
@example(random_day(633092, 3, [Ratio, Changes], hard=(), each=4), 1)
def test_conditional_bounds_hold_for_orders_no_worse_before(day: Day, seed: int) -> None:
    scores = [score_order(day, order) for order in all_orders(day)]
    best = min(scores, key=lambda score: score.key)
    for given_totals in (best.totals, score_order(day, random_order(day, seed)).totals):
        found = conditional_bounds(day, given_totals).totals
        for score in scores:
            for level, total in enumerate(score.totals):
                if all(a <= b for a, b in zip(score.totals[:level], given_totals, strict=False)):
                    assert found[level] <= total


@needs_roadef
@pytest.mark.parametrize(
    ("name", "reached"),
    [("024_38_5_EP_ENP_RAF", (4, 34, 0)), ("035_ch1_EP_ENP_RAF_S22_J3", (67, 52, 0))],
)
def test_the_second_objective_is_proven_the_best_behind_the_first(
    name: str, reached: tuple[int, ...]
) -> None:
    (row,) = (row for row in references() if row["instance"] == name)
    day = read_day(DATA / "roadef" / row["set"] / name)
    assert conditional_bounds(day, reached).totals[:2] == reached[:2]
    assert bounds(day).totals[1] < reached[1]


@needs_roadef
def test_no_bound_of_the_challenge_exceeds_a_score_that_was_reached() -> None:
    met = 0
    for row in references():
        day = read_day(DATA / "roadef" / row["set"] / row["instance"])
        reached = [int(row[level]) for level in day.levels]
        totals = bounds(day, joint=False).totals
        assert all(a <= b for a, b in zip(totals, reached, strict=True)), row["instance"]
        met += totals[0] == reached[0]
    assert met >= 50


@needs_roadef
@pytest.mark.parametrize(
    ("name", "proven"),
    [
        ("024_38_3_EP_ENP_RAF", 4),
        ("024_38_5_EP_RAF_ENP", 4),
        ("024_V2_EP_ENP_RAF_S22_J1", 1071),
        ("035_ch1_EP_RAF_ENP_S22_J3", 67),
        ("035_ch2_EP_ENP_RAF_S22_J3", 385),
    ],
)
def test_ratios_together_prove_what_those_alone_do_not(name: str, proven: int) -> None:
    (row,) = (row for row in references() if row["instance"] == name)
    day = read_day(DATA / "roadef" / row["set"] / name)
    totals = bounds(day).totals
    assert bounds(day, joint=False).totals[0] < proven <= totals[0]
    assert all(a <= int(row[level]) for a, level in zip(totals, day.levels, strict=True))


@needs_csplib
@pytest.mark.parametrize(
    ("name", "known"), [("6/76", 6), ("10/93", 3), ("19/71", 2), ("21/90", 2), ("36/92", 2)]
)
def test_the_known_scores_of_csplib_are_proven_the_best(name: str, known: int) -> None:
    day = read_day(DATA / "csplib" / "data.txt", instance=name)
    assert bounds(day).totals == (known,)


@needs_csplib
def test_a_satisfiable_instance_of_csplib_is_bounded_by_zero() -> None:
    day = read_day(DATA / "csplib" / "data.txt", instance="4/72")
    assert bounds(day).totals == (0,)


def references() -> list[dict[str, str]]:
    with (DATA / "roadef" / "reference.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
