"""Lines that share a booth: the merge, the joint score, and the search against all orders."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.day import CAR, Day
from sinho.days.joint import (
    Booth,
    JointDay,
    Worked,
    merge,
    score_joint,
)
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
from sinho.errors import DataError, Infeasible
from sinho.sequence import Input, Params, sequence_day, solve
from sinho.sequence.bounds import bounds
from sinho.sequence.bounds.joint import joint_bounds
from sinho.sequence.joint_arrays import joint_walkers
from sinho.sequence.kernel import pool
from sinho.sequence.stages import Stage, line_view, totals
from tests.budget import examples
from tests.sequence.days import random_day, random_order, tiny_day

ALONG = (Ratio, Changes, Spread, Maximum, Overload, Windows, Pinned, Frozen)
"""Kinds of rules along the lines."""

SHARED = (Changes, Changeover, Forbidden, RunLength)
"""Kinds of rules at a booth."""

Orders = Mapping[str, Sequence[str]]


def sequence_joint(joint: JointDay, *, start: Any = None, seed: int = 1, **params: Any) -> Any:
    """Sequence lines that share booths."""
    return solve(Input.from_day(joint, start=start), Params(**params), seed=seed).found


def on_line(day: Day, line: str) -> Day:
    """Return a day as that of a line; its cars bear the line's name."""

    def own(rule: Rule) -> Rule:
        if isinstance(rule, Pinned):
            return replace(rule, pins=tuple((line + car, at) for car, at in rule.pins))
        if isinstance(rule, Windows):
            return replace(rule, windows=tuple((line + car, *at) for car, *at in rule.windows))
        return rule

    return replace(
        day,
        line=line,
        cars=day.cars.with_columns((pl.lit(line) + pl.col(CAR)).alias(CAR)),
        previous=day.previous.with_columns((pl.lit(line) + pl.col(CAR)).alias(CAR)),
        rules=tuple(own(rule) for rule in day.rules),
    )


def days_of(*hours: float) -> tuple[Worked, ...]:
    """Return days that begin together and are worked without a break."""
    return tuple(((0.0, own),) for own in hours)


SHIFTS: tuple[Worked, ...] = (
    ((6.0, 8.0),),
    ((7.0, 3.25), (10.75, 4.0)),
    ((5.5, 7.5), (14.0, 4.0), (18.5, 4.0)),
)
"""Shifts of lines that begin and rest at other times."""


def random_joint(
    seed: int,
    sizes: Sequence[int],
    kinds: Sequence[type[Rule]] = ALONG,
    shared: Sequence[type[Rule]] = SHARED,
    hard: Sequence[type[Rule]] = (Windows,),
) -> JointDay:
    """Return random lines behind one booth; each works its own shifts."""
    lines = [
        on_line(random_day(seed + at, size, kinds, hard=hard, each=1), f"L{at + 1}")
        for at, size in enumerate(sizes)
    ]
    source = random_day(seed + 99, sum(sizes), shared, hard=hard, each=1)
    rules = tuple(replace(rule, name=f"booth {rule.name}") for rule in source.rules)
    names = tuple(line.line for line in lines)
    worked = tuple(SHIFTS[(seed + at) % 3] for at in range(len(lines)))
    booth = Booth("paint", names, rules, source.previous)  # type: ignore[arg-type]
    return JointDay(f"random {seed}", tuple(lines), worked, (booth,))


def two_lines(one: str, two: str, *shared: Rule, hours: tuple[float, float] = (8, 8)) -> JointDay:
    """Return two lines of cars by colour, without rules of their own."""
    levels = [f"level {at}" for at in range(1 + max(rule.level or 0 for rule in shared))]
    lines = tuple(
        on_line(tiny_day(attributes={"colour": colours}, levels=levels), name)
        for name, colours in (("L1", one), ("L2", two))
    )
    booth = Booth("paint", ("L1", "L2"), shared, lines[0].cars.clear())  # type: ignore[arg-type]
    return JointDay("two", lines, days_of(*hours), (booth,))


