"""Cars of the runs before a run: on which day, and by which run of the chain, they were built."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from sinho.errors import Damaged, Problem, StoreError, as_typed
from sinho.run.found import DayRun
from sinho.run.keep import WORK
from sinho.run.sequencing import sequences_in
from sinho.run.state import State


def builder(run: DayRun, order: str | None, date: dt.date) -> Path | None:
    """Return the folder of the earlier run that built an order, or anything, on a day.

    Parameters
    ----------
    run : DayRun
        The run that goes on from it, directly or over others.
    order : str or None
        The order; None: any.
    date : datetime.date
        Day on which it was built.

    Returns
    -------
    pathlib.Path or None
        None where no run of the chain that is still in its folder has it on that day.

    Raises
    ------
    Damaged
        When what such a run keeps is not as it was written.
    """
    former, tried = run.params.former, set[Path]()
    while former and former not in tried:
        tried.add(former)
        kept = former / WORK / "sequence"
        built = sequences_in(kept) if kept.exists() else {}
        if any(
            day.date == date and (order is None or order in one.order) for day, one in built.items()
        ):
            return former
        try:
            former = State.read(former).params.former
        except Damaged:
            raise
        except StoreError:
            return None
    return None


def of_earlier_run(run: DayRun, name: str) -> Problem | None:
    """Say that an order is one of an earlier run, and where it is to be followed.

    Parameters
    ----------
    run : DayRun
        The run, which has no such order itself.
    name : str
        Number of the order, or a VIN.

    Returns
    -------
    Problem or None
        None where no run of the chain had the order.
    """
    found = run.earlier.filter((pl.col("order") == name) | (pl.col("vin") == name))
    if found.is_empty():
        return None
    car = found.row(-1, named=True)
    order, date = car["order"], car["built"]
    where = f"run in {run.folder}"
    if date is None:
        rule = "an earlier run had the order, and it is not in the order bank of this one"
        return Problem(where, rule, None, "order", name)
    folder = builder(run, order, date)
    if folder is None:
        rule = f"an earlier run built the order on {date}, before this run begins"
        hint = "That run is no longer in the folder from which this one went on."
        return Problem(where, rule, None, "order", name, hint)
    rule = f"the earlier run {folder} built the order on {date}, before this run begins"
    hint = f"`sinho trace {as_typed(folder)} {as_typed(order)}` follows it."
    return Problem(where, rule, None, "order", name, hint)


def of_earlier_day(run: DayRun, date: dt.date) -> Problem | None:
    """Say that a day is one of an earlier run, and where it is explained; None where it is not."""
    folder = builder(run, None, date) if date < run.days["date"][0] else None
    if folder is None:
        return None
    rule = f"the earlier run {folder} builds this day, before this run begins"
    hint = f"`sinho why {as_typed(folder)} {date}` explains it."
    return Problem(f"run in {run.folder}", rule, None, "date", str(date), hint)
