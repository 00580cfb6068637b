"""Repairs of a sequence: what they promise to keep, to reach and to say."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.changes import Block, Change, Freeze, HalfRate, MissingPart, Rush
from sinho.days.day import Day
from sinho.days.rules import Changes, Frozen, Overload, Pinned, Ratio, RunLength, Windows
from sinho.days.score import score_order
from sinho.errors import DataError, Infeasible
from sinho.sequence import Input, Params, sequence_day, solve
from sinho.sequence.stability import kept_cars, moved_table
from sinho.stop import StopRule, TimeLimit
from sinho.testing.days import generate_day
from tests.budget import examples
from tests.sequence.days import random_day, random_order, tiny_day

MOVES = 100_000


@pytest.fixture(scope="module")
def easy() -> Day:
    """A day of 240 cars."""
    return generate_day(240, seed=3)


@pytest.fixture(scope="module")
def order(easy: Day) -> tuple[str, ...]:
    """A good order of it."""
    return sequence_day(easy, iterations=200_000).order


def resequence(
    day: Day,
    order: Sequence[str],
    changes: Change | Sequence[Change],
    *,
    seed: int = 1,
    stop: StopRule | None = None,
    **params: Any,
) -> Any:
    """Repair an order."""
    given = Input.from_day(day, start=order, changes=changes)
    return solve(given, Params(**params), seed=seed, stop=stop)


def repair(day: Day, order: tuple[str, ...], *changes: Change, keep: float = 1.0) -> Any:
    """Repair with few moves; check what holds whatever comes in between."""
    made = resequence(day, order, changes, keep=keep, iterations=MOVES)
    assert sorted(made.sequence.order) == sorted(made.day.idents)
    assert made.sequence.score == score_order(made.day, made.sequence.order)
    assert made.repair.before == score_order(day, order)
    assert made.sequence.score.key <= made.repair.unrepaired.key
    check_moved(made, order)
    return made


def check_moved(made: Any, old: tuple[str, ...]) -> None:
    """Compare the table of moved cars with a longest common subsequence found the plain way."""
    before = {car: at for at, car in enumerate(old, start=1)}
    after = {car: at for at, car in enumerate(made.sequence.order, start=1)}
    changed = {car for car in before | after if before.get(car) != after.get(car)}
    table = made.repair.moved
    assert set(table["car"]) >= changed
    for row in table.iter_rows(named=True):
        assert row["before"] == before.get(row["car"])
        assert row["after"] == after.get(row["car"])
        assert row["why"]
        if row["before"] is not None and row["after"] is not None:
            assert row["shift"] == row["after"] - row["before"]
    moved = set(table.filter("moved")["car"])
    kept_old = [car for car in old if car not in moved]
    kept_new = [car for car in made.sequence.order if car not in moved]
    assert kept_old == kept_new
    assert len(kept_new) == common(old, made.sequence.order)
    assert made.repair.cars_moved == len(moved)


def common(one: tuple[str, ...], two: tuple[str, ...]) -> int:
    """Return the length of a longest common subsequence by the textbook's table."""
    row = [0] * (len(two) + 1)
    for car in one:
        above = row[:]
        for at, other in enumerate(two, start=1):
            row[at] = above[at - 1] + 1 if car == other else max(above[at], row[at - 1])
    return row[-1]


def test_a_case_worked_by_hand() -> None:
    day = tiny_day(
        Ratio(name="roofs", level=0, option="roof", most=1, window=3), options={"roof": "10010010"}
    )
    made = repair(day, day.idents, Block("c02"))
    # 1 0 1 0 0 1 0 is left, with two roofs in positions 1 to 3. Only 1 0 0 1 0 0 1 keeps the rule:
    # the last car comes forward.
    assert made.repair.before.key == (0, 0)
    assert made.repair.unrepaired.key == (0, 1)
    assert made.sequence.score.key == (0, 0)
    assert made.sequence.order == ("c01", "c03", "c08", "c04", "c05", "c06", "c07")
    assert made.repair.cars_moved == 2
    out, moved = made.repair.moved.filter("moved").sort("before").iter_rows(named=True)
    assert out["car"] == "c02"
    assert out["after"] is None
    assert out["why"] == "blocked: taken out of the day"
    assert moved["why"] == "repairs roof 1/3 at 1 to 3"


def test_a_car_taken_out_shifts_others_but_moves_none() -> None:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "rrrbbb"})
    made = repair(day, day.idents, Block("c02"))
    assert made.sequence.order == ("c01", "c03", "c04", "c05", "c06")
    assert made.repair.moved.filter("moved")["car"].to_list() == ["c02"]
    assert made.repair.moved.filter(~pl.col("moved"))["shift"].to_list() == [-1] * 4
    assert made.repair.summary[0] == "0 cars moved, 1 taken out, of 5; 4 cars shift by up to 1."