def all_orders(joint: JointDay) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield every order of every line."""
    each = [itertools.permutations(line.idents) for line in joint.lines]
    for orders in itertools.product(*each):
        yield dict(zip((line.line for line in joint.lines), orders, strict=True))


def best_key(joint: JointDay) -> tuple[int, ...]:
    """Return the best that any orders reach, each line's cost found once for each order."""
    own = [
        {order: score_order(line, order) for order in itertools.permutations(line.idents)}
        for line in joint.lines
    ]
    best = None
    scale = joint.whole.level_scale(None)
    days = [*joint.lines, *joint.booth_days]
    for orders in itertools.product(*own):
        named = dict(zip((line.line for line in joint.lines), orders, strict=True))
        scores = [known[order] for known, order in zip(own, orders, strict=True)]
        hard = sum(
            score.hard * scale // day.level_scale(None)
            for score, day in zip(scores, days, strict=False)
        )
        least = (hard, *joint.summed([*(score.totals for score in scores), (0,) * 9]))
        if best is not None and least >= best:
            continue
        key = score_joint(joint, named).key
        best = key if best is None else min(best, key)
    assert best is not None
    return best


def start_of(joint: JointDay, seed: int) -> dict[str, tuple[str, ...]]:
    """Return a random order of each line."""
    return {line.line: random_order(line, seed) for line in joint.lines}


def reaches(joint: JointDay, best: tuple[int, ...], iterations: int) -> bool:
    """Say whether the search reaches a key from one of a few seeds; it must never be below it."""
    for seed in range(20):
        start = start_of(joint, seed) if seed % 2 else None
        found = sequence_joint(joint, start=start, iterations=iterations, seed=seed, strict=False)
        assert found.score.key >= best
        if found.score.key == best:
            return True
    return False


def entered(joint: JointDay, orders: Orders) -> list[str]:
    """Return the cars in the order in which they enter a booth, by the clock."""
    times = []
    for number, (line, worked) in enumerate(zip(joint.lines, joint.worked, strict=True)):
        for at, car in enumerate(orders[line.line]):
            left = (at + 0.5) * sum(hours for _, hours in worked) / line.size
            for begin, hours in worked:
                if left < hours - 1e-9:
                    times.append((begin + left, number, car))
                    break
                left -= hours
    times.sort(key=lambda one: (round(one[0], 9), one[1]))
    return [car for _, _, car in times]


def counted(rule: Rule, values: list[str], known: int) -> int:
    """Count a rule of a booth car by car; ``known`` of the values stand before the day."""
    cost = 0
    if isinstance(rule, RunLength):
        for value, group in itertools.groupby(values[known:]):
            length = len(list(group))
            if rule.value in (None, value):
                cost += max(0, rule.least - length)
                cost += 0 if rule.most is None else max(0, length - rule.most)
        return cost
    for at in range(max(1, known), len(values)):
        pair = values[at - 1], values[at]
        if isinstance(rule, Changes):
            cost += pair[0] != pair[1]
        elif isinstance(rule, Forbidden):
            cost += pair in rule.pairs
        elif isinstance(rule, Changeover):
            named = {(a, b): price for a, b, price in rule.costs}
            price = named.get(pair, rule.default if pair[0] != pair[1] else 0)
            cost += round(1000 * price)
    return cost


def test_lines_of_one_takt_enter_in_turn() -> None:
    assert merge([3, 3], days_of(8, 8)) == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]


def test_a_line_twice_as_fast_sends_two_cars_for_one() -> None:
    # Four cars in 8 h enter at 1, 3, 5 and 7 h, two at 2 and 6 h.
    assert merge([4, 2], days_of(8, 8)) == [(0, 0), (1, 0), (0, 1), (0, 2), (1, 1), (0, 3)]


def test_a_longer_day_goes_on_when_the_other_line_rests() -> None:
    # One line's cars enter at 1, 3, 5 and 7 h, the other's at 2, 6, 10 and 14 h.
    order = [line for line, _ in merge([4, 4], days_of(8, 16))]
    assert order == [0, 1, 0, 0, 1, 0, 1, 1]


