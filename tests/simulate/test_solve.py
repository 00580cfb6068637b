"""Replications: the same whatever carries them out, and sums that add up."""

from __future__ import annotations

import dataclasses
import math
import os
import pickle
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.scramble import scramble_of
from sinho.errors import DataError, Stopped
from sinho.simulate import (
    OUT,
    Buffer,
    Calendar,
    Entry,
    Input,
    Params,
    Plant,
    Split,
    Station,
    Stops,
    Store,
    Times,
    chain,
    departures,
    explain,
    exponential,
    fixed,
    solve,
    trace,
)
from sinho.simulate.kernel import data as k
from sinho.simulate.kernel.bottleneck import bottlenecks
from sinho.simulate.pack import pack
from sinho.simulate.paired import difference
from sinho.simulate.replica import Replica, Window
from sinho.simulate.replicate import Work, block
from sinho.simulate.tally import Moments, student
from sinho.stop import Progress
from tests.simulate.plants import inputs
from tests.simulate.test_events import line

TABLES = (
    "output",
    "days",
    "stations",
    "causes",
    "buffers",
    "levels",
    "shops",
    "sequences",
    "orders",
)
SHIFTS = Calendar(((0, 400), (430, 800)), every=1440)


def paint(cars: int = 120) -> Input:
    """Return a small plant with a body and a paint shop, rework, a store and parts."""
    stops = (Stops(exponential(90.0), exponential(6.0)),)
    split = Split(("bank", "spot"), shares=(0.9, 0.1), colours={"red": (0.7, 0.3)})
    nodes = (
        Station(name="body", cycle=fixed(1.0), to="wbs", stops=stops, shop="body", calendar=SHIFTS),
        Buffer(name="wbs", to="booth", places=8, shop="body"),
        Station(name="booth", cycle=fixed(0.9), to=split, shop="paint", colour_change=0.4),
        Station(
            name="spot", cycle=exponential(5.0), to="bank", servers=3, rework=True, shop="paint"
        ),
        Store(name="bank", to="trim", places=20, policy="restore", shop="paint", transport=2.0),
        Station(name="trim", cycle=exponential(0.9), to="out", needs=("seats",), shop="trim"),
        Station(name="seating", cycle=exponential(0.8), to="seats"),
        Buffer(name="seats", to="trim", places=4),
    )
    entries = (Entry(name="cars", to="body"), Entry(name="covers", to="seating", parts=True))
    table = pl.DataFrame(
        {
            "order": [f"o{n}" for n in range(cars)],
            "colour": [("red", "white", "blue")[n // 3 % 3] for n in range(cars)],
            "due": [20.0 + 1.3 * n for n in range(cars)],
            "cutoff": [None if n % 2 else 30.0 + 1.5 * n for n in range(cars)],
        }
    )
    return Input.from_plant(Plant(nodes, entries), table)


def same(one: Any, other: Any) -> None:
    """Hold two results to each other, byte by byte."""
    for field in dataclasses.fields(one):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, pl.DataFrame):
            assert first.equals(second), field.name
        elif field.name != "seconds":
            assert first == second, field.name


def test_the_result_does_not_depend_on_workers_or_executor() -> None:
    given = paint()
    params = Params(replications=9, horizon=300.0, warm_up=50.0)
    base = solve(given, dataclasses.replace(params, workers=1), seed=3)
    same(base, solve(given, dataclasses.replace(params, workers=3), seed=3))
    with ThreadPoolExecutor(2) as threads:
        same(base, solve(given, dataclasses.replace(params, executor=threads), seed=3))
    other = solve(given, params, seed=4)
    assert not other.orders.equals(base.orders)


@pytest.mark.slow
def test_processes_give_the_same_result() -> None:
    params = Params(replications=4, horizon=300.0)
    base = solve(paint(), params)
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        same(base, solve(paint(), dataclasses.replace(params, executor=pool)))


@pytest.mark.slow
@pytest.mark.cluster
def test_a_cluster_of_two_workers_gives_the_same_result(cluster: Executor) -> None:
    params = Params(replications=4, horizon=300.0)
    same(solve(paint(), params), solve(paint(), dataclasses.replace(params, executor=cluster)))


def test_states_of_stations_add_up_and_cars_are_conserved() -> None:
    given = paint()
    for params in (Params(replications=4), Params(replications=4, horizon=333.0, warm_up=77.0)):
        made = solve(given, params)
        states = made.stations.select("working", "down", "blocked", "starved", "off").to_numpy()
        assert states.sum(1) == pytest.approx(1.0, abs=1e-9)
        assert states.min() >= -1e-12
        assert made.orders["p_off"].sum() >= made.output["cars"].sum() - 1e-9
    assert solve(given, Params(replications=4)).orders["p_off"].to_list() == [1.0] * 120


def test_a_result_tells_of_orders_days_and_sequences() -> None:
    made = solve(paint(), Params(replications=40, horizon=900.0))
    orders = made.orders
    assert orders.height == 120
    assert orders["p_cutoff"].is_null().sum() == 60
    assert orders["p_due"].is_between(0, 1).all()
    assert (orders["off_10"] <= orders["off_50"]).all()
    assert (orders["off_50"] <= orders["off_90"]).all()
    assert made.days["cars"].sum() == pytest.approx(made.output["cars"].sum())
    before, behind = made.sequences.sort("side").rows(named=True)
    assert before["side"] == "before"
    assert before["in_order"] < behind["in_order"] <= 1
    assert before["moved"] > behind["moved"]
    assert 0.5 < made.straight_pass < 1
    assert made.output["jph_low"][0] < made.jph < made.output["jph_high"][0]
    assert made.shops["shop"].to_list() == ["body", "paint", "trim"]
    assert made.shops["lead"].sum() == pytest.approx(made.lead, rel=1e-6)
    spot = made.stations.filter(pl.col("station") == "spot").row(0, named=True)
    assert (spot["sole"], spot["shifting"]) == (0.0, 0.0), "rework is beside the flow"
    neck = made.stations.select(pl.sum_horizontal("sole", "shifting"))["sole"].sum()
    assert 0.5 < neck <= 1 + 1e-9
    assert any("OEE" in words for words in explain(made, "booth"))
    assert any("due date" in words for words in explain(made, "o5"))
    with pytest.raises(DataError, match="Did you mean 'booth'"):
        explain(made, "boot")
    assert "operation-dependent" in explain(made)[-1]


def test_the_spread_of_dates_at_a_store_is_that_of_a_scramble() -> None:
    given = paint()
    due = pl.Series("due", [1440.0 * (1 + n // 30) for n in range(120)])
    given = dataclasses.replace(given, cars=given.cars.with_columns(due))
    made = solve(given, Params(replications=1), seed=5)
    (store,) = made.sequences["store"].unique()
    passed = trace(given, seed=5).filter(pl.col("node") == store)
    cars = given.cars.select("order", "colour", "due")
    for side, by in (("before", "entered"), ("behind", "left")):
        row = made.sequences.filter(pl.col("side") == side).row(0, named=True)
        own = passed.sort(by, maintain_order=True).join(cars, on="order", maintain_order="left")
        told = scramble_of(own["colour"].to_list(), own["due"].to_list())
        assert (row["changes"], row["batch"]) == (told.changes, pytest.approx(told.batch))
        assert row["spread"] == pytest.approx(told.spread)
        assert told.spread > 0
    bare = dataclasses.replace(given, cars=given.cars.with_columns(due=pl.lit(None, pl.Float64)))
    assert solve(bare, Params(replications=2)).sequences["spread"].null_count() == 2


def test_little_s_law_holds_of_levels_and_lead_times() -> None:
    made = solve(Input.from_plant(line([exponential(1.0)] * 3, 4), 4000), Params(replications=1))
    assert made.wip == pytest.approx(made.lead * made.jph / 60, rel=1e-9)
    held = made.buffers["level"].sum() + (1 - made.stations["starved"]).sum()
    assert held == pytest.approx(made.wip, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    inputs(),
    st.sampled_from([(0.0, None), (13.5, None), (7.0, 40.0), (0.0, 25.0)]),
    st.booleans(),
)
def test_cars_in_shops_are_the_cars_in_the_plant(
    given: Input, looked: tuple[float, float | None], general: bool
) -> None:
    """Lines, shifts, loops and stores: at any moment a car inside is in one shop."""
    shops = ("body", "paint", "trim")
    nodes = tuple(
        dataclasses.replace(node, shop="" if node.name in ("sub", "parts") else shops[n % 3])
        for n, node in enumerate(given.plant.nodes)
    )
    given = dataclasses.replace(given, plant=dataclasses.replace(given.plant, nodes=nodes))
    if not math.isfinite(departures(given, seed=7, horizon=1e6).max()):
        return  # it jams
    params = Params(
        replications=2, warm_up=looked[0], horizon=looked[1], general=general, watched=0
    )
    made = solve(given, params, seed=7)
    assert made.shops["wip"].sum() == pytest.approx(made.wip, abs=1e-9)


def test_little_s_law_holds_of_each_shop() -> None:
    """With shifts, rework, a store and a sub-line: all 120 cars come in and go out."""
    made = solve(paint(), Params(replications=1))
    passed = made.shops["wip"] / made.shops["lead"] * 120 / made.jph * 60
    assert passed.to_list() == pytest.approx([120.0] * 3, rel=1e-9)


def test_the_weekend_before_does_not_count_as_work_in_process() -> None:
    """A car that stands for 1,000 minutes before what is counted is one car, not many."""
    shifts = Calendar(((0.0, 10.0), (1_010.0, 1_030.0)))
    nodes = chain(Station(name="S", cycle=fixed(20.0), calendar=shifts, shop="body"))
    made = solve(
        Input.from_plant(Plant(nodes), 1), Params(replications=1, warm_up=1_010.0, horizon=1_030.0)
    )
    assert made.shops.rows() == [("body", 1_020.0, 1.0)]
    assert made.wip == 1.0


def test_the_shop_of_a_sub_line_tells_of_its_parts() -> None:
    nodes = (
        Station(name="trim", cycle=fixed(2.0), needs=("seats",), shop="trim", to=OUT),
        Station(name="seating", cycle=fixed(1.0), to="seats", shop="seats"),
        Buffer(name="seats", places=2, to="trim", shop="seats"),
    )
    entries = (Entry(name="cars", to="trim"), Entry(name="covers", to="seating", parts=True))
    made = solve(
        Input.from_plant(Plant(nodes, entries), 500),
        Params(replications=1, warm_up=100.0, horizon=900.0),
    )
    trim, seats = made.shops.rows(named=True)
    assert (trim["wip"], trim["lead"]) == (1.0, 2.0)
    assert (seats["wip"], seats["lead"]) == (3.0, 6.0), "three seats, one taken every 2 minutes"
    assert made.wip == pytest.approx(1.0)


def test_no_station_is_above_its_plan_and_colour_changes_are_below() -> None:
    """Whatever was begun before what is counted: OEE has no figure above 1."""
    nodes = chain(
        Station(name="slow", cycle=fixed(7.0), calendar=SHIFTS),
        Buffer(name="row"),
        Station(name="booth", cycle=exponential(3.0), colour_change=1.0),
    )
    colours = ["red", "blue"] * 100
    given = Input.from_plant(Plant(nodes), pl.DataFrame({"colour": colours}))
    for warm_up in (3.0, 5.0, 6.9):
        made = solve(given, Params(replications=4, warm_up=warm_up, horizon=330.0))
        slow, booth = made.stations.rows(named=True)
        assert slow["effectiveness"] == 1.0
        assert slow["oee"] == pytest.approx(1.0)
        assert booth["effectiveness"] == pytest.approx(0.75, abs=0.05), "3 of 4 minutes on average"
        assert booth["oee"] == pytest.approx(booth["availability"] * booth["effectiveness"])


def test_memory_holds_the_first_replications_alone() -> None:
    given = Input.from_plant(line([exponential(1.0)] * 2, 1), 30)
    few, all_of_them = (solve(given, Params(replications=90, kept=kept)) for kept in (7, 90))
    assert (few.kept, all_of_them.kept) == (7, 90)
    assert few.output.equals(all_of_them.output)
    assert few.orders["off"].equals(all_of_them.orders["off"])
    assert not few.orders["off_90"].equals(all_of_them.orders["off_90"])
    packed = pack(given)
    work = Work(given, packed, Window(), 1, kept=7, watched=0)
    few_of_it, much = block(work, 0, 8), block(work, 0, 90)
    assert len(pickle.dumps(few_of_it)) == pytest.approx(len(pickle.dumps(much)), abs=100)


BARE = """
from tests.simulate.test_solve import paint
from sinho.simulate import departures
print(departures(paint(25), seed=3).tolist())
"""


def test_times_are_the_same_without_a_compiler() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", BARE],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout.strip() == str(departures(paint(25), seed=3).tolist()), done.stderr


class After:
    """Stops after some looks."""

    seconds_left = math.inf

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def __call__(self) -> bool:
        self.looks -= 1
        return self.looks < 0


def test_a_stopped_simulation_hands_back_the_replications_done() -> None:
    told: list[Progress] = []
    params = Params(replications=64, workers=1)
    made = solve(
        Input.from_plant(line([fixed(1.0)]), 10), params, stop=After(6), progress=told.append
    )
    assert made.status == "stopped"
    assert 0 < made.replications < 64
    assert told[-1].done == pytest.approx(made.replications / 64)
    with pytest.raises(Stopped):
        solve(Input.from_plant(line([fixed(1.0)]), 10), params, stop=After(0))


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"replications": 0}, "column replications: it must be 1 or more"),
        ({"workers": 0}, "column workers: it must be 1 or more"),
        ({"horizon": -1.0}, "column horizon: it must be more than 0"),
        ({"level": 1.0}, "column level: it must be more than 0 and less than 1"),
        ({"executor": 3}, "column executor: it must be an executor"),
        ({"horizon": 10.0, "warm_up": 10.0}, "nothing is counted from minute 10 until minute 10"),
    ],
)
def test_parameters_that_mean_nothing_are_refused(params: Any, told: str) -> None:
    with pytest.raises(DataError, match=told):
        Params(**params)


