"""The map of the yard at a moment: rows of drawn places, coloured by voyage."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

import polars as pl

from sinho.report.colors import PALETTE
from sinho.report.drawing import Drawing, box, escaped, group, label, moved, number, path, whole
from sinho.report.style import INK, LINE, SOFT
from sinho.results.yard import YardPlan

WIDTH = 1100.0
"""Pixels for areas side by side."""

GAP, HEAD = 18.0, 20.0
"""Pixels between areas, and above each for its name."""

PORTS = (1.0, 0.7, 0.5, 0.35)
"""Opacity of a voyage's cars by port of discharge: of the first that is loaded, and so on."""

LEGEND = 24
"""Voyages named below the map; others follow as a number."""

NO_VOYAGE = "no voyage"


@dataclass(frozen=True)
class Look:
    """How large a place is drawn: pixels across and along its row."""

    across: float
    along: float


def yard_map(plan: YardPlan, at: dt.datetime | None = None) -> str:
    """Draw the yard at a moment.

    Each column is a row of the yard, with place 1, the deepest, on top. An open end is where the
    line is missing. A car's colour is its voyage, its shade the port of discharge; a dot says that
    it is moved later on to reach another.

    Parameters
    ----------
    plan : YardPlan
        The plan.
    at : datetime.datetime, optional
        The moment; by default the end of the fullest hour.

    Returns
    -------
    str
        SVG.
    """
    at = at or plan.fullest
    cars = standing(plan, at)
    voyages = by_leaving(cars)
    colors = {name: PALETTE[k % len(PALETTE)] for k, name in enumerate(voyages)}
    look = looks(plan.rows)
    stands = {str(area): frame for (area,), frame in cars.group_by("area")}
    areas = [
        area_drawn(str(area), rows, stands.get(str(area), cars.clear()), colors, look)
        for (area,), rows in plan.rows.group_by("area", maintain_order=True)
    ]
    taken, places = cars.height, int(plan.rows["places"].sum())
    lost = overflow(plan, at)
    title = f"The yard on {at:%a} {at.day} {at:%B %Y, %H:%M}"
    share = f" ({taken / places:.0%})" if places else ""
    said = f"{taken:,} of {places:,} places taken{share}"
    said += f", {lost:,} {'car' if lost == 1 else 'cars'} without a place" if lost else ""
    head = Drawing(
        WIDTH,
        42,
        label(0, 14, title, font_size=15, font_weight="600")
        + label(0, 34, said, font_size=12, fill=SOFT),
    )
    parts = [head, flowed(areas), legend(cars, voyages, colors)]
    y, body, width = 0.0, [], WIDTH
    for part in parts:
        body.append(moved(part, 0, y))
        y, width = y + part.height + GAP, max(width, part.width)
    drawing = Drawing(width, y, "\n".join(body))
    described = f"{said}. Cars by voyage: " + ", ".join(
        f"{name} {len(cars.filter(pl.col('voyage') == name)):,}" for name in voyages
    )
    return whole(drawing, title, described, "yard")


def standing(plan: YardPlan, at: dt.datetime) -> pl.DataFrame:
    """Return who stands where, with voyage, port, when it leaves and whether it is moved later."""
    later = plan.moves.filter(pl.col("time") > at)["car"].unique()
    known = plan.places.select("car", pl.col("voyage").fill_null(NO_VOYAGE), "port", "leaves")
    return (
        plan.standing(at)
        .join(known, on="car", maintain_order="left")
        .with_columns(waits=pl.col("car").is_in(later.implode()))
        .with_columns(
            turn=pl.col("leaves").rank("dense").over("voyage").fill_null(1).cast(pl.Int64) - 1
        )
    )


def by_leaving(cars: pl.DataFrame) -> list[str]:
    """Return the voyages of some cars in the order in which they leave."""
    first = cars.group_by("voyage").agg(pl.col("leaves").min())
    names: list[str] = first.sort("leaves", "voyage", nulls_last=True)["voyage"].to_list()
    return names


def overflow(plan: YardPlan, at: dt.datetime) -> int:
    """Return how many cars without a place wait at a moment."""
    col = pl.col
    lost = col("place").is_null() & (col("leaves") > col("enters")).fill_null(True)
    here = (col("enters") <= at) & ~(col("leaves") <= at).fill_null(False)
    return plan.places.filter(lost & here).height


