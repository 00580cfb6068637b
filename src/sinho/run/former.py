"""What a run takes from the one before it: slots, call-off, and the cars that are built already."""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_left
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from sinho.errors import StoreError, as_typed
from sinho.hub import Hub
from sinho.hub.apply import BASE
from sinho.hub.calendar import line_days
from sinho.hub.clock import WorkingTime
from sinho.results import CallOffs, DaySlots, Orders, ShipPlan, Supply
from sinho.results.orders import ORDER_SCHEMA, with_former
from sinho.results.shipping import CONTAINER
from sinho.run.keep import WORK, content_of, load, record_in, tables_in
from sinho.run.params import RunParams
from sinho.run.sequencing import sequences_in
from sinho.run.state import State

HASHED = (
    "orders/orders.table",
    "orders/known.cars",
    "slot/slots.slots",
    "materials/calls.days",
    "materials/supply.coverage",
    "ship/ship.cars",
)
"""Tables of the earlier run that shape this one."""


@dataclass(frozen=True)
class Known:
    """Every car that a run knows: those of its bank, and those of all runs before it.

    Parameters
    ----------
    cars : polars.DataFrame
        ``order``, ``vin``, ``model``, ``market``, ``wanted`` and ``built`` (day on which an earlier
        run built it, or null). An order that changed its VIN has a row for each, the last one last.
    reach : datetime.date or None
        Day up to which orders were made of the plan; None where the bank was read.
    warnings : tuple of str
        What the planner should know of the bank.
    """

    cars: pl.DataFrame = field(repr=False)
    reach: dt.date | None = None
    warnings: tuple[str, ...] = ()


CARS_SCHEMA: dict[str, pl.DataType] = {
    **{name: ORDER_SCHEMA[name] for name in ("order", "vin", "model", "market", "wanted")},
    "built": pl.Date(),
}


@dataclass(frozen=True)
class Earlier:
    """What the runs before this one built and left.

    Parameters
    ----------
    first : datetime.date
        First day of the earlier run.
    cars : polars.DataFrame
        All its cars and those before it, as `Known`; ``built`` is set for those that are built
        before this run begins.
    reach : datetime.date or None
        Day up to which orders were made of the plan.
    bank : Orders
        Orders of the earlier run that are not built, with their slots as former days.
    last : polars.DataFrame
        The last cars of each ``line`` before this run, as they were built by the clock, with what
        their orders say.
    lines : polars.DataFrame
        ``order``, ``date`` and ``line`` of its sequences from the first day on, in building order.
    """

    first: dt.date
    cars: pl.DataFrame = field(repr=False)
    reach: dt.date | None
    bank: Orders = field(repr=False)
    last: pl.DataFrame = field(repr=False)
    lines: pl.DataFrame = field(repr=False)

    @property
    def built(self) -> pl.DataFrame:
        """``order`` of the cars that are built."""
        return self.cars.filter(pl.col("built").is_not_null()).select("order").unique()


def known_of(earlier: Earlier | None, bank: pl.DataFrame) -> pl.DataFrame:
    """Return the cars of a run and of those before it, as `Known` keeps them."""
    own = bank.select(
        pl.lit(None, kind).alias(name) if name == "built" else pl.col(name).cast(kind)
        for name, kind in CARS_SCHEMA.items()
    )
    cars = own if earlier is None else pl.concat([earlier.cars, own])
    return cars.unique(["order", "vin"], keep="last", maintain_order=True)


def cars_of(folder: Path) -> pl.DataFrame:
    """Return every car that a finished run knows, as `Known` keeps them."""
    return _known(_finished(folder)).cars


def folder_of(params: RunParams) -> Path | None:
    """Return the stages of the earlier run; None where there is none.

    Raises
    ------
    StoreError
        When the folder holds no finished run.
    """
    return None if params.former is None else _finished(params.former)


def _finished(folder: Path) -> Path:
    """Return the stages of a finished run."""
    if State.read(folder).record["status"] != "done":
        raise StoreError(
            f"{folder}: the earlier run is not finished; `sinho run --resume {as_typed(folder)}` "
            "goes on with it"
        )
    return folder / WORK


