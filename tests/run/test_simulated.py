"""Runs whose days are simulated before their cars are given voyages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.run.days import DayRun, read_run, resume_run, run_days
from sinho.run.stages import ship_given
from tests.run.line import line_hub
from tests.run.small import parameters

pytestmark = pytest.mark.usefixtures("no_pages")


@pytest.fixture(scope="module")
def simulated(no_pages: None, hub_path: Path, tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    """Three days, sequenced in a moment."""
    asked = parameters(hub_path, days=3, iterations=500, slot_iterations=2000, simulate=3)
    return run_days(line_hub(), asked, tmp_path_factory.mktemp("runs") / "simulated")


def test_every_order_with_a_day_has_a_time_and_chances(simulated: DayRun) -> None:
    assert simulated.simulation is not None
    assert simulated.line_off is not None
    assert simulated.chances is not None
    built = simulated.slots.slots.drop_nulls("date")
    assert sorted(simulated.line_off["order"]) == sorted(built["order"])
    assert simulated.simulation.replications == simulated.stages["simulate"]["replications"] == 3
    at_last = simulated.chances.group_by("order").agg(pl.col("chance").max())
    assert (at_last["chance"] == 1).all()
    written = pl.read_csv(simulated.folder / "line_off.csv")
    assert written["order"].to_list() == simulated.line_off["order"].to_list()


def test_shipping_knows_the_chances(simulated: DayRun) -> None:
    given = ship_given(simulated)
    assert given.chance is not None
    assert simulated.chances is not None
    assert given.chance.height == simulated.chances.height
    lead = int(simulated.hub.slotting["lead_days"])
    days = (given.chance["date"] - simulated.chances["date"]).dt.total_days()
    assert set(days) == {lead}
    assert simulated.ship is not None


def test_it_is_gone_on_with_byte_for_byte(simulated: DayRun, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(simulated.folder, again)
    kept = {path.name: path.read_bytes() for path in (again / "stages" / "simulate").iterdir()}
    shutil.rmtree(again / "stages" / "simulate")
    found = resume_run(again, hub=line_hub())
    there = {path.name: path.read_bytes() for path in (again / "stages" / "simulate").iterdir()}
    assert there == kept
    assert found.line_off is not None
    assert read_run(again).line_off is not None
    assert found.line_off.equals(simulated.line_off)


def test_a_run_that_is_not_simulated_records_nothing_of_it(made: DayRun) -> None:
    record = json.loads((made.folder / "run.json").read_text(encoding="utf-8"))
    assert "simulate" not in str(record)
    assert (made.simulation, made.line_off, made.chances) == (None, None, None)
    assert ship_given(made).chance is None


def test_it_is_asked_for_by_an_option(hub_path: Path, tmp_path: Path) -> None:
    words = ["run", hub_path, "--from", "2026-02-02", "--days", "1", "--iterations", "200"]
    words += ["--slot-iterations", "500", "--out", tmp_path / "run", "--simulate"]
    result = CliRunner().invoke(app, [str(word) for word in (*words, "2")], prog_name="sinho")
    assert result.exit_code == 0, result.output
    assert "share of orders in time" in result.output
    assert CliRunner().invoke(app, [str(word) for word in (*words, "0")]).exit_code == 2
