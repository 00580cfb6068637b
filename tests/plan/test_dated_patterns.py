"""Shift patterns that are given from one day to another: hours, labour and changes by date.

March 2026 has 22 weekdays: 10 up to the 14th, 12 from the 16th on; 6 up to the 9th.
"""

from __future__ import annotations

import datetime as dt

import pytest

from sinho import explain, plan_months
from sinho.errors import DataError
from sinho.hub import Hub
from tests.plan.small import APR, FEB, MAR, Rows, asks, shop, small


def shifts(**more: object) -> Rows:
    """One shift of 8 h for 100 a day, two of 7.5 h for 190, changed to for 1,000."""
    return [
        {"group": "v", "pattern": name, "shifts": n, "hours": hours, "cost_per_day": cost,
         "change_cost": 1000, **more}
        for name, n, hours, cost in (("one", 1, 8, 100), ("two", 2, 7.5, 190))
    ]  # fmt: skip


def given(*rows: tuple[str, str | None, str], group: str = "v") -> Rows:
    return [{"group": group, "start": a, "end": b, "pattern": p} for a, b, p in rows]


def march(*rows: tuple[str, str | None, str], units: float = 9000, **more: Rows) -> Hub:
    tables = {"patterns": shifts(), "demand": [asks(MAR, units)], **more}
    return small(start=FEB, end=APR, fixed_patterns=given(*rows), **tables)


def hours_of(hub: Hub, month: str = MAR, name: str = "assembly") -> float:
    table = plan_months(hub).tables["hours"]
    (row,) = [r for r in table.to_dicts() if f"{r['period']:%Y-%m}" == month and r["shop"] == name]
    return float(row["pattern_hours"])


def lines_of(hub: Hub) -> dict[str, float]:
    return dict(plan_months(hub).tables["lines"].select("line", "amount").iter_rows())


def test_a_pattern_that_changes_on_the_15th_gives_the_month_the_hours_of_its_days():
    hub = march((FEB, "2026-03-14", "one"), ("2026-03-15", None, "two"))
    assert hours_of(hub) == 10 * 8 + 12 * 15 == 260
    assert sum(plan_months(hub).tables["make"]["units"]) == 1600 + 2600 + 22 * 15 * 10
    lines = lines_of(hub)
    assert lines["labour"] == -(20 * 100 + 10 * 100 + 12 * 190 + 22 * 190)
    assert lines["pattern changes"] == -1000
    rows = plan_months(hub).tables["patterns"]
    day = dt.date
    assert rows.select("start", "end", "pattern", "days", "changed").rows() == [
        (day(2026, 2, 1), day(2026, 2, 28), "one", 20, False),
        (day(2026, 3, 1), day(2026, 3, 14), "one", 10, False),
        (day(2026, 3, 15), day(2026, 3, 31), "two", 12, True),
        (day(2026, 4, 1), day(2026, 4, 30), "two", 22, False),
    ]


def test_the_plan_chooses_the_days_before_a_date_and_pays_for_the_change():
    # two shifts from the 16th; before, the plan works what the demand wants
    for units, pattern, hours in ((9000, "two", 330), (2000, "one", 260)):
        hub = march(("2026-03-16", "2026-03", "two"), units=units)
        plan = plan_months(hub)
        assert hours_of(hub) == hours
        own = plan.tables["patterns"].filter(start=dt.date(2026, 3, 1))
        assert own["pattern"].to_list() == [pattern]


def test_some_days_in_the_middle_of_a_month_are_worked_otherwise_and_changed_back_from():
    hub = march(("2026-03-10", "2026-03-13", "two"), units=1000)
    # 6 weekdays before, 4 given, 12 after; changed to two and back
    assert hours_of(hub) == 18 * 8 + 4 * 15
    assert lines_of(hub)["pattern changes"] == -2000
    rows = plan_months(hub).tables["patterns"].filter(period=dt.date(2026, 3, 1))
    assert rows["pattern"].to_list() == ["one", "two", "one"]
    assert rows["days"].to_list() == [6, 4, 12]


