"""A map of flows: plants, markets and the cars between them, over coast lines.

The coast lines are those of Natural Earth (1:110m, public domain), simplified to whole degrees.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import polars as pl

from sinho.report.drawing import Drawing, label, number, path, whole
from sinho.report.pages import asset
from sinho.report.style import COST, INCOME, INK
from sinho.results import Sourcing

WIDTH, HEIGHT = 900.0, 400.0
NORTH, SOUTH, WEST = 75.0, -50.0, -25.0
THICKEST = 9.0
THIN: dict[str, float] = {"stroke-width": 0.5}


def _at(longitude: float, latitude: float) -> tuple[float, float]:
    x = ((longitude - WEST) % 360) / 360 * WIDTH
    return x, (NORTH - max(min(latitude, NORTH), SOUTH)) / (NORTH - SOUTH) * HEIGHT


def flow_map(plan: Sourcing, places: Mapping[str, tuple[float, float]], name: str) -> str:
    """Return a map of a plan's flows as SVG; empty where no place is known.

    Parameters
    ----------
    plan : Sourcing
        The plan.
    places : mapping of str to (float, float)
        Longitude and latitude of plants and markets.
    name : str
        What the ids inside begin with.
    """
    flows = (
        plan.flows.filter(
            pl.col("plant").is_in(list(places)) & pl.col("market").is_in(list(places))
        )
        .group_by("plant", "market")
        .agg(pl.col("cars").sum())
        .sort("cars", descending=True)
    )
    if flows.is_empty():
        return ""
    land = []
    for ring in json.loads(asset("land.json")):
        points = [_at(*point) for point in ring]
        # a ring that crosses the edge of the map would be drawn right across it
        if max(x for x, _ in points) - min(x for x, _ in points) < WIDTH / 2:
            land.append("M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z")
    most = float(flows["cars"][0])
    parts = [path(land, fill="#eef1f4", stroke="#c9d0d8", **THIN)]
    for plant, market, cars in flows.iter_rows():
        (x, y), (u, v) = _at(*places[plant]), _at(*places[market])
        bend = 0.18 * abs(u - x)
        line = f"M{number(x)} {number(y)}Q{number((x + u) / 2)} {number((y + v) / 2 - bend)} "
        width = max(THICKEST * cars / most, 0.8)
        style: dict[str, str | float | None] = {
            "stroke-width": number(width),
            "stroke-opacity": 0.55,
        }
        curve = f"{line}{number(u)} {number(v)}"
        parts.append(path([curve], fill="none", stroke=COST, **style))
    markets = set(flows["market"])
    for place in dict.fromkeys([*flows["plant"], *flows["market"]]):
        x, y = _at(*places[place])
        dot = f"M{number(x - 4)} {number(y)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0"
        parts.append(path([dot], fill=INK if place in markets else INCOME))
        # the names of markets stand to the right of them, those of plants to the left
        away, anchor = (8, "start") if place in markets else (-8, "end")
        parts.append(label(x + away, y + 4, place, fill=INK, **{"text-anchor": anchor}))
    drawing = Drawing(WIDTH, HEIGHT, "\n".join(parts))
    said = "; ".join(f"{p} to {m}: {cars:,.0f} cars" for p, m, cars in flows.iter_rows())
    return whole(drawing, "Flows", said, name)
