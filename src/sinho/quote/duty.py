"""The duty of a month: which row holds in law, and what was known when a car entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sinho.hub.schema import ALL
from sinho.quote.read import Row

Known = tuple[tuple[dt.date, Row | None], ...]
"""Rows in the order in which they became known, each with the day: at the border, then by the acts
that were published later; the last one holds in law. None where none was known."""


def known_duties(
    tariffs: Sequence[Row], powertrain: str, days: Sequence[dt.date], transit: float
) -> list[tuple[Known, list[dt.date]]]:
    """Return what a car pays on each day, days that are alike together.

    As in the plan the duty is that of the day on which a car leaves. An act that begins no later
    and is not yet published when the car enters is not known at the border.

    Parameters
    ----------
    tariffs : sequence of dict
        Rows of an origin and a destination, by start.
    powertrain : str
        Powertrain of the car.
    days : sequence of datetime.date
        Days on which cars leave.
    transit : float
        Days on the way.
    """
    found: list[tuple[Known, list[dt.date]]] = []
    for day in days:
        enters = day + dt.timedelta(days=round(transit))
        begun = [row for row in tariffs if row["start"] <= day]
        told = sorted({row["published"] for row in begun if _after(row, enters)})
        known: list[tuple[dt.date, Row | None]] = []
        for at in (enters, *told):
            row = _holds([row for row in begun if not _after(row, at)], powertrain)
            if not known or known[-1][1] is not row:
                known.append((at, row))
        acts = tuple((at if n else dt.date.min, row) for n, (at, row) in enumerate(known))
        alike = next((on for one, on in found if one == acts), None)
        if alike is None:
            found.append((acts, [day]))
        else:
            alike.append(day)
    return found


def _after(row: Row, day: dt.date) -> bool:
    """Whether a row was published only after a day."""
    published: dt.date | None = row["published"]
    return published is not None and published > day


def _holds(rows: Sequence[Row], powertrain: str) -> Row | None:
    """Return the last row of a powertrain, or else of all."""
    for wanted in (powertrain, ALL):
        own = [row for row in rows if row["powertrain"] == wanted]
        if own:
            return own[-1]
    return None