def test_lines_enter_by_the_clock_of_their_own_shifts() -> None:
    # One line works from 6 to 10: its cars enter at 6:30, 7:30, 8:30 and 9:30. The other works from
    # 8 to 10 and, after a break of an hour, from 11 to 13: at 8:30, 9:30, 11:30 and 12:30.
    early, late = ((6.0, 4.0),), ((8.0, 2.0), (11.0, 2.0))
    order = [(0, 0), (0, 1), (0, 2), (1, 0), (0, 3), (1, 1), (1, 2), (1, 3)]
    assert merge([4, 4], [early, late]) == order


def test_a_car_due_at_the_begin_of_a_break_enters_behind_it() -> None:
    # Two hours, a break, two hours: the second of three cars is due after two hours, at 12.
    morning = ((8.0, 2.0), (12.0, 2.0))
    assert merge([3, 1], [morning, ((10.0, 2.0),)]) == [(0, 0), (1, 0), (0, 1), (0, 2)]


def test_a_night_shift_enters_behind_the_day() -> None:
    night, day = ((22.0, 4.0), (26.5, 3.5)), ((6.0, 8.0),)
    assert [line for line, _ in merge([5, 5], [night, day])] == [1] * 5 + [0] * 5


def test_hours_that_no_binary_fraction_holds_make_no_difference() -> None:
    assert merge([3, 3], days_of(0.1 + 0.2, 0.3)) == merge([3, 3], days_of(0.3, 0.3))


@given(
    st.lists(st.tuples(st.integers(1, 12), st.floats(0.5, 24)), min_size=1, max_size=4),
)
def test_a_merge_keeps_the_order_of_each_line(lines: list[tuple[int, float]]) -> None:
    order = merge([size for size, _ in lines], days_of(*(hours for _, hours in lines)))
    for number, (size, _) in enumerate(lines):
        assert [at for line, at in order if line == number] == list(range(size))
    assert len(order) == sum(size for size, _ in lines)


def test_batches_are_counted_over_both_lines() -> None:
    joint = two_lines(
        "RRBB",
        "RBRB",
        Changes(name="changes", level=0),
        RunLength(name="batch", most=3),
    )
    orders = {line.line: line.idents for line in joint.lines}
    # In turn: R R, R B, B R, B B.
    score = score_joint(joint, orders)
    assert score.booths["paint"].rules == (("changes", 3.0), ("batch", 0.0))
    orders["L2"] = ("L2c01", "L2c03", "L2c02", "L2c04")
    # R R, R R, B B, B B: one change, but both runs are one car above 3.
    score = score_joint(joint, orders)
    assert score.booths["paint"].rules == (("changes", 1.0), ("batch", 2.0))
    assert (score.hard, score.totals) == (2, (1,))


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 1_000_000), sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_the_joint_score_is_that_of_the_lines_and_a_count_at_the_booth(
    seed: int, sizes: list[int]
) -> None:
    joint = random_joint(seed, sizes)
    orders = start_of(joint, seed)
    score = score_joint(joint, orders)
    for line in joint.lines:
        assert score.lines[line.line] == score_order(line, orders[line.line])
    booth = joint.booths[0]
    cars = {row[CAR]: row for line in joint.lines for row in line.cars.iter_rows(named=True)}
    costs = {}
    for rule in booth.rules:
        before = booth.previous[rule.attribute].to_list()
        values = before + [cars[car][rule.attribute] for car in entered(joint, orders)]
        costs[rule.name] = counted(rule, values, len(before))
        assert dict(score.booths["paint"].rules)[rule.name] == pytest.approx(
            costs[rule.name] / rule.scale
        )
    for level, (_, figure) in enumerate(score.levels):
        own = sum(line.levels[level][1] for line in score.lines.values())
        own += sum(
            rule.weight * costs[rule.name] / rule.scale
            for rule in booth.rules
            if rule.level == level
        )
        assert figure == pytest.approx(own)
    assert score.feasible == all(
        one.feasible for one in (*score.lines.values(), *score.booths.values())
    )


