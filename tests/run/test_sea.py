"""What a run shows and writes of the way of its cars to the sea."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import fields, replace
from pathlib import Path
from urllib.parse import unquote

import polars as pl
import pytest

from sinho.hub import hub_from_tables
from sinho.report.pictures import draw
from sinho.report.ship import messages_of, read_message
from sinho.report.yard import yard_map, yard_replay
from sinho.run.days import DayRun
from sinho.run.keep import save
from sinho.run.report.page import run_page
from sinho.run.report.sea import said, sea_charts, sea_section, shipped, write_sea
from sinho.run.report.tables import run_tables
from sinho.run.sea import sea_kept, sea_planned
from sinho.ship import Input, yard
from sinho.ship.yard import Params as YardParams
from sinho.ship.yard import plan_yards
from sinho.testing import generate_yard
from tests.report.test_ship import FEW
from tests.ship.plant import sea_tables


@pytest.fixture(scope="module")
def yarded(made: DayRun) -> DayRun:
    """The small run with a yard of which the name is no plain one."""
    yards = plan_yards({"Pier <1>/2": generate_yard(60, days=4)}, YardParams(rounds=20))
    return replace(made, yards=yards)


def test_a_run_with_voyages_shows_and_writes_how_its_cars_leave(made: DayRun) -> None:
    sea = shipped(made)
    assert sea is not None
    page = (made.folder / "report.html").read_text(encoding="utf-8")
    assert '<a href="#sea">To the sea</a>' in page
    for sentence in said(sea):
        assert html.escape(sentence) in page
    for name in ("ship", "pictures/voyages.png", "pictures/fill.svg", "pictures/dwell.svg"):
        assert made.files[name].is_file()
    for name, frame in messages_of(sea).items():
        for ending in ("csv", "json"):
            path = made.folder / "messages" / f"{name}.{ending}"
            assert read_message(path).equals(frame)
    sent = messages_of(sea)["dispatch-advice"]
    vins = dict(made.orders.table.select("order", "vin").iter_rows())
    assert all(vins[car] == vin for car, vin in sent.select("car", "vin").iter_rows())


def test_a_run_without_voyages_says_nothing_of_the_sea(made: DayRun) -> None:
    home = replace(made, ship=None)
    page = run_page(home, {}, run_tables(home), {}, {}, {})
    assert "To the sea" not in page
    assert ".yard" not in page.split("</style>")[0].split("</title>")[1]
    assert sea_charts(home) == {}


def test_yards_have_their_map_and_a_replay_beside_the_page(yarded: DayRun, tmp_path: Path) -> None:
    sea = shipped(yarded)
    assert sea is not None
    files = write_sea(sea, tmp_path)
    assert {name for name in files if "yard" in name} == {
        "pictures/yard Pier %3C1%3E%2F2.svg",
        "pictures/yard Pier %3C1%3E%2F2.png",
        "replays/yard Pier %3C1%3E%2F2.html",
    }
    charts = sea_charts(yarded)
    section = sea_section(sea, charts, draw(charts.values()))
    assert "<1>" not in section
    assert section.count('<figure class="yard"') == 1
    (link,) = re.findall(r'href="(replays/[^"]+)"', section)
    assert (tmp_path / unquote(html.unescape(link))).is_file()


def test_the_sentences_count_what_the_map_shows(yarded: DayRun) -> None:
    sea = shipped(yarded)
    assert sea is not None
    (yard,) = yarded.yards.values()
    stands = yard.standing(yard.fullest).height
    assert f"{stands:,} of {yard.rows['places'].sum():,} places are taken" in said(sea)[-1]
    cars = sea.plan.cars
    assert said(sea)[0].startswith(f"{cars.height:,} cars go overseas: ")
    assert ("No car misses its ship." in said(sea)) == (sea.plan.missed == 0)


def test_yards_and_decks_are_read_as_they_were_kept(tmp_path: Path) -> None:
    hub = hub_from_tables(sea_tables(demand=[{**FEW[0], "units": 20}]))
    made = sea_planned(hub, Input.from_hub(hub), 1, lambda _: None)
    assert {name.split()[0] for name in made} == {"ship", "yard", "deck"}
    save(tmp_path / "ship", made)
    kept = sea_kept(tmp_path / "ship")
    assert list(kept["yards"]) == ["plant", "Busan"]
    assert kept["decks"]
    results = {"ship": kept["ship"]}
    results |= {f"yard {site}": yard for site, yard in kept["yards"].items()}
    results |= {f"deck {vessel}": deck for vessel, deck in kept["decks"].items()}
    assert list(results) == list(made)
    for name, one in results.items():
        for part in fields(one):
            was, now = getattr(made[name], part.name), getattr(one, part.name)
            if part.name != "seconds":
                assert now.equals(was) if hasattr(was, "equals") else now == was, (name, part.name)
    assert sea_kept(tmp_path / "none") == {}


def test_yards_kept_before_hours_outside_were_counted_are_shown(tmp_path: Path) -> None:
    # one place for two cars at a time: the second stands outside until both leave
    moments = [dt.datetime(2026, 1, 5, hour) for hour in (6, 7, 9)]
    data = yard.Input.from_tables(
        pl.DataFrame(
            {
                "car": ["a", "b"],
                "length": [4500.0] * 2,
                "ready": moments[:2],
                "leave": [moments[2]] * 2,
            }
        ),
        pl.DataFrame({"area": ["A"], "row": [1], "places": [1]}),
    )
    now = yard.solve(data)
    assert sorted(now.places["outside"]) in ([0.0, 2.0], [0.0, 3.0])
    old = replace(now, places=now.places.drop("outside"))
    hub = hub_from_tables(sea_tables(demand=[{**FEW[0], "units": 20}]))
    plan = sea_planned(hub, Input.from_hub(hub), 1, lambda _: None)
    save(tmp_path / "ship", {"ship": plan["ship"], "yard plant": old})
    back = sea_kept(tmp_path / "ship")["yards"]["plant"]
    assert back.places.equals(now.places)
    assert yard_map(back) == yard_map(now)
    assert yard_replay(back) == yard_replay(now)
    assert back.summary()["outside_hours"] == now.summary()["outside_hours"]
    for car in ("a", "b"):
        assert yard.explain(back, car) == yard.explain(now, car)
