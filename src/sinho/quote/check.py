"""What is wrong with a programme, by itself and in a hub."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import suppress
from math import inf, isfinite
from typing import Any

from sinho.errors import Problem, nearest
from sinho.hub import Hub
from sinho.hub.schema import ALL
from sinho.quote.programme import ITSELF, Programme
from sinho.quote.read import Row
from sinho.quote.schema import fields_of


def problems_of(programme: Programme, hub: Hub) -> list[Problem]:
    """Return what is wrong with a programme by itself and in this hub.

    What only the whole of hub and programme shows, the rules of the hub say once it is applied.
    """
    read = programme.read
    seen = len(read.problems)
    for check in (_models, _volumes, _corridors, _payments, _alternatives, _uncertain, _twice):
        check(programme, hub)
    found = list(dict.fromkeys(read.problems))
    del read.problems[seen:]
    return sorted(found, key=lambda one: one.row or 0)


def _months(programme: Programme, hub: Hub, section: str, keys: Iterable[str]) -> None:
    """Refuse months outside the horizon."""
    start, end = hub.settings.start, hub.settings.end
    for at, row in enumerate(programme.rows(section)):
        for key in keys:
            if row[key] is not None and not start <= row[key] <= end:
                rule = f"lies outside the months that are planned, {start:%Y-%m} to {end:%Y-%m}"
                hint = "Change the month, or start and end of the hub by a scenario."
                programme.read.report(section, at, key, f"{row[key]:%Y-%m}", rule, hint)


def _models(programme: Programme, hub: Hub) -> None:
    """Require models that hub or programme have, that begin in time, and that nobody asks for."""
    read, known = programme.read, programme.known(hub, "models", "model")
    end = hub.settings.end
    for at, row in enumerate(programme.rows("models")):
        if row["sop"] is not None and row["sop"].replace(day=1) > end:
            rule = f"production starts after the last month that is planned, {end:%Y-%m}"
            hint = "Give an earlier SOP, or a hub that is planned for longer."
            read.report("models", at, "sop", f"{row['sop']}", rule, hint)
    for row in programme.rows(""):
        if row["model"] is not None and row["model"] not in known:
            hint = nearest(row["model"], known)
            read.report("", 0, "model", row["model"], "there is no such model", hint)
    sop = dict(hub["models"].select("model", "sop").iter_rows())
    asked = set(hub["demand"]["model"])
    for at, row in enumerate(programme.volumes):
        model = row["model"]
        if model is None:
            hint = "Name it here, or once above the first section."
            read.report("volume", at, "model", None, "the volume names no model", hint)
        elif model not in known:
            if programme.rows("volume")[at]["model"] is None:
                continue  # told of the head of the file
            hint = nearest(model, known)
            read.report("volume", at, "model", model, "there is no such model", hint)
        elif model in asked:
            rule = "the hub has demand for this model already, so that it cannot be taken out again"
            hint = "Take its demand out by a scenario (--scenario), or name the new cars a model."
            read.report("volume", at, "model", model, rule, hint)
            asked.discard(model)
        elif sop.get(model) is not None and sop[model].replace(day=1) > end:
            rule = f"production of the model starts after the last month planned, {end:%Y-%m}"
            read.report("volume", at, "model", model, rule, f"Its SOP in the hub is {sop[model]}.")
            del sop[model]


def _volumes(programme: Programme, hub: Hub) -> None:
    """Require volumes of known markets, in order of size, within the horizon."""
    read, markets = programme.read, programme.market_rows(hub)
    if "" in read.rows and "volume" not in read.rows:
        hint = "Write [[volume]] with market, month and expected."
        read.problems.append(Problem(read.where, "the programme has no volumes", hint=hint))
    _months(programme, hub, "volume", ["month"])
    for at, row in enumerate(programme.volumes):
        market = row["market"]
        if market is not None and market not in markets:
            hint = nearest(market, markets)
            read.report("volume", at, "market", market, "there is no such market", hint)
        if row["expected"] is not None and not row["low"] <= row["expected"] <= row["high"]:
            said = f"{row['low']:g}, {row['expected']:g}, {row['high']:g}"
            rule = "low, expected and high must not fall"
            read.report("volume", at, "low", said, rule)


def _corridors(programme: Programme, hub: Hub) -> None:
    """Require corridors that end after they start, with a most that is not below the least."""
    _months(programme, hub, "corridor", ("start", "end"))
    for at, row in enumerate(programme.rows("corridor")):
        if row["start"] and row["end"] and row["end"] < row["start"]:
            said = f"{row['end']:%Y-%m}"
            programme.read.report("corridor", at, "end", said, "ends before it starts")
        if row["most"] is not None and row["least"] is not None and row["most"] < row["least"]:
            rule = f"most is below least, {row['least']:g}"
            programme.read.report("corridor", at, "most", f"{row['most']:g}", rule)


def _payments(programme: Programme, hub: Hub) -> None:
    """Require currencies that have a rate when they are needed."""
    needed = [row["month"] for section in ("payment", "volume") for row in programme.rows(section)]
    _months(programme, hub, "payment", ["month"])
    first = min((month for month in needed if month), default=None)
    for at, row in enumerate(programme.rows("terms")):
        _currency(programme, hub, "terms", at, row.get("currency"), first)
    for at, row in enumerate(programme.rows("alternative")):
        there = [
            one["month"]
            for one in programme.rows("volume")
            if one["month"] and row["market"] in (ALL, one["market"])
        ]
        _currency(programme, hub, "alternative", at, row.get("currency"), min(there, default=None))


def _currency(
    programme: Programme, hub: Hub, section: str, at: int, name: str | None, month: dt.date | None
) -> None:
    """Refuse a currency that is unknown, or has no rate yet in a month."""
    if name is None or name == hub.settings.currency:
        return
    rows = [*hub["currencies"].to_dicts(), *programme.rows("currencies")]
    starts = [row["start"] for row in rows if row.get("currency") == name and row.get("start")]
    if not starts:
        hint = nearest(name, {hub.settings.currency, *(row.get("currency") for row in rows)})
        rule = "has no rate in table currencies, nor in [[currencies]] of this file"
        programme.read.report(section, at, "currency", name, rule, hint)
    elif month is not None and min(starts) > month:
        rule = f"has no rate before {min(starts)}, and is needed from {month:%Y-%m} on"
        hint = "Add the rate of that month to [[currencies]]."
        programme.read.report(section, at, "currency", name, rule, hint)


def duty_rows(programme: Programme, hub: Hub, origin: str, destination: str) -> list[Row]:
    """Return the tariffs of hub and programme from one country to another."""
    rows = [*hub["tariffs"].to_dicts(), *programme.rows("tariffs")]
    return [r for r in rows if (r.get("origin"), r.get("destination")) == (origin, destination)]


def _alternatives(programme: Programme, hub: Hub) -> None:
    """Require markets that exist, and tariffs from the other origin to those asked for."""
    rows, markets = programme.rows("alternative"), programme.market_rows(hub)
    named = {row["market"] for row in rows}
    for at, row in enumerate(rows):
        for key, other in (("quota", "above_quota"), ("above_quota", "quota")):
            if row[key] is not None and row[other] is None:
                rule = f"{key} says nothing without {other}"
                hint = fields_of("alternative")[other].meaning
                programme.read.report("alternative", at, key, f"{row[key]:g}", rule, hint)
        if row["market"] not in (ALL, *markets):
            hint = nearest(row["market"] or "", [*markets, ALL])
            rule = "there is no such market"
            programme.read.report("alternative", at, "market", row["market"], rule, hint)
            continue
        own = {row["market"]} if row["market"] != ALL else set()
        if row["market"] == ALL:
            own = {one["market"] for one in programme.volumes if one["market"] not in named}
        for market in sorted(one for one in own if one in markets):
            there = markets[market]["country"]
            if row["origin"] not in (None, there) and not duty_rows(
                programme, hub, row["origin"], there
            ):
                rule = f"there is no tariff from {row['origin']} to {there} (market {market})"
                hint = "Add it to [[tariffs]], with percent = 0 where none is due."
                programme.read.report("alternative", at, "origin", row["origin"], rule, hint)


_NEEDS = {
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "normal": ("mean", "spread"),
    "lognormal": ("mean", "spread"),
    "values": ("values",),
}


_KEYS = ("low", "mode", "high", "mean", "spread", "values", "weights")
_MAY = {"values": ("weights",)}
_BOUNDS = {
    "volume": (0, inf),
    "other demand": (0, inf),
    "SOP delay": (0, 120),
    "stops": (0, 1),
    "rate": (0, inf),
    "freight": (0, inf),
    "tariff": (-1000, 1000),
}
"""What of each lever can be drawn."""


def numbers(text: str | None) -> list[float]:
    """Return the numbers of a list parted by semicolons.

    Raises
    ------
    ValueError
        Where one of them is none, or not finite.
    """
    found = [float(part) for part in (text or "").split(";") if part.strip()]
    if not all(isfinite(one) for one in found):
        raise ValueError("a number is not finite")
    return found


def _uncertain(programme: Programme, hub: Hub) -> None:
    """Require distributions with the numbers that they need, of things that exist."""
    shops, known = hub["shops"]["shop"].to_list(), programme.market_rows(hub)
    money = programme.known(hub, "currencies", "currency")
    sop = dict(hub["models"].select("model", "sop").iter_rows())
    for row in programme.rows("models"):
        sop.setdefault(row["model"], row["sop"])
    sold = list(dict.fromkeys(row["market"] for row in programme.volumes)) or [*known]
    home = hub.settings.country
    abroad = [one for one in sold if one in known and known[one]["country"] != home]
    items = {"volume": sold, "tariff": abroad, "stops": shops, "rate": money}
    for at, row in enumerate(programme.rows("uncertain")):
        what, kind = row["what"], row["kind"]
        if row["item"] not in (ALL, *items.get(what, [])):
            hint = nearest(row["item"] or "", [*items.get(what, []), ALL])
            rule = f"is none that {what} can be of"
            programme.read.report("uncertain", at, "item", row["item"], rule, hint)
        if kind is None or what is None:
            continue
        begun = [model for model in programme.models if sop.get(model, "?") is None]
        if what == "SOP delay" and begun == programme.models:
            rule = "no model of the programme has an SOP, so that none can be late"
            hint = "Give sop in models, or leave the delay out."
            programme.read.report("uncertain", at, "what", what, rule, hint)
        needs = _NEEDS[kind]
        between = what == "volume" and kind in ("triangular", "uniform")
        given = [row[key] for key in ("low", "mode", "high") if row[key] is not None]
        if not (between and not given):
            for key in needs:
                if row[key] is None:
                    spec = fields_of("uncertain")[key]
                    rule = f"a {kind} distribution needs {key}"
                    programme.read.report("uncertain", at, key, None, rule, spec.meaning)
        if given != sorted(given):
            said = ", ".join(f"{one:g}" for one in given)
            rule = "low, mode and high must not fall"
            programme.read.report("uncertain", at, "low", said, rule)
        for key in _KEYS:
            if row[key] is not None and key not in (*needs, *_MAY.get(kind, ())):
                takes = ", ".join((*needs, *_MAY.get(kind, ())))
                rule, hint = f"a {kind} distribution has no {key}", f"It takes {takes}."
                programme.read.report("uncertain", at, key, row[key], rule, hint)
        for rule, key, hint in (*_values(row), *_bounds(row)):
            programme.read.report("uncertain", at, key, row[key], rule, hint)
    _overlaps(programme)


def _values(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the values of a distribution, and with their weights."""
    if row["kind"] != "values":
        return
    found = {}
    for key in ("values", "weights"):
        try:
            found[key] = numbers(row[key])
        except ValueError:
            yield f"{key} must be numbers parted by ;", key, ""
    weights = found.get("weights")
    if len(found) < len(("values", "weights")) or not weights:
        return
    if len(weights) != len(found["values"]):
        yield f"there are {len(found['values'])} values and {len(weights)} weights", "weights", ""
    if min(weights) < 0 or sum(weights) <= 0:
        yield "weights must not be below 0, nor all be 0", "weights", ""


