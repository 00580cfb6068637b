"""Plants whose shift steps come from the hub behind them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from sinho import plan_months
from sinho.errors import DataError
from sinho.hub import apply_scenario, network_from_tables, read_hub, read_network, write_hub
from sinho.plan import Input as PlanInput
from sinho.run import example_path
from sinho.source import Input
from tests.plan.small import APR, FEB, MAR, asks, car, shop, small
from tests.quote.small import plant
from tests.source.networks import tiny
from tests.test_cli import sinho_cli

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


@pytest.mark.parametrize(
    ("hub", "said"),
    [
        ("elsewhere/workz", "no such hub (found 'elsewhere/workz'). Give a path from"),
        ("broken.xlsx", "plant far: the hub behind it has 1 error"),
        ("workz", "there is no such hub"),
        ("plants.csv", "Give the folder that holds it"),
    ],
)
def test_a_hub_that_is_not_there_is_told_by_check_and_source(
    hub: str, said: str, tmp_path: Path
) -> None:
    path = written(tmp_path, hub)
    (path / "broken.xlsx").write_bytes(b"no workbook")
    for command in ("check", "source"):
        told = sinho_cli(command, path)
        assert told.exit_code == 3, told.output
        assert said in " ".join(told.output.split())
    with pytest.raises(DataError, match="plants"):
        Input.from_network(read_network(path))


@pytest.mark.parametrize("since", [None, "2025-04-01", "2025-03-01"])
def test_a_hub_in_a_currency_without_a_rate_from_the_first_month_on_is_refused(
    since: str | None,
) -> None:
    hub = read_hub(example_path("busan"))
    rate = {"currency": hub.settings.currency, "start": since, "rate": 0.001}
    given = tables(str(example_path("busan")), **({"currencies": [rate]} if since else {}))
    network = network_from_tables(given)
    assert str(network["network"]["start"][0]) == "2025-03-01"
    if since == "2025-03-01":
        assert Input.from_network(network).plants[1].steps
        return
    with pytest.raises(DataError, match="has no rate of exchange on 2025-03-01"):
        Input.from_network(network)


def test_rows_of_its_own_go_before_those_of_the_hub(tmp_path: Path) -> None:
    steps = [NEAR | {"plant": one, "capacity": 70} for one in ("near", "far")]
    path = written(tmp_path, "not there", plant_steps=steps)
    assert Input.from_network(read_network(path)).plants[1].capacity.tolist() == [[70.0] * 3]
    assert sinho_cli("check", path).exit_code == 0


def test_plants_that_all_have_hubs_need_no_table_of_steps(tmp_path: Path) -> None:
    plants = [{"plant": one, "country": "AA", "hub": "works"} for one in ("near", "far")]
    path = written(tmp_path, plants=plants, plant_steps=[])
    for text in ("plant,step,start,capacity\n", None):
        if text is None:
            (path / "plant_steps.csv").unlink()
        else:
            (path / "plant_steps.csv").write_text(text, "utf-8")
        for command in ("check", "source"):
            told = sinho_cli(command, path)
            assert told.exit_code == 0, told.output
        near, far = Input.from_network(read_network(path)).plants
        assert near.capacity.tolist() == far.capacity.tolist() == [[1760, 1760, 1600]]
    (path / "plants.csv").write_text("plant,country,hub\nnear,AA,works\nfar,BB,\n", "utf-8")
    told = sinho_cli("check", path)
    assert told.exit_code == 3
    assert "plants.csv, row 3, column plant: has no shift step" in " ".join(told.output.split())


def test_errors_of_a_hub_follow_the_row_that_names_it(tmp_path: Path) -> None:
    path = written(tmp_path)
    lines = (path / "plants.csv").read_text("utf-8").splitlines()
    (path / "plants.csv").write_text("\n".join([lines[0], "", *lines[1:]]), "utf-8")
    for name in ("shops", "markets"):
        file = path / "works" / f"{name}.csv"
        file.write_text(file.read_text("utf-8").replace("assembly,", ",").replace("KR,", ","))
    for command in ("check", "source"):
        told = sinho_cli(command, path)
        said = " ".join(told.output.split())
        assert told.exit_code == 3
        head = "plants.csv, row 4, column hub: plant far: the hub behind it has "
        assert said.index(head) < said.index("works: shops.csv, row 2, column shop")
        assert said.index("works: shops.csv") < said.index("works: markets.csv, row 2")


SCENARIO = """
title = "Another hub"
[[change]]
table = "plants"
where = {plant = "far", hub = ["works"]}
set = {hub = "wroks"}
"""


def test_check_reads_the_hubs_of_scenarios_too(tmp_path: Path) -> None:
    path = written(tmp_path)
    (path / "scenarios").mkdir()
    (path / "scenarios" / "other.toml").write_text(SCENARIO, "utf-8")
    told = sinho_cli("check", path)
    assert told.exit_code == 3
    said = " ".join(told.output.split())
    assert "plants.csv with scenarios/other.toml, row 3, column hub: plant far: there is no" in said
    assert "Did you mean 'works'?" in said
    assert sinho_cli("source", path).exit_code == 0
    assert sinho_cli("source", path, "--scenario", "other").exit_code == 3
    text = SCENARIO.replace("wroks", "works")
    (path / "scenarios" / "other.toml").write_text(text, "utf-8")
    assert sinho_cli("check", path).exit_code == 0


def test_check_tells_of_the_hub_of_a_plant_that_a_scenario_adds(tmp_path: Path) -> None:
    path = written(tmp_path)
    write_hub(plant(), path / "second")
    file = path / "second" / "shops.csv"
    file.write_text(file.read_text("utf-8").replace("assembly,", ",", 1), "utf-8")
    (path / "scenarios").mkdir()
    text = """
