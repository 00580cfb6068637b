"""A day in the yard as a page to watch."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sinho.report.replay import (
    CALLED,
    COMES,
    LEAVES,
    MOVED,
    OUTSIDE,
    Heading,
    Lane,
    Scene,
    replay_page,
)
from sinho.report.yard.cars import SHADES, marked
from sinho.report.yard.layout import HEAD, WIDTH, Layout, layout
from sinho.results import YardPlan
from sinho.results.yard import came_in

LAST = 1 << 62
"""Step behind all others."""


def yard_replay(plan: YardPlan, first: dt.date | None = None, days: int = 1) -> str:
    """Return a page in which days in the yard can be watched.

    Parameters
    ----------
    plan : YardPlan
        The plan.
    first : datetime.date, optional
        The first day; by default the one on which most cars come, go and are moved.
    days : int
        How many days.

    Returns
    -------
    str
        HTML that loads nothing.
    """
    return replay_page(yard_scene(plan, first, days), plan.versions)


def busiest(plan: YardPlan) -> dt.date:
    """Return the day on which most cars come, go and are moved; of several, the first."""
    if not plan.hours.height:
        return plan.start.date()
    work = pl.col("inflow") + pl.col("outflow") + pl.col("moves")
    by_day = plan.hours.group_by(day=pl.col("hour").dt.date()).agg(work=work.sum())
    found: dt.date = by_day.sort("work", -pl.col("day").cast(pl.Int32))["day"][-1]
    return found


def framed(
    drawn: Layout, called: str
) -> tuple[tuple[Lane, ...], tuple[Heading, ...], dict[tuple[str, int, int], int]]:
    """Return the lanes and headings of a layout, and the number of each place.

    Parameters
    ----------
    drawn : Layout
        The layout.
    called : str
        What a column is called.
    """
    lanes, place_of = [], dict[tuple[str, int, int], int]()
    for column in drawn.columns:
        for place in range(1, column.places + 1):
            place_of[column.area, column.row, place] = len(place_of)
        name = f"{column.area} {called} {column.row}"
        lanes.append(Lane(name, column.x, column.y, column.places, column.ends))
    headings, begin = [], 0
    for panel in drawn.panels:
        count = sum(column.area == panel.area for column in drawn.columns)
        text = f"{panel.area} {panel.purpose}".strip()
        headings.append(Heading(text, panel.x, panel.y + HEAD - 6, begin, begin + count))
        begin += count
    return tuple(lanes), tuple(headings), place_of


def yard_scene(plan: YardPlan, first: dt.date | None = None, days: int = 1) -> Scene:
    """Return what is watched; see `yard_replay`."""
    first = first or busiest(plan)
    start = dt.datetime.combine(first, dt.time())
    end = start + dt.timedelta(days=days)
    yard, drawn = layout(plan.rows), marked(plan)
    lanes, headings, place_of = framed(yard, "row")
    cars = drawn.cars.with_columns(comes_in=came_in())
    here = cars.filter((pl.col("enters") < end) & (pl.col("leaves") >= start).fill_null(True))
    colors = {name: drawn.colors[name] for name in drawn.colors if name in set(here["name"])}
    number = {name: k for k, name in enumerate(colors)}
    items, happens = [], []
    known: dict[str, int] = {}
    for k, car in enumerate(here.iter_rows(named=True)):
        known[car["car"]] = k
        note = ", ".join(filter(None, (car["voyage"], car["port"])))
        items.append((car["car"], number[car["name"]], SHADES[car["shade"]], note))
        spot = place_of.get((car["area"], car["row"], car["place"]), OUTSIDE)
        comes = 0 if car["step_in"] is None else car["step_in"]
        came = car["enters"] if comes else min(car["enters"], plan.start)
        if car["outside"] > 0 and spot != OUTSIDE:
            happens.append((came, LAST, COMES, k, OUTSIDE))
            happens.append((car["comes_in"], comes, MOVED, k, spot))
        else:
            happens.append((came, comes, COMES, k, spot))
        if car["leaves"] is not None:
            if car["fetched"] < car["leaves"]:
                happens.append((car["fetched"], LAST, CALLED, k, OUTSIDE))
            happens.append((car["leaves"], car["step_out"] or LAST, LEAVES, k, OUTSIDE))
    for move in plan.moves.iter_rows(named=True):
        if move["car"] in known and move["time"] <= end:
            spot = place_of[move["to_area"], move["to_row"], move["to_place"]]
            happens.append((move["time"], move["step"], MOVED, known[move["car"]], spot))
    # at a step those who leave go first; the others follow in the order of the plan
    happens.sort(key=lambda each: (each[0], each[1], each[2] != LEAVES))
    events = tuple(
        (round((time - start).total_seconds() / 60, 2), what, item, spot)
        for time, _, what, item, spot in happens
        if time <= end
    )
    inside = [event for event in events if event[0] > 0]
    said = " to ".join(dict.fromkeys(f"{day:%d %B %Y}" for day in (start, end - dt.timedelta(1))))
    counts = [sum(event[1] == what for event in inside) for what in (COMES, LEAVES, MOVED)]
    text = "{:,} cars come, {:,} leave, {:,} are moved to reach others."
    return Scene(
        f"The yard on {said}",
        f"{text.format(*counts)} A white point: called to leave.",
        yard.across,
        yard.along,
        WIDTH,
        yard.height,
        lanes,
        headings,
        tuple(colors.items()),
        tuple(items),
        events,
        0.0,
        days * 1440.0,
        start.isoformat(),
    )