def _bounds(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield numbers of a distribution that what is drawn cannot take."""
    what = row["what"]
    low, high = _BOUNDS[what]
    for key in ("low", "mode", "high", "mean", "values"):
        with suppress(ValueError):
            drawn = numbers(row[key]) if key == "values" else [row[key]]
            given = [one for one in drawn if one is not None]
            if any(not low <= one <= high for one in given):
                most = "" if high == inf else f" and at most {high:g}"
                hint = "15 % of the hours is 0.15." if what == "stops" else ""
                yield f"{what} must be at least {low:g}{most}", key, hint
            elif row["kind"] == "lognormal" and key == "mean" and 0.0 in given:
                yield "the median of a lognormal distribution must be above 0", key, ""
            elif what == "SOP delay" and key == "values" and any(one % 1 for one in given):
                yield "months of SOP delay must be whole numbers", key, ""


def _overlaps(programme: Programme) -> None:
    """Refuse to draw a thing by itself and with all the others too."""
    rows = programme.rows("uncertain")
    whole = {row["what"] for row in rows if row["item"] == ALL}
    for at, row in enumerate(rows):
        if row["item"] != ALL and row["what"] in whole:
            rule = f"{row['what']} is drawn for all of them together already"
            hint = "Name each of them, or draw them together alone."
            programme.read.report("uncertain", at, "item", row["item"], rule, hint)


def _twice(programme: Programme, hub: Hub) -> None:
    """Refuse rows of a section that are keyed alike, and a case that is named as the programme."""
    for at, row in enumerate(programme.rows("case")):
        if row["name"] == ITSELF:
            rule, hint = "is the programme without any change", "Give the case another name."
            programme.read.report("case", at, "name", row["name"], rule, hint)
    there = set(hub["models"]["model"])
    for at, row in enumerate(programme.rows("models")):
        if row["model"] in there:
            rule = "table models of the hub has this model already"
            hint = "Take it out here, or change that row by a scenario or a case."
            programme.read.report("models", at, "model", row["model"], rule, hint)
    for section in ("models", "volume", "corridor", "payment", "alternative", "uncertain", "case"):
        keys = [name for name, spec in fields_of(section).items() if spec.key]
        rows = programme.volumes if section == "volume" else programme.rows(section)
        keys += ["model"] if section == "volume" else []
        seen: set[tuple[Any, ...]] = set()
        for at, row in enumerate(rows):
            key = tuple(row[name] for name in keys)
            if None not in key and key in seen:
                said = ", ".join(
                    f"{one:%Y-%m}" if isinstance(one, dt.date) else f"{one}" for one in key
                )
                rule = f"[[{section}]] has this twice"
                programme.read.report(section, at, keys[0], said, rule, "Take one of them out.")
            seen.add(key)
