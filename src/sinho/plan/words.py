"""Figures and periods in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sinho.units import Period

NEAR = 1e-6


def number(value: float) -> str:
    """Write a quantity with as many decimals as it needs to be told apart from its neighbours.

    Parameters
    ----------
    value : float
        The quantity, in any unit.

    Returns
    -------
    str
        Such as ``1,200``, ``12.5`` or ``0.024``; whole numbers without decimals.
    """
    if abs(value) >= 100 or abs(value - round(value)) <= NEAR * max(1.0, abs(value)):
        return f"{round(value) + 0:,}"
    if abs(value) >= 1:
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:.3g}"


def cars(value: float) -> str:
    """Write a number of cars with its noun, such as ``1 car`` or ``1,200 cars``."""
    text = (
        f"{value:,.0f}" if abs(value) >= 10 or abs(value - round(value)) < 0.05 else f"{value:.1f}"
    )
    return f"{text} car" if text == "1" else f"{text} cars"


def count(value: float, noun: str) -> str:
    """Write a whole number with its noun in the singular or plural."""
    return f"{value:,.0f} {noun}" if round(value) == 1 else f"{value:,.0f} {noun}s"


def join(parts: Sequence[str], last: str = "and") -> str:
    """Join parts with commas and a last word: ``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def runs(spans: Sequence[Period], places: Iterable[int]) -> list[str]:
    """Write periods as runs.

    Parameters
    ----------
    spans : sequence of Period
        All periods.
    places : iterable of int
        Positions of the periods meant, in any order.

    Returns
    -------
    list of str
        Such as ``2026-01 to 2026-03`` and ``2026-07``.
    """
    found: list[list[int]] = []
    for t in sorted(set(places)):
        if found and t == found[-1][-1] + 1:
            found[-1].append(t)
        else:
            found.append([t])
    return [" to ".join(spans[t].label for t in sorted({run[0], run[-1]})) for run in found]


def when(spans: Sequence[Period], places: Iterable[int]) -> str:
    """Write periods as runs in a sentence, such as ``2026-01 to 2026-03 and 2026-07``."""
    return join(runs(spans, places))


def some(names: Sequence[str], most: int = 4) -> str:
    """Name the first few of many: ``a, b, c and 7 more``."""
    if len(names) <= most:
        return join(names)
    return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"


def span_of(values: Iterable[float]) -> str:
    """Write the range of some figures: ``3`` or ``3 to 7``."""
    listed = list(values)
    low, high = number(min(listed)), number(max(listed))
    return low if low == high else f"{low} to {high}"
