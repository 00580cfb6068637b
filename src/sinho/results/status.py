"""What all results say of how good they are: a status, and the gap to what is proven."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Status = Literal["optimal", "within gap", "iterations", "time", "stopped", "given", "repaired"]
"""Why a stage ended.

``optimal`` and ``within gap``: it is proven that nothing better exists, or nothing better by more
than the gap asked for. ``iterations``, ``time`` and ``stopped``: all moves are tried, the time is
over, or it was stopped before. ``given`` and ``repaired``: nothing was searched; the result was
handed in, or is one that was handed in, repaired.
"""

ENDED: Mapping[Status, str] = {
    "optimal": "proven best",
    "within gap": "within the gap asked for",
    "iterations": "all moves tried",
    "time": "time is up",
    "stopped": "stopped",
    "given": "as it was given",
    "repaired": "repaired",
}
"""The same in words."""

PROVEN = 1e-6
"""Gap at which a search counts as proven: sums of as many figures round by as much."""


def gap_of(objective: float, bound: float) -> float:
    """Return how far an objective is from what is proven, by its own size.

    Parameters
    ----------
    objective : float
        The figure reached, least or greatest.
    bound : float
        No result is better than this.

    Returns
    -------
    float
        ``|objective - bound| / max(1, |objective|)``; infinite where nothing is proven.
    """
    return abs(objective - bound) / max(1.0, abs(objective))


def proven_as(gap: float, allowed: float) -> Status | None:
    """Return ``optimal`` or ``within gap``, or None where neither is proven.

    Parameters
    ----------
    gap : float
        The gap reached; of several levels the widest.
    allowed : float
        The one that was asked for.
    """
    if gap <= PROVEN:
        return "optimal"
    return "within gap" if gap <= allowed else None


def ended_as(gap: float, allowed: float, *, stopped: bool, left: float) -> Status:
    """Return why a solver ended that goes on until the gap asked for is proven.

    Parameters
    ----------
    gap : float
        The gap reached; of several levels the widest.
    allowed : float
        The one that was asked for.
    stopped : bool
        Whether its stop rule ended it.
    left : float
        Seconds that its stop rule leaves it.
    """
    proven = proven_as(gap, allowed)
    if proven is not None:
        return proven
    if not stopped:
        return "iterations"
    return "time" if left <= 0 else "stopped"


def status_of(gap: float, *, stopped: bool, seconds: float, allowed: float) -> Status:
    """Return why a search ended that goes on until its moves are tried.

    Parameters
    ----------
    gap : float
        Gap reached.
    stopped : bool
        Whether its stop rule says stop.
    seconds, allowed : float
        Wall time that it took, and that its stop rule left it when it began.
    """
    if gap <= PROVEN:
        return "optimal"
    if not stopped:
        return "iterations"
    return "time" if seconds >= allowed else "stopped"
