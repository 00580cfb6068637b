"""Rules on rework and skids: cars that go round."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import polars as pl

from sinho.errors import nearest
from sinho.hub.flow import chains_of, lies_before, ways_of_stations
from sinho.hub.places import ROW, Offence
from sinho.hub.rules.common import Rule, Tables, figure, offenders
from sinho.hub.rules.flow import lines_of_tables
from sinho.hub.schema import ALL
from sinho.hub.schema.flow import TIME_KINDS

OVER = 1e-9

REPAIRED = ("minutes", "kind", "spread", "values", "bays", "off_shift", "back_to")


def rework_is_one_thing(t: Tables) -> Iterator[Offence]:
    """Require that rows of a rework differ in their shares alone: as most of them are, all are."""
    stations = set(t["stations"]["station"].drop_nulls())
    known = {
        "back_to": pl.col("back_to").is_in([*stations]),
        "kind": pl.col("kind").is_in(TIME_KINDS),
    }
    known |= {name: pl.col(name) >= least for name, least in (("minutes", 0), ("bays", 1))}
    rows = t["rework"].drop_nulls(["station", "rework"])
    for column in REPAIRED:
        # what is no such value is told already
        own = rows.filter(pl.col(column).is_null() | known.get(column, pl.lit(True)))
        counted = own.group_by("station", "rework", column, maintain_order=True).len()
        usual = (
            counted.sort("len", descending=True, maintain_order=True)
            .unique(["station", "rework"], keep="first", maintain_order=True)
            .select("station", "rework", pl.col(column).alias("usual"))
        )
        both = own.join(usual, on=["station", "rework"], maintain_order="left")
        yield from offenders(
            "rework",
            both.filter(pl.col(column).ne_missing(pl.col("usual"))),
            column,
            _unlike_the_others,
            "Rows of a rework give its share by colour and model; name another rework for another.",
        )


def _unlike_the_others(r: dict[str, object]) -> str:
    usual = "leave it empty" if r["usual"] is None else f"have {r['usual']}"
    return f"the other rows of {r['rework']!r} behind station {r['station']!r} {usual}"


def rework_leaves_a_way_out(t: Tables) -> Iterator[Offence]:
    """Require shares that sum to 1 at most, cars that do not go round for ever, and known names."""
    rework = t["rework"]
    colours = t["colours"]["colour"].drop_nulls().unique().sort().to_list()
    if colours:
        yield from offenders(
            "rework",
            rework.filter(~pl.col("colour").is_in([*colours, ALL])),
            "colour",
            "is no colour of table colours",
            lambda r: nearest(str(r["colour"]), [*colours, ALL]),
        )
    ways = _ways(t)
    stations = set(t["stations"]["station"].drop_nulls())
    for row in rework.drop_nulls(["station", "back_to"]).to_dicts():
        known = ways is not None and {row["station"], row["back_to"]} <= stations
        if known and not lies_before(ways or (), row["back_to"], row["station"]):
            rule = f"cars do not pass it before they come to station {row['station']!r}"
            hint = "Name a station before it, or itself."
            yield Offence("rework", [row[ROW]], "back_to", rule, hint)
    told = rework.drop_nulls(["station", "share", "rework", "model", "colour"])
    told = told.filter(pl.col("share").is_between(0, 1))  # others are told already
    for (station,), rows in told.group_by("station", maintain_order=True):
        yield from _shares_fit(str(station), rows)


def _shares_fit(station: str, rows: pl.DataFrame) -> Iterator[Offence]:
    """Require shares of the rework behind a station that sum to less than 1 where cars go back."""
    records = rows.to_dicts()
    models = [*dict.fromkeys(row["model"] for row in records)]
    colours = [*dict.fromkeys(row["colour"] for row in records)]
    for model, colour in product(models, colours):
        held: dict[str, tuple[int, dict[str, object]]] = {}
        for row in records:
            if row["model"] in (ALL, model) and row["colour"] in (ALL, colour):
                rank = 2 * (row["colour"] != ALL) + (row["model"] != ALL)
                if rank >= held.get(row["rework"], (-1, row))[0]:
                    held[row["rework"]] = rank, row
        own = [row for _, row in held.values()]
        total = sum(float(str(row["share"])) for row in own)
        back = sum(float(str(row["share"])) for row in own if row["back_to"] is not None)
        if total <= 1 + OVER and back < 1 - OVER:
            continue
        which = (
            " ".join(
                name
                for name, every in ((colour, "of all colours"), (model, "of all models"))
                if name != ALL
            )
            or "cars"
        )
        if total > 1 + OVER:
            rule = f"the shares of {which} behind station {station!r} sum to {figure(total)}"
            hint = "They are parts of its cars: lower one, so that they sum to 1 at most."
        else:
            rule = f"all {which} go back from station {station!r}: a cycle with no way out"
            hint = "Lower the share, or leave back_to empty."
        yield Offence("rework", [int(str(own[-1][ROW]))], "share", rule, hint)
        return


def skids_go_round(t: Tables) -> Iterator[Offence]:
    """Require that cars get on a skid before they get off, and never come between without one."""
    ways = _ways(t)
    if ways is None or t["skids"].is_empty():
        return
    stations = set(t["stations"]["station"].drop_nulls())
    back = t["rework"].drop_nulls(["station", "back_to"]).to_dicts()
    for row in t["skids"].drop_nulls(["loop", "from_station", "to_station"]).to_dicts():
        first, last = row["from_station"], row["to_station"]
        if not {first, last} <= stations:
            continue
        if not lies_before(ways, first, last):
            rule = f"cars do not pass it behind station {first!r}, where they get on a skid"
            hint = "Name a station behind it, or itself."
            yield Offence("skids", [row[ROW]], "to_station", rule, hint)
            continue
        loop = {
            name
            for way in ways
            if first in way and last in way
            for name in way[way.index(first) : way.index(last) + 1]
        }
        for way in ways:
            between = [name for name in way if name in loop]
            if first in way and last not in way:
                rule = f"some cars that get on a skid at {first!r} never pass it"
                hint = "End the loop where all its cars pass."
                yield Offence("skids", [row[ROW]], "to_station", rule, hint)
            elif between and first not in way:
                rule = f"some cars come to {between[0]!r} within the loop without passing it"
                hint = "Begin the loop behind where the ways of its cars meet."
                yield Offence("skids", [row[ROW]], "from_station", rule, hint)
        for one in back:
            yield from _back_into(row, one, ways, loop)


def _back_into(
    skids: dict[str, Any], rework: dict[str, Any], ways: list[list[str]], loop: set[str]
) -> Iterator[Offence]:
    """Refuse rework that takes cars into a loop of skids without one, or with one to its begin."""
    found, to = rework["station"], rework["back_to"]
    first, last = skids["from_station"], skids["to_station"]
    if not lies_before(ways, to, found):
        return
    hint = f"They get on a skid of loop {skids['loop']!r} at {first!r}, and off behind {last!r}."
    if found in loop - {last} and lies_before(ways, to, first):
        rule = "cars would come to the begin of their loop of skids with a skid"
        yield Offence("rework", [rework[ROW]], "back_to", rule, hint)
    elif found not in loop - {last} and to in loop - {first}:
        rule = "cars would come into a loop of skids without a skid"
        yield Offence("rework", [rework[ROW]], "back_to", rule, hint)


def _ways(t: Tables) -> list[list[str]] | None:
    """Return the stations in the order in which pieces pass them; None where it is not known."""
    lines, stations = lines_of_tables(t), t["stations"]
    if lines is None or stations.drop_nulls(["station", "shop", "place"]).height < stations.height:
        return None
    return ways_of_stations(lines, chains_of(stations))


RULES: tuple[Rule, ...] = (rework_is_one_thing, rework_leaves_a_way_out, skids_go_round)
