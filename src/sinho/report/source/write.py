"""Writes what the plans of a network came to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub.files import write_text
from sinho.hub.sheets import add_tables, save_workbook
from sinho.report.source.futures import futures_page, futures_tables
from sinho.report.source.live import add_live
from sinho.report.source.page import source_page
from sinho.report.source.tables import changes_of_duty, side_by_side
from sinho.results import RobustSourcing, Sourcing
from sinho.results.sourcing import LINES
from sinho.source import Input

TABLES = ("flows", "plants", "launches", "unmet", "limits", "costs", "levels")
HEADINGS = {
    **{"in_quota": "within a quota", "refund": "paid besides and refunded"},
    **{"first": "first car", "worth": "worth of one more"},
}
"""How columns are headed in the workbook, where their names say too little."""

PAGE, WORKBOOK, RECORD = "source.html", "source.xlsx", "source.json"


def write_sourcing(
    plans: Mapping[str, Sourcing],
    given: Mapping[str, Input],
    out: Path,
    record: Mapping[str, Any],
    stress: Mapping[str, pl.DataFrame] | None = None,
    worth: Mapping[str, pl.DataFrame] | None = None,
) -> list[Path]:
    """Write page, workbook and record of plans into a folder.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name.
    given : mapping of str to Input
        What each was made from.
    out : pathlib.Path
        The folder.
    record : mapping
        What ``source.json`` holds.
    stress : mapping of str to polars.DataFrame, optional
        Losses of each.
    worth : mapping of str to polars.DataFrame, optional
        What one thing more or less is worth to each.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    several = len(plans) > 1
    tables = {"side by side": side_by_side(plans)} if several else {}
    for name, plan in plans.items():
        tables |= {f"{what} {name}" if several else what: getattr(plan, what) for what in TABLES}
    for what, frames in (("stress", stress), ("worth", worth)):
        for name, frame in (frames or {}).items():
            tables[f"{what} {name}" if several else what] = frame
    tables["changes of duty"] = changes_of_duty(given)
    headed = {name: frame.rename(HEADINGS, strict=False) for name, frame in tables.items()}
    units = _units(next(iter(plans.values())))

    def fill(book: Any) -> None:
        add_live(book, plans, given)
        add_tables(book, headed, units=units)

    page = source_page(plans, given, stress, worth)
    return _written(out, page, fill, record)


def write_futures(made: RobustSourcing, out: Path, record: Mapping[str, Any]) -> list[Path]:
    """Write page, workbook and record of launches for several futures into a folder.

    Parameters
    ----------
    made : RobustSourcing
        Launches for several futures.
    out : pathlib.Path
        The folder.
    record : mapping
        What ``source.json`` holds.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    tables = {table.title: table.frame for table in futures_tables(made).values()}
    tables |= {
        f"{what} {name}": getattr(plan, what)
        for name, plan in made.plans.items()
        for what in ("flows", "plants")
    }
    headed = {name: frame.rename(HEADINGS, strict=False) for name, frame in tables.items()}
    units = _units(next(iter(made.plans.values())))

    def fill(book: Any) -> None:
        add_tables(book, headed, units=units)

    return _written(out, futures_page(made), fill, record)


def _written(
    out: Path, page: str, fill: Callable[[Any], None], record: Mapping[str, Any]
) -> list[Path]:
    """Write the three files of a folder; ``fill`` is given the open workbook."""
    # indented, the record of a large network takes ten times as long
    text = json.dumps(record, default=str) + "\n"
    return [
        write_text(out / PAGE, page, force=True),
        save_workbook(out / WORKBOOK, fill, force=True),
        write_text(out / RECORD, text, force=True),
    ]


def _units(plan: Sourcing) -> dict[str, str]:
    amounts = [*LINES, "fixed", "labour", "changes", "tooling", "forgone", "cost", "near", "regret"]
    cars = ("cars", "asked", "lost", "capacity", "load", "limit", "used", HEADINGS["in_quota"])
    return {
        **dict.fromkeys((*amounts, HEADINGS["refund"]), plan.currency),
        **dict.fromkeys(cars, "cars"),
        **{HEADINGS["worth"]: f"{plan.currency}/car", "months": "months to recover"},
        **{"duty": "share of the customs value", "fill": "share of the capacity worked"},
    }
