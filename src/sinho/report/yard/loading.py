"""The loading and discharge of a voyage as a page to watch."""

from __future__ import annotations

import polars as pl

from sinho.report.colors import placed_colors
from sinho.report.replay import COMES, LEAVES, MOVED, OUTSIDE, Scene, replay_page
from sinho.report.yard.layout import WIDTH, layout
from sinho.report.yard.replay import framed
from sinho.results import DeckPlan
from sinho.results.decks import DISCHARGE, LOAD, PUT_BACK

RATES = (10.0, 2.0, 30.0, 100.0)
"""Drives a second."""


def loading_replay(plan: DeckPlan) -> str:
    """Return a page in which a voyage is loaded and discharged, drive by drive.

    Parameters
    ----------
    plan : DeckPlan
        The stowage.

    Returns
    -------
    str
        HTML that loads nothing.
    """
    return replay_page(loading_scene(plan), plan.versions)


def loading_scene(plan: DeckPlan) -> Scene:
    """Return what is watched; see `loading_replay`."""
    rows = (
        plan.moves.group_by("deck", "lane")
        .agg(pl.col("place").max().alias("places"))
        .join(plan.decks.select("deck").with_row_index("turn"), on="deck", how="left")
        .sort("turn", "deck", "lane")
        .select(
            pl.format("deck {}", "deck").alias("area"),
            pl.lit(None, pl.String).alias("purpose"),
            pl.col("lane").alias("row"),
            "places",
            pl.lit(1).alias("open_ends"),
        )
    )
    decks = layout(rows)
    lanes, headings, place_of = framed(decks, "lane")
    colors = placed_colors(plan.ports)
    group = {port: k for k, port in enumerate(colors)}
    number, items = {}, []
    for k, car in enumerate(plan.places.iter_rows(named=True)):
        number[car["car"]] = k
        items.append((car["car"], group[car["port"]], 1.0, f"{car['model']} for {car['port']}"))
    events = []
    for k, move in enumerate(plan.moves.iter_rows(named=True), 1):
        spot = place_of[f"deck {move['deck']}", move["lane"], move["place"]]
        kind = {LOAD: COMES, DISCHARGE: LEAVES}.get(move["kind"], MOVED)
        stays = move["kind"] in (LOAD, PUT_BACK)
        events.append((float(k), kind, number[move["car"]], spot if stays else OUTSIDE))
    said = f"{len(items):,} cars from {plan.loading} to {', '.join(plan.ports)}"
    return Scene(
        f"{plan.vessel}: loading and discharge",
        f"{said}; {plan.move_count:,} put off for others and put back.",
        decks.across,
        decks.along,
        WIDTH,
        decks.height,
        lanes,
        headings,
        tuple(colors.items()),
        tuple(items),
        tuple(events),
        0.0,
        float(len(events)),
        rates=RATES,
    )
