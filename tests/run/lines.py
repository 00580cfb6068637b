"""A small hub of three lines, quick to run: two share a paint shop, one works a Saturday alone."""

from __future__ import annotations

from typing import Any

from sinho.hub import Hub
from tests.plan.small import FEB, MAR, asks, car, shop
from tests.run.line import line_hub

MODELS = ("A", "B", "C")


def pattern(group: str) -> dict[str, Any]:
    return {"group": group, "pattern": "one", "shifts": 1, "hours": 8}


def lines_hub(**more: Any) -> Hub:
    """Lines L1 (20 cars a day) and L2 (12) share paint; L3 (8) has its own.

    A is built on L1, B on L1 and, dearer, on L2, C on L3. L2 works Saturday 2026-02-07 and rests on
    Tuesday 2026-02-10. L1 has shift times with breaks.
    """
    groups = ("v", "two", "three")
    tables: dict[str, Any] = {
        "models": [car("A"), car("B", powertrain="HEV"), car("C", powertrain="BEV")],
        "groups": [{"group": name} for name in groups],
        "patterns": [pattern(name) for name in groups],
        "shops": [
            shop("assembly", 2.5, shop="assembly 1"),
            shop("assembly", 1.5, shop="assembly 2", group="two"),
            shop("assembly", 1.0, shop="assembly 3", group="three"),
            shop("paint", 4.2, shop="paint 12"),
            shop("paint", 2.0, shop="paint 3", group="three"),
            shop("engine", 5, unit="engine"),
        ],
        "lines": [
            {"line": "L1", "shops": "paint 12;assembly 1", "shared": "paint 12"},
            {"line": "L2", "shops": "paint 12;assembly 2", "shared": "paint 12"},
            {"line": "L3", "shops": "paint 3;assembly 3"},
        ],
        "model_lines": [
            {"model": "A", "line": "L1"},
            {"model": "B", "line": "L1", "preferred": True},
            {"model": "B", "line": "L2", "extra_cost": 0.5},
            {"model": "C", "line": "L3"},
        ],
        "loads": [
            *({"item": name, "shop": "paint 12"} for name in "AB"),
            {"item": "C", "shop": "paint 3"},
            {"item": "E", "shop": "engine"},
        ],
        "calendar": [
            {"start": "2026-02-07", "group": "two", "kind": "work"},
            {"start": "2026-02-10", "group": "two", "kind": "company"},
        ],
        "shifts": [
            {
                "group": "v",
                "pattern": "one",
                "shift": 1,
                "begin": "06:00",
                "breaks": "08:00-08:15;10:30-11:00",
            }
        ],
        "bom": [
            {"parent": "A", "part": "E", "quantity": 1},
            {"parent": "B", "part": "F", "quantity": 1},
            {"parent": "C", "part": "F", "quantity": 1},
        ],
        "demand": [
            asks(month, units, market, model)
            for month in (FEB, MAR)
            for model, market, units in (
                ("A", "KR", 150),
                ("A", "FR", 80),
                ("B", "KR", 180),
                ("B", "FR", 120),
                ("C", "KR", 90),
                ("C", "FR", 50),
            )
        ],
        # a level of the name that tables of a run give to their column of lines
        "sequence_levels": [{"level": "line"}, {"level": "paint"}],
        "sequence_rules": [
            {
                "rule": "1/3 roof",
                "kind": "ratio",
                "level": "line",
                "option": "roof",
                "most": 1,
                "window": 3,
                "lines": "L1;L2",
            },
            {
                "rule": "1/2 hook",
                "kind": "ratio",
                "level": "line",
                "option": "hook",
                "most": 1,
                "window": 2,
                "lines": "L3",
            },
            {
                "rule": "paint",
                "kind": "changes",
                "level": "paint",
                "shop": "paint 12",
                "attribute": "colour",
            },
            {"rule": "batch", "kind": "run", "shop": "paint 12", "attribute": "colour", "most": 6},
            {
                "rule": "paint 3",
                "kind": "changes",
                "level": "paint",
                "lines": "L3",
                "attribute": "colour",
            },
        ],
    }
    return line_hub(**{**tables, **more})