@settings(max_examples=examples(25))
@given(seed=st.integers(0, 1_000_000), sizes=st.lists(st.integers(1, 7), min_size=1, max_size=4))
def test_what_is_found_keeps_the_hard_rules_of_each_line_and_its_bound(
    seed: int, sizes: list[int]
) -> None:
    joint = random_joint(seed, sizes)
    try:
        found = sequence_joint(joint, iterations=4_000, seed=seed)
    except Infeasible:
        return
    assert list(found.orders) == [line.line for line in joint.lines]
    for line in joint.lines:
        own = score_order(line, found.orders[line.line])  # refuses what is not its cars
        assert found.score.lines[line.line] == own
        assert own.feasible
    assert found.score == score_joint(joint, found.orders)
    assert joint.booth_order(0, found.orders) == tuple(entered(joint, found.orders))
    for least, (_, figure) in zip(found.bounds, found.score.levels, strict=True):
        assert least <= figure + 1e-9


@settings(max_examples=examples(25))
@given(
    seed=st.integers(0, 1_000_000),
    sizes=st.lists(st.integers(1, 14), min_size=1, max_size=4),
    hot=st.sampled_from([0.0, 3.0, 3000.0]),
)
def test_the_books_are_those_of_the_score_from_scratch(
    seed: int, sizes: list[int], hot: float
) -> None:
    joint = random_joint(seed, sizes, hard=(Windows, Forbidden))
    (walker,), constant = joint_walkers(joint, start_of(joint, seed), seed, 1)
    cars = joint.whole.idents
    for level in range(len(joint.levels) + 1):
        walker.enter(Stage(level, 1.0, hot, hot))
        for _ in range(5):
            walker.push(40, hot)
            order = [cars[car] for car in line_view(walker.m)]
            orders = {
                line.line: [car for car in order if car.startswith(line.line)]
                for line in joint.lines
            }
            score = score_joint(joint, orders)
            held = sum(
                round(dict(score.lines[line.line].rules)[rule.name])
                * rule.weight
                * joint.whole.level_scale(None)
                for line in joint.lines
                for rule in line.rules
                if isinstance(rule, Pinned | Frozen)
            )
            assert held == 0
            told = [a + b for a, b in zip(totals(walker.m).tolist(), constant, strict=False)]
            assert told == list(score.key[: level + 1])
            for v, view in enumerate(walker.views):
                seen = line_view(view)[view[pool.HEAD] : view[pool.HEAD] + view[pool.SIZE]]
                day = [*joint.lines, *joint.booth_days][v]
                names = [day.idents[car] for car in seen]
                own = (
                    orders[day.line] if v < len(joint.lines) else list(joint.booth_order(0, orders))
                )
                assert names == own


@settings(max_examples=examples(20))
@given(
    seed=st.integers(0, 1_000_000),
    sizes=st.sampled_from([(4, 4), (3, 5), (2, 5), (4, 3), (1, 6), (2, 2, 3)]),
)
def test_the_best_of_all_orders_is_found(seed: int, sizes: tuple[int, ...]) -> None:
    joint = random_joint(seed, sizes)
    assert reaches(joint, best_key(joint), 20_000)


@settings(max_examples=examples(15))
@given(
    seed=st.integers(0, 1_000_000),
    hard=st.sampled_from([Ratio, Changes, Changeover, RunLength, Forbidden]),
)
def test_hard_rules_are_kept_where_orders_keep_them(seed: int, hard: type[Rule]) -> None:
    shared = tuple(dict.fromkeys([Changes, *([hard] if hard is not Ratio else [])]))
    joint = random_joint(seed, (4, 4), (Ratio, Changes), shared, [hard])
    assert reaches(joint, best_key(joint), 20_000)


@settings(max_examples=examples(20))
@given(seed=st.integers(0, 1_000_000), sizes=st.sampled_from([(3, 3), (2, 4), (1, 5)]))
def test_bounds_hold_for_all_orders(seed: int, sizes: tuple[int, int]) -> None:
    joint = random_joint(seed, sizes)
    least = joint_bounds(joint)
    for orders in all_orders(joint):
        score = score_joint(joint, orders)
        if score.feasible:
            assert all(a <= b for a, b in zip(least.totals, score.totals, strict=True))


