"""Load curves: for each rule, what its windows hold along the day against the limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sinho.days.line import CarsInLine
from sinho.days.rules import THOUSANDTHS, Maximum, Overload, Ratio, Rule, Spread
from sinho.days.score import at_rate, ratio_windows, straight_line, thousandths, work
from sinho.report.colors import SERIES
from sinho.report.drawing import (
    Drawing,
    box,
    group,
    label,
    moved,
    number,
    path,
    shortened,
    text_width,
)
from sinho.report.sequence.lanes import View, beside
from sinho.report.sequence.legend import ALARM, AXIS, amount, plain
from sinho.report.style import LINE, SOFT

Values = NDArray[np.float64]

SAYS = "At each position, what the window that ends there holds; dashed: the limit; red: above it."
FILL = "#c9dbeb"
_GAP = 44.0
_TEXT = 17.0
_AXIS = 18.0
_TWO_COLUMNS_UP_TO = 400
_HEIGHT, _LOW = 46.0, 34.0
_LOW_FROM = 15
_TICKS = 12
_ROOM = 70.0


@dataclass(frozen=True)
class Curve:
    """What a rule counts along the line.

    Parameters
    ----------
    rule : Rule
        The rule.
    what : str
        What the curve shows, in words.
    at : array of int, shape (steps,)
        Positions at which it is taken: a window's is ``first + window - 1``, its last one where it
        is not shortened.
    value : array of float, shape (steps,)
        Its height over each position.
    limit : float or None
        Above this it costs something; ``None`` where every distance from 0 does.
    figure : float
        The rule's figure.
    """

    rule: Rule
    what: str
    at: NDArray[np.int64] = field(repr=False)
    value: Values = field(repr=False)
    limit: float | None
    figure: float

    @property
    def above(self) -> Values:
        """How far each step is above the limit."""
        if self.limit is None:
            return np.zeros(len(self.value))
        return np.maximum(0.0, self.value - self.limit)


def curve_of(rule: Rule, view: View) -> Curve | None:
    """Return the load curve of a rule; ``None`` for kinds that have none.

    Parameters
    ----------
    rule : Rule
        A rule of the view's day.
    view : View
        The order.

    Returns
    -------
    Curve or None
        For ratio rules and station overload the excess of all steps sums up to the rule's figure;
        for a maximum, that of one step per block does.
    """
    figure = view.counted[rule.name].total / rule.scale
    match rule:
        case Ratio():
            at, value = _ratio(rule, view.line)
            text = f"cars with {rule.option} in {rule.window} positions"
            return Curve(rule, text, at, value, float(rule.most), figure)
        case Maximum():
            at, value = _blocks(rule, view.line)
            text = f"cars with {rule.option} " + (
                "in the day so far" if rule.per is None else f"in each {rule.per} positions"
            )
            return Curve(rule, text, at, value, float(rule.most), figure)
        case Spread():
            at, value = _distance(rule, view.line)
            text = f"cars with {rule.option} so far, above or below an even spread"
            return Curve(rule, text, at, value, None, figure)
        case Overload():
            at, value = _station(rule, view.line)
            text = "minutes from the station's upstream border when the car is done"
            return Curve(rule, text, at, value, rule.length, figure)
        case _:
            return None


def _ratio(rule: Ratio, line: CarsInLine) -> tuple[NDArray[np.int64], Values]:
    first, last = ratio_windows(rule, line.day.size, line.known)
    so_far = np.concatenate(([0], np.cumsum(line.option(rule.option))))
    inside = so_far[last + line.known] - so_far[first - 1 + line.known]
    return first + rule.window - 1, inside.astype(np.float64)


def _blocks(rule: Maximum, line: CarsInLine) -> tuple[NDArray[np.int64], Values]:
    """Count up from the start of each block."""
    fitted = line.option(rule.option)[line.known :]
    at = np.arange(1, line.day.size + 1, dtype=np.int64)
    so_far = np.cumsum(fitted)
    if rule.per is None:
        return at, so_far.astype(np.float64)
    begin = (at - 1) // max(1, rule.per) * max(1, rule.per)
    before = np.concatenate(([0], so_far))[begin]
    return at, (so_far - before).astype(np.float64)


def _distance(rule: Spread, line: CarsInLine) -> tuple[NDArray[np.int64], Values]:
    so_far = np.cumsum(line.option(rule.option)[line.known :])
    size = line.day.size
    due = straight_line(int(so_far[-1]) if size else 0, size)
    return np.arange(1, size + 1, dtype=np.int64), (THOUSANDTHS * so_far - due) / THOUSANDTHS


def _station(rule: Overload, line: CarsInLine) -> tuple[NDArray[np.int64], Values]:
    takt, length = thousandths(rule.takt), thousandths(rule.length)
    start, ends = 0, []
    for minutes in at_rate(rule, work(rule, line.cars[line.known :]).tolist()):
        ends.append(start + minutes)
        start = max(0, min(start + minutes, length) - takt)
    at = np.arange(1, line.day.size + 1, dtype=np.int64)
    return at, np.array(ends, dtype=np.float64) / THOUSANDTHS


def curves(view: View, width: float, *, titled: bool = True) -> Drawing | None:
    """Draw the load curves of a view as small multiples over one axis of positions.

    Parameters
    ----------
    view : View
        The order.
    width : float
        Width of the drawing in pixels.
    titled : bool
        Whether a heading stands above it.

    Returns
    -------
    Drawing or None
        One panel per rule that has a curve; ``None`` without any.
    """
    drawn = [curve for rule in view.day.rules if (curve := curve_of(rule, view)) is not None]
    if not drawn:
        return None
    drawn.sort(key=lambda curve: -1 if curve.rule.level is None else curve.rule.level)
    columns = 2 if view.size <= _TWO_COLUMNS_UP_TO and len(drawn) > 1 else 1
    height = _LOW if len(drawn) >= _LOW_FROM else _HEIGHT
    panel = (width - _GAP * columns) / columns
    tail = [int(c.at[c.above > 0].max(initial=0)) for c in drawn]
    end = max(view.size, *tail)
    rows = -(-len(drawn) // columns)
    step = height + _TEXT + 7
    parts = []
    if titled:
        parts.append(label(0, 15, "Load curves", font_size=17, font_weight="600"))
        parts.append(label(0, 34, SAYS, font_size=12.5, fill=SOFT))
    top = 44.0 if titled else 0.0
    for at, curve in enumerate(drawn):
        column, row = divmod(at, rows)
        axis = row == rows - 1 or at == len(drawn) - 1
        body = "".join(_panel(curve, panel, height, view.size, end, axis=axis))
        place = Drawing(panel, height, body)
        parts.append(moved(place, _GAP / 2 + column * (panel + _GAP), top + row * step))
    return Drawing(width, top + rows * step + _AXIS, "\n".join(parts))


def _panel(
    curve: Curve, width: float, height: float, size: int, end: int, *, axis: bool
) -> Iterator[str]:
    """Yield one panel: heading, area, limit, excess, axes."""
    top, bottom = _TEXT, _TEXT + height
    low = min(0.0, float(curve.value.min(initial=0.0)))
    high = max(1.0, float(curve.value.max(initial=0.0)), (curve.limit or 0.0) * 1.05)
    across = width / max(end, 1)

    def x(position: float) -> float:
        return (position - 1) * across

    def y(value: float) -> float:
        return bottom - (value - low) / (high - low) * height

    yield from _heading(curve, width)
    if end > size:
        yield box(x(size + 1), top, x(end + 1) - x(size + 1), height, fill="#eef0f3")
    marks = [n for n in _positions(size) if n > 1]
    yield path(
        (f"M{number(x(n + 0.5))} {number(top)}V{number(bottom)}" for n in marks),
        stroke=LINE,
        stroke_width=1,
    )
    shown = curve.at <= end
    steps = list(_steps(curve.at[shown], curve.value[shown]))
    base = y(0.0)
    yield path(
        (
            f"M{number(x(a))} {number(base)}V{number(y(value))}H{number(x(b))}V{number(base)}z"
            for a, b, value in steps
            if value
        ),
        fill=FILL,
        class_="load",
    )
    if curve.limit is not None:
        line = y(curve.limit)
        yield path(
            (
                f"M{number(x(a))} {number(line)}V{number(y(value))}H{number(x(b))}V{number(line)}z"
                for a, b, value in steps
                if value > curve.limit
            ),
            fill=ALARM,
            stroke=ALARM,
            stroke_width=0.8,
            class_="excess",
        )
        yield path(
            [f"M0 {number(line)}H{number(width)}"],
            stroke=SERIES[0],
            stroke_width=1,
            stroke_dasharray="4 3",
        )
    yield path([f"M0 {number(base)}H{number(width)}"], stroke=AXIS, stroke_width=1)
    ticks = [low, high] if curve.limit is None else [0.0, curve.limit]
    if curve.limit is not None and high > curve.limit * 1.3:
        ticks.append(high)
    yield group(
        (label(-5, y(value) + 3.5, plain(round(value, 1)), fill=SOFT) for value in ticks),
        font_size=9.5,
        text_anchor="end",
    )
    if axis:
        yield group(
            (label(x(n + 0.5), bottom + 13, f"{n:,}") for n in _positions(size)),
            font_size=9.5,
            text_anchor="middle",
            fill=SOFT,
        )


def _heading(curve: Curve, width: float) -> Iterator[str]:
    """Yield name and limit, what the curve shows where there is room, and the figure."""
    figure = amount(round(curve.figure, 3), curve.rule.unit)
    over = bool(curve.figure) and curve.limit is not None
    style = {"fill": ALARM, "font_weight": "600"} if over else {"fill": SOFT}
    yield label(width, 11, figure, text_anchor="end", **style)
    room = width - text_width(figure, 11) - 20
    name = shortened(curve.rule.name, 11, room / 2)
    yield label(0, 11, name, font_weight="600")
    at = text_width(name, 11) * 1.06 + 8
    limit = beside(curve.rule)
    if limit:
        yield label(at, 11, limit)
        at += text_width(limit, 11) + 12
    at = max(at, min(150.0, room / 3))
    if room - at > _ROOM:
        yield label(at, 11, shortened(curve.what, 11, room - at), fill=SOFT)


def _steps(at: NDArray[np.int64], value: Values) -> Iterator[tuple[int, int, float]]:
    """Yield begin, end and height of equal neighbours."""
    borders = [*np.flatnonzero(np.diff(value, prepend=np.nan) != 0).tolist(), len(value)]
    for begin, end in pairwise(borders):
        yield int(at[begin]), int(at[end - 1]) + 1, float(value[begin])


def _positions(size: int) -> list[int]:
    """Return the positions that the axis names."""
    step = next(
        (n * 10**k for k in range(1, 8) for n in (1, 2, 5) if size / (n * 10**k) <= _TICKS), size
    )
    return [1, *range(step, size + 1, step)] if size > step // 2 else [1]
