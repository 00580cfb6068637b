"""Plants that could not work are refused, all faults at once; calendars and times are right."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl
import pytest

from sinho.errors import DataError
from sinho.simulate import (
    Buffer,
    Calendar,
    Entry,
    Input,
    Plant,
    Ratios,
    Skids,
    Split,
    Station,
    Stops,
    Store,
    Times,
    chain,
    draws,
    empirical,
    exponential,
    fixed,
    stream_of,
    uniforms,
)

ONE = fixed(1.0)


def station(name: str = "A", **given: Any) -> Station:
    return Station(name=name, **({"cycle": ONE, "to": "out"} | given))


@pytest.mark.parametrize(
    ("nodes", "told"),
    [
        ((), ["plant: has no stations"]),
        ((station(to=""),), ["station A, column to: has no successor"]),
        ((station(to="Bb"), station("B")), ["no such node (found 'Bb'). Did you mean 'B'?"]),
        ((station(), station()), ["node A: 2 have this name"]),
        ((station("out"),), ["cannot have this name"]),
        ((station(servers=0),), ["servers: must be a whole number from 1"]),
        ((station(cycle=Times("exponental", mean=1)),), ["Did you mean 'exponential'?"]),
        ((station(cycle=Times("fixed")),), ["cycle.mean: fixed times need mean"]),
        ((station(cycle=Times("fixed", mean=1, cv=2)),), ["fixed times take no cv"]),
        ((station(cycle=fixed(-1)),), ["cycle.mean: must be a finite number"]),
        ((station(cycle=fixed(math.nan)),), ["cycle.mean: must be a finite number"]),
        ((station(cycle=Times("uniform", low=2, high=1)),), ["low and high must not fall"]),
        ((station(cycle=Times("erlang", mean=2, shape=1.5)),), ["whole number of phases"]),
        ((station(cycle=Times("geometric", mean=1, step=2)),), ["one step or more"]),
        ((station(models={"x": empirical([])}),), ["models.x.values: empirical times need values"]),
        ((station(stops=(Stops(ONE, fixed(0)),)),), ["stops.stop.repair.mean: must be above 0"]),
        ((station(stops=(Stops(fixed(0), ONE),)),), ["stops.stop.up.mean: must be above 0"]),
        ((station(stops=(Stops(ONE, ONE), Stops(ONE, ONE))),), ["2 kinds of stops have this name"]),
        ((station(stops=(Stops(ONE, ONE, by="clok"),)),), ["Did you mean 'clock'?"]),  # type: ignore[arg-type]
        ((station(calendar=Calendar(())),), ["calendar: never opens"]),
        ((station(calendar=Calendar(((0, 0),))),), ["end after they begin"]),
        ((station(calendar=Calendar(((0, 9), (8, 12)))),), ["without overlap"]),
        ((station(calendar=Calendar(((0, 9),), every=8)),), ["repeats before its last stretch"]),
        ((station(blocking="befor"),), ["Did you mean 'before'?"]),
        ((station(blocking="before", servers=2),), ["blocking before service is for one server"]),
        ((station(to=Split(("A", "out"), shares=(1.2, 0)),),), ["a share is from 0 to 1"]),
        ((station(to=Split(("A", "out"), shares=(0.2, 0.7)),),), ["shares must sum to 1"]),
        ((station(to=Split(("A", "out"), shares=(1.0,)),),), ["a share for each of 2 nodes"]),
        (
            (station(to=Split(("A", "out"), shares=(0, 1.0), models={"x": (0.2, 0.9)}),),),
            ["to.models.x: shares must sum to 1 (found '1.1')"],
        ),
        (
            (station(to=Split(("A", "out"), shares=(0, 1.0), both={("x", "red"): (1.2, 0)}),),),
            ["to.both.x in red: a share is from 0 to 1"],
        ),
        ((station(to=Split(("A", "out"), by="modl"),),), ["Did you mean 'model'?"]),  # type: ignore[arg-type]
        ((station(to=Split(("A", "out"), by="model"),),), ["say where each model goes"]),
        ((station(to=Split(("A",), by="line", where={"x": "B"}),),), ["none of the nodes"]),
        ((station(to="A"),), ["is on a cycle with no way out (found 'A')"]),
        ((station(), station("B")), ["station B: no car comes here"]),
        ((station(needs=("parts",)),), ["needs: there is no such buffer (found 'parts')"]),
        (chain(station(), Buffer(name="b", places=-1), station("B")), ["buffer b, column places"]),
        (chain(station(), Buffer(name="b", places=0), station("B")), ["Leave a buffer without"]),
        (chain(station(), Buffer(name="b", transport=-1), station("B")), ["transport: must be"]),
        (chain(station(), Store(name="s", policy="restor"), station("B")), ["mean 'restore'?"]),
        (chain(station(), Store(name="s", policy="ratio"), station("B")), ["by ratio rules"]),
        (chain(station(), Store(name="s", lanes=-1), station("B")), ["lanes: must be a whole"]),
    ],
)  # fmt: skip
def test_a_plant_that_cannot_work_is_refused(nodes: Any, told: list[str]) -> None:
    with pytest.raises(DataError) as caught:
        Plant(nodes)
    for words in told:
        assert words in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(DataError) as caught:
        Plant(
            (station(to="B", servers=0), Buffer(name="B", places=-1, to="C"), station("C", to=""))
        )
    assert len(caught.value.problems) == 3


def test_entries_skids_and_parts_are_checked() -> None:
    line = chain(station(), station("B"))
    cases = [
        ({"entries": (Entry(name="e", to="a"),)}, "Did you mean 'A'?"),
        ({"entries": (Entry(name="e", to="A"), Entry(name="f", to="A"))}, "cars of all lines"),
        ({"entries": (Entry(name="e", to="A", parts=True),)}, "has no entry of cars"),
        ({"skids": (Skids(name="s", first="A", last="b", carriers=1),)}, "Did you mean 'B'?"),
        ({"skids": (Skids(name="s", first="A", last="B", carriers=0),)}, "carriers: must be"),
        ({"ratios": (Ratios(option="roof", most=-1, window=3),)}, "most: must be"),
    ]
    for given, told in cases:
        with pytest.raises(DataError, match=told.replace("?", r"\?")):
            Plant(line, **given)  # type: ignore[arg-type]
    parts = Entry(name="p", to="A", parts=True)
    with pytest.raises(DataError, match="parts would leave the plant"):
        Plant(line, (Entry(name="e", to="A"), parts))


@pytest.mark.parametrize(
    ("cars", "told"),
    [
        (0, "cars: there are none"),
        (pl.DataFrame({"color": ["red"]}), "Did you mean 'colour'?"),
        (pl.DataFrame({"order": ["1", "1"]}), "row 2, column order: is named twice"),
        (pl.DataFrame({"release": [1.0, -1.0]}), "row 2, column release: must be a finite"),
        (pl.DataFrame({"due": ["x"]}), "column due: must be minutes"),
    ],
)
def test_cars_that_mean_nothing_are_refused(cars: Any, told: str) -> None:
    with pytest.raises(DataError) as caught:
        Input.from_plant(Plant((station(),)), cars)
    assert told in str(caught.value)


def test_cars_of_lines_and_options_are_needed_where_the_plant_asks_for_them() -> None:
    plant = Plant((station(),), (Entry(name="e", to="A", lines=("north", "south")),))
    cars = pl.DataFrame({"line": ["north", "nord"]})
    with pytest.raises(DataError, match="Did you mean 'north'"):
        Input.from_plant(plant, cars)
    plant = Plant((station(),), ratios=(Ratios(option="roof", most=1, window=2),))
    with pytest.raises(DataError, match="column roof: a ratio rule needs"):
        Input.from_plant(plant, 3)


def test_working_time_and_the_clock_are_inverse() -> None:
    day = Calendar(((60, 480), (540, 900)), every=1440)
    moments = [0, 59, 60, 61, 480, 500, 540, 541, 900, 1439, 1440, 1500, 1501, 4000]
    for minutes in moments:
        assert day.clock(day.worked(minutes)) <= minutes
        assert day.worked(day.clock(day.worked(minutes))) == day.worked(minutes)
    assert [day.worked(m) for m in (60, 480, 510, 540, 900, 1440)] == [0, 420, 420, 420, 780, 780]
    assert [day.clock(w) for w in (0, 1, 420, 421, 780, 781)] == [0, 61, 480, 541, 900, 1501]
    once = Calendar(((0, 10),))
    assert (once.worked(99), once.clock(10), once.clock(10.5)) == (10, 10, math.inf)


@pytest.mark.parametrize(
    ("times", "mean", "deviation"),
    [
        (fixed(2.5), 2.5, 0.0),
        (exponential(2.0), 2.0, 2.0),
        (Times("lognormal", mean=3.0, cv=0.5), 3.0, 1.5),
        (Times("weibull", mean=2.0, shape=2.0), 2.0, 2.0 * math.sqrt(4 / math.pi - 1)),
        (Times("gamma", mean=2.0, cv=0.5), 2.0, 1.0),
        (Times("gamma", mean=2.0, cv=1.6), 2.0, 3.2),
        (Times("uniform", low=1.0, high=3.0), 2.0, 2 / math.sqrt(12)),
        (Times("triangular", low=0.0, mode=1.0, high=5.0), 2.0, math.sqrt(20 / 18 + 1 / 18)),
        (Times("erlang", mean=2.0, shape=4.0), 2.0, 1.0),
        (Times("geometric", mean=4.0, step=1.0), 4.0, math.sqrt(12.0)),
        (empirical([1.0, 2.0, 6.0]), 3.0, math.sqrt(14 / 3)),
    ],
)
def test_times_have_the_mean_and_deviation_of_their_distribution(
    times: Times, mean: float, deviation: float
) -> None:
    found = draws(times, stream=stream_of("A", "cycle"), seed=3, count=200_000)
    assert times.average == pytest.approx(mean)
    assert found.mean() == pytest.approx(mean, abs=4.5 * deviation / math.sqrt(found.size) + 1e-12)
    assert found.std() == pytest.approx(deviation, rel=0.03, abs=1e-9)


def test_draws_depend_on_their_count_alone() -> None:
    stream = stream_of("A", "cycle")
    whole = draws(exponential(1.0), stream=stream, seed=7, replication=3, count=50)
    for first in (0, 17, 49):
        one = draws(exponential(1.0), stream=stream, seed=7, replication=3, first=first)
        assert one[0] == whole[first]
    same = {"stream": stream, "count": 50}
    assert not np.any(draws(exponential(1.0), seed=7, replication=4, **same) == whole)
    assert not np.any(draws(exponential(1.0), seed=8, replication=3, **same) == whole)
    other = stream_of("A", "up stop")
    assert not np.any(
        draws(exponential(1.0), stream=other, seed=7, replication=3, count=50) == whole
    )
    assert len({stream_of(n, p, s) for n in "AB" for p in ("cycle", "way") for s in (0, 1)}) == 8


def test_lognormal_times_are_quantiles_of_the_normal_distribution() -> None:
    stream = stream_of("A", "cycle")
    u = uniforms(stream=stream, count=1000)
    found = draws(
        Times("lognormal", mean=math.exp(0.5), cv=math.sqrt(math.e - 1)), stream=stream, count=1000
    )
    wanted = [math.exp(NormalDist().inv_cdf(p)) for p in u]
    assert found == pytest.approx(wanted, rel=1e-12)
