"""Which suppliers of a call-off can be sent an EDIFACT message, and why others cannot."""

from __future__ import annotations

import polars as pl

from sinho.errors import Problem
from sinho.hub.rules.messages import message_fault
from sinho.results import CallOffs
from sinho.results.supply import UNNAMED

LONGEST_NUMBER = 13
"""Characters of a call-off's number: the interchange reference has one more."""

LISTED = 5
"""Names that a warning lists at most."""

COLUMNS = {"DELFOR": ("supplier", "part"), "DELJIT": ("supplier", "part", "order", "line")}
"""Names that each message carries."""


def number_problems(call_offs: CallOffs) -> list[Problem]:
    """List what is wrong with the numbers of a call-off, which every message carries.

    Parameters
    ----------
    call_offs : CallOffs
        The call-off.
    """
    numbers = dict.fromkeys((call_offs.number, call_offs.replaces or "0"))
    faults = {number: message_fault(number, LONGEST_NUMBER) for number in numbers}
    hint = "Number call-offs with digits, such as 26030201."
    return [
        Problem("call-off", fault, column="number", value=number, hint=hint)
        for number, fault in faults.items()
        if fault
    ]


def suppliers_to_send(call_offs: CallOffs, message: str) -> list[str]:
    """Return the suppliers that get a message, in order.

    A supplier gets its whole message or none: a part left out would read as called off no longer.

    Parameters
    ----------
    call_offs : CallOffs
        The call-off.
    message : {"DELFOR", "DELJIT"}
        Which message.
    """
    table = call_offs.days if message == "DELFOR" else call_offs.takts
    withheld = {supplier for supplier, _, _ in _faults(call_offs, message)} | {UNNAMED}
    return [name for name in table["supplier"].unique().sort().to_list() if name not in withheld]


def not_sent(call_offs: CallOffs) -> list[Problem]:
    """List, as warnings, what of a call-off no EDIFACT message carries.

    Parameters
    ----------
    call_offs : CallOffs
        The call-off.

    Returns
    -------
    list of Problem
        The parts without a supplier, and the suppliers with a name that EDIFACT cannot carry.
    """
    problems = []
    parts = call_offs.days.filter(pl.col("supplier") == UNNAMED)["part"].unique().sort().to_list()
    if parts:
        problems.append(
            Problem(
                "call-off",
                "parts without a supplier are in no EDIFACT message, in CSV and JSON alone",
                value=_listed(parts),
                hint="Give them rows in table suppliers.",
                severity="warning",
            )
        )
    withheld: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for message in COLUMNS:
        for supplier, column, name in _faults(call_offs, message):
            key = (supplier, column, message_fault(name))
            withheld.setdefault(key, {}).setdefault(message, []).append(name)
    for (supplier, column, fault), messages in withheld.items():
        names = sorted({name for found in messages.values() for name in found})
        kinds = " and ".join(messages)
        problems.append(
            Problem(
                f"call-off of supplier {supplier}",
                f"no {kinds} is written: {fault}",
                column=column,
                value=_listed(names),
                hint="Its call-off is in the CSV and JSON files. `sinho check` names the rows.",
                severity="warning",
            )
        )
    return problems


def _faults(call_offs: CallOffs, message: str) -> list[tuple[str, str, str]]:
    """Return supplier, column and name of all that a message cannot carry."""
    table = call_offs.days if message == "DELFOR" else call_offs.takts
    table = table.filter(pl.col("supplier") != UNNAMED)
    found = []
    for column in COLUMNS[message]:
        names = table.select("supplier", pl.col(column).alias("name")).unique()
        found += [
            (supplier, column, name)
            for supplier, name in names.sort("supplier", "name").iter_rows()
            if message_fault(name)
        ]
    return found


def _listed(names: list[str]) -> str:
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more:,} more" if more > 0 else "")
