"""Questions about a plan of voyages, answered from its tables."""

from __future__ import annotations

from typing import Any

import polars as pl

from sinho.errors import DataError, Problem, counted, nearest
from sinho.results import ShipPlan
from sinho.results.shipping import CONTAINER, STAYS

WHY = {
    "late line-off": "it is handed over after the cut-off of {missed}",
    "way to the port": "the way to the port is full, or closed for the day, so that it comes after "
    "the cut-off of {missed}",
    "no room": "{missed} is full",
    "deck height": "{missed} has no room left on the decks that take it",
    "entitlement": "what is left on {missed} is space of other brands",
    "order too late": "no car made from the first day on reaches a voyage that would be in time",
    "readiness": "it is too likely not to be ready by the cut-off of {missed}",
    "booked elsewhere": "another voyage needs it to fill what is booked, though {missed} has room",
    "cost": "a later way costs less, though {missed} has room",
    "no voyage": "no voyage calls at its port",
}
"""Causes in sentences."""


def explain(result: ShipPlan, question: str) -> tuple[str, ...]:
    """Say how a car leaves and why not earlier, or what a voyage carries and which cars miss it.

    Parameters
    ----------
    result : ShipPlan
        The plan.
    question : str
        Name of a car or of a voyage.

    Returns
    -------
    tuple of str
        Sentences.

    Raises
    ------
    DataError
        When the plan has no such car or voyage.
    """
    own = result.cars.filter(pl.col("car") == question)
    if own.height:
        return _car(own.row(0, named=True))
    voyage = result.voyages.filter(pl.col("vessel") == question)
    if voyage.is_empty():
        known = [*result.voyages["vessel"], *result.cars["car"]]
        rule = "the plan of voyages has no such car or voyage"
        raise DataError([Problem("ship", rule, value=question, hint=nearest(question, known))])
    return _voyage(result, voyage.row(0, named=True))


def _car(row: dict[str, Any]) -> tuple[str, ...]:
    """Say how a car leaves."""
    if row["way"] == STAYS:
        said = [f"It stays: it is ready on {row['ready']}, and leaves on no voyage listed."]
    else:
        by = "in a container" if row["way"] == CONTAINER else f"with {row['vessel']}"
        said = [
            f"It is ready on {row['ready']}, {counted(row['days_in_hand'], 'day')} in hand, leaves "
            f"{by} on {row['leaves']} and arrives at {row['port']} on {row['arrives']}."
        ]
    if row["cause"]:
        late = f"{counted(row['late_days'], 'day')} late"
        goal = f"due on {row['due']}" if row["due"] else f"wanted on {row['wanted']}"
        late = f"It is {late} ({goal}): " if row["due"] or row["wanted"] else f"It is {late}: "
        said.append(f"{late}{WHY[row['cause']].format(missed=row['missed'])}.")
    elif row["due"]:
        said.append(f"It is due there on {row['due']}.")
    return tuple(said)


def _voyage(result: ShipPlan, row: dict[str, Any]) -> tuple[str, ...]:
    """Say what a voyage carries."""
    full = "" if row["fill"] is None else f", {row['fill']:.0%} full"
    said = [
        f"It takes cars until {row['cutoff']} and departs on {row['etd']} with "
        f"{counted(row['cars'], 'car')}{full}."
    ]
    if row["short"]:
        said.append(
            f"It is {counted(round(row['short']), 'car')} short of the "
            f"{row['booked_least']:,.0f} booked."
        )
    if row["positions"]:
        said.append(f"Its movable decks: {row['positions']}.")
    missing = result.cars.filter(pl.col("missed") == row["vessel"])
    causes = missing.group_by("cause").len().sort("len", "cause", descending=[True, False])
    said += [
        f"{counted(count, 'car misses', 'cars miss')} it: {cause}."
        for cause, count in causes.iter_rows()
    ] or ["No car misses it."]
    return tuple(said)
