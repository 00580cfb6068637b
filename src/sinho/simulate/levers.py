"""Changes of a hub's plant whose worth tells what holds it up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from sinho.results import LineRun
from sinho.simulate.buffers.sites import sites_of
from sinho.simulate.data import Input
from sinho.simulate.nodes import Station, destinations

SPEED, PLACES, REPAIR = "1 % faster", "10 places more", "half the repair time"
LEAST = 0.005
"""Share of time for which a station is the bottleneck, so that its levers are tried."""

MOST = 6
"""Stations, and buffers, whose levers are tried."""


@dataclass(frozen=True)
class Lever:
    """A small change of one row of a hub's tables.

    Parameters
    ----------
    name : str
        Station or store.
    what : str
        What is changed, in words.
    change : str
        The same as `sinho.simulate.Input.from_hub` takes it as a what-if.
    """

    name: str
    what: str
    change: str


def levers(line: Input, result: LineRun, most: int = MOST) -> tuple[Lever, ...]:
    """Return the changes whose worth is asked for: of what may hold the plant up.

    Speed and repairs of the stations that are the bottleneck for a part of the time (Roser, Nakano
    and Tanaka 2002), the most important first; places of the buffers and stores where stations
    before them are blocked and stations behind them starved.

    Parameters
    ----------
    line : Input
        The plant of a hub.
    result : LineRun
        What it makes.
    most : int
        Most stations, and most buffers.

    Raises
    ------
    ValueError
        When the plant is not that of a hub.
    """
    if line.setting is None:
        raise ValueError("levers are rows of a hub's tables; this plant has none")
    rows, nodes = line.setting.rows, {node.name: node for node in line.plant.nodes}
    shops = _shops(line)
    neck = result.stations.select("station", pl.sum_horizontal("sole", "shifting").alias("share"))
    shares: dict[str, float] = {}
    for name, share in neck.iter_rows():
        node = nodes[name]
        if isinstance(node, Station) and not node.rework:
            shares[rows[name]] = shares.get(rows[name], 0.0) + (share or 0.0)
    found = []
    for name in sorted(shares, key=lambda one: -shares[one])[:most]:
        if shares[name] < LEAST:
            break
        if len(shops.get(name.casefold(), {name})) > 1:
            continue
        own = [n for n in line.plant.nodes if isinstance(n, Station) and rows[n.name] == name]
        if all(one.cycle.kind != "empirical" for one in own):
            found.append(Lever(name, SPEED, f"{name}.cycle=-{100 - 100 / 1.01:.6f}%"))
        if any(one.stops for one in own):
            found.append(Lever(name, REPAIR, f"{name}.mttr=-50%"))
    held = _held(line, result)
    for name in sorted(held, key=lambda one: -held[one])[:most]:
        if name in nodes and not isinstance(nodes[name], Station):
            found.append(Lever(name, PLACES, f"{name}.places=+10"))
        elif name.casefold() not in shops:
            found.append(Lever(name, PLACES, f"{name}.buffer=+10"))
    return tuple(found)


def _shops(line: Input) -> dict[str, set[str]]:
    """Return the rows of each shop; a what-if of its name is one of all of them."""
    assert line.setting is not None
    found: dict[str, set[str]] = {}
    for node in line.plant.nodes:
        if isinstance(node, Station) and not node.rework:
            found.setdefault(node.shop.casefold(), set()).add(line.setting.rows[node.name])
    return found


def _held(line: Input, result: LineRun) -> dict[str, float]:
    """Return, by row, how much cars are held up before its places and lack behind them."""
    blocked = dict(
        result.causes.filter(state="blocked").group_by("cause").agg(pl.col("share").sum()).rows()
    )
    starved = dict(result.stations.select("station", "starved").rows())
    nodes = {node.name: node for node in line.plant.nodes}
    found = {}
    for site in sites_of(line)[1]:
        if site.name.endswith(" (between)"):
            continue
        lack = sum(
            starved.get(way, 0.0) for one in site.nodes for way in destinations(nodes[one].to)
        )
        held = sum(blocked.get(one, 0.0) for one in site.nodes)
        if held * lack > 0:
            found[site.name] = math.sqrt(held * lack)
    return found
