"""From needs to supply: shop by shop, campaigns; then stock, shortages and who waits."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.hub.clock import WorkingTime
from sinho.materials.calloffs import Source, bought_needs, day_call_offs, sources_of
from sinho.materials.campaigns import lot_problem, plan_lots, slots_of
from sinho.materials.jobs import ShopWork, work_of
from sinho.materials.opening import opening_stock
from sinho.materials.outcome import joined, of_cars, outcome, stack
from sinho.materials.params import Params
from sinho.materials.shops import MadePart, made_parts, setup_hours, upstream
from sinho.materials.stock import Draw, place
from sinho.parameters import SEED
from sinho.results import Needs, Supply, gap_of
from sinho.results.supply import RECEIPTS, SHOPS
from sinho.stop import Progress, Report, StopRule

OPENING_HOURS = 16.0
"""Opening stock of a made part where none is known: what so many hours of work take on average."""


def plan_campaigns(
    hub: Hub,
    needs: Needs,
    clock: WorkingTime,
    *,
    opening: Mapping[str, float] | None = None,
    params: Params | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Supply:
    """Plan the own shops and the deliveries to the pull of the line.

    Shops are planned from the line upstream: the engine shop to the cars, the foundry to the
    engine shop's campaigns. Bought parts come at the beginning of the day for which they are
    called off.

    Parameters
    ----------
    hub : Hub
        The hub: ``parts``, ``bom``, ``campaigns``, ``setups``, ``shops``, ``suppliers``.
    needs : Needs
        What the cars need.
    clock : WorkingTime
        Working time of the line and the shops.
    opening : mapping of str to float, optional
        Stock by part at the beginning. A part that is not in it has the stock that the hub gives
        (`opening_stock`); else a made part has what `OPENING_HOURS` hours of work and its safety
        hours take on average, and a bought part none.
    params : Params, optional
        How hard campaigns are planned.
    stop : StopRule, optional
        When to hand back the best plan so far.
    seed : int
        Seed of search and solver.
    progress : callable, optional
        Called with `sinho.stop.Progress` before each shop.

    Returns
    -------
    Supply
        Campaigns, receipts, coverage, shortages and hits.

    Raises
    ------
    DataError
        When ``opening`` names an unknown part or is below zero.
    """
    began = time.monotonic()
    first = clock.line.dates[0]
    known = hub["parts"]["part"].to_list()
    _check_opening(opening or {}, known)
    parts, notes = made_parts(hub, first)
    draws = {name: of_cars(needs, name, clock.line) for name in known}
    stock = opening_stock(hub, first) | dict(opening or {})
    work = _Work(hub, clock, params or Params(), stock, draws, notes)
    sources = sources_of(hub, first)
    work.call(bought_needs(needs.table, sources), [source for source in sources if source.made])
    for shop in upstream(hub, parts):
        own = [part for part in parts if part.shop == shop and len(work.draws[part.part].units)]
        if own:
            if progress is not None:
                progress(Progress(f"campaigns of {shop}", time.monotonic() - began))
            work.plan(shop, own, seed, stop)
    work.deliver([source for source in sources if not source.made])
    found = outcome(hub, needs, clock, work.works, stack(work.receipts, RECEIPTS))
    shops = pl.DataFrame(work.shops, schema=SHOPS, orient="row")
    cost, bound = float(shops["cost"].sum()), float(shops["bound"].sum())
    return Supply(
        needs=needs.table,
        shops=shops,
        cost=cost,
        bound=bound,
        gap=gap_of(cost, bound),
        method="; ".join(f"{row[0]}: {row[-1]}" for row in work.shops),
        seconds=time.monotonic() - began,
        notes=tuple(work.notes),
        **found,
    )


class _Work:
    """Plans shop after shop, and keeps what each of them takes, makes and costs."""

    def __init__(
        self,
        hub: Hub,
        clock: WorkingTime,
        params: Params,
        opening: dict[str, float],
        draws: dict[str, Draw],
        notes: list[str],
    ) -> None:
        self.hub, self.clock, self.params = hub, clock, params
        self.opening, self.draws, self.notes = opening, draws, notes
        self.bom = hub["bom"].to_dicts()
        self.works: list[ShopWork] = []
        self.receipts: list[pl.DataFrame] = []
        self.shops: list[tuple[Any, ...]] = []
        axes = [axis for axis in [clock.line, *clock.shops.values()] if axis.dates]
        self.begins = min(axis.at(np.zeros(1))[0] for axis in axes)

    def plan(self, shop: str, parts: list[MadePart], seed: int, stop: StopRule | None) -> None:
        """Plan a shop's campaigns."""
        axis = self.clock.shop(shop)
        for part in parts:
            self._open(part.part, self._assumed(part), made=True)
        if not axis.dates:
            self.notes.append(f"shop {shop} works on none of the days: nothing is made")
            return
        setups = setup_hours(self.hub, shop, [part.part for part in parts])
        slots = slots_of(axis, max(self.params.slot_hours, float(setups.max())))
        draws = {part.part: self._made(part.part) for part in parts}
        problem = lot_problem(self.hub, parts, draws, self.opening, slots)
        lots, bound, method = plan_lots(problem, self.params, seed=seed, stop=stop)
        work = work_of(parts, problem, axis, slots, lots, setups)
        self.works.append(work)
        gap = gap_of(lots.cost, bound)
        costs = (lots.setups, lots.stock, lots.thin, lots.short, lots.cost, bound, gap, method)
        self.shops.append((shop, len(parts), len(slots.begins), *costs))
        self._take(work)

    def deliver(self, sources: Sequence[Source]) -> None:
        """Let bought parts come, for cars and for campaigns alike."""
        rows: list[tuple[Any, ...]] = []
        days = self.clock.line.dates
        line = np.array(days, dtype="datetime64[D]")
        for source in sources:
            draw = self.draws[source.part]
            self._open(source.part, 0.0, made=False)
            at, _ = place(draw.axis, draw.times)
            own = np.array(draw.axis.dates, dtype="datetime64[D]")[at]
            behind = np.searchsorted(line, own, side="right") - 1
            dates = [days[max(0, n)] for n in behind.tolist()]
            parts = [source.part] * len(dates)
            rows += zip(parts, dates, draw.units.tolist(), strict=True)
        needs = pl.DataFrame(
            rows, schema={"part": pl.String, "date": pl.Date, "units": pl.Float64}, orient="row"
        )
        self.call(needs, sources)

    def call(self, needs: pl.DataFrame, sources: Sequence[Source]) -> None:
        """Let parts come as they are called off, at the beginning of the day."""
        called, _ = day_call_offs(needs, list(sources), self.clock, stock=self.opening)
        start = dict(
            zip(self.clock.line.dates, self.clock.line.at(self.clock.line.before[:-1]), strict=True)
        )
        came = [
            (part, f"delivery {date}", start[date].item(), units)
            for part, date, units in called.select("part", "date", "units").iter_rows()
        ]
        self.receipts.append(pl.DataFrame(came, schema=RECEIPTS, orient="row"))

    def _made(self, part: str) -> Draw:
        """Return what is taken of a part less what is delivered of it: what is to be made."""
        draw = self.draws[part]
        came = pl.concat(self.receipts).filter(
            (pl.col("part") == part) & (pl.col("source") != "opening")
        )
        if came.is_empty():
            return draw
        came = came.sort("available")
        total = np.concatenate([[0.0], np.cumsum(came["units"].to_numpy())])
        when = came["available"].to_numpy().astype("datetime64[us]")
        own = draw.running - total[np.searchsorted(when, draw.times, side="right")]
        requested = np.maximum.accumulate(np.maximum(own, 0.0))
        units = np.asarray(np.round(np.diff(requested, prepend=0.0), 6), dtype=np.float64)
        return replace(draw, units=units)

    def _open(self, part: str, assumed: float, *, made: bool) -> None:
        """Settle a part's opening stock."""
        if part not in self.opening:
            self.opening[part] = assumed
            if made and assumed:
                hours = f"{OPENING_HOURS:g} working hours and its safety hours"
                own = self.hub["parts"].filter(pl.col("part") == part)["unit"].item()
                unit = "pieces" if own == "piece" else own
                self.notes.append(
                    f"opening stock of {part}: {assumed:,.0f} {unit}, the need of {hours}"
                )
        if self.opening[part] > 0:
            row = (part, "opening", self.begins.item(), float(self.opening[part]))
            self.receipts.append(pl.DataFrame([row], schema=RECEIPTS, orient="row"))

    def _assumed(self, part: MadePart) -> float:
        draw = self._made(part.part)
        mean = float(draw.units.sum()) / draw.axis.total if draw.axis.total else 0.0
        return float(np.ceil(round(mean * (OPENING_HOURS + part.safety_hours), 6)))

    def _take(self, work: ShopWork) -> None:
        """Let campaigns take what their parts are made of, at the beginning of each slot."""
        for job in work.jobs:
            begun = np.array([job.begun(units) for units in job.planned.tolist()])
            for row in self.bom:
                if row["parent"] != job.part.part:
                    continue
                taken = np.diff(np.round(begun * float(row["quantity"]), 6), prepend=0.0)
                at = np.flatnonzero(taken > 0)
                draw = self.draws[row["part"]]
                names, units = [job.name] * len(at), np.round(taken[at], 6)
                self.draws[row["part"]] = joined(
                    draw, work.slots.starts[at], units, names, work.axis
                )


def _check_opening(opening: Mapping[str, float], parts: Sequence[str]) -> None:
    problems = [
        Problem("opening stock", "no such part", value=name, hint=nearest(name, parts))
        for name in opening
        if name not in parts
    ]
    problems += [
        Problem("opening stock", "stock must not be below 0", column=name, value=str(units))
        for name, units in opening.items()
        if not units >= 0
    ]
    if problems:
        raise DataError(problems)
