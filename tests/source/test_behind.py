"""Plants whose shift steps come from the hub behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sinho import plan_months
from sinho.hub import network_from_tables, read_hub, read_network, write_hub
from sinho.plan import Input as PlanInput
from sinho.run import example_path
from sinho.source import Input
from tests.plan.small import APR, FEB, MAR, asks, car, shop, small
from tests.quote.small import plant
from tests.source.networks import tiny

NEAR = {"plant": "near", "step": "one", "start": "2020-01", "capacity": 200}


def tables(hub: str, **changed: Any) -> dict[str, Any]:
    """Return the tiny network with a hub behind its plant far."""
    plants = [{"plant": "near", "country": "AA"}, {"plant": "far", "country": "BB", "hub": hub}]
    return tiny(**{"plants": plants, "plant_steps": [NEAR], **changed})


def written(folder: Path, hub: str = "works", **changed: Any) -> Path:
    """Write such a network, and the hub beside its tables; return the folder."""
    write_hub(plant(), folder / "works")
    for name, rows in tables(hub, **changed).items():
        heads = list(dict.fromkeys(key for row in rows for key in row))
        lines = [",".join(heads), *(",".join(str(r.get(h, "")) for h in heads) for r in rows)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.mark.parametrize(
    ("start", "end", "cars"),
    [
        ("2026-02", "2026-04", [1600, 1760, 1760]),
        ("2026-01", "2026-02", [1600, 1600]),
        ("2026-04", "2026-06", [1760, 1760, 1760]),
    ],
)
def test_capacity_is_what_the_shops_build(
    start: str, end: str, cars: list[float], tmp_path: Path
) -> None:
    """10 cars an hour on 8 hours of 20 and 22 days; months outside are like the nearest."""
    network = [{"name": "two", "currency": "EUR", "start": start, "end": end}]
    far = Input.from_network(read_network(written(tmp_path, network=network))).plants[1]
    assert far.steps == ("one shift",)
    assert far.capacity.tolist() == [pytest.approx(cars)]


def test_months_behind_the_hubs_have_the_days_of_the_same_month(tmp_path: Path) -> None:
    """23 weekdays in December 2026, 21 in January 2027, 20 in February 2026: 80 cars each."""
    write_hub(small(start="2026-01", end="2027-01"), tmp_path / "works")
    months = [{"name": "two", "currency": "EUR", "start": "2027-12", "end": "2028-02"}]
    given = tables(str(tmp_path / "works"), network=months)
    far = Input.from_network(network_from_tables(given)).plants[1]
    assert far.capacity.tolist() == [pytest.approx([1840, 1680, 1600])]


def test_a_month_that_the_hub_rests_builds_nothing_and_is_paid_as_rest(tmp_path: Path) -> None:
    """22 days in March and April; May, not in the hub, has the days of April and works them."""
    patterns = [
        {"group": "v", "pattern": "rest", "shifts": 0, "hours": 0, "cost_per_day": 3},
        {"group": "v", "pattern": "one", "shifts": 1, "hours": 8, "cost_per_day": 10},
    ]
    given = [{"group": "v", "start": "2026-04", "end": "2026-04", "pattern": "rest"}]
    hub = small(start=MAR, end=APR, patterns=patterns, fixed_patterns=given)
    write_hub(hub, tmp_path / "works")
    months = [{"name": "two", "currency": "EUR", "start": MAR, "end": "2026-05"}]
    network = network_from_tables(tables(str(tmp_path / "works"), network=months))
    far = Input.from_network(network).plants[1]
    assert far.capacity.tolist() == [pytest.approx([1760, 0, 1760])]
    assert far.labour.tolist() == [pytest.approx([220, 66, 220])]


def test_a_group_that_cannot_work_so_few_shifts_works_its_fewest(tmp_path: Path) -> None:
    """Paint: 5 cars an hour on 16 hours, or rest; 20 days."""
    two = {"item": "A", "shop": "paint"}
    patterns = [
        {"group": group, "pattern": str(n), "shifts": n, "hours": 8, "cost_per_day": 10 * n}
        for group, n in (("v", 1), ("v", 2), ("w", 0), ("w", 2), ("w", 3))
    ]
    hub = small(
        groups=[{"group": "v"}, {"group": "w"}],
        shops=[shop("assembly", 10), shop("paint", 5, group="w")],
        loads=[{"item": "A", "shop": "assembly"}, two],
        patterns=patterns,
    )
    write_hub(hub, tmp_path / "works")
    months = [{"name": "two", "currency": "EUR", "start": FEB, "end": FEB}]
    given = tables(str(tmp_path / "works"), network=months)
    far = Input.from_network(network_from_tables(given)).plants[1]
    steps = dict(
        zip(far.steps, zip(far.capacity[:, 0], far.labour[:, 0], strict=True), strict=True)
    )
    assert steps == {
        "one shift": (1600, 20 * 30),
        "2 shifts": (1600, 20 * 40),
        "3 shifts": (2400, 20 * 50),
    }


def test_busan_builds_by_its_shifts_what_its_narrowest_shop_does() -> None:
    hub = read_hub(example_path("busan"))
    rate = {"currency": hub.settings.currency, "start": "2020-01-01", "rate": 0.001}
    given = tables(str(example_path("busan")), currencies=[rate])
    first = PlanInput.from_hub(hub).data.spans[0].month
    network = {"name": "two", "currency": "EUR", "start": f"{first:%Y-%m}", "end": f"{first:%Y-%m}"}
    given["network"] = [network]
    far = Input.from_network(network_from_tables(given)).plants[1]
    own = PlanInput.from_hub(hub).data
    some, every = own.passes.any(axis=1), own.passes.all(axis=1)
    for step, capacity, labour in zip(far.steps, far.capacity[:, 0], far.labour[:, 0], strict=True):
        shifts = 1 if step == "one shift" else int(step.split()[0])
        hours, paid = np.zeros(len(own.groups)), 0.0
        for g in range(len(own.groups)):
            mine = [n for n, one in enumerate(own.patterns) if one.group == g]
            fit = [n for n in mine if own.patterns[n].shifts <= shifts] or mine[:1]
            n = max(fit, key=lambda n: own.patterns[n].shifts)
            hours[g] = own.pattern_hours[n, 0]
            paid += own.patterns[n].cost_per_day * own.days[g, 0]
        units = own.rate[:, 0] * own.availability * hours[own.shop_group]
        most = own.load_route.max(axis=1)
        assert capacity >= (units[some] / most[some]).min() * (1 - 1e-9)
        least = np.where(own.load_route > 0, own.load_route, np.inf).min(axis=1)
        assert capacity <= (units[every] / least[every]).min() * (1 + 1e-9)
        assert labour == pytest.approx(paid * 0.001)
    assert (np.diff(far.capacity[:, 0]) > 0).all()
    assert len(far.steps) > 1


def test_labour_of_busan_is_that_of_its_plan_to_the_unit() -> None:
    hub = read_hub(example_path("busan"))
    start, end = hub.settings.start, hub.settings.end
    given = tables(str(example_path("busan")))
    horizon = {"start": f"{start:%Y-%m}", "end": f"{end:%Y-%m}"}
    given["network"] = [{"name": "two", "currency": hub.settings.currency, **horizon}]
    far = Input.from_network(network_from_tables(given)).plants[1]
    plan = plan_months(hub)
    months = plan.tables["periods"].select("period")
    sums = [
        plan.tables[table].group_by("period").agg(value.alias(name))
        for table, name, value in (
            ("make", "made", pl.col("units").sum()),
            ("overtime", "late", pl.col("hours").sum()),
            ("patterns", "shifts", pl.col("shifts").max()),
            ("lines_by_period", "paid", pl.col("amount").filter(line="labour").sum()),
        )
    ]
    for one in sums:
        months = months.join(one, on="period", how="left", maintain_order="left")
    made, late, shifts, paid = (months[name].fill_null(0).to_numpy() for name in months.columns[1:])
    assert {*shifts} == {1, 2}
    own = shifts - 1, np.arange(len(shifts))
    np.testing.assert_allclose(far.labour[own], -paid, rtol=1e-9)
    assert (made <= far.capacity[own] * (1 + 1e-6))[late < 1e-6].all()


ONE_LINE = {"shops": [shop("assembly", 10)], "groups": [{"group": "v"}]}
TWO_LINES = {
    "groups": [{"group": name} for name in "vw"],
    "shops": [
        shop("paint", 17, availability=0.9),
        shop("assembly", 10),
        shop("assembly", 8, shop="assembly B", group="w"),
    ],
    "models": [car(), car("B")],
    "loads": [
        {"item": item, "shop": point, "load": load}
        for item, point, load in (
            ("A", "paint", 1),
            ("B", "paint", 1.5),
            ("A", "assembly", 1),
            ("B", "assembly B", 1.25),
        )
    ],
    "lines": [
        {"line": "first", "shops": "paint;assembly", "shared": "paint"},
        {"line": "second", "shops": "paint;assembly B", "shared": "paint"},
    ],
    "model_lines": [
        {"model": "A", "line": "first"},
        {"model": "A", "line": "second", "load": 1.1},
        {"model": "B", "line": "second"},
    ],
}


@pytest.mark.parametrize("hub", [ONE_LINE, TWO_LINES])
@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_labour_and_capacity_are_those_of_the_hubs_plan(
    kind: str, hub: dict[str, Any], tmp_path: Path
) -> None:
    """As in plans that are bound to the patterns of each step, with more asked than is built."""
    groups = [row["group"] for row in hub["groups"]]
    patterns = [
        {"group": group, "pattern": name, "shifts": n, "hours": hours, "cost_per_day": 70 * n + at}
        for at, group in enumerate(groups)
        for n, name, hours in ((0, "rest", 0), (1, "one", 8), (2, "two", 7.5))
    ]
    models = [row["model"] for row in hub.get("models", [car()])]
    asked = [asks(month, 9000, model=one) for month in (FEB, MAR, APR) for one in models]
    base: dict[str, Any] = {**hub, "end": APR, "patterns": patterns, "demand": asked}
    closed = [
        {"group": group, "start": "2026-03-09", "end": "2026-03-13", "pattern": "rest"}
        for group in groups
    ]
    rates = [{"currency": "EUR", "start": "2020-01-01", "rate": 0.5}]
    months = [{"name": "two", "currency": "KRW", "start": FEB, "end": APR}]
    works = tmp_path / ("works.xlsx" if kind == "workbook" else "works")
    write_hub(small(**base, fixed_patterns=closed), works)
    network = tables(str(works), network=months, currencies=rates)
    far = Input.from_network(network_from_tables(network)).plants[1]
    assert far.steps == ("one shift", "2 shifts")
    for n, name in enumerate(("one", "two")):
        given = [
            {"group": group, "start": start, "end": end, "pattern": name}
            for group in groups
            for start, end in ((FEB, "2026-03-08"), ("2026-03-14", APR))
        ]
        bound = plan_months(small(**base, fixed_patterns=closed + given), gap=0.0)
        built = bound.tables["make"].group_by("period").agg(pl.col("units").sum()).sort("period")
        paid = bound.tables["lines_by_period"].filter(line="labour").sort("period")["amount"]
        assert far.capacity[n].tolist() == pytest.approx(built["units"].to_list(), rel=1e-9)
        assert (far.labour[n] * -2).tolist() == pytest.approx(paid.to_list(), rel=1e-9)