def test_two_patterns_may_be_given_in_one_month_and_a_third_after():
    third = {
        "group": "v",
        "pattern": "three",
        "shifts": 3,
        "hours": 7,
        "cost_per_day": 400,
        "change_cost": 5,
    }
    hub = march(
        ("2026-03-01", "2026-03-09", "two"),
        ("2026-03-10", "2026-03-15", "three"),
        ("2026-03-16", None, "one"),
        patterns=[*shifts(), third],
        groups=[{"group": "v", "opening_pattern": "one"}],
        units=1000,
    )
    assert hours_of(hub) == 6 * 15 + 4 * 21 + 12 * 8
    # one in February, as nothing asks for more: changed to two, three and one
    assert lines_of(hub)["pattern changes"] == -2005


def test_a_smallest_stay_goes_on_from_a_pattern_given_up_to_a_date():
    # two shifts begin on 2 March and are kept for two months, although April needs only one
    rows = given(("2026-03-02", "2026-03-20", "two"))
    hub = small(
        start=FEB,
        end=APR,
        groups=[{"group": "v", "opening_pattern": "one", "months_kept": 9}],
        patterns=shifts(min_months=2),
        demand=[asks(MAR, 100)],
        fixed_patterns=rows,
    )
    chosen = plan_months(hub).tables["patterns"]["pattern"].to_list()
    assert chosen == ["one", "one", "two", "one", "one"]


def test_weeks_count_by_date_too():
    hub = march((FEB, "2026-03-14", "one"), ("2026-03-15", None, "two"))
    table = plan_months(hub, period="week").tables["hours"]
    by_week = {r["period"]: r["pattern_hours"] for r in table.to_dicts()}
    assert by_week[dt.date(2026, 3, 9)] == 5 * 8
    assert by_week[dt.date(2026, 3, 16)] == 5 * 15
    cut = march((FEB, "2026-03-11", "one"), ("2026-03-12", None, "two"))
    table = plan_months(cut, period="week").tables["hours"]
    by_week = {r["period"]: r["pattern_hours"] for r in table.to_dicts()}
    assert by_week[dt.date(2026, 3, 9)] == 3 * 8 + 2 * 15


def test_paint_alone_works_nights_from_a_date_on():
    hub = small(
        start=FEB,
        end=APR,
        groups=[{"group": "v"}, {"group": "p"}],
        shops=[shop("assembly", 10), shop("paint", 6, group="p")],
        loads=[{"item": "A", "shop": name} for name in ("assembly", "paint")],
        patterns=[*shifts(), *shifts(group="p")],
        fixed_patterns=[
            *given((FEB, None, "one")),
            *given((FEB, "2026-03-15", "one"), ("2026-03-16", None, "two"), group="p"),
        ],
        demand=[asks(FEB, 5000)],
    )
    made = plan_months(hub).tables["make"]["units"].to_list()
    assert made == pytest.approx([960, 6 * (10 * 8 + 12 * 15), 1760])


def test_a_working_saturday_counts_on_the_side_of_its_date():
    calendar = [{"start": "2026-03-14", "kind": "work"}]
    hub = march((FEB, "2026-03-14", "one"), ("2026-03-15", None, "two"), calendar=calendar)
    assert hours_of(hub) == 11 * 8 + 12 * 15


def test_dates_of_one_group_must_not_overlap():
    with pytest.raises(DataError) as caught:
        march((FEB, MAR, "one"), ("2026-03-15", None, "two"))
    (problem,) = caught.value.problems
    assert problem.rule == (
        "overlaps another fixed pattern of group 'v', which holds from 2026-02 to 2026-03"
    )
    with pytest.raises(DataError, match=r"must not be before start \(2026-03-15\)"):
        march(("2026-03-15", "2026-03-10", "two"))
    march(("2026-03-15", MAR, "two"))


def test_why_explains_a_month_of_two_patterns():
    hub = march((FEB, "2026-03-14", "one"), ("2026-03-15", None, "two"))
    told = "\n".join(explain(hub, model="A", month=MAR).reasons)
    assert (
        "Group v works pattern two (2 x 7.5 h) in 2026-03 to 2026-04, given by fixed_patterns; "
        "it works pattern one (1 x 8 h) from 2026-03-01 to 2026-03-14" in told
    )
