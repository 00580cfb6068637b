"""The rules of loading, move by move: a sound plan, and plans broken in every way."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.graphs import DeckGraph, Demand, Move, Moves, check
from sinho.stow import load_ship
from sinho.testing import generate_ship

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


def played(graph: DeckGraph, plan: Moves) -> int | None:
    """Return the cost of a plan, by a second reading of the rules; None where it breaks one."""
    if len(plan) > graph.ports:
        return None
    edges = {frozenset(edge) for edge in graph.edges}
    deck: dict[int, int] = {}
    cost = 0
    for port in range(graph.ports):
        quay = [one.cars if one.origin == port else 0 for one in graph.demands]
        for move in plan[port] if port < len(plan) else ():
            route, k = move.route, move.demand
            if len(route) < 2 or len(set(route)) < len(route) or k not in range(len(quay)):
                return None
            if any(frozenset(step) not in edges for step in pairwise(route)):
                return None
            if 0 in route[1:-1] or any(node in deck for node in route[1:]):
                return None
            if route[0] == 0:
                quay[k] -= 1
                if quay[k] < 0:
                    return None
            elif deck.pop(route[0], None) != k:
                return None
            if route[-1] == 0:
                quay[k] += 1
            else:
                deck[route[-1]] = k
            cost += graph.fee + len(route) - 1
        aboard = Counter(deck.values())
        for k, one in enumerate(graph.demands):
            if aboard[k] != (one.cars if one.origin <= port < one.destination else 0):
                return None
    return cost


def changed(plan: Moves, graph: DeckGraph, chance: random.Random) -> Moves:
    """Return a plan with one thing in it changed."""
    ports = [list(moves) for moves in plan]
    port = chance.choice([at for at, moves in enumerate(ports) if moves])
    here, there = ports[port], chance.choice(ports)
    at = chance.randrange(len(here))
    move = here[at]
    route = list(move.route)
    if not route or not 0 <= route[-1] < graph.nodes:  # by an earlier change
        del here[at]
        return tuple(map(tuple, ports))
    cut = chance.randrange(len(route))
    match chance.randrange(10):
        case 0:
            del here[at]
        case 1:
            here.insert(at, move)
        case 2:
            del here[at]
            there.insert(chance.randint(0, len(there)), move)
        case 3:
            here.reverse()
        case 4:
            here[at] = Move(move.route, chance.randint(-1, len(graph.demands)))
        case 5:
            here[at] = Move((*route[:cut], *route[cut + 1 :]), move.demand)
        case 6:
            here[at] = Move(move.route[::-1], move.demand)
        case 7:
            route[cut] = chance.randint(-1, graph.nodes)
            here[at] = Move(tuple(route), move.demand)
        case 8:
            route.append(chance.choice(graph.neighbours[route[-1]]))
            here[at] = Move(tuple(route), move.demand)
        case 9:
            here[:], there[:] = there[:], here[:]
    return tuple(map(tuple, ports))


@given(seed=st.integers(0, 10_000), changes=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_plans_changed_anyhow_are_sound_or_told_as_a_second_reading_says(
    seed: int, changes: int
) -> None:
    chance = random.Random(seed)
    places, ports, fee = chance.randint(2, 25), chance.randint(2, 7), chance.choice([0, 1, 100])
    graph = generate_ship(places, ports, chance.uniform(0.3, 1), seed, fee)
    plan = load_ship(graph, iterations=100).moves
    for _ in range(changes):
        if any(plan):
            plan = changed(plan, graph, chance)
    checked, cost = check(graph, plan), played(graph, plan)
    assert checked.sound == (cost is not None)
    assert cost in (None, checked.cost)
