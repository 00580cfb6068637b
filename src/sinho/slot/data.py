"""What slotting works on: orders, days and rules as tables, wherever they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from sinho.hub import Hub
from sinho.hub.lines import ONE_LINE
from sinho.results import DaySlots, Orders
from sinho.results.orders import with_former
from sinho.slot.hub import NO_ROUTES, tables_of_hub
from sinho.slot.params import Params

NO_SHOP = "line"
"""Name of the shop whose capacity the days give, where none is named."""

ORDERS: Mapping[str, pl.DataType] = {"line": pl.String(), "former_line": pl.String()}
"""Columns of orders that may be left out; they are null then."""

ANYWHERE: Mapping[str, pl.DataType] = {"line": pl.String()}
"""The column of rules that may be left out: they hold for all lines then."""


def _completed(
    table: pl.DataFrame,
    columns: Mapping[str, pl.DataType],
    value: str | None = None,
) -> pl.DataFrame:
    """Return a table with the columns that it lacks."""
    lacks = [name for name in columns if name not in table.columns]
    return table.with_columns(
        pl.repeat(value, table.height, dtype=columns[name], eager=True).alias(name)
        for name in lacks
    )


@dataclass(frozen=True)
class Input:
    """Orders, days and rules of slotting.

    Parameters
    ----------
    orders : DataFrame
        ``order``, ``brand``, ``model``, ``market``, ``colour``, ``options`` (names joined with
        ``;``), ``wanted`` (date), ``priority`` (1 first), ``fixed`` (date or null) and ``former``
        (date or null); ``line`` (that it is fixed to, or null) and ``former_line`` (null: the one
        of that date on which it costs least) may be left out.
    days : DataFrame
        Working days by date, and on a date by line: ``date``, ``line`` and ``capacity`` (car
        equivalents). ``line`` may be left out where there is but one, ``shop`` (whose capacity it
        is) where its name does not matter, ``hours`` worked where they are not known.
    loads : mapping of str to float
        Car equivalents that one car of a model takes; 1 where it is not named.
    routes : DataFrame
        Lines on which a model can be built: ``model``, ``line``, ``cost`` (of a car there, beside
        the other costs), ``start`` (first date, or null), ``load`` (null: that of ``loads``),
        ``share`` of the model's cars that levels expect there (null for all lines of a model: see
        `sinho.slot.routes`) and ``dear`` (whether it costs ``line_cost`` too; may be left out).
        Models without a row can be built on every line.
    booths : mapping of str to str
        Paint shop of each line: lines with the same one fill batches of a colour together.
    lanes : mapping of str to str or None
        Trade lane of each market; None where cars leave by road.
    vessels : DataFrame
        ``lane``, ``vessel``, ``cutoff`` and ``etd`` (dates).
    lives : DataFrame
        ``model``, ``sop`` and ``eop`` (dates or null).
    corridor : DataFrame
        ``month`` (its first day), ``model``, ``least`` and ``most`` cars built (hard; null: none);
        ``line``, where the rule is of one line.
    splits : DataFrame
        ``month`` (its first day), ``model``, ``line``, and ``low`` and ``high``: cars of the model
        that the line is to build in the month's days; each car beside costs ``split_cost``.
    limits : DataFrame
        ``kind`` (model, colour, option, part or shop), ``item``, ``date`` and ``most`` (hard), over
        all lines of the date; ``line``, where the rule is of one line.
    uses : DataFrame
        ``model``, ``part`` and ``quantity``: what limits on parts count.
    passes : DataFrame
        ``model``, ``shop`` and ``load``: what limits of shops beside the line count; ``line``,
        where only the cars of some lines pass the shop (a row for each).
    ratios : DataFrame
        ``option``, ``share``, ``cars`` and ``hard``: a rule of the sequence bears this share of a
        day's cars, or so many of them where the share is less; ``hard``: no sequence may break it;
        ``line``, where the rule is of one line.
    stations : DataFrame
        ``station``, ``base`` (minutes that every car takes there) and ``takt`` (minutes);
        ``line``, where it stands in one line.
    operations : DataFrame
        ``station``, ``option`` and ``minutes`` that the option adds.
    entitlements : DataFrame
        ``brand``, ``start``, ``end``, ``slots_per_week`` and ``release_days``; ``line``, where the
        slots are those of one line.
    params : sinho.slot.Params
        Weights and zones.

    Raises
    ------
    ValueError
        When days do not stand by date, or a line has a date twice.
    """

    orders: pl.DataFrame
    days: pl.DataFrame
    loads: dict[str, float] = field(default_factory=dict)
    routes: pl.DataFrame = field(default_factory=lambda: NO_ROUTES)
    booths: dict[str, str] = field(default_factory=dict)
    lanes: dict[str, str | None] = field(default_factory=dict)
    vessels: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"lane": pl.String, "vessel": pl.String, "cutoff": pl.Date, "etd": pl.Date}
        )
    )
    lives: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"model": pl.String, "sop": pl.Date, "eop": pl.Date}
        )
    )
    corridor: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "month": pl.Date,
                "model": pl.String,
                "least": pl.Float64,
                "most": pl.Float64,
            }
        )
    )
    splits: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "month": pl.Date,
                "model": pl.String,
                "line": pl.String,
                "low": pl.Float64,
                "high": pl.Float64,
            }
        )
    )
    limits: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"kind": pl.String, "item": pl.String, "date": pl.Date, "most": pl.Float64}
        )
    )
    uses: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"model": pl.String, "part": pl.String, "quantity": pl.Float64}
        )
    )
    passes: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"model": pl.String, "shop": pl.String, "load": pl.Float64}
        )
    )
    ratios: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "option": pl.String,
                "share": pl.Float64,
                "cars": pl.Float64,
                "hard": pl.Boolean,
            }
        )
    )
    stations: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"station": pl.String, "base": pl.Float64, "takt": pl.Float64}
        )
    )
    operations: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={"station": pl.String, "option": pl.String, "minutes": pl.Float64}
        )
    )
    entitlements: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(
            schema={
                "brand": pl.String,
                "start": pl.Date,
                "end": pl.Date,
                "slots_per_week": pl.Float64,
                "release_days": pl.Int64,
            }
        )
    )
    params: Params = field(default_factory=Params)

    @classmethod
    def from_hub(
        cls,
        hub: Hub,
        orders: Orders,
        days: pl.DataFrame,
        corridor: pl.DataFrame | None = None,
        params: Params | None = None,
        former: DaySlots | None = None,
    ) -> Input:
        """Gather what slotting works on from a hub.

        Parameters
        ----------
        hub : Hub
            The hub, its scenario applied.
        orders : Orders
            The order bank.
        days : DataFrame
            Working days: ``date``, ``line`` (where there are several), ``capacity`` (car
            equivalents) and ``hours`` (for the result). With a column ``shop``, those of each shop:
            the one that fills a line is its ``point`` (or else its first), the others are limits
            beside it, of the line, or where that is null of all lines that pass the shop.
        corridor : DataFrame, optional
            ``month``, ``model``, ``least`` and ``most`` cars built; ``line`` where it is of one.
        params : sinho.slot.Params, optional
            Instead of the hub's own.
        former : DaySlots, optional
            An earlier slotting, from which this one starts and to which it stays near; it goes
            before the orders' own former dates.

        Returns
        -------
        Input
            The tables.
        """
        params = params or Params.from_hub(hub)
        made = cls(**tables_of_hub(hub, orders, days), params=params)
        if corridor is not None:
            made = replace(made, corridor=corridor)
        if former is None:
            return made
        return replace(made, orders=with_former(made.orders, former.slots))

    @classmethod
    def from_slots(
        cls,
        hub: Hub,
        orders: Orders,
        slots: DaySlots,
        params: Params | None = None,
        former: DaySlots | None = None,
    ) -> Input:
        """Gather what slots were made of: their days, corridors and limits are in their tables.

        Parameters
        ----------
        hub, orders
            As `from_hub` was given them.
        slots : DaySlots
            The slots.
        params, former
            As `from_hub` was given them.
        """
        known = slots.counters.select(
            "kind",
            pl.col("period").dt.truncate("1mo").alias("month"),
            pl.col("name").alias("model"),
            "line",
            "least",
            "most",
            "low",
            "high",
        )
        corridor = known.filter(pl.col("kind") == "corridor").drop("kind", "low", "high")
        splits = known.filter(pl.col("kind") == "split").drop("kind", "least", "most")
        made = cls.from_hub(hub, orders, _days_of(slots), corridor, params, former)
        return made.split(splits)

    def split(self, splits: pl.DataFrame) -> Input:
        """Return the same with a wish how models' cars are split over lines (see ``splits``).

        What levels expect of the lines follows it.
        """
        cars = pl.sum_horizontal("low", "high").sum()
        share = splits.group_by("model", "line").agg(cars.alias("share"))
        share = share.with_columns(pl.col("share") / pl.col("share").sum().over("model"))
        routes = self.routes.join(share, on=["model", "line"], how="left", maintain_order="left")
        wanted = pl.coalesce("share_right", "share").alias("share")
        return replace(self, splits=splits, routes=routes.with_columns(wanted).drop("share_right"))

    def __post_init__(self) -> None:
        """Complete the tables, and refuse days that are in no order."""
        days = _completed(self.days, {"line": pl.String()}, ONE_LINE)
        days = _completed(days, {"shop": pl.String()}, NO_SHOP)
        days = _completed(days, {"hours": pl.Float64()})
        if not days["date"].is_sorted() or days.select("date", "line").is_duplicated().any():
            raise ValueError("days stand by date, and each line has a date once")
        object.__setattr__(self, "days", days)
        if "dear" not in self.routes.columns:
            routes = self.routes.with_columns(pl.lit(False).alias("dear"))
            object.__setattr__(self, "routes", routes)
        object.__setattr__(self, "orders", _completed(self.orders, ORDERS))
        for name in ("corridor", "limits", "passes", "ratios", "stations", "entitlements"):
            object.__setattr__(self, name, _completed(getattr(self, name), ANYWHERE))


def _days_of(slots: DaySlots) -> pl.DataFrame:
    """Return the capacity of the days, by shop where slots were found by shop."""
    lines = slots.counters.filter(pl.col("kind").is_in(["capacity", "shop"])).select(
        pl.col("period").alias("date"),
        "line",
        pl.col("name").alias("shop"),
        pl.col("most").alias("capacity"),
        (pl.col("kind") == "capacity").alias("point"),
    )
    if lines.is_empty() or lines["shop"][0] == NO_SHOP:
        return slots.days
    hours = slots.days.select("date", "line", "hours")
    return lines.join(hours, on=["date", "line"], how="left", maintain_order="left")
