"""Checks one table against a hub that is sound by itself."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from sinho.hub.cells import Raw, Typed, typed
from sinho.hub.check import reference_offences, schema_offences
from sinho.hub.hub import Hub
from sinho.hub.places import PlacedProblem, found
from sinho.hub.rules.common import Rule, Tables


def check_single(
    hub: Hub, raw: Raw, rules: Sequence[Rule]
) -> tuple[pl.DataFrame, list[PlacedProblem]]:
    """Type and check one table that takes the place of a hub's own.

    Parameters
    ----------
    hub : Hub
        A checked hub.
    raw : Raw
        The table as it was found.
    rules : sequence of Rule
        Rules between tables that are checked beside cells, keys and references.

    Returns
    -------
    table : polars.DataFrame
        The table, typed, with defaults filled in.
    problems : list of PlacedProblem
        What is wrong with the table; nothing of the hub's other tables.
    """
    name = raw.table
    tables = {other: Typed.of(other, frame) for other, frame in hub.tables.items()}
    (own,) = typed([raw])
    tables[name] = own
    offences = [*own.offences]
    if own.frame.height:
        offences += schema_offences(own, name)
    offences += reference_offences(tables, [name])
    view = Tables(
        {other: table.frame for other, table in tables.items()},
        frozenset({name}) if own.missing else frozenset(),
    )
    for rule in rules:
        offences += [offence for offence in rule(view) if offence.table == name]
    return own.frame, found(offences, {name: own.place})
