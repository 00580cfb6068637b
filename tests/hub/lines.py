"""A small plant of two lines that share a paint shop."""

from __future__ import annotations

from typing import Any

from tests.hubs import Tables, tiny_hub


def two_lines(**overrides: Any) -> Tables:
    """Return the tables of the tiny hub with two lines, ready for ``hub_from_tables``.

    Line ``north`` has shop ``assembly``, line ``south`` has ``body south`` and ``assembly south``;
    both pass ``paint``. Model A loads the shops of both lines, B those of ``north`` alone, and C
    loads none but paint and is built in the south by its row in ``model_lines``. The south works
    Saturday 2026-01-10 and rests on Monday 2026-01-12.

    Parameters
    ----------
    **overrides
        As `tiny_hub`.
    """
    tables = tiny_hub()
    shop, pattern = tables["shops"][1], tables["patterns"][0]
    south = {"group": "south"}
    tables["models"] = [*tables["models"], {**tables["models"][1], "model": "C"}]
    tables["groups"] = [*tables["groups"], south]
    tables["shops"] = [
        *tables["shops"],
        {**shop, **south, "shop": "body south", "kind": "body"},
        {**shop, **south, "shop": "assembly south"},
    ]
    tables["patterns"] = [*tables["patterns"], {**pattern, **south}]
    tables["loads"] = [
        *tables["loads"],
        {"item": "A", "shop": "assembly south", "load": 1.2},
        {"item": "A", "shop": "body south"},
        {"item": "C", "shop": "paint", "load": 1.1},
    ]
    tables["lines"] = [
        {"line": "north", "shops": "paint;assembly", "shared": "paint"},
        {"line": "south", "shops": "body south;paint;assembly south", "shared": "paint"},
    ]
    tables["model_lines"] = [{"model": "C", "line": "south", "load": 1.5, "extra_cost": 20}]
    tables["calendar"] = [
        {"start": "2026-01-10", "kind": "work", **south},
        {"start": "2026-01-12", "kind": "company", **south},
    ]
    tables |= overrides
    return {name: table for name, table in tables.items() if table is not None}
