"""A map of flows: plants, markets and the cars between them, over coast lines.

The coast lines are those of Natural Earth (1:110m, public domain), simplified to whole degrees.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sinho.report.drawing import Drawing, group, label, number, path, text_width, whole
from sinho.report.drawing import shortened as cut
from sinho.report.pages import asset
from sinho.report.style import COST, INCOME, INK, SOFT
from sinho.results import Sourcing

Point = tuple[float, float]
Place = tuple[str, str]
Box = tuple[float, float, float, float]

WIDTH, LOWEST, HIGHEST = 900.0, 260.0, 430.0
LEAST_SPAN = 50.0
"""Degrees of longitude that are shown at least."""

TALLER = 1.28
"""How much longer a degree of latitude is drawn than one of longitude."""

ATLANTIC = -25.0
"""Where the map of the whole earth is cut, if nothing speaks for another meridian."""

THICKEST, MOST_LINES = 9.0, 250
SIZE, DOT, LONGEST = 11.0, 4.0, 150.0
THIN: dict[str, float] = {"stroke-width": 0.5}
WAYS = (
    (1.0, 0.0),
    (-1.0, 0.0),
    (0.7, 0.9),
    (-0.7, 0.9),
    (0.7, -0.9),
    (-0.7, -0.9),
    (0, 1),
    (0, -1),
)
"""On which sides of a place its name may stand, the best first."""


@dataclass(frozen=True)
class View:
    """The part of the earth that is shown.

    Parameters
    ----------
    west, north : float
        Longitude and latitude of its upper left corner.
    scale : float
        Pixels of a degree of longitude.
    height : float
        Pixels from north to south.
    """

    west: float
    north: float
    scale: float
    height: float

    def at(self, place: Point) -> Point:
        """Return where a longitude and latitude stand, in pixels."""
        longitude, latitude = place
        x = ((round(longitude, 6) - self.west) % 360) * self.scale
        return x, (self.north - latitude) * self.scale * TALLER


def view_of(flows: Sequence[tuple[Point, Point, float]]) -> View:
    """Choose what to show: all places, cut where the fewest cars cross.

    Parameters
    ----------
    flows : sequence of ((float, float), (float, float), float)
        Longitude and latitude of both ends, and the cars between them.
    """
    ends = sorted({round(x, 6) % 360 for a, b, _ in flows for x, _ in (a, b)})
    gaps = [((b - a) % 360 or 360.0, a) for a, b in zip(ends, [*ends[1:], ends[0]], strict=True)]

    def crossing(cut: float) -> float:
        return sum(cars for (a, _), (b, _), cars in flows if _crosses(a, b, cut))

    # the widest gap, unless cars cross it: a ship from Korea to Europe does not sail by America
    _, _, wide, start = min((crossing(a + gap / 2), -gap, gap, a) for gap, a in gaps)
    span = 360 - wide
    if span > 200:
        cuts = [(crossing(cut), cut) for cut in (ATLANTIC, start + wide / 2)]
        west = min(cuts, key=lambda one: one[0])[1]
        span = 360.0
    else:
        pad = max(0.12 * span, (LEAST_SPAN - span) / 2)
        west, span = start + wide - pad, span + 2 * pad
    scale = WIDTH / span
    latitudes = [y for a, b, _ in flows for _, y in (a, b)]
    south, north = min(latitudes), max(latitudes)
    rise = (north - south) * scale * TALLER
    # lines bend to the north, and names need room
    height = min(max(rise + 90, LOWEST), HIGHEST)
    if span == 360:
        top = max(75.0, north + 2)
        return View(west, top, scale, (top - min(-50.0, south - 2)) * scale * TALLER)
    if rise + 60 > height:
        height = rise + 60
    return View(west, north + (height - rise) * 0.6 / scale / TALLER, scale, height)


def _crosses(a: float, b: float, cut: float) -> bool:
    """Return whether the short way between two longitudes goes over a meridian."""
    way = (b - a + 180) % 360 - 180
    reach = (cut - a) % 360 if way >= 0 else (a - cut) % 360
    return reach < abs(way)


def flow_map(plan: Sourcing, places: Mapping[Place, Point], name: str) -> str:
    """Return a map of a plan's flows as a figure; a sentence where no place is known.

    Parameters
    ----------
    plan : Sourcing
        The plan.
    places : mapping of (str, str) to (float, float)
        Longitude and latitude by ``plant`` or ``market`` and its name.
    name : str
        What the ids inside begin with.
    """
    flows = (
        plan.flows.group_by("plant", "market")
        .agg(pl.col("cars").sum())
        .sort("cars", "plant", "market", descending=[True, False, False])
    )
    known: list[tuple[Place, Place, float]] = []
    missing: dict[Place, float] = {}
    for plant, market, cars in flows.iter_rows():
        ends = ("plant", plant), ("market", market)
        without = [end for end in ends if end not in places]
        if not without:
            known.append((*ends, cars))
        for end in without:
            missing[end] = missing.get(end, 0.0) + cars
    notes = [_missing(missing)] if missing else []
    if not known:
        return _notes(notes or ["No car is delivered."])
    view = view_of([(places[a], places[b], cars) for a, b, cars in known])
    # many lines are thin, so that they do not cover the land
    one = THICKEST * min(1.0, 40 / min(len(known), MOST_LINES)) / known[0][2]
    lines = [
        _line(view, places[a], places[b], max(one * cars, 0.6)) for a, b, cars in known[:MOST_LINES]
    ]
    weight: dict[Place, float] = {}
    for a, b, cars in known:
        for end in (a, b):
            weight[end] = weight.get(end, 0.0) + cars
    order = sorted(weight, key=lambda end: (-weight[end], end))
    dots = [_dot(*view.at(places[end]), INCOME if end[0] == "plant" else INK) for end in order]
    names, unnamed = _names([(view.at(places[end]), end) for end in order], view.height)
    clip = (
        f'<clipPath id="{name}-clip"><rect width="{number(WIDTH)}" '
        f'height="{number(view.height)}"/></clipPath>'
    )
    land = path(_land(view), fill="#eef1f4", stroke="#c9d0d8", **THIN)
    body = clip + group([land, *lines], clip_path=f"url(#{name}-clip)") + "".join([*dots, *names])
    if len(known) > MOST_LINES:
        share = sum(cars for *_, cars in known[:MOST_LINES]) / sum(cars for *_, cars in known)
        notes.insert(0, f"Drawn are the {MOST_LINES} largest flows, {share:.0%} of the cars.")
    if unnamed:
        notes.insert(0, f"{unnamed} places have no room for their name.")
    notes.insert(0, "Blue: plants; black: markets; the wider a line, the more cars.")
    said = "; ".join(f"{a[1]} to {b[1]}: {cars:,.0f} cars" for a, b, cars in known[:MOST_LINES])
    return whole(Drawing(WIDTH, view.height, body), "Flows", said, name) + _notes(notes)


def _notes(notes: Sequence[str]) -> str:
    return "".join(f'<p class="note">{html.escape(note)}</p>' for note in notes)


def _missing(missing: Mapping[Place, float]) -> str:
    shown = [f"{kind} {name}" for kind, name in list(missing)[:5]]
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    stand = "stands" if len(missing) == 1 else "stand"
    return f"Without latitude and longitude, {', '.join(shown)}{more} {stand} in the table alone."


def _land(view: View) -> list[str]:
    """Return coast lines; what crosses the edge of the map goes on at the other side."""
    pieces = []
    for ring in json.loads(asset("land.json")):
        x, points = 0.0, []
        for at, (longitude, latitude) in enumerate(ring):
            there, y = view.at((longitude, latitude))
            turn = 360 * view.scale
            x = there if at == 0 else x + (there - x + turn / 2) % turn - turn / 2
            points.append((x, y))
        least, most = min(x for x, _ in points), max(x for x, _ in points)
        for move in (-360 * view.scale, 0.0, 360 * view.scale):
            if most + move > 0 and least + move < WIDTH:
                way = "L".join(f"{number(x + move)} {number(y)}" for x, y in points)
                pieces.append(f"M{way}Z")
    return pieces


def _line(view: View, plant: Point, market: Point, width: float) -> str:
    (x, y), (u, v) = view.at(plant), view.at(market)
    turn = 360 * view.scale
    u = x + (u - x + turn / 2) % turn - turn / 2
    bend = 0.18 * abs(u - x)
    pieces = [
        f"M{number(x + move)} {number(y)}Q{number((x + u) / 2 + move)} "
        f"{number((y + v) / 2 - bend)} {number(u + move)} {number(v)}"
        for move in (-turn, 0.0, turn)
        if max(x, u) + move > 0 and min(x, u) + move < WIDTH
    ]
    style: dict[str, float] = {"stroke-width": width, "stroke-opacity": 0.55}
    return path(pieces, fill="none", stroke=COST, **style)


def _dot(x: float, y: float, color: str) -> str:
    r = DOT
    dot = (
        f"M{number(x - r)} {number(y)}a{r:g} {r:g} 0 1 0 {2 * r:g} 0a{r:g} {r:g} 0 1 0 -{2 * r:g} 0"
    )
    return path([dot], fill=color, stroke="white", **THIN)


def _names(places: Sequence[tuple[Point, Place]], height: float) -> tuple[list[str], int]:
    """Write names beside their places so that none lies over another, or over a place.

    Parameters
    ----------
    places : sequence of ((float, float), (str, str))
        Where places stand, and what they are; those that matter most come first.
    height : float
        Height of the map.

    Returns
    -------
    parts : list of str
        Names, and lines to those that stand further off.
    left : int
        How many find no room.
    """
    taken: list[Box] = [(x - DOT, y - DOT, x + DOT, y + DOT) for (x, y), _ in places]
    parts, left = [], 0
    for (x, y), (kind, name) in places:
        text = cut(name, SIZE, LONGEST)
        wide = text_width(text, SIZE) + 2
        # the names of markets stand to the right of them, those of plants to the left
        ways = [(a if kind == "market" else -a, b) for a, b in WAYS]
        for off, (a, b) in (
            (off, way) for off in (8.0, 18.0, 30.0, 44.0, 60.0, 80.0) for way in ways
        ):
            middle = x + a * off + (wide / 2 if a > 0 else -wide / 2 if a < 0 else 0.0)
            level = y + b * off + 0.35 * SIZE * (b == 0) + (SIZE * 0.7 if b > 0 else 0.0)
            box = middle - wide / 2, level - SIZE * 0.8, middle + wide / 2, level + SIZE * 0.25
            inside = box[0] >= 0 and box[2] <= WIDTH and box[1] >= 0 and box[3] <= height
            if inside and not any(_over(box, other) for other in taken):
                break
        else:
            left += 1
            continue
        taken.append(box)
        if off > 8:
            near = min(max(x, box[0]), box[2]), min(max(y, box[1]), box[3])
            lead = f"M{number(x)} {number(y)}L{number(near[0])} {number(near[1])}"
            parts.append(path([lead], fill="none", stroke=SOFT, **THIN))
        style: dict[str, str] = {"text-anchor": "middle", "paint-order": "stroke"}
        parts.append(
            label(middle, level, text, fill=INK, stroke="white", stroke_width=2.5, **style)
        )
    return parts, left


def _over(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
