"""Tables of the flow through the plant: read, written, and refused by row where they are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sinho.errors import DataError, Problem
from sinho.hub import check_hub, hub_from_tables, read_hub, write_hub
from sinho.hub.schema import FLOW_TABLES, empty
from tests.flow import flow_tables
from tests.hub.faults import only
from tests.hub.lines import two_lines
from tests.hubs import tiny_hub


def row(table: str, at: int, **values: Any) -> dict[str, Any]:
    """Return a table with some values of one row changed; None takes a value out."""
    rows = [dict(one) for one in flow_tables()[table]]
    rows[at] = {name: v for name, v in {**rows[at], **values}.items() if v is not None}
    return {table: rows}


def added(table: str, at: int, **values: Any) -> dict[str, Any]:
    """Return a table with one row more, like another but for some values."""
    rows = [dict(one) for one in flow_tables()[table]]
    return {table: [*rows, {**rows[at], **values}]}


def faults(tmp_path: Path, **tables: Any) -> list[Problem]:
    """Return the errors and warnings of the hub with some tables changed."""
    try:
        hub = hub_from_tables(flow_tables(**tables))
    except DataError as error:
        return list(error.problems)
    return list(check_hub(write_hub(hub, tmp_path / "hub"))[1])


def test_a_hub_without_these_tables_is_what_it_was() -> None:
    plain = hub_from_tables(tiny_hub())
    none = hub_from_tables(tiny_hub(**{name: empty(name) for name in FLOW_TABLES}))
    assert plain.digest == none.digest
    assert plain.digest == "6c378844b6d5a1dd4460d954d4796eecac932e0c1dbd4efb04169a48799dbab7"
    assert hub_from_tables(flow_tables()).digest != plain.digest


@pytest.mark.parametrize("ending", ["", ".xlsx"])
def test_the_tables_are_written_and_read_again(tmp_path: Path, ending: str) -> None:
    hub = hub_from_tables(flow_tables())
    assert all(hub[name].height for name in FLOW_TABLES)
    assert read_hub(write_hub(hub, tmp_path / f"hub{ending}")) == hub


def test_a_sound_flow_has_no_faults(tmp_path: Path) -> None:
    assert [str(problem) for problem in faults(tmp_path)] == []


STATION = "stations"


@pytest.mark.parametrize(
    ("tables", "table", "at", "column", "rule", "hint"),
    [
        (row(STATION, 1, place=1), STATION, 1, "place", "'prime' has this place", "order"),
        (row(STATION, 1, buffer=-1), STATION, 1, "buffer", "at least 0", ""),
        (row(STATION, 1, shop="pant"), STATION, 1, "shop", "not in table", "paint"),
        (row(STATION, 3, manned=3), STATION, 3, "manned", "above servers (2)", ""),
        (row(STATION, 1, cycle=0), STATION, 1, "cycle", "more than 0", "zero"),
        (row(STATION, 1, cycle_kind="lognorml"), STATION, 1, "cycle_kind", "", "lognormal"),
        (row(STATION, 1, cycle_spread=0.2), STATION, 1, "cycle_spread", "a spread of 0", "empty"),
        (row(STATION, 4, cycle_spread=0.5), STATION, 4, "cycle_spread", "0.408 at most", "gamma"),
        (row(STATION, 4, cycle_kind="empirical"), STATION, 4, "cycle_values", "given", "List"),
        (row(STATION, 1, cycle_values="1;2"), STATION, 1, "cycle_kind", "empirical", ""),
        (row(STATION, 4, feeds=None), STATION, 4, "feeds", "no successor", "takes its pieces"),
        (row(STATION, 5, feeds=None), STATION, 5, "feeds", "no successor", "table lines"),
        (row(STATION, 5, feeds="trimm"), STATION, 5, "feeds", "not in table", "trim"),
        (row(STATION, 1, feeds="trim"), STATION, 1, "feeds", "leave shop 'paint'", "sub_line"),
        (row(STATION, 4, feeds="glass"), STATION, 4, "feeds", "circle with no way out", "cars"),
        (
            {
                STATION: [
                    *row(STATION, 4, feeds="axle line")[STATION][:5],
                    {"station": "axle line", "shop": "axles", "place": 1, "feeds": "glass"},
                ]
            },
            STATION,
            4,
            "feeds",
            "glass -> axle line -> glass",
            "",
        ),
        (
            added(STATION, 4, station="pane", place=2, feeds="trim"),
            STATION,
            4,
            "feeds",
            "only the last station of a sub-line feeds another, which is pane",
            "",
        ),
        (row(STATION, 1, feed_places=3), STATION, 1, "feed_places", "no effect", "feeds"),
        (row("station_times", 0, model="C"), "station_times", 0, "model", "not in table", "A, B"),
        (row("station_times", 0, station="cot"), "station_times", 0, "station", "not in", "coat"),
        (row("stops", 0, every=None), "stops", 0, "every", "must be given", "mean"),
        (row("stops", 0, repair=0), "stops", 0, "repair", "more than 0", "zero"),
        (row("stops", 0, repair_kind="exponentail"), "stops", 0, "repair_kind", "", "exponential"),
        (row("stops", 0, repair_spread=0.5), "stops", 0, "repair_spread", "spread of 1", "kind"),
        (row("stops", 1, every_values="4;x"), "stops", 1, "every_values", "minutes above 0", "2.5"),
        (row("stops", 1, every_values="4;-1"), "stops", 1, "every_values", "minutes above 0", ""),
        (row("stops", 1, every=9), "stops", 1, "every", "must be empty", "values"),
        (
            row("stops", 1, repair_kind="erlang", repair_spread=0.6),
            "stops",
            1,
            "repair_spread",
            "1 / sqrt(phases)",
            "gamma",
        ),
        (row("stops", 0, counts="clok"), "stops", 0, "counts", "", "clock"),
        (row("stores", 0, after="pant"), "stores", 0, "after", "not in table", "paint"),
        (
            row("stores", 0, after="assembly", before="paint"),
            "stores",
            0,
            "after",
            "no line 'assembly' comes right before paint",
            "Right behind it comes no shop",
        ),
        (added("stores", 0, store="other"), "stores", 1, "after", "'PBS' lies between", "one"),
        (row("stores", 0, lanes=None), "stores", 0, "lanes", "must be given", "side by side"),
        (row("stores", 0, places=13), "stores", 0, "places", "a multiple", "3 lanes of 5 have 15"),
        (row("stores", 0, places=-1), "stores", 0, "places", "at least 1", ""),
        (row("stores", 0, kind="direct"), "stores", 0, "lanes", "has none", "Make its kind"),
        (
            row("stores", 0, kind="fifo", lanes=None),
            "stores",
            0,
            "policy",
            "as they came",
            "direct",
        ),
        (row("stores", 0, batch=3), "stores", 0, "batch", "policy is restore", "colour"),
        (row("stores", 0, policy="restor"), "stores", 0, "policy", "", "restore"),
        (row(STATION, 0, station="out"), STATION, 0, "station", "way out of the plant", ""),
        (row("stores", 0, store="Paint"), "stores", 0, "store", "the name of a shop", ""),
        (added(STATION, 1, station="trim #2", place=3), STATION, 6, "station", "'trim'", ""),
        (added(STATION, 1, station="coat: spot", place=3), STATION, 6, "station", "bays", ""),
        (row("stores", 0, store="glass stock"), "stores", 0, "store", "pieces of 'glass'", ""),
        (row("stores", 0, store="coat buffer"), "stores", 0, "store", "places before 'coat'", ""),
        (row(STATION, 3, station="PAINT"), STATION, 3, "station", "of another shop", ""),
        (row("stores", 0, store="coat"), "stores", 0, "store", "the name of a station", ""),
        (row(STATION, 1, buffer=None), STATION, 1, "buffer", "where transport is", "rate"),
        (row(STATION, 1, transport=12), STATION, 1, "buffer", "10 pieces are under way", "meant"),
        (row("stores", 0, policy="ratio"), "stores", 0, "policy", "there are none", "kind ratio"),
        (row("rework", 1, minutes=25), "rework", 1, "minutes", "coat' have 20", "by colour"),
        (row("rework", 0, share=1.2), "rework", 0, "share", "at most 1", ""),
        (row("rework", 1, colour="rot"), "rework", 1, "colour", "no colour of table", "red"),
        (row("rework", 1, share=0.97), "rework", 2, "share", "of red behind station 'coat'", "1"),
        (
            {"rework": [{**flow_tables()["rework"][2], "share": 1}]},
            "rework",
            0,
            "share",
            "a cycle with no way out",
            "back_to",
        ),
        (row("rework", 2, back_to="trim"), "rework", 2, "back_to", "do not pass it", "before it"),
        (row("rework", 2, back_to="glass"), "rework", 2, "back_to", "do not pass it", ""),
        (row("rework", 2, back_to="coat"), "rework", 2, "back_to", "without a skid", "at 'prime'"),
        (
            {**row("skids", 0, to_station="final"), **row("rework", 2, back_to="prime")},
            "rework",
            2,
            "back_to",
            "with a skid",
            "loop 'paint'",
        ),
        (row("rework", 0, minutes=None), "rework", 0, "minutes", "must be given", ""),
        (row("skids", 0, to_station="glass"), "skids", 0, "to_station", "do not pass it", ""),
        (row("skids", 0, skids=0), "skids", 0, "skids", "at least 1", ""),
        (
            row("skids", 0, from_station="coat", to_station="prime"),
            "skids",
            0,
            "to_station",
            "behind station 'coat'",
            "",
        ),
    ],
)
def test_faults_are_told_by_row(
    tmp_path: Path,
    tables: dict[str, Any],
    table: str,
    at: int,
    column: str,
    rule: str,
    hint: str,
) -> None:
    found = faults(tmp_path, **tables)
    problem = only([p for p in found if p.column == column], rule=rule, hint=hint)
    name = problem.where.removeprefix("table ").removesuffix(".csv")
    assert (name, problem.row) == (table, at + 2)


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "fixd"), ("bays", 0), ("minutes", -1), ("back_to", "prme")]
)
def test_a_value_that_is_none_is_not_what_others_differ_from(
    tmp_path: Path, column: str, value: Any
) -> None:
    found = faults(tmp_path, **row("rework", 0, **{column: value}))
    assert [(problem.row, problem.column) for problem in found] == [(2, column)]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("rework", "share", 1.2), ("stores", "kind", "lane"), ("stores", "policy", "restor")],
)
def test_what_is_no_value_has_no_consequences(
    tmp_path: Path, table: str, column: str, value: Any
) -> None:
    found = faults(tmp_path, **row(table, 0, **{column: value}))
    assert [(problem.row, problem.column) for problem in found] == [(2, column)]


def test_a_station_without_a_place_is_told_once(tmp_path: Path) -> None:
    found = faults(tmp_path, **row(STATION, 0, place=None))
    assert [(problem.row, problem.column) for problem in found] == [(2, "place")]


@pytest.mark.parametrize("value", ["prime", "prme"])
def test_one_slip_of_a_rework_is_told_once(tmp_path: Path, value: str) -> None:
    again = {"station": "coat", "rework": "again", "share": 0.1, "minutes": 30, "back_to": "coat"}
    colours = ({}, {"colour": "red"}, {"colour": "blue"})
    rows = [{**again, **one} for one in colours]
    rows[0]["back_to"] = value
    found = faults(tmp_path, rework=rows, skids=[])
    assert [(problem.row, problem.column) for problem in found] == [(2, "back_to")]


def _closed(**values: Any) -> list[dict[str, Any]]:
    return [{"start": "2025-01-01", "end": "2026-12-31", "kind": "company", **values}]


def test_a_plant_that_never_works_is_told(tmp_path: Path) -> None:
    found = faults(tmp_path, calendar=_closed())
    only([p for p in found if p.severity == "error"], rule="no line works on any day", hint="cal")


@pytest.mark.parametrize("how", ["calendar", "patterns"])
def test_a_shop_that_never_works_is_told_as_simulate_tells_it(tmp_path: Path, how: str) -> None:
    pattern = {**tiny_hub()["patterns"][0], "group": "idle"}
    tables: dict[str, Any] = {
        "groups": [{"group": "main"}, {"group": "idle"}],
        "shops": [{**flow_tables()["shops"][0], "group": "idle"}, *flow_tables()["shops"][1:]],
        "patterns": [*tiny_hub()["patterns"], pattern],
        "lines": [{"line": "one", "shops": "paint;assembly", "point": "assembly", "group": "main"}],
    }
    if how == "calendar":
        tables["calendar"] = _closed(group="idle")
    else:
        pattern["shifts"] = 0
    found = [p for p in faults(tmp_path, **tables) if p.severity == "error"]
    problem = only(found, rule="never works from 2026-01-01 to 2026-03-31", hint="group 'idle'")
    assert (problem.column, problem.value, problem.row) == ("shop", "paint", 2)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        **row(STATION, 4, feeds=None),
        **row("stops", 0, repair=0),
        **row("rework", 0, share=1.2),
    )
    assert {problem.column for problem in found} == {"feeds", "repair", "share"}


@pytest.mark.parametrize(
    ("ends", "column", "rule"),
    [
        (("south", "paint"), "from_station", "some cars come to 'paint' within the loop"),
        (("paint", "trim"), "to_station", "some cars that get on a skid at 'paint' never pass it"),
        (("paint", "paint"), None, ""),
    ],
)
def test_all_cars_of_a_loop_get_on_and_off_their_skids(
    tmp_path: Path, ends: tuple[str, str], column: str | None, rule: str
) -> None:
    shops = {"south": "body south", "paint": "paint", "trim": "assembly south"}
    stations = [{"station": station, "shop": shop, "place": 1} for station, shop in shops.items()]
    stations[1]["station"] = "booth"
    names = ["booth" if one == "paint" else one for one in ends]
    skids = [{"loop": "loop", "from_station": names[0], "to_station": names[1], "skids": 4}]
    try:
        hub = hub_from_tables(two_lines(stations=stations, skids=skids))
    except DataError as error:
        found = list(error.problems)
    else:
        found = list(check_hub(write_hub(hub, tmp_path / "hub"))[1])
    assert [one.column for one in found if one.severity == "error"] == [column] * bool(column)
    assert all(rule.replace("paint", "booth") in one.rule for one in found)
