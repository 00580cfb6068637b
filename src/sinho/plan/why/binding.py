"""What each limit that binds says of itself: where, when, and what one more of it is worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from sinho.hub.schema import ALL
from sinho.plan.arrays import PlanData
from sinho.plan.why.arithmetic import launch_cause
from sinho.plan.why.case import Case
from sinho.plan.why.items import Kind
from sinho.plan.words import cars, join, number, some, span_of, when

Teller = Callable[[Case, int, dict[int, float]], list[str]]
"""Says what binds at a place, from the worth of one more unit by period."""


def _worth(case: Case, values: dict[int, float], unit: str) -> str:
    return f"one more {unit} is worth {span_of(values.values())} {case.plan.currency}"


def _shop(case: Case, s: int, values: dict[int, float]) -> list[str]:
    d = case.data
    days = d.days[d.shop_group[s]]
    rest = {t: value for t, value in values.items() if days[t] <= 0}
    full = {t: value for t, value in values.items() if days[t] > 0}
    said = []
    if rest:
        said.append(
            f"Group {d.groups[d.shop_group[s]]} has no working day in {when(d.spans, rest)}"
            f"{_stops(case, s, rest)}: in shop {d.shops[s]} {_worth(case, rest, 'hour')}."
        )
    if full:
        said.append(
            f"Shop {d.shops[s]}{_of_lines(case, s)} is full at {span_of(d.rate[s, list(full)])} "
            f"{case.units(d.shops[s])} an hour{_available(case, s)} in "
            f"{when(d.spans, full)}: {_worth(case, full, 'hour')}."
        )
    return said


def _of_lines(case: Case, s: int) -> str:
    """Name the lines whose cars take capacity of a shop, where the hub has several."""
    d = case.data
    found = sorted({int(n) for n in d.route_line[d.load_route[s] > 0]})
    if len(d.lines) < 2 or not found:
        return ""
    return f" of line{'s' if len(found) > 1 else ''} {join([d.lines[n] for n in found])}"


def _available(case: Case, s: int) -> str:
    """Say in what share of its hours a shop runs, where it is not all of them."""
    share = float(case.data.availability[s])
    return f" x {share:.4g} (availability)" if share < 1 else ""


def _stops(case: Case, s: int, periods: Iterable[int]) -> str:
    """Name the stops of the calendar in some periods of a shop."""
    d = case.data
    rows = case.hub["calendar"].filter(
        case.hub["calendar"]["group"].is_in([ALL, d.groups[d.shop_group[s]]])
    )
    found = dict.fromkeys(
        f"{row['kind']} from {row['start']}"
        for row in rows.to_dicts()
        for t in periods
        if row["kind"] != "work"
        and row["start"] <= d.spans[t].end
        and (row["end"] or row["start"]) >= d.spans[t].start
    )
    return f" ({some(list(found))})" if found else ""


def _launch(case: Case, q: int, values: dict[int, float]) -> list[str]:
    d, said = case.data, []
    row = case.hub["models"].row(int(d.route_model[q]), named=True)
    name = d.route_name(q)
    by_cause: dict[str, dict[int, float]] = {}
    for t, value in values.items():
        by_cause.setdefault(launch_cause(case, q, t), {})[t] = value
    most = np.minimum(d.make_max, d.model_max[d.route_model])
    for cause, found in by_cause.items():
        at = when(d.spans, found)
        allowed = cars(float(most[q, list(found)].sum()))
        what = {
            "SOP": f"Model {name} starts production on {row['sop']} (SOP)",
            "EOP": f"Model {name} ends production on {row['eop']} (EOP)",
            "line start": f"Model {name} can be built from {d.route_start[q]} on",
            "launch ramp": f"The launch ramp of model {name}",
            "full rate": f"The full rate of model {name}",
            "calendar": f"The calendar of model {name}'s shops",
        }[cause]
        dated = cause in ("SOP", "EOP", "line start")
        verb, comma = ("which allows", ", ") if dated else ("allows", " ")
        said.append(f"{what}{comma}{verb} {allowed} in {at}: {_worth(case, found, 'car')}.")
    return said


def _sea(kind: Kind) -> Teller:
    unit, noun = {
        "ceu": ("CEU", "CEU"),
        "area": ("m2", "m2 of deck"),
        "box": ("box", "40 ft boxes"),
    }[kind]

    def tell(case: Case, r: int, values: dict[int, float]) -> list[str]:
        d, said = case.data, []
        cap = {"ceu": d.ceu_cap, "area": d.area_cap, "box": d.box_cap}[kind][r]
        none = {t: v for t, v in values.items() if cap[t] <= 0}
        some_room = {t: v for t, v in values.items() if cap[t] > 0}
        if none:
            said.append(
                f"No {'40 ft boxes are' if kind == 'box' else 'vessel is'} planned on lane "
                f"{d.lanes[r]} in {when(d.spans, none)}: {_worth(case, none, unit)}."
            )
        if some_room:
            said.append(
                f"The sailings of lane {d.lanes[r]} are full in {when(d.spans, some_room)} "
                f"({span_of(cap[list(some_room)])} {noun}): {_worth(case, some_room, unit)}."
            )
        return said

    return tell


Sentence = Callable[[PlanData, int, list[int]], str]
_SENTENCES: dict[Kind, tuple[Sentence, str]] = {
    "least lot": (
        lambda d, q, t: (
            f"Line {d.lines[d.route_line[q]]} builds none of model "
            f"{d.models[d.route_model[q]]} in {when(d.spans, t)}, as its least lot is "
            f"{number(d.least_lot[q])} cars a month"
        ),
        "car",
    ),
    "road": (
        lambda d, r, t: (
            f"The trucks of lane {d.lanes[r]} are full in {when(d.spans, t)} "
            f"({span_of(d.road_cap[r, t])} cars)"
        ),
        "car",
    ),
    "rail": (
        lambda d, r, t: (
            f"The trains of lane {d.lanes[r]} are full in {when(d.spans, t)} "
            f"({span_of(d.rail_cap[r, t])} cars)"
        ),
        "car",
    ),
    "yard": (
        lambda d, _, t: (
            f"The yard is full at the end of {when(d.spans, t)} ({span_of(d.yard_cap[t])} cars)"
        ),
        "place",
    ),
    "stock limit": (
        lambda d, i, t: (
            f"Stock of model {d.models[i]} is at its most of "
            f"{span_of(d.stock_max[i, t])} cars at the end of {when(d.spans, t)}"
        ),
        "car",
    ),
    "buy limit": (
        lambda d, j, t: (
            f"No more than {span_of(d.buy_max[j, t])} units of part {d.parts[j]} can "
            f"be bought in {when(d.spans, t)}"
        ),
        "unit",
    ),
    "part stock limit": (
        lambda d, j, t: (
            f"Stock of part {d.parts[j]} is at its most of "
            f"{number(d.part_stock_max[j])} units at the end of {when(d.spans, t)}"
        ),
        "unit",
    ),
    "part source": (
        lambda d, j, t: f"No more of part {d.parts[j]} can be had for {when(d.spans, t)}",
        "unit",
    ),
    "contract": (
        lambda d, w, _: (
            f"Contract {d.windows[w].contract} takes at most "
            f"{cars(d.windows[w].most)} ({d.windows[w].label})"
        ),
        "car",
    ),
    "other demand": (
        lambda d, i, t: (
            f"Every {d.models[i]} that there is in {when(d.spans, t)} goes to demands "
            "that are worth at least as much"
        ),
        "car",
    ),
}
"""Limits that are told in one sentence, from place and periods, and what one more of them is."""


def _sentence(kind: Kind) -> Teller:
    sentence, unit = _SENTENCES[kind]
    return lambda case, place, values: [
        f"{sentence(case.data, place, list(values))}: {_worth(case, values, unit)}."
    ]


TELLERS: dict[Kind, Teller] = {
    "hours": _shop,
    "launch": _launch,
    "least lot": _sentence("least lot"),
    "ceu": _sea("ceu"),
    "area": _sea("area"),
    "box": _sea("box"),
    **{kind: _sentence(kind) for kind in _SENTENCES},
}
"""What tells of each kind of limit, in this order."""
