"""What can hardly be meant is warned of, with what is usual and how to silence one row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from sinho.errors import Problem
from sinho.hub import check_hub, hub_from_tables, write_hub
from tests.hub.faults import only
from tests.hub.test_check import found_in
from tests.hubs import full_hub, tiny_hub
from tests.test_busan import BUSAN

Rows = list[dict[str, Any]]


def changed(table: str, row: int, **values: Any) -> Rows:
    """Return a table of the full hub with some values of one row changed."""
    rows = [dict(entry) for entry in full_hub()[table]]
    rows[row] |= values
    return rows


def warned(**tables: Any) -> list[Problem]:
    """Return what is found in the full hub with some tables changed."""
    return found_in(full_hub, **tables)


def all_rows(table: str, **values: Any) -> Rows:
    """Return a table of the full hub with some values of every row changed."""
    return [row | values for row in full_hub()[table]]


def test_the_full_hub_and_busan_raise_no_doubts() -> None:
    assert warned(**full_hub()) == []
    assert check_hub(BUSAN)[1] == ()


UNUSUAL: list[tuple[str, int, Mapping[str, Any], str, str]] = [
    ("models", 0, {"length": 4.817}, "length", "4.817 metres are 4,817 mm."),
    ("models", 0, {"length": 481.7}, "length", "481.7 centimetres are 4,817 mm."),
    ("models", 0, {"length": 48170.0 / 3}, "length", "Check the digits"),
    ("models", 0, {"width": 1.8}, "width", "1.8 metres are 1,800 mm."),
    ("models", 0, {"height": 63}, "height", "63 inches are 1,600 mm."),
    ("models", 0, {"mass": 1.4}, "mass", "1.4 tonnes are 1,400 kg."),
    ("models", 1, {"full_rate": 99_000}, "full_rate", "Check the digits"),
    ("shops", 0, {"availability": 0.0092}, "availability", "Check the digits"),
    ("shops", 0, {"installed_rate": 1.0}, "installed_rate", "not per minute"),
    ("shops", 1, {"manned_rate": 400}, "manned_rate", "not per minute, shift or day"),
    ("shops", 0, {"installed_year": 230}, "installed_year", "Check the digits of both"),
    ("rates", 0, {"manned_rate": 0.8}, "manned_rate", "Check the digits"),
    ("patterns", 0, {"hours": 0.8}, "hours", "Check the digits"),
    ("loads", 0, {"load": 105}, "load", "Write 1.05 if it is meant in per cent."),
    ("bom", 0, {"quantity": 78}, "quantity", "Write 0.78 if it is meant in per cent."),
    ("demand", 0, {"price": 15}, "price", "the currency unit"),
    ("demand", 0, {"price": 15_000_000}, "price", "the currency unit"),
    ("demand", 0, {"lost_penalty": 1_000_000}, "lost_penalty", "the currency unit"),
    ("demand", 0, {"units": 1_000_000}, "units", "Check the digits"),
    ("models", 0, {"material_cost": 8}, "material_cost", "currency unit of the hub"),
    ("models", 0, {"material_cost": 8_000_000}, "material_cost", "currency unit of the hub"),
    ("models", 0, {"stock_cost": 20_000}, "stock_cost", "currency unit of the hub"),
    ("contracts", 0, {"fee": 50_000}, "fee", "currency unit of the hub"),
    ("tariffs", 0, {"per_unit": 90_000}, "per_unit", "currency unit of the hub"),
    ("tariffs", 0, {"percent": 999}, "percent", "Check the digits"),
    ("tariffs", 0, {"published": "2021-01-02"}, "published", "Check the year"),
    ("tariffs", 0, {"published": "1999-12-01"}, "published", "Check the year"),
    ("freight", 0, {"cost": 700_000}, "cost", "currency unit of the hub"),
    ("freight", 0, {"cost": 0}, "cost", "Give the freight"),
    ("freight", 1, {"transit": 300}, "transit", "300 hours are 12.5 days."),
    ("sailings", 0, {"ceu": 400_000}, "ceu", "Check ceu and calls"),
    ("sailings", 0, {"area": 4_000}, "area", "Check area and ceu"),
    ("vessels", 0, {"cutoff": "2025-01-20"}, "cutoff", "Check the year"),
    ("opening_stock", 0, {"units": 6_000}, "units", "raise stock_max"),
    ("models", 1, {"stock_min": 8_500}, "stock_min", "raise capacity in yard"),
    ("sequence_rules", 7, {"takt": 80, "length": 100}, "takt", "80 seconds are 1.333 min."),
    ("sequence_rules", 7, {"base": 60}, "base", "in minutes"),
    ("operations", 0, {"minutes": 24}, "minutes", "in minutes"),
    ("setups", 0, {"minutes": 1_200}, "minutes", "1200 seconds are 20 min."),
    ("campaigns", 0, {"safety_hours": 7_200}, "safety_hours", "Check the digits"),
    ("hub", 0, {"ceu_area": 68.8}, "ceu_area", "68.8 square feet are 6.392 m2."),
    ("calendar", 0, {"end": "2027-02-16"}, "end", "Check the year"),
    ("hub", 0, {"end": "2062-03"}, "end", "Check the year"),
    ("hub", 0, {"weekend": "mon;tue;wed;thu;fri;sat;sun"}, "weekend", "Take days out"),
]


@pytest.mark.parametrize(("table", "row", "values", "column", "hint"), UNUSUAL)
def test_figures_that_can_hardly_be_meant(
    table: str, row: int, values: Mapping[str, Any], column: str, hint: str
) -> None:
    rows: Any = changed(table, row, **values) if table != "hub" else full_hub()["hub"] | values
    problem = only(warned(**{table: rows}), where=f"table {table}", column=column, hint=hint)
    assert problem.severity == "warning"
    assert problem.row == row + 2
    assert "'meant: …'" in problem.hint
    reason = {"source": "drawing 4711; meant: a show car"}
    rows = rows | reason if table == "hub" else changed(table, row, **values, **reason)
    assert [
        p for p in warned(**{table: rows}) if (p.where, p.column) == (problem.where, column)
    ] == []


def test_a_source_that_gives_no_reason_silences_nothing() -> None:
    for source in ("drawing 4711", "meant:", "meant: ", "it is meant"):
        rows = changed("models", 0, length=4.817, source=source)
        only(warned(models=rows), column="length", rule="usual, 2000 to 13000 mm", value="4.817")


LEFT_OUT: list[tuple[dict[str, Any], str, str]] = [
    ({"loads": full_hub()["loads"][:1] + full_hub()["loads"][2:]}, "model", "assembly shop"),
    ({"loads": full_hub()["loads"][:-1]}, "shop", "no model or part passes"),
    ({"crews": full_hub()["crews"][1:]}, "shop", "no people in crews, as other shops have"),
    ({"patterns": changed("patterns", 0, cost_per_day=0)}, "cost_per_day", "costs nothing"),
    ({"overtime": changed("overtime", 0, cost_per_hour=0)}, "cost_per_hour", "costs nothing"),
    ({"bom": full_hub()["bom"][:-1]}, "part", "nothing needs it"),
    ({"groups": [*full_hub()["groups"], {"group": "x"}]}, "group", "no shop is of this group"),
    ({"sailings": all_rows("sailings", ceu=0, boxes=0)}, "ceu", "in any month (3 rows)"),
    ({"tariffs": changed("tariffs", 0, origin="JP")}, "origin", "the plant is in KR"),
    ({"tariffs": changed("tariffs", 0, destination="DE")}, "destination", "no market is in"),
    ({"actuals": changed("actuals", 0, period="2025-12")}, "period", "counts for nothing"),
    ({"actuals": changed("actuals", 0, period="2027")}, "period", "counts for nothing"),
    ({"yard": changed("yard", 0, capacity=9)}, "units", "10, are more than the yard holds, 9"),
    ({"contracts": changed("contracts", 0, hard=True, least=9_000)}, "least", "6,000 cars"),
    ({"sequence_rules": changed("sequence_rules", 2, attribute="seat")}, "attribute", "refuses"),
    (
        {"demand": all_rows("demand", lost_penalty=0, late_penalty=0)},
        "lost_penalty",
        "late and lost cars cost no penalty (in 12 rows",
    ),
    (
        {"demand": changed("demand", 0, lost_penalty=0, late_penalty=0)},
        "lost_penalty",
        "cars of A cost no penalty, as those of others do",
    ),
]


@pytest.mark.parametrize(("tables", "column", "rule"), LEFT_OUT)
def test_what_is_left_out(tables: dict[str, Any], column: str, rule: str) -> None:
    tables = {"groups": full_hub()["groups"]} | tables
    if "groups" in tables and len(tables["groups"]) > 1:
        tables["patterns"] = [
            *full_hub()["patterns"],
            full_hub()["patterns"][0] | {"group": "x"},
        ]
    problem = only(warned(**tables), column=column, rule=rule)
    assert problem.severity == "warning"
    assert "'meant: …'" in problem.hint


def test_carriage_at_home_that_is_free() -> None:
    home = {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"}
    markets = [home, tiny_hub()["markets"][1]]
    found = found_in(markets=markets)
    only(found, row=2, column="market", value="KR", rule="carriage at home is free", hint="road")
    road = {"lane": "domestic", "mode": "road", "start": "2026-01", "cost": 100}
    assert found_in(markets=markets, freight=[*tiny_hub()["freight"], road]) == []
    later = [*tiny_hub()["freight"], road | {"start": "2026-02"}]
    only(found_in(markets=markets, freight=later), rule="lane domestic before 2026-02")


def test_a_sequence_rule_on_an_attribute_that_no_order_has() -> None:
    """`sinho run` would refuse it only after hours."""
    rows = [{"rule": "trims", "kind": "changes", "attribute": "colur"}]
    found = found_in(sequence_rules=rows)
    only(found, column="attribute", value="colur", severity="error", hint="Did you mean 'colour'?")
    assert found_in(sequence_rules=[rows[0] | {"attribute": "colour"}]) == []


def test_a_horizon_of_centuries_is_refused() -> None:
    only(found_in(hub={"end": "2126-03"}), column="end", severity="error", rule="1,203 months")


def test_what_a_scenario_brings_is_doubted_once(tmp_path: Path) -> None:
    change = 'title = "x"\n[[change]]\ntable = "models"\nwhere = { model = "A" }\n'
    scenarios = {
        "metres": change + "set = { length = 4.817 }\n",
        "meant": change + 'set = { length = 4.817 }\nsource = "meant: a toy"\n',
        "less": change.replace("models", "demand") + "set = { units = 900 }\n",
    }
    tables = full_hub(patterns=changed("patterns", 0, hours=0.8))
    hub, found = check_hub(write_hub(hub_from_tables(tables, scenarios), tmp_path / "hub"))
    assert hub is not None
    assert [(p.column, p.value, p.severity) for p in found] == [
        ("hours", "0.8", "warning"),
        ("length", "4.817", "warning"),
    ]
    assert found[1].where == "models with scenarios/metres.toml"


def test_names_that_differ_in_capitals_alone() -> None:
    home = tiny_hub()["markets"][0]
    found = found_in(markets=[*tiny_hub()["markets"], home | {"market": "kr", "source": None}])
    only(found, row=4, column="market", value="kr", rule="from 'KR' in capital letters or blanks")
    assert found_in(brands=[{"brand": "Acme"}, {"brand": "A.C.M.E."}]) == []


CONTRACT = {
    "contract": "C",
    "brand": "Acme",
    "start": "2026-01",
    "end": "2026-03",
    "fee": 100,
    "short_penalty": 900,
}
"""For all cars of the tiny hub."""

DAY_COSTS = [full_hub()["patterns"][0] | {"cost_per_day": cost} for cost in (90_000, 98)]

BESIDE: list[tuple[dict[str, Any], str, str]] = [
    ({"freight": changed("freight", 0, cost=0.3)}, "cost", "does not go with the prices of cars"),
    ({"parts": changed("parts", 0, buy_cost=900_000)}, "buy_cost", "price of the dearest car"),
    (
        {"patterns": [DAY_COSTS[0], DAY_COSTS[1] | {"pattern": "night"}]},
        "cost_per_day",
        "far from what other patterns cost, up to 11,250",
    ),
    ({"sailings": changed("sailings", 0, ceu=2)}, "ceu", "far from the other figures of its lane"),
    ({"opening_backlog": [{"model": "A", "market": "KR", "units": 9000}]}, "units", "ask for"),
    ({"actuals": changed("actuals", 0, item="all", units=9e7)}, "units", "the demand of a month"),
    ({"yard": changed("yard", 0, start="2026-02")}, "start", "no yard has a row"),
]


@pytest.mark.parametrize(("tables", "column", "rule"), BESIDE)
def test_figures_far_from_those_beside_them(tables: dict[str, Any], column: str, rule: str) -> None:
    problem = only(warned(**tables), column=column, rule=rule)
    assert problem.severity == "warning"
    assert "'meant: …'" in problem.hint


def test_contracts_are_held_against_the_demand_of_each_window() -> None:
    """As the plan scales them: windows cut by the horizon ask for their months' share only."""
    monthly = CONTRACT | {"per": "month", "hard": True}
    demand = [row | {"units": 100} for row in tiny_hub()["demand"]]
    asked = sum(row["units"] for row in demand if row["month"] == "2026-01")
    assert found_in(demand=demand, contracts=[monthly | {"least": asked}]) == []
    found = found_in(demand=demand, contracts=[monthly | {"least": asked + 1}])
    only(found, column="least", rule="no plan can keep it")
    longer = monthly | {"end": "2026-12", "per": "total", "least": 12 * asked}
    assert found_in(demand=demand, contracts=[longer]) == []
    assert found_in(demand=demand, contracts=[CONTRACT | {"least": 4 * asked}]) == []
    soft = CONTRACT | {"least": 6 * asked + 1}
    only(found_in(demand=demand, contracts=[soft]), rule="any plan falls short")
    free = CONTRACT | {"least": 10, "short_penalty": 0}
    only(found_in(contracts=[free]), column="short_penalty", rule="costs nothing")


def test_points_that_look_like_thousands() -> None:
    def found(*prices: str) -> list[Problem]:
        rows = tiny_hub()["demand"]
        cells = [prices[n % len(prices)] for n in range(len(rows))]
        told = found_in(demand=[r | {"price": p} for r, p in zip(rows, cells, strict=True)])
        return [problem for problem in told if "decimal sign" in problem.rule]

    assert only(found("52.000", "31.250"), column="price", value="52.000").severity == "warning"
    assert "Write 52000 if thousands are meant; else 52" in found("52.000")[0].hint
    assert not found("52.000", "0.500")
    assert not found("52.125", "31.5")


def test_one_fault_is_one_problem() -> None:
    """A figure that is refused is not doubted too, nor what seems to be missing because of it."""
    assert len(warned(shops=changed("shops", 0, availability=95))) == 1
    assert len(warned(patterns=changed("patterns", 0, hours=450))) == 1
    assert len(found_in(hub={"country": "UK"})) == 1
    road = {"lane": "domestic", "mode": "road", "start": "2026/01", "cost": 100}
    only(found_in(freight=[*tiny_hub()["freight"], road]), column="start", value="2026/01")
