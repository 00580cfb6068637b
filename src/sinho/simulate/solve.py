"""Simulating a plant: replications, and what they tell."""

from __future__ import annotations

import math
import time
from collections import Counter

from sinho.errors import Stopped
from sinho.parameters import SEED, check_seed
from sinho.results import LineRun, Status
from sinho.results.versions import versions
from sinho.simulate import measure
from sinho.simulate.data import Input
from sinho.simulate.draws import draws
from sinho.simulate.figures import Figures
from sinho.simulate.nodes import Station, chain
from sinho.simulate.pack import pack
from sinho.simulate.params import Params
from sinho.simulate.plant import Plant
from sinho.simulate.replica import Window
from sinho.simulate.replicate import Work, replicate
from sinho.simulate.tally import Tally
from sinho.simulate.times import fixed
from sinho.stop import NoLimit, Progress, Report, StopRule


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> LineRun:
    """Simulate a plant, and say what it makes.

    Of ISO 22400-2: ``availability`` is working time by planned busy time (the station's open time),
    ``effectiveness`` is the planned run time of what it works on (the cycles) by working time, of
    which changes of colour are a part, ``quality`` the share of cars that the station does not send
    to rework, and ``oee`` their product; none of them is above 1.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    params : Params, optional
        How often and how long.
    stop : StopRule, optional
        When to begin no more replications: the result is of those done.
    seed : int
        Seed; the same input, parameters and seed give the same result where no rule stops it,
        whatever the number of workers.
    progress : callable, optional
        Called with `sinho.stop.Progress` after each block of replications.

    Returns
    -------
    LineRun
        What the plant makes.

    Raises
    ------
    DataError
        When no car can move any more before all are off, and there is no horizon.
    Stopped
        When it is stopped before a replication is done.
    ValueError
        When nothing is counted by the input's setting, or the seed is none.
    """
    params, stop = params or Params(), stop or NoLimit()
    began, allowed = time.monotonic(), stop.seconds_left
    check_seed(seed)
    window = window_of(input, params)
    packed = pack(input)
    work = Work(input, packed, window, seed, params.kept, params.watched)
    figures = Figures(input, packed, window)
    tally: Tally | None = None
    for done, block in replicate(work, params, stop):
        if tally is None:
            tally = block
        else:
            tally.merge(block)
        if progress is not None:
            share = done / params.replications
            words = f"replication {done:,} of {params.replications:,}"
            progress(Progress(words, time.monotonic() - began, done=share))
    if tally is None:
        raise Stopped("the simulation was stopped before a replication was done")
    seconds = time.monotonic() - began
    status: Status = "iterations"
    if tally.moments.count < params.replications:
        status = "time" if seconds >= allowed else "stopped"
    m = measure.Measured(figures, tally, params.level)
    output = measure.output(m)
    per_day = float(output["per_day"].sum())
    whole = m.mean("whole")
    return LineRun(
        output=output,
        days=measure.days(m),
        made=measure.made(m),
        stations=measure.stations(m, input),
        causes=measure.causes(m, input),
        buffers=measure.buffers(m, input),
        levels=measure.levels(m, input),
        shops=measure.shops(m),
        sequences=measure.sequences(m, input),
        orders=measure.orders(m, input),
        in_time=measure.in_time(m, input),
        line_off=measure.line_off(m, input),
        lead=float(whole[0]),
        wip=float(whole[1]),
        straight_pass=float(whole[2]),
        stops=stops_in_words(input),
        paths=tally.paths,
        replications=tally.moments.count,
        kept=len(tally.kept),
        begin=window.begin,
        end=window.end,
        level=params.level,
        objective=per_day,
        bound=per_day,
        gap=0.0,
        seconds=seconds,
        seed=seed,
        status=status,
        versions=versions("numba", "numpy"),
    )


def warm_up() -> None:
    """Compile what simulates, ahead of its first use."""
    nodes = chain(Station(name="a", cycle=fixed(1.0)), Station(name="b", cycle=fixed(1.0)))
    given = Input.from_plant(Plant(nodes), 2)
    for general in (False, True):
        solve(given, Params(replications=1, general=general))
    draws(fixed(1.0), stream=0)


def window_of(input: Input, params: Params) -> Window:
    """Return what is looked at of each replication.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    params : Params
        How long.

    Raises
    ------
    ValueError
        When nothing is counted.
    """
    setting = input.setting
    until = params.horizon
    begin, end = params.warm_up, params.counted
    if setting is not None:
        until = setting.until if until is None else until
        begin = setting.counted[0] if begin is None else begin
        end = setting.counted[1] if end is None else end
    until = math.inf if until is None else until
    begin = 0.0 if begin is None else begin
    end = min(until, math.inf if end is None else end)
    if not begin < end:
        raise ValueError(f"nothing is counted from minute {begin:g} until minute {end:g}")
    samples = params.samples if end < math.inf else 0
    every = end / samples if samples else math.inf
    return Window(begin, end, until, every, samples, general=params.general)


def stops_in_words(input: Input) -> str:
    """Say how times to failure count.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    """
    stations = [node for node in input.plant.nodes if isinstance(node, Station)]
    kinds: Counter[str] = Counter(by for one in stations for by in {s.by for s in one.stops})
    words = {
        "operating": "only while a station works on a car (operation-dependent)",
        "clock": "always, idle or not (time-dependent)",
    }
    said = [f"{words[kind]} at {kinds[kind]} of {len(stations)}" for kind in words if kinds[kind]]
    return "times to failure count " + " and ".join(said) if said else "no station fails"
