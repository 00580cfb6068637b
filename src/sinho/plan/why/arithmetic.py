"""What one more car would earn, cost and take, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from sinho.plan.why.case import Case
from sinho.plan.why.items import MONEY, Item, Option
from sinho.plan.words import count, join, number, when
from sinho.units import months_between

CENT = 0.005
"""Currency units below which an amount is not told."""

WORDS = {
    "price": "price",
    "fee": "contract fee",
    "material": "material",
    "line cost": "extra cost on its line",
    "parts": "parts",
    "car stock": "keeping it in stock",
    "part stock": "keeping its parts in stock",
    "freight": "freight",
    "tariff": "tariff",
    "late": "late penalty",
}


def launch_cause(case: Case, route: int, t: int) -> str:
    """Say what limits the cars of a model on a line in a period.

    Returns
    -------
    str
        ``SOP``, ``EOP``, ``line start``, ``launch ramp``, ``full rate``, or ``calendar`` where the
        route's shops have no working day.
    """
    d = case.data
    model, start = int(d.route_model[route]), d.route_start[route]
    row = case.hub["models"].row(model, named=True)
    span, sop, eop = d.spans[t], row["sop"], row["eop"]
    if sop is not None and sop > span.end:
        return "SOP"
    if eop is not None and eop < span.start:
        return "EOP"
    if start is not None and start > span.end:
        return "line start"
    groups = d.shop_group[d.load_route[:, route] > 0]
    if len(groups) and not d.days[groups, t].any():
        return "calendar"
    ramp = case.hub["ramp"].filter(case.hub["ramp"]["model"] == row["model"])
    if sop is not None and months_between(sop, span.month) in ramp["month_after_sop"].to_list():
        return "launch ramp"
    if row["full_rate"] is not None:
        return "full rate"
    if start is not None and start > span.start and (sop is None or start > sop):
        return "line start"
    return "SOP" if sop is not None and sop > span.start else "EOP"


def taken(case: Case, items: Iterable[Item]) -> list[str]:
    """Describe what a car takes of things that are scarce, with the worth of each."""
    d = case.data
    merged: dict[tuple[str, int], list[Item]] = {}
    for item in items:
        merged.setdefault((item.kind, item.place), []).append(item)
    said = []
    for (kind, place), same in merged.items():
        worth = -sum(item.amount for item in same)
        if abs(worth) < CENT:
            continue
        quantity = sum(item.quantity for item in same)
        at = when(d.spans, [item.period for item in same if item.period >= 0])
        said.append(
            f"{_thing(case, kind, place, same, quantity)}{f' in {at}' if at else ''} "
            f"({number(worth)})"
        )
    return said


def _thing(case: Case, kind: str, place: int, same: Sequence[Item], quantity: float) -> str:
    """Name what is taken."""
    d = case.data
    if kind == "hours":
        if not any(d.days[d.shop_group[place], item.period] for item in same):
            return f"time of shop {d.shops[place]} when it does not work"
        minutes = 0.0
        for item in same:
            rate = float(d.rate[place, item.period] * d.availability[place])
            minutes += 60 * item.quantity / rate if rate > 0 else np.nan
        if np.isnan(minutes):
            return f"{number(quantity)} units of shop {d.shops[place]}"
        return f"{number(minutes)} min of shop {d.shops[place]}"
    if kind in ("ceu", "area", "box", "road", "rail"):
        unit = {"ceu": "CEU", "area": "m2", "box": "of a box"}.get(kind, f"place by {kind}")
        return f"{number(quantity)} {unit} on lane {d.lanes[place]}"
    if kind == "launch":
        cause = launch_cause(case, place, same[0].period)
        name = d.route_name(place)
        if cause == "calendar":
            return f"a {name} when its shops do not work"
        return f"a car under the {cause} limit of {name}"
    if kind == "least lot":
        return f"a car under the least lot of {d.route_name(place)}"
    if kind == "contract":
        return f"a car under the most of contract {d.windows[place].contract}"
    return {
        "yard": "a place in the yard",
        "stock limit": "a place under the stock limit",
        "buy limit": "parts that cannot be bought in greater numbers",
        "part stock limit": "a place under the parts' stock limit",
        "part source": "parts that are already used up",
        "other demand": "a car that another demand pays for",
    }[kind]


def earnings(option: Option) -> str:
    """Write what the car itself earns: price, fee and what is paid out of them."""
    sums = dict.fromkeys(MONEY, 0.0)
    for item in option.items:
        if item.kind in sums:
            sums[item.kind] += item.amount
    plus = [f"{number(v)} {WORDS[k]}" for k, v in sums.items() if v >= CENT]
    minus = [f"{number(-v)} {WORDS[k]}" for k, v in sums.items() if v <= -CENT]
    text = join(plus) or "0"
    return f"{text} less {join(minus)}" if minus else text


def later(case: Case, pair: int, t: int) -> tuple[float, str]:
    """Return the best worth of a car that is not shipped on time, and what becomes of it."""
    d, noun = case.data, case.plan.period_kind
    lose = [(-float(d.lost_penalty[pair, t]), "losing it")]
    wait = float((d.late_penalty[pair, t:] * d.fraction[t:]).sum())
    wait -= float(case.margins.given_up[pair, t])
    ship = [
        (option.worth, f"shipping it {count(option.period - t, noun)} late")
        for option in case.margins.options(pair, t, made=True)
        if option.period > t
    ]
    # among what is worth the same, first what the plan does
    fates = [*ship, (-wait, "leaving it late to the end")]
    fates = lose + fates if case.flows.lost[pair, t] > 1e-6 else fates + lose
    best = max(worth for worth, _ in fates)
    return next(fate for fate in fates if fate[0] >= best - 1e-6 * max(1.0, abs(best)))


def _credit(case: Case, item: Item) -> str:
    """Write what a shipment adds beside what the car earns."""
    worth = f"{number(item.amount)} {case.plan.currency}"
    if item.kind == "contract":
        name = case.data.windows[item.place].contract
        return f"It counts towards the least of contract {name}, which is worth {worth} a car."
    if item.kind == "earlier order":
        period = case.plan.period_kind
        return f"It lets an order of an earlier {period} be served, which is worth {worth}."
    return f"It frees what is worth {worth} elsewhere."


def one_more(case: Case, pair: int, t: int) -> list[str]:
    """Explain one more car asked for in a period and shipped in it.

    Parameters
    ----------
    case : Case
        The question and its plan.
    pair, t : int
        Pair of model and market; period.

    Returns
    -------
    list of str
        Sentences: what the car earns, what it takes, and why the plan ships it or not. Empty where
        nothing can carry it.
    """
    d, currency = case.data, case.plan.currency
    ways = case.margins.options(pair, t, until=t, made=True)
    if not ways:
        return []
    best = ways[0]
    name = f"{d.models[d.pair_model[pair]]} for {d.markets[d.pair_market[pair]]}"
    mode = f" by {best.mode}"
    head = (
        f"One more {name} shipped{mode} in {d.spans[t].label} would earn {earnings(best)}: "
        f"{number(best.cash)} {currency}."
    )
    said = [head]
    scarce = [item for item in best.items if item.scarce and item.amount < 0]
    credit = [item for item in best.items if item.scarce and item.amount > CENT]
    said += [_credit(case, item) for item in credit]
    takes = taken(case, scarce)
    if takes:
        worth = -sum(item.amount for item in scarce)
        said.append(
            f"It takes what is scarce: {join(takes)}, together worth {number(worth)} {currency}."
            if len(takes) > 1
            else f"It takes what is scarce: {takes[0]}."
        )
    short = case.short[pair, t] > 0
    if not short:
        said.append(
            f"So one more car asked for would add {number(best.worth)} {currency} to the "
            "contribution."
        )
        return said
    other, fate = later(case, pair, t)
    change = best.worth - other
    tiny = 1e-6 * max(1.0, abs(best.worth), abs(other))
    if change < -tiny:
        verb = "adds" if other > 0 else "costs"
        said.append(
            f"Shipping it on time would change the contribution by {number(best.worth)} "
            f"{currency}, while {fate} {verb} {number(abs(other))}: it would have to earn "
            f"{number(-change)} {currency} more a car to be shipped on time."
        )
    else:
        said.append(
            f"That leaves {number(best.worth)} {currency}, the same as {fate} "
            f"({number(other)} {currency}): cars of this demand are the first to give way."
        )
    return said
