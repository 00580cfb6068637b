"""How a plan is made: options, stops, weeks, whole cars, refusals."""

from __future__ import annotations

import json

import polars as pl
import pytest

from sinho import Infeasible, plan_months
from sinho.errors import DataError
from sinho.plan.build import build
from sinho.plan.methods import first_plan
from sinho.plan.prepare import prepare
from sinho.stop import Interruptible, NoLimit, TimeLimit
from tests.plan.small import FEB, MAR, asks, car, shop, small


class AtOnce:
    """Stops at the first question."""

    seconds_left = 0.0

    def __call__(self) -> bool:
        return True


def two_shifts(**tables):
    return small(
        end=MAR,
        patterns=[
            {"group": "v", "pattern": "one", "shifts": 1, "hours": 8},
            {"group": "v", "pattern": "two", "shifts": 2, "hours": 8, "cost_per_day": 100},
        ],
        demand=[asks(FEB, 3200, lost_penalty=1), asks(MAR, 1000, lost_penalty=1)],
        **tables,
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"period": "year"}, "period must be one of month, week, not 'year'"),
        ({"objective": "profit"}, "objective: it must be one of contribution, lexicographic"),
        ({"method": "magic"}, "method: it must be one of"),
        ({"gap": -0.1}, "gap: it must be 0 or more and less than 1"),
        ({"gap": 1.0}, "gap: it must be"),
    ],
)
def test_an_unknown_option_is_refused(options, words):
    with pytest.raises((DataError, ValueError), match=words):
        plan_months(small(), **options)


def test_a_stop_before_the_first_solution_still_hands_back_a_plan():
    for hub in (small(), two_shifts()):
        plan = plan_months(hub, stop=AtOnce())
        assert plan.bound >= plan.objective
        hours = plan.tables["hours"]
        assert (hours["load"] <= hours["manned_capacity"] + 1e-6).all()
        program = build(prepare(hub))
        first = first_plan(prepare(hub), program, NoLimit())
        assert first.status == "stopped"
        activity = program.activity(first.x)
        assert (activity <= program.row_upper + 1e-6).all()
        assert (activity >= program.row_lower - 1e-6).all()
        assert first.objective >= -plan.objective - 1e-6


def test_a_plan_that_is_stopped_early_is_no_worse_than_keeping_the_patterns():
    hub = two_shifts()
    kept = first_plan(prepare(hub), build(prepare(hub)), NoLimit())
    assert plan_months(hub, stop=AtOnce()).contribution >= -kept.objective - 1e-6


def test_eop_within_a_month_leaves_the_days_up_to_it():
    """EOP on Tuesday 10 February leaves 7 days: 7 x 8 h x 10 cars/h x 0.9 = 504 cars."""
    hub = small(
        models=[car(eop="2026-02-10")],
        shops=[shop("assembly", 20, manned_rate=10, availability=0.9)],
    )
    assert plan_months(hub).tables["make"]["units"].sum() == pytest.approx(504)


def test_a_time_limit_must_be_positive():
    with pytest.raises(ValueError, match="above 0"):
        TimeLimit(0)


def test_an_interrupt_stops_once_and_then_aborts():
    with Interruptible(NoLimit()) as stop:
        assert not stop()
        stop._on_signal(2, None)
        assert stop()
        assert stop.seconds_left == 0
        with pytest.raises(KeyboardInterrupt):
            stop._on_signal(2, None)


def test_weeks_and_months_agree_where_nothing_binds():
    hub = small(end=MAR, demand=[asks(FEB, 300), asks(MAR, 500)])
    months, weeks = plan_months(hub), plan_months(hub, period="week")
    assert weeks.contribution == pytest.approx(months.contribution)
    assert weeks.tables["demand"]["units"].sum() == pytest.approx(800)
    assert weeks.tables["periods"].height > months.tables["periods"].height


def test_weeks_see_a_peak_that_months_hide():
    """Full-month demand fits one month's hours, but a stop in its first half delays cars."""
    stop = [{"start": "2026-02-02", "end": "2026-02-13", "kind": "downtime"}]
    hub = small(demand=[asks(FEB, 800, late_penalty=1, lost_penalty=99)], calendar=stop)
    assert plan_months(hub).tables["late"].height == 0
    assert plan_months(hub, period="week").tables["late"]["units"].sum() > 0


def test_whole_cars_are_whole():
    hub = small(loads=[{"item": "A", "shop": "assembly", "load": 1.1}])
    free, whole = plan_months(hub), plan_months(hub, whole_cars=True)
    assert free.tables["make"]["units"].item() == pytest.approx(1600 / 1.1)
    assert whole.tables["make"]["units"].item() == 1454
    assert whole.tables["ship"]["units"].sum() == 1454


def test_two_threads_find_the_same_plan_value():
    one, two = (plan_months(two_shifts(), threads=n, gap=0.0) for n in (1, 2))
    assert one.objective == pytest.approx(two.objective)


def test_contradicting_hard_rules_are_named():
    """50 cars from February on are owed by contract, but the car starts in March."""
    hub = small(
        end=MAR,
        models=[car(sop="2026-03-01")],
        demand=[asks(MAR, 500)],
        contracts=[
            {
                "contract": "K",
                "brand": "B",
                "start": MAR,
                "end": MAR,
                "least": 300,
                "hard": True,
            }
        ],
        ramp=[{"model": "A", "month_after_sop": 0, "share": 0.1}],
        shops=[shop("assembly", 10)],
    )
    with pytest.raises(Infeasible) as caught:
        plan_months(hub)
    assert len(caught.value.rules) == 2
    text = str(caught.value)
    assert "contract K" in text
    assert "launch ramp" in text
    assert "infeasible" not in text.lower()


def test_the_summary_tells_what_the_plan_was_made_from():
    plan = plan_months(two_shifts())
    summary = json.loads(json.dumps(plan.summary()))
    assert summary["status"] == "optimal"
    assert summary["input_hash"] == two_shifts().digest
    assert {"sinho", "highspy", "numpy", "polars", "python"} <= summary["versions"].keys()
    assert (summary["columns"], summary["rows"]) == (plan.columns, plan.rows)


def test_progress_is_reported_with_the_best_value_so_far():
    seen = []
    plan_months(two_shifts(), progress=seen.append)
    assert all(p.stage and p.seconds >= 0 for p in seen)


def test_installed_utilisation_of_a_year_is_on_the_nominal_capacity():
    """19,200 cars on a nominal 38,400 a year are 50 %, whatever the months' lengths."""
    hub = small(
        start="2026-01",
        end="2026-12",
        shops=[shop("assembly", 20, installed_year=38_400)],
        demand=[asks(f"2026-{m:02d}", 1600) for m in range(1, 13)],
    )
    hours = plan_months(hub).tables["hours"]
    assert hours["installed_capacity"].sum() == pytest.approx(38_400)
    assert hours.select(pl.col("load").sum() / pl.col("installed_capacity").sum()).item() == (
        pytest.approx(0.5)
    )
