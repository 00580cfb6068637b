"""Where things stand in the picture of an order: strips, bands, lanes, cells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sinho.report.drawing import text_width
from sinho.report.sequence.lanes import Band, Lane, View

PER = (100, 110, 120)
"""Positions of a strip, the first preferred; twice as many and more for very long days."""

MOST_STRIPS = 20
FULL_ENOUGH = 0.25
"""Least share of the last strip that has to be filled for the first choice to be taken."""

ONE_STRIP_UP_TO = 120
LEAD = 10
"""Cars before a strip that it shows faded, so that windows across its border can be read."""

TICK = 10
TICK_APART = 60.0
"""Least distance between two numbers of positions, in pixels."""

DETAILED_UP_TO = 3000
"""Cars of a day whose titles name their options too."""

CELL, _WIDE, _WIDE_UP_TO = 10.0, 16.0, 64
_STRIP, _LONG_STRIP = 1000.0, 1200.0
_LABELS = (96.0, 220.0)
_FIGURES = 50.0
LEAST = 640.0
"""Least width of a picture, in pixels."""

SMALL = 10.0
"""Font size of labels."""

TOP, THIN = 15.0, 11.0
_HELD, _BAND, _GAP = 7.0, 17.0, 4.0
_ROWS_CLOSE_FROM = 15
_ROW, _CLOSE_ROW = 13.0, 11.0


@dataclass(frozen=True)
class Layout:
    """Where things stand in the strips of a view.

    Parameters
    ----------
    view : View
        The order.
    per : int
        Positions per strip.
    lead : int
        Faded cars before each strip.
    cell : float
        Pixels per position.
    left : float
        Pixels for the labels.
    row : float
        Pixels per lane.
    """

    view: View = field(repr=False)
    per: int
    lead: int
    cell: float
    left: float
    row: float

    @property
    def width(self) -> float:
        """Pixels from the labels to the figures."""
        return self.left + (self.lead + self.per) * self.cell + _FIGURES

    @cached_property
    def bands_at(self) -> tuple[tuple[Band, float, float], ...]:
        """Bands with their top and height."""
        held = _HELD if self.view.frozen or self.view.pinned else 0.0
        placed, y = [], TOP + held
        for at, band in enumerate(self.view.bands):
            height = THIN if at else _BAND
            placed.append((band, y, height))
            y += height + _GAP
        return tuple(placed)

    @property
    def lanes_top(self) -> float:
        """Top of the lanes."""
        _, y, height = self.bands_at[-1]
        return y + height + _GAP

    @property
    def height(self) -> float:
        """Pixels of a strip."""
        return self.lanes_top + self.row * len(self.view.lanes)


def layout_of(view: View) -> Layout:
    """Choose how many positions a strip has, and how large its cells are.

    Parameters
    ----------
    view : View
        The order.

    Returns
    -------
    Layout
        One strip up to 120 cars; strips of 100 beyond, of 200 and more for very long days.
    """
    size, longest = view.size, max((reach(lane) for lane in view.lanes), default=1)
    if size <= ONE_STRIP_UP_TO:
        cell = _WIDE if size <= _WIDE_UP_TO else CELL
        per, lead = max(size, 1), min(LEAD, view.known, max(1, longest))
    else:
        times = 1
        while size > PER[0] * times * MOST_STRIPS:
            times *= 2
        per = _length(size, [choice * times for choice in PER])
        lead = min(LEAD, max(2, longest))
        cell = (_STRIP if times == 1 else _LONG_STRIP) / per
    names = [(lane.label, lane.limit) for lane in view.lanes]
    names += [(band.attribute, "") for band in view.bands]
    wide = max((text_width(a + b, SMALL) + 18 for a, b in names), default=0.0)
    row = _CLOSE_ROW if len(view.lanes) >= _ROWS_CLOSE_FROM else _ROW
    return Layout(view, per, lead, cell, float(np.clip(wide, *_LABELS)), row)


def _length(size: int, choices: list[int]) -> int:
    """Return the first choice, or the one that fills the last strip best where that is short."""

    def filled(per: int) -> float:
        return ((size - 1) % per + 1) / per

    return choices[0] if filled(choices[0]) >= FULL_ENOUGH else max(choices, key=filled)


def reach(lane: Lane) -> int:
    """Return how many cars before a position a lane's rule looks back."""
    return getattr(lane.rule, "window", 2) - 1


@dataclass(frozen=True)
class Strip:
    """One strip: the positions ``first`` to ``last``, behind the faded ones from ``seen``.

    Parameters
    ----------
    layout : Layout
        The layout.
    first : int
        Its first position.
    """

    layout: Layout
    first: int

    @property
    def last(self) -> int:
        """Last position."""
        return min(self.first + self.layout.per - 1, self.layout.view.size)

    @property
    def seen(self) -> int:
        """First position that is shown, faded."""
        return max(self.first - self.layout.lead, 1 - self.layout.view.known)

    def x(self, position: float) -> float:
        """Return the left border of a position."""
        lay = self.layout
        return lay.left + (position - self.first + lay.lead) * lay.cell

    def row_of(self, position: int) -> int:
        """Return the row of a position in the cars along the line."""
        return position + self.layout.view.known - 1

    @property
    def shown(self) -> range:
        """Positions that are seen, faded ones included."""
        return range(self.seen, self.last + 1)
