"""What a run shows and writes of the way of its cars to the sea."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from sinho.report.pictures import draw
from sinho.report.ship import messages_of, read_message
from sinho.run.days import DayRun
from sinho.run.report.page import run_page
from sinho.run.report.sea import said, sea_charts, sea_section, shipped, write_sea
from sinho.run.report.tables import run_tables
from sinho.ship import YardParams, plan_yards
from sinho.testing import generate_yard


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
