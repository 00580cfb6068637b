"""Random small problems with every kind of rule, by a seed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from sinho.slot import SlotInput
from tests.slot.cases import MONDAY, bank, day, problem, week


def random_problem(seed: int, orders: int, days: int, room: float | None = None) -> SlotInput:
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
    return problem(
        bank(*rows),
        week(*capacities),
        loads=loads,
        lanes={"home": None, "far": "sea", "near": "strait"},
        vessels=_vessels(draw, days),
        lives=[
            {"model": "N", "sop": draw.choice([None, dates[len(dates) // 3]]), "eop": None},
            {"model": "K", "sop": None, "eop": draw.choice([None, dates[-1 - len(dates) // 4]])},
        ],
        corridor=corridor,
        limits=limits,
        uses=[
            {"model": "M", "part": "axle", "quantity": 2.0},
            {"model": "K", "part": "axle", "quantity": 0.5},
        ],
        ratios=[
            {"option": "awd", "share": 0.5, "cars": 0.0, "hard": strict},
            {"option": "awd", "share": 0.0, "cars": whole, "hard": False},
            {"option": "tow", "share": 1 / 3, "cars": 1.0, "hard": False},
        ],
        stations=[
            {"station": "doors", "base": 1.0, "takt": 1.3},
            {"station": "trim", "base": 1.0, "takt": 1.35},
            {"station": "idle", "base": 0.5, "takt": 9.0},
        ],
        operations=[
            {"station": "doors", "option": "roof", "minutes": 0.5},
            {"station": "trim", "option": "awd", "minutes": 0.2},
            {"station": "trim", "option": "tow", "minutes": 0.3},
            {"station": "idle", "option": "awd", "minutes": 0.2},
        ],
        entitlements=entitlements,
        params={
            "frozen_days": frozen,
            "firm_days": 2,
            "band": draw.choice([0.0, 0.1, 0.3]),
            "batch": draw.choice([0, 2, 3]),
            "ahead_days": draw.choice([30, 30, 1]),
        },
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
