"""Runs whose days are simulated before their cars are given voyages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.errors import DataError
from sinho.hub import Hub
from sinho.run.days import DayRun, read_run, resume_run, run_days
from sinho.run.demonstrated import read_demonstrated
from sinho.run.params import RunParams
from sinho.run.simulation import simulate, write_simulation
from sinho.run.stages import ship_given, simulate_given
from sinho.run.trace import trace_order
from sinho.simulate import Input, Params, Station
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


@pytest.fixture(scope="module")
def stopping(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulation of the hub whose assembly is available for nine tenths of its time."""
    cases = simulate(
        lambda changes, _: Input.from_hub(halting(), 3, what_if=changes), [], Params(replications=9)
    )
    out = tmp_path_factory.mktemp("sims") / "sim"
    write_simulation(cases, halting(), out, run=False)
    return out


def halting() -> Hub:
    shops = line_hub()["shops"].to_dicts()
    return line_hub(shops=[{**shops[0], "availability": 0.9}, *shops[1:]])


@pytest.fixture(scope="module")
def held(no_pages: None, stopping: Path, tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    more = {"simulation": str(stopping), "chance": "80%", "iterations": 500}
    asked = parameters(days=3, slot_iterations=2000, **more)
    return run_days(halting(), asked, tmp_path_factory.mktemp("runs") / "held")


def test_days_are_filled_with_what_they_hold(held: DayRun, stopping: Path) -> None:
    mean = read_demonstrated(stopping, halting()).rates
    some = read_demonstrated(stopping, halting(), 0.8).rates
    (usual,), (rate,) = mean["rate"].to_list(), some["rate"].to_list()
    assert 0 < rate < usual < 2.5
    shares = json.loads((stopping / "simulation.json").read_text(encoding="utf-8"))["day_shares"]
    ((_, days),) = shares.items()
    assert len(days) == 27
    assert sum(share >= rate / usual - 1e-9 for share in days) >= 0.8 * 27
    (row,) = held.demonstrated["rates"]
    assert row["availability"] == 0.9
    assert row["demonstrated"] == pytest.approx(rate)
    capacity = held.days["capacity"] / held.days["hours"]
    assert capacity.to_list() == pytest.approx([rate] * held.days.height)
    assert (held.slots.days["load"] <= held.slots.days["capacity"] + 1e-9).all()
    assert held.basis == "demonstrated"
    assert read_run(held.folder).demonstrated == held.demonstrated


def test_its_days_are_simulated_with_the_stops_of_the_hub(held: DayRun) -> None:
    (station,) = [
        node
        for node in simulate_given(held).plant.nodes
        if isinstance(node, Station) and node.name == "assembly"
    ]
    (stop,) = station.stops
    up, repair = stop.up.average, stop.repair.average
    assert up / (up + repair) == pytest.approx(0.9)


def test_a_chance_is_of_a_simulation_with_days_enough(stopping: Path) -> None:
    for more, told in (
        ({"chance": "90%"}, "it is of the days of a simulation"),
        ({"chance": "120%"}, "above 0 and below 1"),
        ({"chance": "much"}, "above 0 and below 1"),
    ):
        with pytest.raises(DataError, match=told):
            parameters(**more)
    assert parameters(chance="90%", simulation=str(stopping)).chance == 0.9
    with pytest.raises(DataError, match=r"27 simulated days cannot tell.*Give 96\.3% at most"):
        read_demonstrated(stopping, halting(), 0.97)
    assert "chance" not in RunParams.load({"first": "2026-01"}).record()


def test_a_trace_tells_when_a_car_leaves_the_line(simulated: DayRun) -> None:
    order = simulated.cars["order"][0]
    told = dict(trace_order(simulated, order).lines())["line-off"]
    assert told.startswith("simulated 3 times: 10 % by 2026-0")
    assert "in time for the day wanted" in told
    record = trace_order(simulated, order).record()
    assert record["line_off"]["p_due"] == simulated.line_off.filter(order=order)["p_due"][0]


def test_the_report_has_a_page_of_the_line(simulated: DayRun, pages: None, tmp_path: Path) -> None:
    from sinho.run.report import write_run_pages

    files = write_run_pages(simulated, tmp_path)
    assert files.keys() >= {"simulation", "replay"}
    text = files["report"].read_text(encoding="utf-8")
    assert '<a href="simulation.html">The line, simulated</a>' in text
    assert "orders leave the line in time for the day wanted" in text
    assert "Orders in time" in files["simulation"].read_text(encoding="utf-8")


def test_what_ifs_of_a_run_meet_the_same_cars_and_have_paired_chances(simulated: DayRun) -> None:
    base = simulate_given(simulated)
    slower = simulate_given(simulated, what_if=["assembly.cycle=+60%"])
    assert base.cars.equals(slower.cars)
    out = CliRunner().invoke(
        app,
        [
            *("simulate", str(simulated.folder), "--replications", "3", "--json"),
            *("--what-if", "assembly.cycle=+60%"),
        ],
    )
    first, second = json.loads(out.stdout)["what_if"]
    assert first["due_more"] is None
    assert second["due_more"] == pytest.approx(second["p_due"] - first["p_due"])
    assert second["due_low"] <= second["due_more"] <= second["due_high"]
