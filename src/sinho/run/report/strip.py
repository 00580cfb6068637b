"""A day's sequence as a small picture: one thin car beside the other, and where rules cost."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from sinho.days.rules import Ratio, Windows
from sinho.hub.lines import ONE_LINE
from sinho.report.drawing import Drawing, box, group, label, number, path, whole
from sinho.report.sequence.lanes import View, violated
from sinho.report.sequence.legend import levels_said
from sinho.report.style import COST, LINE, SOFT
from sinho.results import LineDay

WIDTH = 720.0
BAND, MARKS, HEAD = 16.0, 5.0, 14.0


def strip(view: View, day: LineDay, where: str = "line") -> str:
    """Draw a day's sequence small.

    Parameters
    ----------
    view : View
        The order, counted.
    day : LineDay
        The day.
    where : str
        What its line is: a line, or a shop that several pass.

    Returns
    -------
    str
        SVG: a head with day, cars and levels; a band of the cars as painted; below it, in red,
        the places that violated windows of ratio rules span.
    """
    step = WIDTH / max(1, view.size)
    band = view.bands[0]
    own = band.values[view.known :]
    cars, at = [], 0
    for value, run in groupby(own):
        size = len(list(run))
        cars.append(box(at * step, HEAD + 4, size * step, BAND, fill=band.colours[value]))
        at += size
    shown = ((name, _rounded(figure)) for name, figure in view.score.levels)
    levels = ", ".join(levels_said(view, shown))
    hard = "" if view.score.feasible else "; hard rules are broken"
    line = "" if day.line == ONE_LINE else f", {where} {day.line}"
    head = label(
        0, HEAD - 3, f"{day.date:%a %d %b}{line}: {view.size:,} cars; {levels}{hard}", fill=SOFT
    )
    over = _over(view)
    marks = "".join(
        f"M{number(first * step)} {number(HEAD + 4 + BAND + 2)}h{number((last - first) * step)}"
        for first, last in over
    )
    body = (
        head
        + group(cars, stroke=LINE, stroke_width=0.3)
        + path([marks] if marks else [], stroke=COST, stroke_width=MARKS - 1, fill="none")
    )
    drawing = Drawing(WIDTH, HEAD + 4 + BAND + MARKS, body)
    said = f"{view.size} cars in building order by {band.attribute}; {levels}"
    return whole(
        drawing, f"Sequence of {day}", said, f"strip-{day.key.replace(' ', '-')}", margin=2.0
    )


def _over(view: View) -> list[tuple[int, int]]:
    """Return stretches of the day, from 0, that violated ratio rules and windows span."""
    hit = np.zeros(view.size, dtype=np.bool_)
    for rule in view.day.rules:
        if isinstance(rule, Ratio | Windows):
            pieces = violated(view.counted[rule.name])
            for first, last in zip(pieces.first, pieces.last, strict=True):
                hit[max(0, int(first) - 1) : max(0, int(last))] = True
    edges = np.flatnonzero(np.diff(np.concatenate([[0], hit.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _rounded(value: float) -> float:
    """Round a level's figure: whole from a hundred on, else to three decimals."""
    return round(value) if abs(value) >= 100 else round(value, 3)
