"""Every number has bounds, and what lies within them can be planned."""

from __future__ import annotations

import math
from typing import Any

from sinho import TimeLimit, hub_from_tables, plan_months
from sinho.hub.schema import TABLES, fields
from tests.hub.faults import errors
from tests.hub.test_check import found_in
from tests.hubs import full_hub

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


def at_most(table: str, *skip: str) -> list[dict[str, Any]]:
    """Return a table of the full hub with all its figures at their upper bounds."""
    own = (field for field in NUMBERS if field.table == table and not field.key)
    top = {field.name: field.upper for field in own if field.name not in skip}
    return [row | top for row in full_hub()[table]]


def test_a_plan_bears_the_largest_figures() -> None:
    """Amounts and volumes at their bounds, together: the plan is found and proven."""
    models = at_most("models", "stock_min", "length", "width", "height", "mass")
    tables = {name: at_most(name) for name in ("demand", "parts", "freight", "tariffs", "overtime")}
    hub = hub_from_tables(full_hub(models=[row | {"stock_min": 0} for row in models], **tables))
    made = plan_months(hub, stop=TimeLimit(60))
    assert made.status in ("optimal", "within gap")
    assert math.isfinite(made.objective)
