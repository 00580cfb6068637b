"""Rows that count day by day: capacity, limited parts, numbers of cars and what they have."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import polars as pl

from sinho.slot.cells import NONE, WHOLE, Entries, Floats, Ints, Rows, counting
from sinho.slot.classes import mean_load, members_of
from sinho.slot.data import SlotInput
from sinho.slot.params import SlotParams
from sinho.slot.wish import even_cars

NARROWER = 0.2
"""Width of the band of a day's number of cars, as a share of that of options and models: what its
ratio rules can bear goes by the number of cars that stand between."""

CARS = "cars"
"""Name of what the volume of a day counts."""


def weighed(
    data: SlotInput, kinds: pl.DataFrame, gathered: Rows, dates: tuple[dt.date, ...]
) -> Floats:
    """Add the rows of capacity, limited parts and shops; return what each class takes of them."""
    models = kinds["model"].to_list()
    taken = [[data.loads.get(model, 1.0) for model in models]]
    row = gathered.row("capacity", data.line, _unit(taken[0]))
    for day, capacity in enumerate(data.days["capacity"].to_list()):
        gathered.cell(row, day, day, most=capacity)
    place = {date: at for at, date in enumerate(dates)}
    tables = {"part": data.uses.rename({"quantity": "takes"})}
    tables["shop"] = data.passes.rename({"load": "takes"})
    for kind, table in tables.items():
        limits = data.limits.filter(pl.col("kind") == kind)
        for item in limits["item"].unique(maintain_order=True).to_list():
            takes = dict(table.filter(pl.col(kind) == item).select("model", "takes").iter_rows())
            taken.append([takes.get(model, 0.0) for model in models])
            row = gathered.row(kind, item, _unit(taken[-1]))
            own = limits.filter(pl.col("item") == item).select("date", "most")
            for date, most in own.iter_rows():
                if date in place:
                    gathered.cell(row, place[date], place[date], most=most)
    return np.ascontiguousarray(np.array(taken).T)


def _unit(taken: list[float]) -> float:
    """Return the least that an order takes of a row; 1 where none takes any."""
    return min((one for one in taken if one > 0), default=1.0)


def expected_cars(
    data: SlotInput, kinds: pl.DataFrame, wished: Ints, dates: tuple[dt.date, ...]
) -> list[float]:
    """Return the even number of cars of each day, given the day wished by each class.

    Where these are more than a month's corridors let it build, its days have less in proportion.
    """
    room = data.days["capacity"].to_numpy() / mean_load(data, kinds)
    due = np.where(wished >= 0, kinds["due"].to_numpy(), 0).astype(np.float64)
    spread = even_cars(room, np.bincount(np.maximum(wished, 0), due, len(room)))
    counts = {model: float(due[at].sum()) for model, at in members_of(kinds, "model").items()}
    rows = data.corridor.drop_nulls("most").select(
        "model", pl.col("month").dt.truncate("1mo"), "most"
    )
    most = {(model, month): top for model, month, top in rows.iter_rows()}
    months = np.array([date.replace(day=1) for date in dates])
    for month in set(months.tolist()):
        inside = months == month
        can = sum(min(count, most.get((model, month), NONE)) for model, count in counts.items())
        spread[inside] *= min(1.0, can / max(WHOLE, float(spread[inside].sum())))
    found: list[float] = spread.tolist()
    return found


def volume(data: SlotInput, kinds: pl.DataFrame, gathered: Rows, cars: list[float]) -> Entries:
    """Add the row that counts the cars of each day; return all classes."""
    params = data.params
    row = gathered.row("volume", CARS)
    for day, expected in enumerate(cars):
        to = _band(params.band * NARROWER, expected, params.volume_cost)
        gathered.cell(row, day, day, expected, False, **to)
    return counting(np.arange(kinds.height), row)


def _band(band: float, target: float, weight: float) -> dict[str, float]:
    """Return the band in whole cars round a target, and its cost."""
    return {
        "low": float(np.floor(target - band * target + WHOLE)),
        "high": float(np.ceil(target + band * target - WHOLE)),
        "w_low": weight,
        "w_high": weight,
    }


def _borne(
    ratios: list[tuple[float, float, bool]],
    expected: float,
    most: float,
    held: float,
    params: SlotParams,
) -> dict[str, float]:
    """Return up to how many cars of an option its rules bear, and how many they allow at all.

    So many cars as fill a rule's windows, a part of a car too: a day of N cars holds at least N h/H
    of them in windows of H with h of them, rounded up, and h where the window is longer than the
    day. What hard rules allow is a hard limit, which no day may pass; cars that are held on the
    day, fixed or frozen, stay.
    """
    top = NONE
    for share, cars, hard in ratios:
        top = min(top, math.ceil(max(params.fill * share * expected, cars) - WHOLE))
        if hard:
            most = min(most, max(held, math.ceil(max(share * expected, cars) - WHOLE)))
    return {"top": top, "w_top": params.limit_cost, "most": most}


def _at_station(bears: float, target: float) -> float:
    """Return the whole heavy cars whose work fits; their even share where that is as much."""
    even = math.ceil(target - WHOLE) if target <= bears + WHOLE else 0
    return max(even, math.floor(bears + WHOLE))


def daily(
    data: SlotInput,
    kinds: pl.DataFrame,
    gathered: Rows,
    dates: tuple[dt.date, ...],
    cars: list[float],
    bound_to: Ints,
) -> list[Entries]:
    """Add the rows that count day by day; return which classes they count.

    ``bound_to`` is the day to which each class is fixed or frozen, -1 for the others.
    """
    params = data.params
    sizes = kinds["due"].to_numpy()
    total = float(sizes.sum())
    place = {date: at for at, date in enumerate(dates)}
    hard: dict[tuple[str, str], dict[int, float]] = {}
    for kind, item, date, most in data.limits.select("kind", "item", "date", "most").iter_rows():
        if date in place:
            held = hard.setdefault((kind, item), {})
            held[place[date]] = min(most, held.get(place[date], NONE))
    counted = _counted(kinds)
    ratios: dict[str, list[tuple[float, float, bool]]] = {}
    for option, *ratio in data.ratios.select("option", "share", "cars", "hard").iter_rows():
        ratios.setdefault(option, []).append((ratio[0], ratio[1], ratio[2]))
    stations = heavy_cars(data, kinds, counted["option"])
    counted["work"] = {station: classes for station, (classes, _) in stations.items()}
    weights = {
        "option": params.level_cost,
        "work": params.level_cost,
        "model": params.mix_cost,
    }
    entries: list[Entries] = []
    for kind, members in counted.items():
        for name, classes in members.items():
            row = gathered.row(kind, name)
            entries.append(counting(classes, row))
            share = float(sizes[classes].sum()) / max(1.0, total)
            limits = hard.get((kind, name), {})
            stay = classes[bound_to[classes] >= 0]
            kept = np.bincount(bound_to[stay], sizes[stay], len(cars)).tolist()
            for day, expected in enumerate(cars):
                target = share * expected
                to: dict[str, float] = {"most": limits.get(day, NONE)}
                if kind == "colour":
                    to |= {"low": params.batch, "w_low": params.colour_cost, "batch": 1.0}
                else:
                    to |= _band(params.band, target, weights[kind])
                if kind == "option" and name in ratios:
                    to |= _borne(ratios[name], expected, to["most"], kept[day], params)
                if kind == "work":
                    bears = params.fill * stations[name][1] * expected
                    to |= {"top": _at_station(bears, target), "w_top": params.limit_cost}
                sequence = to["most"] < limits.get(day, NONE)
                gathered.cell(row, day, day, target, sequence, **to)
    return entries


def heavy_cars(
    data: SlotInput, kinds: pl.DataFrame, fitted: dict[Any, Ints]
) -> dict[str, tuple[Ints, float]]:
    """Return, by station, the classes of heavy cars and the share of them that its takt bears.

    A car is heavy where its work at the station exceeds the takt. With heavy and other cars of the
    order bank taking :math:`w_h` and :math:`w_l` minutes on average, a share
    :math:`(takt - w_l) / (w_h - w_l)` of heavy ones fills the takt. Stations at which no car is
    heavy, or every one is, are left out: there is nothing to level.
    """
    sizes = kinds["due"].to_numpy().astype(np.float64)
    found: dict[str, tuple[Ints, float]] = {}
    for station, base, takt in data.stations.select("station", "base", "takt").iter_rows():
        work = np.full(kinds.height, float(base))
        own = data.operations.filter(pl.col("station") == station)
        for option, minutes in own.select("option", "minutes").iter_rows():
            if option in fitted:
                work[fitted[option]] += minutes
        heavy = work > takt + WHOLE
        if not sizes[heavy].any() or not sizes[~heavy].any():
            continue
        most = float(np.average(work[heavy], weights=sizes[heavy]))
        least = float(np.average(work[~heavy], weights=sizes[~heavy]))
        found[station] = (np.flatnonzero(heavy), (takt - least) / (most - least))
    return found


def _counted(kinds: pl.DataFrame) -> dict[str, dict[str, Ints]]:
    """Return the classes with each option, model and colour."""
    options = (
        kinds.select(pl.col("options").str.split(";").alias("option"))
        .with_row_index("at")
        .explode("option")
        .filter(pl.col("option") != "")
        .group_by("option")
        .agg("at")
        .sort("option")
    )
    return {
        "option": {name: np.array(at, dtype=np.int64) for name, at in options.iter_rows()},
        "model": dict(sorted(members_of(kinds, "model").items())),
        "colour": dict(sorted(members_of(kinds, "colour").items())),
    }
