"""From cars to what they need of every part, hour by hour."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from math import floor

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.hub.clock import WorkingTime
from sinho.materials.allot import (
    STEP,
    largest_remainder,
    rounded_cumulative,
    spread,
)
from sinho.materials.bought import BOTH, ByDay, Shares, by_share, shares_of, too_much
from sinho.materials.shops import made_parts, upstream
from sinho.results import LineDay
from sinho.results.supply import ALLOTTED, NEEDS, USES, Needs
from sinho.units import Floats, is_continuous

_WHOLE = 1e-9


@dataclass(frozen=True)
class Part:
    """What the stage needs to know of a part.

    Parameters
    ----------
    name, kind, unit, supply : str
        As in the hub's table ``parts``.
    good : float
        Good units per unit started.
    """

    name: str
    kind: str
    unit: str
    supply: str
    good: float

    @property
    def step(self) -> float:
        """What its quantities are multiples of."""
        return STEP if is_continuous(self.unit) else 1.0


def parts_of(hub: Hub) -> dict[str, Part]:
    """Return the parts of a hub by name."""
    return {
        row["part"]: Part(row["part"], row["kind"], row["unit"], row["supply"], row["yield_share"])
        for row in hub["parts"].to_dicts()
    }


def explode(
    hub: Hub, cars: pl.DataFrame, clock: WorkingTime, *, bought: pl.DataFrame | None = None
) -> Needs:
    """Explode cars over the bill of materials into what each day and hour needs.

    A quantity below one of a part counted in pieces is the share of a model's cars that have it.
    Such parts of one kind (the engine families of a model) exclude each other: each day their
    units are found by largest remainder from the shares of the day's cars, with what the days
    before left over, and spread evenly over the day's cars; so every car has one family, and
    running totals stay within a unit of the shares. Deeper levels are needed in the hour in which
    the car is built (lot for lot); their running totals are rounded, so that nothing is lost.
    ``started`` counts what must be started to have the good units: the running total over the
    part's yield, rounded up. What goes into bought units is not needed here.

    Parameters
    ----------
    hub : Hub
        The hub: tables ``parts`` and ``bom``; the shops, for parts that are made and bought.
    cars : polars.DataFrame
        ``order``, ``model``, ``date``, ``line`` where there are several and, where the day is
        sequenced, ``position`` on the line (1 first); the other columns are not read. Cars without
        a date are left out.
    clock : WorkingTime
        Working time of the line and the shops.
    bought : polars.DataFrame, optional
        ``part``, ``date`` and ``share`` of the day's units that are bought, for parts with supply
        ``both``, such as the monthly plan's; without it none. What their shop cannot make in time
        is bought besides.

    Returns
    -------
    Needs
        Needs by part, day and hour, what each car takes, and how shares were allotted.

    Raises
    ------
    DataError
        When a car's model is unknown or its day has no working hours.
    """
    placed = _placed(hub, cars, clock)
    parts = parts_of(hub)
    bom: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in hub["bom"].to_dicts():
        bom[row["parent"]].append((row["part"], float(row["quantity"])))
    uses, allotted = _car_parts(placed, bom, parts)
    table = _Levels(hub, clock, uses, bom, parts, shares_of(bought)).table()
    return Needs(table=table, uses=uses, allotted=allotted)


def _placed(hub: Hub, cars: pl.DataFrame, clock: WorkingTime) -> pl.DataFrame:
    """Give every car its hour and time: by its position, else evenly over the day."""
    if "position" not in cars.columns:
        cars = cars.with_columns(pl.lit(None, pl.Int64).alias("position"))
    line = pl.col("line") if "line" in cars.columns else pl.lit(next(iter(clock.lines)))
    cars = cars.select(
        pl.col("order").cast(pl.String),
        "model",
        "date",
        pl.col("position").cast(pl.Int64),
        line.alias("line"),
    ).drop_nulls("date")
    _check(hub, cars, clock)
    days = {
        (name, date): at for name, axis in clock.lines.items() for at, date in enumerate(axis.dates)
    }
    cars = cars.sort("date", "line", "position", "order", nulls_last=True, maintain_order=True)
    times: list[dt.datetime] = []
    hour: list[int | None] = []
    for (date, name), day in cars.group_by("date", "line", maintain_order=True):
        axis = clock.lines[str(name)]
        at = days[str(name), date]
        positions = day["position"].to_list()
        places = max([len(positions), *(p for p in positions if p is not None)])
        taken = {p for p in positions if p is not None}
        free = (p for p in range(1, places + 1) if p not in taken)
        takt = axis.hours[at] / places
        filled = [next(free) if place is None else place for place in positions]
        done = [(place - 1) * takt for place in filled]
        times += axis.times(at, done)
        hour += [
            None if position is None else int(work + 1e-9)
            for position, work in zip(positions, done, strict=True)
        ]
    return cars.with_columns(
        pl.Series("hour", hour, pl.Int64), pl.Series("time", times, pl.Datetime("us"))
    )


def _check(hub: Hub, cars: pl.DataFrame, clock: WorkingTime) -> None:
    models = set(hub["models"]["model"].to_list())
    problems = [
        Problem("cars", "the model is not in the hub", value=name, hint=nearest(str(name), models))
        for name in cars["model"].unique().sort().to_list()
        if name not in models
    ]
    problems += [
        Problem("cars", "cars stand on a day on which the line does not work", value=str(day))
        for day in (
            LineDay(*key) for key in cars.select("date", "line").unique().sort(pl.all()).rows()
        )
        if day.line not in clock.lines or day.date not in clock.lines[day.line].dates
    ]
    if problems:
        raise DataError(problems)


def _car_parts(
    placed: pl.DataFrame, bom: dict[str, list[tuple[str, float]]], parts: dict[str, Part]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give every car its own parts, shares as whole units."""
    frames = []
    allotted: list[tuple[dt.date, str, str, float, int, float, int]] = []
    for (model,), own in placed.group_by("model", maintain_order=True):
        fixed, shares = _shares(bom.get(str(model), []), parts)
        for part, quantity in fixed:
            frames.append(
                own.with_columns(
                    pl.lit(part, pl.String).alias("part"), pl.lit(quantity).alias("units")
                )
            )
        for kinds in shares.values():
            frames += _allot(str(model), own, kinds, allotted)
    columns = [pl.col(name).cast(kind) for name, kind in USES.items()]
    uses = pl.concat(frames).select(columns) if frames else pl.DataFrame(schema=USES)
    return (
        uses.sort("time", "order", "part"),
        pl.DataFrame(allotted, schema=ALLOTTED, orient="row").sort("date", "model", "part"),
    )


