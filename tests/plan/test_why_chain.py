"""The chain from make to ship, split into money and scarce things, adds up to the duals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from sinho import plan_months
from sinho.hub import Hub, hub_from_tables
from sinho.plan import Input, Question
from sinho.plan.why.case import Case, open_case
from sinho.plan.why.figures import fate
from sinho.stop import NoLimit
from tests.budget import examples
from tests.plan.test_properties import tables

TIGHT = 1e-5


def case_of(hub: Hub) -> Case:
    """The question about all demand, on the exact plan."""
    question = Question.about(Input(hub), model="B cars")
    return open_case(plan_months(hub, gap=0.0), question, NoLimit())


def family(rows: dict) -> Hub:
    models = [{**row, "family": "B cars"} for row in rows["models"]]
    return hub_from_tables({**rows, "models": models})


@settings(max_examples=examples(15))
@given(tables())
def test_what_a_car_costs_adds_up_to_its_dual(rows):
    case = case_of(family(rows))
    for i in range(len(case.data.models)):
        for t in range(len(case.data.spans)):
            parts = sum(item.amount for item in case.margins.car(i, t))
            assert parts == pytest.approx(-case.margins.car_costs[i, t], abs=TIGHT)


@settings(max_examples=examples(15))
@given(tables())
def test_the_worth_of_shipping_explains_every_decision_of_the_plan(rows):
    """No way to serve a demand is worth more than one more car asked for; those taken, as much."""
    case = case_of(family(rows))
    data, margins = case.data, case.margins
    linear = margins.linear
    run = linear.program.columns["lost"]
    lost = np.zeros(data.demand.shape)
    lost[tuple(run.index.T)] = linear.x[run.at]
    for p, t in np.argwhere(~np.isnan(margins.demand_worth)).tolist():
        worth = margins.demand_worth[p, t]
        ways = margins.options(p, t)
        assert all(way.worth <= worth + TIGHT for way in ways)
        for way in ways:
            shipped = linear.program.columns[f"ship {way.mode}"]
            at = np.flatnonzero((shipped.index == (p, t)).all(axis=1))
            if way.period == t and linear.x[shipped.start + at[0]] > 0.05:
                assert way.worth == pytest.approx(worth, abs=TIGHT)
        if lost[p, t] > 0.05:
            assert worth <= -data.lost_penalty[p, t] + TIGHT
        if 0.05 < lost[p, t] < data.demand[p, t] - 0.05:
            assert worth == pytest.approx(-data.lost_penalty[p, t], abs=TIGHT)


@settings(max_examples=examples(15))
@given(tables())
def test_every_car_asked_for_has_one_fate(rows):
    case = case_of(family(rows))
    data = case.data
    found = case.fate
    requested = float(data.demand.sum() + data.backlog0.sum())
    told = found.on_time + found.shipped_late + found.waiting + found.lost
    assert found.requested == pytest.approx(requested)
    assert told == pytest.approx(requested, abs=1e-3)
    assert found.on_time == pytest.approx(float(case.flows.on_time(data).sum()), abs=1e-3)
    by_cell = sum(
        fate(
            data, case.flows, np.eye(1, data.demand.size, n, dtype=bool).reshape(data.demand.shape)
        ).lost
        for n in range(data.demand.size)
    )
    assert by_cell == pytest.approx(float(case.flows.lost.sum()), abs=1e-3)


@settings(max_examples=examples(15))
@given(tables())
def test_breaking_ties_keeps_the_contribution_and_takes_nothing_from_others(rows):
    hub = hub_from_tables(rows)
    plan = plan_months(hub, gap=0.0)
    question = Question.about(Input(hub), model="A", market="KR")
    data, case = question.input.data, open_case(plan, question, NoLimit())
    if rows["parts"][0]["lot_size"] == 0:
        assert case.linear.contribution == pytest.approx(plan.contribution, abs=1e-3)
        others = ~question.cells
        for before, after in (
            (case.flows.late, case.settled.late),
            (case.flows.lost, case.settled.lost),
        ):
            assert (after[others] <= before[others] + 1e-3).all()
        here = question.cells
        assert case.settled.on_time(data)[here].sum() >= case.flows.on_time(data)[here].sum() - 1e-3
