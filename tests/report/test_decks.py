"""Pictures of decks, the loading list and the loading to watch: what they show is the plan."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pytest

from sinho.report.decks import deck_picture, deck_pictures, loading_replay, write_loading_list
from sinho.report.decks.picture import port_colors
from sinho.report.decks.replay import loading_scene
from sinho.report.drawing import ink_on
from sinho.results import DeckPlan
from tests.report.test_pages import opened
from tests.ship.decks.plant import deck, stowed, voyage


@pytest.fixture(scope="module")
def plan() -> DeckPlan:
    """Return a stowage in which a car is put off for others, and one has no place."""
    decks = [deck("1", 32), deck("2", 16, "1", height=1600.0)]
    cars = [("R", 1900)] * 4 + [("P", 1500), ("Q", 1500), ("Q", 2500)]
    made = stowed(voyage(decks, cars, assumed=("decks weigh nothing",)))
    assert (made.move_count, made.left.height) == (4, 1)
    return made


def test_a_deck_is_drawn_with_each_of_its_cars(plan: DeckPlan) -> None:
    drawn = deck_pictures(plan)
    assert list(drawn) == ["1", "2"]
    for name, picture in drawn.items():
        ElementTree.fromstring(picture)
        own = plan.places.filter(pl.col("deck") == name)
        for car, lane, place, loaded in own.select("car", "lane", "place", "loaded").iter_rows():
            said = f"lane {lane}, place {place}, loaded as number {loaded}"
            assert re.search(rf"<title>{car}, A for [PQR]: {said}</title>", picture)
        pieces = re.findall(r'<path d="([^"]+)" fill="#', picture)
        assert sum(piece.count("z") for piece in pieces) == own.height
    assert "4 cars on 32 of 32 m² (100%), 4.0 t" in drawn["1"]
    assert "way to 2" in drawn["1"]
    assert "ramp to deck 1" in drawn["2"]
    dots = re.findall(r'<path d="([^"]+)" stroke="#1d2733"', drawn["1"])
    assert sum(dot.count("M") for dot in dots) == 2
    with pytest.raises(ValueError, match="no deck '9'"):
        deck_picture(plan, "9")


def test_the_loading_list_has_a_sheet_for_each_deck(plan: DeckPlan, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_loading_list(plan, tmp_path / "list.xlsx"))
    sheets = ["decks", "deck 1", "deck 2", "order", "discharge", "balance"]
    assert book.sheetnames == [*sheets, "without a place", "assumed"]
    for name in ("1", "2"):
        rows = list(book[f"deck {name}"].iter_rows(values_only=True))
        assert rows[0][:7] == ("loaded", "lane", "place", "car", "model", "market", "port")
        own = plan.places.filter(pl.col("deck") == name)
        told = own.select("loaded", "lane", "place", "car", "model", "market", "port").rows()
        assert [row[:7] for row in rows[1:]] == told
    assert [row[0].value for row in book["order"].iter_rows(min_row=2)] == [1, 2, 3, 4, 5, 6]
    kinds = [row[2].value for row in book["discharge"].iter_rows(min_row=2)]
    assert kinds.count("put off") == kinds.count("put back") == 4
    assert book["without a place"]["A2"].value == "c6"
    assert book["assumed"]["A2"].value == "decks weigh nothing"


def test_a_deck_without_cars_says_so(tmp_path: Path) -> None:
    made = stowed(voyage([deck("1", 32), deck("2", 16, "1")], [("P", 1500)]))
    (empty,) = made.decks.filter(pl.col("cars") == 0)["deck"]
    book = openpyxl.load_workbook(write_loading_list(made, tmp_path / "list.xlsx"))
    assert book.sheetnames[:3] == ["decks", "deck 1", "deck 2"]
    told = list(book[f"deck {empty}"].iter_rows(values_only=True))
    assert told == [(f"deck {empty}",), ("no car stands here",)]


def test_numbers_are_dark_on_light_colours(plan: DeckPlan) -> None:
    ports = port_colors(plan)
    assert {ink_on(color) for color in ports.values()} == {"#ffffff", "#1d2733"}
    for name, picture in deck_pictures(plan).items():
        own = plan.places.filter(pl.col("deck") == name)
        for port, loaded in own.select("port", "loaded").iter_rows():
            (ink,) = re.findall(rf'fill="([^"]+)">{loaded}</text>', picture)
            assert ink == ink_on(ports[port])


def test_the_loading_is_watched_step_by_step(plan: DeckPlan, chromium: str, tmp_path: Path) -> None:
    scene = loading_scene(plan)
    assert len(scene.events) == plan.moves.height
    assert len(scene.items) == plan.places.height
    page = tmp_path / "loading.html"
    page.write_text(loading_replay(plan), encoding="utf-8")
    text = opened(chromium, page, "#at=6")
    assert "Loading of V" in text
