"""The search finds what is best where that can be known, and keeps its promises everywhere."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.formats import read_day
from sinho.days.rules import (
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    RunLength,
    Spread,
    Windows,
)
from sinho.days.score import score_order
from sinho.errors import DataError, Infeasible
from sinho.results import Sequence as Result
from sinho.sequence import sequence_day
from sinho.sequence.bounds import bounds
from sinho.sequence.contradictions import contradictions
from sinho.stop import Progress, TimeLimit
from sinho.testing.days import generate_day
from tests.budget import LONG, examples
from tests.sequence.days import KINDS, all_orders, random_day, random_order, tiny_day
from tests.sequence.kernel_moves import best_of_all_orders

SOFT = (Windows, Pinned, Frozen)
"""Hard rules that random days keep possible together."""


class Told:
    """A stop rule that stops when it has been asked so often."""

    seconds_left = float("inf")

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self) -> bool:
        self.times -= 1
        return self.times < 0


def key(day: Day, order: Sequence[str]) -> tuple[int, ...]:
    """Return what is compared: the hard rules, then each level."""
    score = score_order(day, order)
    return score.hard, *score.totals


def sound(day: Day, result: Result) -> None:
    """Check what holds for every result: its order, score, bounds and history."""
    assert sorted(result.order) == sorted(day.idents)
    assert result.score == score_order(day, result.order)
    assert result.bounds == bounds(day).figures
    figures = [figure for _, figure in result.score.levels]
    if result.score.feasible:
        assert all(low <= value for low, value in zip(result.bounds, figures, strict=True))
    place = {car: at for at, car in enumerate(result.order, start=1)}
    assert all(place[car] == position for car, position in day.fixed().items())
    assert result.history.columns == ["seconds", "moves", *day.levels]
    if result.threads == 1:
        last = result.history.row(-1)
        assert last[2:] == pytest.approx(figures)
    assert result.history["moves"].is_sorted()
    assert result.history["seconds"].is_sorted()


@settings(max_examples=examples(30))
@given(seed=st.integers(0, 1_000_000), size=st.integers(1, 40), threads=st.sampled_from([1, 1, 2]))
def test_a_result_is_sound_for_days_with_every_kind_of_rule(
    seed: int, size: int, threads: int
) -> None:
    day = random_day(seed, size, hard=SOFT)
    result = sequence_day(day, iterations=3_000, threads=threads, seed=seed)
    sound(day, result)
    assert result.score.feasible
    assert result.iterations <= 3_000 * threads
    assert (result.seed, result.threads, result.day) == (seed, threads, day.name)


def start_of(day: Day, seed: int) -> tuple[str, ...]:
    """Return a random order with the held cars in place."""
    held = {position: car for car, position in day.fixed().items()}
    others = iter([car for car in random_order(day, seed) if car not in held.values()])
    return tuple(held.get(at) or next(others) for at in range(1, day.size + 1))


def reaches(day: Day, best: tuple[int, ...], iterations: int) -> bool:
    """Say whether some of a few searches finds an order as good as the best; none finds a better.

    A single search may end in an order from which no move leads to the best; further ones start
    from random orders.
    """
    for seed in range(30):
        start = start_of(day, seed) if seed else None
        result = sequence_day(day, start=start, iterations=iterations, seed=seed)
        assert key(day, result.order) >= best
        if key(day, result.order) == best:
            return True
    return False


@settings(max_examples=examples(8))
@given(seed=st.integers(0, 1_000_000), size=st.integers(1, 5))
def test_the_best_of_all_orders_is_found_by_the_score_from_scratch(seed: int, size: int) -> None:
    day = random_day(seed, size, hard=SOFT)
    best = min(key(day, order) for order in all_orders(day))
    assert key(day, best_of_all_orders(day)) == best
    assert reaches(day, best, 5_000)


@pytest.mark.parametrize("size", [7, 8, 9])
@pytest.mark.parametrize("seed", range(6))
def test_the_best_of_all_orders_is_found(size: int, seed: int) -> None:
    day = random_day(seed, size, hard=SOFT)
    assert reaches(day, key(day, best_of_all_orders(day)), 40_000)


def test_leading_changes_of_one_attribute_leave_hard_neighbours_of_another_their_values() -> None:
    day = tiny_day(
        Changes(name="models", level=0, attribute="model"),
        Forbidden(name="colours", attribute="colour", pairs=(("W", "G"),)),
        attributes={"model": "AABCABC", "colour": "RRRBBRB"},
    )
    found = sequence_day(day, iterations=2_000)
    assert sorted(found.order) == sorted(day.idents)
    assert found.score.totals == (2,)


@settings(max_examples=examples(15))
@given(
    seed=st.integers(0, 1_000_000),
    hard=st.sampled_from([Ratio, Changes, RunLength, Spread, Forbidden, Maximum, Overload]),
)
def test_hard_rules_of_any_kind_are_kept_where_an_order_keeps_them(
    seed: int, hard: type[Ratio]
) -> None:
    kinds = dict.fromkeys([hard, Ratio, Changes, Windows])
    day = random_day(seed, 7, kinds, hard=[hard, Windows], each=1)
    best = key(day, best_of_all_orders(day))
    if contradictions(day):
        assert best[0] > 0
        with pytest.raises(Infeasible):
            sequence_day(day, iterations=10)
    else:
        assert reaches(day, best, 20_000)


@settings(max_examples=examples(15))
@given(seed=st.integers(0, 1_000_000), size=st.integers(4, 30))
def test_windows_are_kept_and_held_cars_stay(seed: int, size: int) -> None:
    day = random_day(seed, size, [Windows, Pinned, Frozen, Changes, Spread], hard=SOFT, each=3)
    for result in (
        sequence_day(day, iterations=1, seed=seed),
        sequence_day(day, iterations=5_000, seed=seed, threads=2),
    ):
        place = {car: at for at, car in enumerate(result.order, start=1)}
        assert all(place[car] == position for car, position in day.fixed().items())
        assert all(low <= place[car] <= high for car, (low, high) in day.windows().items())


@pytest.mark.parametrize(
    "windows",
    [
        (("c08", 1, 7), ("c01", 5, 8), ("c02", 5, 8), ("c03", 5, 8), ("c04", 8, 8)),
        (("c08", 1, 1), ("c07", 1, 2), ("c06", 2, 3), ("c05", 3, 4)),
        (("c08", 2, 2), ("c01", 1, 3), ("c02", 3, 3), ("c03", 4, 8)),
        (("c01", 6, 8), ("c02", 7, 8), ("c03", 6, 8)),
    ],
    ids=["crowded end", "chain", "nested", "late"],
)
def test_the_first_order_keeps_windows_that_crowd(
    windows: tuple[tuple[str, int, int], ...],
) -> None:
    day = tiny_day(
        Windows(name="due", windows=windows),
        Changes(name="paint", level=0),
        attributes={"colour": "rbrbrbrb"},
    )
    assert sequence_day(day, stop=Told(0)).score.feasible


@settings(max_examples=examples(15))
@given(seed=st.integers(0, 1_000_000), size=st.integers(2, 30), threads=st.sampled_from([1, 2]))
def test_the_order_to_start_from_is_never_made_worse(seed: int, size: int, threads: int) -> None:
    day = random_day(seed, size, hard=())
    day = replace(day, rules=tuple(r for r in day.rules if not isinstance(r, Pinned | Frozen)))
    start = random_order(day, seed)
    for iterations in (1, 2_000):
        result = sequence_day(day, start=start, iterations=iterations, threads=threads)
        assert key(day, result.order) <= key(day, start)
        sound(day, result)
    again = sequence_day(day, start=result.order, iterations=2_000, seed=seed)
    assert key(day, again.order) <= key(day, result.order)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_seed_and_iterations_give_the_same_sequence(threads: int) -> None:
    for day in (random_day(7, 35, hard=SOFT), generate_day(80, seed=2)):
        one, two = (sequence_day(day, iterations=20_000, seed=5, threads=threads) for _ in "ab")
        assert one.order == two.order
        assert (one.score, one.iterations, one.status) == (two.score, two.iterations, two.status)


def test_other_seeds_may_give_other_sequences() -> None:
    day = generate_day(60, seed=4)
    orders = {sequence_day(day, iterations=2_000, seed=seed).order for seed in range(4)}
    assert len(orders) > 1


def test_more_iterations_from_the_same_start_can_be_had_piece_by_piece() -> None:
    day = generate_day(60, seed=5)
    order: tuple[str, ...] | None = None
    seen = []
    for seed in range(4):
        result = sequence_day(day, start=order, iterations=5_000, seed=seed)
        order = result.order
        seen.append(key(day, order))
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("times", [0, 1, 2, 5])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_stop_rule_ends_the_search_and_the_best_is_handed_back(times: int, threads: int) -> None:
    day = generate_day(80, seed=6)
    result = sequence_day(day, stop=Told(times), threads=threads)
    sound(day, result)
    assert result.score.feasible
    assert result.status == "stopped"


def test_a_stop_rule_hands_back_the_start_at_worst() -> None:
    day = random_day(3, 20, [Ratio, Changes])
    start = sequence_day(day, iterations=5_000).order
    result = sequence_day(day, start=start, stop=Told(0))
    assert key(day, result.order) <= key(day, start)


def test_a_time_limit_ends_the_search() -> None:
    day = generate_day(60, seed=8, utilisation=(0.9, 0.95))
    sequence_day(day, iterations=1)
    result = sequence_day(day, stop=TimeLimit(0.3))
    sound(day, result)
    assert result.status == "time"


def test_the_history_ends_with_the_score_whatever_the_number_of_threads() -> None:
    for seed, size in ((7_750_521, 10), (8_657_399, 11)):
        day = random_day(seed, size, hard=SOFT)
        result = sequence_day(day, iterations=2_000, threads=2, seed=seed)
        figures = [figure for _, figure in result.score.levels]
        assert result.history.row(-1)[2:] == pytest.approx(figures)


def test_a_search_ends_before_its_limit_only_where_nothing_better_exists() -> None:
    day = tiny_day(
        Forbidden(name="never", level=0, attribute="colour", pairs=(("r", "b"), ("b", "r"))),
        Spread(name="even", level=1, option="roof"),
        Changes(name="model", level=2, attribute="model"),
        attributes={"colour": "rrbbgggrbg", "model": "AAAAAAAAAA"},
        options={"roof": "1101000100"},
    )
    result = sequence_day(day, iterations=5_000)
    assert result.status in ("optimal", "iterations")


def test_held_cars_are_put_in_place_where_the_start_has_them_elsewhere() -> None:
    day = tiny_day(
        Pinned(name="vip", pins=(("c04", 1),)),
        Changes(name="paint", level=0),
        attributes={"colour": "rrbb"},
    )
    result = sequence_day(day, start=day.idents, iterations=1_000)
    assert result.score.feasible
    assert result.order[0] == "c04"


def test_a_stop_rule_ends_a_search_with_iterations() -> None:
    result = sequence_day(generate_day(60, seed=8), iterations=10**12, stop=Told(3))
    assert result.status == "stopped"


def test_progress_tells_the_figures() -> None:
    day = generate_day(60, seed=8, utilisation=(0.9, 0.95))
    heard: list[Progress] = []
    result = sequence_day(day, iterations=60_000, progress=heard.append)
    assert heard
    assert re.search(r"hprc [\d,.]+.*; [\d.]+ million moves/s; best \d+ s old", heard[-1].stage)
    assert all(0 <= (told.done or 0) <= 1 for told in heard)
    assert result.history.height >= 1


def test_an_error_of_the_listener_ends_the_search() -> None:
    def fail(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sequence_day(generate_day(40, seed=1), iterations=10**12, progress=fail)


def test_an_order_that_keeps_every_ratio_is_found() -> None:
    for seed in range(3):
        day = generate_day(
            60, seed=seed, satisfiable=True, utilisation=(0.5, 0.85), configurations=20, high=4
        )
        result = sequence_day(day, iterations=400_000, seed=seed)
        assert dict(result.score.levels)["hprc"] == 0
        assert result.score.hard == 0


def test_a_window_wider_than_the_day_asks_for_no_more_than_the_day() -> None:
    rules = [
        Ratio(name=str(window), level=0, option="roof", most=2, window=window)
        for window in (10, 11, 10**9)
    ]
    day = tiny_day(*rules, options={"roof": "110101010"}, before={"roof": "1"})
    result = sequence_day(day, iterations=2_000)
    sound(day, result)
    assert key(day, result.order) == key(day, best_of_all_orders(day))


def test_nothing_better_exists_is_said_only_where_it_is_proven() -> None:
    free = tiny_day(Changes(name="paint", level=0), attributes={"colour": "rbrbrb"})
    result = sequence_day(free, iterations=10_000)
    assert (result.status, result.score.totals) == ("optimal", (1,))
    for seed in range(20):
        day = random_day(seed, 7, hard=SOFT)
        result = sequence_day(day, iterations=300, seed=seed)
        if result.status == "optimal":
            assert key(day, result.order) == key(day, best_of_all_orders(day))


@pytest.mark.parametrize("seed", range(400 if LONG else 40))
def test_what_is_said_to_be_proven_holds_against_every_order(seed: int) -> None:
    """Days whose hard rules may contradict, by moves and by time, scored from scratch."""
    draw = random.Random(f"proven {seed}")
    few = draw.random() < 0.4
    kinds = (Ratio, Changes) if few else draw.sample(KINDS, draw.randint(1, 6))
    hard = [] if draw.random() < 0.5 else draw.sample(KINDS, draw.randint(1, 4))
    size, levels = draw.randint(1, 5), draw.randint(1, 4)
    day = random_day(seed, size, kinds, hard=hard, each=draw.randint(1, 3), levels=levels)
    held = {position: car for car, position in day.fixed().items()}
    keys = [
        key(day, order)
        for order in all_orders(day)
        if all(order[position - 1] == car for position, car in held.items())
    ]
    kept = [totals for broken, *totals in keys if not broken]
    for stop in (Told(50), None):
        moves = 1_000 if stop is None else None
        result = sequence_day(day, stop=stop, iterations=moves, seed=seed, strict=False)
        found = key(day, result.order)
        assert found >= min(keys)
        if result.status == "optimal":
            assert found == min(keys)
        for level, bound in enumerate(result.bounds):
            least = min((totals[level] for totals in kept), default=0)
            assert not kept or bound <= least / day.level_scale(level) + 1e-9


@pytest.mark.parametrize(
    ("start", "named"),
    [
        (("c01", "c02"), "c03"),
        (("c01", "c02", "c03", "c09"), "c09"),
        (("c01", "c02", "c02"), "c03"),
        (("c01", "c02", "c03", "c03"), "position 4: the car stands at position 3 already"),
        ((), "c01"),
    ],
    ids=["lacks a car", "unknown car", "car twice", "one too many", "empty"],
)
def test_a_wrong_order_to_start_from_is_refused(start: tuple[str, ...], named: str) -> None:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "rbr"})
    with pytest.raises(DataError) as caught:
        sequence_day(day, start=start, iterations=10)
    assert named in str(caught.value)


def test_hard_rules_that_contradict_each_other_are_named_before_the_search() -> None:
    day = tiny_day(
        Pinned(name="vip", pins=(("c03", 1),)),
        Frozen(name="front", first=2),
        Changes(name="paint", level=0),
        attributes={"colour": "rbr"},
    )
    with pytest.raises(Infeasible) as caught:
        sequence_day(day, iterations=10)
    assert "vip" in str(caught.value)
    assert "front" in str(caught.value)


def test_a_day_with_faults_is_refused() -> None:
    day = tiny_day(
        Ratio(name="1", level=0, option="rooof", most=1, window=3), options={"roof": "1"}
    )
    with pytest.raises(DataError, match="rooof"):
        sequence_day(day, iterations=10)


def test_threads_seed_and_iterations_are_counts() -> None:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "rb"})
    for wrong in ({"threads": 0}, {"iterations": -1}):
        with pytest.raises(DataError, match="or more"):
            sequence_day(day, **wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the seed must be 0"):
        sequence_day(day, seed=-1, iterations=5)


def test_without_moves_the_order_of_the_day_is_counted() -> None:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "rbr"})
    made = sequence_day(day, iterations=0)
    assert (made.order, made.status, made.objective) == (day.idents, "given", 2)


@pytest.mark.parametrize(
    "day",
    [
        tiny_day(Changes(name="paint", level=0), attributes={"colour": "r"}),
        tiny_day(attributes={"colour": "rbrb"}),
        tiny_day(attributes={"colour": "rbrb"}, levels=("nothing",)),
        tiny_day(Frozen(name="all", first=3), attributes={"colour": "rbr"}, levels=("none",)),
        tiny_day(
            Frozen(name="all", first=3), Changes(name="p", level=0), attributes={"colour": "rbr"}
        ),
        tiny_day(RunLength(name="batch", most=1), attributes={"colour": "rrbb"}),
        tiny_day(Changes(name="p", level=1), attributes={"colour": "rbrb"}, levels=("a", "b")),
    ],
    ids=[
        "one car",
        "no rule, no level",
        "no rule",
        "all frozen, no rule",
        "all frozen",
        "hard rules alone",
        "empty first level",
    ],
)
def test_odd_days_are_sequenced(day: Day) -> None:
    result = sequence_day(day, iterations=2_000)
    sound(day, result)
    assert key(day, result.order) == key(day, best_of_all_orders(day))


@pytest.mark.parametrize("name", ["60-01", "65-01", "70-01"])
def test_easy_classical_instances_are_solved(csplib: Path, name: str) -> None:
    day = read_day(csplib, instance=name)
    result = sequence_day(day, iterations=2_000_000)
    assert (result.score.totals, result.status) == ((0,), "optimal")
