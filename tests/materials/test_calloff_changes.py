"""What a new call-off takes back, and what the comparison of two says, worked by hand."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import polars as pl

from sinho.calloffs import (
    compare_call_offs,
    compare_takts,
    compared_days,
    read_call_offs,
    write_call_offs,
)
from sinho.calloffs.edifact import write_delfor
from sinho.hub import Hub
from sinho.materials.calloffs import call_offs
from sinho.results import CallOffs
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub, workdays
from tests.materials.test_calloffs import HUB, TUESDAY, axles, made, sinho

WEDNESDAY, THURSDAY = dt.date(2026, 3, 4), dt.date(2026, 3, 5)
DOZEN = "A" * 12
"""Twelve cars of A: 24 axles (in packs of 12, a working day ahead) and 12 seats."""

CANCELLED_DAY = """\
BGM+241+1002+5'
DTM+137:20260303:102'
DTM+158:20260303:102'
DTM+159:20260305:102'
NAD+BY+TINY::92'
NAD+SE+S-2::92'
GEI+3'
NAD+ST+TINY::92'
LIN+1++AXLE:IN'
RFF+AAN:1002'
RFF+AIF:1001'
QTY+70:648:PCE'
SCC+1'
QTY+113:24:PCE'
DTM+2:20260304:102'
QTY+3:672:PCE'
DTM+2:20260304:102'
"""

CANCELLED_PART = """\
LIN+1++AXLE:IN'
RFF+AAN:1002'
RFF+AIF:1001'
QTY+70:648:PCE'
SCC+1'
QTY+113:0:PCE'
DTM+2:20260303:102'
QTY+3:648:PCE'
DTM+2:20260303:102'
"""

CANCELLED_CARS = """\
UNB+UNOC:3+TINY+S-1+260303:0000+1002J'
UNH+1+DELJIT:D:04A:UN'
BGM+242+1002+5'
DTM+137:20260303:102'
DTM+158:20260303:102'
DTM+159:20260303:102'
RFF+AAN:1002'
RFF+AIF:1001'
NAD+BY+TINY::92'
NAD+SE+S-1::92'
NAD+ST+TINY::92'
SEQ+2+1'
DTM+2:202603030700:203'
LIN+1++SEAT:IN'
RFF+ON:0303-001'
QTY+113:0:PCE'
SEQ+2+2'
DTM+2:202603031100:203'
LIN+1++SEAT:IN'
RFF+ON:0303-002'
QTY+113:0:PCE'
UNT+21+1'
UNZ+1+1002J'
"""


def follower(
    former: CallOffs, models: list[str], first: dt.date = TUESDAY, hub: Hub = HUB, **more: object
) -> CallOffs:
    """Call off the cars of days in place of a former call-off."""
    days = workdays(len(models), first)
    cars = cars_of(list(zip(days, models, strict=True)))
    given = {"number": "1002", "date": first, "former": former, "firm_days": 10, **more}
    return call_offs(hub, cars, clock_of(hub, days), **given)  # type: ignore[arg-type]


def test_a_cancelled_day_is_taken_back() -> None:
    # 24 axles a day: 48 by Monday (648), then 24 on Tuesday (672) and on Wednesday (696).
    former = made([DOZEN, DOZEN, DOZEN, DOZEN])
    assert axles(former) == [(MONDAY, 48, 648), (TUESDAY, 24, 672), (WEDNESDAY, 24, 696)]
    # No car on Wednesday: nothing comes on Tuesday; Thursday's axles come on Wednesday.
    new = follower(former, [DOZEN, "", DOZEN])
    assert axles(new) == [(WEDNESDAY, 24, 672)]
    assert new.horizon == (TUESDAY, THURSDAY)
    # The message covers Tuesday, on which it asks for nothing.
    assert CANCELLED_DAY in write_delfor(new, "S-2", HUB)
    changes = compare_call_offs(former, new).filter(pl.col("part") == "AXLE")
    assert changes.select("date", "what", "firm", "before", "after", "change").rows() == [
        (TUESDAY, "gone", True, 24.0, 0.0, -24.0)
    ]
    assert changes.select("cumulative_before", "cumulative_after").rows() == [(672.0, 648.0)]


def test_a_cancelled_part_is_sent_with_quantity_0() -> None:
    same = {"supplier": "S-1", "opening_cumulative": 600}
    axle = {"part": "AXLE", "pack": 12, "lead_days": 1, **same}
    hub = supply_hub(suppliers=[axle, {"part": "SEAT", **same}])
    days = workdays(3)
    cars = cars_of([(day, DOZEN) for day in days])
    former = call_offs(hub, cars, clock_of(hub, days), number="1001")
    # The axles counted on Tuesday last for all cars; seats are needed as before.
    new = follower(former, [DOZEN, DOZEN], hub=hub, stock={"AXLE": 500.0})
    assert axles(new) == [(TUESDAY, 0.0, 648.0)]
    text = write_delfor(new, "S-1", hub)
    assert CANCELLED_PART in text
    assert "LIN+2++SEAT:IN'" in text
    # Taken back once; the next call-off has nothing more to take back, and goes on from 648.
    third = follower(new, [DOZEN], WEDNESDAY, hub, number="1003", stock={"AXLE": 500.0})
    assert axles(third) == []
    fourth = follower(third, [DOZEN], THURSDAY, hub, number="1004", stock={"AXLE": 0.0})
    assert axles(fourth) == [(THURSDAY, 24.0, 672.0)]


def test_a_supplier_that_loses_its_part_is_told(tmp_path: Path) -> None:
    former = made([DOZEN, DOZEN, DOZEN])
    axle = {"part": "AXLE", "supplier": "S-3", "pack": 12, "lead_days": 1}
    hub = supply_hub(suppliers=[axle, {"part": "SEAT", "supplier": "S-1", "delivery": "takt"}])
    new = follower(former, [DOZEN, DOZEN], hub=hub)
    # S-2 stands at 648 and is asked for nothing more; S-3 begins at its own 0. The 24 axles in
    # stock are Tuesday's; 24 more come on Tuesday for Wednesday.
    assert new.days.filter(pl.col("part") == "AXLE").select(
        "supplier", "date", "units", "cumulative"
    ).rows() == [("S-2", TUESDAY, 0.0, 648.0), ("S-3", TUESDAY, 24.0, 24.0)]
    folder = write_call_offs(new, hub, tmp_path / "new")
    assert CANCELLED_PART in (folder / "delfor-S-2.edi").read_text()
    changes = compare_call_offs(former, new).filter(pl.col("part") == "AXLE")
    told = ("supplier", "what", "change", "cumulative_before", "cumulative_after")
    assert changes.select(told).rows() == [
        ("S-2", "gone", -24.0, 672.0, 648.0),
        ("S-3", "new", 24.0, None, 24.0),
    ]


def test_an_empty_call_off_takes_everything_back(tmp_path: Path) -> None:
    former = made(["AA", "AA", DOZEN])
    # Monday: 4 + 4 axles in a pack of 12 (612); Tuesday: 24 more are needed, 2 packs (636).
    assert axles(former) == [(MONDAY, 12.0, 612.0), (TUESDAY, 24.0, 636.0)]
    new = follower(former, ["", ""])
    assert new.days.select("supplier", "part", "date", "units", "cumulative").rows() == [
        ("S-1", "SEAT", TUESDAY, 0.0, 2.0),
        ("S-2", "AXLE", TUESDAY, 0.0, 612.0),
    ]
    folder = write_call_offs(new, HUB, tmp_path / "new")
    assert {path.name for path in folder.glob("*.edi")} == {
        "delfor-S-1.edi",
        "delfor-S-2.edi",
        "deljit-S-1.edi",
    }
    # Past deliveries (Monday's) are no changes.
    changes = compare_call_offs(former, new)
    assert changes.select("part", "date", "what", "before").rows() == [
        ("SEAT", TUESDAY, "gone", 2.0),
        ("SEAT", WEDNESDAY, "gone", 12.0),
        ("AXLE", TUESDAY, "gone", 24.0),
    ]
    takts = compare_takts(former, new)
    assert takts["what"].unique().to_list() == ["gone"]
    assert takts["date_before"].unique().sort().to_list() == [TUESDAY, WEDNESDAY]
    # What is empty stays so: nothing is taken back twice, and the count goes on where it stood.
    again = follower(new, ["", ""], number="1003")
    assert again.days.is_empty()
    assert again.takts.is_empty()
    assert axles(follower(again, [DOZEN], number="1004", stock={"AXLE": 0.0})) == [
        (TUESDAY, 24.0, 636.0)
    ]


def test_the_cars_of_a_cancelled_day_are_taken_back_by_takt(tmp_path: Path) -> None:
    former = made(["AA", "AB"])
    folder = write_call_offs(follower(former, [""]), HUB, tmp_path / "new")
    written = (folder / "deljit-S-1.edi").read_text()
    assert written.splitlines() == CANCELLED_CARS.splitlines()
    assert read_call_offs(folder / "deljit-S-1.edi").takts["units"].to_list() == [0.0, 0.0]


def test_a_car_that_moves_to_another_day_is_moved_and_not_gone() -> None:
    former = made(["AA", "A"])
    days = workdays(2)
    cars = cars_of([(days[0], "AAA")]).with_columns(
        pl.Series("order", ["0302-001", "0302-002", "0303-001"])
    )
    new = call_offs(HUB, cars, clock_of(HUB, days), number="1002", former=former)
    moved = compare_takts(former, new).filter(pl.col("what") == "moved")
    assert moved.select("order", "date_before", "date_after").rows() == [
        ("0303-001", TUESDAY, MONDAY)
    ]


def test_what_only_one_horizon_covers_is_no_change() -> None:
    long, short = made(["AAAAAA"] * 20), made(["AAAAAA"], number="1002")
    assert compared_days(long, short) == (MONDAY, MONDAY)
    # On Monday, the long one asks for Tuesday's axles too: 12 more; seats are the same.
    assert compare_call_offs(long, short).select("part", "date", "what", "change").rows() == [
        ("AXLE", MONDAY, "less", -12.0)
    ]
    assert compare_takts(long, short).is_empty()
    later = made(["A"], dt.date(2026, 4, 1), number="1003")
    assert compared_days(short, later) is None
    assert compare_call_offs(short, later).is_empty()
    assert compare_takts(short, later).is_empty()


def test_changes_of_firm_quantities_come_first() -> None:
    old = made(["AA", "AA", "AA"], firm_days=2)
    new = made(["AA", "AAA", "AAA"], number="1002", firm_days=3)
    changes = compare_call_offs(old, new)
    # Axles: 12 on Monday lasted for all; now 16 are needed by Tuesday, a second pack. Wednesday was
    # an outlook, so that its seats change no promise.
    assert changes.select("part", "date", "what", "firm").rows() == [
        ("SEAT", TUESDAY, "more", True),
        ("AXLE", TUESDAY, "new", True),
        ("SEAT", WEDNESDAY, "more", False),
    ]
    # The same quantities, a day more of them firm: a change, and of no firm quantity.
    firmer = compare_call_offs(old, made(["AA", "AA", "AA"], number="1003", firm_days=3))
    assert firmer.select("part", "date", "what", "firm").rows() == [
        ("SEAT", WEDNESDAY, "firm", False)
    ]


def test_the_command_says_which_days_it_compares(tmp_path: Path) -> None:
    old, new = made([DOZEN] * 20), made([DOZEN, ""], number="1002")
    write_call_offs(old, HUB, tmp_path / "old")
    write_call_offs(new, HUB, tmp_path / "new")
    code, text = sinho("calloff", "compare", tmp_path / "old", tmp_path / "new")
    assert code == 0
    words = " ".join(text.split())
    assert "AXLE 2026-03-03 gone yes 24 0 -24" in words
    assert (
        "Compared are the days in both, 2026-03-02 to 2026-03-03: 1001 covers 2026-03-02 to "
        "2026-03-27, 1002 covers 2026-03-02 to 2026-03-03." in words
    )
    code, text = sinho("calloff", "compare", tmp_path / "old", tmp_path / "new", "--json")
    assert json.loads(text)["compared"] == {"first": "2026-03-02", "last": "2026-03-03"}
    far = write_call_offs(made(["A"], dt.date(2026, 4, 1), number="7"), HUB, tmp_path / "far")
    code, text = sinho("calloff", "compare", tmp_path / "old", far)
    assert code == 0
    assert "no day is in both" in " ".join(text.split())
