"""The way to the sea for people: what is shown and sent is what the plan says."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.hub import hub_from_tables
from sinho.report.ship import (
    Shipped,
    logistics_kpis,
    messages_of,
    read_message,
    ship_charts,
    ship_tables,
    write_messages,
    write_ship_lists,
)
from sinho.report.ship.charts import deck_fill, waits
from sinho.report.ship.fields import MESSAGES, documented, message
from sinho.report.ship.messages import as_csv, as_json, typed
from sinho.report.ship.tables import bookings, yard_list
from sinho.report.ship.timeline import stock
from sinho.ship import Input, solve
from sinho.ship import decks as deck_door
from sinho.ship import yard as yard_door
from tests.ship import plant

FIRST = dt.date(2026, 1, 5)
FEW = [{"model": "A", "market": "FR", "month": "2026-01", "units": 200}]


@pytest.fixture(scope="module")
def sea() -> Shipped:
    """Return a small plan with yards and decks; cars miss ships, and some go in boxes."""
    stands = plant.row("port_stock", 0, date="2026-01-01", since="2025-12-30")
    hub = hub_from_tables(plant.sea_tables(demand=FEW, **stands))
    plan = solve(Input.from_hub(hub))
    yards = yard_door.plan_yards(yard_door.Input.from_plan(hub, plan), yard_door.Params(rounds=20))
    decks = deck_door.plan_decks(deck_door.Input.from_plan(hub, plan))
    vins = plan.cars.select("car", pl.format("VIN{}", pl.int_range(pl.len())).alias("vin"))
    return Shipped(hub, plan, FIRST, yards, decks, vins)


@pytest.fixture(scope="module")
def bare(sea: Shipped) -> Shipped:
    """Return the same without yards, decks and VINs."""
    return Shipped(sea.hub, sea.plan, FIRST)


def figures(sea: Shipped) -> dict[str, float]:
    return dict(logistics_kpis(sea).select("KPI", "figure").iter_rows())


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def seconds(start: dt.datetime, end: dt.datetime) -> float:
    return (end - start).total_seconds()


def test_times_are_those_of_the_yards(sea: Shipped) -> None:
    found = figures(sea)
    factory = {row["car"]: row for row in sea.yards["plant"].places.to_dicts()}
    port = {row["car"]: row for row in sea.yards["Busan"].places.to_dicts()}
    for name, places in (("plant dwell, mean", factory), ("dwell at Busan, mean", port)):
        stood = [
            seconds(row["enters"], row["leaves"]) / 86400
            for row in places.values()
            if row["leaves"]
        ]
        assert found[name] == pytest.approx(mean(stood))
    way = [
        seconds(row["leaves"], port[car]["enters"]) / 3600
        for car, row in factory.items()
        if row["leaves"] and car in port
    ]
    assert way
    assert found["time to port of exit, mean"] == pytest.approx(mean(way))


def test_times_without_yards_are_those_of_the_plan(bare: Shipped) -> None:
    found = figures(bare)
    gone = [car for car in bare.plan.cars.to_dicts() if car["leaves"]]
    built = [float((car["ready"] - car["built"]).days) for car in gone if car["built"]]
    waited = [float((car["leaves"] - car["ready"]).days) for car in gone]
    sails = [float((car["arrives"] - car["leaves"]).days) for car in gone]
    assert found["time to port of exit, mean"] == pytest.approx(mean(built))
    assert found["dwell at port of exit, mean"] == pytest.approx(mean(waited))
    assert found["shipping lead time, mean"] == pytest.approx(mean(sails))


def test_dates_kept_and_fill_are_those_of_the_plan(sea: Shipped) -> None:
    found, plan = figures(sea), sea.plan
    cars = plan.cars.to_dicts()
    due = [car for car in cars if car["due"]]
    kept = [car for car in due if car["arrives"] and car["arrives"] <= car["due"]]
    assert 0 < len(kept) < len(due)
    assert found["lead-time achievement"] == pytest.approx(100 * len(kept) / len(due))
    in_time = len(cars) - plan.summary()["missed"]
    assert found["cars that make their ship"] == pytest.approx(100 * in_time / len(cars))
    assert found["booked and not used"] == sum(plan.voyages["short"])
    used = [row for row in plan.voyages.to_dicts() if row["cars"]]
    area = sum(row["area"] for row in used) / sum(row["area_room"] for row in used)
    assert found["fill by area"] == pytest.approx(100 * area)
    assert "fill by CEU" not in found  # no voyage names its room in CEU
    for site, yard in sea.yards.items():
        share = 100 * yard.move_count / yard.places.height
        assert found[f"moves in the yard, {site}"] == pytest.approx(share)
        assert found[f"without a place, {site}"] == yard.overflow
    moves = sum(deck.move_count for deck in sea.decks.values())
    assert found["cars put off for others"] == pytest.approx(
        100 * moves / sum(deck.places.height for deck in sea.decks.values())
    )


def test_each_key_figure_has_unit_definition_and_source(sea: Shipped, bare: Shipped) -> None:
    for one in (sea, bare):
        table = logistics_kpis(one)
        assert table.null_count().sum_horizontal()[0] == 0
        assert table["KPI"].n_unique() == table.height
        assert all(text.endswith(".") for text in table["definition"])
        for source in table["source"]:
            assert source == "own definition" or source.startswith("Odette and ECG, core KPIs ")


def test_a_plan_without_cars_has_no_figure_that_divides_by_them(sea: Shipped) -> None:
    hub = hub_from_tables(plant.sea_tables(demand=[{**FEW[0], "units": 0}], port_stock=None))
    none = Shipped(hub, solve(Input.from_hub(hub)), FIRST)
    assert figures(none)["lead-time achievement"] is None
    assert all(chart.spec is None for chart in ship_charts(none).values())
    assert messages_of(none) == {}


def values(spec: Any, *needed: str) -> list[dict[str, Any]]:
    """Return the rows of a chart's data, wherever they stand, that have some columns."""
    if isinstance(spec, dict):
        return [row for value in spec.values() for row in values(value, *needed)]
    if isinstance(spec, list):
        rows = [row for row in spec if isinstance(row, dict) and {*needed} <= {*row}]
        return rows or [row for value in spec for row in values(value, *needed)]
    return []


