"""What is simulated of a hub: of a mix for some days, or of a run's sequences."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.lines import Line
from sinho.hub.schema import LIST_SEPARATOR
from sinho.results import MonthPlan
from sinho.simulate.hubs.cars import BEFORE, Shares, cars_of_mix, cars_of_run, mix_of
from sinho.simulate.hubs.days import BACK, DAY, Days, days_before, days_of, working_dates
from sinho.simulate.hubs.flow import Flow, flow_of
from sinho.simulate.hubs.plant import plant_of
from sinho.simulate.hubs.times import mean_of
from sinho.simulate.hubs.what_if import MODEL, OPTION, Change, change_of, changed, figure_of
from sinho.simulate.nodes import Ratios
from sinho.simulate.plant import Plant
from sinho.simulate.setting import Setting

SPARE = 1.15
"""Cars that are there for each that the first shop could take at its rate."""

LATE_DAYS = 14
"""Days behind a run's last in which its cars may still come off."""

MOST_WINDOW = 64
"""Longest window of a ratio rule that stores look at."""

Parts = tuple[Plant, pl.DataFrame, Setting]


def of_hub(
    hub: Hub,
    days: int,
    *,
    first: dt.date | None = None,
    month: dt.date | None = None,
    mix: Mapping[str, float] | None = None,
    jph: float | None = None,
    what_if: Iterable[str] = (),
    filling: int | None = None,
) -> Parts:
    """Return the plant of a hub, and more cars of a mix than it can build on some days."""
    dates = working_dates(hub, first, days)
    if filling is not None:
        _refuse_filling(hub, dates[0], filling)
    where = "demand" if month is None else "--month"
    month = (month or dates[0]).replace(day=1)
    flow, changes = _flow(hub, dates[0].replace(day=1), jph, what_if)
    shares = dict(mix or {})
    for change in changes:
        if change.kind == MODEL:
            shares[change.name] = _share(hub, month, shares, change)
    cars = mix_of(hub, month, shares, where)
    shops = _shops(flow)
    if filling is None:  # as it is without changes, so that all cases are of the same days
        base = flow_of(hub, dates[0].replace(day=1), jph)
        filling = _filling(base, days_of(hub, shops, dates, filling=0), cars, 1.5)
    laid = days_of(hub, shops, dates, filling=filling)
    counts = {line.name: _most(flow, laid, line) for line in flow.lines}
    ratios = tuple(_ratios(hub))
    made = plant_of(flow, laid.calendars, ratios)
    idle = [line for line, own in cars.items() if not own]
    notes = [*flow.notes, *(f"Line {line}: no car is asked for." for line in idle)]
    until = laid.counted[1]
    setting = Setting(
        laid.begin, dates, laid.counted, until, made.rows, tuple(notes), filled=filling
    )
    manned = flow_of(hub, month).rates
    rates = {line.name: manned[line.shops[0]] for line in flow.lines}
    return made.plant, cars_of_mix(hub, cars, counts, rates, ratios), setting


def of_run(
    hub: Hub,
    cars: pl.DataFrame,
    *,
    plan: MonthPlan | None = None,
    jph: float | None = None,
    what_if: Iterable[str] = (),
) -> Parts:
    """Return the plant of a hub, and the cars of a run's sequences."""
    dates = tuple(cars["date"].drop_nulls().unique().sort().to_list())
    flow, changes = _flow(hub, dates[0].replace(day=1), jph, what_if)
    _refuse_shares(changes)
    shops = _shops(flow)
    ratios = tuple(_ratios(hub))
    counted = cars.group_by("line", "model").agg(pl.len())
    mix: Shares = {}
    for line, model, count in counted.sort("line", "model").iter_rows():
        mix.setdefault(line, {})[model] = float(count)
    # changes meet the same cars at the same minutes
    base = flow_of(hub, dates[0].replace(day=1), jph)
    filling = _filling(base, days_of(hub, shops, dates[:1], filling=0, plan=plan), mix, 2.0)
    laid = days_of(hub, shops, dates, filling=filling, behind=LATE_DAYS, plan=plan)
    made = plant_of(flow, laid.calendars, ratios)
    lead = {line.name: lead_of(base, line) for line in base.lines}
    table = cars_of_run(hub, cars, flow.lines, laid, lead, ratios)
    until = laid.counted[1] + LATE_DAYS * DAY
    setting = Setting(
        laid.begin, dates, laid.counted, until, made.rows, flow.notes, filling, BEFORE
    )
    return made.plant, table, setting


