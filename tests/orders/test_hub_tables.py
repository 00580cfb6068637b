"""Rules on the hub's tables of options, colours, vessels, slots, suppliers and campaigns."""

from __future__ import annotations

from typing import Any

import pytest

from sinho.errors import DataError, Problem
from sinho.hub import Hub, check_hub, hub_from_tables, read_hub, write_hub
from sinho.hub.schema import ORDER_TABLES, TABLES, empty, fields
from tests.hub.faults import only
from tests.hubs import tiny_hub
from tests.orders.plant import order, ordering_hub


def faults(tmp_path: Any, **tables: Any) -> list[Problem]:
    """Return the errors and warnings of the ordering hub with some tables changed."""
    try:
        hub = ordering_hub(**tables)
    except DataError as error:
        return list(error.problems)
    return list(check_hub(write_hub(hub, tmp_path / "hub"))[1])


def test_tables_without_rows_leave_a_hub_as_it_was() -> None:
    plain = hub_from_tables(tiny_hub())
    with_empty = hub_from_tables(tiny_hub(**{name: empty(name) for name in ORDER_TABLES}))
    assert plain.digest == with_empty.digest
    assert ordering_hub().digest != plain.digest


@pytest.mark.parametrize("ending", ["", ".xlsx"])
def test_a_hub_with_orders_is_written_and_read_again(tmp_path: Any, ending: str) -> None:
    hub = ordering_hub(
        orders=[order("1", options="roof;tow", priority=1, fixed="2026-01-16")],
        slot_limits=[{"kind": "model", "item": "A", "start": "2026-01-05", "most": 3}],
        entitlements=[{"brand": "Acme", "start": "2026-01-05", "slots_per_week": 20}],
        slotting=[{"late_cost": 3}],
    )
    assert read_hub(write_hub(hub, tmp_path / f"hub{ending}")) == hub


def test_slotting_has_defaults_without_a_row_and_in_its_empty_cells() -> None:
    plain, own = ordering_hub(slotting=[]), ordering_hub(slotting=[{"late_cost": 3}])
    defaults = {name: spec.default for name, spec in fields("slotting").items()}
    assert dict(plain.slotting) == defaults
    assert own.slotting["late_cost"] == 3
    assert {**own.slotting, "late_cost": defaults["late_cost"]} == defaults
    assert (plain.slotting["lead_days"], plain.slotting["vin_wmi"]) == (2, None)


def test_every_table_has_a_sound_hub_with_rows(tmp_path: Any) -> None:
    parts = [{"part": name, "kind": "engine", "supply": "made"} for name in ("HR13", "HR16")]
    shop = {
        "shop": "engine",
        "kind": "engine",
        "group": "main",
        "unit": "engine",
        "installed_rate": 60,
        "manned_rate": 50,
    }
    loads = [*tiny_hub()["loads"], *({"item": p["part"], "shop": "engine"} for p in parts)]
    tables: dict[str, Any] = {
        "parts": parts,
        "bom": [{"parent": "A", "part": p["part"], "quantity": 0.5} for p in parts],
        "shops": [*tiny_hub()["shops"], shop],
        "loads": loads,
        "orders": [order("1")],
        "slot_limits": [
            {"kind": "model", "item": "A", "start": "2026-01-05", "most": 3},
            {"kind": "colour", "item": "red", "start": "2026-01-05", "most": 3},
            {"kind": "option", "item": "awd", "start": "2026-01-05", "most": 3},
            {"kind": "part", "item": "HR13", "start": "2026-01-05", "most": 3},
        ],
        "entitlements": [
            {"brand": "Acme", "start": "2026-01-05", "end": "2026-01-31", "slots_per_week": 9},
            {"brand": "Acme", "start": "2026-02-01", "slots_per_week": 9},
        ],
        "slotting": [{"lead_days": 1, "vin_wmi": "KNM"}],
        "suppliers": [{"part": "HR13", "supplier": "S-1"}],
        "part_stock": [{"part": "HR13", "date": "2026-01-05", "units": 40}],
        "campaigns": [{"part": "HR13", "shop": "engine"}],
        "setups": [
            {"shop": "engine", "minutes": 45},
            {"shop": "engine", "before": "HR13", "behind": "HR16", "minutes": 20},
        ],
    }
    assert not faults(tmp_path, **tables)
    hub = ordering_hub(**tables)
    assert not [name for name in ORDER_TABLES if hub[name].is_empty()]
    assert hub["setups"]["before"].to_list() == ["all", "HR13"]


