"""The loading of a voyage and its discharge as a page to watch, step by step."""

from __future__ import annotations

import polars as pl

from sinho.report.decks.picture import port_colors
from sinho.report.replay import (
    COMES,
    LEAVES,
    OUTSIDE,
    Heading,
    Lane,
    Scene,
    replay_page,
)
from sinho.results import DeckPlan
from sinho.results.decks import LOAD, PUT_BACK

WIDTH, HEAD, GAP, NARROW = 1100.0, 20.0, 18.0, 90.0
"""Pixels of the page, above a deck for its name, between decks, and of a deck at least."""

ACROSS, DEEP = 9.0, 150.0
"""Pixels of a lane's width, and of the longest lane at most."""


def loading_replay(plan: DeckPlan) -> str:
    """Return a page in which the loading of a voyage and its discharge can be watched.

    Parameters
    ----------
    plan : DeckPlan
        The stowage of a voyage.

    Returns
    -------
    str
        HTML that loads nothing.
    """
    return replay_page(loading_scene(plan), plan.versions)


def loading_scene(plan: DeckPlan) -> Scene:
    """Return what is watched; see `loading_replay`."""
    lanes: list[Lane] = []
    headings = []
    place_of: dict[tuple[str, int, int], int] = {}
    deepest = plan.places.group_by("deck", "lane").agg(pl.col("place").max())
    places = {(deck, lane): most for deck, lane, most in deepest.iter_rows()}
    longest = max(places.values(), default=1)
    along = min(ACROSS * 1.6, max(3.0, DEEP / longest))
    x = y = high = 0.0
    taken = plan.decks.filter(pl.col("cars") > 0)
    for deck, count in taken.select("deck", "lanes").iter_rows():
        wide = max(NARROW, count * ACROSS)
        if x and x + wide > WIDTH:
            x, y, high = 0.0, y + high + GAP, 0.0
        begin = len(lanes)
        for lane in range(1, count + 1):
            most = places.get((deck, lane), 1)
            for place in range(1, most + 1):
                place_of[deck, lane, place] = len(place_of)
            name = f"deck {deck} lane {lane}"
            lanes.append(Lane(name, x + (lane - 1) * ACROSS, y + HEAD, most))
            high = max(high, HEAD + most * along)
        headings.append(Heading(f"deck {deck}", x, y + HEAD - 6, begin, len(lanes)))
        x += wide + GAP
    colors = port_colors(plan)
    number = {port: k for k, port in enumerate(colors)}
    items = tuple(
        (car, number[port], 1.0, f"{model}, {port}, number {loaded}")
        for car, port, model, loaded in plan.places.select(
            "car", "port", "model", "loaded"
        ).iter_rows()
    )
    item = {car: k for k, car in enumerate(plan.places["car"])}
    events = tuple(
        (float(step), COMES, item[car], place_of[deck, lane, place])
        if kind in (LOAD, PUT_BACK)
        else (float(step), LEAVES, item[car], OUTSIDE)
        for step, (kind, car, deck, lane, place) in enumerate(
            plan.moves.select("kind", "car", "deck", "lane", "place").iter_rows(), 1
        )
    )
    off = f"{plan.move_count:,} are put off for others and put back."
    said = f"{plan.places.height:,} cars are loaded at {plan.loading}, then discharged at "
    return Scene(
        f"Loading of {plan.vessel}",
        f"{said}{', '.join(plan.ports)}; {off} The first lane of a deck leads to those behind.",
        ACROSS,
        along,
        WIDTH,
        y + high,
        tuple(lanes),
        tuple(headings),
        tuple(colors.items()),
        items,
        events,
        0.0,
        float(len(events)),
        rates=(10.0, 2.0, 30.0, 100.0),
    )
