"""Rows that level over each line's days what cars have: options, heavy work, models, paint."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.slot.cells import NONE, WHOLE, Entries, Flags, Floats, Ints, Rows, counting
from sinho.slot.classes import members_of
from sinho.slot.data import Input
from sinho.slot.days import Days
from sinho.slot.params import Params

Limits = dict[tuple[str, str], dict[tuple[int, ...], float]]
"""Most cars by kind and item, and by the days that are counted together."""


@dataclass(frozen=True)
class Expected:
    """What is expected of the days.

    Parameters
    ----------
    even : list of float
        Even number of cars of each day.
    cars : ndarray of float64, shape (classes, lines)
        Cars of each class that a line is expected to build.
    possible : ndarray of bool, shape (classes, lines)
        Whether it can build any of them.
    bound_to : ndarray of int64, shape (classes,)
        Day to which each class is fixed or frozen, -1 for the others.
    """

    even: list[float]
    cars: Floats
    possible: Flags
    bound_to: Ints

    def shares(self, classes: Ints) -> list[float]:
        """Return the share that some classes have of the cars expected on each line."""
        totals = self.cars.sum(axis=0).tolist()
        own = [float(self.cars[classes, line].sum()) for line in range(len(totals))]
        return [one / max(1.0, total) for one, total in zip(own, totals, strict=True)]


def levels(
    data: Input, kinds: pl.DataFrame, gathered: Rows, expected: Expected
) -> tuple[list[Entries], int]:
    """Add the rows of levels and of limits by date.

    A limit counts in the level's cell where both are of the same days. It is of all lines of its
    date, or of one; levels are of a line's day, batches of a colour of the lines of a paint shop.

    Parameters
    ----------
    data : Input
        The tables.
    kinds : DataFrame
        The classes.
    gathered : Rows
        Where rows are added, those first whose cells may have several days.
    expected : Expected
        What is expected of the days.

    Returns
    -------
    list of tuple
        Which classes the rows count.
    int
        Number of rows from which on each cell has one day.
    """
    days = gathered.days
    alone = [(day,) for day in range(len(days))]
    booths = _booths(data, days)
    limits = limits_of(data, days)
    counted = _counted(kinds)
    entries: list[Entries] = []
    for kind, together in (("option", alone), ("model", alone), ("colour", booths)):
        for name, classes in counted[kind].items():
            own = limits.get((kind, name), {})
            apart = {here: most for here, most in own.items() if here not in set(together)}
            for several in (True, False):
                rest = {here: most for here, most in apart.items() if (len(here) > 1) == several}
                if rest:
                    row = gathered.row(f"{kind} limit", name)
                    entries.append(counting(classes, row))
                    for here, most in rest.items():
                        gathered.cell(row, here, {"most": most})
    shared = len(booths) < len(days)
    if shared:
        entries += _colours(data, gathered, expected, counted["colour"], limits, booths)
    dated = len(gathered.names)
    stations = heavy_cars(data, kinds, counted["option"], days, expected.cars)
    counted["work"] = {station: classes for station, (classes, _) in stations.items()}
    ratios = _ratios(data)

    def level(kind: str, weight: float) -> None:
        for name, classes in counted[kind].items():
            entries.append(counting(classes, gathered.row(kind, name)))
            limits_here = {here[0]: most for here, most in limits.get((kind, name), {}).items()}
            bears = stations[name][1] if kind == "work" else None
            rules = ratios.get(name, []) if kind == "option" else []
            _levelled(data, gathered, expected, classes, weight, limits_here, rules, bears)

    level("option", data.params.level_cost)
    level("model", data.params.mix_cost)
    if not shared:
        entries += _colours(data, gathered, expected, counted["colour"], limits, booths)
    level("work", data.params.level_cost)
    return entries, dated


def limits_of(data: Input, days: Days) -> Limits:
    """Return the limits of models, options and colours by the days that each counts together."""
    found: Limits = {}
    rows = data.limits.select("kind", "item", "date", "line", "most")
    for kind, item, date, line, most in rows.iter_rows():
        here = tuple(days.of_line(days.on_date.get(date, []), line))
        if here:
            limits_here = found.setdefault((kind, item), {})
            limits_here[here] = min(most, limits_here.get(here, NONE))
    return found


def _booths(data: Input, days: Days) -> list[tuple[int, ...]]:
    """Return the days of a date whose lines share a paint shop, together."""
    found: dict[tuple[dt.date, tuple[str, bool]], list[int]] = {}
    for day, (date, line) in enumerate(zip(days.dates, days.lines, strict=True)):
        booth = (data.booths[line], True) if line in data.booths else (line, False)
        found.setdefault((date, booth), []).append(day)
    return [tuple(together) for together in found.values()]


@dataclass(frozen=True)
class Rule:
    """How many cars with an option a rule of the sequence bears.

    Parameters
    ----------
    share : float
        Share of the cars of a day.
    cars : float
        Cars, where these are more.
    hard : bool
        Whether no sequence may break it.
    line : str or None
        The line that it is of; None: every one.
    """

    share: float
    cars: float
    hard: bool
    line: str | None


def _ratios(data: Input) -> dict[str, list[Rule]]:
    """Return the rules of each option."""
    found: dict[str, list[Rule]] = {}
    for option, *rule in data.ratios.select("option", "share", "cars", "hard", "line").iter_rows():
        found.setdefault(option, []).append(Rule(*rule))
    return found


def _levelled(
    data: Input,
    gathered: Rows,
    expected: Expected,
    classes: Ints,
    weight: float,
    limits: dict[int, float],
    ratios: list[Rule],
    stations: dict[str, float] | None,
) -> None:
    """Add the cells of the last row: a level on each day on which a line can build its cars.

    ``limits``: most cars of days; ``ratios``: the rules of an option; ``stations``: the share of
    heavy cars that the takt of a station bears, by line (others have no such station).
    """
    params, days = data.params, gathered.days
    row = len(gathered.names) - 1
    shares = expected.shares(classes)
    can: Flags = np.any(expected.possible[classes], axis=0)
    sizes = expected.cars[classes].sum(axis=1)
    bound_to = expected.bound_to[classes]
    stay = bound_to >= 0
    kept = np.bincount(bound_to[stay], sizes[stay], len(days)).tolist()
    for day, (number, line) in enumerate(zip(days.line_of.tolist(), days.lines, strict=True)):
        if not can[number] or (stations is not None and line not in stations):
            continue
        even = expected.even[day]
        target = shares[number] * even
        limit = limits.get(day, NONE)
        to = {"most": limit} | band(params.band, target, weight)
        own = [rule for rule in ratios if rule.line in (None, line)]
        if own:
            to |= _borne(own, even, limit, kept[day], params)
        if stations is not None:
            bears = params.fill * stations[line] * even
            to |= {"top": _at_station(bears, target), "w_top": params.limit_cost}
        gathered.cell(row, [day], to, target=target, sequence=to["most"] < limit)


def _colours(
    data: Input,
    gathered: Rows,
    expected: Expected,
    colours: dict[str, Ints],
    limits: Limits,
    booths: list[tuple[int, ...]],
) -> list[Entries]:
    """Add the rows of paint batches; return which classes they count."""
    params, lines = data.params, gathered.days.line_of
    entries = []
    for name, classes in colours.items():
        row = gathered.row("colour", name)
        entries.append(counting(classes, row))
        own = limits.get(("colour", name), {})
        shares = expected.shares(classes)
        can: Flags = np.any(expected.possible[classes], axis=0)
        for here in booths:
            if can[lines[list(here)]].any():
                target = sum(shares[lines[day]] * expected.even[day] for day in here)
                to = {"low": params.batch, "w_low": params.colour_cost, "batch": 1.0}
                gathered.cell(row, here, to | {"most": own.get(here, NONE)}, target=target)
    return entries


def heavy_cars(
    data: Input, kinds: pl.DataFrame, fitted: dict[str, Ints], days: Days, cars: Floats
) -> dict[str, tuple[Ints, dict[str, float]]]:
    """Return, by station, the classes of heavy cars and the share that its takt bears by line.

    A car is heavy where its work at the station exceeds the takt. With heavy and other cars of the
    order bank taking :math:`w_h` and :math:`w_l` minutes on average, a share
    :math:`(takt - w_l) / (w_h - w_l)` of heavy ones fills the takt. Lines on which no car is heavy
    at the station, or every one is, are left out: there is nothing to level.

    Parameters
    ----------
    data : Input
        The tables.
    kinds : DataFrame
        The classes.
    fitted : mapping of str to ndarray
        The classes with each option.
    days : Days
        The days.
    cars : ndarray of float64, shape (classes, lines)
        Cars of each class that a line is expected to build.
    """
    found: dict[str, tuple[Ints, dict[str, float]]] = {}
    rows = data.stations.select("station", "base", "takt", "line")
    for station, base, takt, line in rows.iter_rows():
        work = np.full(kinds.height, float(base))
        own = data.operations.filter(pl.col("station") == station)
        for option, minutes in own.select("option", "minutes").iter_rows():
            if option in fitted:
                work[fitted[option]] += minutes
        heavy = work > takt + WHOLE
        for at, name in enumerate(days.names):
            sizes = cars[:, at]
            if line not in (None, name) or not sizes[heavy].any() or not sizes[~heavy].any():
                continue
            most = float(np.average(work[heavy], weights=sizes[heavy]))
            least = float(np.average(work[~heavy], weights=sizes[~heavy]))
            bears = found.setdefault(station, (np.flatnonzero(heavy), {}))[1]
            bears[name] = (takt - least) / (most - least)
    return found


def band(width: float, target: float, weight: float) -> dict[str, float]:
    """Return the band in whole cars round a target, and its cost."""
    return {
        "low": float(np.floor(target - width * target + WHOLE)),
        "high": float(np.ceil(target + width * target - WHOLE)),
        "w_low": weight,
        "w_high": weight,
    }


def _borne(
    ratios: list[Rule],
    expected: float,
    most: float,
    limit: float,
    params: Params,
) -> dict[str, float]:
    """Return up to how many cars of an option its rules bear, and how many they allow at all.

    So many cars as fill a rule's windows, a part of a car too: a day of N cars holds at least N h/H
    of them in windows of H with h of them, rounded up, and h where the window is longer than the
    day. What hard rules allow is a hard limit, which no day may pass; cars that are held on the
    day, fixed or frozen, stay.
    """
    top = NONE
    for rule in ratios:
        bears = rule.share * expected
        top = min(top, math.ceil(max(params.fill * rule.share * expected, rule.cars) - WHOLE))
        if rule.hard:
            most = min(most, max(limit, math.ceil(max(bears, rule.cars) - WHOLE)))
    return {"top": top, "w_top": params.limit_cost, "most": most}


def _at_station(bears: float, target: float) -> float:
    """Return the whole heavy cars whose work fits; their even share where that is as much."""
    even = math.ceil(target - WHOLE) if target <= bears + WHOLE else 0
    return max(even, math.floor(bears + WHOLE))


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
