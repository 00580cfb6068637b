"""The large plant of `simulate_speed`: 400 stations, 5 days, 960 cars a day."""

from __future__ import annotations

from typing import Any

import polars as pl

from sinho.simulate import (
    Buffer,
    Entry,
    Input,
    Plant,
    Split,
    Station,
    Stops,
    Store,
    Times,
    chain,
    exponential,
    fixed,
)

CARS = 5 * 960
TAKT = 1.5 / 1.12
"""Minutes: 40 cars an hour and a ninth more, as stops take their part."""

STOPS = (Stops(Times("weibull", mean=1500.0, shape=0.9), Times("lognormal", mean=5.0, cv=1.0)),)


def shop(head: str, count: int, every: int = 5) -> list[Any]:
    """Return stations in a row, a buffer after every few."""
    nodes: list[Any] = []
    for n in range(count):
        nodes.append(Station(name=f"{head}{n}", cycle=fixed(TAKT), stops=STOPS, shop=head))
        if n % every == every - 1 and n + 1 < count:
            nodes.append(Buffer(name=f"{head}b{n}", places=5, shop=head))
    return nodes


def cars() -> pl.DataFrame:
    """Return the cars of five days."""
    colours = ("white", "black", "grey", "red", "blue")
    return pl.DataFrame({"colour": [colours[n // 4 % 5] for n in range(CARS)]})


def plain() -> Input:
    """Return a plain line of 400 stations."""
    return Input.from_plant(Plant(chain(*shop("s", 400))), cars())


def whole() -> Input:
    """Return body, paint with rework, a painted body store, trim, and two sub-lines."""
    body, paint, trim = shop("body", 120), shop("paint", 100), shop("trim", 140)
    main = [
        *body,
        Buffer(name="WBS", places=40, shop="body"),
        *paint,
        Store(name="PBS", places=80, policy="restore", transport=5.0, shop="paint"),
        *trim,
    ]
    nodes = {node.name: node for node in chain(*main)}
    checked = nodes["paint99"]
    nodes["paint99"] = Station(
        name="paint99",
        cycle=checked.cycle,
        stops=STOPS,
        shop="paint",
        to=Split(("PBS", "spot"), shares=(0.9, 0.1), colours={"red": (0.8, 0.2)}),
    )
    nodes["spot"] = Station(
        name="spot", cycle=exponential(25.0), servers=8, keep_order=False, to="PBS", rework=True
    )
    for head, at in (("engine", "trim40"), ("door", "trim90")):
        line = [*shop(head, 20), Buffer(name=f"{head}s", places=10)]
        made = chain(*line)
        last = made[-1]
        assert isinstance(last, Buffer)
        nodes |= {node.name: node for node in made[:-1]}
        nodes[last.name] = Buffer(name=last.name, places=10, to=at)
        fed = nodes[at]
        assert isinstance(fed, Station)
        nodes[at] = Station(
            name=at, cycle=fed.cycle, stops=STOPS, shop="trim", to=fed.to, needs=(last.name,)
        )
    entries = (
        Entry(name="cars", to="body0"),
        Entry(name="engines", to="engine0", parts=True),
        Entry(name="doors", to="door0", parts=True),
    )
    return Input.from_plant(Plant(tuple(nodes.values()), entries), cars())