def _shares(
    rows: list[tuple[str, float]], parts: dict[str, Part]
) -> tuple[list[tuple[str, float]], dict[str, list[tuple[str, float]]]]:
    """Part what every car has from what a share of the cars has, by kind of part."""
    fixed, shares = [], defaultdict(list)
    for name, quantity in rows:
        if is_continuous(parts[name].unit):
            fixed.append((name, quantity))
            continue
        whole = floor(quantity + _WHOLE)
        if whole:
            fixed.append((name, float(whole)))
        if quantity - whole > _WHOLE:
            shares[parts[name].kind].append((name, quantity - whole))
    return fixed, shares


def _allot(
    model: str,
    own: pl.DataFrame,
    kinds: list[tuple[str, float]],
    allotted: list[tuple[dt.date, str, str, float, int, float, int]],
) -> list[pl.DataFrame]:
    """Allot the parts of one kind to a model's cars, day by day.

    Shares that sum to more than one are parted into groups that fit into a car each.
    """
    frames = []
    for group in _fitting(kinds):
        names = [name for name, _ in group]
        share = np.array([value for _, value in group])
        rest = 1.0 - float(share.sum())
        if rest > 1e-6:
            names, share = [*names, ""], np.append(share, rest)
        carried = np.zeros(len(names))
        for (date,), day in own.group_by("date", maintain_order=True):
            assert isinstance(date, dt.date)
            wanted = share * day.height + carried
            units = largest_remainder(wanted.tolist(), day.height)
            carried = wanted - np.array(units)
            allotted += [
                (date, model, name, float(share[k]), day.height, round(float(wanted[k]), 6), n)
                for k, (name, n) in enumerate(zip(names, units, strict=True))
            ]
            given = [names[k] for k in spread(units)]
            frames.append(
                day.with_columns(
                    pl.Series("part", given, pl.String), pl.lit(1.0).alias("units")
                ).filter(pl.col("part") != "")
            )
    return frames


def _fitting(kinds: list[tuple[str, float]]) -> list[list[tuple[str, float]]]:
    """Part shares into groups of at most one unit a car, in their order."""
    groups: list[list[tuple[str, float]]] = []
    for name, share in kinds:
        for group in groups:
            if sum(value for _, value in group) + share <= 1 + 1e-6:
                group.append((name, share))
                break
        else:
            groups.append([(name, share)])
    return groups