TIMES = st.sampled_from(
    [
        fixed(1.0),
        exponential(1.0),
        Times("uniform", low=0.5, high=1.5),
        Times("gamma", mean=1.0, cv=0.5),
    ]
)
STOPS = st.sampled_from(
    [
        (),
        (Stops(exponential(20.0), exponential(3.0)),),
        (Stops(exponential(20.0), exponential(3.0), by="clock"),),
        (
            Stops(exponential(25.0), fixed(3.0)),
            Stops(fixed(7.0), fixed(1.0), name="second"),
            Stops(exponential(30.0), exponential(2.0), by="clock", name="third"),
        ),
    ]
)


@st.composite
def plain_lines(draw: st.DrawFn) -> Input:
    """Draw a plain serial line, with calendars, stops, transport and late releases."""
    nodes: list[Any] = []
    stations = draw(st.integers(1, 5))
    for n in range(stations):
        places = draw(st.sampled_from([0, 1, 2, 5, None]))
        if places != 0 and draw(st.booleans()):
            transport = draw(st.sampled_from([0.0, 0.7, 3.0]))
            nodes.append(Buffer(name=f"B{n}", places=places, transport=transport, shop="b"))
        nodes.append(
            Station(
                name=f"S{n}",
                cycle=draw(TIMES),
                models={"big": fixed(1.7)},
                stops=draw(STOPS),
                calendar=draw(
                    st.sampled_from([None, SHIFTS, Calendar(((3, 9), (10, 21)), every=24)])
                ),
                colour_change=draw(st.sampled_from([0.0, 0.5])),
                rework=draw(st.booleans()),
                shop=draw(st.sampled_from(["", "a", "b"])),
            )
        )
    cars = draw(st.integers(1, 60))
    table = pl.DataFrame(
        {
            "model": [draw(st.sampled_from(["big", "small"])) for _ in range(cars)],
            "colour": [draw(st.sampled_from(["red", "blue"])) for _ in range(cars)],
            "release": [draw(st.sampled_from([0.0, 10.0, 31.5])) for _ in range(cars)],
        }
    )
    return Input.from_plant(Plant(chain(*nodes)), table)