def test_the_timeline_shows_stock_and_every_voyage(sea: Shipped, bare: Shipped) -> None:
    spec = ship_charts(sea)["voyages"].spec
    shown = {row["vessel"]: row["cars"] for row in values(spec, "vessel", "cutoff")}
    assert shown == dict(sea.used.select("vessel", "cars").iter_rows())
    last = stock(sea).group_by("site", maintain_order=True).agg(pl.col("cars").last())
    ends = {
        site: yard.hours["standing"][-1] + yard.hours["overflow"][-1]
        for site, yard in sea.yards.items()
    }
    assert dict(last.iter_rows()) == ends
    cars = bare.plan.cars
    for day, _, count in stock(bare).iter_rows():
        here = (cars["ready"] <= day) & ~(cars["leaves"] <= day).fill_null(False)
        assert count == here.sum()


def test_fill_of_decks_is_that_of_the_stowage_or_of_the_plan(sea: Shipped, bare: Shipped) -> None:
    for one in (sea, bare):
        decks = deck_fill(one)
        assert decks["cars"].sum() == sea.plan.voyages["cars"].sum()
        assert (decks["area"] <= decks["area_room"] + 1e-6).all()
    assert set(deck_fill(bare)["area_room"]) == {100.0}


def test_dwell_and_missed_count_every_car_once(sea: Shipped) -> None:
    counted = waits(sea)
    for site, yard in sea.yards.items():
        count = counted.filter(pl.col("site") == site)["cars"].sum()
        assert count == yard.places["leaves"].is_not_null().sum()
    rows = values(ship_charts(sea)["missed"].spec, "cause", "cars")
    by_cause: dict[str, int] = {}
    for row in rows:
        by_cause[row["cause"]] = by_cause.get(row["cause"], 0) + row["cars"]
    assert by_cause == sea.plan.summary()["causes"]
    assert ship_tables(sea)["missed"].frame["cars [cars]"].sum() == sea.plan.missed


def test_tables_name_their_units(sea: Shipped) -> None:
    for table in ship_tables(sea).values():
        for name, kind in table.frame.schema.items():
            if kind.is_numeric() and "unit" not in table.frame.columns:
                assert re.search(r"\[.+\]$", name), f"{table.title}: {name}"


def test_the_booking_list_has_each_car_that_leaves_once(sea: Shipped) -> None:
    gone = sea.plan.cars.filter(pl.col("leaves").is_not_null())
    assert set(bookings(sea)["car"]) == set(gone["car"])
    assert bookings(sea).height == gone.height
    assert "container" in set(bookings(sea)["way"])


def test_the_yard_list_by_day_ends_as_the_yard_stands(sea: Shipped) -> None:
    events = yard_list(sea)
    for site, yard in sea.yards.items():
        at: dict[str, tuple[Any, ...]] = {}
        for row in events.filter(pl.col("site") == site).iter_rows(named=True):
            spot = (row["area"], row["row"], row["place"])
            if row["what"] in ("comes", "stands"):
                at[row["car"]] = spot
            elif row["what"] == "is moved":
                assert at[row["car"]] == spot
                at[row["car"]] = (row["to_area"], row["to_row"], row["to_place"])
            else:
                assert at.pop(row["car"]) == spot
        stands = {car: tuple(spot) for car, *spot in yard.standing(yard.end).iter_rows()}
        assert {car: spot for car, spot in at.items() if spot[2] is not None} == stands


def test_the_workbook_has_the_lists(sea: Shipped, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_ship_lists(sea, tmp_path / "ship.xlsx"), read_only=True)
    assert book.sheetnames == [
        "key figures",
        "voyages",
        "cars by voyage and port",
        "booking list",
        "miss their ship",
        "yards by day",
        "yard list plant",
        "yard list Busan",
    ]
    rows = list(book["booking list"].iter_rows(values_only=True))
    assert len(rows) == bookings(sea).height + 1
    assert "length [mm]" in rows[0]