def _known(stages: Path) -> Known:
    return load(stages / "orders", "known", Known)


def other_scenario(params: RunParams) -> list[str]:
    """Warn where the earlier run was made with another scenario."""
    if params.former is None:
        return []
    earlier = State.read(params.former).params.scenario
    if earlier == params.scenario:
        return []
    before, now = (name or BASE for name in (earlier, params.scenario))
    return [
        f"the earlier run {params.former} was made with scenario {before}, this one is with {now}: "
        f"if that is not meant, give --scenario {before}"
    ]


def days_between(hub: Hub, params: RunParams, first: dt.date) -> list[str]:
    """Warn where the line works on days between the earlier run and this one.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    params : RunParams
        What the run is asked for.
    first : datetime.date
        Its first working day.
    """
    folder = folder_of(params)
    if folder is None:
        return []
    last = load(folder / "orders", "days", pl.DataFrame)["date"].max()
    assert isinstance(last, dt.date)
    between = line_days(hub, last + dt.timedelta(days=1), first - dt.timedelta(days=1))
    if not between:
        return []
    days = f"{len(between):,} working day{'s' if len(between) > 1 else ''}"
    return [
        f"the earlier run {params.former} ends on {last} and this one begins on {first}: what is "
        f"built and used on the {days} between is not known, and parts count as in stock as the "
        f"earlier run leaves them; to go on without a gap, begin on {between[0]}"
    ]


def not_counted(hub: Hub, params: RunParams, first: dt.date) -> list[str]:
    """Warn where cars at the port are counted in the hub, and known of the earlier run too.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    params : RunParams
        What the run is asked for.
    first : datetime.date
        Its first working day.
    """
    if params.former is None or waiting(params, first) is None:
        return []
    begun = State.read(params.former).params.first
    dates = [date for date in hub["port_stock"]["date"].to_list() if begun < date <= first]
    return [
        f"the cars that wait for a ship are those that the earlier run {params.former} leaves; "
        f"those that table port_stock counts on {date} are not added to them"
        for date in sorted(dates)[-1:]
    ]


def hashes(params: RunParams) -> dict[str, str]:
    """Return a hash of each table of the earlier run that shapes this one."""
    folder = folder_of(params)
    if folder is None:
        return {}
    found = {}
    for name in HASHED:
        stage, table = name.split("/")
        if not (folder / stage).exists():
            continue  # no voyages were listed
        content = content_of(folder / stage, record_in(folder / stage), table)
        found[f"{name}.parquet"] = hashlib.sha256(content).hexdigest()
    return found


def slots(params: RunParams) -> DaySlots | None:
    """Return the slots of the earlier run."""
    folder = folder_of(params)
    return None if folder is None else load(folder / "slot", "slots", DaySlots)


def waiting(params: RunParams, first: dt.date) -> pl.DataFrame | None:
    """Return the cars of the earlier run that are still at plant or port when this one begins.

    Parameters
    ----------
    params : RunParams
        What the run is asked for.
    first : datetime.date
        Its first day.

    Returns
    -------
    polars.DataFrame or None
        As `sinho.ShipPlan.cars`; a car that is in a container already is none of them. None where
        there is no earlier run, or it planned no voyages.
    """
    folder = folder_of(params)
    if folder is None or not (folder / "ship").exists():
        return None
    cars = load(folder / "ship", "ship", ShipPlan).cars
    loaded = pl.col("ready") + pl.duration(days=pl.col("days_in_hand"))
    boxed = (pl.col("way") == CONTAINER) & (loaded < first)
    made = pl.col("built").is_null() | (pl.col("built") < first)
    there = pl.col("leaves").is_null() | (pl.col("leaves") >= first)
    return cars.filter(made, there, ~boxed)


def calls(params: RunParams) -> CallOffs | None:
    """Return the call-off of the earlier run."""
    folder = folder_of(params)
    return None if folder is None else load(folder / "materials", "calls", CallOffs)


