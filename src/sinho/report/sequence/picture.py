"""The picture of an order: strips and load curves as one SVG, and as PNG."""

from __future__ import annotations

import re
from collections.abc import Sequence

import vl_convert

from sinho.days.day import Day
from sinho.report.drawing import stacked, whole
from sinho.report.pictures import SCALE, packed
from sinho.report.sequence.curves import curves
from sinho.report.sequence.lanes import View, view_of
from sinho.report.sequence.legend import amount, levels_said
from sinho.report.sequence.strips import picture_width, strips

NAME = "sequence"


def picture(day: Day, order: Sequence[str], *, loads: bool = True) -> str:
    """Draw an order.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order.
    loads : bool
        Whether the load curves are drawn.

    Returns
    -------
    str
        SVG.
    """
    view = view_of(day, order)
    drawn = [strips(view), curves(view, picture_width(view)) if loads else None]
    whole_picture = stacked([part for part in drawn if part is not None], gap=34.0)
    return whole(whole_picture, f"Sequence of {day.name}", description(view), NAME)


def description(view: View) -> str:
    """Say what a picture shows, for those who cannot see it."""
    levels = ", ".join(levels_said(view, view.score.levels))
    costs = [
        f"{rule.name} {amount(view.counted[rule.name].total / rule.scale, rule.unit)}"
        for rule in view.day.rules
        if view.counted[rule.name].total
    ]
    by = [band.attribute for band in view.bands] if view.day.attributes else []
    coloured = f", coloured by {', '.join(by)}" if by else ""
    return (
        f"{view.size:,} cars in building order{coloured}, with one row per rule. "
        f"Levels: {levels or 'none'}. Rules that cost something: {', '.join(costs) or 'none'}."
    )


def png(drawn: str, most: int) -> bytes:
    """Return a picture as PNG.

    Parameters
    ----------
    drawn : str
        SVG.
    most : int
        Most dots along one side.

    Returns
    -------
    bytes
        Two dots per pixel, or fewer where the picture is too long for that.
    """
    found = re.search(r'width="([0-9.]+)" height="([0-9.]+)"', drawn)
    side = max(float(size) for size in found.groups()) if found else 1.0
    scale = min(SCALE, most / side)
    return packed(bytes(vl_convert.svg_to_png(drawn, scale=scale)))