def test_frozen_cars_stay(easy: Day, order: tuple[str, ...]) -> None:
    made = repair(easy, order, Freeze(60), Block(order[70]), Rush(order[150], 65), keep=0)
    assert made.sequence.order[:60] == order[:60]
    assert made.sequence.score.feasible


def test_a_rush_order_comes_in_time(easy: Day, order: tuple[str, ...]) -> None:
    made = repair(easy, order, Freeze(20), Rush(order[180], 50))
    assert made.sequence.order.index(order[180]) < 50
    row = made.repair.moved.row(by_predicate=pl.col("car") == order[180], named=True)
    assert row["why"] == "rush order: by position 50"
    assert row["moved"]


def test_rush_orders_without_a_position_come_right_behind_the_frozen_cars(
    easy: Day, order: tuple[str, ...]
) -> None:
    made = repair(easy, order, Freeze(20), Rush(order[180]), Rush(order[190]))
    assert set(made.sequence.order[20:22]) == {order[180], order[190]}


def test_a_new_car_is_put_in(easy: Day, order: tuple[str, ...]) -> None:
    values = {name: easy.cars[name][0] for name in easy.attributes}
    made = repair(easy, order, Freeze(20), Rush("NEW", 40, values | {easy.options[0]: True}))
    assert made.day.size == easy.size + 1
    assert 20 <= made.sequence.order.index("NEW") < 40
    assert made.repair.moved.row(by_predicate=pl.col("car") == "NEW", named=True)["before"] is None
    assert made.day.cars.filter(car="NEW")[easy.options[0]].item()


def test_a_blocked_car_comes_late(easy: Day, order: tuple[str, ...]) -> None:
    made = repair(easy, order, Block(order[30], until=100))
    assert made.sequence.order.index(order[30]) >= 100


def test_a_car_blocked_without_an_end_leaves_the_day(easy: Day, order: tuple[str, ...]) -> None:
    made = repair(easy, order, Block(order[30]))
    assert order[30] not in made.sequence.order
    assert made.day.size == easy.size - 1


def test_no_car_needs_a_missing_part(easy: Day, order: tuple[str, ...]) -> None:
    option = min(easy.options, key=lambda name: int(easy.cars[name].sum()))
    made = repair(easy, order, Freeze(10), MissingPart(option, 60))
    fitted = set(easy.cars.filter(option)["car"])
    assert made.sequence.score.feasible
    assert not fitted & set(made.sequence.order[10:60])


def test_half_rate_is_kept_or_its_violations_are_said(easy: Day, order: tuple[str, ...]) -> None:
    rule = next(rule for rule in easy.rules if isinstance(rule, Ratio))
    made = repair(easy, order, HalfRate(rule.name, 50, 120))
    slow = next(rule for rule in made.day.rules if isinstance(rule, Ratio) and rule.confined)
    assert (slow.most, slow.window) == (rule.most, 2 * rule.window)
    assert slow.level == rule.level
    fitted = [made.day.cars.filter(car=car)[rule.option].item() for car in made.sequence.order]
    above = sum(
        max(0, sum(fitted[at : at + slow.window]) - slow.most)
        for at in range(49, 120 - slow.window + 1)
    )
    assert dict(made.sequence.score.rules)[slow.name] == above
    assert dict(made.repair.unrepaired.rules)[slow.name] >= above
    if above:
        assert any(slow.name in sentence for sentence in made.repair.summary)


def test_a_station_at_half_rate_takes_twice_as_long() -> None:
    # Takt 1 in a station of 1: at half rate each car of 0.6 minutes leaves 0.2 undone.
    station = Overload(name="doors", level=0, base=0.6, times=(), takt=1.0, length=1.0)
    day = tiny_day(station, options={"roof": "0000"})
    made = repair(day, day.idents, HalfRate("doors", 2, 3))
    assert made.repair.before.key == (0, 0)
    assert made.sequence.score.key == (0, 400)
    assert next(iter(made.day.rules)).slow == (2, 3)  # type: ignore[attr-defined]


def test_heavy_cars_leave_a_slow_station() -> None:
    # A car with a roof takes 0.9 minutes, one without 0.4: only these can be done at half rate.
    station = Overload(
        name="doors", level=0, base=0.4, times=(("roof", 0.5),), takt=1.0, length=1.0
    )
    day = tiny_day(station, options={"roof": "101010"})
    made = repair(day, day.idents, HalfRate("doors", 2, 4))
    fitted = dict(zip(day.idents, day.cars["roof"], strict=True))
    assert made.repair.unrepaired.key[1] > 0
    assert made.sequence.score.key == (0, 0)
    assert not any(fitted[car] for car in made.sequence.order[1:4])


