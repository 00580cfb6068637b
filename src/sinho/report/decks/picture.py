"""A picture of a deck: its lanes with their cars, coloured by port of discharge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl

from sinho.report.colors import PALETTE
from sinho.report.drawing import (
    Drawing,
    box,
    escaped,
    ink_on,
    label,
    number,
    path,
    shortened,
    stacked,
    text_width,
    whole,
)
from sinho.report.style import INK, LINE, SOFT
from sinho.results import DeckPlan

WIDTH, NARROW, LEFT, RIGHT = 1100.0, 640.0, 54.0, 110.0
"""Pixels of the picture at most and at least, and of what stands left and right of its lanes."""

LANE, GAP = 24.0, 3.0
"""Pixels of a lane, and between two."""

CAR = 78.0
"""Most pixels of a car's length."""

TEXT = 9.0
"""Font size of a car's number."""

PER_ROW = 4
"""Ports in a row of the legend."""


def port_colors(plan: DeckPlan) -> dict[str, str]:
    """Return the colour of each port, in order of call."""
    return {port: PALETTE[k % len(PALETTE)] for k, port in enumerate(plan.ports)}


def deck_pictures(plan: DeckPlan) -> dict[str, str]:
    """Return a picture of each deck on which cars stand, as SVG.

    Parameters
    ----------
    plan : DeckPlan
        The stowage of a voyage.
    """
    taken = plan.decks.filter(pl.col("cars") > 0)["deck"]
    return {deck: deck_picture(plan, deck) for deck in taken}


def deck_picture(plan: DeckPlan, deck: str) -> str:
    """Draw a deck with its cars.

    A row is a lane; its cars are driven in from the ramp on the right, place 1, the deepest, is on
    the left. A car is as long as it is, its colour is its port of discharge, its number that in
    the order of loading; a dot says that it is put off for others on the way.

    Parameters
    ----------
    plan : DeckPlan
        The stowage of a voyage.
    deck : str
        The deck.

    Returns
    -------
    str
        SVG.

    Raises
    ------
    ValueError
        When the plan has no such deck.
    """
    rows = plan.decks.filter(pl.col("deck") == deck).to_dicts()
    if not rows:
        raise ValueError(f"voyage {plan.vessel} has no deck {deck!r}")
    row = rows[0]
    cars = plan.places.filter(pl.col("deck") == deck)
    colors = port_colors(plan)
    count = Counter(cars["port"].to_list())
    position = "" if row["position"] == "fixed" else f" ({row['position']})"
    title = f"Deck {deck}{position} on voyage {plan.vessel}"
    said = f"{row['cars']:,} cars on {row['area']:,.0f} of {row['area_room']:,.0f} m²"
    said += f" ({row['area'] / row['area_room']:.0%})" if row["area_room"] else ""
    said += f", {row['load'] / 1000:,.1f} t"
    if row["load_room"] is not None:
        said += f" of {row['load_room'] / 1000:,.1f} t"
    head = label(0, 14, title, font_size=15, font_weight="600")
    head += label(0, 34, said, font_size=12, fill=SOFT)
    behind = plan.decks.filter(pl.col("entered_from") == deck)["deck"].to_list()
    parts = [
        Drawing(NARROW, 42, head),
        _lanes(row, cars, colors, behind),
        _legend(count, colors),
    ]
    ports = ", ".join(f"{port} {count[port]:,}" for port in plan.ports if count[port]) or "none"
    return whole(stacked(parts, 16), title, f"{said}. Cars by port: {ports}", "deck")


def _lanes(
    row: dict[str, Any], cars: pl.DataFrame, colors: dict[str, str], behind: Sequence[str]
) -> Drawing:
    """Draw the lanes of a deck and who stands in them."""
    longest = max(cars["length"].to_list(), default=1.0)
    used = cars.group_by("lane").agg(pl.col("length").sum())["length"].to_list()
    most = max([*used, (row["lane_length"] or 0.0) * 1000, longest])
    scale = min((WIDTH - LEFT - RIGHT) / most, CAR / longest)
    wide = most * scale
    pieces: dict[str, list[str]] = {}
    body, dots, numbers = [], [], []
    for lane in range(1, row["lanes"] + 1):
        y = (lane - 1) * (LANE + GAP)
        way = lane == 1 and bool(behind)
        ground = "#f3efe2" if way else "#f6f8fa"
        body.append(box(LEFT, y, wide, LANE, fill=ground, stroke=LINE))
        body.append(label(0, y + 16, f"lane {lane}", font_size=11, fill=SOFT))
        if way:
            said = shortened(f"way to {', '.join(behind)}", 10, RIGHT - 8)
            body.append(label(LEFT + wide + 6, y + 16, said, font_size=10, fill=SOFT))
        x = LEFT
        for car in cars.filter(pl.col("lane") == lane).sort("place").to_dicts():
            size = car["length"] * scale
            rim = f"M{number(x + 0.75)},{number(y + 2)}"
            inner = f"h{number(size - 1.5)}v{number(LANE - 4)}h-{number(size - 1.5)}z"
            pieces.setdefault(car["port"], []).append(rim + inner)
            text = str(car["loaded"])
            if text_width(text, TEXT) < size - 4:
                middle = x + size / 2
                ink = ink_on(colors[car["port"]])
                said = label(middle, y + 15, text, font_size=TEXT, text_anchor="middle", fill=ink)
                numbers.append(said)
            if car["moved"]:
                dots.append(f"M{number(x + size - 5)},{number(y + 6)}h0")
            said = f"{car['car']}, {car['model']} for {car['port']}: lane {lane}, "
            said += f"place {car['place']}, loaded as number {car['loaded']}"
            spot = box(x, y, size, LANE, fill="transparent")
            numbers.append(spot.replace("/>", f"><title>{escaped(said)}</title></rect>"))
            x += size
    high = row["lanes"] * (LANE + GAP)
    entered = row["entered_from"]
    ramp = "ramp to the shore" if entered == "shore" else f"ramp to deck {entered}"
    body.append(label(LEFT, high + 12, "deepest", font_size=10, fill=SOFT))
    end = LEFT + wide
    body.append(label(end, high + 12, f"{ramp} →", font_size=10, fill=SOFT, text_anchor="end"))
    body += [path(own, fill=colors[port]) for port, own in pieces.items()]
    body.append(path(dots, stroke=INK, stroke_width=4, stroke_linecap="round"))
    return Drawing(max(NARROW, LEFT + wide + RIGHT), high + 16, "\n".join([*body, *numbers]))


def _legend(count: Counter[str], colors: dict[str, str]) -> Drawing:
    """Return the ports in order of call with their colours and cars, and what the signs mean."""
    body, wide = [], NARROW / PER_ROW
    ports = [port for port in colors if count[port]]
    for k, port in enumerate(ports):
        x, y = k % PER_ROW * wide, k // PER_ROW * 18.0
        body.append(box(x, y, 11, 11, fill=colors[port]))
        text = shortened(f"{port}: {count[port]:,}", 11, wide - 20)
        body.append(label(x + 16, y + 10, text, font_size=11))
    y = -(-len(ports) // PER_ROW) * 18.0 + 12
    said = "Number: place in the order of loading of the whole ship. Dot: put off for others."
    body.append(label(0, y, said, font_size=11, fill=SOFT))
    return Drawing(NARROW, y + 4, "".join(body))