def looks(rows: pl.DataFrame) -> Look:
    """Return how large places are: smaller the more there are."""
    longest = max(1, int(rows["places"].max() or 1))  # type: ignore[arg-type]
    across = 11.0 if rows.height <= 150 else 8.0 if rows.height <= 500 else 6.0
    return Look(across, min(across * 1.6, max(2.0, 240 / longest)))


def area_drawn(
    name: str, rows: pl.DataFrame, cars: pl.DataFrame, colors: dict[str, str], look: Look
) -> Drawing:
    """Draw the rows of an area beside each other, and below where they are too many."""
    across, along = look.across, look.along
    most = max(1, int(WIDTH // across))
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    dots, ends, titles = [], [], []
    inside = {row: frame for (row,), frame in cars.group_by("row")}
    height, y, taken = 0.0, HEAD, 0
    for k, row in enumerate(rows.sort("row").iter_rows(named=True)):
        if k and k % most == 0:
            y, height = y + height + GAP / 2, 0.0
        x, deep = (k % most) * across, row["places"] * along
        height = max(height, deep)
        edge = f"M{number(x)},{number(y)}v{number(deep)}m{number(across)},0v{number(-deep)}"
        ends.append(edge + (f"h{number(-across)}" if row["open_ends"] == 1 else ""))
        here = inside.get(row["row"])
        stood: dict[str, int] = defaultdict(int)
        for car in () if here is None else here.iter_rows(named=True):
            top = y + (car["place"] - 1) * along
            shade = min(int(car["turn"]), len(PORTS) - 1)
            found[car["voyage"], shade].append(
                f"M{number(x + 0.6)},{number(top + 0.6)}h{number(across - 1.2)}"
                f"v{number(along - 1.2)}h{number(1.2 - across)}z"
            )
            stood[f"{car['voyage']} {car['port'] or ''}".strip()] += 1
            taken += 1
            if car["waits"]:
                dots.append(f"M{number(x + across / 2)},{number(top + along / 2)}h0")
        who = ", ".join(f"{count} {lot}" for lot, count in stood.items()) or "empty"
        said = escaped(f"{name} row {row['row']}, {row['places']} places: {who}")
        spot = box(x, y, across, deep, fill="transparent")
        titles.append(spot.replace("/>", f"><title>{said}</title></rect>"))
    parts = [
        path(pieces, fill=colors[voyage], fill_opacity=PORTS[shade])
        for (voyage, shade), pieces in sorted(found.items())
    ]
    parts.append(path(ends, fill="none", stroke=LINE, stroke_width=1))
    parts.append(path(dots, stroke=INK, stroke_width=3, stroke_linecap="round"))
    width = min(len(rows), most) * across
    places = int(rows["places"].sum())
    purpose = rows["purpose"][0]
    said = f"{name}{f' {purpose}' if purpose else ''}"
    parts.append(label(0, HEAD - 6, said, font_size=11, font_weight="600"))
    parts.append(
        label(
            max(width, 90),
            HEAD - 6,
            f"{taken}/{places}",
            font_size=10,
            fill=SOFT,
            text_anchor="end",
        )
    )
    return Drawing(max(width, 90), y + height, group(parts) + group(titles))


def flowed(areas: list[Drawing]) -> Drawing:
    """Return areas side by side, in as many lines as they need."""
    x, y, high, body = 0.0, 0.0, 0.0, []
    for area in areas:
        if x and x + area.width > WIDTH:
            x, y, high = 0.0, y + high + GAP, 0.0
        body.append(moved(area, x, y))
        x, high = x + area.width + GAP, max(high, area.height)
    return Drawing(WIDTH, y + high, "\n".join(body))


def legend(cars: pl.DataFrame, voyages: list[str], colors: dict[str, str]) -> Drawing:
    """Return the names of voyages with their colours and cars, and what a dot means."""
    count = dict(cars.group_by("voyage").len().iter_rows())
    wide, body = WIDTH / 6, []
    for k, name in enumerate(voyages[:LEGEND]):
        x, y = k % 6 * wide, k // 6 * 18.0
        body.append(box(x, y, 11, 11, fill=colors[name]))
        body.append(label(x + 16, y + 10, f"{name}: {count[name]:,}", font_size=11))
    lines = -(-min(len(voyages), LEGEND) // 6)
    y = lines * 18.0 + 12
    said = "Lighter: ports loaded later. Dot: moved later to reach another. No line: an open end."
    if len(voyages) > LEGEND:
        said = f"{len(voyages) - LEGEND} more voyages. {said}"
    body.append(label(0, y, said, font_size=11, fill=SOFT))
    return Drawing(WIDTH, y + 4, "".join(body))
