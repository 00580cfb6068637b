"""Key figures as tiles: value, unit, trend."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

from sinho.report.amounts import number_text

WIDTH, HEIGHT = 132, 26
"""Size of a trend's picture in pixels."""

MOST_BARS = 62
GAP = 0.18
TINY = 1e-9


@dataclass(frozen=True)
class Trend:
    """How a figure goes over time.

    Parameters
    ----------
    points : tuple of (str, float)
        Times and values, in order.
    step : str
        What a time is: ``year``, ``month``, ``week``, ``day``.
    mean_of : str
        Where values are means of a sum: of what, such as ``month``; else empty.
    """

    points: tuple[tuple[str, float], ...] = ()
    step: str = ""
    mean_of: str = ""


@dataclass(frozen=True)
class Tile:
    """One key figure.

    Parameters
    ----------
    label : str
        What it is.
    value, unit : str
        The figure as text, and its unit.
    note : str
        What else is to be known of it.
    trend : Trend
        Its way over time; without points where it has none.
    """

    label: str
    value: str
    unit: str
    note: str = ""
    trend: Trend = Trend()


def trend_text(trend: Trend, unit: str) -> str:
    """Say what a figure comes to at the last time, and how far that is from the time before.

    Shares differ by points, other figures by per cent.

    Parameters
    ----------
    trend : Trend
        Its way.
    unit : str
        Its unit.

    Returns
    -------
    str
        Such as ``2026: 89,387, −1.2 % on 2025``; empty for fewer than two times, and for a figure
        that is nothing all the time.
    """
    if len(trend.points) < 2 or not any(value for _, value in trend.points):
        return ""
    (before, old), (last, new) = trend.points[-2:]
    each = f" a {trend.mean_of}" if trend.mean_of else ""
    text = f"{last}: {number_text(new)}{each}, "
    if abs(new - old) <= TINY * max(1.0, abs(old)):
        return f"{text}as in {before}"
    if unit.startswith("%"):
        return f"{text}{_signed(new - old, 1)} points on {before}"
    if old <= TINY:
        return f"{text}from {number_text(old)} in {before}"
    return f"{text}{_signed(100.0 * (new / old - 1.0), 1)} % on {before}"


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(value):,.{decimals}f}"
    return f"−{text}" if value < 0 else f"+{text}"


def tiles_html(tiles: Iterable[Tile]) -> str:
    """Return tiles as an HTML list, each with a small picture of its trend.

    Parameters
    ----------
    tiles : iterable of Tile
        In the order in which they are to stand.
    """
    return '<ul class="tiles">\n' + "\n".join(map(_tile, tiles)) + "\n</ul>"


def _tile(tile: Tile) -> str:
    said = trend_text(tile.trend, tile.unit)
    lines = [f'<span class="note">{html.escape(text)}</span>' for text in (tile.note, said) if text]
    return (
        f'<li><span class="label">{html.escape(tile.label)}</span>'
        f'<span class="value">{html.escape(tile.value)} <small>{html.escape(tile.unit)}</small>'
        f"</span>{_bars(tile)}{''.join(lines)}</li>"
    )


def _bars(tile: Tile) -> str:
    """Return the trend as small bars; nothing where there are no two times, or too many."""
    points = tile.trend.points
    if not 2 <= len(points) <= MOST_BARS:
        return ""
    values = [value for _, value in points]
    low, high = min(0.0, *values), max(0.0, *values)
    if high - low <= TINY:
        return ""
    scale = HEIGHT / (high - low)
    room = WIDTH / len(points)
    each = f" a {tile.trend.mean_of}" if tile.trend.mean_of else ""
    drawn = []
    for at, (name, value) in enumerate(points):
        top, size = (high - max(0.0, value)) * scale, max(0.8, abs(value) * scale)
        kind = ' class="last"' if at == len(points) - 1 else ""
        tip = html.escape(f"{name}: {number_text(value)} {tile.unit}{each}")
        drawn.append(
            f'<rect x="{room * (at + GAP / 2):.1f}" y="{min(top, HEIGHT - 0.8):.1f}" '
            f'width="{room * (1 - GAP):.1f}" height="{size:.1f}"{kind}><title>{tip}</title></rect>'
        )
    head = html.escape(f"{tile.label} by {tile.trend.step}")
    return (
        f'<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{head}">'
        f"{''.join(drawn)}</svg>"
    )
