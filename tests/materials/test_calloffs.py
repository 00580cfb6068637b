"""Call-offs: packs, cumulative quantities, replacement, files and messages."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from sinho.calloffs import (
    compare_call_offs,
    compare_takts,
    not_sent,
    read_call_offs,
    write_call_offs,
)
from sinho.calloffs.edifact import write_delfor, write_deljit
from sinho.calloffs.edifact_read import read_edifact
from sinho.cli import app
from sinho.errors import DataError
from sinho.materials.calloffs import call_offs
from sinho.results import CallOffs
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub, workdays

HUB = supply_hub()
TUESDAY = dt.date(2026, 3, 3)

DELFOR = """\
UNB+UNOC:3+TINY+S-2+260302:0000+1001'
UNH+1+DELFOR:D:04A:UN'
BGM+241+1001+9'
DTM+137:20260302:102'
DTM+158:20260302:102'
DTM+159:20260304:102'
NAD+BY+TINY::92'
NAD+SE+S-2::92'
GEI+3'
NAD+ST+TINY::92'
LIN+1++AXLE:IN'
RFF+AAN:1001'
QTY+70:600:PCE'
SCC+1'
QTY+113:12:PCE'
DTM+2:20260302:102'
QTY+3:612:PCE'
DTM+2:20260302:102'
SCC+4'
QTY+113:12:PCE'
DTM+2:20260303:102'
QTY+3:624:PCE'
DTM+2:20260303:102'
UNT+23+1'
UNZ+1+1001'
"""

DELJIT = """\
UNB+UNOC:3+TINY+S-1+260302:0000+1001J'
UNH+1+DELJIT:D:04A:UN'
BGM+242+1001+9'
DTM+137:20260302:102'
DTM+158:20260302:102'
DTM+159:20260302:102'
RFF+AAN:1001'
NAD+BY+TINY::92'
NAD+SE+S-1::92'
NAD+ST+TINY::92'
SEQ++1'
DTM+2:202603020700:203'
LIN+1++SEAT:IN'
RFF+ON:0302-001'
QTY+113:1:PCE'
SEQ++2'
DTM+2:202603021100:203'
LIN+1++SEAT:IN'
RFF+ON:0302-002'
QTY+113:1:PCE'
UNT+20+1'
UNZ+1+1001J'
"""


def made(models: list[str], first: dt.date = MONDAY, **more: object) -> CallOffs:
    """Call off the cars of days, from a first day on."""
    days = workdays(len(models), first)
    cars = cars_of(list(zip(days, models, strict=True)))
    given = {"number": "1001", "firm_days": 10, **more}
    return call_offs(HUB, cars, clock_of(HUB, days), **given)  # type: ignore[arg-type]


def axles(one: CallOffs) -> list[tuple[dt.date, float, float]]:
    return list(
        one.days.filter(pl.col("part") == "AXLE").select("date", "units", "cumulative").iter_rows()
    )


def test_packs_lead_time_and_cumulative_quantities_on_paper() -> None:
    # 10 axles on Monday, 4 on Tuesday, 8 on Wednesday, each a working day ahead but not before
    # Monday: 14 by Monday in packs of 12: 24; 22 by Tuesday: nothing more.
    one = made(["AAAAA", "AA", "BBBB"])
    assert axles(one) == [(MONDAY, 24.0, 624.0)]
    # Two cars more on Wednesday: 26 by Tuesday, a third pack.
    one = made(["AAAAA", "AA", "BBBBBB"])
    assert axles(one) == [(MONDAY, 24.0, 624.0), (TUESDAY, 12.0, 636.0)]


def test_stock_is_used_before_anything_is_called() -> None:
    assert axles(made(["AAAAA"], stock={"AXLE": 10.0})) == []
    assert axles(made(["AAAAA"], stock={"AXLE": 9.0})) == [(MONDAY, 12.0, 612.0)]


def test_a_new_call_off_goes_on_from_the_former() -> None:
    former = made(["AAAAA", "AA", "BBBBBB"])
    # On Tuesday 624 are delivered and 610 used: 14 in stock, for 4 + 12 needed: one pack.
    new = made(["AA", "BBBBBB"], TUESDAY, number="1002", date=TUESDAY, former=former)
    assert new.replaces == "1001"
    assert axles(new) == [(TUESDAY, 12.0, 636.0)]
    assert compare_call_offs(former, new).is_empty()


def test_a_part_that_is_not_needed_for_a_while_keeps_its_cumulative_quantity() -> None:
    former = made(["AAAAA"])
    none = call_offs(
        HUB,
        cars_of([(TUESDAY, "")]),
        clock_of(HUB, [TUESDAY]),
        number="1002",
        date=TUESDAY,
        former=former,
    )
    assert none.days.is_empty()
    wednesday = dt.date(2026, 3, 4)
    again = made(["AAAAAAA"], wednesday, number="1003", date=wednesday, former=none)
    # 612 delivered, 610 used, 14 needed: 2 in stock, one pack more.
    assert axles(again) == [(wednesday, 12.0, 624.0)]


def test_seats_are_called_car_by_car_in_the_order_of_the_takts() -> None:
    one = made(["AB"])
    assert one.takts.select("part", "position", "order", "time").rows() == [
        ("SEAT", 1, "0302-001", dt.datetime(2026, 3, 2, 7)),
        ("SEAT", 2, "0302-002", dt.datetime(2026, 3, 2, 11)),
    ]
    unplaced = call_offs(
        HUB, cars_of([(MONDAY, "AB")], placed=False), clock_of(HUB, [MONDAY]), number="1"
    )
    assert unplaced.takts.is_empty()
    assert unplaced.days.filter(pl.col("part") == "SEAT")["units"].to_list() == [2.0]


def test_a_part_without_a_supplier_is_called_by_day() -> None:
    hub = supply_hub(suppliers=None)
    one = call_offs(hub, cars_of([(MONDAY, "A")]), clock_of(hub, [MONDAY]), number="1")
    assert one.days["supplier"].unique().to_list() == ["unnamed"]
    assert one.days.filter(pl.col("part") == "AXLE")["units"].to_list() == [2.0]


def test_parts_without_a_supplier_go_into_no_message(tmp_path: Path) -> None:
    hub = supply_hub(suppliers=[{"part": "SEAT", "supplier": "S-1"}])
    one = call_offs(hub, cars_of([(MONDAY, "A")]), clock_of(hub, [MONDAY]), number="1")
    folder = write_call_offs(one, hub, tmp_path / "out")
    assert [path.name for path in folder.glob("*.edi")] == ["delfor-S-1.edi"]
    assert "AXLE,unnamed" in (folder / "call-off-days.csv").read_text()
    assert [str(problem) for problem in not_sent(one)] == [
        "call-off: parts without a supplier are in no EDIFACT message, in CSV and JSON alone "
        "(found 'AXLE'). Give them rows in table suppliers."
    ]


def test_a_number_cannot_be_used_twice_nor_time_run_back() -> None:
    former = made(["A"], TUESDAY, date=TUESDAY)
    with pytest.raises(DataError) as error:
        made(["A"], MONDAY, date=MONDAY, former=former)
    text = str(error.value)
    assert "another number than the one it replaces (found '1001')" in text
    assert "made later, on 2026-03-03" in text


def test_delfor_segment_by_segment() -> None:
    one = made(["AAA", "AAA", "AAA"], firm_days=1)
    assert write_delfor(one, "S-2", HUB).splitlines() == DELFOR.splitlines()


def test_deljit_segment_by_segment() -> None:
    assert write_deljit(made(["AB"]), "S-1", HUB).splitlines() == DELJIT.splitlines()


def test_a_replacing_message_says_what_it_replaces() -> None:
    former = made(["AAAAA", "A"])
    new = made(["AAAAAAAAA"], TUESDAY, number="1002", date=TUESDAY, former=former)
    for text in (write_delfor(new, "S-2", HUB), write_deljit(new, "S-1", HUB)):
        assert "RFF+AIF:1001'" in text
        assert any(line.endswith("+1002+5'") for line in text.splitlines() if "BGM" in line)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("UNT+23+1'", "UNT+22+1'", "UNT counts other segments than there are, 23"),
        ("UNT+23+1'", "UNT+23+7'", "UNT has another reference than UNH"),
        ("UNZ+1+1001'", "UNZ+2+1001'", "UNZ counts other messages than there are, 1"),
        ("UNZ+1+1001'", "UNZ+1+9'", "UNZ has another reference than UNB"),
        ("DELFOR:D:04A:UN", "DELFOR:D:97A:UN", "not of directory D.04A"),
        ("DELFOR:D:04A:UN", "ORDERS:D:04A:UN", "neither DELFOR nor DELJIT"),
        ("UNZ+1+1001'\n", "", "does not end with UNZ"),
        ("QTY+113:12:PCE'", "QTY+113:many:PCE'", "segment QTY cannot be read"),
        ("UNB+UNOC:3", "UNB+UNOC", "UNB lacks syntax and its version"),
    ],
)
def test_a_damaged_message_is_named(old: str, new: str, rule: str) -> None:
    assert old in DELFOR
    with pytest.raises(DataError, match="problem") as error:
        read_edifact([("delfor.edi", DELFOR.replace(old, new, 1))])
    assert rule in str(error.value)


def test_messages_of_different_call_offs_are_not_mixed() -> None:
    other = DELJIT.replace("1001", "1002")
    with pytest.raises(DataError, match="different call-offs"):
        read_edifact([("a.edi", DELFOR), ("b.edi", other)])


def test_a_supplier_whose_name_no_message_can_carry_gets_none(tmp_path: Path) -> None:
    seat = {"part": "SEAT", "supplier": "좌석", "delivery": "takt"}
    hub = supply_hub(suppliers=[seat, {"part": "AXLE", "supplier": "S-2"}])
    one = call_offs(hub, cars_of([(MONDAY, "A")]), clock_of(hub, [MONDAY]), number="1")
    assert [str(problem) for problem in not_sent(one)] == [
        "call-off of supplier 좌석, column supplier: no DELFOR and DELJIT is written: EDIFACT "
        "takes letters, digits and signs of ASCII here, without blanks around (found '좌석'). Its "
        "call-off is in the CSV and JSON files. `sinho check` names the rows."
    ]
    folder = write_call_offs(one, hub, tmp_path / "out")
    assert [path.name for path in folder.glob("*.edi")] == ["delfor-S-2.edi"]
    assert read_call_offs(folder).same_as(one)


def test_a_message_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    # S-1 delivers seats and axles: a message without the axles would take them back.
    long = "AXLE-" + "9" * 31
    rows = [{"part": part, "supplier": "S-1"} for part in ("SEAT", "AXLE")]
    hub = supply_hub(suppliers=rows)
    one = call_offs(hub, cars_of([(MONDAY, "A")]), clock_of(hub, [MONDAY]), number="1")
    one = replace(one, days=one.days.with_columns(pl.col("part").replace("AXLE", long)))
    (problem,) = not_sent(one)
    assert (problem.where, problem.column, problem.value) == (
        "call-off of supplier S-1",
        "part",
        long,
    )
    assert "at most 35 characters" in problem.rule
    assert not list(write_call_offs(one, hub, tmp_path / "out").glob("*.edi"))


def test_orders_that_no_message_can_carry_are_counted(tmp_path: Path) -> None:
    cars = cars_of([(MONDAY, "A" * 7)]).with_columns(("주문-" + pl.col("order")).alias("order"))
    one = call_offs(HUB, cars, clock_of(HUB, [MONDAY]), number="1")
    (problem,) = not_sent(one)
    assert problem.rule.startswith("no DELJIT is written: ")
    assert str(problem.value).endswith("주문-0302-005 and 2 more")
    folder = write_call_offs(one, HUB, tmp_path / "out")
    names = sorted(path.name for path in folder.glob("*.edi"))
    assert names == ["delfor-S-1.edi", "delfor-S-2.edi"]


def test_a_number_that_no_message_can_carry_stops_before_anything_is_written(
    tmp_path: Path,
) -> None:
    one = made(["A"], number="12345678901234")
    with pytest.raises(DataError, match="at most 13 characters"):
        write_call_offs(one, HUB, tmp_path / "out")
    assert not (tmp_path / "out").exists()


MODELS = st.lists(st.text("AB", min_size=1, max_size=9), min_size=1, max_size=6)


FEWER = st.lists(st.text("AB", max_size=9), min_size=1, max_size=6)
"""Plans with days without cars."""


@settings(max_examples=25, deadline=None)
@given(MODELS, st.integers(0, 6), st.none() | FEWER)
def test_files_and_messages_read_back_as_written(
    models: list[str], firm: int, later: list[str] | None
) -> None:
    one = made(models, firm_days=firm)
    if later is not None:
        one = made(later, MONDAY, number="1002", former=one, firm_days=firm)
    with tempfile.TemporaryDirectory() as place:
        folder = write_call_offs(one, HUB, Path(place) / "call-off")
        kept = read_call_offs(folder)
        (folder / "call-off.json").unlink()
        messages = read_call_offs(folder)
    assert kept.same_as(one)
    assert kept.progress.equals(one.progress)
    assert messages.same_as(one)


@settings(max_examples=25, deadline=None)
@given(st.lists(MODELS, min_size=2, max_size=4))
def test_cumulative_quantities_never_fall_and_deliveries_cover_the_need(
    plans: list[list[str]],
) -> None:
    days = workdays(12)
    former: CallOffs | None = None
    past: dict[str, float] = {}
    for turn, models in enumerate(plans):
        new = made(models, days[turn], number=str(turn + 1), date=days[turn], former=former)
        for (part,), rows in new.days.group_by("part"):
            values = rows.sort("date")["cumulative"].to_list()
            assert values == sorted(values)
            base = values[0] - rows.sort("date")["units"][0]
            assert base == past.get(str(part), 600.0 if part == "AXLE" else 0.0)
        left = new.progress["delivered"] - new.progress["used"]
        assert left.is_empty() or left.min() >= 0
        # Only the first day of each call-off comes true before the next one replaces it.
        done = new.progress.filter(pl.col("date") == days[turn])
        past |= dict(done.select("part", "delivered").iter_rows())
        former = new


def test_differences_by_day_and_takt_in_words() -> None:
    old = made(["AB", "AAAAAA"])
    new = made(["BA", "AAAAAAAAAAAA", "B"], number="1002", former=None)
    days = compare_call_offs(old, new)
    seats = days.filter(pl.col("part") == "SEAT").select("date", "what", "before", "after").rows()
    # Wednesday is in the new horizon only.
    assert seats == [(TUESDAY, "more", 6.0, 12.0)]
    takts = compare_takts(old, new).filter(pl.col("order").str.starts_with("0303"))
    assert set(takts["what"]) == {"new", "time"}
    back = compare_call_offs(new, old).filter(pl.col("part") == "SEAT")
    assert back.select("what", "change").rows() == [("less", -6.0)]


def sinho(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def test_the_command_compares_two_folders(tmp_path: Path) -> None:
    old, new = made(["AB", "AAAAAA"]), made(["BA", "AAAAAAAAAAAA"], number="1002")
    write_call_offs(old, HUB, tmp_path / "old")
    write_call_offs(new, HUB, tmp_path / "new")
    code, text = sinho("calloff", "compare", tmp_path / "old", tmp_path / "new")
    assert code == 0
    assert "Call-off 1002 of 2026-03-02 against 1001" in text
    assert "more" in text
    code, text = sinho("calloff", "compare", tmp_path / "old", tmp_path / "new", "--json")
    assert code == 0
    assert json.loads(text)["days"][0]["what"] == "more"
    edi = ("calloff", "compare", tmp_path / "old/delfor-S-2.edi", tmp_path / "new/delfor-S-2.edi")
    assert sinho(*edi)[0] == 0


def test_the_command_names_files_that_are_no_call_off(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    assert sinho("calloff", "compare", tmp_path / "bad.json", tmp_path / "empty")[0] == 3
    code, text = sinho("calloff", "compare", tmp_path / "empty", tmp_path / "empty")
    assert code == 3
    assert "neither call-off.json nor .edi" in text
    assert sinho("calloff", "compare", tmp_path / "none", tmp_path / "none")[0] == 5
