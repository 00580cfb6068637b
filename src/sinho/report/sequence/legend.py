"""Heading and legend of a picture, and the signs it uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sinho.days.day import Day
from sinho.report.drawing import (
    Drawing,
    box,
    label,
    moved,
    number,
    path,
    shortened,
    stacked,
    text_width,
)
from sinho.report.render import MINUS
from sinho.report.sequence.lanes import Band, View
from sinho.report.style import INK, SOFT

ALARM = "#b3261e"
SHADES = ("#fbd5d0", "#f6aaa1", "#ee7d71", "#df4a3d")
"""From just above a limit to far above it."""

WEIGHTED = "weighted"
"""Unit of a level whose rules have several units or weights."""

WASH = "#f5f7f9"
AXIS = "#aab2bb"
VEIL = 0.62
"""How much the cars before a strip are faded."""

_LINE = 17.0
_SWATCH = 12.0


def heading(view: View, width: float) -> Drawing:
    """Return the title of a picture with the figures of its levels."""
    score = view.score
    said = [f"{view.size:,} cars"]
    said += levels_said(view, score.levels)
    if score.weighted is not None:
        said.append(f"score {plain(score.weighted)}")
    title = shortened(f"Sequence of {view.day.name}", 17, width)
    parts = [label(0, 15, title, font_size=17, font_weight="600", fill=INK)]
    parts.append(label(0, 34, "; ".join(said), font_size=12.5, fill=SOFT))
    height = 38.0
    if not score.feasible:
        broken = [rule.name for rule in view.day.rules if rule.hard and _costs(view, rule.name)]
        text = shortened(f"Hard rules are broken: {', '.join(broken)}", 12.5, width)
        parts.append(label(0, 52, text, font_size=12.5, font_weight="600", fill=ALARM))
        height = 56.0
    return Drawing(width, height, "".join(parts))


def _costs(view: View, rule: str) -> bool:
    return view.counted[rule].total > 0


def plain(value: float) -> str:
    """Return a figure with thousands separators, and decimals only where it has them."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.replace("-", MINUS)


def level_unit(day: Day, level: int | None) -> str:
    """Return the unit of a level's figure.

    Parameters
    ----------
    day : Day
        The day.
    level : int or None
        The level; ``None`` for the hard rules.

    Returns
    -------
    str
        The unit that all its rules share, each with weight 1; ``weighted`` where they do not.
    """
    rules = [rule for rule in day.rules if rule.level == level]
    units = {rule.unit for rule in rules}
    if len(units) == 1 and all(rule.weight == 1 for rule in rules):
        return units.pop()
    return WEIGHTED if rules else ""


def levels_said(view: View, levels: Iterable[tuple[str, float]]) -> list[str]:
    """Return the figures of levels with their units in words."""
    return [
        f"{name} {amount(figure, level_unit(view.day, at))}"
        for at, (name, figure) in enumerate(levels)
        if at in view.day.counted_levels
    ]


def amount(figure: float, unit: str) -> str:
    """Return a figure with its unit in words, such as ``1 violation`` or ``2.5 minutes``."""
    if unit in (WEIGHTED, ""):
        return plain(figure)
    if unit == "cost":
        return f"{unit} {plain(figure)}"
    return f"{plain(figure)} {unit.removesuffix('s') if figure == 1 else unit}"


def diamond(x: float, y: float, half: float) -> str:
    """Return a path of a diamond around a point."""
    h = number(half)
    return f"M{number(x - half)} {number(y)}l{h}-{h} {h} {h}-{h} {h}z"


def legend(view: View, width: float) -> Drawing:
    """Return what the signs and the colours mean."""
    rows = [_flow(_signs(view), width)]
    for band in view.bands if view.day.attributes else ():
        rows.append(_flow(_colours(view, band), width, band.attribute))
    return stacked(rows, gap=4.0)


def _signs(view: View) -> Iterable[tuple[str, float, str]]:
    """Yield the signs used: what is drawn, its width, what it means."""
    middle = _SWATCH / 2
    if view.lanes:
        dot = path(
            [f"M{number(middle)} 7h.01"], stroke=INK, stroke_width=5.6, stroke_linecap="round"
        )
        yield dot, _SWATCH, "car that the row's rule counts"
        shades = "".join(box(at * 11, 1, 11, 11, fill=shade) for at, shade in enumerate(SHADES))
        bracket = path(["M.8 9.5v2.5h42.4v-2.5"], fill="none", stroke=ALARM, stroke_width=0.9)
        text = "window over its limit, by 1, 2, 3, 4 or more (other units: by quarters)"
        yield shades + bracket, 44.0, text
    faded = box(0, 1, _SWATCH, 11, fill=INK) + box(0, 1, _SWATCH, 11, fill="white", opacity=VEIL)
    yield faded, _SWATCH, "cars before the strip, or of the day before"
    if view.frozen:
        first = "first car frozen" if view.frozen == 1 else f"first {view.frozen:,} cars frozen"
        yield box(0, 5, 22, 2.5, fill=SOFT), 22.0, first
    if view.pinned:
        yield path([diamond(middle, 6.5, 3.6)], fill=INK), _SWATCH, "pinned car"
    yield (
        label(0, 10, "12", font_size=10.5, font_weight="600", fill=ALARM),
        14.0,
        ("violations that begin in the strip"),
    )


def _colours(view: View, band: Band) -> Iterable[tuple[str, float, str]]:
    """Yield a swatch for each value with the number of its cars in the day."""
    counts = Counter(band.values[view.known :])
    for value, colour in band.colours.items():
        swatch = box(0, 1, _SWATCH, 11, fill=colour, stroke=AXIS, stroke_width=0.7)
        name = "none" if value is None else value
        if counts[value]:
            yield swatch, _SWATCH, f"{name} ({counts[value]:,})"
        else:
            yield swatch, _SWATCH, f"{name} (day before only)"


def _flow(items: Iterable[tuple[str, float, str]], width: float, title: str = "") -> Drawing:
    """Put signs and texts into lines as wide as the picture."""
    parts = [label(0, 11, title, font_size=11, font_weight="600", fill=INK)] if title else []
    indent = text_width(title, 11) + 16 if title else 0.0
    x, y = indent, 0.0
    for sign, wide, text in items:
        text = shortened(text, 11, width - wide - 40)
        needs = wide + 5 + text_width(text, 11)
        if x > indent and x + needs > width:
            x, y = indent, y + _LINE
        both = Drawing(needs, _LINE, sign + label(wide + 5, 11, text, font_size=11, fill=SOFT))
        parts.append(moved(both, x, y))
        x += needs + 16
    return Drawing(width, y + _LINE, "".join(parts))