[[change]]
table = "plants"
insert = [{plant = "new", country = "AA", hub = "second"}]
"""
    (path / "scenarios" / "more.toml").write_text(text, "utf-8")
    told = sinho_cli("check", path, "--json")
    assert told.exit_code == 3
    problems = json.loads(told.output)["problems"]
    first, *others = (one for one in problems if one["severity"] == "error")
    assert first["where"] == "plants.csv with scenarios/more.toml"
    assert (first["row"], first["column"], first["value"]) == (None, "hub", "second")
    assert {one["where"] for one in others} == {"second: shops.csv", "second: loads.csv"}


def test_the_hash_of_the_input_is_that_of_the_hubs_too(tmp_path: Path) -> None:
    path = written(tmp_path)

    def hashed() -> str:
        told = sinho_cli("check", path, "--json")
        digest = str(json.loads(told.output)["network"]["input_hash"])
        assert digest == Input.from_network(read_network(path)).network.digest
        return digest

    before = hashed()
    assert hashed() == before
    file = path / "works" / "shops.csv"
    file.write_text(file.read_text("utf-8").replace(",10,10,", ",10,5,"), "utf-8")
    assert hashed() != before


def test_a_currency_that_neither_tables_nor_hubs_name_is_warned_of(tmp_path: Path) -> None:
    rates = [{"currency": name, "start": "2025-01-01", "rate": 2} for name in ("KRW", "GBP")]
    path = written(tmp_path, currencies=rates)
    settings = path / "works" / "hub.toml"
    settings.write_text(settings.read_text("utf-8").replace('= "EUR"', '= "KRW"'), "utf-8")
    told = sinho_cli("check", path)
    said = " ".join(told.output.split())
    assert told.exit_code == 0
    assert "warning: currencies.csv, row 3, column currency: no amount of another table" in said
    assert "'GBP'" in said
    assert "'KRW'" not in said


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


def test_hubs_may_be_workbooks_beside_the_tables(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    write_hub(plant(), tmp_path / "there" / "works.xlsx")
    path = written(tmp_path / "first", r"..\there\works.xlsx")
    assert sinho_cli("check", path).exit_code == 0
    path = written(tmp_path, "works.xlsx")
    write_hub(plant(), path / "works.xlsx")
    for command in ("check", "source"):
        assert sinho_cli(command, path).exit_code == 0
    book = write_hub(read_network(path), path / "all.xlsx")
    assert sinho_cli("check", book).exit_code == 0
    assert sinho_cli("check", path).exit_code == 3
    (path / "works.xlsx").unlink()
    said = " ".join(sinho_cli("source", book).output.split())
    assert "sheet plants, row 3, column hub: plant far: there is no such hub" in said


@pytest.mark.parametrize("copy", ["there/copy", "there/copy.xlsx", "net/copy.xlsx", "copy"])
def test_a_copy_in_another_folder_leads_to_the_same_hubs(copy: str, tmp_path: Path) -> None:
    (tmp_path / "net").mkdir()
    path = written(tmp_path / "net")
    write_hub(plant(), tmp_path / "second")
    (path / "scenarios").mkdir()
    for name, hub in (("other", "../second"), ("none", "not there")):
        text = f"# why it is asked\n{SCENARIO.replace('wroks', hub)}"
        text = text.replace(', hub = ["works"]', "") if name == "none" else text
        (path / "scenarios" / f"{name}.toml").write_text(text, "utf-8")
    network = read_network(path)
    made = read_network(write_hub(network, tmp_path / copy))
    assert Input.from_network(made).plants[1].capacity.tolist() == [[1760, 1760, 1600]]
    changed = apply_scenario(made, "other")
    assert Path(made.folder, changed["plants"]["hub"][1]).resolve() == tmp_path / "second"
    assert Input.from_network(changed).plants[1].steps == ("one shift",)
    assert made.scenarios["none"] == network.scenarios["none"]
    assert (made == network) == (made.folder == network.folder)
