"""The line as strips: colours as painted, a row of dots per rule, what is violated shaded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from sinho.days.rules import Changes, Rule
from sinho.report.drawing import (
    Drawing,
    box,
    escaped,
    group,
    ink_on,
    label,
    number,
    path,
    shortened,
    stacked,
    text_width,
)
from sinho.report.sequence.lanes import Band, Lane, View, changes_of
from sinho.report.sequence.layout import (
    DETAILED_UP_TO,
    LEAST,
    SMALL,
    THIN,
    TICK,
    TICK_APART,
    TOP,
    Layout,
    Strip,
    layout_of,
)
from sinho.report.sequence.legend import (
    ALARM,
    AXIS,
    SHADES,
    VEIL,
    WASH,
    diamond,
    heading,
    legend,
    plain,
)
from sinho.report.style import INK, LINE, SOFT

_EXACT = 100
"""Figures beside a strip have decimals below this."""


def strips(view: View) -> Drawing:
    """Draw an order: a heading, a legend, and the line wrapped into strips.

    Parameters
    ----------
    view : View
        The order.

    Returns
    -------
    Drawing
        All of it below each other.
    """
    width = picture_width(view)
    drawn = stacked(line_of_strips(view), gap=18.0)
    return stacked([heading(view, width), legend(view, width), drawn], gap=14.0)


def picture_width(view: View) -> float:
    """Return how wide a picture of an order is, in pixels."""
    return max(layout_of(view).width, LEAST)


def line_of_strips(view: View) -> list[Drawing]:
    """Draw the strips of an order's picture.

    Parameters
    ----------
    view : View
        The order.

    Returns
    -------
    list of Drawing
        In the order of the line. Every car of the day is there once as an element of class
        ``car``; one path of class ``over`` per lane and strip has a bracket for each violated piece
        that it shows.
    """
    layout = layout_of(view)
    return [_strip(layout, first) for first in range(1, max(view.size, 1) + 1, layout.per)]


def _strip(layout: Layout, first: int) -> Drawing:
    """Draw one strip."""
    strip = Strip(layout, first)
    parts = [
        *_wash(strip),
        *(part for band in layout.bands_at for part in _band(strip, *band)),
        *(part for at in range(len(layout.view.lanes)) for part in _lane(strip, at)),
        _dots(strip),
        _veil(strip),
        *_held(strip),
        *_ticks(strip),
    ]
    return Drawing(layout.width, layout.height, "\n".join(part for part in parts if part))


def _wash(strip: Strip) -> Iterator[str]:
    """Yield stripes behind every other lane, and lines between levels and tens of positions."""
    lay, lanes = strip.layout, strip.layout.view.lanes
    right = strip.x(strip.last + 1)
    stripes = (
        f"M0 {number(lay.lanes_top + at * lay.row)}h{number(right)}v{number(lay.row)}"
        f"h{number(-right)}z"
        for at in range(0, len(lanes), 2)
    )
    yield path(stripes, fill=WASH)
    tens = (
        f"M{number(strip.x(at + 1))} {number(lay.lanes_top)}V{number(lay.height)}"
        for at in range(strip.first, strip.last)
        if at % TICK == 0
    )
    yield path(tens, stroke=LINE, stroke_width=1)
    levels = (
        f"M0 {number(lay.lanes_top + at * lay.row)}H{number(right)}"
        for at, (above, below) in enumerate(pairwise(lanes), start=1)
        if above.rule.level != below.rule.level
    )
    yield path(levels, stroke=AXIS, stroke_width=0.8)


def _band(strip: Strip, band: Band, y: float, height: float) -> Iterator[str]:
    """Yield the cars in the colours of an attribute, with the borders of its batches."""
    lay, view = strip.layout, strip.layout.view
    values = band.values
    main = band is view.bands[0]
    if main:
        yield group(_cars(strip, band, y, height))
    else:
        yield group(_runs(strip, band, y, height))
    lead = [at for at in strip.shown if at < strip.first]
    if main and lead:
        yield group(
            box(strip.x(at), y, lay.cell, height, fill=band.colours[values[strip.row_of(at)]])
            for at in lead
        )
    yield box(
        strip.x(strip.seen),
        y,
        strip.x(strip.last + 1) - strip.x(strip.seen),
        height,
        fill="none",
        stroke=AXIS,
        stroke_width=0.7,
    )
    changed = [
        at for at in strip.shown[1:] if values[strip.row_of(at)] != values[strip.row_of(at - 1)]
    ]
    lines = [(number(strip.x(at)), number(y), number(height)) for at in changed]
    yield path((f"M{x} {top}v{high}" for x, top, high in lines), stroke="white", stroke_width=2.2)
    yield path(
        (f"M{x} {number(y - 2.5)}v{number(height + 2.5)}" for x, _, _ in lines),
        stroke=INK,
        stroke_width=0.9,
        class_="border",
    )
    yield group(
        _names(strip, band, y, height, [strip.seen, *changed, strip.last + 1]),
        font_size=9,
        text_anchor="middle",
    )
    yield label(0, y + height - 4 if main else y + height - 2, band.attribute)
    for rule in changes_of(view, band.attribute):
        # Several rules of one attribute count the same: their figures stand on each other.
        counted = view.counted[rule.name]
        inside = (counted.last >= strip.first) & (counted.last <= strip.last)
        yield _figure(strip, y + height - 3, int(counted.cost[inside].sum()), rule)


def _cars(strip: Strip, band: Band, y: float, height: float) -> Iterator[str]:
    """Yield the day's cars of a strip, each with a title that says what it is."""
    view = strip.layout.view
    start, detailed = strip.row_of(strip.first), view.size <= DETAILED_UP_TO
    rows = view.line.cars.slice(start, strip.last - strip.first + 1).to_dicts()
    for at, car in enumerate(rows, start=strip.first):
        kinds = [f"{name} {car[name]}" for name in view.day.attributes if car[name] is not None]
        fitted = [name for name in view.day.options if car[name]] if detailed else []
        title = f"{at}: {', '.join([car['car'], *kinds, *fitted])}"
        yield (
            f'<rect class="car" x="{number(strip.x(at))}" y="{number(y)}" '
            f'width="{number(strip.layout.cell)}" height="{number(height)}" '
            f'fill="{band.colours[band.values[strip.row_of(at)]]}">'
            f"<title>{escaped(title)}</title></rect>"
        )


