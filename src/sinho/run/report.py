"""What a run writes for people, from what its stages found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from sinho.errors import Problem
from sinho.report.run import write_run_pages
from sinho.report.run.tables import COST_UNIT, ENDED
from sinho.report.run.view import RunView
from sinho.results import LineDay
from sinho.results.orders import with_former
from sinho.run.folders import CALLOFFS, ORDERS
from sinho.run.line import behind, by_line, line_day, of_line, windows_reach
from sinho.run.state import versions
from sinho.sequence.day import Day
from sinho.stop import Progress, Report

if TYPE_CHECKING:
    from sinho.run.found import DayRun


def lines(run: DayRun) -> dict[LineDay, Day]:
    """Return the days as they were sequenced, each behind the true end of the day before.

    Parameters
    ----------
    run : DayRun
        The run.
    """
    return {day: line_of(run, day) for day in run.cars()}


def line_of(run: DayRun, day: LineDay, own: pl.DataFrame | None = None) -> Day:
    """Return one day as it was sequenced, behind the true end of the day before.

    Parameters
    ----------
    run : DayRun
        The run.
    day : LineDay
        One of its lines' days with cars.
    own : polars.DataFrame, optional
        Orders of its bank that the day is made of instead of its own.
    """
    cars = by_line(run.cars())[day.line]
    days = list(cars)
    built = [(cars[one], run.sequences[one]) for one in days[: days.index(day)]]
    before = behind(built, windows_reach(run.hub), of_line(run.before, day.line))
    return line_day(run.hub, cars[day] if own is None else own, day, before)


def view_of_run(run: DayRun) -> RunView:
    """Return what the report of a run is drawn from."""
    asked = run.asked
    effort = (
        f"{asked.iterations:,} moves a day"
        if asked.day_seconds is None
        else f"{asked.day_seconds:g} s a day"
    )
    held = not_sent(run)
    return RunView(
        hub=run.hub,
        plan=run.plan,
        days=run.days,
        orders=run.orders,
        slots=run.slots,
        sequences=run.sequences,
        lines=lines(run),
        needs=run.needs,
        supply=run.supply,
        calls=run.calls,
        changes=changes(run),
        compared=_compared(run),
        warnings=run.warnings,
        facts={
            "first day": asked.first,
            "working days": asked.days,
            "scenario": asked.scenario or "none",
            **({"revised": "; ".join(revised(run))} if run.revisions else {}),
            "seed": asked.seed,
            "sequencing": effort,
            "slotting": f"{run.slots.moves:,} moves",
            "slots": f"{ENDED[run.slots.status]}; cost {run.slots.cost:,.1f}, "
            f"bound {run.slots.bound:,.1f} [{COST_UNIT}]",
            "campaigns": run.supply.method,
            **({"not sent as EDIFACT": "; ".join(map(str, held))} if held else {}),
            **versions(),
        },
    )


def revised(run: DayRun) -> list[str]:
    """Say which days of a run were given another sequence afterwards, and what was asked for."""
    return [f"{one['date']} ({one['asked']})" for one in run.revisions]


def changes(run: DayRun) -> pl.DataFrame:
    """Return the differences to the call-off of the run that this one names as the former."""
    from sinho.materials import compare_call_offs

    return pl.DataFrame() if run.replaced is None else compare_call_offs(run.replaced, run.calls)


def not_sent(run: DayRun) -> list[Problem]:
    """Return, as warnings, what of a run's call-off no EDIFACT message carries."""
    from sinho import materials

    return materials.not_sent(run.calls)


def _compared(run: DayRun) -> tuple[dt.date, dt.date] | None:
    """Return the days on which this call-off is compared with the one that it replaces."""
    from sinho.materials import compared_days

    return None if run.replaced is None else compared_days(run.replaced, run.calls)


def write_run_report(run: DayRun, tell: Report) -> Mapping[str, Path]:
    """Write cars, day lists, pictures and page of a run, and its call-offs.

    Parameters
    ----------
    run : DayRun
        The run.
    tell : callable
        Hears how far it is.

    Returns
    -------
    mapping of str to pathlib.Path
        Files by what they are.
    """
    from sinho.materials import write_call_offs
    from sinho.orders import write_orders

    tell(Progress("call-offs", 0.0, done=0.1))
    folder = write_call_offs(run.calls, run.hub, run.folder / CALLOFFS, force=True)
    files = {f"{CALLOFFS}/{path.name}": path for path in sorted(folder.iterdir())}
    table = with_former(run.orders.table, run.slots.slots)
    bank = write_orders(replace(run.orders, table=table), run.folder / ORDERS, force=True)
    tell(Progress("report and pictures", 0.0, done=0.3))
    return {**write_run_pages(view_of_run(run), run.folder), "orders": bank, **files}