@settings(max_examples=60, deadline=None)
@given(plain_lines(), st.integers(0, 3), st.sampled_from([None, (20.0, 60.0, 90.0)]))
def test_the_recursion_tells_what_the_events_tell(
    given: Input, replication: int, window: tuple[float, float, float] | None
) -> None:
    looked: dict[str, Any] = {}
    if window:
        looked = {
            "begin": window[0],
            "end": window[1],
            "until": window[2],
            "every": 7.0,
            "samples": 9,
        }
    packed = pack(given)
    events = Replica(packed, Window(general=True, **looked), active=True)
    plain = Replica(packed, Window(**looked), active=True)
    assert (events.paths, plain.paths) == ("events", "recursion")
    how, at = events.run(5, replication)
    assert plain.run(5, replication) == (how, at)
    for name in ("out", "came", "good", "samples"):
        assert np.array_equal(getattr(events.seen, name), getattr(plain.seen, name)), name
    for name in ("spent", "by_way"):
        assert getattr(plain.state, name) == pytest.approx(getattr(events.state, name), abs=1e-9)
    for name in ("level", "lead"):
        assert getattr(plain.seen, name) == pytest.approx(getattr(events.seen, name), abs=1e-9)
    rows = [one.periods[np.lexsort(one.periods.T)] for one in (events, plain)]
    assert rows[1] == pytest.approx(rows[0], abs=1e-9)
    if not window:
        assert np.array_equal(departures(given, seed=5, replication=replication), plain.seen.out)


