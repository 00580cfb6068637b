"""The rules of loading, move by move: a sound plan, and plans broken in every way."""

from __future__ import annotations

import pytest

from sinho.graphs import DeckGraph, Demand, Move, Moves, check

LINE = DeckGraph(4, ((0, 1), (1, 2), (2, 3)), 3, (Demand(0, 1, 1), Demand(0, 2, 1)), 10)
"""A gate with three places behind it, one behind the other, and two cars."""

SOUND: Moves = (
    (Move((0, 1, 2), 1), Move((0, 1), 0)),
    (Move((1, 0), 0), Move((2, 3), 1)),
    (Move((3, 2, 1, 0), 1),),
)


def test_a_sound_plan_costs_what_its_moves_do() -> None:
    """Five moves of 10 and 2 + 1 + 1 + 1 + 3 edges; the least is four moves and 1+2, 1, 1 edges."""
    checked = check(LINE, SOUND)
    assert checked.problems == ()
    assert checked.sound
    assert (checked.cost, checked.above_least) == (58, 58 - 45)
    assert (checked.loaded, checked.unloaded, checked.put_off, checked.relocated) == (2, 2, 0, 1)


def test_a_car_put_off_is_counted_apart_and_may_be_loaded_again() -> None:
    plan = ((Move((0, 1, 2), 0), Move((0, 1), 1)), *SOUND[1:])
    plan = (plan[0], (Move((1, 0), 1), Move((2, 1, 0), 0), Move((0, 1), 1)), (Move((1, 0), 1),))
    checked = check(LINE, plan)
    assert checked.sound
    assert (checked.loaded, checked.unloaded, checked.put_off) == (3, 2, 1)


@pytest.mark.parametrize(
    ("port", "at", "move", "told"),
    [
        (0, 0, Move((0, 2), 1), "no edge joins 0 and 2"),
        (0, 0, Move((0, 1, 0, 1, 2), 1), "no node twice"),
        (0, 0, Move((0, 1, 2), 5), "demands are numbered 0 to 1"),
        (0, 0, Move((0, 1, 2), -1), "demands are numbered 0 to 1"),
        (0, 0, Move((0, 1, 9), 1), "nodes are numbered 0 to 3"),
        (0, 0, Move((0,), 1), "two nodes or more"),
        (0, 0, Move((), 1), "two nodes or more"),
        (0, 1, Move((0, 1, 2, 3), 0), "stands in the way at 2"),
        (1, 0, Move((3, 2, 1, 0), 0), "no car stands at 3"),
        (1, 0, Move((1, 0), 1), "the car at 1 is of demand 0"),
        (1, 0, Move((1, 2), 0), "stands in the way at 2"),
        (1, 1, Move((2, 1, 0), 1), "leaves with 0 cars of demand 1"),
        (1, 0, Move((2, 1, 0), 1), "stands in the way at 1"),
        (2, 0, Move((3, 2, 1), 1), "leaves with 1 cars of demand 1"),
        (2, 0, Move((0, 1), 0), "no car of this demand stands on the quay"),
        (1, 1, Move((0, 2), 1), "no car of this demand stands on the quay"),
    ],
)
def test_a_broken_plan_is_told(port: int, at: int, move: Move, told: str) -> None:
    plan = [list(moves) for moves in SOUND]
    plan[port][at] = move
    checked = check(LINE, tuple(map(tuple, plan)), "plan.json")
    assert not checked.sound
    assert any(told in str(problem) for problem in checked.problems), checked.problems
    assert all(problem.where == "plan.json" for problem in checked.problems)
    assert any(f"port {port}" in str(problem) for problem in checked.problems)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (((), *SOUND[1:]), "leaves with 0 cars of demand 0"),
        ((SOUND[0], (), SOUND[2]), "leaves with 1 cars of demand 0"),
        ((SOUND[0][:1], *SOUND[1:]), "no car stands at 1"),
        ((SOUND[0] * 2, *SOUND[1:]), "no car of this demand stands on the quay"),
        (SOUND[:2], "port 2"),
        ((*SOUND, ()), "the ship calls at 3 ports"),
        ((SOUND[1], SOUND[0], SOUND[2]), "no car stands at 1"),
        ((SOUND[0][::-1], *SOUND[1:]), "stands in the way at 1"),
    ],
)
def test_moves_left_out_doubled_or_in_the_wrong_order_are_told(plan: Moves, told: str) -> None:
    assert any(told in str(problem) for problem in check(LINE, plan).problems)


def test_a_route_leads_through_the_gate_at_its_ends_alone() -> None:
    fork = DeckGraph(3, ((0, 1), (0, 2)), 3, (Demand(0, 2, 1),), 1)
    plan = ((Move((0, 1), 0),), (Move((1, 0, 2), 0),), (Move((2, 0), 0),))
    assert "the gate is the first or the last" in str(check(fork, plan).problems[0])


def test_every_fault_is_told_at_once() -> None:
    plan = ((Move((0, 2), 1), Move((0, 1), 7)), SOUND[1], SOUND[2])
    told = [str(problem) for problem in check(LINE, plan).problems]
    assert any("port 0, move 1: no edge joins" in one for one in told)
    assert any("port 0, move 2: demands are numbered" in one for one in told)
