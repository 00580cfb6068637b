"""Call-offs to suppliers from the needs: by day with cumulative quantities, and by takt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.clock import WorkingTime
from sinho.materials.explode import explode
from sinho.materials.opening import opening_stock
from sinho.materials.params import Params
from sinho.materials.shops import made_parts
from sinho.results import CallOffs, Needs
from sinho.results.supply import DAYS, PROGRESS, TAKTS, UNNAMED


@dataclass(frozen=True)
class Source:
    """Where a bought part comes from: a row of table ``suppliers``, or its defaults.

    Parameters
    ----------
    part, supplier, delivery : str
        Part, supplier, and ``day`` or ``takt``.
    pack : float
        Units in a pack.
    lead_days : int
        Working days from delivery to the day of the need.
    opening : float
        Cumulative quantity delivered before the first day.
    made : bool
        Whether a shop makes it too: then what is bought of it is called off, by day alone, and its
        stock serves what is made.
    """

    part: str
    supplier: str
    delivery: str = "day"
    pack: float = 1.0
    lead_days: int = 0
    opening: float = 0.0
    made: bool = False


def sources_of(hub: Hub, first: dt.date) -> list[Source]:
    """Return where the parts come from that no shop makes, or that are bought besides.

    A part without a row in ``suppliers`` has the supplier `UNNAMED`, by day, in packs of one.

    Parameters
    ----------
    hub : Hub
        The hub.
    first : datetime.date
        First day.
    """
    made = {part.part: part.bought for part in made_parts(hub, first)[0]}
    rows = {row["part"]: row for row in hub["suppliers"].to_dicts()}
    found = []
    for part in hub["parts"]["part"].to_list():
        if not made.get(part, True):
            continue
        row = rows.get(part)
        if row is None:
            found.append(Source(part, UNNAMED, made=part in made))
            continue
        found.append(
            Source(
                part,
                row["supplier"],
                "day" if part in made else row["delivery"],
                float(row["pack"]),
                int(row["lead_days"]),
                float(row["opening_cumulative"]),
                part in made,
            )
        )
    return found


def bought_needs(table: pl.DataFrame, sources: list[Source]) -> pl.DataFrame:
    """Return what is to be called off: all of a part that no shop makes, else what is bought.

    Parameters
    ----------
    table : polars.DataFrame
        `Needs.table`.
    sources : list of Source
        The parts to call off.

    Returns
    -------
    polars.DataFrame
        ``part``, ``date``, ``units``.
    """
    both = pl.col("part").is_in([source.part for source in sources if source.made])
    return table.select(
        "part", "date", pl.when(both).then("bought").otherwise("units").alias("units")
    )


def day_call_offs(
    needs: pl.DataFrame,
    sources: list[Source],
    clock: WorkingTime,
    *,
    stock: Mapping[str, float],
    former: CallOffs | None = None,
    firm_days: int = 10,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Call parts off by day.

    A part's running need, less what is in stock, is called off in whole packs for the working day
    that lies ``lead_days`` before the day of the need, and not before the first day. Cumulative
    quantities go on from those of the former call-off before the first day, else from the
    supplier's opening cumulative; so they never fall. Where the stock is not given, it is what the
    former call-off had delivered by then less what it had used, else none.

    Parameters
    ----------
    needs : polars.DataFrame
        ``part``, ``date``, ``units``.
    sources : list of Source
        The parts to call off.
    clock : WorkingTime
        Working days of the line.
    stock : mapping of str to float
        Units in stock at the beginning, by part.
    former : CallOffs, optional
        The call-off that is replaced.
    firm_days : int
        Working days from the first on that are firm; later ones are an outlook.

    Returns
    -------
    days, progress : polars.DataFrame
        As in `sinho.results.CallOffs`.
    """
    dates = list(clock.line.dates)
    wanted = {
        (part, date): units
        for part, date, units in needs.group_by("part", "date")
        .agg(pl.col("units").sum())
        .select("part", "date", "units")
        .iter_rows()
    }
    rows, progress = [], []
    for source in sources:
        own = np.array([wanted.get((source.part, date), 0.0) for date in dates])
        if former is None and not own.any():
            continue
        base, left = _before(former, source, dates[0])
        have = 0.0 if source.made else stock.get(source.part, left)
        daily = np.zeros(len(dates))
        np.add.at(daily, np.maximum(np.arange(len(dates)) - source.lead_days, 0), own)
        requested = np.maximum(np.cumsum(daily) - have, 0.0)
        called = np.ceil(np.round(requested / source.pack, 6)) * source.pack
        come = np.round(base + called, 6).tolist()
        gone = np.round(base - have + np.cumsum(own), 6).tolist()
        progress += [(source.part, *row) for row in zip(dates, come, gone, strict=True)]
        for n, units in enumerate(np.round(np.diff(called, prepend=0.0), 6).tolist()):
            if units > 0:
                total = round(base + float(called[n]), 6)
                rows.append((source.part, source.supplier, dates[n], units, total, n < firm_days))
    return (
        pl.DataFrame(rows, schema=DAYS, orient="row").sort("supplier", "part", "date"),
        pl.DataFrame(progress, schema=PROGRESS, orient="row").sort("part", "date"),
    )