@settings(max_examples=60, deadline=None)
@given(inputs(), st.sampled_from([(0.0, math.inf), (11.0, 37.0)]))
def test_plain_stretches_change_nothing(given: Input, looked: tuple[float, float]) -> None:
    """With a trace, cars go through the rules one by one; all that is told is the same."""
    packed = pack(given)
    window = {"begin": looked[0], "end": looked[1], "until": min(looked[1], 1e6), "general": True}
    short = Replica(packed, Window(**window), active=True)
    long = Replica(packed, Window(**window, traced=5), active=True)
    assert short.run(3, 1) == long.run(3, 1)
    for name in ("out", "came", "good", "entered", "left"):
        assert np.array_equal(getattr(short.seen, name), getattr(long.seen, name)), name
    for name in ("spent", "by_way", "by_need"):
        assert getattr(short.state, name) == pytest.approx(getattr(long.state, name), abs=1e-9)
    for name in ("level", "lead"):
        assert getattr(short.seen, name) == pytest.approx(getattr(long.seen, name), abs=1e-9)
    buffers = packed.plan.node[:, k.KIND] != k.STATION
    assert np.array_equal(short.state.now[buffers, k.MOST], long.state.now[buffers, k.MOST])
    rows = [one.periods[np.lexsort(one.periods.T)] for one in (short, long)]
    assert rows[1] == pytest.approx(rows[0], abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.integers(1, 4), st.integers(0, 99), STOPS, st.integers(0, 4))
