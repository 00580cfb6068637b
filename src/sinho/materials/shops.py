"""Which parts the plant's shops make, how fast, and what a changeover takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sinho.hub import Hub
from sinho.hub.schema import ALL
from sinho.units import Floats, is_continuous


@dataclass(frozen=True)
class MadePart:
    """A part that a shop makes.

    Parameters
    ----------
    part, shop : str
        Names.
    rate : float
        Good units per paid hour.
    least : float
        Smallest lot in units.
    safety_hours : float
        Hours of the need that the stock is to cover.
    good : float
        Good units per unit started.
    hold : float
        Cost of one unit in stock for an hour.
    continuous : bool
        Whether it is weighed and not counted.
    bought : bool
        Whether it is bought too.
    """

    part: str
    shop: str
    rate: float
    least: float
    safety_hours: float
    good: float
    hold: float
    continuous: bool
    bought: bool


SAFETY_HOURS = 4.0
"""Safety stock of a made part without a row in ``campaigns``: hours of the need."""

HOURS_PER_MONTH = 365.25 / 12 * 24


def made_parts(hub: Hub, first: dt.date) -> tuple[list[MadePart], list[str]]:
    """Return the parts that the plant's shops make in campaigns.

    A part has its row in ``campaigns``; without one, a part that is made (or made and bought) and
    loads a shop is made there: smallest lot the part's ``lot_size``, `SAFETY_HOURS`, rate from the
    shop.

    Parameters
    ----------
    hub : Hub
        The hub.
    first : datetime.date
        First day: dated rates are taken as they hold then.

    Returns
    -------
    parts : list of MadePart
        In the hub's order.
    notes : list of str
        What was assumed.
    """
    rows = {row["part"]: row for row in hub["campaigns"].to_dicts()}
    shops = {row["shop"]: row for row in hub["shops"].to_dicts()}
    manned = {name: float(row["manned_rate"]) for name, row in shops.items()}
    for row in hub["rates"].sort("month").to_dicts():
        if row["month"] <= first:
            manned[row["shop"]] = float(row["manned_rate"])
    loads = {(row["item"], row["shop"]): float(row["load"]) for row in hub["loads"].to_dicts()}
    home = dict(reversed(list(loads)))
    found, assumed = [], []
    for part in hub["parts"].to_dicts():
        name = part["part"]
        given = rows.get(name)
        shop = given["shop"] if given else home.get(name)
        if shop is None or (given is None and part["supply"] == "bought"):
            continue
        if given is None:
            assumed.append(name)
        good = float(part["yield_share"])
        rate = given["rate"] if given else None
        if rate is None:
            rate = manned[shop] * good / loads.get((name, shop), 1.0)
        found.append(
            MadePart(
                part=name,
                shop=shop,
                rate=float(rate) * float(shops[shop]["availability"]),
                least=float(given["least_lot"] if given else part["lot_size"]),
                safety_hours=float(given["safety_hours"]) if given else SAFETY_HOURS,
                good=good,
                hold=float(part["stock_cost"]) / HOURS_PER_MONTH,
                continuous=is_continuous(part["unit"]),
                bought=part["supply"] == "both",
            )
        )
    notes = []
    if assumed:
        names = ", ".join(assumed)
        notes.append(
            f"without rows in campaigns: {names}; smallest lot as in parts, "
            f"{SAFETY_HOURS:g} h of safety stock, rate of the shop"
        )
    return found, notes


def setup_hours(hub: Hub, shop: str, parts: list[str]) -> Floats:
    """Return the hours of each changeover in a shop; the most particular row holds, else 0.

    Parameters
    ----------
    hub : Hub
        The hub: table ``setups``.
    shop : str
        Shop.
    parts : list of str
        Its P parts.

    Returns
    -------
    ndarray of float, shape (P + 1, P)
        Hours from one part (last row: from nothing) to another; 0 from a part to itself.
    """
    rows = {
        (row["before"], row["behind"]): float(row["minutes"]) / 60
        for row in hub["setups"].to_dicts()
        if row["shop"] == shop
    }
    hours = np.zeros((len(parts) + 1, len(parts)))
    for i, before in enumerate(parts):
        for k, behind in enumerate(parts):
            pairs = ((before, behind), (ALL, behind), (before, ALL), (ALL, ALL))
            if i != k:
                hours[i, k] = next((rows[pair] for pair in pairs if pair in rows), 0.0)
    return hours


def hour_cost(hub: Hub, shop: str) -> float:
    """Return what an hour of a shop costs: its people's part of the group's shift pattern.

    The group's cheapest pattern by the hour, divided over the group's shops by their crews; 1
    where the hub gives no cost.

    Parameters
    ----------
    hub : Hub
        The hub: tables ``patterns``, ``crews``, ``shops``.
    shop : str
        Shop.

    Returns
    -------
    float
        Currency per hour.
    """
    groups = dict(hub["shops"].select("shop", "group").iter_rows())
    costs = [
        float(row["cost_per_day"]) / (float(row["shifts"]) * float(row["hours"]))
        for row in hub["patterns"].to_dicts()
        if row["group"] == groups[shop] and row["shifts"] and row["hours"]
    ]
    crews = {row["shop"]: float(row["people"]) for row in hub["crews"].to_dicts()}
    mates = [name for name, group in groups.items() if group == groups[shop]]
    people = sum(crews.get(name, 0.0) for name in mates)
    share = crews.get(shop, 0.0) / people if people and crews.get(shop) else 1 / len(mates)
    return min(costs, default=0.0) * share or 1.0


def upstream(hub: Hub, parts: Sequence[MadePart]) -> list[str]:
    """Order shops from the line upstream: a shop behind those that take what it makes.

    Parameters
    ----------
    hub : Hub
        The hub: table ``bom``.
    parts : sequence of MadePart
        What they make.
    """
    depth = {part.part: 0 for part in parts}
    edges = [(row["parent"], row["part"]) for row in hub["bom"].to_dicts()]
    for _ in depth:
        for parent, child in edges:
            if parent in depth and child in depth:
                depth[child] = max(depth[child], depth[parent] + 1)
    level: dict[str, int] = {}
    for part in parts:
        level[part.shop] = max(level.get(part.shop, 0), depth[part.part])
    return sorted(level, key=lambda shop: level[shop])
