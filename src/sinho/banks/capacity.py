"""Whether a day can build the orders that are fixed on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, offenders
from sinho.hub.schema import LIST_SEPARATOR

Words = Callable[[Mapping[str, Any]], str]
"""Says of an order what it breaks."""

SLACK = 1e-6
HINT = "Fix it on another day, or empty the cell."
LIMITS = {"kind": pl.String, "item": pl.String, "date": pl.Date, "most": pl.Float64}
ROUTES = {"model": pl.String, "line": pl.String, "start": pl.Date, "load": pl.Float64}
USES = {"model": pl.String, "part": pl.String, "quantity": pl.Float64}
PASSES = {"model": pl.String, "shop": pl.String, "load": pl.Float64}


@dataclass(frozen=True)
class DayRoom:
    """What days can build.

    Parameters
    ----------
    days : polars.DataFrame
        ``date`` and ``capacity`` [car equivalents]; days that are not listed are not judged.
        ``line``, where a date has a row for each of its lines.
    loads : mapping of str to float
        Car equivalents that one car of a model takes; 1 where it is not named.
    limits : polars.DataFrame
        ``kind`` (model, colour, option, part or shop), ``item``, ``date`` and ``most``; ``line``,
        where the cars of one line count.
    uses : polars.DataFrame
        ``model``, ``part`` and ``quantity``: what limits on parts count.
    passes : polars.DataFrame
        ``model``, ``shop`` and ``load``: what limits of shops beside the line count; ``line``,
        where cars take of the shop by their line.
    routes : polars.DataFrame
        ``model``, ``line``, ``start`` (first date, or null) and ``load`` (null: that of ``loads``):
        the lines that build a model. Models without a row can be built on every line.
    planned : bool
        Whether capacities come from a plan; before there is one, a refusal says that they are not
        looked at yet.
    """

    days: pl.DataFrame = field(repr=False)
    loads: Mapping[str, float] = field(default_factory=dict, repr=False)
    limits: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LIMITS), repr=False)
    uses: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=USES), repr=False)
    passes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PASSES), repr=False)
    routes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ROUTES), repr=False)
    planned: bool = True


def too_many_fixed(room: DayRoom) -> Rule:
    """Return the rule that fixed orders must fit into their day, and under its limits.

    Parameters
    ----------
    room : DayRoom
        What the days can build.

    Returns
    -------
    Rule
        Names the orders beyond the day's capacity, or a limit, in the order of the input.
    """

    def rule(t: Tables) -> Iterator[Offence]:
        fixed = t["orders"].drop_nulls("fixed")
        said: dict[int, list[str]] = {}
        for over, words in _over(room, fixed):
            for row in over.iter_rows(named=True):
                said.setdefault(row[ROW], []).append(words(row))
        beyond = fixed.filter(pl.col(ROW).is_in(list(said)))
        # an order is named once, with all limits that its day breaks, as one move mends them all
        phrase = pl.Series("told", ["; ".join(said[row]) for row in beyond[ROW]], dtype=pl.String)
        beyond = beyond.with_columns(phrase)
        yield from offenders("orders", beyond, "fixed", lambda row: str(row["told"]), HINT)

    return rule


def _over(room: DayRoom, fixed: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, Words]]:
    """Yield the orders beyond the capacity of their day and beyond each limit, and what to say."""
    if fixed.is_empty():
        return
    ways = _ways(room, fixed)
    yield from _beyond_lines(room, fixed, ways)
    sole = ways.filter(pl.len().over(ROW) == 1)
    limits = room.limits.join(fixed.select(pl.col("fixed").alias("date")), "date", "semi")
    for row in limits.iter_rows(named=True):
        kind, item, most, line = row["kind"], row["item"], row["most"], row.get("line")
        own = fixed.filter(pl.col("fixed") == row["date"])
        if line is not None:
            own = own.join(sole.filter(pl.col("line") == line), on=ROW, how="semi")
        taking = _taking(room, own, ways, kind, item)
        yield _beyond(taking, most), partial(_limit, kind, item, line, most)


def _ways(room: DayRoom, fixed: pl.DataFrame) -> pl.DataFrame:
    """Return the lines on which each order can be built on its day, and what it takes of them."""
    days = _by_line(room.days).select(
        pl.col("date").alias("fixed"), "line", pl.col("capacity").cast(pl.Float64)
    )
    known = {"model": list(room.loads), "takes": list(room.loads.values())}
    loads = pl.DataFrame(known, schema={"model": pl.String, "takes": pl.Float64})
    named = pl.col("model").is_in(room.routes["model"].implode())
    begun = pl.col("start").is_null() | (pl.col("start") <= pl.col("fixed"))
    anywhere = pl.col("asked").is_null() | (pl.col("line") == "")
    requested = fixed.select(ROW, "fixed", "model", pl.col("line").alias("asked"))
    return (
        requested.join(days, on="fixed", maintain_order="left")
        .filter(anywhere | (pl.col("line") == pl.col("asked")))
        .join(loads, on="model", how="left", maintain_order="left")
        .join(
            room.routes.with_columns(pl.lit(True).alias("built")),
            on=["model", "line"],
            how="left",
            maintain_order="left",
        )
        .filter(~named | (pl.col("built") & begun))
        .with_columns(pl.coalesce("load", "takes", 1.0).alias("takes"))
    )


def _by_line(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with its lines; the only line has no name."""
    return table if "line" in table.columns else table.with_columns(pl.lit("").alias("line"))


