"""Random small problems with every kind of rule, by a seed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import polars as pl

from sinho.slot import Input
from tests.slot.cases import MONDAY, bank, day, problem, week


def random_problem(
    seed: int, orders: int, days: int, room: float | None = None, lines: int = 1
) -> Input:
    """Return a problem: three models of two brands, four options, two lanes, all kinds of rules.

    A part of the seeds has former slots, fixed days, scarce capacity, limits that bind,
    entitlements that are not released, or none of these. ``room``: capacity as a multiple of what
    the orders take, about; by the seed where it is not given.
    """
    draw = random.Random(seed)
    loads = {"M": 1.0, "N": draw.choice([0.9, 1.0]), "K": draw.choice([1.0, 1.1])}
    dates = [day(at + 2 * (at // 5)) for at in range(days)]
    resolved = draw.random() < 0.4
    rows: list[dict[str, Any]] = []
    for _ in range(orders):
        model = draw.choice(["M", "M", "N", "K"])
        row: dict[str, Any] = {
            "brand": "B" if model == "K" else "A",
            "model": model,
            "market": draw.choice(["home", "home", "far", "near"]),
            "colour": draw.choice(["red", "blue"]),
            "options": ";".join(o for o in ("awd", "roof", "tow") if draw.random() < 0.4),
            "wanted": day(draw.randint(0, 2 * days)),
            "priority": draw.choice([1, 2, 2, 3]),
        }
        if resolved and draw.random() < 0.7:
            row["former"] = draw.choice([*dates, day(-10), None])
        if draw.random() < 0.05:
            row["fixed"] = draw.choice(dates)
        rows.append(row)
    even = sum(loads[row["model"]] for row in rows) / max(1, days)
    tight = room or draw.choice([0.9, 1.1, 1.5])
    capacities = [round(even * tight * draw.choice([0.5, 1, 1, 1.2]) + 0.5, 2) for _ in dates]
    frozen = draw.choice([0, 1])
    limits, corridor, entitlements = _limits(draw, dates, orders)
    if resolved:
        # What is frozen fits, so that slots exist that keep every rule.
        limits = [row for row in limits if row["date"] != dates[0]]
        entitlements = []
        room = capacities[0] if capacities else 0.0
        for row in rows:
            if dates and row.get("former") == dates[0] and "fixed" not in row:
                room -= loads[row["model"]]
                if room < 0:
                    row["former"] = None
    ruled = random.Random(f"rules {seed}")
    strict, whole = not resolved and ruled.random() < 0.5, float(ruled.randint(1, 6))
    rules: dict[str, Any] = {
        "loads": loads,
        "lanes": {"home": None, "far": "sea", "near": "strait"},
        "vessels": _vessels(draw, days),
        "lives": [
            {"model": "N", "sop": draw.choice([None, dates[len(dates) // 3]]), "eop": None},
            {"model": "K", "sop": None, "eop": draw.choice([None, dates[-1 - len(dates) // 4]])},
        ],
        "corridor": corridor,
        "limits": limits,
        "uses": [
            {"model": "M", "part": "axle", "quantity": 2.0},
            {"model": "K", "part": "axle", "quantity": 0.5},
        ],
        "ratios": [
            {"option": "awd", "share": 0.5, "cars": 0.0, "hard": strict},
            {"option": "awd", "share": 0.0, "cars": whole, "hard": False},
            {"option": "tow", "share": 1 / 3, "cars": 1.0, "hard": False},
        ],
        "stations": [
            {"station": "doors", "base": 1.0, "takt": 1.3},
            {"station": "trim", "base": 1.0, "takt": 1.35},
            {"station": "idle", "base": 0.5, "takt": 9.0},
        ],
        "operations": [
            {"station": "doors", "option": "roof", "minutes": 0.5},
            {"station": "trim", "option": "awd", "minutes": 0.2},
            {"station": "trim", "option": "tow", "minutes": 0.3},
            {"station": "idle", "option": "awd", "minutes": 0.2},
        ],
        "entitlements": entitlements,
        "params": {
            "frozen_days": frozen,
            "firm_days": 2,
            "band": draw.choice([0.0, 0.1, 0.3]),
            "batch": draw.choice([0, 2, 3]),
            "ahead_days": draw.choice([30, 30, 1]),
        },
    }
    table = week(*capacities)
    if lines > 1:
        table = _lines(random.Random(f"lines {seed}"), lines, rows, table, rules, resolved)
    return problem(bank(*rows), table, **rules)


def _lines(
    draw: random.Random,
    lines: int,
    rows: list[dict[str, Any]],
    table: pl.DataFrame,
    rules: dict[str, Any],
    resolved: bool,
) -> pl.DataFrame:
    """Give a problem lines: their days, which models they build, and rules that name them.

    Returns the days. Models are built on all lines, on one or on some, with or without a share, a
    load, a start and a cost of their own; some dates are worked by some of the lines alone.
    """
    names = "ABCD"[:lines]
    days: list[tuple[dt.date, str, float]] = []
    for date, capacity in table.select("date", "capacity").iter_rows():
        works = [line for line in names if draw.random() < 0.8] or [draw.choice(names)]
        parts = [draw.choice([1, 1, 2]) for _ in works]
        days += [
            (date, line, round(capacity * part / sum(parts) + 0.5, 2))
            for line, part in zip(works, parts, strict=True)
        ]
    dates = table["date"].to_list()
    shares = draw.random() < 0.5
    rules["routes"] = [
        {
            "model": model,
            "line": line,
            "cost": draw.choice([None, 0.0, 0.0, 3.0]),
            "start": draw.choice([None, None, None, dates[len(dates) // 2]]),
            "load": draw.choice([None, None, None, 1.3]),
            "share": float(draw.randint(0, 4)) if shares else None,
        }
        for model in draw.sample("MNK", k=draw.randint(0, 3))
        for line in draw.sample(names, k=draw.randint(1, lines))
    ]
    rules["booths"] = draw.choice([{}, {"A": "paint", "B": "paint"}, {names[-1]: "p", "A": "p"}])
    for name in ("ratios", "stations", "corridor", "entitlements"):
        rules[name] = [{**row, "line": draw.choice([None, None, *names])} for row in rules[name]]
    rules["limits"] = [{**row, "line": draw.choice([None, *names])} for row in rules["limits"]]
    if draw.random() < 0.5:
        passing = draw.sample(names, k=max(1, lines - 1))
        rules["passes"] = [
            {"model": model, "shop": "paint", "load": load, "line": line}
            for model, load in (("M", 1.0), ("N", 0.5))
            for line in sorted(passing)
        ]
        room = [draw.choice([0.4, 0.7, 1.0]) * capacity for capacity in table["capacity"]]
        rules["limits"] += [
            {"kind": "shop", "item": "paint", "date": date, "most": most, "line": None}
            for date, most in list(zip(dates, room, strict=True))[resolved:]
        ]
    left = {(date, line): capacity for date, line, capacity in days}
    for row in rows:
        if draw.random() < 0.15:
            row["line"] = draw.choice(names)
        if draw.random() < 0.7:
            row["former_line"] = draw.choice(names)
        if resolved and row.get("former") == dates[0] and "fixed" not in row:
            # What is frozen fits, and it is known where it stands.
            row["former_line"] = draw.choice([line for date, line, _ in days if date == dates[0]])
            left[dates[0], row["former_line"]] -= 1.3
            if left[dates[0], row["former_line"]] < 0:
                row["former"] = None
    return pl.DataFrame(
        days, schema={"date": pl.Date, "line": pl.String, "capacity": pl.Float64}, orient="row"
    )


def _vessels(draw: random.Random, days: int) -> list[dict[str, Any]]:
    return [
        {"vessel": f"{lane}{at}", "lane": lane, "cutoff": cutoff, "etd": cutoff + dt.timedelta(2)}
        for lane, gap in (("sea", 4), ("strait", draw.choice([2, 7])))
        for at in range(1 + days // gap)
        if (cutoff := day(2 + at * gap + draw.randint(0, 1)))
    ]


def _limits(
    draw: random.Random, dates: list[dt.date], orders: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return limits by day, corridors by month and entitlements."""
    each = orders / max(1, len(dates))
    chosen = draw.sample(dates, k=draw.randint(0, len(dates)))
    limits = [
        {"kind": kind, "item": item, "date": date, "most": most}
        for date in chosen
        for kind, item, most in (
            ("option", "roof", float(round(0.5 * each + 1))),
            ("colour", "blue", round(0.5 * each + 1) + 0.5),
            ("part", "axle", 1.5 * each + 1.5),
            ("model", "N", float(round(0.4 * each + 1))),
        )
        if draw.random() < 0.4
    ]
    corridor: list[dict[str, Any]] = []
    if draw.random() < 0.4:
        most = float(round(0.6 * orders))
        corridor.append({"month": MONDAY.replace(day=1), "model": "M", "least": None, "most": most})
    entitlements: list[dict[str, Any]] = []
    if draw.random() < 0.3:
        entitlements.append(
            {
                "brand": "B",
                "start": dates[0],
                "end": None,
                "slots_per_week": float(round(each)),
                "release_days": draw.choice([0, 14]),
            }
        )
    return limits, corridor, entitlements
