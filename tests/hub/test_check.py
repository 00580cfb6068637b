"""Every rule between tables names every offender, with its row, column, value and a hint."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from sinho.errors import DataError, Problem
from sinho.hub import check_hub, hub_from_tables, write_hub
from sinho.hub.check import NOTHING, check_tables
from sinho.hub.grid import Raw
from sinho.hub.hub import Checked
from sinho.hub.read import _frame
from tests.hub.faults import errors, only, with_row
from tests.hubs import Tables, tiny_hub


@cache
def checked(make: Callable[..., Tables]) -> Checked:
    """Return the tables of a hub that is in order, checked."""
    found = hub_from_tables(make()).checked
    assert found is not None
    return found


def found_in(make: Callable[..., Tables] = tiny_hub, **tables: Any) -> list[Problem]:
    """Return the problems, warnings too, of the tiny hub with some tables changed.

    What does not read these is not checked again; test_checked_once.py has that the outcome is the
    same. Where a table is taken out, all are checked.
    """
    given = make(**tables)
    known = None not in tables.values()
    raws = {
        name: Raw(name, f"table {name}", _frame(table))
        for name, table in given.items()
        if not known or name in tables
    }
    _, found = check_tables(raws, before=checked(make) if known else NOTHING)
    return [item.problem for item in sorted(found, key=lambda item: item.order)]


def refused(**tables: Any) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as caught:
        hub_from_tables(tiny_hub(**tables))
    return caught.value.problems


def test_the_tiny_hub_is_in_order() -> None:
    assert found_in(**tiny_hub()) == []


# ---- cells and keys


def test_negative_units() -> None:
    found = refused(demand=with_row("demand", 0, {"units": -20}))
    only(
        found,
        where="table demand",
        row=2,
        column="units",
        value="-20",
        rule="must be at least 0 cars",
        hint="cannot be negative",
    )
    assert len(found) == 1


@pytest.mark.parametrize(
    ("values", "column", "rule", "hint"),
    [
        ({"length": 0}, "length", "must be more than 0 mm", "cannot be zero"),
        ({"length": 45000}, "length", "at most 20000 mm", "Check the digits and the unit"),
        ({"powertrain": "hev"}, "powertrain", "must be one of: ICE, HEV, PHEV, BEV", "'HEV'"),
        ({"powertrain": "fuel cell"}, "powertrain", "must be one of", "Choose one of them"),
        ({"powertrain": None}, "powertrain", "must be given", "Kind of powertrain"),
        ({"brand": "Acne"}, "brand", "is not in table brands", "Did you mean 'Acme'? Or add it"),
        ({"basis": "guess"}, "basis", "must be one of: reported, derived, assumed", "Choose"),
        ({"model": None}, "model", "must be given", "Name of the model"),
    ],
)
def test_cells_of_models(values: dict[str, Any], column: str, rule: str, hint: str) -> None:
    found = found_in(models=with_row("models", 1, values))
    only(found, where="table models", row=3, column=column, rule=rule, hint=hint)


def test_shares_above_one() -> None:
    found = refused(shops=with_row("shops", 0, {"availability": 95}))
    only(found, column="availability", row=2, value="95", hint="95 % is 0.95")


def test_duplicate_keys_name_both_rows() -> None:
    found = refused(demand=[*tiny_hub()["demand"], tiny_hub()["demand"][4]])
    only(
        found,
        where="table demand",
        row=14,
        column="model",
        rule="the same model A, market FR, month 2026-02 stands in row 6 already",
        hint="Keep one of the two rows",
    )
    assert len(found) == 1


def test_keys_with_wrong_cells_are_no_duplicates() -> None:
    rows = with_row("demand", 0, {"month": "soon"})
    rows[1]["month"] = "later"
    assert {p.column for p in refused(demand=rows)} == {"month"}


def test_unknown_names_in_demand() -> None:
    rows = with_row("demand", 0, {"model": "AX"})
    rows[7]["market"] = "USA"
    found = refused(demand=rows)
    only(found, row=2, column="model", value="AX", hint="Did you mean 'A'?")
    only(found, row=9, column="market", value="USA", hint="Known names: FR, KR. Or add it to")


def test_unknown_names_in_lists() -> None:
    contract = {"contract": "C", "brand": "Acme", "start": "2026-01", "end": "2026-03"}
    rows = [
        contract | {"models": "A;C"},
        contract | {"contract": "D", "models": "A, B", "markets": "KR;KR"},
    ]
    found = refused(contracts=rows)
    only(found, row=2, column="models", value="A;C", rule="'C' is not in table models")
    only(found, row=3, column="models", value="A, B", hint="Part names with ';'")
    only(found, row=3, column="markets", value="KR;KR", rule="names something twice")


# ---- the plant


@pytest.mark.parametrize(
    ("settings", "column", "rule", "hint"),
    [
        ({"end": "2025-12"}, "end", "must not be before start (2026-01)", ""),
        ({"country": "Korea"}, "country", "two capital letters", "Write KR."),
        ({"country": "UK"}, "country", "two capital letters (ISO 3166)", "Write GB."),
        ({"country": "kr"}, "country", "two capital letters (ISO 3166)", "Write KR."),
        ({"weekend": "sat;sunday"}, "weekend", "must be days of the week", "Did you mean 'sun'?"),
        ({"weekend": "none;sun"}, "weekend", "must be days of the week", "stands alone"),
    ],
)
def test_settings(settings: dict[str, Any], column: str, rule: str, hint: str) -> None:
    only(errors(found_in(hub=settings)), column=column, row=2, rule=rule, hint=hint)


def test_group_without_pattern() -> None:
    found = refused(groups=[{"group": "main"}, {"group": "engines"}])
    only(found, where="table groups", row=3, column="group", value="engines", hint="patterns")
    assert len(found) == 1


def test_group_called_all() -> None:
    patterns = [{"group": "all", "pattern": "p", "shifts": 1, "hours": 8}]
    found = refused(
        groups=[{"group": "main"}, {"group": "all"}], patterns=tiny_hub()["patterns"] + patterns
    )
    only(found, where="table groups", row=3, value="all", rule="stands for all groups")


def test_patterns_are_those_of_the_group() -> None:
    patterns = [
        *tiny_hub()["patterns"],
        {"group": "engines", "pattern": "two-shifts", "shifts": 2, "hours": 8},
    ]
    groups = [{"group": "main", "opening_pattern": "two-shifts"}, {"group": "engines"}]
    fixed = [{"group": "engines", "start": "2026-01", "pattern": "one-shift"}]
    found = refused(groups=groups, patterns=patterns, fixed_patterns=fixed)
    only(
        found,
        where="table groups",
        row=2,
        column="opening_pattern",
        value="two-shifts",
        rule="is no pattern of group 'main'",
        hint="one-shift",
    )
    only(found, where="table fixed_patterns", row=2, column="pattern", value="one-shift")


def test_a_blank_pattern_beside_one_of_another_group() -> None:
    patterns = [*tiny_hub()["patterns"], {"group": "main", "shifts": 1, "hours": 8}]
    patterns += [{"group": "engines", "pattern": "two-shifts", "shifts": 2, "hours": 8}]
    groups = [{"group": "main", "opening_pattern": "two-shifts"}, {"group": "engines"}]
    found = refused(groups=groups, patterns=patterns)
    only(found, where="table patterns", row=3, column="pattern", value=None, rule="must be given")
    only(found, where="table groups", row=2, value="two-shifts", hint="Did you mean 'one-shift'?")


def test_fixed_patterns_do_not_overlap() -> None:
    rows = [
        {"group": "main", "start": "2026-02", "pattern": "one-shift"},
        {"group": "main", "start": "2026-01", "end": "2026-02", "pattern": "one-shift"},
        {"group": "main", "start": "2026-03", "end": "2026-01", "pattern": "one-shift"},
    ]
    found = refused(fixed_patterns=rows)
    only(found, row=2, column="start", rule="overlaps another fixed pattern of group 'main'")
    only(found, row=4, column="end", value="2026-01", rule="must not be before start (2026-03)")
    only(found, row=4, column="start", rule="2026-02 to the end of the horizon")


def test_shifts_fit_into_a_day() -> None:
    rows = with_row("patterns", 0, {"shifts": 3, "hours": 8.5})
    found = found_in(
        patterns=[*rows, {"group": "main", "pattern": "three", "shifts": 3, "hours": 8}],
        overtime=[{"group": "main", "start": "2026-01", "hours_per_day": 2}],
    )
    only(found, column="hours", row=2, value="8.5", rule="3 shifts of 8.5 h are more than")
    only(found, column="hours_per_day", row=2, severity="warning", rule="(24 h) is more than 24 h")


def test_manned_beyond_installed() -> None:
    found = found_in(
        shops=with_row("shops", 1, {"manned_rate": 70}),
        rates=[{"shop": "paint", "month": "2026-02", "manned_rate": 61}],
    )
    only(found, where="table shops", row=3, column="manned_rate", value="70", severity="warning")
    only(found, where="table rates", row=2, value="61", rule="installed rate of 60")
    assert errors(found) == []


def test_calendar_ends_after_it_starts() -> None:
    rows = [{"start": "2026-02-10", "end": "2026-02-09", "kind": "company"}]
    only(refused(calendar=rows), where="table calendar", row=2, column="end", value="2026-02-09")


def test_calendar_knows_groups_and_all() -> None:
    rows = [
        {"start": "2026-02-10", "kind": "company"},
        {"start": "2026-02-11", "kind": "company", "group": "mian"},
    ]
    found = refused(calendar=rows)
    only(found, row=3, column="group", value="mian", hint="Did you mean 'main'?")
    assert len(found) == 1


# ---- products


def test_eop_before_sop() -> None:
    rows = with_row("models", 0, {"sop": "2026-02-01", "eop": "2026-01-31"})
    only(refused(models=rows), row=2, column="eop", value="2026-01-31", rule="(2026-02-01)")


def test_stock_least_above_most() -> None:
    rows = with_row("models", 0, {"stock_min": 20, "stock_max": 10})
    only(refused(models=rows), row=2, column="stock_min", value="20", rule="stock_max (10)")


def test_model_without_a_shop() -> None:
    loads = [row for row in tiny_hub()["loads"] if row["item"] != "B"]
    found = refused(loads=loads)
    only(found, where="table models", row=3, column="model", value="B", rule="no row in loads")
    assert len(found) == 1


def test_ramps() -> None:
    found = found_in(
        models=with_row("models", 0, {"sop": "2025-12-01"}),
        ramp=[
            {"model": "A", "month_after_sop": 2, "share": 0.4},
            {"model": "A", "month_after_sop": 1, "share": 0.5},
            {"model": "B", "month_after_sop": 0, "share": 0.5},
        ],
    )
    only(found, where="table ramp", row=2, column="share", value="0.4", rule="before (0.5)")
    only(found, where="table ramp", row=4, column="model", value="B", rule="has no sop")
    assert errors(found) == []


PARTS = [
    {"part": "E", "kind": "engine", "supply": "both", "buy_cost": 1},
    {"part": "C", "kind": "casting", "supply": "made"},
]


def test_bought_parts_need_a_price() -> None:
    rows = [PARTS[0] | {"buy_cost": None}, PARTS[1] | {"supply": "bought"}]
    found = refused(parts=rows)
    only(found, row=2, column="buy_cost", rule="must be given where supply is 'both'")
    only(found, row=3, column="buy_cost", rule="must be given where supply is 'bought'")


def test_made_parts_without_a_shop() -> None:
    loads = [*tiny_hub()["loads"], {"item": "E", "shop": "paint"}]
    bom = [{"parent": "A", "part": part, "quantity": 1} for part in "EC"]
    found = found_in(parts=PARTS, loads=loads, bom=bom)
    only(found, where="table parts", row=3, column="part", value="C", severity="warning")
    assert len(found) == 1


def test_parts_named_like_models() -> None:
    rows = [PARTS[0] | {"part": "A"}]
    only(refused(parts=rows), where="table parts", row=2, value="A", rule="that of a model too")


def test_rings_in_the_bill_of_materials() -> None:
    parts = [PARTS[1] | {"part": name} for name in ("X", "Y", "Z")]
    pairs = (("A", "X"), ("X", "Y"), ("Y", "Z"), ("Z", "X"), ("Z", "Z"))
    bom = [{"parent": parent, "part": part, "quantity": 1} for parent, part in pairs]
    found = errors(found_in(parts=parts, bom=bom))
    only(found, where="table bom", row=3, column="part", value="Y", rule="X > Y > Z > X")
    only(found, where="table bom", row=6, column="part", value="Z", rule="itself: Z > Z")
    assert [problem.row for problem in found] == [3, 4, 5, 6]


@pytest.mark.parametrize("name", ["A;B", "all", "A\nB"])
def test_names_that_cannot_be(name: str) -> None:
    tables = tiny_hub()
    for table, column in (("models", "model"), ("loads", "item"), ("demand", "model")):
        tables[table] = [
            row | {column: name} if row[column] == "A" else row for row in tables[table]
        ]
    found = refused(**tables)
    only(found, where="table models", row=2, column="model", value=name)


# ---- markets


def test_overseas_needs_lane_and_port() -> None:
    found = refused(markets=with_row("markets", 1, {"lane": None, "port": None}))
    only(
        found, where="table markets", row=3, column="lane", rule="must be given", hint="trade lane"
    )
    only(found, where="table markets", row=3, column="port", rule="must be given", hint="discharge")


def test_a_lane_called_domestic() -> None:
    found = refused(markets=with_row("markets", 1, {"lane": "domestic"}))
    only(found, row=3, column="lane", value="domestic", rule="no lane of a market overseas")


def test_countries_are_codes() -> None:
    found = refused(
        markets=with_row("markets", 1, {"country": "France"}),
        tariffs=[{"origin": "kr", "destination": "USA", "start": "2026-01-01"}],
    )
    only(found, where="table markets", row=3, column="country", value="France")
    only(found, where="table tariffs", row=2, column="origin", value="kr")
    only(found, where="table tariffs", row=2, column="destination", value="USA")


@pytest.mark.parametrize("freight", [[], with_row("freight", 0, {"start": "2026-02"})])
def test_overseas_needs_freight_from_the_first_demand_on(freight: list[dict[str, Any]]) -> None:
    found = refused(freight=freight)
    only(
        found,
        where="table markets",
        row=3,
        column="lane",
        value="Europe",
        rule="freight has no row for this lane in 2026-01",
        hint="Add a row to freight",
    )


def test_freight_is_not_needed_before_demand() -> None:
    demand = [
        row for row in tiny_hub()["demand"] if (row["market"], row["month"]) != ("FR", "2026-01")
    ]
    freight = with_row("freight", 0, {"start": "2026-02"})
    assert found_in(demand=demand, freight=freight) == []


def test_containers_hold_cars() -> None:
    rows = [
        {"lane": "Europe", "mode": "container", "start": "2026-01", "cost": 1},
        {"lane": "Europe", "mode": "vessel", "start": "2026-01", "cost": 1, "per": "box"},
    ]
    found = refused(freight=rows)
    only(found, where="table freight", row=2, column="cars_per_box", hint="40 ft box")
    only(found, where="table freight", row=3, column="cars_per_box")


def test_modes_fit_lanes() -> None:
    rows = [
        *tiny_hub()["freight"],
        {"lane": "Europe", "mode": "road", "start": "2026-01", "cost": 1},
        {"lane": "domestic", "mode": "vessel", "start": "2026-01", "cost": 1},
    ]
    found = refused(freight=rows)
    only(found, row=3, column="mode", value="road", rule="by vessel or container")
    only(found, row=4, column="mode", value="vessel", rule="by road")


def test_lanes_that_lead_nowhere() -> None:
    found = found_in(
        freight=[*tiny_hub()["freight"], tiny_hub()["freight"][0] | {"lane": "Euorpe"}],
        sailings=[*tiny_hub()["sailings"], {"lane": "domestic", "month": "2026-01"}],
    )
    only(found, where="table freight", row=3, value="Euorpe", hint="'Europe'", severity="warning")
    only(found, where="table sailings", row=5, value="domestic", severity="warning")


def test_demand_before_launch_and_after_end() -> None:
    models = with_row("models", 0, {"sop": "2026-02-20"})
    models[1]["eop"] = "2026-01-31"
    found = found_in(models=models)
    for row in (2, 5):
        only(
            found,
            where="table demand",
            row=row,
            column="month",
            value="2026-01",
            rule="before the start of production of A (2026-02-20)",
            hint="earlier sop",
        )
    assert len(errors(found)) == 2
    warned = [p.row for p in found if p.severity == "warning"]
    assert warned == [9]


def test_no_cars_may_be_asked_for_before_launch() -> None:
    demand = tiny_hub()["demand"]
    rows = [row | {"units": 0} if row["month"] == "2026-01" else row for row in demand]
    assert found_in(models=with_row("models", 0, {"sop": "2026-02-01"}), demand=rows) == []


def test_demand_outside_the_horizon_is_one_warning() -> None:
    found = found_in(hub={"start": "2026-02", "end": "2026-02"})
    only(
        found,
        where="table demand",
        row=2,
        column="month",
        value="2026-01",
        severity="warning",
        rule="8 rows lie outside the planned months 2026-02 to 2026-02 and count for nothing: "
        "2026-01, 2026-03",
    )
    assert len(found) == 1


def test_cars_without_a_price_are_one_warning_per_model() -> None:
    rows = [row | {"price": 0} if row["model"] == "A" else row for row in tiny_hub()["demand"]]
    found = found_in(demand=rows)
    only(found, row=2, column="price", value="0", severity="warning", rule="(in 6 rows")
    assert len(found) == 1


def test_a_wrong_price_is_no_missing_price() -> None:
    found = found_in(demand=with_row("demand", 0, {"price": "1,5"}))
    assert [p.column for p in found] == ["price"]


def test_demand_overseas_in_months_without_sailings_is_one_warning_per_lane() -> None:
    found = found_in(sailings=tiny_hub()["sailings"][1:2])
    only(
        found,
        where="table markets",
        row=3,
        column="lane",
        value="Europe",
        severity="warning",
        rule="sailings has no row for this lane in 2026-01, 2026-03",
    )
    assert len(found) == 1


CONTRACT = {"contract": "C", "brand": "Acme", "start": "2026-01", "end": "2026-03"}


@pytest.mark.parametrize(
    ("values", "column", "value", "rule"),
    [
        ({"end": "2025-12"}, "end", "2025-12", "must not be before start (2026-01)"),
        ({"least": 20, "most": 10}, "least", "20", "must not be above most (10)"),
        ({"per": "week"}, "per", "week", "must be one of: month, quarter, year, total"),
        ({"brand": "Acne"}, "brand", "Acne", "is not in table brands"),
    ],
)
def test_contracts(values: dict[str, Any], column: str, value: str, rule: str) -> None:
    found = errors(found_in(contracts=[CONTRACT | values]))
    only(found, where="table contracts", row=2, column=column, value=value, rule=rule)
    assert len(found) == 1


def test_contract_for_models_of_another_brand() -> None:
    found = refused(
        brands=[{"brand": "Acme"}, {"brand": "Other"}],
        contracts=[CONTRACT | {"brand": "Other", "models": "A;B"}],
    )
    only(found, column="models", value="A;B", rule="A is sold under Acme, not under Other")


def test_contract_without_demand() -> None:
    rows = [
        CONTRACT | {"least": 10, "start": "2026-05", "end": "2026-06"},
        CONTRACT
        | {"contract": "D", "least": 10, "models": "A", "markets": "FR", "short_penalty": 1},
        CONTRACT | {"contract": "E", "least": 0, "start": "2026-05", "end": "2026-06"},
    ]
    found = found_in(contracts=rows)
    only(found, row=2, column="least", value="10", severity="warning", rule="cannot be met")
    only(found, row=4, column="start", value="2026-05", severity="warning", rule="planned months")
    assert len(found) == 2


def test_backlog_needs_a_demand_row() -> None:
    demand = [row for row in tiny_hub()["demand"] if (row["model"], row["market"]) != ("B", "FR")]
    backlog = [
        {"model": "B", "market": "FR", "units": 5},
        {"model": "A", "market": "FR", "units": 5},
    ]
    found = refused(demand=demand, opening_backlog=backlog)
    only(
        found,
        where="table opening_backlog",
        row=2,
        column="market",
        value="FR",
        rule="demand has no row for B in FR",
    )
    assert len(found) == 1


def test_duties_given_as_shares() -> None:
    rows = [{"origin": "KR", "destination": "US", "start": "2026-01-01", "percent": 0.25}]
    found = found_in(tariffs=rows)
    only(found, column="percent", value="0.25", severity="warning", hint="Write 25 if")


def test_actuals_that_the_hub_does_not_know() -> None:
    rows = [
        {"period": "2026", "item": "A", "measure": "made", "units": 1},
        {"period": "2026", "item": "all", "market": "Europe", "measure": "sold", "units": 1},
        {"period": "2026-01", "item": "SM6", "market": "Asia", "measure": "made", "units": 1},
    ]
    found = found_in(actuals=rows)
    only(found, row=4, column="item", value="SM6", severity="warning")
    only(found, row=4, column="market", value="Asia", severity="warning")
    assert len(found) == 2
    bad = [row | {"period": "FY25"} for row in rows[:1]]
    only(refused(actuals=bad), row=2, column="period", value="FY25", rule="YYYY or YYYY-MM")


# ---- how problems come


def test_warnings_do_not_refuse(tmp_path: Any) -> None:
    hub = hub_from_tables(tiny_hub(sailings=[]))
    again, found = check_hub(write_hub(hub, tmp_path / "hub"))
    assert again == hub
    assert [p.severity for p in found] == ["warning"]


def test_problems_read_as_sentences() -> None:
    [problem] = refused(demand=with_row("demand", 0, {"units": -20}))
    assert str(problem) == (
        "table demand, row 2, column units: must be at least 0 cars (found '-20'). "
        "It cannot be negative."
    )


def test_the_settings_are_one_row() -> None:
    tables = tiny_hub()
    tables["hub"] = [tables["hub"], tables["hub"] | {"name": "Second"}]
    raws = {name: Raw(name, f"table {name}", _frame(table)) for name, table in tables.items()}
    found = [item.problem for item in check_tables(raws)[1]]
    only(errors(found), column="name", row=3, value="Second", rule="settings are one row")
