"""Command load, as it is typed: a plan made, written, checked; wrong input, all of it told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sinho.cli import app
from sinho.graphs import write_graph
from sinho.testing import generate_ship


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["load", *map(str, words)])


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    return write_graph(tmp_path / "ship.json", generate_ship(places=20, ports=4, seed=2))


def test_a_plan_is_written_and_its_check_says_the_same(problem: Path) -> None:
    plan = problem.with_name("plan.json")
    made = run(problem, "--iterations", "3000", "--out", plan)
    assert made.exit_code == 0, made.output
    assert "keeps the rules" not in made.output
    checked = run(problem, "--check", plan)
    assert checked.exit_code == 0, checked.output
    assert f"{plan} keeps the rules." in checked.output
    cost = next(line for line in made.output.splitlines() if line.startswith("Cost "))
    assert cost in checked.output
    assert str(plan) in made.output.splitlines()[-1]


def test_json_has_the_figures_of_the_plan(problem: Path) -> None:
    made = json.loads(run(problem, "--iterations", "3000", "--seed", "3", "--json").output)
    assert made["seed"] == 3
    assert 0 < made["bound"] <= made["objective"] == made["cost"]
    assert 0 <= made["above_least"] < made["cost"]
    assert made["loaded"] == made["unloaded"] + made["put_off"]
    plan = problem.with_name("plan.json")
    run(problem, "--iterations", "3000", "--seed", "3", "--out", plan)
    checked = json.loads(run(problem, "--check", plan, "--json").output)
    assert checked.items() <= made.items()


def test_a_file_in_the_way_stays_without_force(problem: Path) -> None:
    plan = problem.with_name("plan.json")
    plan.write_text("mine")
    refused = run(problem, "--iterations", "100", "--out", plan)
    assert refused.exit_code == 5
    assert "exists already" in refused.output
    assert plan.read_text() == "mine"
    assert run(problem, "--iterations", "100", "--out", plan, "--force").exit_code == 0
    assert run(problem, "--check", plan).exit_code == 0


@pytest.mark.parametrize("extra", [("--time", "5"), ("--iterations", "5"), ("--out", "new.json")])
def test_a_check_makes_no_plan(problem: Path, extra: Sequence[str]) -> None:
    refused = run(problem, "--check", "plan.json", *extra)
    assert refused.exit_code == 2


def broken(problem: Path, port: str, at: int, move: Any) -> Result:
    plan = problem.with_name("plan.json")
    run(problem, "--iterations", "1000", "--out", plan)
    moves = json.loads(plan.read_text())
    moves[port][at] = move
    plan.write_text(json.dumps(moves))
    return run(problem, "--check", plan)


def test_a_broken_plan_is_refused_with_port_and_move(problem: Path) -> None:
    found = broken(problem, "0", 1, [[0, 1], 99])
    assert found.exit_code == 3
    assert "plan.json, column port 0, move 2: demands are numbered 0 to" in found.output
    assert "Traceback" not in found.output


def test_a_missing_file_is_told(problem: Path) -> None:
    assert run(problem.with_name("none.json")).exit_code == 5
    assert run(problem, "--check", problem.with_name("none.json")).exit_code == 5


def test_a_wrong_problem_is_refused_with_all_its_faults(problem: Path) -> None:
    content = json.loads(problem.read_text())
    content |= {"F": -1, "E": [*content["E"], [0, 77]], "colour": 1}
    problem.write_text(json.dumps(content))
    found = run(problem)
    assert found.exit_code == 3
    assert "3 problems" in found.output
    assert "column colour: is no key" in found.output
    assert "column F: a move costs 0 or more" in found.output
    assert "nodes are numbered 0 to 20" in found.output


def test_questions_are_answered_of_the_plan_that_is_made(problem: Path) -> None:
    made = ("--iterations", "3000", "--seed", "3")
    whole = run(problem, *made, "--explain", "plan")
    assert whole.exit_code == 0, whole.output
    # proven best, or how far from it at most and by which program
    assert "none is better" in whole.output or "(linear program" in whole.output
    assert "move costs" in " ".join(whole.output.split())
    at_port = run(problem, *made, "--explain", "port 1", "--json")
    assert "at port 1 cost" in json.loads(at_port.output)["why"][0]
    demand = run(problem, *made, "--explain", "demand 0")
    assert "The cars of demand 0" in demand.output


@pytest.mark.parametrize("what", ["port 4", "port", "harbour 1", "demand -1", ""])
def test_a_question_about_what_is_not_there_is_refused_at_once(problem: Path, what: str) -> None:
    refused = run(problem, "--explain", what)
    assert refused.exit_code == 2
    assert "port 0 to 3" in " ".join(refused.output.split())
    both = run(problem, "--check", problem, "--explain", "plan")
    assert both.exit_code == 2
