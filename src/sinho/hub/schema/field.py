"""One field of the data dictionary, and how a table declares it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import dataframely as dy
import polars as pl

Kind = Literal[
    "text", "choice", "list", "number", "integer", "month", "date", "day", "flag", "period"
]
Default = str | float | int | bool | None

BASES = ("reported", "derived", "assumed")
HARD = "hard"
"""What a rule's level says where the rule must be kept whatever it costs."""
ALL = "all"
LIST_SEPARATOR = ";"
FIRST_YEAR, LAST_YEAR = 1950, 2199
"""Years in which dates and months may lie."""

AMOUNT = 1e12
"""Most currency units in a cell: far above any plant, and far below what solvers can add up."""
CARS, UNITS = 1e7, 1e9
"""Most cars and most units of a part in a cell; the world builds fewer than 1e8 cars a year."""
RATE = 1e7
"""Most units per hour of a shop."""
LEAST = 1e-6
"""Least load or quantity per piece; what is less, solvers take for nothing."""
PLACES = 10**9
"""Most places of a day, and most cars of a rule for its sequence: far more than any day has."""
COST, MINUTES = 1e9, 1e5
"""Most cost and most minutes in a rule for a day's sequence or for slotting."""


def plain(number: float) -> str:
    """Write a number as people do, without an exponent."""
    if abs(number) >= 1e5:
        return f"{number:,.0f}"
    return f"{number:.6f}".rstrip("0").rstrip(".") if 0 < abs(number) < 1e-3 else f"{number:g}"


