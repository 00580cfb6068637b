"""From what replications tell to the tables of a result."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.simulate.data import Input
from sinho.simulate.figures import DAY, SEQUENCE, SIDES, Figures
from sinho.simulate.kernel import data as k
from sinho.simulate.nodes import OUT, Buffer, Split, Station, Store, destinations
from sinho.simulate.tally import Floats, Tally

LINE_OFF = {"order": pl.String, "day": pl.Int64, "chance": pl.Float64}
QUANTILES = {"off_10": 0.1, "off_50": 0.5, "off_90": 0.9}


class Measured:
    """Means and intervals of figures, by name.

    Parameters
    ----------
    figures : Figures
        Where each stands.
    tally : Tally
        What replications tell.
    level : float
        Probability of the intervals.
    """

    def __init__(self, figures: Figures, tally: Tally, level: float) -> None:
        self.figures, self.tally = figures, tally
        self._half = tally.moments.half(level)

    def mean(self, name: str, *shape: int) -> Floats:
        """Return means, in a shape."""
        return self.tally.moments.mean[self.figures.places[name]].reshape(shape or (-1,))

    def half(self, name: str, *shape: int) -> Floats:
        """Return half the widths of intervals, in a shape."""
        return self._half[self.figures.places[name]].reshape(shape or (-1,))

    def ends(self, name: str, head: str = "") -> dict[str, pl.Series]:
        """Return columns ``low`` and ``high`` of a figure, with a head before their names."""
        mean, half = self.mean(name), self.half(name)
        return {
            f"{head}low": pl.Series(mean - half, nan_to_null=True),
            f"{head}high": pl.Series(mean + half, nan_to_null=True),
        }


def output(m: Measured) -> pl.DataFrame:
    """Return what each line makes."""
    return pl.DataFrame(
        {
            "line": pl.Series(m.figures.lines, dtype=pl.String),
            "cars": m.mean("cars"),
            "per_day": m.mean("jph") * DAY / 60,
            "jph": m.mean("jph"),
            **m.ends("jph", "jph_"),
            "demonstrated": m.mean("demonstrated"),
            **m.ends("demonstrated", "demonstrated_"),
        }
    )


def days(m: Measured) -> pl.DataFrame:
    """Return what each line makes by day."""
    lines = m.figures.lines
    count = len(m.mean("days")) // len(lines)
    return pl.DataFrame(
        {
            "line": pl.Series([line for line in lines for _ in range(count)], dtype=pl.String),
            "day": pl.Series([*range(count)] * len(lines), dtype=pl.Int64),
            "cars": m.mean("days"),
            **m.ends("days"),
        }
    )


def made(m: Measured) -> pl.DataFrame:
    """Return what each line makes by day in each of the replications that are kept."""
    days = _days(m)
    rows = []
    for number, off in enumerate(m.tally.kept):
        counts = _by_line_and_day(m, off, days)
        for at, line in enumerate(m.figures.lines):
            rows += [(number, line, day, int(counts[at, day])) for day in range(days)]
    schema = {"replication": pl.Int64, "line": pl.String, "day": pl.Int64, "cars": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _days(m: Measured) -> int:
    return len(m.mean("days")) // len(m.figures.lines)


def _by_line_and_day(m: Measured, off: Floats, days: int) -> NDArray[np.int64]:
    """Return the cars off by line and day, of when each is off."""
    lines = len(m.figures.lines)
    if not days:
        return np.zeros((lines, 0), np.int64)
    there = np.flatnonzero(off < days * DAY)
    at = m.figures.line[there] * days + (off[there] // DAY).astype(np.int64)
    return np.bincount(at, minlength=lines * days).reshape(lines, days)


def line_off(m: Measured, input: Input) -> pl.DataFrame:
    """Return how likely each order is off by the end of each day on which it may be."""
    if not m.figures.window.end < math.inf:
        return pl.DataFrame(schema=LINE_OFF)
    kept = np.array(m.tally.kept)
    days = np.where(np.isfinite(kept), kept, 0.0) // DAY
    rows: list[tuple[str, int, float]] = []
    for at, order in enumerate(input.cars["order"]):
        own = days[np.isfinite(kept[:, at]), at].astype(np.int64)
        if own.size:
            first = int(own.min())
            chance = np.cumsum(np.bincount(own - first)) / len(kept)
            rows += [(order, first + n, float(one)) for n, one in enumerate(chance)]
    return _without_filling(pl.DataFrame(rows, schema=LINE_OFF, orient="row"), input)


def _without_filling(table: pl.DataFrame, input: Input) -> pl.DataFrame:
    filling = input.setting.filling if input.setting else ""
    return table.filter(~pl.col("order").str.starts_with(filling)) if filling else table


def stations(m: Measured, input: Input) -> pl.DataFrame:
    """Return where the time of stations went."""
    nodes = input.plant.nodes
    at = [n for n, node in enumerate(nodes) if isinstance(node, Station)]
    own = [node for node in nodes if isinstance(node, Station)]
    span = float(m.mean("span")[0])
    servers = np.array([one.servers for one in own], float)
    whole = span * servers
    spent = m.mean("spent", -1, k.SUMS)[at] / whole[:, None]
    opened = m.mean("open")[at] / span
    passing = _passing(input)
    working = spent[:, k.WORKING]
    tally = m.tally
    neck = tally.bottleneck[at] / tally.watched if tally.watched else np.full((len(at), 2), np.nan)
    availability = _share(working, opened)
    effectiveness = _share(working - spent[:, k.CHANGING], working)
    quality = np.array([_quality(input, one, passing[one.name]) for one in own])
    return pl.DataFrame(
        {
            "station": [one.name for one in own],
            "shop": [one.shop for one in own],
            "servers": [one.servers for one in own],
            "working": working,
            "down": spent[:, k.DOWN],
            "blocked": spent[:, k.BLOCKED],
            "starved": spent[:, k.STARVED],
            "off": 1 - opened,
            "availability": availability,
            "effectiveness": effectiveness,
            "quality": quality,
            "oee": availability * effectiveness * quality,
            "sole": pl.Series(neck[:, 0], nan_to_null=True),
            "shifting": pl.Series(neck[:, 1], nan_to_null=True),
        }
    )


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _passing(input: Input) -> dict[str, pl.DataFrame]:
    """Return the cars whose lines reach each station; those of all lines where none does."""
    nodes = {node.name: node for node in input.plant.nodes}
    lines: dict[str, set[str | None]] = {name: set() for name in nodes}
    for line in input.cars["line"].unique().to_list():
        ahead = [e for e in input.plant.entries if not e.lines or line in e.lines]
        names = [name for entry in ahead for name in _ways(entry.to, line)]
        while names:
            name = names.pop()
            if name != OUT and line not in lines[name]:
                lines[name].add(line)
                names += _ways(nodes[name].to, line)
    found = {frozenset(some) for some in lines.values()}
    own = pl.col("line")
    frames = {
        some: input.cars.filter(own.is_in([*some], nulls_equal=True)) if some else input.cars
        for some in found
    }
    return {name: frames[frozenset(some)] for name, some in lines.items()}


def _ways(to: str | Split, line: str | None) -> tuple[str, ...]:
    """Return the nodes to which cars of a line may go."""
    if isinstance(to, Split) and to.by == "line":
        return (to.where.get(line or "", to.to[0]),)
    return destinations(to)


def _quality(input: Input, station: Station, cars: pl.DataFrame) -> float:
    """Return the share of the cars that pass a station which it does not send to rework."""
    to = station.to
    rework = {one.name for one in input.plant.nodes if isinstance(one, Station) and one.rework}
    if not isinstance(to, Split) or to.by != "share" or not rework & set(to.to):
        return 1.0
    good = 0.0
    counts = cars.group_by("model", "colour", maintain_order=True).agg(pl.len())
    for model, colour, count in counts.iter_rows():
        shares = to.chances(model, colour)
        good += count * sum(s for s, n in zip(shares, to.to, strict=True) if n not in rework)
    return good / cars.height


def causes(m: Measured, input: Input) -> pl.DataFrame:
    """Return for what stations waited."""
    span = float(m.mean("span")[0])
    by_way, by_need = m.mean("by_way"), m.mean("by_need")
    nodes = input.plant.nodes
    rows = []
    for at, node in enumerate(nodes):
        if not isinstance(node, Station):
            continue
        mine, whole = m.figures.packed.plan.node[at], span * node.servers
        for way, name in enumerate(destinations(node.to), int(mine[k.WAYS])):
            rows.append((node.name, "blocked", name, by_way[way] / whole))
        for need, name in enumerate(node.needs, int(mine[k.NEEDS])):
            rows.append((node.name, "starved", name, by_need[need] / whole))
    schema = {"station": pl.String, "state": pl.String, "cause": pl.String, "share": pl.Float64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.filter((pl.col("share") > 0) & (pl.col("cause") != OUT))


def buffers(m: Measured, input: Input) -> pl.DataFrame:
    """Return what buffers and stores held."""
    nodes = input.plant.nodes
    at = [n for n, node in enumerate(nodes) if not isinstance(node, Station)]
    places = []
    for n in at:
        node = nodes[n]
        if isinstance(node, Buffer):
            places.append(node.places)
        elif isinstance(node, Store):
            places.append(node.places * max(1, node.lanes))
    ends = m.ends("level")
    return pl.DataFrame(
        {
            "node": pl.Series([nodes[n].name for n in at], dtype=pl.String),
            "shop": pl.Series([nodes[n].shop for n in at], dtype=pl.String),
            "places": pl.Series(places, dtype=pl.Int64),
            "level": m.mean("level")[at],
            "low": ends["low"].gather(at),
            "high": ends["high"].gather(at),
            "most": m.mean("most")[at],
        }
    )


def levels(m: Measured, input: Input) -> pl.DataFrame:
    """Return what nodes held at moments."""
    window, nodes = m.figures.window, input.plant.nodes
    seen = m.mean("samples", window.samples, -1) if window.samples else np.zeros((0, len(nodes)))
    minutes = np.arange(len(seen)) * (window.every if window.samples else 0.0)
    return pl.DataFrame(
        {
            "node": pl.Series([n.name for n in nodes for _ in minutes], dtype=pl.String),
            "minute": np.tile(minutes, len(nodes)),
            "level": seen[:, : len(nodes)].T.reshape(-1),
        }
    )


def shops(m: Measured) -> pl.DataFrame:
    """Return how long cars are in shops, and how many are; parts, where no car comes."""
    names = m.figures.packed.shops
    cars, parts = m.mean("lead", 2, len(names), k.LEADS)
    lead = np.where(cars[:, k.INSIDE, None] > 0, cars, parts)
    return pl.DataFrame(
        {
            "shop": pl.Series(names, dtype=pl.String),
            "lead": pl.Series(_share(lead[:, k.STAY], lead[:, k.STAYS])),
            "wip": pl.Series(lead[:, k.INSIDE]),
        }
    )


def sequences(m: Measured, input: Input) -> pl.DataFrame:
    """Return the order of cars before and behind stores."""
    stores = [input.plant.nodes[n].name for n in m.figures.stores]
    seen = m.mean("sequence", len(stores) * len(SIDES), len(SEQUENCE))
    return pl.DataFrame(
        {
            "store": pl.Series([name for name in stores for _ in SIDES], dtype=pl.String),
            "side": pl.Series([*SIDES] * len(stores), dtype=pl.String),
            **{name: pl.Series(seen[:, at], nan_to_null=True) for at, name in enumerate(SEQUENCE)},
        }
    )


def orders(m: Measured, input: Input) -> pl.DataFrame:
    """Return when cars are off the line, and how likely in time."""
    tally, table = m.tally, input.cars
    count = tally.moments.count
    kept = np.array(tally.kept)
    columns = {
        name: pl.Series(_finite(np.quantile(kept, q, axis=0, method="inverted_cdf")))
        for name, q in QUANTILES.items()
    }
    mean = np.divide(
        tally.off, tally.times, out=np.full(len(tally.off), np.nan), where=tally.times > 0
    )

    def chance(name: str, times: NDArray[np.int64]) -> pl.Expr:
        given = pl.col(name).is_not_null()
        return pl.when(given).then(pl.Series(times / count)).alias(f"p_{name}")

    found = table.select(
        "order",
        "line",
        pl.Series("off", mean, nan_to_null=True),
        *(one.alias(name) for name, one in columns.items()),
        pl.Series("p_off", tally.times / count),
        chance("due", tally.due),
        chance("cutoff", tally.cutoff),
    )
    return _without_filling(found, input)


def in_time(m: Measured, input: Input) -> pl.DataFrame:
    """Return the share of orders that are in time in each of the replications that are kept."""
    kept = np.array(m.tally.kept)
    found = {}
    for name in ("due", "cutoff"):
        until = input.cars[name].fill_null(math.nan).to_numpy()
        wanted = np.isfinite(until)
        shares = (kept[:, wanted] <= until[wanted]).mean(axis=1) if wanted.any() else None
        found[name] = pl.Series(
            shares if shares is not None else [None] * len(kept), dtype=pl.Float64
        )
    return pl.DataFrame({"replication": pl.Series(range(len(kept)), dtype=pl.Int64), **found})


def _finite(values: Floats) -> pl.Series:
    """Return a column that is null where a value is infinite: not off by the horizon."""
    return pl.Series(np.where(np.isfinite(values), values, math.nan), nan_to_null=True)
