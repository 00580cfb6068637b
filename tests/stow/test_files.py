"""Problems and plans as JSON: read as they were written, and refused with all their faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sinho.errors import DataError
from sinho.graphs import DeckGraph, Demand, Move, read_graph, read_moves, write_graph, write_moves
from sinho.testing import generate_ship

PROBLEM: dict[str, Any] = {
    "N": 4,
    "E": [[0, 1], [1, 2], [2, 3]],
    "P": 3,
    "K": [[[0, 1], 1], [[0, 2], 1]],
    "F": 10,
    "LB": 45,
}


def read(tmp_path: Path, problem: Any) -> DeckGraph:
    path = tmp_path / "ship.json"
    path.write_text(problem if isinstance(problem, str) else json.dumps(problem), "utf-8")
    return read_graph(path)


def refused(tmp_path: Path, problem: Any) -> list[str]:
    with pytest.raises(DataError) as error:
        read(tmp_path, problem)
    return [str(one) for one in error.value.problems]


def test_a_problem_is_read_as_it_was_written(tmp_path: Path) -> None:
    graph = generate_ship(places=30, ports=5)
    path = write_graph(tmp_path / "ship.json", graph)
    again = read_graph(path)
    assert (again.edges, again.demands, again.nodes) == (graph.edges, graph.demands, graph.nodes)
    assert again.least_cost == graph.least_cost


def test_a_plan_is_read_as_it_was_written(tmp_path: Path) -> None:
    graph = read(tmp_path, PROBLEM)
    moves = ((Move((0, 1), 0),), (Move((1, 0), 0),), ())
    path = write_moves(tmp_path / "plan.json", moves)
    assert json.loads(path.read_text()) == {"0": [[[0, 1], 0]], "1": [[[1, 0], 0]], "2": []}
    assert read_moves(path, graph) == moves


def test_a_drawing_is_passed_over_and_the_bound_may_be_left_out(tmp_path: Path) -> None:
    problem = {key: value for key, value in PROBLEM.items() if key != "LB"} | {"grid_graph": [1]}
    assert read(tmp_path, problem).least_cost == 45


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"N": 5, "E": [[0, 1], [1, 2], [2, 3], [0, 3]]}, "column E: no way leads from the gate"),
        ({"N": 6}, "column N: 3 edges cannot join 6 nodes"),
        ({"N": -1}, "column N: a ship has the gate and at least one place"),
        ({"N": "4"}, "column N: must be a whole number"),
        ({"N": True}, "column N: must be a whole number"),
        ({"N": 10**30}, "column N: is larger than any"),
        ({"F": -1}, "column F: a move costs 0 or more"),
        ({"F": 1.5}, "column F: must be a whole number"),
        ({"P": 1}, "column P: a ship calls at 2 to"),
        ({"P": 10**9}, "column P: a ship calls at 2 to"),
        ({"E": [[0, 1], [1, 2], [2, 3], [3, 4]]}, "column E[3]: nodes are numbered 0 to 3"),
        ({"E": [[0, 1], [1, 2], [2, 3], [3, 3]]}, "column E[3]: an edge joins two different"),
        ({"E": [[0, 1], [1, 2], [2, 3], [3]]}, "column E[3]: must be a list of 2 numbers"),
        ({"E": {"0": 1}}, "column E: must be a list"),
        ({"K": [[[0, 3], 1]]}, "column K[0]: ports are numbered 0 to 2"),
        ({"K": [[[1, 1], 1]]}, "column K[0]: a car leaves at a port after"),
        ({"K": [[[2, 1], 1]]}, "column K[0]: a car leaves at a port after"),
        ({"K": [[[0, 1], -2]]}, "column K[0]: a number of cars is 0 or more"),
        ({"K": [[[0, 1], 4]]}, "leaving port 0, more cars are on board than the 3 places"),
        ({"K": [[0, 1, 4]]}, "column K[0]: must be [[origin, destination], cars]"),
        ({"K": [[[0, "1"], 4]]}, "column K[0][0][1]: must be a whole number"),
        ({"LB": 44}, "column LB: is 45 by the rules"),
        ({"Q": 1}, "column Q: is no key of a problem"),
    ],
)
def test_a_wrong_problem_is_refused_where_it_is_wrong(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    problems = refused(tmp_path, PROBLEM | change)
    assert any(told in one for one in problems), problems


@pytest.mark.parametrize("key", ["N", "E", "P", "K", "F"])
def test_a_missing_key_is_named(tmp_path: Path, key: str) -> None:
    problem = {name: value for name, value in PROBLEM.items() if name != key}
    assert refused(tmp_path, problem) == [
        f"ship.json, column {key}: is missing. A problem has the keys N, E, P, K, F."
    ]


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"N": 1', "\x00", "[" * 100_000, "3"])
def test_what_is_no_object_of_json_is_refused(tmp_path: Path, text: str) -> None:
    assert len(refused(tmp_path, text)) == 1


def test_a_key_given_twice_is_refused(tmp_path: Path) -> None:
    text = json.dumps(PROBLEM)[:-1] + ', "N": 4}'
    assert refused(tmp_path, text) == [
        "ship.json, column N: is given twice. Leave one of them out."
    ]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    wrong = {"F": -1, "P": "3", "E": [[0, 1], [1, 7], [2, 2], [0]], "K": [[[0, 1], -1], [[0], 1]]}
    problems = refused(tmp_path, PROBLEM | wrong | {"M": 1})
    columns = ("F", "P", "E[1]", "E[2]", "E[3]", "K[0]", "K[1][0]", "M")
    assert all(any(f"column {column}:" in one for one in problems) for column in columns)


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"3": []}, "column 3: is no port; ports are numbered 0 to 2"),
        ({"a": []}, "column a: is no port"),
        ({"0": {}}, "column port 0: must be a list"),
        ({"0": [[[0, 1]]]}, "column port 0, move 1: must be [[node, node, ...], demand]"),
        ({"0": [[[0, "1"], 0]]}, "column port 0, move 1, route[1]: must be a whole number"),
        ({"0": [[3, 0]]}, "column port 0, move 1, route: must be a list of numbers"),
        ({"0": [[[0, 1], None]]}, "column port 0, move 1, demand: must be a whole number"),
    ],
)
def test_a_plan_of_the_wrong_form_is_refused(
    tmp_path: Path, plan: dict[str, Any], told: str
) -> None:
    graph = read(tmp_path, PROBLEM)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), "utf-8")
    with pytest.raises(DataError) as error:
        read_moves(path, graph)
    assert told in str(error.value)


def test_a_move_that_costs_more_than_sums_can_hold_is_refused() -> None:
    with pytest.raises(DataError, match="a move costs at most"):
        DeckGraph(2, ((0, 1),), 2, (Demand(0, 1, 1),), 2**31 + 1)
