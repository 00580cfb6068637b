"""The map of the yard at a moment: rows of drawn places, coloured by voyage."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import polars as pl

from sinho.report.drawing import Drawing, box, escaped, group, label, number, path, stacked, whole
from sinho.report.style import INK, LINE, SOFT
from sinho.report.yard.cars import SHADES, Marked, marked
from sinho.report.yard.layout import HEAD, WIDTH, Layout, layout
from sinho.results import YardPlan
from sinho.results.yard import came_in

LEGEND = 24
"""Voyages named below the map; others follow as a number."""

EDGE = 0.6
"""Pixels left free around a car."""


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
    drawn = marked(plan)
    later = plan.moves.filter(pl.col("time") > at)["car"]
    cars = (
        plan.standing(at)
        .join(drawn.cars.select("car", "name", "shade", "port"), on="car", maintain_order="left")
        .with_columns(waits=pl.col("car").is_in(later.implode()))
    )
    count = Counter(cars["name"].to_list())
    title = f"The yard on {at:%a} {at.day} {at:%B %Y, %H:%M}"
    places = int(plan.rows["places"].sum())
    said = f"{cars.height:,} of {places:,} places taken"
    said += f" ({cars.height / places:.0%})" if places else ""
    lost = overflow(plan, at)
    if lost:
        said += f", {lost:,} {'car' if lost == 1 else 'cars'} without a place"
    head = label(0, 14, title, font_size=15, font_weight="600")
    head += label(0, 34, said, font_size=12, fill=SOFT)
    names = [name for name in drawn.colors if count[name]]
    parts = [
        Drawing(WIDTH, 42, head),
        yard_drawn(layout(plan.rows), cars, drawn),
        legend(names, count, drawn.colors),
    ]
    voyages = ", ".join(f"{name} {count[name]:,}" for name in names) or "none"
    return whole(stacked(parts, 18), title, f"{said}. Cars by voyage: {voyages}", "yard")


def overflow(plan: YardPlan, at: dt.datetime) -> int:
    """Return how many cars without a place wait at a moment."""
    came = pl.col("enters") <= at
    gone = (pl.col("leaves") <= at).fill_null(False) | (came_in() <= at)
    return plan.places.filter((pl.col("outside") > 0) & came & ~gone).height


def yard_drawn(yard: Layout, cars: pl.DataFrame, drawn: Marked) -> Drawing:
    """Draw all rows and who stands in them."""
    across, along = yard.across, yard.along
    where = {(column.area, column.row): column for column in yard.columns}
    boxes: dict[tuple[str, int], list[str]] = defaultdict(list)
    stood: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    taken: Counter[str] = Counter()
    dots = []
    wide, deep = number(across - 2 * EDGE), number(along - 2 * EDGE)
    for car in cars.iter_rows(named=True):
        column = where[car["area"], car["row"]]
        x, y = column.x, column.y + (car["place"] - 1) * along
        boxes[car["name"], car["shade"]].append(
            f"M{number(x + EDGE)},{number(y + EDGE)}h{wide}v{deep}h-{wide}z"
        )
        stood[car["area"], car["row"]][f"{car['name']} {car['port'] or ''}".strip()] += 1
        taken[car["area"]] += 1
        if car["waits"]:
            dots.append(f"M{number(x + across / 2)},{number(y + along / 2)}h0")
    walls, titles = [], []
    for column in yard.columns:
        high = number(column.places * along)
        wall = f"M{number(column.x)},{number(column.y)}v{high}m{number(across)},0v-{high}"
        walls.append(wall + (f"h-{number(across)}" if column.ends == 1 else ""))
        lots = stood[column.area, column.row]
        who = ", ".join(f"{many} {lot}" for lot, many in lots.items()) or "empty"
        said = escaped(f"{column.area} row {column.row}, {column.places} places: {who}")
        spot = box(column.x, column.y, across, column.places * along, fill="transparent")
        titles.append(spot.replace("/>", f"><title>{said}</title></rect>"))
    heads = []
    for panel in yard.panels:
        name, y = f"{panel.area} {panel.purpose}".strip(), panel.y + HEAD - 6
        heads.append(label(panel.x, y, name, font_size=11, font_weight="600"))
        full = f"{taken[panel.area]}/{panel.places}"
        end = panel.x + panel.width
        heads.append(label(end, y, full, font_size=10, fill=SOFT, text_anchor="end"))
    body = [
        *heads,
        *(
            path(pieces, fill=drawn.colors[name], fill_opacity=SHADES[shade])
            for (name, shade), pieces in sorted(boxes.items())
        ),
        path(walls, fill="none", stroke=LINE, stroke_width=1),
        path(dots, stroke=INK, stroke_width=3, stroke_linecap="round"),
        group(titles),
    ]
    return Drawing(WIDTH, yard.height, "\n".join(body))


def legend(names: list[str], count: Counter[str], colors: dict[str, str]) -> Drawing:
    """Return the names of voyages with their colours and cars, and what the signs mean."""
    wide, body = WIDTH / 6, []
    for k, name in enumerate(names[:LEGEND]):
        x, y = k % 6 * wide, k // 6 * 18.0
        body.append(box(x, y, 11, 11, fill=colors[name]))
        body.append(label(x + 16, y + 10, f"{name}: {count[name]:,}", font_size=11))
    y = -(-min(len(names), LEGEND) // 6) * 18.0 + 12
    said = "Lighter: ports loaded later. Dot: moved later to reach another. No line: an open end."
    if len(names) > LEGEND:
        said = f"{len(names) - LEGEND} more voyages. {said}"
    body.append(label(0, y, said, font_size=11, fill=SOFT))
    return Drawing(WIDTH, y + 4, "".join(body))
