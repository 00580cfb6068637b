"""Small slotting problems, and a slow scorer of slots that follows the definitions word by word."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import polars as pl

from sinho.hub import Hub
from sinho.results import DaySlots, Orders
from sinho.slot import Input, Params, Question, explain, solve

T = TypeVar("T")
MONDAY = dt.date(2026, 1, 5)

ORDER = {
    "order": pl.String,
    "brand": pl.String,
    "model": pl.String,
    "market": pl.String,
    "colour": pl.String,
    "options": pl.String,
    "wanted": pl.Date,
    "priority": pl.Int64,
    "fixed": pl.Date,
    "former": pl.Date,
    "line": pl.String,
    "former_line": pl.String,
}

Place = tuple[dt.date, str]
"""A date on a line."""

QUIET: dict[str, Any] = {
    "level_cost": 0.0,
    "limit_cost": 0.0,
    "volume_cost": 0.0,
    "mix_cost": 0.0,
    "colour_cost": 0.0,
    "frozen_days": 0,
    "firm_days": 0,
}
"""Parameters under which dates alone cost."""


def once(function: Callable[..., T]) -> Callable[..., T]:
    """Work out but once what is asked of the same problem and order again: neither ever changes."""
    known: dict[int, tuple[Input, dict[tuple[Any, ...], T]]] = {}

    def told(data: Input, *of: Any) -> T:
        if id(data) not in known and len(known) >= 20:
            known.clear()
        _, answers = known.setdefault(id(data), (data, {}))  # held: its id is no other's
        key = tuple(one["order"] if isinstance(one, Mapping) else one for one in of)
        if key not in answers:
            answers[key] = function(data, *of)
        return answers[key]

    return told


def day(number: int) -> dt.date:
    """Return the date so many calendar days after Monday, 5 January 2026."""
    return MONDAY + dt.timedelta(days=number)


def bank(*rows: Mapping[str, Any]) -> pl.DataFrame:
    """Return orders ``o1``, ``o2`` and so on: model M by road, wanted on Wednesday, 7 January."""
    base: dict[str, Any] = {
        "brand": "A",
        "model": "M",
        "market": "home",
        "colour": "red",
        "options": "",
        "wanted": day(2),
        "priority": 2,
        "fixed": None,
        "former": None,
        "line": None,
        "former_line": None,
    }
    return pl.DataFrame(
        [{"order": f"o{at}", **base, **row} for at, row in enumerate(rows, 1)],
        schema=ORDER,
        orient="row",
    )


def week(*capacities: float, dates: Sequence[dt.date] | None = None) -> pl.DataFrame:
    """Return working days from Monday on, weekends left out, with their capacities."""
    if dates is None:
        dates = [day(at + 2 * (at // 5)) for at in range(len(capacities))]
    return pl.DataFrame(
        {"date": list(dates), "capacity": [float(one) for one in capacities]},
        schema={"date": pl.Date, "capacity": pl.Float64},
    )


def on_lines(*rows: tuple[int, str, float]) -> pl.DataFrame:
    """Return working days of lines: the number of the date, the line and the capacity of each."""
    return pl.DataFrame(
        [(day(at), line, capacity) for at, line, capacity in rows],
        schema={"date": pl.Date, "line": pl.String, "capacity": pl.Float64},
        orient="row",
    )


def problem(
    orders: pl.DataFrame, days: pl.DataFrame, *, params: Mapping[str, Any] = QUIET, **rules: Any
) -> Input:
    """Return a problem of orders, days and rules; rows of tables as lists of mappings."""
    empty = Input(orders, days)
    given: dict[str, Any] = {}
    for name, value in rules.items():
        if isinstance(value, list):
            value = pl.DataFrame(value, schema=getattr(empty, name).schema, orient="row")
        given[name] = value
    return Input(orders, days, params=Params(**params), **given)


def slotted(data: Input, *, seed: int = 1, **how: Any) -> DaySlots:
    """Return slots by so many iterations and threads."""
    effort = {name: how.pop(name) for name in ("iterations", "threads") if name in how}
    return solve(data, replace(data.params, **effort), seed=seed, **how)


def days_of(slots: pl.DataFrame) -> dict[str, dt.date | None]:
    """Return the day of each order."""
    return dict(slots.select("order", "date").iter_rows())


def places_of(slots: pl.DataFrame) -> dict[str, Place | None]:
    """Return the date and line of each order."""
    rows = slots.select("order", "date", "line").iter_rows()
    return {order: None if date is None else (date, line) for order, date, line in rows}


@dataclass
class Score:
    """What slots cost by term, which hard rules they break, and cars short of months' leasts."""

    terms: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    short: int = 0

    @property
    def cost(self) -> float:
        """The whole cost, hard rules apart."""
        return math.fsum(self.terms.values())


