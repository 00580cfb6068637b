"""What the materials stage works on, and where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from sinho.hub import Hub
from sinho.hub.clock import WorkingTime, make_clock
from sinho.materials.opening import opening_stock, stock_left
from sinho.materials.planned import bought_shares
from sinho.results import CallOffs, MonthPlan, Supply
from sinho.results.dayparts import shop_hours


@dataclass(frozen=True)
class Input:
    """Cars with their days, the working time, and what there is already.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied: parts, bill of materials, shops, suppliers.
    cars : polars.DataFrame
        ``order``, ``model``, ``date``, ``line`` where there are several and, where the day is
        sequenced, ``position`` on the line (1 first).
    clock : WorkingTime
        Working time of the lines and the shops.
    bought : polars.DataFrame or None
        ``part``, ``date`` and ``share`` of the day's units that are bought, for parts with supply
        ``both``; None: none.
    stock : mapping of str to float
        Units in stock when the first day begins, by part; of other parts, what the hub says.
    former : CallOffs or None
        The call-off that the new one replaces.
    number : str
        Number of the new call-off; empty: the first day, a serial and four letters that come from
        what it asks for.
    """

    hub: Hub
    cars: pl.DataFrame = field(repr=False)
    clock: WorkingTime = field(repr=False)
    bought: pl.DataFrame | None = field(default=None, repr=False)
    stock: Mapping[str, float] = field(default_factory=dict, repr=False)
    former: CallOffs | None = field(default=None, repr=False)
    number: str = ""

    @classmethod
    def from_days(
        cls,
        hub: Hub,
        days: pl.DataFrame,
        cars: pl.DataFrame,
        *,
        stock: Mapping[str, float] | None = None,
        former: CallOffs | None = None,
        number: str = "",
    ) -> Input:
        """Lay out days without a monthly plan: shops work by calendar and shift pattern.

        Parameters
        ----------
        hub, cars, former, number
            As of the class.
        days : polars.DataFrame
            ``date`` and ``hours`` of the line, by ``line`` where there are several.
        stock : mapping of str to float, optional
            Units in stock when the first day begins, by part.

        Raises
        ------
        DataError
            When no line works on any day.
        """
        clock = make_clock(hub, days)
        return cls(hub, cars, clock, None, dict(stock or {}), former, number)

    @classmethod
    def from_run(
        cls,
        hub: Hub,
        plan: MonthPlan,
        days: pl.DataFrame,
        cars: pl.DataFrame,
        *,
        former: CallOffs | None = None,
        earlier: Supply | None = None,
    ) -> Input:
        """Lay out the days of a run as its monthly plan mans the shops and buys parts.

        Parameters
        ----------
        hub : Hub
            The hub, with its scenario applied.
        plan : MonthPlan
            Its plan.
        days : polars.DataFrame
            Days of the lines: ``date``, ``line``, ``shop`` and ``hours``.
        cars : polars.DataFrame
            As of the class.
        former : CallOffs, optional
            The call-off that the new one replaces.
        earlier : Supply, optional
            The supply from whose stock this one starts, where nothing is counted.
        """
        dates = days["date"].unique().sort().to_list()
        first = dates[0]
        clock = make_clock(
            hub,
            days.select("date", "line", "shop", "hours"),
            shops=shop_hours(hub, plan, first, dates[-1]),
            patterns=plan.tables["patterns"],
        )
        left = {} if earlier is None else stock_left(earlier, first)
        stock = left | opening_stock(hub, first)
        return cls(hub, cars, clock, bought_shares(plan, dates), stock, former)