def test_messages_come_back_as_they_were_written(sea: Shipped, tmp_path: Path) -> None:
    said = messages_of(sea)
    assert list(said) == [one.name for one in MESSAGES]
    files = write_messages(sea, tmp_path)
    assert set(files) == {f"{name}{ending}" for name in said for ending in (".csv", ".json")}
    for path in files.values():
        assert read_message(path).equals(said[path.stem])


def test_messages_say_what_the_plan_says(sea: Shipped) -> None:
    said = messages_of(sea)
    asked = said["transport-capacity-reservation"]
    assert dict(asked.group_by("voyage").agg(pl.col("cars").sum()).iter_rows()) == dict(
        sea.plan.voyages.filter(pl.col("cars") > 0).select("vessel", "cars").iter_rows()
    )
    assert said["dispatch-advice"].height == bookings(sea).height
    stands = sea.plan.cars.filter(pl.col("origin") == "stock")["car"]
    assert stands.len() > 0
    came = set(sea.yards["Busan"].places["car"]) - set(stands)
    assert set(said["gate-in"]["car"]) == came
    listed = yard_list(sea).filter(pl.col("what") == "stands")
    assert set(listed["car"]) == set(stands)
    stowed = said["stowage-list"]
    for vessel, deck in sea.decks.items():
        own = stowed.filter(pl.col("voyage") == vessel)
        assert own["loaded"].to_list() == list(range(1, deck.places.height + 1))
        assert own["car"].to_list() == deck.places["car"].to_list()
    vins = dict(sea.vins.iter_rows())
    for frame in (said["dispatch-advice"], said["gate-in"], stowed):
        assert all(vins[car] == vin for car, vin in frame.select("car", "vin").iter_rows())


def test_json_names_the_objects_and_codes_of_the_public_messages(sea: Shipped) -> None:
    frame = messages_of(sea)["transport-capacity-reservation"]
    whole = json.loads(as_json(message("transport-capacity-reservation"), frame, FIRST))
    assert whole["IssueDateTime"] == {"content": "2026-01-05"}
    first = whole["APIPayload"][0]
    own = first["TransportCapacityReservation"]
    assert own["LoadingMetersMeasure"]["unitCode"] == "MTR"
    assert [place["TypeCode"]["content"] for place in own["LogisticsLocation"]] == ["9", "11"]
    assert own["LogisticsLocation"][0]["ID"] == {"content": "Busan"}
    assert first["Consignment"]["ConsignmentItemQuantity"]["content"] == frame["cars"][0]
    came = message("gate-in")
    whole = json.loads(as_json(came, messages_of(sea)["gate-in"], FIRST))
    (event,) = whole["APIPayload"][0]["TransportEvent"]
    assert event["ReportedConditionTypeCode"]["content"] == "GATE_IN"
    assert event["TypeCode"]["content"] == "SCHEDULED"


NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1)


@given(text=NAMES, count=st.integers(0, 9))
def test_any_name_comes_back(
    text: str, count: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    one = message("gate-in")
    row: dict[str, Any] = {field.ours: None for field in one.fields}
    row |= {
        "car": text,
        "vin": f"=1 {text}, 'é\"",
        "row": count,
        "enters": dt.datetime(2026, 1, 1),
    }
    frame = typed(one, pl.DataFrame([row]))
    folder = tmp_path_factory.mktemp("names")
    for ending, written in ((".csv", as_csv(one, frame)), (".json", as_json(one, frame, FIRST))):
        path = folder / f"gate-in{ending}"
        path.write_text(written, encoding="utf-8", newline="")
        assert read_message(path).rows() == frame.rows()


def test_what_is_no_message_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no message has the name.*gate-in"):
        read_message(tmp_path / "gatein.csv")
    path = tmp_path / "gate-in.json"
    path.write_text('{"APIPayload": 3}')
    with pytest.raises(DataError, match="it is no JSON with a list APIPayload"):
        read_message(path)
    ways = {field.ours: field.theirs for field in message("gate-in").fields}
    path = tmp_path / "gate-in.csv"
    path.write_text(",".join(ways.values()) + "\n" + ",".join("x" for _ in ways) + "\n")
    with pytest.raises(DataError) as caught:
        read_message(path)
    assert {problem.column for problem in caught.value.problems} == {
        ways[name] for name in ("enters", "row", "place")
    }
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"the headings ConsignmentItem\.ID, "):
        read_message(path)


def test_the_ways_of_fields_are_each_their_own() -> None:
    for one in MESSAGES:
        for names in ([f.ours for f in one.fields], [f.theirs for f in one.fields]):
            assert len(set(names)) == len(names)


def test_the_page_of_messages_has_their_fields() -> None:
    page = Path(__file__).parents[2] / "docs" / "messages.md"
    assert documented() in page.read_text(encoding="utf-8")