def test_at_any_price_only_what_the_change_asks_for_moves(
    easy: Day, order: tuple[str, ...]
) -> None:
    out = repair(easy, order, Block(order[30]), keep=math.inf)
    assert out.sequence.order == tuple(car for car in order if car != order[30])
    for keep in (1e9, math.inf):
        rushed = repair(easy, order, Rush(order[100], 10), keep=keep)
        assert rushed.repair.cars_moved <= 2


def test_free_moves_reach_a_score_at_least_as_good(easy: Day, order: tuple[str, ...]) -> None:
    change = [Freeze(10), Block(order[40])]
    assert repair(easy, order, *change, keep=0).sequence.score.key <= (
        repair(easy, order, *change, keep=math.inf).sequence.score.key
    )


def test_the_first_level_is_repaired_at_the_usual_price() -> None:
    # The change puts three cars with the option side by side; others have room.
    roof = Ratio(name="roofs", level=0, option="roof", most=1, window=2)
    day = tiny_day(
        roof,
        Changes(name="paint", level=1),
        options={"roof": "10101000"},
        attributes={"colour": "aabbccdd"},
    )
    made = repair(day, day.idents, Block("c02"))
    assert made.repair.unrepaired.key[1] == 1
    assert made.sequence.score.key[1] == 0


@settings(max_examples=examples(25))
@given(seed=st.integers(0, 10_000), size=st.integers(4, 30), keep=st.sampled_from([0.0, 1.0, 5.0]))
def test_random_days_of_every_kind_of_rule(seed: int, size: int, keep: float) -> None:
    day = random_day(seed, size)
    held = [rule.first for rule in day.rules if isinstance(rule, Frozen)]
    draw = random.Random(seed)
    order = sequence_day(day, start=random_order(day, seed), iterations=2_000).order
    first = max(held, default=0)
    if order[:first] != day.idents[:first]:
        return
    late = list(order[first:])
    pinned = {car for rule in day.rules if isinstance(rule, Pinned) for car, _ in rule.pins}
    free = [car for car in late if car not in pinned]
    if not free:
        return
    change = draw.choice(
        [
            Block(free[0]),
            Rush(free[-1]),
            Block(free[0], until=size - 1),
            MissingPart(day.options[0], first + 1),
        ]
    )
    try:
        made = repair(day, order, change, keep=keep)
    except (Infeasible, DataError):
        return
    assert made.sequence.order[:first] == order[:first]


def test_the_same_seed_gives_the_same_repair(easy: Day, order: tuple[str, ...]) -> None:
    change = MissingPart(easy.options[0], 40)
    one, two = (resequence(easy, order, change, seed=3, iterations=MOVES) for _ in range(2))
    assert one.sequence.order == two.sequence.order
    assert one.repair.moved.equals(two.repair.moved)
    assert one.sequence.iterations == two.sequence.iterations


def test_a_repair_can_be_stopped_at_any_time(easy: Day, order: tuple[str, ...]) -> None:
    made = resequence(easy, order, Rush(order[100], 10), stop=TimeLimit(1e-9))
    assert made.sequence.score.key <= made.repair.unrepaired.key
    (said,) = (sentence for sentence in made.repair.summary if "Hard rule broken" in sentence)
    assert said.startswith(f"Hard rule broken: rush order {order[100]}: 1 car within its positions")
    assert f"{order[100]} stands at position 101, 91 after its latest, 10" in said


def test_pinned_cars_stay_when_others_leave() -> None:
    roof = Ratio(name="roofs", level=0, option="roof", most=1, window=2)
    day = tiny_day(roof, Pinned(name="pins", pins=(("c06", 6),)), options={"roof": "10100100"})
    made = repair(day, day.idents, Block("c02"))
    assert made.sequence.order[5] == "c06"
    assert made.sequence.score.feasible


def test_batch_limits_hold_after_a_repair() -> None:
    day = tiny_day(
        RunLength(name="batch", most=2),
        Changes(name="paint", level=0),
        attributes={"colour": "rrbrrbb"},
    )
    made = repair(day, day.idents, Block("c03"))
    assert made.repair.unrepaired.hard
    assert made.sequence.score.feasible


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Block("c9"), "no car of the day"),
        (Rush("c9"), "no car of the day"),
        (Block("c01"), "frozen"),
        (Rush("c01"), "frozen"),
        (Rush("c03", 99), "position from 1 to 6"),
        (Block("c03", 6), "position from 1 to 5"),
        (MissingPart("rof", 2), "Did you mean 'roof'"),
        (MissingPart("roof", 99), "position from 1 to 6"),
        (HalfRate("rofs", 1, 4), "Did you mean 'roofs'"),
        (HalfRate("roofs", 4, 2), "behind its end"),
        (Freeze(7), "from 0 to 6"),
        (Rush("c03", 3, {}), "ident of a car of the day"),
        (Rush("new", 3, {"colour": True}), "must be text"),
        (Rush("new", 3, {"colur": "red"}), "Did you mean 'colour'"),
        (Rush("new", 3, {"roof": True}), "lacks properties (found 'colour')"),
    ],
)
def test_changes_that_cannot_be_meant_are_named(change: Change, words: str) -> None:
    day = tiny_day(
        Ratio(name="roofs", level=0, option="roof", most=1, window=2),
        options={"roof": "101000"},
        attributes={"colour": "rrrbbb"},
    )
    with pytest.raises(DataError) as told:
        resequence(day, day.idents, [Freeze(1), change])
    assert words in str(told.value)


