"""Every number has bounds, and what lies within them can be planned."""

from __future__ import annotations

from sinho.hub.schema import TABLES, fields
from tests.hub.faults import errors
from tests.hub.test_check import found_in

NUMBERS = [
    field
    for table in TABLES
    for field in fields(table).values()
    if field.kind in ("number", "integer")
]


def test_every_number_has_bounds() -> None:
    unbounded = [f"{f.table}.{f.name}" for f in NUMBERS if f.lower is None or f.upper is None]
    assert unbounded == []
    assert max(f.upper for f in NUMBERS if f.upper is not None) <= 1e12


def test_figures_far_beyond_any_plant_are_refused() -> None:
    rows = [{"item": "A", "shop": "paint", "load": 1e17}, {"item": "B", "shop": "paint"}]
    [found] = errors(found_in(loads=rows))
    assert found.rule == "must be at most 1,000,000 units/piece"
    assert found.hint.endswith("Check the digits and the unit.")


def test_a_large_figure_for_no_limit_is_told_to_leave_the_cell_empty() -> None:
    yard = [{"item": "A", "units": 0}]
    rows = [row | {"ceu": 1e17} for row in ({"lane": "Europe", "month": "2026-01"},)]
    found = [p for p in found_in(opening_stock=yard, sailings=rows) if p.column == "ceu"]
    assert [p.rule for p in found] == ["must be at most 10,000,000 CEU/month"]
    assert "an empty cell means that there is no limit" in found[0].hint
