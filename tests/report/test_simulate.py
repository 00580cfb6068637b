"""What is shown of a simulated line: every figure is that of the result, and every car is seen."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest

from sinho.hub import Hub, hub_from_tables
from sinho.report.amounts import number_text
from sinho.report.render import MINUS
from sinho.report.replay import COMES, LEAVES, USED
from sinho.report.simulate import (
    line_kpis,
    line_page,
    line_picture,
    line_replay,
    line_scene,
    line_tables,
)
from sinho.report.simulate.charts import daily, line_charts
from sinho.report.simulate.groups import flow_of
from sinho.report.simulate.layout import spots_of
from sinho.report.simulation import STATES, Case, beside, bottlenecks, stations
from sinho.run.simulation import simulate
from sinho.simulate import (
    OUT,
    Buffer,
    Entry,
    Input,
    Params,
    Plant,
    Split,
    Station,
    Store,
    fixed,
    trace,
)
from tests.flow import flow_tables
from tests.report.test_pages import opened

FIRST = dt.date(2026, 1, 5)


@pytest.fixture(scope="module")
def hub() -> Hub:
    return hub_from_tables(flow_tables())


@pytest.fixture(scope="module")
def cases(hub: Hub) -> list[Case]:
    return simulate(
        lambda changes, _: Input.from_hub(hub, 2, first=FIRST, what_if=changes),
        ["coat.cycle=-20%"],
        Params(replications=4),
        seed=1,
    )


@pytest.fixture(scope="module")
def page(cases: list[Case], hub: Hub) -> str:
    return line_page(cases, hub, line_tables(cases, hub, run=False), replay="replay.html")


def three_lines() -> Input:
    """Return a plant of three lines of which two share a paint shop, with rework and a sub-line."""

    def line(name: str, store: str) -> list[Station]:
        return [
            Station(name=f"body {name}", shop=f"body {name}", to=store, cycle=fixed(1)),
            Station(
                name=f"trim {name}",
                shop=f"trim {name}",
                to=OUT,
                cycle=fixed(1),
                needs=("axles",) if name == "c" else (),
            ),
        ]

    paint = Split(("bank", "touch up"), shares=(0.9, 0.1))
    home = Split(("trim a", "trim b"), by="line", where={"a": "trim a", "b": "trim b"})
    return Input.from_plant(
        Plant(
            (
                *line("a", "white"),
                *line("b", "white"),
                *line("c", "bank c"),
                Store(name="white", shop="body a", to="paint", places=4),
                Station(name="paint", shop="paint", to=paint, cycle=fixed(1)),
                Station(
                    name="touch up", shop="paint", to="paint", cycle=fixed(3), servers=2,
                    rework=True,
                ),
                Store(name="bank", shop="paint", to=home, places=9),
                Buffer(name="bank c", shop="body c", to="trim c", places=2),
                Station(name="axle", shop="axle", to="axles", cycle=fixed(1)),
                Buffer(name="axles", shop="axle", to="trim c", places=3),
            ),
            entries=(
                *(Entry(name=f"in {one}", to=f"body {one}", lines=(one,)) for one in "abc"),
                Entry(name="for axles", to="axle", lines=("c",), parts=True),
            ),
        ),
        pl.DataFrame({"order": [*"123456"], "line": [*"abcabc"]}),
    )  # fmt: skip


def test_every_key_figure_is_that_of_the_result(cases: list[Case]) -> None:
    case = cases[0]
    result = case.result
    kpis = {row["KPI"]: row for row in line_kpis(case).to_dicts()}
    (made,) = result.output.to_dicts()
    shown = kpis["demonstrated JPH"]
    assert (shown["figure"], shown["low"], shown["high"]) == (
        made["demonstrated"],
        made["demonstrated_low"],
        made["demonstrated_high"],
    )
    assert kpis["JPH by the clock"]["figure"] == result.jph
    assert kpis["cars a working day"]["figure"] == pytest.approx(made["cars"] / 2)
    assert kpis["lead time"]["figure"] == result.lead / 60
    assert kpis["work in process"]["figure"] == result.wip
    assert kpis["straight-pass rate"]["figure"] == 100 * result.straight_pass
    neck = bottlenecks(case).row(0, named=True)
    assert kpis["bottleneck"]["figure"] == 100 * neck["bottleneck"]
    assert kpis["OEE"]["of"] == neck["station"]
    terms = [kpis[name]["figure"] for name in ("availability", "effectiveness", "quality ratio")]
    assert all("ISO 22400-2" in kpis[name]["definition"] for name in ("OEE", "availability"))
    own = result.stations.filter(
        pl.col("station").is_in([n for n, r in case.setting.rows.items() if r == neck["station"]]),
        ~pl.col("station").str.contains(": "),
    )
    assert kpis["OEE"]["figure"] == pytest.approx(
        100 * (own["oee"] * own["servers"]).sum() / own["servers"].sum()
    )
    assert all(0 < term <= 100 + 1e-9 for term in terms)
    assert "P(on time), day wanted" not in kpis


def test_the_page_shows_figures_with_intervals_and_loads_nothing(
    page: str, cases: list[Case]
) -> None:
    text = html.unescape(page)
    for row in line_kpis(cases[0]).filter(pl.col("low").is_not_null()).to_dicts():
        if row["KPI"] != "JPH by the clock":
            ends = f"95%: {number_text(row['low'])} to {number_text(row['high'])}"
            assert f"{number_text(row['figure'])} <small>{row['unit']}" in text
            assert ends in text
    own = page.partition("<footer>")[0]
    assert not re.findall(r'(?:src|href)="(?!#|replay\.html)', own)
    for words in ("The line", "Where the time of stations goes", "What-ifs side by side", "seed 1"):
        assert words in text
    more = beside(cases)["more"][1]
    signed = f"{more:+,.1f}".replace("-", MINUS)
    assert f"coat.cycle=-20%: {signed} cars a working day" in text


def test_the_picture_draws_every_row_and_marks_the_bottleneck(cases: list[Case]) -> None:
    drawn = line_picture(cases[0])
    root = ElementTree.fromstring(drawn)
    said = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}title")][1:]
    groups = [*flow_of(cases[0].given).groups]
    assert len(said) == len(groups)
    names = set(stations(cases[0])["station"])
    assert names <= {one.partition(": ")[0] for one in said} | {one.name for one in groups}
    assert len(re.findall(r'fill="none" stroke="#b3261e" stroke-width="2"', drawn)) == 1
    neck = bottlenecks(cases[0]).row(0, named=True)
    assert f"bottleneck {neck['bottleneck']:.0%} of the time" in drawn
    assert [one for one in said if one.startswith("PBS: mean ")]


def test_bars_are_as_long_as_states(cases: list[Case]) -> None:
    charts = line_charts(cases)
    spec = charts["states"].spec
    assert spec is not None
    (values,) = (rows for rows in spec["datasets"].values() if "state" in rows[0])
    sums = Counter[str]()
    for row in values:
        sums[row["station"]] += row["share"]
    assert set(sums) == set(stations(cases[0])["station"])
    assert all(total == pytest.approx(100) for total in sums.values())


def test_the_histogram_counts_each_day_of_each_replication(cases: list[Case]) -> None:
    table = daily(cases[0])
    assert table.height == 2 * 4
    made = float(cases[0].result.output["cars"][0])
    assert float(table["cars"].sum()) / 4 == pytest.approx(made)


def test_sheets_have_units_and_states_that_add_up(cases: list[Case], hub: Hub) -> None:
    tables = line_tables(cases, hub, run=False)
    assert {"figures", "stations", "causes", "levels", "stores", "rates", "what if"} <= set(tables)
    frame = tables["stations"].frame
    states = [f"{'off shift' if state == 'off' else state} [%]" for state in STATES]
    for total in frame.select(pl.sum_horizontal(states)).to_series():
        assert total == pytest.approx(100)
    for table in tables.values():
        for name, dtype in table.frame.schema.items():
            figures = {"figure", "before", "behind", "orders"}
            level = name.startswith(("low", "high")) and "unit" in table.frame.columns
            counts = table.title.startswith("Basis")
            assert not dtype.is_numeric() or "[" in name or name in figures or level or counts
    waits = tables["causes"].frame.group_by("station", "state").agg(pl.col("time [%]").sum())
    states_of = frame.rename({"blocked [%]": "blocked", "starved [%]": "starved"})
    for row in waits.to_dicts():
        whole = states_of.filter(pl.col("station") == row["station"])[row["state"]]
        assert row["time [%]"] <= whole[0] + 0.01
    order = tables["stores"].frame.filter(pl.col("figure") == "batch of a colour")
    batch = cases[0].result.sequences.filter(pl.col("store") == "PBS")["batch"].to_list()
    assert order.select("before", "behind").row(0) == tuple(batch)


def test_panels_stand_apart_and_in_the_order_of_the_flow() -> None:
    flow = flow_of(three_lines())
    titles = [panel.title for panel in flow.panels]
    assert sorted(titles) == sorted(
        ["white", "bank", "bank c", "paint", "axle"]
        + [f"{shop} {one}" for shop in ("body", "trim") for one in "abc"]
    )
    ranks = {panel.title: panel.rank for panel in flow.panels}
    for a, b, _ in flow.links:
        assert flow.panels[a].rank < flow.panels[b].rank
    assert ranks["axle"] == ranks["trim c"] - 1
    assert [(titles[a], titles[b]) for a, b, parts in flow.links if parts] == [("axle", "trim c")]
    spots = spots_of(flow, lambda _: 100.0, lambda panel: 20.0 * len(panel.groups))
    for a, b in combinations(spots, 2):
        beside = a.x + a.width <= b.x or b.x + b.width <= a.x
        assert beside or a.y + a.height <= b.y or b.y + b.height <= a.y


def test_a_way_back_to_a_shop_leaves_the_columns_as_they_are() -> None:
    given = Input.from_plant(
        Plant(
            (
                Station(name="coat", shop="paint", to="trim", cycle=fixed(1)),
                Station(
                    name="trim",
                    shop="trim",
                    to=Split((OUT, "coat"), shares=(0.9, 0.1)),
                    cycle=fixed(1),
                ),
            )
        ),
        3,
    )
    assert [panel.rank for panel in flow_of(given).panels] == [0, 1]


def test_the_replay_shows_each_car_where_it_is(cases: list[Case], hub: Hub) -> None:
    case = cases[0]
    scene = line_scene(case, hub)
    begin = (case.setting.dates[0] - case.setting.begin.date()).days * 1440.0
    seen = trace(case.given, seed=1, horizon=begin + 1440)
    flow = flow_of(case.given)
    lane_of, place = [], 0
    for lane, one in zip(scene.lanes, flow.groups, strict=True):
        lane_of += [lane.name] * lane.places
        assert lane.places == (one.room or 60)
    names = {node: lane.name for lane, one in zip(scene.lanes, flow.groups, strict=True)
             for node in one.nodes}  # fmt: skip
    for minute in (0.004, 333.337, 700.123, 1199.777):
        at: dict[int, str] = {}
        for time, what, item, place in scene.events:
            if time <= minute and place >= 0:
                at[item] = lane_of[place]
            elif time <= minute and what in (LEAVES, USED):
                del at[item]
        now = begin + minute
        here = seen.filter(
            pl.col("entered") <= now, pl.col("left").is_null() | (pl.col("left") > now)
        )
        told = Counter(names[node] for node in here["node"])
        assert Counter(at.values()) == told
    kinds = Counter(what for time, what, _, _ in scene.events if time > 0)
    gone = seen.filter(~pl.col("part"), pl.col("left").is_between(begin, begin + 1440))
    last = gone.group_by("order").agg(pl.col("left").max())
    later = seen.filter(~pl.col("part"), pl.col("left").is_null())["order"]
    assert kinds[LEAVES] == last.filter(~pl.col("order").is_in(later.implode())).height
    assert f"{kinds[COMES]:,} cars come, {kinds[LEAVES]:,} leave" in scene.subtitle


def test_the_flow_is_watched_in_a_browser(
    cases: list[Case], hub: Hub, chromium: str, tmp_path: Path
) -> None:
    path = tmp_path / "replay.html"
    path.write_text(line_replay(cases[0], hub), encoding="utf-8")
    scene = line_scene(cases[0], hub)
    text = opened(chromium, path, "#at=700.5")
    inside = sum(
        (what == COMES) - (what == LEAVES) for time, what, _, _ in scene.events if time <= 700.5
    )
    first = {item for time, what, item, _ in scene.events if what == COMES}
    assert first
    assert re.search(rf'data-inside="{inside}"', text)
    assert "comes to" in text
