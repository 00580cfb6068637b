"""The door of the plan: one input, one set of parameters, whoever asks."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args, get_type_hints

import pytest
from typer.testing import CliRunner

from sinho import plan_months, write_hub
from sinho.cli import app, options
from sinho.errors import DataError
from sinho.hub import Scenario
from sinho.plan import Input, Options, Params, Question, explain, solve
from sinho.plan.params import Method, Objective
from tests.plan.small import FEB, asks, small

FEWER = """
title = "fewer cars"
[[change]]
table = "demand"
set = { units = 10 }
"""


def fewer() -> Scenario:
    found, problems = Scenario.from_toml(FEWER, "fewer")
    assert not problems
    return found


def test_a_plan_is_that_of_its_input_and_parameters():
    hub = small(demand=[asks(FEB, 100)])
    given = Input.from_hub(hub, fewer(), "week")
    made = solve(given, Params(gap=0.0), seed=3)
    same = plan_months(hub, scenario=fewer(), period="week", gap=0.0, seed=3)
    assert made.tables["make"].equals(same.tables["make"])
    assert (made.scenario, made.title, made.period_kind) == ("fewer", "fewer cars", "week")
    assert made.changes.equals(same.changes)
    assert made.changes.height == 1
    assert (made.seed, made.input_hash) == (3, given.hub.digest)
    assert made.input_basis["rows"].sum() == sum(t.height for t in given.hub.tables.values())


def test_the_options_of_functions_are_those_of_the_parameters():
    hints = get_type_hints(Params)
    assert get_type_hints(Options) == {one.name: hints[one.name] for one in fields(Params)}
    for typed, known in ((options.Objective, Objective), (options.Method, Method)):
        assert get_args(typed)[0] == known


@pytest.mark.parametrize("threads", [0, -1])
def test_threads_are_one_or_more(threads):
    with pytest.raises(DataError, match="threads: it must be 1 or more"):
        Params(threads=threads)


@pytest.mark.parametrize("option", [["--whole-cars"], ["--objective", "lexicographic"]], ids=str)
def test_a_method_that_does_not_apply_is_no_defect(tmp_path, option):
    write_hub(small(), tmp_path / "hub")
    typed = ["plan", str(tmp_path / "hub"), "--method", "priced", *option]
    result = CliRunner().invoke(app, typed)
    assert result.exit_code == 3
    assert "Take method exact or auto." in result.output
    assert "report it" not in result.output


def test_an_option_that_does_not_exist_is_refused():
    with pytest.raises(DataError, match=r"gpa.*Did you mean 'gap'"):
        plan_months(small(), gpa=0.1)


def test_a_question_is_of_the_input_that_was_planned():
    hub = small(demand=[asks(FEB, 3000)])
    made = solve(Input(hub))
    assert "Why is the plan" in explain(made, Question.about(Input(hub), month=FEB)).question
    for other in (Input.from_hub(hub, fewer()), Input(hub, "week")):
        with pytest.raises(ValueError, match="not made from this hub"):
            explain(made, Question.about(other, month=FEB))
