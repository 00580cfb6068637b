"""The tables of a plan on shift patterns and people."""

from __future__ import annotations

import polars as pl

from sinho.plan.arrays import PlanData, Stretch
from sinho.units import Floats


def pattern_tables(data: PlanData, worked: Floats) -> dict[str, pl.DataFrame]:
    """Return which pattern each group works from which day to which, and its people.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    worked : ndarray, shape (patterns, T)
        1 where a pattern is the group's own one of a period.

    Returns
    -------
    dict of str to polars.DataFrame
        ``patterns`` and ``people``.
    """
    opening = {p.group: n for n, p in enumerate(data.patterns) if p.opening}
    last: dict[int, int] = dict(opening)
    rows, own = [], {}
    for n, t in zip(*(worked > 0.5).nonzero(), strict=True):
        own[data.patterns[n].group, int(t)] = int(n)
    by_period: dict[tuple[int, int], list[tuple[Stretch, int]]] = {}
    for one in data.given.stretches:
        place = one.pattern if one.pattern >= 0 else own.get((one.group, one.period), -1)
        if place >= 0:
            by_period.setdefault((one.period, one.group), []).append((one, place))
    people = []
    for (t, g), parts in sorted(by_period.items()):
        head = {"period": data.spans[t].start, "group": data.groups[g]}
        for one, place in parts:
            pattern = data.patterns[place]
            rows.append(
                {
                    **head,
                    "pattern": pattern.name,
                    "shifts": pattern.shifts,
                    "hours": pattern.hours,
                    "days": one.days,
                    "changed": last.get(g, place) != place,
                    "start": one.start,
                    "end": one.end,
                }
            )
            last[g] = place
        # those who are employed for the largest of the period's patterns
        people += [
            {**head, **row}
            for row in max(
                (_people(data, place) for place in dict.fromkeys(place for _, place in parts)),
                key=lambda found: sum(float(row["people"]) for row in found),
            )
        ]
    date, text, number = pl.Date, pl.String, pl.Float64
    return {
        "patterns": pl.DataFrame(
            rows,
            schema={
                "period": date,
                "group": text,
                "pattern": text,
                "shifts": pl.Int64,
                "hours": number,
                "days": number,
                "changed": pl.Boolean,
                "start": date,
                "end": date,
            },
        ),
        "people": pl.DataFrame(
            people, schema={"period": date, "group": text, "shop": text, "people": number}
        ),
    }


def _people(data: PlanData, place: int) -> list[dict[str, str | float]]:
    """Return the people of a pattern: as given, else shop by shop."""
    pattern = data.patterns[place]
    if pattern.people is not None:
        return [{"shop": "all", "people": pattern.people}]
    return [
        {"shop": shop, "people": float(data.crew[s] * pattern.shifts)}
        for s, shop in enumerate(data.shops)
        if data.shop_group[s] == pattern.group
    ]
