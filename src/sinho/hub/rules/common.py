"""What the rules share: the tables they are given, and how they name rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from sinho.errors import Severity
from sinho.hub.places import ROW, Offence
from sinho.hub.schema import LIST_SEPARATOR, NEEDED


class Rowless(pl.DataFrame):
    """A table without rows: what only takes rows away gives it back, at no cost.

    Rules ask dozens of tables that most hubs leave out.
    """

    def filter(self, *_predicates: Any, **_constraints: Any) -> pl.DataFrame:
        """Return the table."""
        return self

    def drop_nulls(self, *_columns: Any, **_how: Any) -> pl.DataFrame:
        """Return the table."""
        return self

    def unique(self, *_columns: Any, **_how: Any) -> pl.DataFrame:
        """Return the table."""
        return self

    def sort(self, *_columns: Any, **_how: Any) -> pl.DataFrame:
        """Return the table."""
        return self

    def join(self, other: pl.DataFrame, *args: Any, **how: Any) -> pl.DataFrame:
        """Return the table where columns of the other are not asked for."""
        return self if how.get("how") in ("anti", "semi") else super().join(other, *args, **how)


class Tables(Mapping[str, pl.DataFrame]):
    """The tables of a hub while its rules are checked; they know which of them a rule read.

    Parameters
    ----------
    frames : mapping of str to polars.DataFrame
        Every table. A rule is given it with positions in column ``row_``.
    unread : frozenset of str
        Tables that could not be read as a whole; what they lack is not judged.
    placed : dict of str to polars.DataFrame, optional
        Tables with their positions, and what is made of them, as far as a rule before asked.
    """

    def __init__(
        self,
        frames: Mapping[str, pl.DataFrame],
        unread: frozenset[str] = frozenset(),
        placed: dict[str, pl.DataFrame] | None = None,
    ) -> None:
        self._frames, self._unread = frames, unread
        self._placed = {} if placed is None else placed
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> pl.DataFrame:
        self.read.add(name)
        if name not in self._placed:
            placed = self._frames[name].with_row_index(ROW)
            self._placed[name] = placed if placed.height else Rowless(placed)
        return self._placed[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def made(self, name: str, of: Iterable[str], make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Return what several rules make of some tables; the first that asks makes it."""
        self.read.update(of)
        if name not in self._placed:
            self._placed[name] = make()
        return self._placed[name]

    def lacks(self, *names: str) -> bool:
        """Return whether some of these tables cannot be judged: unread, or empty against rule."""
        return any(
            name in self._unread or (name in NEEDED and self[name].is_empty()) for name in names
        )


REASON = r"(?i)\bmeant:\s*\S"
"""What a row's ``source`` holds where warnings of the row are to be silent: ``meant: why``."""

IF_MEANT = "If it is meant, say why in the row's source, as 'meant: …'; then it is not warned of."

Rule = Callable[[Tables], Iterable[Offence]]
"""A function of the tables that it asks for and of nothing else: it is not run again for a
scenario that changes none of them."""

Words = str | Callable[[dict[str, object]], str]


def offenders(
    table: str,
    rows: pl.DataFrame,
    column: str | None,
    rule: Words,
    hint: Words = "",
    severity: Severity = "error",
) -> Iterator[Offence]:
    """Yield one offence for rows of a table, or none where there are no rows.

    Parameters
    ----------
    table : str
        Name of the table.
    rows : polars.DataFrame
        The offending rows with their positions in column ``row_``.
    column : str or None
        The field to change.
    rule, hint : str or callable
        Words; a callable is given the row as a dict.
    severity : {"error", "warning"}
        Errors refuse the input. A warning passes over rows whose source says why they are meant.
    """
    if severity == "warning":
        rows = unexplained(rows)
    if rows.is_empty():
        return
    rows = rows.unique(ROW, keep="first", maintain_order=True).sort(ROW)
    at = {index: place for place, index in enumerate(rows[ROW].to_list())}

    def word(words: Words) -> str | Callable[[int], str]:
        if isinstance(words, str):
            return words
        return lambda index: words(rows.row(at[index], named=True))

    yield Offence(table, list(at), column, word(rule), word(hint), severity)


