"""Tables of the way to the sea: read, written, and refused by row where they are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sinho.errors import DataError, Problem
from sinho.hub import check_hub, hub_from_tables, read_hub, write_hub
from sinho.hub.schema import SHIP_TABLES, empty
from sinho.hub.stow import ways_to_decks
from tests.hub.faults import only
from tests.hubs import tiny_hub
from tests.sea import DECK
from tests.ship.plant import added, row, sea_tables

VESSEL = ("port", "ship", "deck_share", "booked_least", "booked_most", "slot_cost", "per")


def faults(tmp_path: Path, **tables: Any) -> list[Problem]:
    """Return the errors and warnings of the hub with some tables changed."""
    try:
        hub = hub_from_tables(sea_tables(**tables))
    except DataError as error:
        return list(error.problems)
    return list(check_hub(write_hub(hub, tmp_path / "hub"))[1])


def test_a_hub_without_these_tables_is_what_it_was() -> None:
    old = [{"vessel": "V", "lane": "Europe", "cutoff": "2026-01-06", "etd": "2026-01-08"}]
    plain = hub_from_tables(tiny_hub(vessels=old))
    none = hub_from_tables(tiny_hub(vessels=old, **{name: empty(name) for name in SHIP_TABLES}))
    assert plain.digest == none.digest
    assert plain.digest == "818fe2dc441f9759d973df9fa7e74641bae975d59405e85b422814038ffaefa3"
    for name in VESSEL:
        given = {"port": "Busan", "ship": "Lady", "per": "ceu"}.get(name, 0.5)
        assert hub_from_tables(tiny_hub(vessels=[{**old[0], name: given}])).digest != plain.digest


@pytest.mark.parametrize("ending", ["", ".xlsx"])
def test_the_tables_are_written_and_read_again(tmp_path: Path, ending: str) -> None:
    hub = hub_from_tables(sea_tables())
    assert all(hub[name].height for name in SHIP_TABLES)
    assert read_hub(write_hub(hub, tmp_path / f"hub{ending}")) == hub


def test_a_sound_hub_has_no_faults(tmp_path: Path) -> None:
    assert [str(problem) for problem in faults(tmp_path)] == []


@pytest.mark.parametrize(
    ("tables", "table", "at", "column", "rule", "hint"),
    [
        (row("vessels", 1, etd="2026-01-12"), "vessels", 1, "cutoff", "after the departure", ""),
        (
            added("port_calls", 0, call=3, arrival="2026-02-24"),
            "port_calls",
            4,
            "port",
            "calls at this port already, as call 1",
            "Take one",
        ),
        (
            row("port_calls", 1, arrival="2026-02-19"),
            "port_calls",
            1,
            "arrival",
            "before the arrival at the call before (2026-02-20)",
            "order of their days",
        ),
        (
            row("port_calls", 0, arrival="2026-01-07"),
            "port_calls",
            0,
            "arrival",
            "before the departure (2026-01-08)",
            "",
        ),
        (row("port_calls", 0, port="Le Havr"), "port_calls", 0, "port", "not in table", "Le Havre"),
        (row("port_calls", 0, port="Busan"), "port_calls", 0, "port", "no port of discharge", ""),
        (row("port_calls", 0, vessel="Europ"), "port_calls", 0, "vessel", "not in table", "Europe"),
        (row("vessels", 0, port="Le Havre"), "vessels", 0, "port", "no port of loading", "Busan"),
        (row("vessels", 0, booked_least=31), "vessels", 0, "booked_least", "above booked_m", ""),
        (
            row("vessels", 0, booked_least=40, booked_most=50),
            "vessels",
            0,
            "booked_least",
            "holds no more than 36",
            "deck_share",
        ),
        (row("vessels", 0, deck_share=1.1), "vessels", 0, "deck_share", "at most 1", ""),
        (row("vessels", 0, currency="USD"), "vessels", 0, "currency", "no rate in table", ""),
        (row("ports", 0, time_zone="Asia/Seul"), "ports", 0, "time_zone", "IANA", "Asia/Seoul"),
        (row("ports", 0, country="Korea"), "ports", 0, "country", "ISO 3166", "KR"),
        (row("ports", 0, opens="8"), "ports", 0, "opens", "time of day", "hours and minutes"),
        (row("ports", 0, closes="07:00"), "ports", 0, "closes", "after opens (08:00)", ""),
        (row("ports", 0, free_days=-1), "ports", 0, "free_days", "at least 0", ""),
        (
            added("ports", 1, port="Antwerp"),
            "ports",
            3,
            "port",
            "no voyage calls at this port",
            "",
        ),
        (
            {"port_calls": [sea_tables()["port_calls"][at] for at in (1, 3)], "containers": None},
            "markets",
            1,
            "port",
            "no voyage of lane Europe calls at this port",
            "",
        ),
        (
            row("decks", 0, ramp_height=1900),
            "decks",
            0,
            "ramp_height",
            "lower than the deck (2,000 mm)",
            "",
        ),
        (row("decks", 1, entered_from="9"), "decks", 1, "entered_from", "no such deck", "shore"),
        (row("decks", 2, position="flat"), "decks", 3, "position", "share position 'up'", "same"),
        (
            added("decks", 1, position="fixed"),
            "decks",
            1,
            "position",
            "fixed, and has other positions",
            "",
        ),
        (
            row("ships", 0, least_trim=2),
            "ships",
            0,
            "least_trim",
            "above largest_trim (1 m)",
            "bow",
        ),
        *(
            (row("ships", 0, **{column: None}), "ships", 0, column, "must be given", "bounds")
            for column in ("weight", "midship", "above_keel", "buoyancy", "trim_moment")
        ),
        (row("ships", 0, ship="Ladi"), "ships", 0, "ship", "has no decks", "Lady"),
        (row("decks", 0, midship=None), "decks", 0, "midship", "bounds for the ship's", ""),
        (row("decks", 3, above_keel=None), "decks", 3, "above_keel", "bounds for the ship's", ""),
        (row("decks", 0, lanes=0), "decks", 0, "lanes", "at least 1", ""),
        (
            row("decks", 0, lanes=None, lane_length=50),
            "decks",
            0,
            "lanes",
            "must be given where lane_length is",
            "",
        ),
        (row("decks", 0, area=-5), "decks", 0, "area", "at least 0", ""),
        (row("yard_areas", 0, rows=0), "yard_areas", 0, "rows", "at least 1", ""),
        (row("yard_areas", 0, places=0), "yard_areas", 0, "places", "at least 1", ""),
        (row("yard_areas", 0, open_ends=1, rows=0), "yard_areas", 0, "rows", "at least 1", ""),
        (row("yard_areas", 1, open_ends=3), "yard_areas", 1, "open_ends", "at most 2", ""),
        (
            row("yard_areas", 0, largest_length=4600),
            "models",
            1,
            "length",
            "every place in the plant's yard (4,600 mm long at most)",
            "yard_areas",
        ),
        (
            row("yard_areas", 1, largest_length=4800, largest_width=1840),
            "models",
            1,
            "length",
            "every place in port Busan (4,800 mm long, 1,840 mm wide at most)",
            "yard_areas",
        ),
        (row("yard_areas", 1, port="Pusan"), "yard_areas", 1, "port", "not in table", "Busan"),
        (row("yard_areas", 0, purpose="exprt"), "yard_areas", 0, "purpose", "must be", "export"),
        (
            row("port_way", 0, cars_per_truck=None),
            "port_way",
            0,
            "cars_per_truck",
            "where cars are trucked",
            "",
        ),
        (
            {"port_way": [{**one, "cars": 0} for one in sea_tables()["port_way"]]},
            "port_way",
            0,
            "cars",
            "no car sets out in any hour",
            "take the port's rows out",
        ),
        (row("ports", 0, opens="20:00"), "ports", 0, "closes", "after opens", ""),
        (row("port_way", 0, minutes=200_000), "port_way", 0, "minutes", "at most", ""),
        (row("ports", 0, called_days=-1), "ports", 0, "called_days", "at least 0", ""),
        (row("port_way", 0, hour=24), "port_way", 0, "hour", "at most 23", ""),
        (row("port_way", 0, port="Le Havre"), "port_way", 0, "port", "no port of loading", ""),
        (row("containers", 0, lane="Europa"), "containers", 0, "lane", "no effect", "Europe"),
        (row("box_cars", 0, cars=0), "box_cars", 0, "cars", "at least 1", ""),
        (row("lead_times", 0, market="FX"), "lead_times", 0, "market", "not in table", "FR"),
        (row("port_stock", 0, market="KR"), "port_stock", 0, "market", "not overseas", ""),
        (row("port_stock", 0, since="2026-01-06"), "port_stock", 0, "since", "counted", ""),
        (row("port_stock", 0, units=0), "port_stock", 0, "units", "at least 1", ""),
        (row("space_shares", 0, lane="Asia"), "space_shares", 0, "lane", "no voyage", "Europe"),
        (row("space_shares", 0, share=1.2), "space_shares", 0, "share", "at most 1", ""),
        (row("vessels", 0, ship="Ladi"), "vessels", 0, "ship", "has no decks", "Lady"),
    ],
)
def test_what_is_wrong_is_named_by_row(
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


def test_every_deck_behind_a_circle_of_ramps_is_named(tmp_path: Path) -> None:
    found = faults(tmp_path, **row("decks", 0, entered_from="2"))
    assert [(p.column, p.row) for p in found] == [("entered_from", n) for n in range(2, 7)]
    assert {"not reached from the shore" in p.rule for p in found} == {True}


@pytest.mark.parametrize("boxed", [True, False])
def test_a_car_higher_than_every_deck_is_refused_unless_containers_take_it(
    tmp_path: Path, boxed: bool
) -> None:
    models = [dict(one) for one in tiny_hub()["models"]]
    models[0]["height"] = 2100
    found = faults(tmp_path, models=models, **({} if boxed else {"containers": None}))
    assert [(p.column, "higher than every deck" in p.rule) for p in found] == (
        [] if boxed else [("height", True)]
    )


def test_a_car_that_another_area_takes_is_no_fault(tmp_path: Path) -> None:
    areas = [dict(one) for one in sea_tables()["yard_areas"]]
    areas = [{**one, "largest_length": 3000} for one in areas] + [
        {**one, "area": f"{one['area']} 2"} for one in areas
    ]
    assert faults(tmp_path, yard_areas=areas) == []


def test_a_car_of_a_model_that_only_one_ship_takes_is_no_fault(tmp_path: Path) -> None:
    models = [dict(one) for one in tiny_hub()["models"]]
    models[0]["height"] = 2100
    high = [
        {**one, "deck": f"{n}"} for n, one in enumerate([{**DECK, "ship": "Tall", "height": 2200}])
    ]
    vessels = [dict(one) for one in sea_tables()["vessels"]]
    vessels[1]["ship"] = "Tall"
    tables = {"models": models, "decks": [*sea_tables()["decks"], *high], "vessels": vessels}
    assert faults(tmp_path, containers=None, **tables) == []


def test_shares_of_space_sum_to_one_at_most_on_every_voyage(tmp_path: Path) -> None:
    brands = [{"brand": "Acme"}, {"brand": "Brio"}]
    shares = [
        *sea_tables()["space_shares"],
        {"brand": "Brio", "lane": "Europe", "share": 0.45},
    ]
    found = faults(tmp_path, brands=brands, space_shares=shares)
    errors = [p for p in found if p.column == "share"]
    assert {"entitled to 105 % of Europe 6" in p.rule for p in errors} == {True}
    shares[2]["share"] = 0.4
    assert not [
        p for p in faults(tmp_path, brands=brands, space_shares=shares) if p.column == "share"
    ]


def test_several_ports_of_loading_must_be_named_by_voyages(tmp_path: Path) -> None:
    found = faults(tmp_path, **added("ports", 0, port="Masan"))
    assert [p.column for p in found] == ["port", "port"]
    assert "several ports of loading: Busan, Masan" in found[0].rule
    named = [{**one, "port": "Busan"} for one in sea_tables()["vessels"]]
    assert faults(tmp_path, **added("ports", 0, port="Masan"), vessels=named) == []


def test_the_way_to_a_deck_is_that_of_its_narrowest_ramp() -> None:
    hub = hub_from_tables(
        sea_tables(
            decks=[
                {**DECK, "deck": "1", "ramp_height": 3000, "ramp_load": 9000},
                {**DECK, "deck": "2", "entered_from": "1", "ramp_height": 2500, "ramp_width": 2600},
                {**DECK, "deck": "3", "entered_from": "2", "ramp_height": 2800},
            ]
        )
    )
    ways = ways_to_decks(hub["decks"])
    assert {name: way.decks for name, way in ways.items()} == {
        "1": ("1",),
        "2": ("1", "2"),
        "3": ("1", "2", "3"),
    }
    assert (ways["3"].height, ways["3"].width, ways["3"].load) == (2500, 2600, 9000)
