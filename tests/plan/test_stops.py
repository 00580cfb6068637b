"""A stop is kept wherever the plan's work stands: counted in runs of the solver, not seconds."""

from __future__ import annotations

import highspy
import pytest

from sinho import Infeasible, SinhoError, plan_months
from sinho.plan.build import build
from sinho.plan.conflict import conflicting
from sinho.plan.prepare import prepare
from sinho.stop import Grace, NoLimit
from sinho.testing.hubs import Size, generate_hub
from tests.plan.small import MAR, asks, car, small

MOST = 6
"""Calls of the solver after a stop: the one that is interrupted, and those of a first plan."""


class After:
    """Stops at the n-th question, and from then on; counts the solver's runs since."""

    seconds_left = float("inf")

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.runs = 0

    def __call__(self) -> bool:
        self.looks -= 1
        return self.looks < 0


@pytest.fixture
def stop_after(monkeypatch):
    """Make a stop rule that learns of every run of the solver after it fired."""
    rules: list[After] = []
    run = highspy.Highs.run

    def counted(highs):
        for rule in rules:
            rule.runs += rule.looks < 0
        return run(highs)

    monkeypatch.setattr(highspy.Highs, "run", counted)

    def make(looks: int) -> After:
        rules.append(After(looks))
        return rules[-1]

    return make


HUBS = {
    "linear": lambda: generate_hub(Size(6, 12, 6), 3, shop_room=0.9),
    "patterns": lambda: generate_hub(Size(8, 6, 4), 3, choices=True),
}


@pytest.mark.parametrize("method", ["exact", "priced"])
@pytest.mark.parametrize("kind", HUBS)
@pytest.mark.parametrize("looks", [0, 1, 5, 30, 300, 1000])
def test_few_runs_of_the_solver_follow_a_stop(stop_after, kind, method, looks):
    stop = stop_after(looks)
    plan = plan_months(HUBS[kind](), method=method, stop=stop, gap=1e-6)
    assert plan.bound >= plan.contribution
    assert plan.tables["make"].height
    assert stop.runs <= MOST


def contradicting():
    return small(
        end=MAR,
        models=[car(sop="2026-03-01", full_rate=1)],
        demand=[asks(MAR, 500)],
        contracts=[
            {"contract": "K", "brand": "B", "start": MAR, "end": MAR, "least": 300, "hard": True}
        ],
    )


def test_the_search_for_contradicting_rules_stops_too(stop_after):
    hub = contradicting()
    with pytest.raises(Infeasible):
        plan_months(hub)
    data = prepare(hub)
    stop = stop_after(2)
    with pytest.raises(SinhoError, match="time was over before those that do were found"):
        conflicting(data, build(data), stop=stop)
    assert stop.runs <= 1


def test_a_grace_begins_with_the_stop():
    stop = After(2)
    late = Grace(stop, 1000.0)
    assert not late()
    assert late.seconds_left == float("inf")
    assert not late()
    assert 0 < late.seconds_left <= 1000.0
    gone = Grace(After(0), 1e-9)
    gone()
    assert gone()
    assert Grace(NoLimit(), 1.0).seconds_left == float("inf")
