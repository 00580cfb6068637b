"""The kernel's books stay equal to the score from scratch, whatever moves are made."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
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
from sinho.sequence.kernel import pool
from sinho.sequence.stages import Stage, line_view
from sinho.sequence.walk import Walker
from tests.budget import examples
from tests.sequence.days import KINDS, random_day, random_order, tiny_day
from tests.sequence.kernel_moves import MOVES, KernelSearch, random_move, true_totals, wide_day

COUNTED = tuple(kind for kind in KINDS if kind not in (Pinned, Frozen))
"""The kinds that the kernel counts; pinned and frozen cars are held where they stand."""


def walk(day: Day, seed: int, moves: int, active: int | None = None) -> None:
    """Make random moves; after each, compare totals, foretold changes and books with the truth."""
    draw = random.Random(seed)
    levels = len(day.levels) + 1
    active = draw.randint(1, levels) if active is None else active
    search = KernelSearch(day, random_order(day, seed), active)
    for _ in range(moves):
        before = search.totals()
        assert before == true_totals(day, search.problem, search.order)[:active]
        kind, i, j, shuffled = random_move(draw, day.size)
        order = list(search.order)
        foretold = search.move(kind, i, j, shuffled)
        said = f"{MOVES[kind]} of positions {i} to {j} of {order}, levels {active}"
        assert search.order == moved(order, kind, i, j, shuffled), said
        made = tuple(now - then for now, then in zip(search.totals(), before, strict=True))
        assert made == foretold, said
        assert search.kept() == search.afresh(), said
    assert search.totals() == true_totals(day, search.problem, search.order)[:active]


def moved(order: list[str], kind: int, i: int, j: int, shuffled: list[int]) -> tuple[str, ...]:
    """Return the order after a move, made the plain way."""
    inner = order[i : j + 1]
    match MOVES[kind]:
        case "swap":
            inner = [inner[-1], *inner[1:-1], inner[0]]
        case "left":
            inner = [*inner[1:], inner[0]]
        case "right":
            inner = [inner[-1], *inner[:-1]]
        case "reflect":
            inner = inner[::-1]
        case _:
            inner = [order[at] for at in shuffled]
    return (*order[:i], *inner, *order[j + 1 :])


@pytest.mark.parametrize("kind", COUNTED, ids=lambda kind: kind.__name__)
@settings(max_examples=examples(12))
@given(
    seed=st.integers(0, 1_000_000),
    size=st.integers(2, 40),
    known=st.booleans(),
    hard=st.booleans(),
)
def test_totals_equal_the_score_from_scratch_for_every_kind_of_rule(
    kind: type[Rule], seed: int, size: int, known: bool, hard: bool
) -> None:
    day = random_day(seed, size, [kind], hard=[kind] if hard else (), each=3)
    walk(day, seed, 6, active=1 if hard else None)


@settings(max_examples=examples(40))
@given(
    seed=st.integers(0, 1_000_000),
    size=st.integers(2, 40),
    hard=st.sets(st.sampled_from(COUNTED)),
)
def test_totals_equal_the_score_from_scratch_with_all_kinds_together(
    seed: int, size: int, hard: set[type[Rule]]
) -> None:
    walk(random_day(seed, size, hard=tuple(hard), each=2), seed, 8)


@settings(max_examples=examples(20))
@given(
    seed=st.integers(0, 1_000_000),
    size=st.one_of(st.integers(2, 40), st.integers(60, 200)),
    rules=st.sampled_from([3, 63, 64, 65, 90, 140]),
)
def test_windows_wider_than_words_and_many_ratio_rules_are_counted(
    seed: int, size: int, rules: int
) -> None:
    walk(wide_day(seed, size, rules, [Ratio, Changes]), seed, 5)


@pytest.mark.parametrize("window", [1, 2, 63, 64, 65, 128, 129])
@pytest.mark.parametrize("shortened", [True, False])
def test_every_swap_and_interval_of_a_day_with_one_wide_window(
    window: int, shortened: bool
) -> None:
    rules = [
        Ratio(
            name=f"{most}",
            level=0,
            option="roof",
            most=most,
            window=window,
            shortened=shortened,
        )
        for most in sorted({0, window // 2, window - 1})
    ]
    draw = random.Random(window)
    size = 70
    day = tiny_day(
        *rules,
        options={"roof": "".join(draw.choice("01") for _ in range(size))},
        before={"roof": "".join(draw.choice("01") for _ in range(40))},
    )
    search = KernelSearch(day, day.idents, 2)
    for i in range(0, size - 1, 3):
        for j in range(i + 1, size, 5):
            for kind in MOVES:
                before = search.totals()
                shuffled = draw.sample(range(i, j + 1), j - i + 1)
                foretold = search.move(kind, i, j, shuffled)
                assert search.totals()[1] - before[1] == foretold[1], (MOVES[kind], i, j)
        assert search.totals() == true_totals(day, search.problem, search.order)
    assert search.kept() == search.afresh()


def test_a_rule_that_no_order_changes_is_left_to_the_constant() -> None:
    day = tiny_day(
        Maximum(name="day", level=0, weight=3, option="roof", most=1),
        Maximum(name="wide", level=0, option="roof", most=0, per=9),
        RunLength(name="long", level=0, attribute="colour", most=4),
        options={"roof": "1110"},
        attributes={"colour": "rrbb"},
    )
    search = KernelSearch(day, day.idents, 2)
    assert search.problem.constant == (0, 3 * 2 + 3)
    assert search.totals() == (0, 0)


def test_spread_overload_and_changeover_of_one_level_are_counted_in_one_unit() -> None:
    day = tiny_day(
        Spread(name="even", level=0, option="roof"),
        Overload(
            name="station",
            level=0,
            weight=2,
            base=0.9,
            times=(("roof", 0.401),),
            takt=1.0,
            length=1.2,
        ),
        Changeover(name="change", level=0, attribute="colour", costs=(("r", "b", 0.125),)),
        Forbidden(name="never", level=0, attribute="colour", pairs=(("b", "r"), ("r", "r"))),
        Windows(name="due", level=0, windows=(("c01", 2, 3),)),
        options={"roof": "110010"},
        attributes={"colour": "rbrbrb"},
        before={"colour": "b", "roof": "1"},
    )
    walk(day, 3, 60, active=2)


@settings(max_examples=examples(30))
@given(seed=st.integers(0, 1_000_000), size=st.integers(2, 20), active=st.integers(1, 4))
def test_a_move_is_taken_where_the_first_level_that_changes_gets_better(
    seed: int, size: int, active: int
) -> None:
    draw = random.Random(seed)
    day = random_day(seed, size, [Ratio, Changes, Windows, Spread, RunLength], hard=[RunLength])
    search = KernelSearch(day, random_order(day, seed), active)
    held = {position - 1 for position in day.fixed().values()}
    for _ in range(40):
        kind, i, j, _ = random_move(draw, size)
        if kind == pool.REARRANGE:
            continue
        order, before = search.order, search.totals()
        taken = search.attempt(kind, i, j)
        after = search.totals()
        if taken:
            assert search.order == moved(list(order), kind, i, j, [])
            assert after <= before
            assert all(search.order[at] == order[at] for at in held)
        else:
            assert (search.order, after) == (order, before)
        assert after == true_totals(day, search.problem, search.order)[:active]
        if before[0] == 0:
            assert after[0] == 0
    assert search.kept() == search.afresh()


def test_a_large_step_of_a_level_far_above_is_never_taken_for_a_gain() -> None:
    # A unit of the first of four levels has a price of 1e18, and a step of ten units would go
    # beyond the largest whole number of the machine.
    day = tiny_day(
        Changes(name="paint", level=0, weight=5, attribute="colour"),
        Changes(name="trim", level=0, weight=1, attribute="trim"),
        *(Ratio(name=f"r{n}", level=n, option="roof", most=1, window=2) for n in (1, 2, 3)),
        options={"roof": "110000"},
        attributes={"colour": "rrrbbb", "trim": "aaaaaa"},
    )
    search = KernelSearch(day, day.idents, 5)
    Walker(search.m).enter(Stage(4, 1.0, 1.0, 0.1), line_view(search.m).copy())
    assert not search.attempt(pool.SWAP, 1, 3, 0.5)
    assert search.order == day.idents


def test_a_move_across_a_held_car_is_not_taken() -> None:
    day = tiny_day(
        Frozen(name="front", first=1),
        Pinned(name="pin", pins=(("c04", 4),)),
        Changes(name="paint", level=0, attribute="colour"),
        attributes={"colour": "rbrbrb"},
    )
    search = KernelSearch(day, day.idents, 2)
    for kind in (pool.LEFT, pool.RIGHT, pool.REFLECT):
        for i, j in ((0, 1), (2, 3), (2, 5), (3, 4), (0, 5)):
            assert not search.attempt(kind, i, j, 1e9)
    for i, j in ((0, 2), (1, 3), (3, 5)):
        assert not search.attempt(pool.SWAP, i, j, 1e9)
    assert search.order == day.idents
    # A swap around a held car leaves it where it stands.
    assert search.attempt(pool.SWAP, 2, 5)
    assert search.order == ("c01", "c02", "c06", "c04", "c05", "c03")


@settings(max_examples=30)
@given(seed=st.integers(0, 1_000_000), size=st.integers(2, 20))
def test_two_swaps_of_cars_alike_are_taken_together_or_not_at_all(seed: int, size: int) -> None:
    draw = random.Random(seed)
    kinds = [Ratio, Windows, Spread, RunLength, Pinned, Frozen]
    day = random_day(seed, size, kinds, hard=[RunLength, Pinned, Frozen])
    rules = (*day.rules, Changes(name="paint", level=len(day.levels), attribute="colour"))
    day = replace(day, rules=rules, levels=(*day.levels, "paint"), weights=None)
    search = KernelSearch(day, random_order(day, seed), len(day.levels) + 1)
    held = {position - 1 for position in day.fixed().values()}
    level, alike = search.active - 1, search.part(pool.GROUP).reshape(search.active + 1, -1)
    for _ in range(20):
        i, j = draw.sample(range(size), 2)
        order, before = search.order, search.totals()
        one, two = (alike[level, day.row_of[order[at]]] for at in (i, j))
        if one != two:
            continue
        search.swap_twice(i, j)
        after = search.totals()
        assert after[1:level] == before[1:level]
        assert after[0] <= before[0]
        assert after[level] <= before[level]
        assert all(search.order[at] == order[at] for at in held)
        assert after == true_totals(day, search.problem, search.order)
    assert search.kept() == search.afresh()


def test_a_swap_that_costs_a_change_is_taken_with_one_beside_it_that_saves_more() -> None:
    day = tiny_day(
        Ratio(name="roof", level=0, option="roof", most=1, window=2),
        Changes(name="paint", level=1, attribute="colour"),
        options={"roof": "10101010"},
        attributes={"colour": "rgggbbgg"},
    )
    search = KernelSearch(day, day.idents, 3)
    assert search.totals() == (0, 0, 3)
    # With g and b exchanged (rbggbggg) there are 4 changes; g beside b then gives way to b.
    search.swap_twice(1, 5)
    assert search.totals() == (0, 0, 2)
    assert search.order == ("c01", "c06", "c05", "c04", "c03", "c02", "c07", "c08")
