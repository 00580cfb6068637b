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
USES = {"model": pl.String, "part": pl.String, "quantity": pl.Float64}
PASSES = {"model": pl.String, "shop": pl.String, "load": pl.Float64}


@dataclass(frozen=True)
class DayRoom:
    """What days can build.

    Parameters
    ----------
    days : polars.DataFrame
        ``date`` and ``capacity`` [car equivalents]; days that are not listed are not judged.
    loads : mapping of str to float
        Car equivalents that one car of a model takes; 1 where it is not named.
    limits : polars.DataFrame
        ``kind`` (model, colour, option, part or shop), ``item``, ``date`` and ``most``.
    uses : polars.DataFrame
        ``model``, ``part`` and ``quantity``: what limits on parts count.
    passes : polars.DataFrame
        ``model``, ``shop`` and ``load``: what limits of shops beside the line count.
    planned : bool
        Whether capacities come from a plan; before there is one, a refusal says that they are not
        looked at yet.
    """

    days: pl.DataFrame = field(repr=False)
    loads: Mapping[str, float] = field(default_factory=dict, repr=False)
    limits: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LIMITS), repr=False)
    uses: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=USES), repr=False)
    passes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=PASSES), repr=False)
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
        told = pl.Series("told", ["; ".join(said[row]) for row in beyond[ROW]], dtype=pl.String)
        beyond = beyond.with_columns(told)
        yield from offenders("orders", beyond, "fixed", lambda row: str(row["told"]), HINT)

    return rule


def _over(room: DayRoom, fixed: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, Words]]:
    """Yield the orders beyond the capacity of their day and beyond each limit, and what to say."""
    if fixed.is_empty():
        return
    days = room.days.select(pl.col("date").alias("fixed"), pl.col("capacity").cast(pl.Float64))
    known = {"model": list(room.loads), "takes": list(room.loads.values())}
    loads = pl.DataFrame(known, schema={"model": pl.String, "takes": pl.Float64})
    each = fixed.join(days, on="fixed", maintain_order="left").join(
        loads, on="model", how="left", maintain_order="left"
    )
    over = _beyond(each.with_columns(pl.col("takes").fill_null(1.0)), pl.col("capacity"))
    yield over, _capacity
    limits = room.limits.join(fixed.select(pl.col("fixed").alias("date")), "date", "semi")
    for kind, item, date, most in limits.select("kind", "item", "date", "most").iter_rows():
        own = _taking(room, fixed.filter(pl.col("fixed") == date), kind, item)
        yield _beyond(own, most), partial(_limit, kind, item, most)


def _capacity(row: Mapping[str, Any]) -> str:
    """Say that a fixed order is beyond the capacity of its day."""
    return (
        f"the day can build {row['capacity']:g} car equivalents, and the first {row['place']} of "
        f"the {row['count']} cars fixed on it take {row['sum']:g}"
    )


def _taking(room: DayRoom, fixed: pl.DataFrame, kind: str, item: str) -> pl.DataFrame:
    """Return the orders that count for a limit, with what each takes of it."""
    if kind == "part":
        uses = room.uses.filter(pl.col("part") == item)
        own = fixed.join(uses.select("model", "quantity"), on="model", maintain_order="left")
        return own.rename({"quantity": "takes"})
    if kind == "shop":
        loads = room.passes.filter(pl.col("shop") == item)
        own = fixed.join(loads.select("model", "load"), on="model", maintain_order="left")
        return own.rename({"load": "takes"})
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


def _limit(kind: str, item: str, most: float, row: Mapping[str, Any]) -> str:
    """Say which limit a fixed order breaks."""
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
        f"{takes}: table slot_limits allows {most:g} on this day, and the first {row['place']} of "
        f"the {row['count']} cars of that kind fixed on it take {row['sum']:g}"
    )