def test_the_bound_of_changes_counts_colours_and_batches_of_both_lines() -> None:
    changes = Changes(name="changes", level=0)
    joint = two_lines("RRRRBB", "RRBBGG", changes, RunLength(name="batch", most=2))
    colours = Counter("RRRRBBRRBBGG")
    assert joint_bounds(joint).totals == (sum(ceil(n / 2) for n in colours.values()) - 1,)
    joint = two_lines("RRRRBB", "RRBBGG", changes)
    assert joint_bounds(joint).totals == (len(colours) - 1,)
    assert "paint: " in joint_bounds(joint).reasons[0]


def test_together_lines_paint_in_fewer_batches_than_each_alone() -> None:
    joint = two_lines("RBGRBGRBG", "GBRGBRGBR", Changes(name="changes", level=0))
    found = sequence_joint(joint, iterations=20_000)
    assert found.score.levels == (("level 0", 2.0),)
    assert found.status == "optimal"


@settings(max_examples=examples(8))
@given(seed=st.integers(0, 1_000_000))
def test_one_line_alone_is_as_good_as_a_day(seed: int) -> None:
    joint = random_joint(seed, (7,))
    (line,), (booth,) = joint.lines, joint.booths
    joint = replace(joint, booths=(replace(booth, previous=line.previous),))
    day, seeds = line.with_rules(*booth.rules), (1, 2)
    own = min(sequence_day(day, iterations=20_000, seed=at, strict=False).score.key for at in seeds)
    together = min(
        sequence_joint(joint, iterations=20_000, seed=at, strict=False).score.key for at in seeds
    )
    assert together == own


def test_seed_and_iterations_fix_the_result() -> None:
    joint = random_joint(7, (30, 20), hard=(Windows,))
    for threads in (1, 2):
        one, two = (
            sequence_joint(joint, iterations=4_000, seed=3, threads=threads) for _ in range(2)
        )
        assert one.orders == two.orders
        assert one.score == two.score
        assert one.history.drop("seconds").equals(two.history.drop("seconds"))
        assert sorted(car for own in one.orders.values() for car in own) == sorted(
            joint.whole.idents
        )


def test_lines_behind_two_booths_are_searched_together() -> None:
    first = two_lines("RBRB", "BRBR", Changes(name="changes", level=0))
    third = on_line(tiny_day(attributes={"colour": "RRBB"}, levels=["level 0"]), "L3")
    other = Booth("top coat", ("L2", "L3"), (Changes(name="top", level=0),), third.cars.clear())
    joint = JointDay("three", (*first.lines, third), days_of(8, 8, 8), (*first.booths, other))
    found = sequence_joint(joint, iterations=5_000)
    assert found.score.totals == (2,)
    assert found.score.key == score_joint(joint, found.orders).key
    assert {*found.score.booths} == {"paint", "top coat"}


def test_contradictions_and_wrong_days_are_refused() -> None:
    rule = RunLength(name="batch", most=1)
    with pytest.raises(Infeasible, match="batch"):
        sequence_joint(two_lines("RRR", "RRB", rule), iterations=10)
    joint = two_lines("RB", "RB", Changes(name="changes", level=0))
    with pytest.raises(DataError):
        sequence_joint(joint, start={"L1": ["L1c01"], "L2": ["L2c01", "L2c02"]}, iterations=10)
    one, two = joint.lines
    (booth,) = joint.booths
    spread = (Spread(name="even", level=0, option="roof"),)
    for lines, hours, booths, said in (
        ((one, one), (8, 8), (), "names of their own"),
        ((one, replace(two, line="L3", cars=one.cars)), (8, 8), (), "built once"),
        ((one, replace(two, levels=("other",))), (8, 8), (), "same levels"),
        ((one, two), (8, 0), (), "hours above 0"),
        ((one, two), (8,), (), "hours above 0"),
        ((one,), (8,), (booth,), "lines of the day"),
        ((one, two), (8, 8), (replace(booth, rules=spread),), "kinds changes"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match=said):
            JointDay("wrong", lines, days_of(*hours), booths)
    assert bounds(one).totals == (0,)