def _before(former: CallOffs | None, source: Source, first: dt.date) -> tuple[float, float]:
    """Return the cumulative quantity before the first day, and what of it is in stock then."""
    if former is None:
        return source.opening, 0.0
    progress = former.progress.filter(pl.col("part") == source.part).sort("date")
    called = former.days.filter(pl.col("part") == source.part).sort("date")
    days = called.filter(pl.col("supplier") == source.supplier)
    base, left = source.opening, 0.0
    past = progress.filter(pl.col("date") < first)
    earlier = days.filter(pl.col("date") < first)
    if not past.is_empty():
        base, used = past.select("delivered", "used").row(-1)
        left = max(0.0, round(base - used, 6))
    elif not earlier.is_empty():
        base = float(earlier["cumulative"][-1])
    elif not days.is_empty():
        base = float(days["cumulative"][0] - days["units"][0])
    elif not progress.is_empty():
        base = progress["delivered"][0]  # nothing was called for, so that it stands as before
    if days.is_empty() and not called.is_empty():
        base = source.opening  # another supplier delivered the part so far
    return base, left


def call_offs(
    hub: Hub,
    cars: pl.DataFrame,
    clock: WorkingTime,
    *,
    number: str,
    date: dt.date | None = None,
    former: CallOffs | None = None,
    needs: Needs | None = None,
    stock: Mapping[str, float] | None = None,
    firm_days: int | None = None,
) -> CallOffs:
    """Call off the bought parts that cars need.

    Every bought part is called off by day. Parts with ``delivery`` takt are called off besides
    for each car that has its place in a sequence, in the order of the takts. What the former
    call-off asks for from the first day on and this one does not is revoked with 0 units: each part
    that a supplier is asked for no longer, and the cars of each day on which it is asked for none.

    Parameters
    ----------
    hub : Hub
        The hub: ``parts``, ``bom``, ``suppliers``.
    cars : polars.DataFrame
        ``order``, ``model``, ``date``, ``position`` or null; see `explode`.
    clock : WorkingTime
        Working time.
    number : str
        Number of the call-off.
    date : datetime.date, optional
        Day on which it is made; by default the line's first day.
    former : CallOffs, optional
        The call-off that it replaces.
    needs : Needs, optional
        The cars' needs, where they are known already.
    stock : mapping of str to float, optional
        Bought parts in stock at the beginning; by default the hub's (`opening_stock`), else what
        the former call-off leaves, else none.
    firm_days : int, optional
        Working days that are firm; by default those of table ``slotting``, else 10.

    Returns
    -------
    CallOffs
        The call-off.

    Raises
    ------
    DataError
        When a number is used again, or the new call-off begins before the one it replaces.
    """
    first = clock.line.dates[0]
    if former is not None:
        _follows(former, number, date or first)
    needs = needs or explode(hub, cars, clock)
    sources = sources_of(hub, first)
    if firm_days is None:
        firm_days = Params.from_hub(hub).firm_days
    days, progress = day_call_offs(
        bought_needs(needs.table, sources),
        sources,
        clock,
        stock=opening_stock(hub, first) | dict(stock or {}),
        former=former,
        firm_days=firm_days,
    )
    by_takt = pl.DataFrame(
        [(s.part, s.supplier) for s in sources if s.delivery == "takt"],
        schema={"part": pl.String, "supplier": pl.String},
        orient="row",
    )
    takts = (
        needs.uses.drop_nulls("position")
        .join(by_takt, on="part")
        .with_columns(pl.col("time").dt.truncate("1m"))
        .select([pl.col(name).cast(kind) for name, kind in TAKTS.items()])
        .sort("supplier", "date", "line", "position", "part", "order")
    )
    last = clock.line.dates[-1]
    if former is not None:
        days = _with_revoked(days, former, first, firm=firm_days > 0)
        takts = _with_revoked_takts(takts, former, first, last)
    return CallOffs(
        days=days,
        takts=takts,
        number=number,
        date=date or first,
        replaces=former.number if former else None,
        first=first,
        last=last,
        progress=progress,
    )


def _with_revoked(
    days: pl.DataFrame, former: CallOffs, first: dt.date, *, firm: bool
) -> pl.DataFrame:
    """Add a row with 0 units for each part that a supplier is asked for no longer.

    The cumulative quantity is what the former call-off had asked for before the first day.
    """
    revoked = (
        former.days.filter((pl.col("date") >= first) & (pl.col("units") > 0))
        .sort("date")
        .group_by("supplier", "part", maintain_order=True)
        .first()
        .join(days, on=["supplier", "part"], how="anti")
        .with_columns(
            pl.lit(first).alias("date"),
            (pl.col("cumulative") - pl.col("units")).round(6).alias("cumulative"),
            pl.lit(0.0).alias("units"),
            pl.lit(firm).alias("firm"),
        )
    )
    return pl.concat([days, revoked.select(days.columns)]).sort("supplier", "part", "date")


def _with_revoked_takts(
    takts: pl.DataFrame, former: CallOffs, first: dt.date, last: dt.date
) -> pl.DataFrame:
    """Add the former cars, with 0 units, of each day on which a supplier is asked for none."""
    revoked = (
        former.takts.filter(pl.col("date").is_between(first, last) & (pl.col("units") > 0))
        .join(takts, on=["supplier", "date"], how="anti")
        .with_columns(pl.lit(0.0).alias("units"))
    )
    return pl.concat([takts, revoked.select(takts.columns)]).sort(
        "supplier", "date", "line", "position", "part", "order"
    )


def _follows(former: CallOffs, number: str, date: dt.date) -> None:
    problems = []
    if number == former.number:
        rule = "a call-off needs another number than the one it replaces"
        problems.append(Problem("call-off", rule, value=number))
    if date < former.date:
        rule = f"a call-off cannot replace one that was made later, on {former.date}"
        problems.append(Problem("call-off", rule, value=str(date)))
    if problems:
        raise DataError(problems)