def _beyond_lines(
    room: DayRoom, fixed: pl.DataFrame, ways: pl.DataFrame
) -> Iterator[tuple[pl.DataFrame, Words]]:
    """Yield the orders beyond the hours of the lines that can build them.

    Orders that several lines can build have to fit into these lines together, beside those that
    only some of them can build; who is beyond the hours of fewer lines is named for these alone.
    """
    known = tuple(_by_line(room.days)["line"].unique().sort())
    by_order = ways.group_by(ROW).agg(pl.col("line").sort().alias("lines"))
    sets = {known, *map(tuple, by_order["lines"].unique().to_list())}
    left = ways
    for names in sorted(sets, key=lambda one: (len(one), one)):
        inside = left.filter(pl.col("line").is_in(names).all().over(ROW))
        hours = _by_line(room.days).filter(pl.col("line").is_in(names))
        capacity = hours.group_by(pl.col("date").alias("fixed")).agg(pl.col("capacity").sum())
        each = fixed.join(
            inside.group_by(ROW).agg(pl.col("takes").min()), on=ROW, maintain_order="left"
        ).join(capacity, on="fixed", maintain_order="left")
        over = _beyond(each, pl.col("capacity"))
        yield over, partial(_capacity, names if len(known) > 1 else ())
        left = left.join(over, on=ROW, how="anti")


def _capacity(lines: tuple[str, ...], row: Mapping[str, Any]) -> str:
    """Say that a fixed order is beyond the capacity of its day."""
    takes = f"the first {row['place']} of the {row['count']} cars fixed on it"
    if not lines:
        return (
            f"the day can build {row['capacity']:g} car equivalents, and {takes} take "
            f"{row['sum']:g}"
        )
    who = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(lines)} together"
    return (
        f"{who} can build {row['capacity']:g} car equivalents on this day, and {takes} that no "
        f"other line can build take {row['sum']:g}"
    )


def _taking(
    room: DayRoom, fixed: pl.DataFrame, ways: pl.DataFrame, kind: str, item: str
) -> pl.DataFrame:
    """Return the orders that count for a limit, with what each takes of it at least."""
    if kind == "part":
        uses = room.uses.filter(pl.col("part") == item)
        own = fixed.join(uses.select("model", "quantity"), on="model", maintain_order="left")
        return own.rename({"quantity": "takes"})
    if kind == "shop":
        passes = room.passes.filter(pl.col("shop") == item)
        on = ["model", "line"] if "line" in passes.columns else ["model"]
        loads = ways.select(ROW, "model", "line").join(passes, on=on, how="left")
        least = loads.group_by(ROW).agg(pl.col("load").fill_null(0.0).min().alias("takes"))
        own = fixed.join(least, on=ROW, maintain_order="left")
        return own.filter(pl.col("takes") > 0)
    if kind == "option":
        named = pl.col("options").fill_null("").str.split(LIST_SEPARATOR).list.contains(item)
    else:
        named = pl.col(kind) == item
    return fixed.filter(named).with_columns(pl.lit(1.0).alias("takes"))


def _beyond(orders: pl.DataFrame, most: float | pl.Expr) -> pl.DataFrame:
    """Return the orders that come, in the order of the input, when their day is full."""
    counted = orders.sort(ROW).with_columns(
        pl.int_range(1, pl.len() + 1).over("fixed").alias("place"),
        pl.len().over("fixed").alias("count"),
        pl.col("takes").cum_sum().over("fixed").alias("sum"),
    )
    return counted.filter(pl.col("sum") > most + SLACK)


def _limit(kind: str, item: str, line: str | None, most: float, row: Mapping[str, Any]) -> str:
    """Say which limit a fixed order breaks."""
    where = "" if line is None else f" on line {line}"
    if kind == "shop":
        return (
            f"shop {item} can build {most:g} car equivalents on this day, and the first "
            f"{row['place']} of the {row['count']} cars fixed on it that pass the shop take "
            f"{row['sum']:g}"
        )
    takes = {
        "model": f"cars of model {item}",
        "colour": f"cars in {item}",
        "option": f"cars with option {item}",
        "part": f"units of part {item}",
    }[kind]
    return (
        f"{takes}: table slot_limits allows {most:g}{where} on this day, and the first "
        f"{row['place']} of the {row['count']} cars of that kind fixed on it take {row['sum']:g}"
    )
