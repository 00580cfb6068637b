"""Cars that are sent through a hub's plant: of a mix, evenly mingled, or of the days of a run."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.hub.lines import Line, lines_of, routes
from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.simulate.hubs.days import DAY, Days
from sinho.simulate.nodes import Ratios

BATCH = 5
"""Cars of a mix that get one colour in a row, as far as their models have it."""

BEFORE = "before"
"""What orders of cars are called with which a plant fills."""

Shares = dict[str, dict[str, float]]


def mix_of(
    hub: Hub, month: dt.date, mix: Mapping[str, float] | None = None, where: str = "demand"
) -> Shares:
    """Return the shares of models on each line.

    Parameters
    ----------
    hub : Hub
        The hub.
    month : datetime.date
        First day of the month whose demand it is.
    mix : mapping of str to float, optional
        Shares of some models of all cars; the others keep their proportions.
    where : str
        What is told to be wrong where nothing is asked for in the month.

    Returns
    -------
    dict of str to (dict of str to float)
        By line and model. A model is built on the lines that it prefers, on several in proportion
        to the rates of their points.

    Raises
    ------
    DataError
        When no car is asked for in the month, a model is unknown or built on no line, or shares
        are above 1 together.
    """
    requested = hub["demand"].filter(pl.col("month") == month, pl.col("units") > 0)
    units = {
        model: float(n)
        for model, n in requested.group_by("model", maintain_order=True)
        .agg(pl.col("units").sum())
        .iter_rows()
    }
    own = dict(mix or {})
    if not units and not own:
        known = hub["demand"].filter(pl.col("units") > 0)["month"].sort().to_list()
        rule = f"no car is asked for in {month:%Y-%m}"
        hint = f"Demand is given for {known[0]:%Y-%m} to {known[-1]:%Y-%m}." if known else ""
        column = "month" if where == "demand" else None
        raise DataError([Problem(where, rule, column=column, value=f"{month:%Y-%m}", hint=hint)])
    _check_mix(hub, own)
    rest = 1.0 - math.fsum(own.values())
    others = {model: n for model, n in units.items() if model not in own}
    total = math.fsum(others.values())
    shares = {model: rest * n / total for model, n in others.items()} if rest > 0 else {}
    shares |= {model: share for model, share in own.items() if share > 0}
    scale = math.fsum(shares.values())
    ways = routes(hub).filter("preferred").select("model", "line")
    on: dict[str, list[str]] = {}
    for model, line in ways.iter_rows():
        on.setdefault(model, []).append(line)
    rates = dict(hub["shops"].select("shop", "manned_rate").iter_rows())
    weight = {line.name: rates.get(line.point, 1.0) for line in lines_of(hub)}
    found: Shares = {line: {} for line in weight}
    for model, share in shares.items():
        lines = on.get(model, [])
        if not lines:
            rule = "is built on no line"
            raise DataError([Problem("models", rule, column="model", value=model)])
        whole = math.fsum(weight[line] for line in lines)
        for line in lines:
            found[line][model] = share / scale * weight[line] / whole
    return found


def _check_mix(hub: Hub, mix: Mapping[str, float]) -> None:
    known = hub["models"]["model"].to_list()
    found = [
        Problem("--mix", "there is no such model", value=model, hint=nearest(model, known))
        for model in mix
        if model not in known
    ]
    wrong = {model: share for model, share in mix.items() if not _is_share(share)}
    found += [
        Problem("--mix", "a share is from 0 to 1", value=f"{model}={share}")
        for model, share in wrong.items()
    ]
    total = 0.0 if wrong else math.fsum(mix.values())
    if total > 1 + 1e-9:
        hint = "Lower one; other models take what is left."
        found.append(
            Problem("--mix", "the shares sum to more than 1", value=f"{total:g}", hint=hint)
        )
    if found:
        raise DataError(found)


def _is_share(share: Any) -> bool:
    return isinstance(share, Real) and 0 <= float(share) <= 1


def mingled(weights: Mapping[str, float], cars: int) -> list[str]:
    """Return so many names, each as near to its share as can be at every place.

    The next one is that which lies farthest behind its share (Monden 1983, Toyota Production
    System: goal chasing).

    Parameters
    ----------
    weights : mapping of str to float
        Weights of the names.
    cars : int
        How many.
    """
    total = math.fsum(weights.values())
    behind = dict.fromkeys(weights, 0.0)
    found = []
    for _ in range(cars):
        for name, weight in weights.items():
            behind[name] += weight / total
        name = max(behind, key=behind.__getitem__)
        behind[name] -= 1.0
        found.append(name)
    return found


def painted(hub: Hub, models: Sequence[str]) -> list[str | None]:
    """Return colours for cars in their order: `BATCH` in a row alike, in the shares of the table.

    The next colour is that which lies farthest behind its share, as `mingled`.

    Parameters
    ----------
    hub : Hub
        The hub, with its table ``colours``.
    models : sequence of str
        Models of the cars.
    """
    given: dict[str, dict[str, float]] = {}
    for model, colour, share in hub["colours"].select("model", "colour", "share").iter_rows():
        if share > 0:
            given.setdefault(model, {})[colour] = share
    shares = {
        model: {colour: share / math.fsum(own.values()) for colour, share in own.items()}
        for model, own in given.items()
    }
    behind: dict[str, float] = {}
    found: list[str | None] = []
    last, run = None, 0
    for model in models:
        own = shares.get(model) or shares.get(ALL)
        if not own:
            found.append(None)
            continue
        for colour, share in own.items():
            behind[colour] = behind.get(colour, 0.0) + share
        if last not in own or run >= BATCH:
            last, run = max(own, key=lambda colour: behind[colour]), 0
        assert last is not None
        behind[last] -= 1.0
        run += 1
        found.append(last)
    return found


def fitted(hub: Hub, models: Sequence[str], option: str) -> list[bool]:
    """Return which cars in their order have an option: the share of their model, evenly spread.

    Parameters
    ----------
    hub : Hub
        The hub: of ``option_rates`` the rows for all markets, that of a model before that of all.
    models : sequence of str
        Models of the cars.
    option : str
        The option.
    """
    rows = hub["option_rates"].filter(pl.col("option") == option, pl.col("market") == ALL)
    shares: dict[str, float] = dict(rows.select("model", "share").iter_rows())
    usual = shares.get(ALL, 0.0)
    due: dict[str, float] = {}
    found = []
    for model in models:
        due[model] = due.get(model, 0.5) + shares.get(model, usual)
        found.append(due[model] >= 1.0)
        due[model] -= float(found[-1])
    return found


def cars_of_mix(
    hub: Hub,
    mix: Shares,
    counts: Mapping[str, int],
    rates: Mapping[str, float],
    ratios: Sequence[Ratios] = (),
) -> pl.DataFrame:
    """Return cars of a mix, all of them there from the begin on.

    Parameters
    ----------
    hub : Hub
        The hub.
    mix : dict of str to (dict of str to float)
        Shares of models by line.
    counts : mapping of str to int
        Cars by line.
    rates : mapping of str to float
        Cars an hour of each line: those of several come in turn.
    ratios : sequence of Ratios
        Rules whose options the cars tell of.

    Returns
    -------
    polars.DataFrame
        ``order``, ``line``, ``model``, ``colour`` and the options of the rules. Fewer cars are
        the first of more.
    """
    parts = []
    options = sorted({rule.option for rule in ratios})
    for line, shares in mix.items():
        if not shares:
            continue
        models = mingled(shares, counts[line])
        parts.append(
            pl.DataFrame(
                {
                    "order": [f"{line} {at + 1}" for at in range(len(models))],
                    "line": line,
                    "model": models,
                    "colour": pl.Series(painted(hub, models), dtype=pl.String),
                    "at": [at / rates[line] for at in range(len(models))],
                    **{name: fitted(hub, models, name) for name in options},
                }
            )
        )
    return pl.concat(parts).sort("at", maintain_order=True).drop("at")


def cars_of_run(
    hub: Hub,
    cars: pl.DataFrame,
    lines: Sequence[Line],
    days: Days,
    lead: Mapping[str, float],
    ratios: Sequence[Ratios],
) -> pl.DataFrame:
    """Return the cars of a run's sequences, and before them those with which the plant fills.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    cars : polars.DataFrame
        ``order``, ``model``, ``colour``, ``options`` (names parted by ``;``), ``date``, ``line``,
        ``position`` (1 first), ``wanted`` and ``vessel`` (null: none).
    lines : sequence of Line
        The lines.
    days : Days
        The days that are simulated.
    lead : mapping of str to float
        Minutes of working time before its planned time at which a car of a line comes in.
    ratios : sequence of Ratios
        Rules whose options the cars tell of.

    Returns
    -------
    polars.DataFrame
        The cars of `sinho.simulate.Input`. A car comes in so long before its place in its day;
        those before the first are its day's cars again, with orders that begin with `BEFORE`, at
        the pace of that day. A car is due at the end of the working day by which it has to leave
        the line so that it is ready, ``lead_days`` of table ``slotting`` later, on the day wanted;
        its cut-off is that of its vessel, as many days before.
    """
    ready = dt.timedelta(days=int(hub.slotting["lead_days"]))
    closing = dict(hub["vessels"].select("vessel", "cutoff").iter_rows())
    parts = []
    for line in lines:
        own = cars.filter(pl.col("line") == line.name).sort("date", "position")
        if own.is_empty():
            continue
        calendar = days.calendars[line.point or line.shops[-1]]
        size = dict(own.group_by("date").agg(pl.len()).iter_rows())
        at = {date: calendar.worked(days.minute(date)) for date in size}
        long = {date: calendar.worked(days.minute(date) + DAY) - done for date, done in at.items()}
        planned = [
            at[date] + long[date] * (position - 1) / size[date]
            for date, position in own.select("date", "position").iter_rows()
        ]
        enters = [max(0.0, minute - lead[line.name]) for minute in planned]
        table = own.select(
            *("order", "line", "model", "colour", "options"),
            _minutes("at", [calendar.clock(one) for one in planned]),
            _minutes("release", [calendar.clock(one) for one in enters]),
            _minutes("due", [_until(days, ready, day) for day in own["wanted"]]),
            _minutes("cutoff", [_until(days, ready, closing.get(name)) for name in own["vessel"]]),
        )
        first = own["date"][0]
        takt = long[first] / size[first]
        fill = [takt * number for number in range(int(enters[0] / takt))] if takt > 0 else []
        before = [calendar.clock(minute) for minute in fill]
        parts += [_again(table.head(size[first]), before, planned[0] - enters[0]), table]
    every = pl.concat(parts).sort("at", maintain_order=True).drop("at")
    has = pl.col("options").fill_null("").str.split(LIST_SEPARATOR)
    options = sorted({rule.option for rule in ratios})
    return every.select(
        pl.exclude("options"), *(has.list.contains(name).alias(name) for name in options)
    )


def _minutes(name: str, values: Sequence[float | None]) -> pl.Series:
    return pl.Series(name, values, dtype=pl.Float64)


def _until(days: Days, ready: dt.timedelta, date: dt.date | None) -> float | None:
    """Return the end of the last working day from which a car is ready on a date."""
    return None if date is None else days.minute(date - ready) + DAY


def _again(cars: pl.DataFrame, releases: list[float], lead: float) -> pl.DataFrame:
    """Return cars with which a plant fills: those of the first day, one after the other again."""
    size, count = cars.height, len(releases)
    rows = [(number - count) % size for number in range(count)]
    line = cars["line"][0]
    return cars[rows].with_columns(
        pl.Series("order", [f"{BEFORE} {line} {n + 1}" for n in range(count)], dtype=pl.String),
        _minutes("at", [minute + lead for minute in releases]),
        _minutes("release", releases),
        _minutes("due", [None] * count),
        _minutes("cutoff", [None] * count),
    )