@once
def table(data: Input, name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return the rows of a table of the problem, as tuples of some of its columns."""
    return list(getattr(data, name).select(columns).iter_rows())


@once
def orders_of(data: Input) -> list[dict[str, Any]]:
    """Return the orders, by column."""
    return data.orders.to_dicts()


@once
def leaves(data: Input, market: str, built: dt.date) -> tuple[dt.date, str | None]:
    """Return when and on which vessel a car leaves that is built on a day."""
    ready = built + dt.timedelta(days=data.params.lead_days)
    lane = data.lanes.get(market)
    if lane is None:
        return ready, None
    calls = sorted(
        (cutoff, etd, vessel)
        for of, vessel, cutoff, etd in table(data, "vessels", "lane", "vessel", "cutoff", "etd")
        if of == lane
    )
    if not calls:
        return ready, None
    gaps = [(b[0] - a[0]).days for a, b in itertools.pairwise(calls)]
    wait = dt.timedelta(days=max(gaps, default=30))
    for cutoff, etd, vessel in calls:
        if calls[0][0] - wait <= ready <= cutoff:
            return etd, vessel
    return ready + wait, None


def places(data: Input) -> list[Place]:
    """Return the dates on lines."""
    return table(data, "days", "date", "line")


def lines_of(data: Input) -> list[str]:
    """Return the lines in the order of their first days."""
    return list(dict.fromkeys(line for _, line in places(data)))


def dates_of(data: Input) -> list[dt.date]:
    """Return the dates on which any line works."""
    return list(dict.fromkeys(date for date, _ in places(data)))


@once
def line_cost(data: Input, row: Mapping[str, Any], place: Place) -> float:
    """Return what a car costs because of its line; infinite where it cannot be built there."""
    date, line = place
    if row["line"] not in (None, line):
        return math.inf
    routes = table(data, "routes", "model", "line", "cost", "start")
    own = [route[1:] for route in routes if route[0] == row["model"]]
    if not own:
        return 0.0
    for on, cost, start in own:
        if on == line and (start is None or start <= date):
            return float(cost or 0.0)
    return math.inf


def load_of(data: Input, model: str, line: str) -> float:
    """Return the car equivalents that a car of a model takes on a line."""
    routes = table(data, "routes", "model", "line", "load")
    own = [load for of, on, load in routes if (of, on) == (model, line) and load is not None]
    return float(own[0]) if own else data.loads.get(model, 1.0)


@once
def former_place(data: Input, row: Mapping[str, Any]) -> Place | None:
    """Return where an order was slotted before, if that is one of the days."""
    here = [place for place in places(data) if place[0] == row["former"]]
    if row["former_line"] in lines_of(data):
        here = [place for place in here if place[1] == row["former_line"]]
    return min(here, key=lambda place: line_cost(data, row, place), default=None)


@once
def own_cost(
    data: Input, row: Mapping[str, Any], place: Place | None
) -> tuple[float, float, float, float]:
    """Return what an order costs by itself: late, in stock, moved from its former day, its line."""
    params = data.params
    assert place is not None
    built, line = place
    leave, _ = leaves(data, row["market"], built)
    ready = built + dt.timedelta(days=params.lead_days)
    late = max(0, (leave - row["wanted"]).days)
    stock = max(0, (max(row["wanted"], leave) - ready).days)
    former = former_place(data, row)
    moved = 0.0
    if former is not None and former != place:
        moved = params.moved_cost
        if former[0] in dates_of(data)[: params.firm_days]:
            moved += params.firm_cost
    extra = line_cost(data, row, place) if line else 0.0
    return (
        late * params.late_cost * 2.0 ** (2 - row["priority"]),
        stock * params.early_cost,
        moved,
        0.0 if math.isinf(extra) and frozen(data, row) else extra,
    )


@once
def waits(data: Input, row: Mapping[str, Any]) -> bool:
    """Return whether an order is wanted so late that it waits for a later run."""
    dates = dates_of(data)
    if not dates or row["fixed"] is not None or row["former"] in dates:
        return False
    ready = dates[-1] + dt.timedelta(days=data.params.lead_days)
    return bool(row["wanted"] > ready + dt.timedelta(days=data.params.ahead_days))


def left_out(data: Input, row: Mapping[str, Any]) -> float:
    """Return what an order costs without a day."""
    if waits(data, row):
        return 0.0
    dates = dates_of(data)
    late = own_cost(data, row, (max(dates) + dt.timedelta(days=1), ""))[0] if dates else 0.0
    return data.params.unslotted_cost + late


def frozen(data: Input, row: Mapping[str, Any]) -> bool:
    """Return whether an order lies in the frozen zone."""
    former = former_place(data, row)
    zone = dates_of(data)[: data.params.frozen_days]
    return row["fixed"] is None and former is not None and former[0] in zone


@once
def allowed(data: Input, row: Mapping[str, Any]) -> set[Place]:
    """Return the days on which an order may be built as far as it alone is concerned."""
    dates = dates_of(data)
    zone = set(dates[: data.params.frozen_days])
    can = [place for place in places(data) if line_cost(data, row, place) < math.inf]
    if waits(data, row):
        return set()
    if row["fixed"] is not None:
        return {place for place in can if place[0] == row["fixed"]}
    former = former_place(data, row)
    if frozen(data, row):
        assert former is not None
        return {former}
    anyone = any(former_place(data, one) is not None for one in orders_of(data))
    free = [place for place in can if not (anyone and place[0] in zone)]
    for model, sop, eop in table(data, "lives", "model", "sop", "eop"):
        if model == row["model"]:
            free = [
                place
                for place in free
                if (sop is None or sop <= place[0]) and (eop is None or place[0] <= eop)
            ]
    return set(free)


def score(data: Input, days: Mapping[str, Place | None]) -> Score:
    """Return what slots cost, from the definitions, and which hard rules they break."""
    rows = orders_of(data)
    found = Score()
    late, stock, moved, lines, without = 0.0, 0.0, 0.0, 0.0, 0.0
    built: dict[Place, list[dict[str, Any]]] = {place: [] for place in places(data)}
    for row in rows:
        place = days[row["order"]]
        if place is None:
            without += left_out(data, row)
            continue
        if place not in allowed(data, row):
            found.broken.append(f"{row['order']} on {place}")
        one = own_cost(data, row, place)
        late, stock, moved, lines = late + one[0], stock + one[1], moved + one[2], lines + one[3]
        built[place].append(row)
    found.terms = {"late": late, "stock": stock, "moved": moved, "without a day": without}
    if lines:
        found.terms["lines"] = lines
    _count_hard(data, built, found)
    _count_entitled(data, built, found)
    _count_soft(data, [row for row in rows if not waits(data, row)], built, found)
    return found


def names(row: Mapping[str, Any], kind: str) -> list[str]:
    """Return what an order counts as: its model, colour or options, or one of all cars."""
    if kind == "volume":
        return ["cars"]
    if kind == "option":
        return [name for name in row["options"].split(";") if name]
    return [row[kind]]


def of_line(rule: str | None, line: str) -> bool:
    """Return whether a rule that names a line, or none, holds on a line."""
    return rule in (None, line)


def borne(
    data: Input,
    stations: Mapping[tuple[str, str], float],
    kind: str,
    name: str,
    place: Place,
    target: float,
) -> int | None:
    """Return how many cars the ratio rules of an option or the takt of a station bear."""
    fill, expected, line = data.params.fill, even(data)[place], place[1]
    if kind == "work":
        bears = fill * stations[name, line] * expected
        even_share = math.ceil(round(target, 6)) if round(target, 6) <= round(bears, 6) else 0
        return max(even_share, math.floor(round(bears, 6)))
    if kind != "option":
        return None
    tops = [
        math.ceil(round(max(fill * share * expected, cars), 6))
        for option, share, cars, rule in table(data, "ratios", "option", "share", "cars", "line")
        if option == name and of_line(rule, line)
    ]
    return min(tops, default=None)


def minutes_of(data: Input, station: str) -> dict[str, float]:
    """Return what options add to the work at a station."""
    rows = table(data, "operations", "station", "option", "minutes")
    return {option: minutes for at, option, minutes in rows if at == station}


@once
def heavy(data: Input, station: str, car: Mapping[str, Any]) -> bool:
    """Return whether a car takes more than a station's takt."""
    rows = table(data, "stations", "station", "base", "takt")
    base, takt = next(row[1:] for row in rows if row[0] == station)
    return bool(work_of(base, minutes_of(data, station), car) > takt + 1e-6)


def work_of(base: float, minutes: Mapping[str, float], car: Mapping[str, Any]) -> float:
    """Return the minutes of a car at a station."""
    return base + math.fsum(minutes.get(option, 0.0) for option in names(car, "option"))


@once
def takts(data: Input) -> dict[tuple[str, str], float]:
    """Return the shares of heavy cars that takts bear, by station and line."""
    rows = [row for row in orders_of(data) if not waits(data, row)]
    chance = chances(data)
    found = {}
    for station, base, takt, rule in table(data, "stations", "station", "base", "takt", "line"):
        minutes = minutes_of(data, station)
        for line in lines_of(data):
            parts = {True: [0.0, 0.0], False: [0.0, 0.0]}
            for row in rows:
                number, work = chance[row["order"]][line], work_of(base, minutes, row)
                parts[work > takt + 1e-6][0] += number
                parts[work > takt + 1e-6][1] += number * work
            if of_line(rule, line) and parts[True][0] and parts[False][0]:
                most, least = parts[True][1] / parts[True][0], parts[False][1] / parts[False][0]
                found[station, line] = (takt - least) / (most - least)
    return found


def counted(data: Input, car: Mapping[str, Any], kind: str, line: str) -> list[str]:
    """Return what levels on a line count an order as."""
    if kind != "work":
        return names(car, kind)
    return [station for station, on in takts(data) if on == line and heavy(data, station, car)]


CONTRACT = ("brand", "start", "end", "slots_per_week", "release_days")

Built = Mapping[Place, list[dict[str, Any]]]


def _count_hard(data: Input, built: Built, found: Score) -> None:
    small = 1e-6
    capacity = {row[:2]: row[2] for row in table(data, "days", "date", "line", "capacity")}
    for (date, line), cars in built.items():
        load = math.fsum(load_of(data, car["model"], line) for car in cars)
        if load > capacity[date, line] + small:
            found.broken.append(f"capacity on {date} of {line}: {load}")
    for kind, item, date, rule, most in table(
        data, "limits", "kind", "item", "date", "line", "most"
    ):
        here = [place for place in built if place[0] == date and of_line(rule, place[1])]
        if kind == "shop":
            lines = [on for shop, on in table(data, "passes", "shop", "line") if shop == item]
            here = [place for place in here if None in lines or place[1] in lines]
        cars = [car for place in here for car in built[place]]
        if kind in ("part", "shop"):
            of = ("uses", "part", "quantity") if kind == "part" else ("passes", "shop", "load")
            rows = table(data, of[0], of[1], "model", of[2])
            uses = {model: number for name, model, number in rows if name == item}
            count = math.fsum(uses.get(car["model"], 0.0) for car in cars)
        else:
            count = sum(item in names(car, kind) for car in cars)
        if here and count > most + small:
            found.broken.append(f"{kind} {item} on {date}: {count}")
    expected = even(data)
    rules = table(data, "ratios", "option", "share", "cars", "hard", "line")
    for place, cars in built.items():
        for option, share, least, hard, rule in rules:
            count = sum(option in names(car, "option") for car in cars)
            most = math.ceil(round(max(share * expected[place], least), 6))
            most = max(most, sum(option in names(car, "option") for car in held_on(data, place)))
            if hard and of_line(rule, place[1]) and count > most:
                found.broken.append(f"{option} on {place}: {count}, its hard rule bears {most}")
    models = set(data.orders["model"].to_list())
    for month, model, least, most, rule in table(
        data, "corridor", "month", "model", "least", "most", "line"
    ):
        inside = [
            place
            for place in built
            if (place[0].year, place[0].month) == (month.year, month.month)
            and of_line(rule, place[1])
        ]
        if model not in models or not inside:
            continue
        count = sum(car["model"] == model for place in inside for car in built[place])
        if most is not None and count > most + small:
            found.broken.append(f"corridor of {model} in {month}: {count}")
        found.short += max(0, math.ceil(least or 0.0) - count)


def _count_entitled(data: Input, built: Built, found: Score) -> None:
    """Look whether contracted slots that are not offered yet are left to their brands."""
    rows = [row for row in orders_of(data) if not waits(data, row)]
    chance = chances(data)
    capacity = {row[:2]: row[2] for row in table(data, "days", "date", "line", "capacity")}

    def mean(own: list[dict[str, Any]], lines: list[str]) -> float:
        parts = [
            (chance[row["order"]][line], load_of(data, row["model"], line))
            for row in own
            for line in lines
        ]
        number = math.fsum(one for one, _ in parts)
        return math.fsum(one * load for one, load in parts) / number if number else 1.0

    for rule in data.entitlements["line"].unique().to_list():
        lines = [line for line in lines_of(data) if of_line(rule, line)]
        weeks: dict[dt.date, list[Place]] = {}
        for place in built:
            if place[1] in lines:
                monday = place[0] - dt.timedelta(days=place[0].weekday())
                weeks.setdefault(monday, []).append(place)
        for monday, here in weeks.items():
            dates = {date for date, _ in here}
            slots: dict[str, float] = {}
            for brand, start, end, number, release, of in table(
                data, "entitlements", *CONTRACT, "line"
            ):
                if of != rule:
                    continue
                inside = sum(start <= date and (end is None or date <= end) for date in dates)
                if inside and dates_of(data)[0] < monday - dt.timedelta(days=release):
                    slots[brand] = slots.get(brand, 0.0) + number * min(1.0, inside / 5)
            room = math.fsum(capacity[place] for place in here)
            for size in range(1, len(slots) + 1):
                for group in itertools.combinations(sorted(slots), size):
                    held = math.fsum(
                        slots[b] * mean([row for row in rows if row["brand"] == b], lines)
                        for b in group
                    )
                    others = [row for row in rows if row["brand"] not in group]
                    most = math.floor(max(0.0, room - held) / mean(others, lines) + 1e-6)
                    count = sum(car["brand"] not in group for p in here for car in built[p])
                    if count > most:
                        found.broken.append(f"slots of {group} in {monday}: {count} of {most}")


@once
def chances(data: Input) -> dict[str, dict[str, float]]:
    """Return which part of each order levels expect on each line."""
    lines = lines_of(data)
    found: dict[str, dict[str, float]] = {}
    rest: dict[tuple[Any, ...], list[str]] = {}
    used = dict.fromkeys(lines, 0.0)
    for row in orders_of(data):
        own = allowed(data, row)
        lies = own or {place for place in places(data) if line_cost(data, row, place) < math.inf}
        choice = [line for line in lines if line in {place[1] for place in lies}]
        given = {
            on: share
            for model, on, share in table(data, "routes", "model", "line", "share")
            if model == row["model"] and on in choice and share
        }
        if len(choice) < 2:
            part = {line: float(line in choice) for line in lines}
        elif given:
            part = {line: given.get(line, 0.0) / math.fsum(given.values()) for line in lines}
        else:
            costs = tuple(
                min(
                    (line_cost(data, row, p) for p in places(data) if p[1] == line),
                )
                if line in choice
                else math.inf
                for line in lines
            )
            key = (*costs, *(load_of(data, row["model"], line) for line in lines))
            if not waits(data, row):
                rest.setdefault(key, []).append(row["order"])
            part = dict.fromkeys(lines, 0.0)
        found[row["order"]] = part
        for line in choice if not waits(data, row) else []:
            used[line] += part[line] * load_of(data, row["model"], line)
    size = dict(data.days.group_by("line").agg(pl.col("capacity").sum()).iter_rows())
    shares = {key: dict.fromkeys(lines, 0.0) for key in sorted(rest)}
    work = {
        key: {line: len(rest[key]) * key[len(lines) + at] for at, line in enumerate(lines)}
        for key in shares
    }
    for _ in range(10 if rest else 0):
        for key, share in shares.items():
            others = {
                line: used[line]
                + math.fsum(shares[k][line] * work[k][line] for k in shares if k != key)
                for line in lines
            }
            _poured(dict(zip(lines, key, strict=False)), work[key], size, others, share)
    for key, orders in rest.items():
        for order in orders:
            found[order] = shares[key]
    return found


def _poured(
    costs: Mapping[str, float],
    work: Mapping[str, float],
    size: Mapping[str, float],
    used: Mapping[str, float],
    share: dict[str, float],
) -> None:
    """Set the shares of a group of orders on lines: the cheapest first, evenly within its room."""

    def filled(lines: list[str], done: Mapping[str, float], height: float) -> dict[str, float]:
        own = {}
        for line in lines:
            own[line] = max(0.0, height * max(1e-9, size[line]) - done[line]) / work[line]
        return own

    def poured(lines: list[str], done: Mapping[str, float], part: float) -> dict[str, float]:
        low, high = 0.0, 1e12
        for _ in range(300):
            middle = (low + high) / 2
            if math.fsum(filled(lines, done, middle).values()) < part:
                low = middle
            else:
                high = middle
        return filled(lines, done, high)

    left = 1.0
    share.update(dict.fromkeys(share, 0.0))
    levels = sorted({cost for cost in costs.values() if cost < math.inf})
    for cost in levels:
        here = [line for line in costs if costs[line] == cost]
        room = math.fsum(max(0.0, size[line] - used[line]) / work[line] for line in here)
        part = min(left, room)
        share.update(poured(here, used, part) if part > 0 else {})
        left -= part
    if left > 0:
        here = [line for line in costs if costs[line] == levels[0]]
        done = {line: used[line] + share[line] * work[line] for line in here}
        for line, more in poured(here, done, left).items():
            share[line] += more


@once
def even(data: Input) -> dict[Place, float]:
    """Return the even number of cars of each day: no less than has every car built in time."""
    rows = [row for row in orders_of(data) if not waits(data, row)]
    chance = chances(data)
    found: dict[Place, float] = {}
    wished: dict[str, dt.date] = {}
    for row in rows:
        own = sorted(allowed(data, row), key=places(data).index)
        if not own:
            continue
        free = [p for p in places(data) if line_cost(data, row, p) < math.inf or p in own]
        alone = {p: math.fsum(own_cost(data, row, p)[i] for i in (0, 1, 3)) for p in free}
        best = [p for p in free if alone[p] == min(alone.values())][-1]
        former = former_place(data, row)
        place = former if former in own else min(max(best, own[0]), own[-1])
        assert place is not None
        wished[row["order"]] = place[0]
    for line in lines_of(data):
        dates = [date for date, on in places(data) if on == line]
        number = {row["order"]: chance[row["order"]][line] for row in rows}
        total = math.fsum(number.values())
        loads = [number[row["order"]] * load_of(data, row["model"], line) for row in rows]
        mean = math.fsum(loads) / total if total else 1.0
        days = table(data, "days", "date", "line", "capacity")
        room = {date: x / mean for date, on, x in days if on == line}
        wish: Counter[dt.date] = Counter()
        for order, date in wished.items():
            before = [d for d in dates if d <= date]
            wish[before[-1] if before else dates[0]] += number[order]  # type: ignore[assignment]
        here: dict[dt.date, float] = {}
        for at, date in enumerate(dates):
            built = math.fsum(here.values())
            rates = [
                (math.fsum(wish[d] for d in dates[: to + 1]) - built)
                / math.fsum(room[d] for d in dates[at : to + 1])
                for to in range(at, len(dates))
                if room[date] > 0
            ]
            here[date] = room[date] * min(1.0, max(0.0, *rates)) if rates else 0.0
        corridors(data, rows, wished, line, here)
        found |= {(date, line): cars for date, cars in here.items()}
    return found


def held_on(data: Input, place: Place) -> list[dict[str, Any]]:
    """Return the orders that are fixed or frozen on a day, and can be built on no other."""
    return [
        row
        for row in orders_of(data)
        if (row["fixed"] is not None or frozen(data, row))
        and not waits(data, row)
        and allowed(data, row) == {place}
    ]


def corridors(
    data: Input,
    rows: list[dict[str, Any]],
    wished: Mapping[str, dt.date],
    line: str,
    found: dict[dt.date, float],
) -> None:
    """Take from a line's days of each month what its corridors do not let it build."""
    chance = chances(data)
    for month in {d.replace(day=1) for d in found}:
        can = 0.0
        for model in {row["model"] for row in rows}:
            all_of = [row["order"] for row in rows if row["model"] == model]
            here = math.fsum(chance[order][line] for order in all_of)
            count = math.fsum(chance[order][line] for order in all_of if order in wished)
            rules = table(data, "corridor", "month", "model", "most", "line")
            for most, rule in [row[2:] for row in rules if row[:2] == (month, model)]:
                if most is not None and rule is None:
                    count = min(count, most * here / len(all_of))
                if most is not None and rule == line:
                    count = min(count, most)
            can += count
        own = [d for d in found if d.replace(day=1) == month]
        total = math.fsum(found[d] for d in own)
        for d in own:
            found[d] *= min(1.0, can / total) if total > 0 else 1.0


def _count_soft(data: Input, rows: list[dict[str, Any]], built: Built, found: Score) -> None:
    params = data.params
    expected, chance, bears = even(data), chances(data), takts(data)
    terms = ("volume", "option", "work", "mix")
    costs = dict.fromkeys((*(f"{term} levelling" for term in terms), "paint batches"), 0.0)
    for kind, term, weight in (
        ("volume", "volume levelling", params.volume_cost),
        ("option", "option levelling", params.level_cost),
        ("work", "work levelling", params.level_cost),
        ("model", "mix levelling", params.mix_cost),
    ):
        for place, cars in built.items():
            line = place[1]
            total = math.fsum(chance[row["order"]][line] for row in rows)
            whole: dict[str, float] = {}
            for row in rows:
                for name in counted(data, row, kind, line):
                    whole[name] = whole.get(name, 0.0) + chance[row["order"]][line]
            here = Counter(name for car in cars for name in counted(data, car, kind, line))
            for name, number in whole.items():
                target = number / max(1.0, total) * expected[place]
                if kind == "volume":
                    target = expected[place]
                band = target * params.band * (0.2 if kind == "volume" else 1.0)
                low = math.floor(round(target - band, 9))
                high = math.ceil(round(target + band, 9))
                costs[term] += weight * (max(0, low - here[name]) + max(0, here[name] - high))
                top = borne(data, bears, kind, name, place, target)
                if top is not None:
                    costs[term] += params.limit_cost * max(0, here[name] - top)
    batches: Counter[tuple[dt.date, tuple[str, bool], str]] = Counter()
    for (date, line), cars in built.items():
        booth = (data.booths[line], True) if line in data.booths else (line, False)
        batches.update((date, booth, car["colour"]) for car in cars)
    for number in batches.values():
        costs["paint batches"] += params.colour_cost * max(0, params.batch - number)
    found.terms |= costs


def explained(
    hub: Hub,
    orders: Orders,
    slots: DaySlots,
    about: str | dt.date,
    *,
    params: Params | None = None,
    former: DaySlots | None = None,
) -> list[str]:
    """Return what is said of an order or a date of slots of a hub."""
    return explain(slots, Question(Input.from_slots(hub, orders, slots, params, former), about))
