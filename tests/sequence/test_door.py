"""The door of sequencing: input, parameters, solving and explaining."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import sinho
from sinho.days.changes import Block, Freeze
from sinho.days.joint import score_joint
from sinho.days.rules import Changes, Pinned, Ratio
from sinho.days.score import score_order
from sinho.days.violations import broken_rules, violations
from sinho.errors import DataError, Infeasible
from sinho.results import JointSequence
from sinho.sequence import GIVEN, Input, Params, explain, solve
from sinho.sequence.bounds import bounds, conditional_bounds, rule_outlook
from sinho.sequence.bounds.joint import joint_bounds
from sinho.stop import Progress, TimeLimit
from sinho.testing.days import generate_day
from tests.sequence.days import tiny_day
from tests.sequence.test_joint import two_lines

DAY = tiny_day(
    Ratio(name="roofs", level=0, option="roof", most=1, window=2),
    Changes(name="paint", level=1),
    options={"roof": "110010"},
    attributes={"colour": "rbrbrb"},
)
PAINT = Changes(name="paint", level=0)
QUICK = Params(iterations=3_000)


def test_an_order_that_is_given_is_counted_and_bounded_but_not_searched() -> None:
    made = solve(Input.from_day(DAY, start=DAY.idents), GIVEN)
    assert made.status == "given"
    assert made.sequence.order == DAY.idents
    assert made.sequence.score == score_order(DAY, DAY.idents)
    assert made.sequence.bounds == bounds(DAY).figures
    assert made.sequence.iterations == 0
    # one window with two roofs, and the bound says that none need be
    assert (made.objective, made.bound, made.gap) == (1.0, 0.0, 1.0)


def test_without_an_order_the_one_given_is_that_of_the_day() -> None:
    assert solve(Input.from_day(DAY), GIVEN).sequence.order == DAY.idents


def test_a_search_is_fixed_by_input_parameters_and_seed() -> None:
    one = solve(Input.from_day(DAY), QUICK, seed=5)
    two = solve(Input.from_day(DAY), QUICK, seed=5)
    assert one.orders == two.orders
    assert one.seed == 5
    assert one.status == "optimal"
    assert one.gap == 0.0
    assert one.sequence.score == two.sequence.score


def test_the_public_function_is_the_same_search() -> None:
    made = solve(Input.from_day(DAY), QUICK, seed=2).sequence
    assert sinho.sequence_day(DAY, iterations=3_000, seed=2).order == made.order


def test_a_day_is_read_from_files(tmp_path: Path) -> None:
    from sinho.days.formats import write_day

    write_day(DAY, tmp_path / "day")
    given = Input.from_files(tmp_path / "day")
    assert given.day.idents == DAY.idents
    assert given.order == DAY.idents
    with pytest.raises(DataError, match="no such folder"):
        Input.from_files(tmp_path / "another")


def test_several_lines_come_in_and_go_out_by_line() -> None:
    joint = two_lines("RRB", "BRB", PAINT)
    made = solve(Input.from_day(joint), QUICK)
    assert isinstance(made.found, JointSequence)
    assert {line: sorted(order) for line, order in made.orders.items()} == {
        line.line: sorted(line.idents) for line in joint.lines
    }
    assert made.found.score == score_joint(joint, made.orders)
    assert made.bounds.totals == joint_bounds(joint).totals
    again = solve(Input.from_day(joint, start=made.orders), GIVEN)
    assert again.orders == made.orders
    assert again.found.score == made.found.score
    with pytest.raises(TypeError, match="several lines"):
        _ = made.sequence


def test_changes_are_repaired_and_the_result_is_of_the_day_as_it_has_become() -> None:
    given = Input.from_day(DAY, start=DAY.idents, changes=[Freeze(1), Block("c06")])
    made = solve(given, Params(keep=math.inf), seed=4)
    assert made.status == "repaired"
    assert made.repair is not None
    assert made.day.size == DAY.size - 1
    assert made.sequence.order == DAY.idents[:-1]
    assert made.repair.before == score_order(DAY, DAY.idents)
    assert made.repair.moved["car"].to_list() == ["c06"]
    assert made.sequence.bounds == bounds(made.day).figures
    assert solve(Input.from_day(DAY), QUICK).repair is None


def test_changes_need_the_order_of_a_line() -> None:
    with pytest.raises(ValueError, match="whose order stands"):
        Input.from_day(DAY, changes=Block("c06"))
    joint = two_lines("RB", "RB", PAINT)
    orders = {line.line: line.idents for line in joint.lines}
    with pytest.raises(ValueError, match="whose order stands"):
        Input.from_day(joint, start=orders, changes=Block("L1c01"))


def test_orders_that_stand_are_those_of_the_lines() -> None:
    joint = two_lines("RB", "RB", PAINT)
    one, two = joint.lines
    for start in ({one.line: one.idents}, {one.line: one.idents, "another": two.idents}):
        with pytest.raises(ValueError, match="'L1', 'L2'"):
            Input.from_day(joint, start=start)
    with pytest.raises(DataError, match="missing"):
        solve(Input.from_day(DAY, start=DAY.idents[1:]), GIVEN)
    with pytest.raises(DataError, match="no such car"):
        solve(Input.from_day(DAY, start=("c09", *DAY.idents[1:])), QUICK)


def test_questions_are_answered_of_a_result_and_of_the_order_that_stands() -> None:
    order = ("c03", "c01", "c02", "c04", "c05", "c06")
    given = Input.from_day(DAY, start=order)
    for one in (given, solve(given, GIVEN)):
        assert explain(one, "violations").equals(violations(DAY, order))
        assert explain(one, "broken rules") == broken_rules(DAY, order)
        assert explain(one, "bounds") == bounds(DAY)
        totals = score_order(DAY, order).totals
        assert explain(one, "conditional bounds") == conditional_bounds(DAY, totals)
        assert explain(one, "rules").equals(rule_outlook(DAY))
        assert explain(one, "contradictions") == ()
        assert explain(one, DAY.rules[0]).startswith("roofs: at most 1 of 2 cars")


def test_contradictions_are_explained_and_refused_unless_asked_otherwise() -> None:
    day = DAY.with_rules(Pinned(name="first", pins=(("c01", 1),)))
    day = day.with_rules(Pinned(name="last", pins=(("c01", 6),)))
    said = explain(Input.from_day(day), "contradictions")
    assert [text.split(":")[0] for text in said] == ["first", "last"]
    with pytest.raises(Infeasible):
        solve(Input.from_day(day), QUICK)
    tight = tiny_day(
        Ratio(name="roofs", level=None, option="roof", most=1, window=2),
        options={"roof": "1111"},
    )
    assert explain(Input.from_day(tight), "contradictions")
    with pytest.raises(Infeasible):
        solve(Input.from_day(tight), QUICK)
    loose = solve(Input.from_day(tight), Params(iterations=100, strict=False))
    assert not loose.sequence.score.feasible
    assert loose.objective == loose.sequence.score.hard > 0


def test_of_several_lines_only_what_holds_for_all_is_answered() -> None:
    given = Input.from_day(two_lines("RRB", "BRB", PAINT))
    assert explain(given, "contradictions") == ()
    assert explain(given, "bounds").totals == solve(given, GIVEN).bounds.totals
    with pytest.raises(ValueError, match="ask it of each line"):
        explain(given, "violations")


@pytest.mark.parametrize(
    "wrong",
    [{"threads": 0}, {"iterations": -1}, {"seconds": 0.0}, {"keep": -1.0}, {"keep": math.nan}],
)
def test_parameters_out_of_bounds_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=next(iter(wrong))):
        Params(**wrong)


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="seed"):
        solve(Input.from_day(DAY), QUICK, seed=-1)


def test_parameters_are_taken_some_times() -> None:
    assert Params(iterations=7).times(0.5).iterations == 3
    assert Params(iterations=1).times(0.5).iterations == 1
    assert Params(seconds=4.0, threads=2).times(3) == Params(seconds=12.0, threads=2)
    assert GIVEN.times(2) == GIVEN


@pytest.mark.parametrize("seconds", [0.2, None])
def test_a_time_ends_a_search_by_a_rule_or_by_the_parameters(seconds: float | None) -> None:
    day = generate_day(120, seed=1)
    stop = None if seconds else TimeLimit(0.2)
    seen: list[Progress] = []
    made = solve(Input.from_day(day), Params(seconds=seconds), stop=stop, progress=seen.append)
    assert made.status == "time"
    assert seen
    assert sorted(made.sequence.order) == sorted(day.idents)


def test_an_order_that_stands_is_repaired_in_one_call() -> None:
    order, change = DAY.idents, Block(DAY.idents[0])
    made = sinho.resequence_day(DAY, order, change, QUICK, seed=2)
    assert made.repair is not None
    assert order[0] not in made.sequence.order
    assert set(made.sequence.order) == set(order) - {order[0]}
    whole = solve(Input.from_day(DAY, start=order, changes=change), QUICK, seed=2)
    assert made.sequence.order == whole.sequence.order
