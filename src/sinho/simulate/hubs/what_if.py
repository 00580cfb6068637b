"""What-ifs: one change of a hub's flow each, written as ``paint.mttr=-30%``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sinho.errors import DataError, Problem, nearest
from sinho.hub.schema.flow import COLOUR, FILLS, LANES, POLICIES
from sinho.simulate.hubs.flow import Flow, Row

OPTION = "--what-if"
FORM = re.compile(r"(?P<sign>[+-]?)(?P<figure>\d+(\.\d*)?|\.\d+)(?P<percent>%?)")
HOW = "Write NAME.WHAT=VALUE, such as pbs=+50, paint.mttr=-30% or PBS.policy=oldest."

STORE, STATION, SHOP, MODEL, PLANT = "store", "station", "shop", "model", "plant"
JPH = "jph"
"""Name of the pace of a plant of one line; a shop or model may have it instead."""

USUAL = {STORE: "places", STATION: "buffer", SHOP: "rate", MODEL: "share", PLANT: JPH}
"""What is changed where only a name is given."""

WHAT: dict[str, tuple[str, ...]] = {
    STORE: ("places", "lanes", "minutes", "batch", "policy", "fill"),
    STATION: (
        *("cycle", "buffer", "servers", "transport", "colour_change", "feed_places"),
        *("mttr", "mtbf", "rework"),
    ),
    SHOP: ("rate", "cycle", "mttr", "mtbf", "rework"),
    MODEL: ("share",),
    PLANT: (JPH,),
}
"""What can be changed of each kind of thing."""

WORDS = {"policy": POLICIES, "fill": FILLS}
WHOLE = {"places", "lanes", "batch", "buffer", "servers", "feed_places"}
LEAST = {
    **dict.fromkeys(("places", "lanes", "batch", "servers", "feed_places"), 1.0),
    **dict.fromkeys(("buffer", "minutes", "transport", "colour_change", "rework", "share"), 0.0),
}
"""Least values; of what is not here, above 0."""


@dataclass(frozen=True)
class Change:
    """A change as it is written.

    Parameters
    ----------
    text : str
        The text.
    name : str
        Store, station, shop or model, as the hub's tables write it, or `JPH`.
    kind : str
        Which of these it is.
    what : str
        What is changed of it.
    value : float or str
        The figure, or the word.
    how : {"to", "by", "times"}
        Whether the value replaces what there was, is added to it, or multiplies it.
    """

    text: str
    name: str
    kind: str
    what: str
    value: float | str
    how: str

    def of(self, before: float) -> float:
        """Return a figure as it is after the change."""
        value = float(self.value)
        return {"to": value, "by": before + value, "times": before * value}[self.how]


def change_of(text: str, flow: Flow) -> Change:
    """Read a change.

    Parameters
    ----------
    text : str
        ``NAME=VALUE`` or ``NAME.WHAT=VALUE``; the name is that of a store, station, shop or model,
        large and small letters being alike, the value a figure, or ``+50``, ``-3``, ``+10%``,
        ``-30%`` of what there is.
    flow : Flow
        The flow that is changed.

    Raises
    ------
    DataError
        When it is not written so, or nothing is called so; with the nearest name.
    """
    left, equals, right = (part.strip() for part in text.partition("="))
    if not equals or not left or not right:
        raise _refused(text, "is no change", HOW)
    name, kind, what = _meant(text, left, flow)
    if what in WORDS:
        if right not in WORDS[what]:
            raise _refused(text, f"there is no {what} {right!r}", nearest(right, WORDS[what]))
        return Change(text, name, kind, what, right, "to")
    form = FORM.fullmatch(right)
    if form is None:
        raise _refused(text, f"{right!r} is no figure", HOW)
    figure = float(form["figure"]) / (100 if form["percent"] else 1)
    if what in WHOLE and not form["percent"] and not figure.is_integer():
        raise _refused(text, f"{what} are counted, and {right} is no whole number", "Round it.")
    if not form["sign"]:
        if form["percent"] and what not in ("share", "rework"):
            raise _refused(text, "a part of what?", f"Write {left}=+{right} or {left}=-{right}.")
        return Change(text, name, kind, what, figure, "to")
    signed = figure if form["sign"] == "+" else -figure
    if form["percent"]:
        return Change(text, name, kind, what, 1 + signed, "times")
    return Change(text, name, kind, what, signed, "by")


def _meant(text: str, left: str, flow: Flow) -> tuple[str, str, str]:
    """Return name and kind of what is changed, and what of it."""
    names = _names(flow)
    known, what = names.get(left.casefold(), []), ""
    head, _, tail = left.rpartition(".")
    if not known and head:
        known, what = names.get(head.strip().casefold(), []), tail.strip()
    if not known:
        word = head or left
        shops = {name.casefold(): name for name in flow.hub["shops"]["shop"]}
        idle = shops.get(word.strip().casefold())
        if idle is not None:
            rule = f"shop {idle!r} is not simulated: no line passes it, and it has no stations"
            raise _refused(text, rule, "Give it rows in table stations.")
        spelt = [name for some in names.values() for name, _ in some]
        raise _refused(text, f"nothing is called {word!r}", nearest(word, spelt))
    if what:
        # of things with one name, such as a shop and its only station, the one that has it
        known = [one for one in known if what in WHAT[one[1]]] or known[:1]
    name, kind = known[0]
    if not what and kind != SHOP and len(known) > 1:
        also = " and a ".join(each for _, each in known)
        hint = " or ".join(f"{name}.{USUAL[each]}=…" for _, each in known)
        raise _refused(text, f"{name!r} is a {also}", f"Write {hint}.")
    what = what or USUAL[kind]
    if what not in WHAT[kind]:
        rule = f"a {kind} has no {what!r} that could be changed"
        raise _refused(text, rule, nearest(what, WHAT[kind]))
    return name, kind, what


def _names(flow: Flow) -> dict[str, list[tuple[str, str]]]:
    """Return what can be named, by its name in small letters: all that have it, with their kind."""
    found: dict[str, list[tuple[str, str]]] = {}
    shops = dict.fromkeys(row["shop"] for row in flow.stations)
    for kind, names in (
        (SHOP, list(shops)),
        (STORE, [row["store"] for row in flow.stores]),
        (STATION, [row["station"] for row in flow.stations]),
        (MODEL, flow.hub["models"]["model"].to_list()),
    ):
        for name in names:
            found.setdefault(name.casefold(), []).append((name, kind))
    found.setdefault(JPH, [(JPH, PLANT)])
    return found


def changed(flow: Flow, change: Change) -> Flow:
    """Return a flow with a change made; that of a model's share is the cars' and not the flow's.

    Parameters
    ----------
    flow : Flow
        The flow.
    change : Change
        The change.

    Raises
    ------
    DataError
        When there is nothing to change, or no plant has what comes of it.
    """
    if change.kind == MODEL:
        return flow
    if change.kind == PLANT:
        now = flow.pace
        if now is None:
            rule = f"the plant has several lines, {', '.join(line.name for line in flow.lines)}"
            raise _refused(change.text, rule, "Write SHOP.rate=… for each shop.")
        faster = figure_of(change, now) / now
        return replace(flow, rates={shop: rate * faster for shop, rate in flow.rates.items()})
    if change.kind == STORE:
        return replace(flow, stores=_rows(flow.stores, "store", [change.name], _of_store(change)))
    own = [change.name] if change.kind == STATION else flow.of_shop(change.name)
    if change.what == "rate":
        rates = {**flow.rates, change.name: figure_of(change, flow.rates[change.name])}
        return replace(flow, rates=rates)
    if change.what in ("mttr", "mtbf"):
        return replace(flow, stops=_stops(flow, change, own))
    if change.what == "rework":
        if not any(row["station"] in own for row in flow.rework):
            raise _refused(change.text, f"{change.name} has no rework", "See table rework.")
        share = _one(change, "share", most=1.0)
        return replace(flow, rework=_rows(flow.rework, "station", own, share))
    if change.what == "cycle":
        return _with_cycles(flow, change, own)
    return _with_station(flow, change)


def _rows(
    rows: Iterable[Row], key: str, names: list[str], make: Callable[[Row], Row]
) -> tuple[Row, ...]:
    return tuple(make(row) if row[key] in names else row for row in rows)


def _one(change: Change, column: str, most: float = math.inf) -> Callable[[Row], Row]:
    """Return what changes one figure of a row."""

    def make(row: Row) -> Row:
        if column == "feed_places" and row["feeds"] is None:
            rule = f"{change.name} feeds no station, so that it has no effect"
            raise _refused(change.text, rule, "Name the station that makes the pieces.")
        if column == "batch" and row["policy"] != COLOUR:
            rule = f"has no effect, as the policy of {change.name} is {row['policy']}"
            raise _refused(change.text, rule, f"Write {change.name}.policy=colour before it.")
        figure = figure_of(change, float(row[column] or 0), most)
        extra = {"manned": None} if column == "servers" else {}
        return {**row, column: round(figure) if column in WHOLE else figure, **extra}

    return make


def _of_store(change: Change) -> Callable[[Row], Row]:
    """Return what changes a store; its lanes stay alike, so that places come for all of them."""

    def make(row: Row) -> Row:
        what = change.what
        if what == "policy":
            batch = row["batch"] if change.value == COLOUR else None
            return {**row, "policy": change.value, "batch": batch}
        if what in ("fill", "lanes") and row["kind"] != LANES:
            raise _refused(change.text, f"{row['store']} has no lanes", "Its kind is not lanes.")
        if what == "fill":
            return {**row, "fill": change.value}
        if what == "lanes":
            lanes = round(figure_of(change, row["lanes"]))
            return {**row, "lanes": lanes, "places": row["places"] // row["lanes"] * lanes}
        made = _one(change, what)(row)
        if row["kind"] == LANES and what == "places":
            each = math.ceil(made["places"] / row["lanes"])
            made["places"] = each * row["lanes"]
        return made

    return make


def _stops(flow: Flow, change: Change, own: list[str]) -> tuple[Row, ...]:
    """Return the stops with other times; of empirical ones every value is changed alike."""
    if not any(row["station"] in own for row in flow.stops):
        raise _refused(change.text, f"{change.name} has no stops", "See table stops.")
    column = "repair" if change.what == "mttr" else "every"

    def make(row: Row) -> Row:
        if row[column] is not None:
            return {**row, column: figure_of(change, row[column])}
        if change.how != "times":
            rule = f"the times of stop {row['stop']!r} of {row['station']} are given one by one"
            raise _refused(change.text, rule, "Change them by a percentage.")
        values = [float(value) for value in row[f"{column}_values"].split(";")]
        text = ";".join(repr(figure_of(change, value)) for value in values)
        return {**row, f"{column}_values": text}

    return _rows(flow.stops, "station", own, make)


def _with_station(flow: Flow, change: Change) -> Flow:
    """Return a flow with one figure of a station changed; with other servers, its cycle stays."""
    made = _rows(flow.stations, "station", [change.name], _one(change, change.what))
    if change.what != "servers":
        return replace(flow, stations=made)
    before, after = (
        next(row for row in rows if row["station"] == change.name) for rows in (flow.stations, made)
    )
    pace = flow.paces.get(change.name, 1.0) * before["servers"] / after["servers"]
    return replace(flow, stations=made, paces={**flow.paces, change.name: pace})


def _with_cycles(flow: Flow, change: Change, own: list[str]) -> Flow:
    """Return a flow with other cycles; what follows from the rate of a shop follows no more."""

    def make(row: Row) -> Row:
        if row["cycle_values"] is not None:
            rule = f"the cycles of {row['station']} are given one by one"
            raise _refused(change.text, rule, "Change table stations.")
        if row["cycle"] is None and change.how == "times":
            return row
        return {**row, "cycle": figure_of(change, flow.cycle(row))}

    def time(row: Row) -> Row:
        return {**row, "minutes": row["minutes"] * float(change.value)}

    stations = _rows(flow.stations, "station", own, make)
    if change.how != "times":
        return replace(flow, stations=stations)
    paces = {name: flow.paces.get(name, 1.0) * float(change.value) for name in own}
    times = _rows(flow.times, "station", own, time)
    return replace(flow, stations=stations, times=times, paces={**flow.paces, **paces})


def figure_of(change: Change, before: float, most: float = math.inf) -> float:
    """Return a figure after a change.

    Parameters
    ----------
    change : Change
        The change.
    before : float
        The figure as it is.
    most : float
        Largest figure that can be.

    Raises
    ------
    DataError
        When no plant has such a figure.
    """
    after, least = change.of(before), LEAST.get(change.what)
    low = after <= 0 if least is None else after < least
    if low or after > most or not math.isfinite(after):
        bound = "above 0" if least is None else f"at least {least:g}"
        more = f" and at most {most:g}" if most < math.inf else ""
        rule = f"{change.name} would have {change.what} {after:g}, from {before:g}"
        raise _refused(change.text, rule, f"It must be {bound}{more}.")
    return after


def _refused(text: str, rule: str, hint: str) -> DataError:
    return DataError([Problem(OPTION, rule, value=text, hint=hint)])
