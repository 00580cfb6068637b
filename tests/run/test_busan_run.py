"""The demonstration's run, on few moves: days of Busan with the Polestar 4, 20 in the long form."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from sinho.hub import read_hub
from sinho.materials import Params
from sinho.run import example_path
from sinho.run.days import DayRun, run_days
from sinho.run.trace import trace_order
from tests.budget import LONG
from tests.run.small import parameters

pytestmark = pytest.mark.slow

DAYS = 20 if LONG else 8


@pytest.fixture(scope="module")
def busan(tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    path = example_path("busan")
    asked = parameters(
        path,
        scenario="polestar4",
        first="2026-03-01",
        days=DAYS,
        iterations=50_000 if LONG else 5_000,
        slot_iterations=None if LONG else 50_000,
    )
    with pytest.MonkeyPatch.context() as patch:
        if not LONG:
            brief = classmethod(lambda kind, hub: kind(moves=500, nodes=20))
            patch.setattr(Params, "from_hub", brief)
        return run_days(read_hub(path), asked, tmp_path_factory.mktemp("busan"))


def test_every_order_is_slotted_once_and_none_is_lost(busan: DayRun) -> None:
    bank = busan.orders.table["order"]
    built = Counter(car for sequence in busan.sequences.values() for car in sequence.order)
    assert set(built) == set(bank.to_list())
    assert set(built.values()) == {1}
    models = busan.due.group_by("model").agg(pl.col("asked").sum(), pl.col("orders").sum())
    assert ((models["asked"] - models["orders"]).abs() < 1).all()


def test_every_sequence_keeps_its_hard_rules(busan: DayRun) -> None:
    assert len(busan.sequences) == DAYS
    assert all(sequence.score.feasible for sequence in busan.sequences.values())


def test_no_day_is_fuller_than_the_line_can_build(busan: DayRun) -> None:
    days = busan.slots.days
    assert ((days["capacity"] - days["load"]) > -1e-6).all()
    assert busan.slots.broken == 0


def test_the_report_shows_a_brands_slots_and_campaigns(busan: DayRun) -> None:
    assert {f"pictures/{name}.svg" for name in ("share", "campaigns", "levels")} <= {*busan.files}


def test_every_export_car_is_on_a_voyage_or_has_its_cause(busan: DayRun) -> None:
    assert busan.ship is not None
    cars = busan.ship.cars.filter(pl.col("origin") == "run")
    routes = busan.hub["markets"].select("market", "route")
    sea = busan.orders.table.join(routes, on="market").filter(pl.col("route") == "overseas")
    built = sea.join(busan.slots.slots.drop_nulls("date").select("order"), on="order")
    assert sorted(cars["car"]) == sorted(built["order"])
    assert cars.filter(pl.col("vessel").is_null() & pl.col("cause").is_null()).is_empty()


def test_a_car_is_followed_through_the_yards_to_its_place_on_board(busan: DayRun) -> None:
    assert busan.ship is not None
    vessel, deck = next(iter(busan.decks.items()))
    order = next(car for car in deck.places["car"] if car in set(busan.orders.table["order"]))
    followed = trace_order(busan, order)
    said = [heading for heading, _ in followed.lines() if heading]
    assert said[-3:] == ["yard", "ship", "deck"]
    assert followed.ship["vessel"] == vessel
    plant, port = followed.yards
    assert plant["site"] == "plant"
    assert plant["leaves"] <= port["enters"] < port["leaves"]
    assert port["leaves"].date() <= followed.ship["leaves"]
    own = deck.places.row(by_predicate=pl.col("car") == order, named=True)
    assert (followed.deck["deck"], followed.deck["loaded"]) == (own["deck"], own["loaded"])
    assert followed.record()["deck"]["of"] == deck.places.height


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="takes minutes")
def test_the_demonstration_ends_with_it(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "sinho", "demo", "--out", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    assert "Every sequence keeps its hard rules" in done.stdout
    assert "why that day" in done.stdout
    assert (tmp_path / "run" / "report.html").is_file()
