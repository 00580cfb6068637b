"""What a shift, a lane, a point of duty and a car of quota are worth: planned again with each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sinho.errors import Stopped
from sinho.parameters import SEED, check_seed
from sinho.results.sourcing import WORTH, Sourcing
from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.params import Params
from sinho.source.program import blocks_of
from sinho.source.side import side_by_side
from sinho.source.solve import solve
from sinho.stop import NoLimit, Report, StopRule

MOST = 12
"""Most lanes, ways and quotas of which each is asked: those that count for most."""

CARS = 100.0
"""Cars by which lanes and quotas are made larger."""

POINT = 0.01
"""A point of per cent."""

GAP = 1e-9
"""Gap of the plans: what one thing is worth is small beside the cost of all."""


@dataclass(frozen=True)
class _Case:
    kind: str
    what: str
    change: str
    near: float | None
    data: Input


def worth(
    input: Input,
    params: Params | None = None,
    *,
    year: int,
    base: Sourcing | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> pl.DataFrame:
    """Plan again with one thing more or less in a year, known from the start.

    Parameters
    ----------
    input : Input
        The network.
    params : sinho.source.Params, optional
        As `sinho.source.solve`; the gap is at most 1e-9 where one program is solved. ``workers``
        or ``executor`` plan side by side.
    year : int
        Calendar year of leaving; of entry for duties and quotas.
    base : Sourcing, optional
        The plan as it is, where it is known already; one program is solved again to a closer gap.
    stop, seed, progress
        As `sinho.source.solve`; once it says stop the rest is left out.

    Returns
    -------
    polars.DataFrame
        ``kind`` (shift, lane, duty, quota), ``what`` and its ``change``: a shift step higher or
        lower than planned, or another one above the highest, of its capacity and labour beyond
        the step below it; 100 cars more on a lane each month or in a quota; a point of per cent of
        duty more or less. ``near``: cost of the change at prices as they are (null for shifts),
        ``cost`` and ``cars``: what the plan made again costs and delivers more. The kinds stand
        together, what saves most first.

    Raises
    ------
    ValueError
        When the network has no month of the year.
    """
    check_seed(seed)
    params, stop = params or Params(), stop or NoLimit()
    months = input.months_of(year)
    one_program = not params.by_prices(input)
    close = replace(params, gap=min(params.within(), GAP)) if one_program else params
    if base is None or one_program or base.status == "stopped":
        base = solve(input, close, stop=stop, seed=seed, progress=progress)
    rows: list[tuple[str, str, str, float | None, float, float]] = []
    cases = list(_cases(input, base, year, months))
    jobs = [(case.data,) for case in cases]
    each = side_by_side(
        _planned, jobs, close, (seed,), title="changes", stop=stop, progress=progress
    )
    for case, after in zip(cases, each, strict=True):
        if after is None:
            break
        more = after[0] - base.objective, after[1] - base.cars
        near = None if case.near is None else case.near + 0.0
        rows.append((case.kind, case.what, case.change, near, *more))
    order = pl.col("kind").cast(pl.Enum(["shift", "lane", "duty", "quota"]))
    table = pl.DataFrame(rows, schema=WORTH, orient="row")
    return table.sort(order, "cost", maintain_order=True)


def _planned(
    params: Params, seed: int, data: Input, *, stop: StopRule, progress: Report | None
) -> tuple[float, float] | None:
    """Return cost and cars of a network; None where it was stopped before it was planned."""
    try:
        made = solve(data, params, stop=stop, seed=seed, progress=progress)
    except Stopped:
        return None
    return None if made.status == "stopped" or stop() else (made.objective, made.cars)


def _cases(data: Input, base: Sourcing, year: int, months: Ints) -> Iterator[_Case]:
    yield from _shifts(data, base, months)
    yield from _lanes(data, base, months)
    yield from _duties(data, base, year)
    yield from _quotas(data, base, year)


def _shifts(data: Input, base: Sourcing, months: Ints) -> Iterator[_Case]:
    """Yield a step higher, a step lower and another step of each plant that is open."""
    block = blocks_of(len(data.months), data.shift_period)
    for p, plant in enumerate(data.plants):
        worked = base.plants.filter(pl.col("plant") == plant.name)["step"].to_list()
        at = np.array([plant.steps.index(name) if name else -1 for name in worked])
        mine = np.isin(block, np.unique(block[months])) & (at >= 0)
        for change, by in (("a step higher", 1), ("a step lower", -1)):
            there = np.flatnonzero(mine & (at + by >= 0) & (at + by < len(plant.steps)))
            there = there[plant.ready[at[there] + by, there]]
            if len(there) and not plant.may_change:
                ready = plant.ready.copy()
                ready[:, there] = False
                ready[at[there] + by, there] = True
                yield _Case("shift", plant.name, change, None, data.with_plant(p, ready=ready))
        if (at[months] == len(plant.steps) - 1).any():
            yield _Case("shift", plant.name, "another step", None, _another(data, p, mine))


def _another(data: Input, p: int, months: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Input:
    """Return the network with a step above the highest of a plant, as large as the last one."""
    plant = data.plants[p]
    found = {}
    for name in ("capacity", "labour"):
        values = getattr(plant, name)
        below = values[-2] if len(values) > 1 else np.zeros(len(data.months))
        found[name] = np.vstack([values, 2 * values[-1] - below])
    ready = np.vstack([plant.ready, plant.ready[-1] & months])
    return data.with_plant(p, steps=(*plant.steps, "another"), ready=ready, **found)


def _lanes(data: Input, base: Sourcing, months: Ints) -> Iterator[_Case]:
    """Yield more room of the lanes that are full."""
    names = [f"{data.months[t]:%Y-%m}" for t in months]
    full = (
        base.limits.filter((pl.col("kind") == "lane") & pl.col("when").is_in(names))
        .filter(pl.col("used") >= pl.col("limit") * (1 - 1e-9))
        .group_by("what")
        .agg(pl.col("worth").sum())
        .sort("worth", "what", descending=[True, False])
    )
    for name, saved in full.head(MOST).iter_rows():
        room = data.room.copy()
        room[data.lanes.index(name), months] += CARS
        change = f"{CARS:.0f} cars a month more"
        yield _Case("lane", name, change, -saved * CARS, replace(data, room=room))


def _duties(data: Input, base: Sourcing, year: int) -> Iterator[_Case]:
    """Yield a point of duty more and less of the ways on which a duty is due."""
    homes = np.array([plant.country for plant in data.plants])
    there = np.array(data.countries)
    group_home = np.empty(data.duties.rate.shape[0], dtype=homes.dtype)
    group_home[data.group] = homes[data.plant]
    entry = data.entry_year == year
    a, k, t = data.cells_of(base.flows)
    p = data.plant[a]
    worth = data.value(a, k, t) * base.flows["cars"].to_numpy()
    value: dict[tuple[str, str], float] = {}
    least: dict[tuple[str, str], float] = {}
    point = np.minimum(base.flows["duty"].to_numpy(), POINT)
    for home, country in {(str(h), str(c)) for h, c in zip(homes[p], there[k], strict=True)}:
        mine = (homes[p] == home) & (there[k] == country) & entry[p, k, t]
        if home != country and mine.any():
            value[home, country] = float(worth[mine].sum()) * POINT
            least[home, country] = float((worth * point)[mine].sum())
    for home in np.unique(homes):
        for country in np.unique(there[there != home]):
            away = data.duties.rate[np.ix_(group_home == home, there == country)]
            if away.any():
                value.setdefault((str(home), str(country)), 0.0)
    ways = sorted(value, key=lambda way: (-value[way], way))[:MOST]
    by_group = np.zeros(data.duties.rate.shape, dtype=bool)
    np.logical_or.at(by_group, data.group, entry[data.plant])
    for home, country in ways:
        hit = by_group & ((group_home == home)[:, None] & (there == country))[:, :, None]
        for change, point in (("a point more", POINT), ("a point less", -POINT)):
            if point < 0 and not data.duties.rate[hit].any():
                continue
            duties = replace(
                data.duties,
                rate=np.where(hit, np.maximum(data.duties.rate + point, 0), data.duties.rate),
                within=np.where(hit, np.maximum(data.duties.within + point, 0), data.duties.within),
            )
            near = value[home, country] if point > 0 else -least.get((home, country), 0.0)
            yield _Case("duty", f"{home} to {country}", change, near, replace(data, duties=duties))


def _quotas(data: Input, base: Sourcing, year: int) -> Iterator[_Case]:
    """Yield more cars in the quotas of the year."""
    own = base.limits.filter((pl.col("kind") == "quota") & (pl.col("when") == str(year)))
    saved = dict(own.select("what", "worth").iter_rows())
    names = sorted((name for name, of in data.quotas if of == year), key=lambda n: -saved.get(n, 0))
    for name in names[:MOST]:
        quotas = {**data.quotas, (name, year): data.quotas[name, year] + CARS}
        near = -saved.get(name, 0.0) * CARS
        change = f"{CARS:.0f} cars more"
        yield _Case("quota", name, change, near, replace(data, quotas=quotas))
