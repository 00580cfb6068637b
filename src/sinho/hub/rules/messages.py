"""Rules on names that go into messages to suppliers: what EDIFACT can carry of them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.hub.places import Offence
from sinho.hub.rules.common import Rule, Tables, offenders
from sinho.hub.schema import TABLES, fields
from sinho.hub.text import FORMULA

_NAMES = {
    table: [
        name
        for name, field in fields(table).items()
        if field.kind == "text" and not field.refers and name not in ("source", "note", "meaning")
    ]
    for table in TABLES
}
"""Columns in which names are given, by table."""
LONGEST = 35
"""Characters of a part, supplier or order that EDIFACT can carry."""

TOO_LONG = "EDIFACT takes at most {} characters here"
NOT_ASCII = "EDIFACT takes letters, digits and signs of ASCII here, without blanks around"
OTHER_WAYS = "Until then its supplier gets no EDIFACT message; CSV and JSON have its call-offs."


def message_fault(name: str, longest: int = LONGEST) -> str:
    """Say why EDIFACT cannot carry a name; return an empty text where it can.

    Parameters
    ----------
    name : str
        Name of a part, supplier or order, or a number.
    longest : int
        Characters that it may have.
    """
    if len(name) > longest:
        return TOO_LONG.format(longest)
    if not name.isascii() or not name.isprintable() or name != name.strip() or not name:
        return NOT_ASCII
    return ""


def _faulty(table: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the rows whose name EDIFACT cannot carry."""
    name = pl.col(column)
    long = name.str.len_chars() > LONGEST
    return table.drop_nulls(column).filter(long | name.str.contains(r"[^\x20-\x7e]"))


def _warned(table: str, rows: pl.DataFrame, column: str, hint: str) -> Iterator[Offence]:
    yield from offenders(
        table, rows, column, lambda r: message_fault(str(r[column])), hint, "warning"
    )


def names_are_no_formulas(t: Tables) -> Iterator[Offence]:
    """Warn of names that a spreadsheet takes for formulas when it opens a CSV file with them."""
    rule = "a spreadsheet takes a name that begins so for a formula"
    hint = "Begin it with a letter or a digit; CSV files of sinho have an apostrophe before it."
    for table, columns in _NAMES.items():
        if t[table].is_empty() or not columns:
            continue
        taken = t[table].select(pl.col(columns).str.contains(f"^{FORMULA}"))
        for column in columns:
            if taken[column].any():
                rows = t[table].filter(taken[column])
                yield from offenders(table, rows, column, rule, hint, "warning")


def suppliers_fit_messages(t: Tables) -> Iterator[Offence]:
    """Warn of suppliers and of their parts whose names no message can carry.

    Parts without a supplier go into no message, and may have any name.
    """
    suppliers = t["suppliers"]
    code = f"a code of at most {LONGEST} letters, digits and signs of ASCII"
    full = "its full name has a column of its own"
    for column, hint in (
        ("supplier", f"Give it {code}; {full}."),
        ("part", f"Give the part {code}, here and wherever it is named."),
    ):
        rows = _faulty(suppliers, column)
        yield from _warned("suppliers", rows, column, f"{hint} {OTHER_WAYS}")


def orders_fit_messages(t: Tables) -> Iterator[Offence]:
    """Warn of orders that no message can carry, where parts are called off car by car."""
    by_takt = t["suppliers"].filter(pl.col("delivery") == "takt")
    if by_takt.is_empty():
        return
    hint = (
        f"Give it a number of at most {LONGEST} letters, digits and signs of ASCII. Until then "
        "suppliers by takt get no DELJIT with it; CSV and JSON have their call-offs."
    )
    yield from _warned("orders", _faulty(t["orders"], "order"), "order", hint)


RULES: tuple[Rule, ...] = (names_are_no_formulas, suppliers_fit_messages)
ORDER_RULES: tuple[Rule, ...] = (orders_fit_messages,)
