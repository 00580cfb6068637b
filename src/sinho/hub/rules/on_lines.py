"""Rules on what stands on a line of the plant: the cars of a day, and rules of sequences."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.errors import nearest
from sinho.hub.calendar import closed_shops, line_days
from sinho.hub.hub import Hub
from sinho.hub.lines import CAR_SHOPS, ONE_LINE, lines_of
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import (
    Rule,
    Tables,
    doubts,
    month,
    offenders,
    with_members,
)
from sinho.hub.rules.lines import LOOK, has_lines, horizon, lines_are_whole, ways_of
from sinho.hub.rules.sequence import of_the_day
from sinho.hub.schema import LIST_SEPARATOR

PAINT = "paint"


def fit_their_line(t: Tables, table: str, cars: pl.DataFrame, day: str) -> Iterator[Offence]:
    """Require that cars stand on a line that builds their model, and from its start on.

    Parameters
    ----------
    t : Tables
        The tables.
    table : str
        That of the cars.
    cars : polars.DataFrame
        Rows of it, with ``model`` and ``line``; models and lines that the hub lacks are passed by.
    day : str
        Its column of the day on which a car is built.
    """
    if not has_lines(t) or cars.is_empty():
        return
    ways = ways_of(t)
    lines = ways.group_by("model", maintain_order=True).agg("line")
    built = {model: ", ".join(names) for model, names in lines.iter_rows()}
    known = t["lines"]["line"].implode()
    rows = cars.filter(pl.col("line").is_in(known) & pl.col("model").is_in(list(built)))
    rows = rows.join(ways, on=["model", "line"], how="left", maintain_order="left")
    yield from offenders(
        table,
        rows.filter(pl.col("preferred").is_null()),
        "line",
        lambda r: f"{r['model']} is not built on this line",
        lambda r: f"It is built on {built[str(r['model'])]}. Change it, or add it to model_lines.",
    )
    yield from offenders(
        table,
        rows.filter(pl.col(day) < pl.col("start")),
        day,
        lambda r: f"{r['model']} can be built on line {r['line']} from {r['start']} on",
        "Choose a later day or another line.",
    )


def cars_fit_their_line(t: Tables) -> Iterator[Offence]:
    """Require that the cars of a day stand on a line that builds their model."""
    cars = t["cars"].drop_nulls(["model", "line"]).filter(of_the_day())
    yield from fit_their_line(t, "cars", cars, "date")


def rules_count_at_shops_of_lines(t: Tables) -> Iterator[Offence]:
    """Require that the shop of a rule is one that lines pass, and its lines those that pass it.

    Warn of rules about colours of lines that share a paint shop and count along each line.
    """
    if t.lacks("lines", "shops") or t["sequence_rules"].is_empty():
        return
    rules, lines = t["sequence_rules"], t["lines"]
    if lines.is_empty():
        cars = t["shops"].filter(pl.col("kind").is_in(list(CAR_SHOPS)))["shop"].drop_nulls()
        passing: dict[str, list[str]] = {shop: [ONE_LINE] for shop in cars}
    else:
        pairs = (
            with_members(lines.drop_nulls("line"), "shops")
            .select("member", "line")
            .unique(maintain_order=True)
        )
        passing = {}
        for shop, line in pairs.iter_rows():
            passing.setdefault(shop, []).append(line)
    named = rules.drop_nulls("shop").filter(pl.col("shop").is_in(t["shops"]["shop"].implode()))
    yield from offenders(
        "sequence_rules",
        named.filter(~pl.col("shop").is_in(list(passing))),
        "shop",
        "no line passes this shop",
        lambda r: nearest(str(r["shop"]), sorted(passing)),
    )
    given = named.drop_nulls("lines").filter(pl.col("shop").is_in(list(passing)))
    rows = [
        row[ROW]
        for row in given.to_dicts()
        if {*str(row["lines"]).split(LIST_SEPARATOR)} != {*passing[row["shop"]]}
    ]
    yield from offenders(
        "sequence_rules",
        given.filter(pl.col(ROW).is_in(rows)),
        "lines",
        lambda r: (
            f"at {r['shop']} the cars of all lines that pass it count: "
            f"{', '.join(passing[str(r['shop'])])}"
        ),
        "Empty the cell, or name these.",
    )
    paint = set(t["shops"].filter(pl.col("kind") == PAINT)["shop"].drop_nulls())
    shared = {shop: own for shop, own in passing.items() if shop in paint and len(own) > 1}

    def booth(row: dict[str, object]) -> str | None:
        """Return a shared paint shop on several of whose lines a rule holds."""
        named = row["lines"]
        for shop, own in shared.items():
            if named is None or len({*str(named).split(LIST_SEPARATOR)} & {*own}) > 1:
                return shop
        return None

    along = rules.filter(
        pl.col("shop").is_null() & (pl.col("attribute") == "colour") & pl.col("rule").is_not_null()
    )
    rows = [row[ROW] for row in along.to_dicts() if booth(row)]
    yield from doubts(
        "sequence_rules",
        along.filter(pl.col(ROW).is_in(rows)),
        "shop",
        lambda r: (
            f"colours are counted along each line, though lines share {booth(r)}, where their cars "
            "are painted in one order"
        ),
        lambda r: f"Write {booth(r)}, and give lines that do not pass it a rule of their own.",
    )


def plant_works(t: Tables) -> Iterator[Offence]:
    """Require a day on which cars can be built, and that shops on the way of all lines work."""
    span = horizon(t)
    if span is None or t.lacks("shops", "loads", "models", "patterns", "groups", "lines"):
        return
    if not t["lines"].is_empty() and not lines_are_whole(t):
        return
    hub = Hub(t)
    ways = [set(line.shops) for line in lines_of(hub)]
    if not any(ways):
        return
    if not line_days(hub, *span):
        rule = f"no line works on any day from {month(span[0])} to {month(span[1])}"
        yield Offence("hub", [0], "start", rule, LOOK)
        return
    closed = {shop: said for shop, *said in closed_shops(hub, sorted(set().union(*ways)), *span)}
    whole = all(closed.keys() & way for way in ways)
    for row, shop in t["shops"].drop_nulls("shop").select(ROW, "shop").iter_rows():
        if shop in closed:
            rule, hint = closed[shop]
            yield Offence("shops", [row], "shop", rule, hint, "error" if whole else "warning")


RULES: tuple[Rule, ...] = (cars_fit_their_line, rules_count_at_shops_of_lines, plant_works)