def _runs(strip: Strip, band: Band, y: float, height: float) -> Iterator[str]:
    """Yield boxes of equal neighbours."""
    for first, last in _equal(strip, band):
        colour = band.colours[band.values[strip.row_of(first)]]
        yield box(strip.x(first), y, strip.x(last + 1) - strip.x(first), height, fill=colour)


def _equal(strip: Strip, band: Band) -> Iterator[tuple[int, int]]:
    """Yield first and last position of equal neighbours."""
    begin = strip.seen
    for at in strip.shown:
        here = band.values[strip.row_of(at)]
        if at == strip.last or band.values[strip.row_of(at + 1)] != here:
            yield begin, at
            begin = at + 1


def _names(strip: Strip, band: Band, y: float, height: float, borders: list[int]) -> Iterator[str]:
    """Yield the values' names in the batches that have room for them."""
    for first, end in pairwise(sorted(set(borders))):
        first = max(first, strip.first)
        value = band.values[strip.row_of(min(first, strip.last))]
        wide = strip.x(end) - strip.x(first)
        if value is None or wide < text_width(value, 9) + 4 or height < THIN - 1:
            continue
        middle = (strip.x(first) + strip.x(end)) / 2
        ink = ink_on(band.colours[value])
        yield label(middle, y + height / 2 + 3.2, value, fill=ink)


def _lane(strip: Strip, at: int) -> Iterator[str]:
    """Yield a lane's label, what is violated in it, and what that costs in this strip."""
    lay = strip.layout
    lane = lay.view.lanes[at]
    y = lay.lanes_top + at * lay.row
    yield from _over(strip, lane, y)
    base = y + lay.row / 2 + 3
    name = shortened(lane.label, SMALL, lay.left - text_width(lane.limit, SMALL) - 12)
    yield label(0, base, name, font_size=SMALL)
    if lane.limit:
        yield label(lay.left - 7, base, lane.limit, font_size=SMALL, fill=SOFT, text_anchor="end")
    begins = lane.counted.last if lane.between else np.maximum(lane.counted.first, 1)
    inside = (begins >= strip.first) & (begins <= strip.last)
    cost = float(lane.counted.cost[inside].sum()) / lane.rule.scale
    if cost:
        yield _figure(strip, base, cost, lane.rule)


def _figure(strip: Strip, base: float, value: float, rule: Rule) -> str:
    """Return a rule's figure in a strip; changes are what a band is like, others are alarming."""
    alarm = not isinstance(rule, Changes)
    shown = round(value, 2 if value < _EXACT else 0)
    text = plain(shown) if shown or not value else "<0.01"
    return label(
        strip.x(strip.last + 1) + 6,
        base,
        text,
        font_size=SMALL,
        fill=ALARM if alarm else SOFT,
        font_weight="600" if alarm else None,
        data_rule=rule.name,
    )