def test_more_places_or_less_repair_never_make_a_tandem_line_later(
    stations: int, places: int, seed: int, stops: Any, at: int
) -> None:
    base = line([exponential(1.0)] * stations, places, stops=stops)
    nodes = list(base.nodes)
    slot = 2 * (at % (stations - 1)) + 1
    more = [*nodes]
    more[slot] = dataclasses.replace(nodes[slot], places=places + 2)
    cars = 150
    before = departures(Input.from_plant(base, cars), seed=seed)
    assert (
        departures(Input.from_plant(Plant(tuple(more)), cars), seed=seed) <= before + 1e-9
    ).all()


def test_the_bottleneck_is_who_works_the_longest_without_interruption() -> None:
    periods = np.array(
        [
            [0, 0.0, 10.0, 10.0],
            [1, 6.0, 30.0, 24.0],  # the longest; from 6 to 10 it shifts from 0 to 1
            [2, 12.0, 20.0, 8.0],  # wholly within that of 1
            [2, 28.0, 40.0, 12.0],  # from 28 to 30 it shifts from 1 to 2
        ]
    )
    found = bottlenecks(periods, np.arange(4), 3, 0.0, 40.0)
    assert found.tolist() == [[6.0, 2.0], [18.0, 3.0], [10.0, 1.0]]
    assert bottlenecks(periods, np.arange(4), 3, 8.0, 29.0).sum() == pytest.approx(21.0)


