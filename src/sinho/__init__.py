"""sinho plans the output of a vehicle plant that builds several brands' cars and exports them.

The public names below are loaded when they are first used: ``import sinho`` alone loads no
solver, no charts and no command line.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sinho.banks import read_orders
    from sinho.days.day import Day
    from sinho.days.formats import read_day
    from sinho.days.score import score_order
    from sinho.errors import DataError, Infeasible, Problem, SinhoError, StoreError
    from sinho.graphs import DeckGraph
    from sinho.hub import (
        Hub,
        Scenario,
        apply_scenario,
        check_hub,
        hub_from_tables,
        read_hub,
        read_network,
        write_hub,
    )
    from sinho.materials import plan_materials
    from sinho.orders import generate_orders
    from sinho.plan import plan_months
    from sinho.quote import quote_programme
    from sinho.report import write_report
    from sinho.results import (
        Comparison,
        DaySlots,
        Explanation,
        MonthPlan,
        Orders,
        Quote,
        Score,
        Sequence,
        ShipPlan,
        Sourcing,
    )
    from sinho.run import compare
    from sinho.run.days import run_days
    from sinho.run.explain import explain
    from sinho.run.found import DayRun
    from sinho.run.params import RunParams
    from sinho.sequence import resequence_day, sequence_day
    from sinho.ship import ship_cars
    from sinho.slot import slot_orders
    from sinho.source import source_network
    from sinho.stop import Progress, StopRule, TimeLimit
    from sinho.stow import Loading, load_ship

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "DataError",
    "Day",
    "DayRun",
    "DaySlots",
    "DeckGraph",
    "Explanation",
    "Hub",
    "Infeasible",
    "Loading",
    "MonthPlan",
    "Orders",
    "Problem",
    "Progress",
    "Quote",
    "RunParams",
    "Scenario",
    "Score",
    "Sequence",
    "ShipPlan",
    "SinhoError",
    "Sourcing",
    "StopRule",
    "StoreError",
    "TimeLimit",
    "__version__",
    "apply_scenario",
    "check_hub",
    "compare",
    "explain",
    "generate_orders",
    "hub_from_tables",
    "load_ship",
    "plan_materials",
    "plan_months",
    "quote_programme",
    "read_day",
    "read_hub",
    "read_network",
    "read_orders",
    "resequence_day",
    "run_days",
    "score_order",
    "sequence_day",
    "ship_cars",
    "slot_orders",
    "source_network",
    "write_hub",
    "write_report",
]

_HOMES = {
    "sinho.banks": ("read_orders",),
    "sinho.errors": ("DataError", "Infeasible", "Problem", "SinhoError", "StoreError"),
    "sinho.hub": (
        "Hub",
        "Scenario",
        "apply_scenario",
        "check_hub",
        "hub_from_tables",
        "read_hub",
        "read_network",
        "write_hub",
    ),
    "sinho.materials": ("plan_materials",),
    "sinho.orders": ("generate_orders",),
    "sinho.plan": ("plan_months",),
    "sinho.quote": ("quote_programme",),
    "sinho.report": ("write_report",),
    "sinho.results": (
        "Comparison",
        "DaySlots",
        "Explanation",
        "MonthPlan",
        "Orders",
        "Quote",
        "Score",
        "Sequence",
        "ShipPlan",
        "Sourcing",
    ),
    "sinho.run": ("compare",),
    "sinho.run.days": ("run_days",),
    "sinho.days.day": ("Day",),
    "sinho.days.formats": ("read_day",),
    "sinho.days.score": ("score_order",),
    "sinho.run.explain": ("explain",),
    "sinho.run.found": ("DayRun",),
    "sinho.run.params": ("RunParams",),
    "sinho.sequence": ("resequence_day", "sequence_day"),
    "sinho.source": ("source_network",),
    "sinho.slot": ("slot_orders",),
    "sinho.stop": ("Progress", "StopRule", "TimeLimit"),
    "sinho.ship": ("ship_cars",),
    "sinho.graphs": ("DeckGraph",),
    "sinho.stow": ("Loading", "load_ship"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}
_CALLED = ("quote", "source")
"""Packages that are called by their own name, as in ``sinho.quote(hub, "programme.toml")``."""


def __getattr__(name: str) -> Any:
    if name in _CALLED:
        return importlib.import_module(f"sinho.{name}")
    module = _HOME_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'sinho' has no attribute {name!r}")
    value = getattr(importlib.import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
