"""What must hold for every plan of a plant of one to four lines, tried on random small hubs."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho import MonthPlan, plan_months
from sinho.hub import hub_from_tables
from tests.budget import examples
from tests.plan.small import Rows, asks, car, shop

MONTHS = ("2026-02", "2026-03")
NAMES = "abcd"
TIGHT = 1e-6


@st.composite
def plants(draw: st.DrawFn) -> dict[str, Rows]:
    """A plant of one to four lines, some of which share paint or press; three models."""
    n = draw(st.integers(1, 4))
    number, pick = st.integers, st.sampled_from
    lines, shops, loads, model_lines = [], [shop("paint", 20), shop("press", 30)], [], []
    shops[0]["manned_rate"] = draw(number(2, 20))
    for name in NAMES[:n]:
        group = draw(pick("vw"))
        shops.append(shop("assembly", draw(number(1, 9)), group=group) | {"shop": name})
        passed = [s for s in ("press", "paint") if draw(st.booleans())]
        lines.append({"line": name, "shops": ";".join([*passed, name]), "shared": passed})
    for line in lines:
        shared = [s for s in line["shared"] if sum(s in x["shops"].split(";") for x in lines) > 1]
        line["shared"] = ";".join(shared)
    for model in "ABC":
        on = draw(st.lists(pick(NAMES[:n]), min_size=1, unique=True))
        loads += [{"item": model, "shop": s, "load": draw(pick([0.8, 1.0, 1.5]))} for s in
                  ("paint", "press", *on)]  # fmt: skip
        model_lines += [
            {
                "model": model,
                "line": name,
                "preferred": draw(st.booleans()),
                "extra_cost": draw(pick([0, 0, 1, 4])),
                "least_lot": draw(pick([None, None, 50, 300])),
                "start": draw(pick([None, None, "2026-02-16", "2026-03-01"])),
            }
            for name in on
        ]
    return {
        "hub": [
            {
                "name": "lines",
                "country": "KR",
                "start": MONTHS[0],
                "end": MONTHS[-1],
                "public_holidays": False,
            }
        ],
        "brands": [{"brand": "B"}],
        "models": [car(m, stock_cost=1, full_rate=draw(pick([None, 60]))) for m in "ABC"],
        "groups": [{"group": "v"}, {"group": "w"}],
        "shops": shops,
        "loads": loads,
        "lines": lines,
        "model_lines": model_lines,
        "patterns": [
            {"group": g, "pattern": name, "shifts": s, "hours": 8, "cost_per_day": 40 * s}
            for g in "vw"
            for name, s in (("one", 1), ("two", 2))
        ],
        "calendar": [{"start": "2026-02-07", "kind": "work", "group": draw(pick("vw"))}],
        "markets": [
            {
                "market": "KR",
                "country": "KR",
                "region": "Korea",
                "route": "domestic",
                "source": "meant: cars are fetched",
            }
        ],
        "demand": [
            asks(month, draw(number(0, 900)), model=model, price=draw(number(12, 25)))
            for month in MONTHS
            for model in "ABC"
        ],
    }


def by_key(frame: pl.DataFrame, *keys: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[k] for k in keys): row for row in frame.to_dicts()}


@settings(max_examples=examples(15))
@given(plants())
def test_volumes_by_line_keep_every_rule_of_the_lines(rows):
    hub = hub_from_tables(rows)
    plan = plan_months(hub)
    made = by_key(plan.tables["make_lines"], "period", "model", "line")
    for (period, model), row in by_key(plan.tables["make"], "period", "model").items():
        own = [r["units"] for key, r in made.items() if key[:2] == (period, model)]
        assert row["units"] == sum(own)
    routes = {(r["model"], r["line"]): r for r in rows["model_lines"]}
    loads = {(r["item"], r["shop"]): r["load"] for r in rows["loads"]}
    passed = {r["line"]: r["shops"].split(";") for r in rows["lines"]}
    listed = {s for path in passed.values() for s in path}
    used: dict[tuple[Any, str], float] = {}
    for (period, model, line), row in made.items():
        route = routes[model, line]
        lot, start = route["least_lot"] or 0, route["start"] or "2026"
        assert row["units"] <= TIGHT or row["units"] >= lot - TIGHT
        assert row["units"] <= TIGHT or start <= f"{period:%Y-%m}-31"
        for (item, name), load in loads.items():
            if item == model and (name in passed[line] or name not in listed):
                used[period, name] = used.get((period, name), 0.0) + row["units"] * load
    for (period, name), row in by_key(plan.tables["hours"], "period", "shop").items():
        assert row["load"] == pytest.approx(used.get((period, name), 0.0), abs=1e-4)
        assert row["load"] <= row["manned_capacity"] * (1 + TIGHT) + TIGHT
    for model in rows["models"]:
        if model["full_rate"]:
            month = plan.tables["make"].filter(model=model["model"])
            assert month["units"].max() <= model["full_rate"] * 23 + TIGHT
    total = math.fsum(plan.tables["lines"]["amount"])
    assert plan.contribution == pytest.approx(total)


@settings(max_examples=examples(8))
@given(plants())
def test_the_two_methods_agree_on_plants_of_several_lines(rows):
    rows["model_lines"] = [row | {"least_lot": None} for row in rows["model_lines"]]
    if not any(row["units"] for row in rows["demand"]):
        return
    hub = hub_from_tables(rows)
    exact = plan_months(hub, method="exact", gap=1e-6)
    priced = plan_months(hub, method="priced", gap=1e-4)
    scale = max(1.0, abs(exact.contribution))
    assert priced.contribution <= exact.bound + 1e-6 * scale
    assert priced.bound >= exact.contribution - 1e-6 * scale


@settings(max_examples=examples(8))
@given(plants())
def test_a_further_line_or_a_lower_cost_is_never_worse(rows):
    hub = hub_from_tables(rows)
    base = plan_months(hub, gap=0.0).contribution
    cheaper = [row | {"extra_cost": 0, "least_lot": None} for row in rows["model_lines"]]
    better = plan_months(hub_from_tables({**rows, "model_lines": cheaper}), gap=0.0)
    assert better.contribution >= base - 1e-6 * max(1.0, abs(base))


@settings(max_examples=examples(12))
@given(plants())
def test_a_preference_moves_cars_between_lines_and_costs_nothing(rows):
    plan = plan_months(hub_from_tables(rows), gap=0.0)
    plain = [row | {"preferred": False} for row in rows["model_lines"]]
    other = plan_months(hub_from_tables({**rows, "model_lines": plain}), gap=0.0)
    scale = max(1.0, abs(other.contribution))
    assert plan.contribution == pytest.approx(other.contribution, abs=1e-6 * scale)
    assert plan.bound >= plan.contribution
    for name in ("ship", "late", "lost"):
        here, there = (p.tables[name]["units"].to_list() for p in (plan, other))
        assert here == pytest.approx(there, abs=1e-5), name
    wished = [(row["model"], row["line"]) for row in rows["model_lines"] if row["preferred"]]
    models = {model for model, _ in wished}

    def elsewhere(made: MonthPlan) -> float:
        rows = made.tables["make_lines"].select("model", "line", "units").iter_rows()
        return sum(u for model, line, u in rows if model in models and (model, line) not in wished)

    assert elsewhere(plan) <= elsewhere(other) + 1e-3
