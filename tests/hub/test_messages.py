"""Names that go into messages to suppliers: what EDIFACT cannot carry is named before a run."""

from __future__ import annotations

from typing import Any

import pytest

from sinho.banks import read_orders
from sinho.banks.read import orders_and_warnings
from sinho.errors import Problem
from sinho.hub import check_hub, write_hub
from tests.materials.plants import supply_hub


def warned(tmp_path: Any, **tables: Any) -> list[Problem]:
    """Write a hub, check it, and return what its tables suppliers, parts and orders are told."""
    hub, problems = check_hub(write_hub(supply_hub(**tables), tmp_path / "hub"))
    assert hub is not None
    assert all(problem.severity == "warning" for problem in problems)
    return [p for p in problems if p.where in ("suppliers.csv", "parts.csv", "orders.csv")]


def test_suppliers_and_parts_are_named_with_row_column_and_value(tmp_path: Any) -> None:
    suppliers = [
        {"part": "AXLE", "supplier": "EV-PACK-100,현대-2002"},
        {"part": "SEAT", "supplier": "S" * 36},
    ]
    first, second = warned(tmp_path, suppliers=suppliers)
    assert (first.where, first.row, first.column) == ("suppliers.csv", 2, "supplier")
    assert first.value == "EV-PACK-100,현대-2002"
    assert "letters, digits and signs of ASCII" in first.rule
    assert "a code of at most 35" in first.hint
    assert (second.row, second.value) == (3, "S" * 36)
    assert "at most 35 characters" in second.rule


@pytest.mark.parametrize("supplied", [True, False])
def test_a_part_may_have_any_name_where_no_message_carries_it(
    tmp_path: Any, supplied: bool
) -> None:
    tables = supply_hub().tables
    parts = [*tables["parts"].to_dicts(), {"part": "좌석", "kind": "other", "supply": "bought"}]
    parts[-1]["buy_cost"] = 1
    bom = [*tables["bom"].to_dicts(), {"parent": "A", "part": "좌석", "quantity": 1}]
    rows = [{"part": "좌석", "supplier": "S-1"}] if supplied else []
    found = warned(tmp_path, parts=parts, bom=bom, suppliers=rows or None)
    assert [(p.where, p.row, p.column, p.value) for p in found] == (
        [("suppliers.csv", 2, "part", "좌석")] if supplied else []
    )


@pytest.mark.parametrize("delivery", ["takt", "day"])
def test_orders_are_named_where_parts_come_by_takt(tmp_path: Any, delivery: str) -> None:
    order = {"model": "A", "market": "KR", "colour": "white", "wanted": "2026-03-10"}
    orders = [{"order": "1001", **order}, {"order": "주문-1002", **order}]
    suppliers = [{"part": "SEAT", "supplier": "S-1", "delivery": delivery}]
    (tmp_path / "bank.csv").write_text(
        "order,model,market,colour,wanted\n"
        + "".join(f"{o['order']},A,KR,white,2026-03-10\n" for o in orders),
        encoding="utf-8",
    )
    hub = supply_hub(suppliers=suppliers)
    told = warned(tmp_path, suppliers=suppliers, orders=orders, slotting=[{"vin_wmi": "KNM"}])
    bank, problems = orders_and_warnings(tmp_path / "bank.csv", hub)
    assert bank.table.height == read_orders(tmp_path / "bank.csv", hub).table.height == 2
    asked = [(p.row, p.column, p.value) for p in told]
    read = [(p.where, p.row, p.column, p.value) for p in problems]
    if delivery == "takt":
        assert asked == [(3, "order", "주문-1002")]
        assert read == [("bank.csv", 3, "order", "주문-1002")]
    else:
        assert asked == read == []