def _flow(
    hub: Hub, month: dt.date, jph: float | None, what_if: Iterable[str]
) -> tuple[Flow, list[Change]]:
    """Return the flow of a hub with changes made, one after the other."""
    flow, changes, problems = flow_of(hub, month, jph), [], list[Problem]()
    for text in [what_if] if isinstance(what_if, str) else what_if:
        try:
            change = change_of(text, flow)
            flow = changed(flow, change)
        except DataError as error:
            problems += error.problems
        else:
            changes.append(change)
    if problems:
        raise DataError(problems)
    return flow, changes


def _refuse_filling(hub: Hub, first: dt.date, filling: int) -> None:
    """Refuse days of filling that are none, or are not there."""
    most = len(days_before(hub, first))
    if int(filling) != filling or filling < 0:
        rule = "it must be a whole number of 0 or more"
    elif filling > most:
        rule = f"there are {most:,} working days in the {BACK.days} days before {first}"
    else:
        return
    raise DataError([Problem("--filling", rule, value=str(filling))])


def _shops(flow: Flow) -> list[str]:
    return list(dict.fromkeys(row["shop"] for row in flow.stations))


def lead_of(flow: Flow, line: Line) -> float:
    """Return how long cars of a line are on their way, in minutes of working time.

    Parameters
    ----------
    flow : Flow
        The flow.
    line : Line
        The line.

    Returns
    -------
    float
        Cycles of its stations; for their buffers and its stores the least time in them, or the pace
        of the line for half their places where that is longer, as they are kept half full.
    """
    pace = max(60.0 / flow.rates[shop] for shop in line.shops)
    chains = {chain.shop: chain for chain in flow.chains if not chain.sub_line}
    minutes = 0.0
    for row in (row for shop in line.shops for row in chains[shop].rows):
        given = row["cycle_values"] is not None
        cycle = mean_of(row, "cycle", "cycle_") if given else flow.cycle(row)
        between = row["between"] * (row["count"] - 1)
        minutes += cycle * row["count"] + pace * between / 2
        minutes += max(row["transport"], pace * float(row["buffer"] or 0) / 2)
    for store in flow.stores:
        ends = (store[name].split(LIST_SEPARATOR) for name in ("after", "before"))
        if all({*line.shops} & {*shops} for shops in ends):
            minutes += max(store["minutes"], pace * store["places"] / 2)
    return minutes


def _filling(flow: Flow, laid: Days, mix: Shares, times: float) -> int:
    """Return the working days in which a plant fills: its lead so many times, and one more."""
    worst = 0.0
    for line in flow.lines:
        if mix.get(line.name):
            own = laid.calendars[line.point or line.shops[-1]]
            begin, end = laid.counted
            each = (own.worked(end) - own.worked(begin)) / len(laid.dates)
            worst = max(worst, times * lead_of(flow, line) / max(each, 1.0))
    return math.ceil(worst) + 1


def _most(flow: Flow, laid: Days, line: Line) -> int:
    """Return more cars than a line's first shop can take in all the minutes."""
    shop = line.shops[0]
    minutes = laid.calendars[shop].worked(laid.counted[1])
    return math.ceil(SPARE * minutes * flow.rates[shop] / 60) + 10


def _share(hub: Hub, month: dt.date, shares: Mapping[str, float], change: Change) -> float:
    """Return the share of a model of all cars after a change, or refuse one that there is not."""
    if change.how == "to" and 0 <= float(change.value) <= 1:
        return float(change.value)
    now = mix_of(hub, month, shares)
    before = math.fsum(own.get(change.name, 0.0) for own in now.values())
    if change.how == "times" and not before:
        rule = f"no car of model {change.name} is built in {month:%Y-%m}, so no part more or less"
        hint = f"Give its share of all cars: {change.name}=10%."
        raise DataError([Problem(OPTION, rule, value=change.text, hint=hint)])
    return figure_of(change, before, most=1.0)


def _refuse_shares(changes: Iterable[Change]) -> None:
    found = [
        Problem(
            OPTION,
            "the cars of a run are its orders, so that no share of a model can be changed",
            value=change.text,
            hint="Simulate the hub instead.",
        )
        for change in changes
        if change.kind == MODEL
    ]
    if found:
        raise DataError(found)


def _ratios(hub: Hub) -> Iterator[Ratios]:
    """Return the ratio rules of the hub that hold on all lines, for stores that pick by them."""
    rules = hub["sequence_rules"].filter(pl.col("kind") == "ratio", pl.col("lines").is_null())
    for option, most, window, weight in (
        rules.drop_nulls(["option", "most", "window"])
        .select("option", "most", "window", "weight")
        .iter_rows()
    ):
        if most < window <= MOST_WINDOW:
            yield Ratios(option=option, most=most, window=window, weight=float(weight))
