"""Plants and cars of hubs: what the tables say, and what is taken where they say nothing."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.hub import Hub, hub_from_tables
from sinho.hub.flow import MOST_SPREAD
from sinho.simulate import (
    Buffer,
    Input,
    Params,
    Split,
    Station,
    Store,
    Times,
    fixed,
    halts,
    solve,
    trace,
)
from sinho.simulate.hubs.cars import mingled
from sinho.simulate.hubs.times import times_of, weibull_shape
from tests.flow import flow_tables
from tests.hub.lines import two_lines
from tests.hubs import tiny_hub

FIRST = dt.date(2026, 1, 5)


def hub(**tables: Any) -> Hub:
    return hub_from_tables(flow_tables(**tables))


def node(given: Input, name: str) -> Any:
    return given.plant.nodes[given.plant.number(name)]


def simulated(tables: Hub | None = None, **more: Any) -> Input:
    return Input.from_hub(tables or hub(), 2, first=FIRST, **more)


def refused(**more: Any) -> str:
    with pytest.raises(DataError) as caught:
        simulated(**more)
    return str(caught.value)


def test_tables_become_nodes_in_the_order_of_the_way() -> None:
    made = simulated()
    assert [one.name for one in made.plant.nodes] == [
        *("prime", "coat buffer", "coat", "coat: again", "coat: spot", "PBS"),
        *("trim #1", "trim #2 buffer", "trim #2", "trim #3 buffer", "trim #3", "final"),
        *("glass", "glass stock", "axle line", "axle line stock"),
    ]
    assert made.setting is not None
    assert made.setting.rows["trim #2 buffer"] == "trim"
    assert made.setting.notes == ()


def test_cycles_follow_rates_loads_and_pieces() -> None:
    made = simulated()
    assert node(made, "prime").cycle == fixed(60 / 50)
    assert (node(made, "coat").cycle, node(made, "coat").models) == (fixed(1.1), {"B": fixed(1.4)})
    final = node(made, "final")
    assert (final.servers, final.cycle) == (1, fixed(2 * 60 / 45)), "one of two is manned"
    axles = node(made, "axle line")
    assert axles.models == {"A": fixed(2 * 60 / 50), "B": fixed(0)}, "two for A, none for B"
    loads = [*flow_tables()["loads"][1:], {"item": "A", "shop": "paint", "load": 1.5}]
    heavy = node(simulated(hub(loads=loads)), "prime")
    assert heavy.models["A"].mean == pytest.approx(1.8)


def test_the_rate_of_the_month_and_of_the_line_hold() -> None:
    dated = hub(rates=[{"shop": "paint", "month": "2026-01", "manned_rate": 40}])
    assert node(simulated(dated), "prime").cycle == fixed(60 / 40)
    faster = simulated(jph=60)
    assert node(faster, "trim #1").cycle == fixed(1)
    assert node(faster, "prime").cycle.mean == pytest.approx(60 / (50 * 60 / 45))


def test_the_rate_of_the_line_is_a_what_if_too() -> None:
    for text, rate in (("jph=60", 60), ("jph=+20%", 54)):
        changed, asked = simulated(what_if=[text]), simulated(jph=rate)
        for name in ("prime", "coat", "trim #1", "final", "axle line"):
            assert node(changed, name).cycle.mean == pytest.approx(node(asked, name).cycle.mean)
    with pytest.raises(DataError, match="the plant has several lines, north, south"):
        Input.from_hub(hub_from_tables(two_lines()), 2, first=FIRST, what_if=["jph=60"])


def test_stops_and_rework_are_as_the_rows_say() -> None:
    made = simulated()
    (pump,) = node(made, "prime").stops
    assert (pump.name, pump.by, pump.up.mean, pump.repair.mean) == ("pump", "clock", 100, 4)
    (belt,) = node(made, "trim #3").stops
    assert belt.up == Times("empirical", values=(40.0, 80.0, 90.0))
    assert belt.repair == Times("lognormal", mean=2, cv=0.7)
    way = node(made, "coat").to
    assert way.to == ("PBS", "coat: again", "coat: spot")
    assert way.shares == pytest.approx((0.85, 0.05, 0.1))
    assert way.colours["red"] == pytest.approx((0.75, 0.05, 0.2))
    assert node(made, "coat: again").to == "prime"
    assert node(made, "coat: spot").to == "PBS"


def test_models_may_differ_in_their_rework() -> None:
    rows = flow_tables()["rework"]
    made = simulated(hub(rework=[*rows, {**rows[2], "model": "B", "share": 0.3}]))
    way = node(made, "coat").to
    assert way.by == "share"
    assert way.chances("A", "white") == pytest.approx((0.85, 0.05, 0.1))
    assert way.chances("B", "white") == pytest.approx((0.6, 0.3, 0.1))
    assert way.chances("A", "red") == pytest.approx((0.75, 0.05, 0.2))
    assert way.chances("B", "red") == pytest.approx((0.5, 0.3, 0.2)), "each by its own row"


def test_a_hub_without_tables_has_a_station_for_each_shop_and_says_so() -> None:
    shops = [{**row, "availability": 0.9} for row in tiny_hub()["shops"]]
    made = simulated(hub_from_tables(tiny_hub(shops=shops)))
    assert [one.name for one in made.plant.nodes] == ["paint", "assembly buffer", "assembly"]
    assert node(made, "assembly buffer").places == 10
    (stop,) = node(made, "paint").stops
    up, repair = stop.up.average, stop.repair.average
    assert (up / (up + repair), repair) == pytest.approx((0.9, 5))
    assert made.setting is not None
    assert made.setting.notes == (
        "Shops paint, assembly: no row in stations, so one station at the manned rate, with stops "
        "of 5 min for the availability.",
        "Shop assembly: 10 places before the first station.",
    )


def test_lines_share_a_shop_and_part_behind_it() -> None:
    made = Input.from_hub(hub_from_tables(two_lines()), 2, first=FIRST)
    entries = {entry.lines: entry.to for entry in made.plant.entries}
    assert len(entries) == len(set(made.cars["line"])) > 1
    parting = [one for one in made.plant.nodes if isinstance(one.to, Split)]
    assert parting
    assert all(isinstance(one.to, Split) and one.to.by == "line" for one in parting)


def test_cars_mingle_in_the_shares_of_the_month() -> None:
    demand = [{**row, "units": 900 if row["model"] == "A" else 100} for row in tiny_hub()["demand"]]
    cars = simulated(hub(demand=demand)).cars
    assert cars.filter(pl.col("model") == "B").height == pytest.approx(cars.height / 10, abs=1)
    assert cars["colour"].value_counts().sort("colour")["count"].to_list() == pytest.approx(
        [cars.height * 3 / 4, cars.height / 4], abs=5
    )
    half = simulated(hub(demand=demand), mix={"B": 0.5}).cars
    assert half.filter(pl.col("model") == "B").height == pytest.approx(half.height / 2, abs=1)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 10), min_size=1), st.integers(1, 200)
)
def test_no_name_is_ever_a_whole_place_or_more_ahead_of_its_share(
    weights: dict[str, float], cars: int
) -> None:
    total = math.fsum(weights.values())
    found = mingled(weights, cars)
    for name, weight in weights.items():
        for at in range(cars):
            assert found[: at + 1].count(name) < (at + 1) * weight / total + 1 + 1e-9


def test_days_begin_with_the_shifts_and_the_plant_fills_before_them() -> None:
    made = simulated(filling=1)
    assert made.setting is not None
    assert made.setting.begin == dt.datetime(2026, 1, 2, 7)
    assert made.setting.dates == (FIRST, dt.date(2026, 1, 6))
    assert made.setting.counted == (3 * 1440, 5 * 1440)
    stretches = node(made, "prime").calendar.stretches
    assert stretches == ((0, 480), (3 * 1440, 3 * 1440 + 480), (4 * 1440, 4 * 1440 + 480))


@pytest.mark.parametrize(
    ("text", "name", "check"),
    [
        ("pbs=+6", "PBS", lambda one: one.places == 6),
        ("PBS.places=+1", "PBS", lambda one: one.places == 5),
        ("PBS.lanes=4", "PBS", lambda one: (one.lanes, one.places) == (4, 4)),
        ("PBS.policy=oldest", "PBS", lambda one: one.policy == "oldest"),
        ("PBS.minutes=+3", "PBS", lambda one: one.transport == 3),
        ("coat=+5", "coat buffer", lambda one: one.places == 10),
        ("coat.cycle=-10%", "coat", lambda one: one.models["B"].mean == pytest.approx(1.26)),
        ("coat.cycle=1", "coat", lambda one: one.cycle == fixed(1)),
        ("prime.cycle=-50%", "prime", lambda one: one.cycle == fixed(0.6)),
        ("final.servers=2", "final", lambda one: (one.servers, one.cycle.mean) == (2, 160 / 60)),
        ("prime.servers=+1", "prime", lambda one: (one.servers, one.cycle.mean) == (2, 1.2)),
        ("paint.rate=+20%", "prime", lambda one: one.cycle == fixed(1)),
        ("paint.mttr=-50%", "prime", lambda one: one.stops[0].repair.mean == 2),
        ("prime.mtbf=200", "prime", lambda one: one.stops[0].up.mean == 200),
        ("assembly.mtbf=+100%", "trim #1", lambda one: one.stops[0].up.values == (80, 160, 180)),
        ("paint.rework=-50%", "coat", lambda one: one.to.shares[1:] == (0.025, 0.05)),
        ("coat.colour_change=0", "coat", lambda one: one.colour_change == 0),
        ("glass.feed_places=+2", "glass stock", lambda one: one.places == 6),
    ],
)  # fmt: skip
def test_what_ifs_change_what_they_name(text: str, name: str, check: Any) -> None:
    made = simulated(what_if=[text])
    assert check(node(made, name))
    first = simulated().cars
    few = min(first.height, made.cars.height)
    assert made.cars.head(few).equals(first.head(few)), "the same cars meet another plant"


def test_what_ifs_of_a_model_change_the_cars() -> None:
    few, more = (
        simulated(what_if=["B=20%"]).cars,
        simulated(what_if=["B.share=+10%", "B=+0.1"]).cars,
    )
    assert few.filter(pl.col("model") == "B").height == pytest.approx(few.height * 0.2, abs=1)
    assert more.filter(pl.col("model") == "B").height == pytest.approx(more.height * 0.65, abs=1)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("pbs", "is no change"),
        ("PSB=+5", "nothing is called 'PSB' (found 'PSB=+5'). Did you mean 'PBS'?"),
        ("pait.mttr=3", "nothing is called 'pait' (found 'pait.mttr=3'). Did you mean 'paint'?"),
        ("paint.mtr=-30%", "a shop has no 'mtr' that could be changed"),
        ("PBS.policy=oldset", "there is no policy 'oldset'"),
        ("PBS=many", "'many' is no figure"),
        ("paint.mttr=30%", "a part of what?"),
        ("PBS=-12", "PBS would have places 0, from 12"),
        ("prime.mttr=-100%", "prime would have mttr 0, from 4"),
        ("final.mttr=3", "final has no stops"),
        ("trim.mtbf=3", "are given one by one"),
        ("final.rework=0", "final has no rework"),
        ("coat.rework=+900%", "coat would have rework 2, from 0.2"),
        ("B=1.4", "B would have share 1.4"),
        ("B=+200%", "--what-if: B would have share"),
        ("PBS=+5.5", "places are counted, and +5.5 is no whole number"),
        ("final.servers=1.5", "servers are counted, and 1.5 is no whole number"),
        ("final.feed_places=+2", "final feeds no station, so that it has no effect"),
        ("PBS.batch=4", "has no effect, as the policy of PBS is restore"),
    ],
)
def test_wrong_what_ifs_are_refused(text: str, rule: str) -> None:
    assert rule in refused(what_if=[text])


def test_all_wrong_what_ifs_are_told_at_once() -> None:
    told = refused(what_if=["psb=+5", "PBS=+3", "paint.mtr=1", "prime.rate=3"])
    assert told.startswith("3 problems in the input:")


def test_what_a_name_has_says_which_thing_is_meant() -> None:
    tables = hub(
        stations=[
            {**row, "station": "assembly"} if row["station"] == "trim" else row
            for row in flow_tables()["stations"][:-2]
        ],
        stops=[],
        parts=[],
        bom=[],
        loads=tiny_hub()["loads"],
    )
    assert node(simulated(tables, what_if="assembly.buffer=7"), "assembly #1 buffer").places == 7
    faster = simulated(tables, what_if="assembly=+10%")
    assert node(faster, "assembly #1").cycle.mean == pytest.approx(60 / 49.5)


def test_a_shop_without_stations_is_said_to_have_none() -> None:
    idle = {**flow_tables()["shops"][0], "shop": "foundry"}
    tables = hub(shops=[*flow_tables()["shops"], idle])
    told = refused(tables=tables, what_if="foundry.mttr=-30%")
    assert "shop 'foundry' is not simulated: no line passes it, and it has no stations" in told


def test_a_shop_that_never_opens_is_named() -> None:
    rest = [{"start": "2025-01-01", "end": "2026-12-31", "kind": "company", "group": "idle"}]
    tables = hub(
        groups=[{"group": "main"}, {"group": "idle"}],
        shops=[*flow_tables()["shops"][:2], {**flow_tables()["shops"][2], "group": "idle"}],
        patterns=[*tiny_hub()["patterns"], {**tiny_hub()["patterns"][0], "group": "idle"}],
        calendar=rest,
    )
    told = refused(tables=tables)
    assert "shops, column shop: never works from" in told
    assert "(found 'axles')" in told


def test_a_plant_that_does_not_open_any_more_is_not_told_to_take_fewer_days() -> None:
    rest = [{"start": "2026-01-05", "end": "2026-12-31", "kind": "company"}]
    told = refused(tables=hub(calendar=rest))
    assert "holds 0 working days" in told
    assert "No line works then: see table calendar." in told


def test_a_single_what_if_may_be_typed_without_brackets() -> None:
    one, listed = simulated(what_if="PBS=+6"), simulated(what_if=["PBS=+6"])
    assert one.plant == listed.plant


@pytest.mark.parametrize("days", [0, -1, 2.5])
def test_no_days_are_refused(days: Any) -> None:
    with pytest.raises(DataError, match="--days: it must be a whole number of 1 or more"):
        Input.from_hub(hub(), days, first=FIRST)


def test_what_cannot_be_simulated_is_refused() -> None:
    assert "--filling: it must be a whole number of 0 or more" in refused(filling=-1)
    assert "--jph: it must be a finite number above 0" in refused(jph=-1.0)
    assert "--jph: it must be a finite number above 0" in refused(jph=math.nan)
    assert "a share is from 0 to 1 (found 'A=x')" in refused(mix={"A": "x"})
    with pytest.raises(DataError, match="the first day must lie in the hub's horizon"):
        Input.from_hub(hub(), 2, first=dt.date(2027, 1, 1))
    with pytest.raises(DataError, match="working days from"):
        Input.from_hub(hub(), 500)
    assert "no car is asked for in 2027-01" in refused(month=dt.date(2027, 1, 1))
    assert "there is no such model (found 'AA')" in refused(mix={"AA": 0.5})
    assert "sum to more than 1" in refused(mix={"A": 0.5, "B": 0.6})


@pytest.mark.parametrize(
    ("kind", "spread"),
    [
        *(("lognormal", 0.7), ("gamma", 1.3), ("weibull", 0.5), ("weibull", 1.0), ("weibull", 2.0)),
        *(("erlang", 0.5), ("uniform", 0.3), ("triangular", 0.2)),
        *MOST_SPREAD.items(),
    ],
)
def test_times_have_the_mean_and_spread_of_their_row(kind: str, spread: float) -> None:
    times = times_of(8.0, kind, spread)
    assert times.average == pytest.approx(8)
    if kind == "weibull":
        k = times.shape or 0.0
        first, second = math.gamma(1 + 1 / k), math.gamma(1 + 2 / k)
        assert math.sqrt(second / first**2 - 1) == pytest.approx(spread)
    elif kind in ("uniform", "triangular"):
        low, high = times.low or 0.0, times.high or 0.0
        wide = (high - low) / math.sqrt(12 if kind == "uniform" else 24)
        assert wide / 8 == pytest.approx(spread)
        assert low >= 0
    elif kind == "erlang":
        assert times.shape == 4
    else:
        assert times.cv == spread


def test_an_exponential_time_is_a_weibull_of_shape_one() -> None:
    assert weibull_shape(1.0) == pytest.approx(1)


def test_stores_are_of_their_kind() -> None:
    row = flow_tables()["stores"][0]
    plain = {name: row[name] for name in ("store", "after", "before", "places")}
    assert isinstance(node(simulated(hub(stores=[plain])), "PBS"), Buffer)
    direct = node(simulated(hub(stores=[{**plain, "kind": "direct", "policy": "oldest"}])), "PBS")
    assert isinstance(direct, Store)
    assert (direct.lanes, direct.places) == (0, 12)
    assert all(isinstance(node(simulated(), name), Station) for name in ("prime", "final"))


def test_stores_of_a_hub_pick_by_its_ratio_rules() -> None:
    rule = {"rule": "hooks", "kind": "ratio", "option": "hook", "most": 1, "window": 3}
    row = {**flow_tables()["stores"][0], "policy": "ratio"}
    made = simulated(
        hub(
            stores=[row],
            options=[{"option": "hook"}],
            option_rates=[
                {"option": "hook", "share": 0.2},
                {"option": "hook", "model": "B", "share": 0.5},
            ],
            sequence_rules=[rule],
        )
    )
    assert [(one.option, one.most, one.window) for one in made.plant.ratios] == [("hook", 1, 3)]
    shares = dict(made.cars.group_by("model").agg(pl.col("hook").mean()).iter_rows())
    assert shares == {"A": pytest.approx(0.2, abs=0.01), "B": pytest.approx(0.5, abs=0.01)}


@pytest.mark.parametrize("after", [0.0, 2880.0])
def test_halts_add_up_to_the_time_that_stations_are_down(after: float) -> None:
    made = simulated()
    assert made.setting is not None
    until = made.setting.until
    visits = trace(made, horizon=until, since=after)
    found = halts(made, visits, horizon=until, since=after)
    effort = Params(replications=1, horizon=until, warm_up=after, counted=until)
    down = dict(solve(made, effort).stations.select("station", "down").iter_rows())
    assert sum(share > 0 for share in down.values()) == 4
    for name, share in down.items():
        calendar = node(made, name).calendar
        begin, end = (calendar.worked(minute) for minute in (after, until))
        own = found.filter(station=name).select("begun", "ended").iter_rows()
        stretches = [(calendar.worked(a), calendar.worked(b)) for a, b in own]
        total = sum(max(0.0, min(b, end) - max(a, begin)) for a, b in stretches)
        assert total == pytest.approx(share * (until - after), abs=1e-6), name