def test_a_car_is_not_both_rushed_and_blocked() -> None:
    day = tiny_day(options={"roof": "101000"})
    with pytest.raises(DataError, match="to be rushed already"):
        resequence(day, day.idents, [Rush("c03"), Block("c03")])


@pytest.mark.parametrize("levels", [0, 1, 2])
def test_cars_that_differ_in_a_hard_run_alone_are_swapped_to_keep_it(levels: int) -> None:
    # Three reds in front of a pinned car: only a swap across it parts them.
    soft = [
        Ratio(name=f"roofs {at}", level=at, option="roof", most=1, window=2) for at in range(levels)
    ]
    day = tiny_day(
        RunLength(name="batch", most=2),
        Pinned(name="pin", pins=(("c04", 4),)),
        *soft,
        attributes={"colour": "rrrgbrb"},
        options={"roof": "0000000"},
    )
    made = repair(day, day.idents, Freeze(1))
    assert not made.repair.before.feasible
    assert made.sequence.score.feasible
    assert made.repair.cars_moved == 2
    assert sequence_day(day, start=day.idents, iterations=20_000).score.feasible


def test_changes_against_hard_rules_are_named() -> None:
    day = tiny_day(Windows(name="late", windows=(("c03", 5, 6),)), options={"roof": "101000"})
    with pytest.raises(Infeasible) as told:
        resequence(day, day.idents, Rush("c03", 2))
    assert "late" in str(told.value)
    assert "rush order c03" in str(told.value)


def test_a_part_missing_for_too_long_is_named() -> None:
    day = tiny_day(options={"roof": "111100"})
    with pytest.raises(Infeasible, match="roof missing until 3"):
        resequence(day, day.idents, MissingPart("roof", 3))


def test_a_sequence_that_lacks_a_car_is_refused() -> None:
    day = tiny_day(options={"roof": "101000"})
    with pytest.raises(DataError, match="car c06 of the day is missing"):
        resequence(day, day.idents[:-1], Block("c01"))


def test_a_car_that_stands_where_it_stood_is_moved_only_where_the_others_ask_for_it() -> None:
    # Two cars change places around the third: it is they that moved.
    assert kept_cars("abcde", "adcbe", moved="bcd") == set("ace")
    # Both d, e and a, b keep their order; c stands between them in both orders, and in neither.
    table = moved_table("abcde", "decab", {})
    row = table.row(by_predicate=pl.col("car") == "c", named=True)
    assert row["moved"]
    assert row["shift"] == 0
    assert "came to stand where it stood" in row["why"]


@given(st.permutations(range(6)), st.integers(0, 6), st.sets(st.integers(0, 5)))
def test_cars_that_kept_their_order_are_as_many_as_can_be(
    shuffled: list[int], cut: int, avoided: set[int]
) -> None:
    old = tuple("abcdef")
    new = tuple(old[at] for at in shuffled[:cut])
    rather = {old[at] for at in avoided}
    kept = kept_cars(old, new, rather)
    chains = [
        chain
        for length in range(len(new) + 1)
        for chain in itertools.combinations(new, length)
        if list(chain) == sorted(chain)
    ]
    assert tuple(car for car in new if car in kept) in chains
    most = max(len(chain) for chain in chains)
    assert len(kept) == most
    stays = {car for car, other in zip(old, new, strict=False) if car == other}
    longest = [chain for chain in chains if len(chain) == most]
    best = max((len(stays & {*chain}), -len(rather & {*chain})) for chain in longest)
    assert (len(stays & kept), -len(rather & kept)) == best


def test_a_rushed_car_that_is_frozen_is_told_where_it_stands(
    easy: Day, order: tuple[str, ...]
) -> None:
    with pytest.raises(DataError) as caught:
        repair(easy, order, Freeze(20), Rush(order[6]))
    (problem,) = caught.value.problems
    assert problem.rule == "the car is frozen and cannot be rushed: it stands at place 7"
    assert problem.hint == "The first 20 stay; freeze fewer, or leave the car there."
