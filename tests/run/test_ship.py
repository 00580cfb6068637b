"""The voyages of a run: kept, told, and planned again where a voyage is late or cancelled."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from sinho import ship_cars
from sinho.hub import write_hub
from sinho.run.days import DayRun, read_run, run_days
from sinho.run.stages import ship_given
from sinho.run.trace import trace_order
from tests.run.line import line_hub
from tests.run.small import cars_alone, parameters
from tests.run.test_commands import typed


@pytest.fixture(scope="module")
def voyage(made: DayRun) -> str:
    """The voyage of the run that most cars take."""
    assert made.ship is not None
    return str(made.ship.voyages.sort("cars", descending=True)["vessel"][0])


@pytest.fixture(scope="module")
def yarded(tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    """A run whose cars wait in a yard of the plant."""
    areas = [{"area": name, "rows": 8, "places": 8} for name in ("east", "west")]
    out = tmp_path_factory.mktemp("yarded") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sinho.run.report.write_run_pages", cars_alone)
        return run_days(line_hub(yard_areas=areas), parameters(iterations=200), out)


def test_every_car_for_a_market_overseas_is_in_the_plan_of_voyages(made: DayRun) -> None:
    assert made.ship is not None
    overseas = made.hub["markets"].filter(pl.col("route") == "overseas")["market"].implode()
    own = made.orders.table.filter(pl.col("market").is_in(overseas))
    built = made.slots.slots.drop_nulls("date").join(own, on="order", how="semi")
    cars = made.ship.cars.filter(pl.col("origin") == "run")
    assert set(cars["car"]) == set(built["order"])
    assert cars.filter(pl.col("cause").is_null() & (pl.col("way") == "stays")).is_empty()


def test_the_plan_of_voyages_is_read_as_it_was_kept(made: DayRun) -> None:
    again = read_run(made.folder).ship
    assert made.ship is not None
    assert again is not None
    assert again.cars.equals(made.ship.cars)
    assert again.voyages.equals(made.ship.voyages)
    assert again.summary() | {"seconds": 0} == made.ship.summary() | {"seconds": 0}


def test_a_trace_goes_on_to_the_port_of_discharge(made: DayRun, voyage: str) -> None:
    assert made.ship is not None
    car = made.ship.cars.filter(pl.col("vessel") == voyage).row(0, named=True)
    found = trace_order(made, car["car"])
    assert found.ship["vessel"] == voyage
    head, text = found.lines()[-1]
    assert f"leaves with {voyage} on {car['leaves']}" in found.ship["text"][0]
    assert (head, text)[1] == found.ship["text"][-1]
    assert found.record()["ship"]["arrives"] == car["arrives"]
    home = made.orders.table.filter(~pl.col("order").is_in(made.ship.cars["car"].implode()))
    assert "ship" not in trace_order(made, home["order"][0]).record()


def test_the_command_lists_voyages_and_writes_the_booking(
    made: DayRun, voyage: str, tmp_path: Path
) -> None:
    out = tmp_path / "booking.csv"
    result = typed("ship", made.folder, "--out", out)
    assert result.exit_code == 0, result.output
    assert "cars go overseas" in result.stdout
    assert voyage in result.stdout
    assert made.ship is not None
    assert pl.read_csv(out).height == made.ship.cars.height
    again = typed("ship", made.folder, "--out", out)
    assert again.exit_code == 5
    assert "--force" in again.output
    found = json.loads(typed("ship", made.folder, "--json", "--no-lift").stdout)
    assert found["cars"] == made.ship.cars.height
    assert [row["vessel"] for row in found["voyages"]] == made.ship.voyages["vessel"].to_list()


def test_the_command_writes_all_lists_with_yards_and_decks(
    made: DayRun, voyage: str, tmp_path: Path
) -> None:
    assert made.ship is not None
    book, folder = tmp_path / "sea.xlsx", tmp_path / "sea"
    result = typed("ship", made.folder, "--late", voyage, "--no-lift", "--out", book)
    assert result.exit_code == 0, result.output
    assert "booking list" in load_workbook(book).sheetnames
    result = typed("ship", made.folder, "--no-lift", "--out", folder)
    assert result.exit_code == 0, result.output
    for name in ("ship.xlsx", "messages/dispatch-advice.csv"):
        assert (folder / name).is_file()
        assert name in result.output.replace("\n", "")
    named = pl.read_csv(folder / "messages" / "dispatch-advice.csv")["ConsignmentItem.ID"]
    cars = made.orders.table.select(pl.coalesce("vin", "order"))
    assert set(named) & set(cars.to_series())
    assert typed("ship", made.folder, "--out", folder).exit_code == 5
    own = typed("ship", made.folder, "--out", made.folder, "--force")
    assert own.exit_code == 5
    assert "is a run" in own.output


def test_the_command_answers_for_a_car_and_a_voyage(made: DayRun, voyage: str) -> None:
    assert "departs on" in typed("ship", made.folder, voyage).stdout
    assert typed("why", made.folder, voyage).stdout == typed("ship", made.folder, voyage).stdout
    assert made.ship is not None
    car = made.ship.cars.filter(pl.col("vessel") == voyage)["car"][0]
    assert f"leaves with {voyage}" in typed("why", made.folder, car).stdout.replace("\n", " ")
    unknown = typed("ship", made.folder, "nothing")
    assert unknown.exit_code == 3
    assert "no such car or voyage" in unknown.output


@pytest.mark.parametrize("option", ["--late", "--cancelled"])
def test_voyages_late_and_cancelled_are_planned_again(
    made: DayRun, voyage: str, option: str
) -> None:
    more = ("--days", 3) if option == "--late" else ()
    result = typed("ship", made.folder, option, voyage, *more, "--json", "--no-lift")
    found = json.loads(result.stdout)
    assert made.ship is not None
    was = made.ship.cars.filter(pl.col("vessel") == voyage)["car"].to_list()
    moved = {row["car"] for row in found["moved"]}
    if option == "--cancelled":
        assert moved >= set(was)
        assert voyage not in [row["vessel"] for row in found["voyages"]]
    else:
        row = next(row for row in found["voyages"] if row["vessel"] == voyage)
        before = made.ship.voyages.filter(vessel=voyage).row(0, named=True)
        assert row["etd"] > before["etd"].isoformat()
    unknown = typed("ship", made.folder, option, "Nowhere 1")
    assert unknown.exit_code == 3
    assert "no such voyage" in unknown.output


def test_a_hub_alone_ships_its_demand(hub_path: Path, made: DayRun, tmp_path: Path) -> None:
    found = json.loads(typed("ship", hub_path, "--json", "--no-lift").stdout)
    assert found["cars"] > 0
    assert found["voyage"] + found["container"] + found["stays"] == found["cars"]
    bare = tmp_path / "bare"
    tables = {name: frame for name, frame in line_hub().tables.items() if name != "vessels"}
    write_hub(type(made.hub)(tables | {"vessels": line_hub()["vessels"].clear()}), bare)
    refused = typed("ship", bare)
    assert refused.exit_code == 3
    assert "no voyage is listed" in refused.output
    both = typed("ship", made.folder, "--scenario", "base")
    assert both.exit_code == 2


def test_ship_cars_takes_the_cars_of_a_run_or_the_demand(made: DayRun) -> None:
    assert made.ship is not None
    days = made.slots.slots.drop_nulls("date").select("order", "date", "ready")
    cars = made.orders.table.select("order", "model", "market", "wanted").join(days, on="order")
    plan = ship_cars(made.hub, cars, made.params.first)
    assert plan.objective == pytest.approx(made.ship.objective)
    assert ship_cars(made.hub, priorities="cost").levels["level"].to_list() == ["cost"]


def test_cars_leave_the_line_at_the_hours_of_their_places(made: DayRun) -> None:
    off = ship_given(made).line_off
    moments = dict(off.iter_rows())
    for line_day, sequence in made.sequences.items():
        own = [moments[car] for car in sequence.order if car in moments]
        assert own == sorted(own)
        begin, end = (dt.datetime.combine(line_day.date, dt.time()), dt.timedelta(hours=36))
        assert all(begin < moment <= begin + end for moment in own)
    assert off.height == made.ship.cars.filter(origin="run").height  # type: ignore[union-attr]
    needed = made.needs.uses.filter(pl.col("order").is_in(off["car"].implode()))
    last = dict(needed.group_by("order").agg(pl.col("time").max()).iter_rows())
    assert all(moments[car] >= time for car, time in last.items())  # its parts come before


def test_a_voyage_late_moves_few_cars_in_the_yard_and_writes_all_of_it(
    yarded: DayRun, tmp_path: Path
) -> None:
    assert yarded.ship is not None
    assert yarded.yards
    vessel = str(yarded.ship.voyages.sort("cars", descending=True)["vessel"][0])
    folder = tmp_path / "late"
    asked = ("ship", yarded.folder, "--late", vessel, "--days", 3, "--no-lift")
    result = typed(*asked, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "in the yards" in " ".join(result.stdout.split())
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "To the sea" in page
    assert {"ship.xlsx", "messages", "replays", "report.html"} <= {
        path.name for path in folder.iterdir()
    }
    found = json.loads(typed(*asked, "--json").stdout)
    standing = sum(yard.places.height for yard in yarded.yards.values())
    assert len(found["yard"]) < standing / 4
    for row in found["yard"]:
        own = yarded.yards[row["site"]].places.filter(car=row["car"])
        assert row["before"] != row["now"]
        assert own.select(pl.format("{} {}", "area", "row")).item() == row["before"]