@dataclass(frozen=True)
class Field:
    """One field of the data dictionary.

    Parameters
    ----------
    table, name : str
        Where the field stands.
    kind : str
        ``text``, ``choice``, ``list`` (names parted by ``;``), ``number``, ``integer``, ``month``
        (YYYY-MM), ``date`` (YYYY-MM-DD), ``flag`` (yes or no) or ``period`` (YYYY or YYYY-MM).
    unit : str
        Unit of measure; ``-`` for names.
    meaning : str
        What the field says.
    key : bool
        Whether it is part of the table's key; rows must differ in their keys.
    required : bool
        Whether a value must be given in every row.
    default : str, float, int, bool or None
        What an empty cell means; ``None``: not set.
    lower, upper : float or None
        Bounds of a number.
    lower_open : bool
        Whether the lower bound itself is refused.
    usual : (float, float) or None
        Range beyond which a figure is doubted: `sinho check` warns of it. Where 0 is allowed, it
        is not doubted.
    choices : tuple of str
        The values taken by a ``choice``.
    refers : tuple of (str, str)
        ``(table, column)`` pairs in one of which the value must occur.
    later : bool
        Whether it came after the first release. Where all its cells are at the default it does not
        go into a hub's digest, so that this is what it was before.
    """

    table: str
    name: str
    kind: Kind
    unit: str
    meaning: str
    key: bool = False
    required: bool = False
    default: Default = None
    lower: float | None = None
    upper: float | None = None
    lower_open: bool = False
    usual: tuple[float, float] | None = None
    choices: tuple[str, ...] = ()
    refers: tuple[tuple[str, str], ...] = ()
    later: bool = False

    @property
    def nullable(self) -> bool:
        """Whether a cell may be empty, without a default that fills it."""
        return not self.required and self.default is None

    @property
    def bounds(self) -> str:
        """The bounds with what is usual, or the choices, in words; empty where there are none."""
        if self.choices:
            return " | ".join(self.choices)
        if self.kind in ("month", "date", "day", "period"):
            return f"{FIRST_YEAR} to {LAST_YEAR}"
        low = (
            "" if self.lower is None else f"{'>' if self.lower_open else '>='} {plain(self.lower)}"
        )
        high = "" if self.upper is None else f"<= {plain(self.upper)}"
        bounds = " and ".join(part for part in (low, high) if part)
        if self.usual is None:
            return bounds
        return f"{bounds}; usually {plain(self.usual[0])} to {plain(self.usual[1])}"

    @property
    def heading(self) -> str:
        """The Excel heading: the name, with its unit in brackets where it has one."""
        return self.name if self.unit == "-" else f"{self.name} [{self.unit}]"

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the column."""
        return _DTYPES[self.kind]


_DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "choice": pl.String(),
    "list": pl.String(),
    "period": pl.String(),
    "number": pl.Float64(),
    "integer": pl.Int64(),
    "month": pl.Date(),
    "day": pl.Date(),
    "date": pl.Date(),
    "flag": pl.Boolean(),
}


def column(
    make: Callable[..., dy.Column],
    kind: Kind,
    meaning: str,
    *,
    unit: str = "-",
    key: bool = False,
    required: bool = False,
    default: Default = None,
    choices: tuple[str, ...] = (),
    refers: tuple[str, ...] = (),
    usual: tuple[float, float] | None = None,
    later: bool = False,
    **rules: Any,
) -> dy.Column:
    """Declare a column: its field for people, its bounds for dataframely.

    Parameters are those of ``Field``; ``refers`` as ``table.column``, bounds as dataframely's
    ``min``, ``min_exclusive`` and ``max``.
    """
    pairs = tuple(cast("tuple[str, str]", tuple(ref.split(".", 1))) for ref in refers)
    required = required or (key and default is None)
    field = {
        "kind": kind,
        "unit": unit,
        "meaning": meaning,
        "key": key,
        "required": required,
        "default": default,
        "choices": choices,
        "refers": pairs,
        "lower": rules.get("min", rules.get("min_exclusive")),
        "upper": rules.get("max"),
        "lower_open": "min_exclusive" in rules,
        "usual": usual,
        "later": later,
    }
    if choices:
        rules["check"] = lambda column: column.is_in(list(choices))
    if key:
        rules["primary_key"] = True
    nullable = not required and default is None
    return make(nullable=nullable, metadata=field, **rules)


def text_field(meaning: str, **more: Any) -> Any:
    """Declare text; with ``choices``, one of them."""
    return column(dy.String, "choice" if more.get("choices") else "text", meaning, **more)


def list_field(meaning: str, **more: Any) -> Any:
    """Declare names parted by ``;``."""
    return column(dy.String, "list", meaning, **more)


def number_field(meaning: str, unit: str, **more: Any) -> Any:
    """Declare a number in a unit."""
    return column(dy.Float64, "number", meaning, unit=unit, **more)


def integer_field(meaning: str, unit: str, **more: Any) -> Any:
    """Declare a whole number in a unit."""
    return column(dy.Int64, "integer", meaning, unit=unit, **more)


def month_field(meaning: str, **more: Any) -> Any:
    """Declare a month."""
    return column(dy.Date, "month", meaning, unit="YYYY-MM", **more)


def date_field(meaning: str, **more: Any) -> Any:
    """Declare a date."""
    return column(dy.Date, "date", meaning, unit="YYYY-MM-DD", **more)


def currency_field(what: str) -> Any:
    """Declare the currency of a row's amounts."""
    meaning = f"Currency of {what}, of table currencies; empty: that of the hub."
    return text_field(meaning, later=True)


def day_field(meaning: str, **more: Any) -> Any:
    """Declare a date that may be given as a month, which is kept as its first day."""
    return column(dy.Date, "day", meaning, unit="YYYY-MM-DD or YYYY-MM", **more)


def flag_field(meaning: str, **more: Any) -> Any:
    """Declare yes or no."""
    return column(dy.Bool, "flag", meaning, unit="yes/no", **more)


class Table(dy.Schema):
    """What every table may carry beside its own fields."""

    source = text_field("Where the row's figures come from: a document, a web address, a person.")
    basis = text_field(
        "How sure the row is: reported by a source, derived from reported figures by a stated "
        "rule, or assumed.",
        choices=BASES,
    )