class _Levels:
    """Carries needs down the levels of the bill of materials."""

    def __init__(
        self,
        hub: Hub,
        clock: WorkingTime,
        uses: pl.DataFrame,
        bom: dict[str, list[tuple[str, float]]],
        parts: dict[str, Part],
        shares: Shares,
    ) -> None:
        self.hub, self.clock, self.bom, self.parts = hub, clock, bom, parts
        self.slots = uses.select("date", "hour").unique().sort("date", "hour", nulls_last=True)
        self.dates: list[dt.date] = self.slots["date"].unique(maintain_order=True).to_list()
        of_date = {date: n for n, date in enumerate(self.dates)}
        self.day = np.array([of_date[date] for date in self.slots["date"]], dtype=np.int64)
        place = {key: n for n, key in enumerate(self.slots.iter_rows())}
        self.taken = {name: np.zeros(len(place)) for name in parts}
        for date, hour, name, units in (
            uses.group_by("date", "hour", "part").agg(pl.col("units").sum()).iter_rows()
        ):
            self.taken[name][place[date, hour]] += units
        made = made_parts(hub, self.dates[0])[0] if self.dates else []
        self.made = {part.part for part in made}
        self.shops = upstream(hub, made) if any(p.supply == BOTH for p in parts.values()) else []
        self.shares = shares

    def table(self) -> pl.DataFrame:
        """Return the needs of every level."""
        more: ByDay = {}
        found = self._down(more)
        for shop in self.shops if self.dates else ():
            needed = {name: self._by_day(units) for name, (units, _, _) in found.items()}
            bought = {name: self._by_day(units) for name, (_, units, _) in found.items()}
            beyond = too_much(self.hub, self.clock, shop, self.dates, needed, bought)
            if beyond:
                more |= beyond
                found = self._down(more)
        frames = [
            self.slots.with_columns(
                pl.lit(name, pl.String).alias("part"),
                pl.Series("units", units),
                pl.Series("bought", bought),
                pl.Series("started", started),
                pl.Series("scrap", np.round(bought + started - units, 6)),
            ).filter((pl.col("units") != 0) | (pl.col("started") != 0))
            for name, (units, bought, started) in found.items()
        ]
        if not frames:
            return pl.DataFrame(schema=NEEDS)
        columns = [pl.col(name).cast(kind) for name, kind in NEEDS.items()]
        return pl.concat(frames).select(columns).sort("date", "hour", "part", nulls_last=True)

    def _down(self, more: ByDay) -> dict[str, tuple[Floats, Floats, Floats]]:
        """Return units needed, bought and started of each part, with what is bought besides."""
        wanted = {name: units.copy() for name, units in self.taken.items()}
        found = {}
        for name in _top_down(self.parts, self.bom):
            part = self.parts[name]
            if not wanted[name].any():
                continue
            units = rounded_cumulative(np.cumsum(wanted[name]), part.step)
            bought = self._bought(part, units, more.get(name))
            made = np.round(units - bought, 6)
            started = rounded_cumulative(np.cumsum(made) / part.good, part.step, up=True)
            for child, quantity in self.bom.get(name, []):
                wanted[child] = wanted[child] + started * quantity
            found[name] = units, bought, started
        return found

    def _bought(self, part: Part, units: Floats, more: Floats | None) -> Floats:
        """Return the units of a part that are bought, spread evenly over the hours of a day."""
        if part.name not in self.made:
            return np.zeros(len(units)) if part.supply == "made" else units
        if part.supply != BOTH:
            return np.zeros(len(units))
        needed = self._by_day(units)
        total = by_share(part.name, needed, self.dates, self.shares, part.step)
        total = np.minimum(total + (0.0 if more is None else more), needed)
        found = np.zeros(len(units))
        for day in np.flatnonzero(total > 0).tolist():
            at = self.day == day
            running = np.cumsum(units[at]) * (total[day] / needed[day])
            found[at] = rounded_cumulative(running, part.step)
        return found

    def _by_day(self, units: Floats) -> Floats:
        return np.round(np.bincount(self.day, weights=units, minlength=len(self.dates)), 6)


def _top_down(parts: dict[str, Part], bom: dict[str, list[tuple[str, float]]]) -> list[str]:
    """Order parts so that each stands behind everything that it goes into."""
    order: list[str] = []
    seen: set[str] = set()

    def visit(name: str) -> None:
        if name in seen:
            return
        seen.add(name)
        for child, _ in bom.get(name, []):
            visit(child)
        order.append(name)

    for name in parts:
        visit(name)
    return order[::-1]
