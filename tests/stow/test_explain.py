"""What is answered about a plan: its objective and bound, its ports, its cars."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sinho.errors import DataError
from sinho.graphs import DeckGraph, Demand, Move, check
from sinho.stow import Input, Loading, Params, explain, solve
from sinho.testing import generate_ship

LANE = DeckGraph(3, ((0, 1), (1, 2)), 4, (Demand(0, 2, 1), Demand(1, 3, 1)), 100, "lane")
"""Two places one behind the other: the car that comes second stands in the way, or is let in."""


@pytest.fixture(scope="module")
def lane() -> Loading:
    """Return a best plan: the car for port 3 is put off at port 2."""
    made = solve(Input(LANE), Params(iterations=1000))
    moves = (
        (Move((0, 1, 2), 0),),
        (Move((0, 1), 1),),
        (Move((1, 0), 1), Move((2, 1, 0), 0), Move((0, 1), 1)),
        (Move((1, 0), 1),),
    )
    checked = check(LANE, moves)
    assert (checked.sound, checked.cost) == (True, made.cost)
    return replace(made, moves=moves)


def test_the_whole_tells_where_the_cost_comes_from_and_what_the_bound_is(
    lane: Loading,
) -> None:
    assert (lane.objective, lane.above_least) == (608, 204)
    said = explain(lane)
    assert said[0].startswith("Cost 608: 204 above 404,")
    assert "2 further moves (1 car put off and loaded again, 0 moved on board)" in said[1]
    assert said[1].endswith("make 200 of it, 4 further edges the rest.")
    assert said[2] == "Cars put off: 1 at port 2."
    assert said[3].startswith(f"No plan costs less than {lane.bound}: ")


def test_a_port_tells_who_is_put_off_for_whose_way_and_at_what_cost(lane: Loading) -> None:
    assert explain(lane, 2) == (
        "3 moves at port 2 cost 304, 203 above each car alone.",
        "A car of demand 1 (port 1 to 3) is put off from 1, out of the way of demand 0 "
        "(port 0 to 2).",
        "To put off and load again costs 202.",
    )
    assert explain(lane, 1)[1:] == ("No car is put off or moved on board.",)


def test_a_demand_tells_where_its_cars_are_put_off_and_what_they_cost(lane: Loading) -> None:
    assert explain(lane, LANE.demands[1]) == (
        "The cars of demand 1 (port 1 to 3) make 4 moves over 4 edges: cost 404, at 100 for a move "
        "and 1 for each edge.",
        "At port 2: 1 car put off and loaded again.",
    )
    assert explain(lane, LANE.demands[0])[1:] == ("None is put off or moved on board.",)


@pytest.mark.parametrize("wrong", [-1, 4, Demand(0, 3, 1)])
def test_what_the_ship_has_not_is_refused(lane: Loading, wrong: int | Demand) -> None:
    with pytest.raises(DataError, match=r"ports are numbered 0 to 3|no such demand"):
        explain(lane, wrong)


def test_all_ports_together_tell_of_every_car_that_is_put_off_or_moved() -> None:
    made = solve(Input(generate_ship(places=30, ports=6, seed=4)), Params(iterations=100))
    graph = made.input.graph
    checked = check(graph, made.moves)
    said = [one for port in range(graph.ports) for one in explain(made, port)]
    assert checked.put_off > 0
    assert sum(" is put off from " in one for one in said) == checked.put_off
    assert sum(" is moved from " in one for one in said) == checked.relocated
