"""Pictures of the yard: what they show is what the plan says."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sinho.report.replay import CALLED, LEAVES
from sinho.report.yard import loading_replay, yard_map, yard_replay
from sinho.report.yard.loading import loading_scene
from sinho.report.yard.replay import yard_scene
from sinho.results import YardPlan
from sinho.ship.yard import Params as YardParams
from sinho.ship.yard import solve as solve_yard
from sinho.testing import generate_yard
from tests.report.test_pages import opened
from tests.ship.decks.plant import deck, stowed, voyage
from tests.ship.yard.yards import START, hour, yard


@pytest.fixture(scope="module")
def plan() -> YardPlan:
    """Return the plan of a small yard that is nearly full."""
    data = generate_yard(120, days=6, fill=0.95, lanes=2, through=0.3)
    return solve_yard(data, YardParams(rounds=100))


def test_the_map_draws_each_car_once_and_each_row(plan: YardPlan) -> None:
    drawn = yard_map(plan)
    ElementTree.fromstring(drawn)
    stands = plan.standing(plan.fullest).height
    places = plan.rows["places"].sum()
    assert f"{stands:,} of {places:,} places taken" in drawn
    cars = re.findall(r'<path d="([^"]+)" fill="#[0-9a-f]{6}" fill-opacity', drawn)
    assert sum(piece.count("z") for piece in cars) == stands
    assert len(re.findall(r"<title>A\d+ row \d+, \d+ places: ", drawn)) == plan.rows.height


def test_the_fullest_moment_is_that_at_which_most_stand(plan: YardPlan) -> None:
    assert plan.standing(plan.fullest).height >= 0.9 * plan.peak


def test_a_dot_marks_who_is_moved_later_and_a_missing_line_an_open_end() -> None:
    plan = solve_yard(yard([(0, 5), (1, 9)], [(2, 1)]))
    assert 'stroke-linecap="round"' in yard_map(plan, hour(2))
    assert 'stroke-linecap="round"' not in yard_map(plan, hour(6))
    through = solve_yard(yard([(0, 5), (1, 9)], [(2, 2)]))
    walls = [re.search(r'<path d="([^"]+)" fill="none"', yard_map(one)) for one in (plan, through)]
    assert [wall is not None and "h" in wall[1] for wall in walls] == [True, False]


def test_names_are_safe_and_an_empty_yard_is_drawn() -> None:
    named = solve_yard(yard([(0, 5)], [(1, 1)], voyage=["<b>&"]))
    assert "<b>" not in yard_map(named, hour(1))
    assert "0 of 1 places taken (0%)" in yard_map(solve_yard(yard([], [(1, 1)])))
    assert "1 car without a place" in yard_map(solve_yard(yard([(0, 5)], [])), hour(1))


def test_the_scene_of_a_day_ends_as_the_plan_stands_then(plan: YardPlan) -> None:
    first = plan.start.date() + dt.timedelta(days=2)
    scene = yard_scene(plan, first)
    at: dict[int, int] = {}
    for _, what, item, place in scene.events:
        if what == LEAVES:
            at.pop(item, None)
        elif what != CALLED and place >= 0:
            assert place not in at.values(), "two cars in one place"
            at[item] = place
    spots = [
        f"{lane.name} place {place}" for lane in scene.lanes for place in range(1, lane.places + 1)
    ]
    shown = {scene.items[item][0]: spots[place] for item, place in at.items()}
    end = dt.datetime.combine(first, dt.time()) + dt.timedelta(days=1)
    expected = {
        row["car"]: f"{row['area']} row {row['row']} place {row['place']}"
        for row in plan.standing(end).iter_rows(named=True)
    }
    assert shown == expected


def test_a_loading_is_watched_drive_by_drive_and_ends_empty() -> None:
    cars = [(port, 1500.0) for port in "PQRPQR"]
    plan = stowed(voyage([deck("1", 40), deck("2", 40, "1")], cars))
    scene = loading_scene(plan)
    at: dict[int, int] = {}
    most = 0
    for _, what, item, place in scene.events:
        at.pop(item, None)
        if what != LEAVES and place >= 0:
            assert place not in at.values(), "two cars in one place"
            at[item] = place
        most = max(most, len(at))
    assert (most, at) == (plan.places.height, {})
    assert f"{plan.places.height} cars from Busan to P, Q, R" in loading_replay(plan)


def test_a_page_to_watch_loads_nothing_and_cannot_be_broken_by_names() -> None:
    named = solve_yard(yard([(0, 5), (1, 9)], [(2, 1)], voyage=["</script><b>", "W"]))
    text = yard_replay(named)
    assert "</script><b>" not in text
    assert re.findall(r"""(?:src|href)=["'][^#]""", text) == []
    assert "default-src 'none'" in text


@pytest.mark.browser
def test_a_browser_plays_the_day(chromium: str, tmp_path: Path) -> None:
    watched = solve_yard(yard([(0, 5), (1, 9), (30, 31)], [(2, 1)]))
    page = tmp_path / "yard.html"
    page.write_text(yard_replay(watched, START.date()), encoding="utf-8")
    for minute, inside, moved in ((90, 2, 0), (301, 1, 1), (600, 0, 1)):
        shown = opened(chromium, page, f"#at={minute}")
        assert f'data-inside="{inside}"' in shown
        assert f'data-moved="{moved}"' in shown
        assert 'data-ready="yes"' in shown