@pytest.mark.parametrize("warm_up", [0.0, 3_000.0])
def test_the_bottleneck_is_found_however_late_is_counted(
    monkeypatch: pytest.MonkeyPatch, warm_up: float
) -> None:
    monkeypatch.setattr("sinho.simulate.replica.PERIODS", 300)
    cycles = (exponential(0.5), exponential(1.0), exponential(0.5))
    nodes = [Station(name=f"s{n}", cycle=one) for n, one in enumerate(cycles)]
    plant = Plant(chain(nodes[0], Buffer(name="b", places=5), nodes[1], nodes[2]))
    effort = Params(replications=2, horizon=6_000.0, warm_up=warm_up, general=True)
    found = solve(Input.from_plant(plant, 8_000), effort).stations
    shares = found["sole"] + found["shifting"]
    assert shares.sum() == pytest.approx(1.0, abs=0.25)
    assert found["station"][shares.arg_max()] == "s1"
    assert shares.max() > 0.6


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(1, 15)), max_size=20))
def test_the_bottleneck_is_that_of_every_minute(drawn: list[tuple[int, int, int]]) -> None:
    periods = np.array([[n, b, b + d, d] for n, b, d in drawn], float).reshape(-1, 4)
    periods = periods[np.argsort(periods[:, 1], kind="stable")]
    keys = [(-p[3], p[1], p[0], n) for n, p in enumerate(periods)]
    longest = set()
    for minute in range(60):  # all begin and end at whole minutes
        held = [keys[n] for n, p in enumerate(periods) if p[1] <= minute < p[2]]
        longest |= {min(held)[3]} if held else set()
    wanted = np.zeros((4, 2))
    for minute in range(60):
        held = [n for n in longest if periods[n, 1] <= minute < periods[n, 2]]
        for n in held:
            wanted[int(periods[n, 0]), int(len(held) > 1)] += 1 / len(held)
    found = bottlenecks(periods, np.arange(len(periods)), 4, 0.0, 60.0)
    assert found == pytest.approx(wanted)


def test_moments_and_student_s_t_are_right() -> None:
    numbers = np.random.default_rng(1).normal(3.0, 2.0, (37, 4))
    whole, first, second = Moments(4), Moments(4), Moments(4)
    for n, row in enumerate(numbers):
        whole.add(row)
        (first if n < 20 else second).add(row)
    first.merge(second)
    for one in (whole, first):
        assert one.mean == pytest.approx(numbers.mean(0))
        deviation = numbers.std(0, ddof=1) / math.sqrt(37)
        assert one.half(0.95) == pytest.approx(2.028094 * deviation, rel=1e-6)
    table = {(0.95, 1): 12.7062, (0.95, 2): 4.30265, (0.99, 5): 4.03214, (0.9, 29): 1.69913}
    for (level, freedom), value in table.items():
        assert student(level, freedom) == pytest.approx(value, rel=1e-5)


def test_changes_without_effect_seldom_seem_to_have_one() -> None:
    """Of 1,200 pairs alike, in tables of 20: one by one many tables err, together few do."""
    numbers = np.random.default_rng(4).normal(100.0, 3.0, (60, 20, 2, 8))
    errs = {1: 0, 20: 0}
    for among in errs:
        for table in numbers:
            errs[among] += any(difference(a, b, 0.95, among).significant for a, b in table)
    assert errs[1] > 30, "two of three tables have one at least"
    assert errs[20] <= 6, "one of twenty has"
    one, of_two = (difference(numbers[0, 0, 0], numbers[0, 0, 1], 0.95, n) for n in (1, 2))
    assert of_two.high - of_two.mean == pytest.approx(
        (one.high - one.mean) * student(0.975, 7) / student(0.95, 7)
    )


def test_cars_of_other_lines_do_not_count_at_a_line_of_its_own() -> None:
    """Nothing is slower than planned, so effectiveness is 1 at each station of both lines."""
    nodes = (
        Station(name="road", cycle=fixed(2.0), to="paint"),
        Station(name="off-road", cycle=fixed(5.0), models={"A": fixed(0.0)}, to="paint"),
        Station(name="paint", cycle=fixed(1.0), to=OUT),
    )
    entries = (
        Entry(name="in road", to="road", lines=("road",)),
        Entry(name="in off-road", to="off-road", lines=("off-road",)),
    )
    table = pl.DataFrame({"line": ["road", "off-road", "road"] * 40, "model": ["A", "B", "A"] * 40})
    made = solve(Input.from_plant(Plant(nodes, entries), table), Params(replications=1))
    assert made.stations["effectiveness"].to_list() == pytest.approx([1.0] * 3)
