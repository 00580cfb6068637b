"""What the ship stage works on, and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.hub.calendar import line_days, nothing_between
from sinho.hub.voyages import NO_VOYAGES, voyages_of
from sinho.results import ShipPlan
from sinho.ship.refused import refuse
from sinho.ship.way import hours_of, through
from sinho.units import next_month

CARS = {
    "car": pl.String(),
    "model": pl.String(),
    "market": pl.String(),
    "origin": pl.String(),
    "built": pl.Date(),
    "ready": pl.Date(),
    "since": pl.Date(),
    "wanted": pl.Date(),
    "moment": pl.Datetime("us"),
}
"""Columns of the cars of an input."""

BEFORE = {
    "car": pl.String(),
    "way": pl.String(),
    "vessel": pl.String(),
    "leaves": pl.Date(),
    "missed": pl.String(),
    "cause": pl.String(),
}
"""Columns of the plan that is replaced."""

RUN, FORMER, STOCK, PLAN = "run", "former", "stock", "plan"


@dataclass(frozen=True)
class Input:
    """Cars for the markets overseas, and the ways on which they can leave.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied: models, markets, freight, ports, space of brands.
    cars : polars.DataFrame
        ``car``, ``model``, ``market``, ``origin`` (run, former, stock or plan), ``built``,
        ``ready`` (handed over at the port of loading), ``since`` (from when on it stands there),
        ``wanted`` and ``moment`` (of line-off; null: not known).
    first : datetime.date
        The day from which on it is planned. Voyages with a cut-off before it are gone; those that
        depart later take the cars of the former plan that are on them, and no others.
    voyages, calls, decks, containers : polars.DataFrame
        As the hub's tables ``vessels``, ``port_calls``, ``decks`` and ``containers``.
    chance : polars.DataFrame or None
        ``car``, ``date`` and ``chance`` (that it is ready by the end of the day), as a simulation
        gives them; a car that is not listed is ready on its day.
    former : polars.DataFrame or None
        ``car``, ``way``, ``vessel``, ``leaves``, ``missed`` and ``cause`` of the plan that this one
        replaces, or from which it goes on.
    released : frozenset of str
        Voyages whose space is offered to all brands before its day.
    """

    hub: Hub
    cars: pl.DataFrame = field(repr=False)
    first: dt.date
    voyages: pl.DataFrame = field(repr=False)
    calls: pl.DataFrame = field(repr=False)
    decks: pl.DataFrame = field(repr=False)
    containers: pl.DataFrame = field(repr=False)
    chance: pl.DataFrame | None = field(default=None, repr=False)
    former: pl.DataFrame | None = field(default=None, repr=False)
    released: frozenset[str] = frozenset()

    @classmethod
    def from_cars(
        cls,
        hub: Hub,
        cars: pl.DataFrame,
        first: dt.date,
        *,
        chance: pl.DataFrame | None = None,
        waiting: pl.DataFrame | None = None,
    ) -> Input:
        """Lay out cars with their days, and those that wait at the port.

        Parameters
        ----------
        hub : Hub
            The hub, with its scenario applied.
        cars : polars.DataFrame
            ``car``, ``model``, ``market``, ``origin``, ``built``, ``ready`` and ``wanted`` of each,
            and ``moment`` of line-off where it is known. Those of markets that are not overseas are
            left out. They reach the port as the way there lets them through (table ``port_way``),
            first ready first: on the day ready, and behind their line-off.
        first : datetime.date
            The day from which on it is planned.
        chance : polars.DataFrame, optional
            As of the class.
        waiting : polars.DataFrame, optional
            Cars of an earlier plan that are still at plant or port, as `sinho.ShipPlan.cars` has
            them; they keep their ways as far as these are there. Without it those of table
            ``port_stock``.

        Raises
        ------
        DataError
            When a column is missing, a market or model unknown, a car listed twice or without its
            day, or a chance none; or the hub lists no vessels and no containers.
        """
        needed = {name: kind for name, kind in CARS.items() if name not in ("since", "moment")}
        refuse(hub, cars, needed, chance)
        sea = hub["markets"].filter(pl.col("route") == "overseas").select("market")
        own = cars.cast({name: kind for name, kind in CARS.items() if name in cars.columns})
        own = own.join(sea, on="market", how="semi", maintain_order="left")
        if "moment" not in own.columns:
            own = own.with_columns(moment=pl.lit(None, CARS["moment"]))
        own = _at_port(hub, own).with_columns(pl.col("ready").alias("since"))
        own = own.select(list(CARS)).cast(CARS)  # type: ignore[arg-type]
        if waiting is None:
            left, former = _waiting(hub, first), None
        else:
            refuse(hub, waiting, {**{name: CARS[name] for name in needed}, **BEFORE})
            left = waiting.with_columns(origin=pl.lit(FORMER), moment=pl.lit(None, CARS["moment"]))
            left = left.join(own, on="car", how="anti", maintain_order="left").select(list(CARS))
            former = waiting.select(list(BEFORE)) if waiting.height else None
        whole = pl.concat([own, left])
        return cls(
            hub,
            whole,
            first,
            hub["vessels"],
            hub["port_calls"],
            hub["decks"],
            hub["containers"],
            chance,
            former,
        )

    @classmethod
    def from_run(
        cls,
        hub: Hub,
        cars: pl.DataFrame,
        first: dt.date,
        *,
        chance: pl.DataFrame | None = None,
        waiting: pl.DataFrame | None = None,
    ) -> Input:
        """Lay out the cars of a run.

        Parameters
        ----------
        hub : Hub
            The hub, with its scenario applied.
        cars : polars.DataFrame
            ``order``, ``model``, ``market``, ``date`` (of line-off), ``ready`` and ``wanted``, and
            ``moment`` of line-off where it is known.
        first : datetime.date
            First day of the run.
        chance : polars.DataFrame, optional
            As of the class.
        waiting : polars.DataFrame, optional
            As of `from_cars`.

        Raises
        ------
        DataError
            As `from_cars`.
        """
        own = cars.rename({"order": "car", "date": "built"}, strict=False).with_columns(
            pl.lit(RUN).alias("origin")
        )
        return cls.from_cars(hub, own, first, chance=chance, waiting=waiting)

    @classmethod
    def from_hub(cls, hub: Hub) -> Input:
        """Lay out the demand of the months in which vessels are listed, without a run.

        The cars of a month leave the line evenly on its working days, and are wanted with the
        first voyage of their lane that they can take.

        Parameters
        ----------
        hub : Hub
            The hub, with its scenario applied.

        Raises
        ------
        DataError
            As `from_cars`.
        """
        none = pl.DataFrame(schema=CARS)
        refuse(hub, none, {})
        cutoffs = hub["vessels"]["cutoff"]
        settings = hub.settings
        begin = min(cutoffs.to_list(), default=settings.start).replace(day=1)
        end = max(cutoffs.to_list(), default=settings.end)
        begin = min(max(begin, settings.start), settings.end)
        demand = hub["demand"].filter(pl.col("month").is_between(begin, end), pl.col("units") > 0)
        sea = hub["markets"].filter(pl.col("route") == "overseas").select("market")
        demand = demand.join(sea, on="market", how="semi", maintain_order="left")
        lead = dt.timedelta(days=int(hub.slotting["lead_days"]))
        lanes = dict(hub["markets"].select("market", "lane").iter_rows())
        voyages = voyages_of(hub["vessels"])
        parts: list[pl.DataFrame] = []
        for (month,), rows in demand.group_by("month", maintain_order=True):
            assert isinstance(month, dt.date)
            days = line_days(hub, month, next_month(month) - dt.timedelta(days=1)) or [month]
            for model, market, units in rows.select("model", "market", "units").iter_rows():
                count = round(units)
                at = (np.arange(count) * len(days)) // max(count, 1)
                built = pl.Series("built", [days[n] for n in at], dtype=pl.Date)
                name = f"{model} {market} {month:%Y-%m} "
                calls = voyages.get(lanes[market], NO_VOYAGES)
                gone = {day: calls.departure(day + lead) for day in days}
                leaves = pl.Series("wanted", [gone[days[n]] for n in at], dtype=pl.Date)
                parts.append(
                    pl.DataFrame({"built": built, "wanted": leaves}).select(
                        pl.format("{}{}", pl.lit(name), pl.int_range(1, count + 1)).alias("car"),
                        pl.lit(model).alias("model"),
                        pl.lit(market).alias("market"),
                        pl.lit(PLAN).alias("origin"),
                        "built",
                        (pl.col("built") + lead).alias("ready"),
                        "wanted",
                    )
                )
        cars = pl.concat(parts) if parts else none.drop("since", "moment")
        return cls.from_cars(hub, cars, begin)

    def late(self, vessel: str, days: int, plan: ShipPlan | None = None) -> Input:
        """Return the input where a voyage is late: cut-off, departure and arrivals.

        Parameters
        ----------
        vessel : str
            The voyage.
        days : int
            Days by which it is late.
        plan : ShipPlan, optional
            The plan that is replaced; few of its cars shall leave otherwise.

        Raises
        ------
        DataError
            When there is no such voyage.
        """
        own, by = self._voyage(vessel), dt.timedelta(days=days)
        shifted = [
            pl.when(own).then(pl.col(name) + by).otherwise(pl.col(name)).alias(name)
            for name in ("cutoff", "etd")
        ]
        arrival = pl.when(own).then(pl.col("arrival") + by).otherwise(pl.col("arrival"))
        return replace(
            self,
            voyages=self.voyages.with_columns(shifted),
            calls=self.calls.with_columns(arrival.alias("arrival")),
            former=self.former if plan is None else plan.cars.select(list(BEFORE)),
        )

    def cancelled(self, vessel: str, plan: ShipPlan | None = None) -> Input:
        """Return the input without a voyage.

        Parameters
        ----------
        vessel : str
            The voyage.
        plan : ShipPlan, optional
            The plan that is replaced; few of its cars shall leave otherwise.

        Raises
        ------
        DataError
            When there is no such voyage.
        """
        own = self._voyage(vessel)
        return replace(
            self,
            voyages=self.voyages.filter(~own),
            calls=self.calls.filter(~own),
            former=self.former if plan is None else plan.cars.select(list(BEFORE)),
        )

    def of_lanes(self, lanes: Collection[str]) -> Input:
        """Return the input with the cars for some lanes alone."""
        own = self.hub["markets"].filter(pl.col("lane").is_in(list(lanes))).select("market")
        return replace(
            self, cars=self.cars.join(own, on="market", how="semi", maintain_order="left")
        )

    @property
    def line_off(self) -> pl.DataFrame:
        """``car`` and ``moment`` of line-off, of the cars whose moment is known."""
        return self.cars.select("car", "moment").drop_nulls()

    def _voyage(self, vessel: str) -> pl.Expr:
        known = self.voyages["vessel"].to_list()
        if vessel not in known:
            rule = "there is no such voyage"
            raise DataError(
                [Problem("vessels", rule, None, "vessel", vessel, nearest(vessel, known))]
            )
        return pl.col("vessel") == vessel


def _at_port(hub: Hub, cars: pl.DataFrame) -> pl.DataFrame:
    """Return cars with the day on which the way to the port lets them through."""
    hours, minutes = hours_of(hub["port_way"])
    if not hours or cars.is_empty():
        return cars
    day = pl.col("ready").cast(pl.Datetime("us"))
    cars = cars.with_columns(pl.max_horizontal(day, pl.col("moment")).alias("from"))
    cars = cars.sort("from", "wanted", "car", nulls_last=True, maintain_order=True)
    there = [left + minutes for _, left in through(hours, cars["from"].to_list())]
    return cars.drop("from").with_columns(pl.Series("ready", there, CARS["moment"]).cast(pl.Date))


def _waiting(hub: Hub, first: dt.date) -> pl.DataFrame:
    """Return the cars that were counted at the port, where the count holds for the first day."""
    stock = hub["port_stock"].filter(pl.col("date") <= first)
    dates = stock["date"].unique().sort(descending=True).to_list()
    date = next((one for one in dates if nothing_between(hub, one, first)), None)
    rows = stock.filter(pl.col("date") == date) if date else stock.clear()
    rows = rows.with_row_index("lot").select(
        pl.all().exclude("units"), pl.int_ranges(1, pl.col("units") + 1).alias("at")
    )
    return (
        rows.explode("at")
        .select(
            pl.format("stock {}-{}", pl.col("lot") + 1, "at").alias("car"),
            "model",
            "market",
            pl.lit(STOCK).alias("origin"),
            pl.lit(None, pl.Date).alias("built"),
            pl.lit(first).alias("ready"),
            "since",
            "wanted",
            pl.lit(None, CARS["moment"]).alias("moment"),
        )
        .cast(CARS)  # type: ignore[arg-type]
    )