def supply(params: RunParams) -> Supply | None:
    """Return how the earlier run meets its needs."""
    folder = folder_of(params)
    return None if folder is None else load(folder / "materials", "supply", Supply)


def earlier(params: RunParams, first: dt.date, reach: int) -> Earlier | None:
    """Return the cars that the earlier run builds before this one begins.

    Parameters
    ----------
    params : RunParams
        What the run is asked for.
    first : datetime.date
        Its first working day.
    reach : int
        How many cars before the first day its rules look at.
    """
    folder = folder_of(params)
    if folder is None:
        return None
    known = _known(folder)
    bank = load(folder / "orders", "orders", Orders)
    days = load(folder / "orders", "days", pl.DataFrame)
    line: list[tuple[str, dt.date, str]] = []
    for at, sequence in sequences_in(folder / "sequence").items():
        line += [(order, at.date, at.line) for order in sequence.order]
    schema = {"order": pl.String, "day": pl.Date, "line": pl.String}
    lines = pl.DataFrame(line, schema=schema, orient="row")
    here = lines.filter(pl.col("day") < first)
    day = pl.coalesce("day", "built")
    cars = known.cars.join(
        here.drop("line"), on="order", how="left", maintain_order="left"
    ).with_columns(pl.when(day < first).then(day).alias("built"))
    facts = bank.table.drop("line", strict=False)
    last = _by_clock(folder, days, here).select("order", "line")
    last = last.join(facts, on="order", how="left", maintain_order="left")
    follows = "before" in tables_in(record_in(folder / "orders"))
    if follows and days["date"][0] <= first:
        last = pl.concat([load(folder / "orders", "before", pl.DataFrame), last])
    slots = load(folder / "slot", "slots", DaySlots).slots
    left = bank.table.join(here, on="order", how="anti", maintain_order="left")
    return Earlier(
        days["date"][0],
        cars.select(list(CARS_SCHEMA)),
        known.reach,
        replace(bank, table=with_former(left, slots)),
        last.filter(pl.int_range(pl.len()).reverse().over("line") < reach),
        lines.filter(pl.col("day") >= first).rename({"day": "date"}),
    )


def _by_clock(folder: Path, days: pl.DataFrame, cars: pl.DataFrame) -> pl.DataFrame:
    """Sort the cars of several lines by the moments at which they are built.

    Parameters
    ----------
    folder : pathlib.Path
        The stages of the run that built them.
    days : polars.DataFrame
        The days of its lines.
    cars : polars.DataFrame
        ``order``, ``day`` and ``line``, each line's in building order.
    """
    if cars["line"].n_unique() < 2:
        return cars
    from sinho.materials import Input
    from sinho.run.kept import kept_hub, kept_plan

    clock = Input.from_run(kept_hub(folder), kept_plan(folder), days, pl.DataFrame()).clock
    return with_moments(clock, cars).sort("moment", maintain_order=True).drop("moment")


def with_moments(clock: WorkingTime, cars: pl.DataFrame, *, end: bool = False) -> pl.DataFrame:
    """Return cars with the ``moment`` in the middle of their takt, or at its end.

    Parameters
    ----------
    clock : sinho.hub.clock.WorkingTime
        When the lines run.
    cars : polars.DataFrame
        ``day`` and ``line``, each line's cars in building order; not empty.
    end : bool
        Whether it is the moment at which a car leaves the line.
    """
    parts = []
    for own in cars.partition_by("day", "line", maintain_order=True):
        axis = clock.lines[own["line"][0]]
        at = bisect_left(axis.dates, own["day"][0])
        works = own["day"][0] in axis.dates  # else cars are fixed on a day without hours
        done = (np.arange(own.height) + (1.0 if end else 0.5)) / own.height
        hours = axis.before[at] + done * (axis.hours[at] if works else 0.0)
        parts.append(own.with_columns(pl.Series("moment", axis.at(hours, end=end))))
    return pl.concat(parts)