def unexplained(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows whose ``source`` gives no reason why they are meant as they are."""
    if rows.is_empty() or "source" not in rows.columns:
        return rows
    return rows.filter(~pl.col("source").fill_null("").str.contains(REASON))


def doubts(
    table: str, rows: pl.DataFrame, column: str | None, rule: Words, hint: Words = ""
) -> Iterator[Offence]:
    """Warn of rows that can hardly be meant, and say how to silence the warning.

    Parameters
    ----------
    table, rows, column, rule, hint
        As for `offenders`.
    """

    def said(r: dict[str, object]) -> str:
        return f"{hint if isinstance(hint, str) else hint(r)} {IF_MEANT}".strip()

    yield from offenders(table, rows, column, rule, said, "warning")


def firsts(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Return the first of the rows with the same keys, with their number in column ``count``."""
    rows = unexplained(rows)
    if rows.is_empty():
        return rows
    rows = rows.with_columns(pl.len().over(keys).alias("count"))
    return rows.unique(keys, keep="first", maintain_order=True)


def figure(value: object) -> str:
    """Write a number for people, without an exponent where it is large."""
    number = float(str(value))
    return f"{number:,.0f}" if abs(number) >= 1e5 else f"{number:,.6g}"


def also(count: int) -> str:
    """Say for how many rows the first one stands, where there are several."""
    return "" if count == 1 else f" (in {count:,} rows, this is the first)"


def named(what: str, name: object) -> str:
    """Name a record, such as ``order '12'``; one whose cell is empty is ``another order``."""
    return f"another {what}" if name is None else f"{what} {name!r}"


def month(day: object) -> str:
    """Write a month."""
    return f"{day:%Y-%m}" if isinstance(day, dt.date) else "-"


def day_or_month(day: object) -> str:
    """Write a date, and the first of a month as the month."""
    return str(day) if isinstance(day, dt.date) and day.day > 1 else month(day)


def months(days: Sequence[dt.date | None]) -> str:
    """Write months in order, runs of months as ``first to last``."""
    runs: list[list[dt.date]] = []
    for day in sorted({day for day in days if day is not None}):
        if runs and (day - runs[-1][-1]).days <= 31:
            runs[-1].append(day)
        else:
            runs.append([day])
    texts = [
        month(run[0]) if len(run) == 1 else f"{month(run[0])} to {month(run[-1])}" for run in runs
    ]
    return ", ".join(texts)


def with_members(table: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return a table with one row for each name in a list column, empty lists left out."""
    return (
        table.drop_nulls(column)
        .with_columns(pl.col(column).str.split(";").alias("member"))
        .explode("member")
    )


def planned(t: Tables) -> pl.DataFrame:
    """Return the demand within the horizon for at least one car."""
    return t.made("planned", ("demand", "hub"), lambda: _planned(t))


def _planned(t: Tables) -> pl.DataFrame:
    rows = t["demand"].filter(pl.col("units") > 0)
    hub = t["hub"].drop_nulls(["start", "end"])
    if hub.height != 1 or hub["start"][0] > hub["end"][0]:
        return rows
    return rows.filter(pl.col("month").is_between(hub["start"][0], hub["end"][0]))


def of_contract(demand: pl.DataFrame, contract: Mapping[str, Any]) -> pl.DataFrame:
    """Return the demand, with the brand of its models, that counts for a row of ``contracts``."""
    models, markets = contract["models"], contract["markets"]
    if models:
        demand = demand.filter(pl.col("model").is_in(models.split(LIST_SEPARATOR)))
    else:
        demand = demand.filter(pl.col("brand") == contract["brand"])
    if markets:
        demand = demand.filter(pl.col("market").is_in(markets.split(LIST_SEPARATOR)))
    return demand


def idle_contracts(t: Tables) -> list[int]:
    """Return the positions of contracts with a least, but without any demand in their months."""
    requested = planned(t).join(t["models"].select("model", "brand"), on="model")
    idle = []
    asking = t["contracts"].filter(pl.col("least") > 0)
    for row in asking.drop_nulls(["brand", "start", "end"]).to_dicts():
        met = requested.filter(pl.col("month").is_between(row["start"], row["end"]))
        if of_contract(met, row).is_empty():
            idle.append(row[ROW])
    return idle