def _over(strip: Strip, lane: Lane, y: float) -> Iterator[str]:
    """Yield shades over violated pieces, the worst on top, and a bracket for each."""
    counted = lane.counted
    hit = (counted.last >= strip.first) & (counted.first <= strip.last)
    if not hit.any():
        return
    row = strip.layout.row
    worst = np.zeros(len(strip.shown) + 1, dtype=np.int64)
    pieces = []
    half = 0.5 if lane.between else 0.0
    for first, last, strength in zip(
        counted.first[hit].tolist(),
        counted.last[hit].tolist(),
        lane.strength[hit].tolist(),
        strict=True,
    ):
        begin, end = max(first, strip.seen), min(last, strip.last)
        part = worst[begin - strip.seen : end - strip.seen + (0 if lane.between else 1)]
        np.maximum(part, strength, out=part)
        left, right = strip.x(begin + half) + 0.8, strip.x(end + 1 - half) - 0.8
        opened = "v2.5" if begin == first else ""
        top = y + row - (3.5 if opened else 1)
        closed = "v-2.5" if end == last else ""
        pieces.append(f"M{number(left)} {number(top)}{opened}h{number(right - left)}{closed}")
    borders = np.flatnonzero(np.diff(worst, prepend=0))
    for begin, end in pairwise(borders.tolist()):
        if not worst[begin]:
            continue
        left = strip.x(strip.seen + begin + half)
        wide = (end - begin) * strip.layout.cell
        yield box(left, y, wide, row, fill=SHADES[worst[begin] - 1], class_="shade")
    yield path(pieces, class_="over", fill="none", stroke=ALARM, stroke_width=0.9)


def _dots(strip: Strip) -> str:
    """Return a dot for each car that a lane's rule counts."""
    lay = strip.layout
    rows = slice(strip.row_of(strip.seen), strip.row_of(strip.last) + 1)
    dots = []
    for at, lane in enumerate(lay.view.lanes):
        y = number(lay.lanes_top + (at + 0.5) * lay.row - 0.5)
        for place in np.flatnonzero(lane.dots[rows]).tolist():
            dots.append(f"M{number(strip.x(strip.seen + place + 0.5))} {y}h.01")
    size = min(5.6, lay.cell * 0.8, lay.row * 0.55)
    return path(dots, class_="dots", stroke=INK, stroke_width=size, stroke_linecap="round")


def _veil(strip: Strip) -> str:
    """Return what fades the cars before the strip."""
    lay = strip.layout
    if strip.seen == strip.first:
        return ""
    left, top = strip.x(strip.seen) - 1, TOP - 3
    right = strip.x(strip.first) - 0.5
    veil = box(left, top, right - left, lay.height - top, fill="white", opacity=VEIL)
    return f'<g class="before">{veil}</g>'


def _held(strip: Strip) -> Iterator[str]:
    """Yield marks of frozen and of pinned cars, in the colour of alarms where they moved."""
    lay, view = strip.layout, strip.layout.view
    y = TOP + 1.5
    last = min(view.frozen, strip.last)
    if last >= strip.first:
        left, right = strip.x(strip.first), strip.x(last + 1)
        yield box(left, y, right - left, 2.5, fill=SOFT, class_="frozen")
        held = view.day.idents[: view.frozen]
        moved = [
            at for at in range(strip.first, last + 1) if view.line.order[at - 1] != held[at - 1]
        ]
        yield path(
            (f"M{number(strip.x(at))} {number(y)}h{number(lay.cell)}v2.5h{number(-lay.cell)}z"
             for at in moved),
            fill=ALARM,
        )  # fmt: skip
    for at in range(strip.first, strip.last + 1):
        due = view.pinned.get(view.line.order[at - 1])
        if due is not None:
            colour = INK if due == at else ALARM
            mark = diamond(strip.x(at + 0.5), y + 1.2, 3.2)
            yield path([mark], fill=colour, class_="pinned")


def _ticks(strip: Strip) -> Iterator[str]:
    """Yield the numbers of the positions."""
    lay = strip.layout
    yield label(0, 9, f"{strip.first:,}–{strip.last:,}", font_size=11, font_weight="600")
    step = next(n for n in (10, 20, 50, 100, 200, 500, 1000) if n * lay.cell >= TICK_APART)
    at = [n for n in range(strip.first, strip.last + 1) if n % step == 0]
    if strip.last < TICK:
        at = [1, strip.last] if strip.last > 1 else [1]
    yield group(
        (label(strip.x(n + 0.5), 9, f"{n:,}") for n in at),
        font_size=9.5,
        fill=SOFT,
        text_anchor="middle",
    )
    if strip.first == 1 and strip.seen < 1:
        yield label(
            strip.x(1) - 4,
            9,
            "day before",
            font_size=9.5,
            fill=SOFT,
            font_style="italic",
            text_anchor="end",
        )