@pytest.mark.parametrize(
    ("table", "rows", "column", "rule", "hint"),
    [
        ("option_rates", [{"option": "rof", "share": 0.1}], "option", "is not in", "'roof'"),
        ("option_rates", [{"option": "roof", "share": 30}], "share", "at most 1", "30 % is 0.3"),
        (
            "option_rates",
            [{"model": "C", "option": "roof", "share": 0.3}],
            "model",
            "is not in table models",
            "all",
        ),
        ("colours", [{"model": "B", "colour": "blue", "share": 0}], "share", "are all 0", "weight"),
        (
            "option_rules",
            [{"option": "awd", "kind": "needs", "other": "lpg"}],
            "kind",
            "must be one of: requires, excludes",
            "",
        ),
        (
            "option_rules",
            [{"option": "awd", "kind": "requires", "other": "awd"}],
            "other",
            "names the option itself",
            "",
        ),
        (
            "vessels",
            [{"vessel": "V", "lane": "Europe", "cutoff": "2026-01-09", "etd": "2026-01-08"}],
            "cutoff",
            "must not be after the departure (2026-01-08)",
            "",
        ),
        (
            "vessels",
            [{"vessel": "V", "lane": "Eurpe", "cutoff": "2026-01-07", "etd": "2026-01-08"}],
            "lane",
            "no market is reached by this lane",
            "Did you mean 'Europe'?",
        ),
        (
            "slot_limits",
            [{"kind": "option", "item": "rof", "start": "2026-01-05", "most": 3}],
            "item",
            "there is no such option",
            "Did you mean 'roof'?",
        ),
        (
            "slot_limits",
            [{"kind": "part", "item": "HR13", "start": "2026-01-05", "most": 3}],
            "item",
            "there is no such part",
            "Add it to parts",
        ),
        (
            "slot_limits",
            [
                {
                    "kind": "model",
                    "item": "A",
                    "start": "2026-01-05",
                    "end": "2026-01-04",
                    "most": 3,
                }
            ],
            "end",
            "must not be before start (2026-01-05)",
            "",
        ),
        (
            "entitlements",
            [
                {"brand": "Acme", "start": "2026-01-05", "slots_per_week": 9},
                {"brand": "Acme", "start": "2026-02-02", "slots_per_week": 9},
            ],
            "start",
            "holds from 2026-01-05 to further notice",
            "end before this one starts",
        ),
        ("slotting", [{"frozen_days": 5, "firm_days": 4}], "firm_days", "(5)", "first day"),
        ("slotting", [{"late_cost": 1}, {"late_cost": 2}], "lead_days", "are one row", "Keep one"),
        ("slotting", [{"vin_wmi": "KNO"}], "vin_wmi", "must be 3 characters of a VIN", ""),
        ("slotting", [{"vin_wmi": "KN9"}], "vin_wmi", "6 where the third is 9", "such as KN9123"),
        ("slotting", [{"vin_wmi": "KNM123"}], "vin_wmi", "6 where the third is 9", "KN9123"),
        ("slotting", [{"vin_plant": "BU"}], "vin_plant", "must be one character of a VIN", ""),
        (
            "campaigns",
            [{"part": "HR13", "shop": "paint"}],
            "part",
            "is not in table parts",
            "",
        ),
    ],
)
def test_a_fault_is_named_by_its_cell(
    tmp_path: Any, table: str, rows: list[dict[str, Any]], column: str, rule: str, hint: str
) -> None:
    found = [p for p in faults(tmp_path, **{table: rows}) if p.where.split()[-1][:5] == table[:5]]
    only(found, column=column, rule=rule, hint=hint)


def test_campaigns_run_where_the_part_is_made(tmp_path: Any) -> None:
    found = faults(
        tmp_path,
        parts=[{"part": "HR13", "kind": "engine", "supply": "bought", "buy_cost": 1}],
        campaigns=[{"part": "HR13", "shop": "paint"}],
        setups=[{"shop": "paint", "behind": "HR13", "minutes": 5}],
    )
    rule = "loads has no row for it in shop 'paint'"
    only(found, column="part", rule=rule)
    only(found, column="behind", rule=rule)


def test_an_option_that_nothing_can_hold_is_refused(tmp_path: Any) -> None:
    rules = [
        {"option": "awd", "kind": "requires", "other": "tow"},
        {"option": "tow", "kind": "requires", "other": "roof"},
        {"model": "A", "option": "awd", "kind": "excludes", "other": "roof"},
    ]
    fault = only(faults(tmp_path, option_rules=rules), column="option", rule="no car can have awd")
    assert "awd and roof, which exclude each other" in fault.rule


def test_take_rates_that_the_rules_forbid_are_warned_of(tmp_path: Any) -> None:
    rates = [
        {"option": "tow", "share": 0.3},
        {"option": "roof", "share": 0.2},
        {"model": "A", "option": "roof", "share": 0.4},
        {"option": "lpg", "share": 0.6},
        {"market": "FR", "option": "awd", "share": 0.5},
    ]
    found = faults(tmp_path, option_rates=rates)
    clash = only(found, column="option", rule="lpg (0.6) and awd (0.5) together exceed all cars")
    assert "(all models, FR)" in clash.rule
    only(found, column="option", rule="more cars take tow (0.3) than roof (0.2)")
    assert {p.severity for p in found} == {"warning"}


def test_the_hubs_own_orders_are_checked_with_it(tmp_path: Any) -> None:
    found = faults(tmp_path, orders=[order("1", colour="blue"), order("2", options="lpg;awd")])
    only(found, row=2, column="colour", rule="A does not come in this colour")
    only(found, row=3, column="options", rule="lpg excludes awd")


def test_a_scenario_can_change_the_tables() -> None:
    scenario = """
[[change]]
table = "option_rates"
where = { model = "A", option = "awd" }
set = { share = 0.1 }
"""
    from sinho.hub import apply_scenario

    tables = {name: frame for name, frame in ordering_hub().tables.items() if frame.height}
    hub: Hub = hub_from_tables(tables, {"less-awd": scenario})
    changed = apply_scenario(hub, "less-awd")["option_rates"]
    assert changed.filter(option="awd")["share"].to_list() == [0.1]


def test_every_new_table_is_in_the_data_dictionary() -> None:
    assert set(ORDER_TABLES) <= set(TABLES)
    for name in ORDER_TABLES:
        specs = fields(name)
        assert all(spec.meaning.endswith(".") for spec in specs.values()), name
