"""Reads the rules of a day from sinho's own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sinho.days.day import CAR, Day
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)
from sinho.hub.rules.sequence import ATTRIBUTES, EQUALS, attribute_names, of_the_day
from sinho.hub.schema import HARD, LIST_SEPARATOR

CARS, RULES = "cars", "sequence_rules"

IMPLIED = {"window": "window", "pinned": "pinned"}
"""Names of the hard rules that columns of ``cars`` make where ``sequence_rules`` has none."""

Tables = Mapping[str, pl.DataFrame]


class DayReader:
    """Turns checked tables into the day of one date and line."""

    def __init__(self, tables: Tables, date: dt.date | None, line: str | None) -> None:
        self.tables = tables
        self.date = date
        self.line = line
        cars = tables[CARS]
        self.cars = cars.filter(pl.col("line").is_null() | (pl.lit(line) == pl.col("line")))
        own = self.cars if date is None else self.cars.filter(pl.col("date") == date)
        self.today = own.filter(of_the_day()).sort("position", nulls_last=True, maintain_order=True)
        self.known = set(self.today[CAR].to_list())
        self.rows = list(rules_of(tables[RULES], line).iter_rows(named=True))
        self.levels = tuple(tables["sequence_levels"]["level"].to_list())
        self.attributes = tuple(attribute_names(cars))
        self.options = tuple(tables["options"]["option"].to_list())

    def day(self, name: str) -> Day:
        """Return the day."""
        weights = self.tables["sequence_levels"]["weight"]
        rules = [self.rule(row) for row in self.rows]
        return Day(
            name=name,
            cars=self.frame(self.today),
            previous=self.frame(self.before()),
            attributes=self.attributes,
            options=self.options,
            rules=(*rules, *self.implied()),
            levels=self.levels,
            weights=None if weights.null_count() else tuple(weights.to_list()),
            source="tables",
            date="" if self.date is None else str(self.date),
            line=self.line or "",
        )

    def before(self) -> pl.DataFrame:
        """Return the cars before the day: those it names, or else the last of earlier dates."""
        cars = self.cars
        if self.date is None:
            return cars.filter(~of_the_day()).sort("position", maintain_order=True)
        own = cars.filter((pl.col("date") == self.date) & ~of_the_day())
        if own.height:
            return own.sort("position", maintain_order=True)
        needed = max([row["window"] or 2 for row in self.rows], default=2) - 1
        earlier = cars.filter(pl.col("date") < self.date)
        earlier = earlier.sort("date", "position", nulls_last=True, maintain_order=True)
        return earlier.unique(CAR, keep="last", maintain_order=True).tail(needed)

    def frame(self, cars: pl.DataFrame) -> pl.DataFrame:
        """Return cars with one text column per attribute and one Boolean column per option."""
        columns: dict[str, pl.Series] = {CAR: cars[CAR]}
        further = [
            dict(item.split(EQUALS, 1) for item in text.split(LIST_SEPARATOR)) if text else {}
            for text in cars["further"].to_list()
        ]
        for name in self.attributes:
            if name in ATTRIBUTES:
                columns[name] = cars[name].fill_null("")
            else:
                values = [given.get(name, "") for given in further]
                columns[name] = pl.Series(name, values, dtype=pl.String)
        fitted = cars["options"].fill_null("").str.split(LIST_SEPARATOR)
        for name in self.options:
            columns[name] = fitted.list.contains(name)
        return pl.DataFrame(columns)

    def rule(self, row: dict[str, Any]) -> Rule:
        """Return the rule of a row."""
        level = None if row["level"] == HARD else self.levels.index(row["level"])
        common: dict[str, Any] = {"name": row["rule"], "level": level, "weight": row["weight"]}
        match row["kind"]:
            case "ratio":
                return Ratio(
                    option=row["option"],
                    most=row["most"],
                    window=row["window"],
                    shortened=not row["whole_windows"],
                    first=row["from_place"],
                    last=row["to_place"],
                    **common,
                )
            case "changes":
                return Changes(attribute=row["attribute"], **common)
            case "run":
                return RunLength(
                    attribute=row["attribute"],
                    least=row["least"] or 1,
                    most=row["most"],
                    value=row["value"],
                    **common,
                )
            case "spread":
                return Spread(option=row["option"], **common)
            case "forbidden":
                pairs = self.details("changeovers", row["rule"], "before", "behind")
                return Forbidden(attribute=row["attribute"], pairs=pairs, **common)
            case "changeover":
                costs = self.details("changeovers", row["rule"], "before", "behind", "cost")
                default = row["cost"] or 0.0
                return Changeover(
                    attribute=row["attribute"], costs=costs, default=default, **common
                )
            case "maximum":
                return Maximum(option=row["option"], most=row["most"], per=row["per"], **common)
            case "overload":
                return Overload(
                    base=row["base"],
                    times=self.details("operations", row["rule"], "option", "minutes"),
                    takt=row["takt"],
                    length=row["length"],
                    slow=self.slow(row["from_place"], row["to_place"]),
                    **common,
                )
            case "window":
                return Windows(windows=self.windows(row["rule"], row["level"] == HARD), **common)
            case "pinned":
                return Pinned(pins=self.pins(row["rule"]), **common)
            case _:
                return Frozen(first=row["first"], **common)

    def details(self, table: str, rule: str, *columns: str) -> tuple[Any, ...]:
        """Return the rows of a rule in another table."""
        rows = self.tables[table].filter(pl.col("rule") == rule)
        return tuple(rows.select(columns).iter_rows())

    def listed(self, rule: str) -> list[tuple[str, int | None, int | None]]:
        """Return the rows of a rule in ``car_windows`` for cars of the day."""
        rows = self.details("car_windows", rule, CAR, "earliest", "latest")
        return [row for row in rows if row[0] in self.known]

    def windows(self, rule: str, hard: bool) -> tuple[tuple[str, int, int], ...]:
        """Return the cars of a rule with the first and last position of each."""
        rows = self.listed(rule)
        if hard and self.takes_columns("window") == rule:
            rows += [
                (row[CAR], row["earliest"], row["latest"])
                for row in self.today.iter_rows(named=True)
                if row["earliest"] is not None or row["latest"] is not None
            ]
        size = self.today.height
        return tuple((car, early or 1, late or size) for car, early, late in rows)

    def slow(self, first: int | None, last: int | None) -> tuple[int, int] | None:
        """Return the positions at which a station is slow."""
        if first is None and last is None:
            return None
        return first or 1, last or self.today.height

    def pins(self, rule: str) -> tuple[tuple[str, int], ...]:
        """Return the cars that a rule pins, and where."""
        rows = [(car, early) for car, early, _ in self.listed(rule) if early is not None]
        if self.takes_columns("pinned") == rule:
            pinned = self.today.drop_nulls("pinned")
            rows += list(pinned.select(CAR, "pinned").iter_rows())
        return tuple(rows)

    def takes_columns(self, kind: str) -> str:
        """Return the rule that the columns of ``cars`` belong to.

        It is the first hard one of its kind that has no row in ``car_windows``, else the implied.
        """
        detailed = set(self.tables["car_windows"]["rule"].to_list())
        names = (
            row["rule"]
            for row in self.rows
            if row["kind"] == kind and row["level"] == HARD and row["rule"] not in detailed
        )
        return next(names, self.free(IMPLIED[kind]))

    def free(self, name: str) -> str:
        """Return a name that no rule has."""
        names = {*self.tables[RULES]["rule"]}
        while name in names:
            name += "'"
        return name

    def implied(self) -> Iterator[Rule]:
        """Yield the hard rules that columns of ``cars`` make by themselves."""
        names = {row["rule"] for row in self.rows}
        window, pinned = self.takes_columns("window"), self.takes_columns("pinned")
        if window not in names:
            windows = self.windows(window, True)
            if windows:
                yield Windows(name=window, windows=windows)
        if pinned not in names:
            pins = self.pins(pinned)
            if pins:
                yield Pinned(name=pinned, pins=pins)


def rules_of(rules: pl.DataFrame, line: str | None) -> pl.DataFrame:
    """Return the rows of ``sequence_rules`` that hold on a line; without one, all."""
    if line is None:
        return rules
    named = pl.col("lines").str.split(LIST_SEPARATOR).list.contains(line)
    return rules.filter(pl.col("lines").is_null() | named)
