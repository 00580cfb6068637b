"""Messages against the segment tables of UN/EDIFACT directory D.04A, segment by segment."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.calloffs import read_call_offs, write_call_offs
from sinho.calloffs.edifact import write_deljit
from sinho.calloffs.edifact_read import read_edifact
from sinho.errors import DataError
from sinho.materials.calloffs import call_offs
from sinho.results import CallOffs
from tests.materials.directory import DELFOR, DELJIT, checked, walked
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub
from tests.materials.test_calloffs import DELFOR as DELFOR_TEXT
from tests.materials.test_calloffs import DELJIT as DELJIT_TEXT
from tests.materials.test_calloffs import FEWER, HUB, MODELS, made

HEAD = ["UNH", "BGM", "DTM"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["NAD", "LOC", "GEI", "LIN"],  # a place of the buyer: SG2 has none before SG3
        ["NAD", "FTX", "GEI", "LIN"],
        ["NAD", "COM", "GEI", "LIN"],  # a telephone without its contact
        ["NAD", "GEI", "NAD", "NAD", "LIN"],  # two ship-tos for one GEI
        ["NAD", "GEI", "LIN", "QTY", "RFF", "RFF", "QTY", "RFF", "QTY", "PIA"],
        ["NAD", "GEI", "LIN", "SCC", "LOC"],
        ["NAD", "GEI", "LIN", "SCC", "DTM"],  # a day without a quantity
        ["NAD", "GEI", "LIN", "SCC", "QTY", "DTM", "DTM", "DTM"],
        ["GEI", "NAD", "LIN", "NAD", "GEI", "BGM"],
    ],
)
def test_a_delfor_beside_the_table_is_refused(wrong: list[str]) -> None:
    with pytest.raises(AssertionError, match="UNT is missing"):
        walked([*HEAD, *wrong, "UNT"], DELFOR)


@pytest.mark.parametrize(
    "wrong",
    [
        ["NAD", "RFF", "SEQ", "LIN"],  # references come before the parties
        ["SEQ", "DTM", "DTM", "LIN"],
        ["SEQ", "LIN", "QTY", "RFF", "LIN", "QTY", "LOC"],
        ["LIN", "QTY"],  # a line without its place
    ],
)
def test_a_deljit_beside_the_table_is_refused(wrong: list[str]) -> None:
    with pytest.raises(AssertionError, match="UNT is missing"):
        walked([*HEAD, *wrong, "UNT"], DELJIT)


def test_messages_as_guidelines_have_them_follow_the_table() -> None:
    line = ["LIN", "PIA", "IMD", "RFF", "DTM", "QTY", "DTM", "DTM", "RFF", "SCC", "QTY", "DTM"]
    delfor = [*HEAD, "RFF", "NAD", "RFF", "CTA", "COM", "NAD", "GEI", "NAD", "LOC", *line, "UNT"]
    assert walked(delfor, DELFOR) == len(delfor)
    deljit = [*HEAD, "RFF", "NAD", "LOC", "SEQ", "DTM", "LIN", "RFF", "QTY", "DTM", "UNT"]
    assert walked(deljit, DELJIT) == len(deljit)


@settings(max_examples=30, deadline=None)
@given(MODELS, st.integers(0, 6), st.none() | FEWER)
def test_every_message_follows_its_segment_table(
    models: list[str], firm: int, later: list[str] | None
) -> None:
    one = made(models, firm_days=firm)
    if later is not None:
        one = made(later, MONDAY, number="1002", former=one, firm_days=firm)
    with tempfile.TemporaryDirectory() as place:
        files = sorted(write_call_offs(one, HUB, Path(place) / "call-off").glob("*.edi"))
        assert {path.name for path in files} >= {"delfor-S-1.edi", "delfor-S-2.edi"}
        for path in files:
            checked(path.read_text(encoding="ascii"))


def test_signs_of_the_syntax_in_names_come_back_as_they_were() -> None:
    row = {"part": "SEAT", "supplier": "S+1:a'?", "delivery": "takt"}
    hub = supply_hub(suppliers=[row])
    one: CallOffs = call_offs(hub, cars_of([(MONDAY, "AB")]), clock_of(hub, [MONDAY]), number="1")
    text = write_deljit(one, "S+1:a'?", hub)
    assert "NAD+SE+S?+1?:a?'??::92'" in text
    assert read_edifact([("jit.edi", text)]).takts.equals(one.takts)
    checked(text)


def both(text: str, *more: str) -> CallOffs:
    return read_edifact([("a.edi", text), *((f"{n}.edi", one) for n, one in enumerate(more))])


def marked(text: str, marks: str) -> str:
    """The same interchange with other separators, its amounts with the decimal mark."""
    text = re.sub(r"(QTY\+\w+:\d+)\.", rf"\1{marks[2]}", text)
    known = dict(zip(":+?'", marks[:2] + marks[3] + marks[5], strict=True))
    return f"UNA{marks}" + "".join(known.get(sign, sign) for sign in text)


AXLES = DELFOR_TEXT.replace(":12:", ":12.5:")
SENT_AGAIN = AXLES.replace(":0000+1001'", ":0000+77'").replace("UNZ+1+1001", "UNZ+1+77")


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda text: "\ufeff" + text, "a byte order mark"),
        (lambda text: "\r\n  " + text + "\r\n\r\n", "blank lines around it"),
        (lambda text: text.replace("\n", ""), "one line"),
        (lambda text: text.replace("\n", "\r\n"), "lines of Windows"),
        (lambda text: marked(text, ":+,? '"), "a decimal comma by UNA"),
        (lambda text: marked(text, "|*,!^~"), "other separators by UNA"),
        (lambda text: marked(text, ":+,  '"), "nothing releases by UNA"),
        (lambda text: marked(text, ":+.? '").replace("UNA:+.? '", "UNA:+.? '\r\n"), "UNA alone"),
        (lambda text: re.sub(r"DTM\+2:20(\d+):102", r"DTM+2:\1:101", text), "short dates"),
        (lambda text: re.sub(r"(QTY\+\w+:\d+)\.", r"\1,", text), "a comma without UNA"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_interchange_is_read_as_it_may_be_written(
    change: Callable[[str], str], what: str
) -> None:
    plain, found = both(AXLES), both(change(AXLES))
    assert 12.5 in plain.days["units"].to_list()
    assert found.days.equals(plain.days), what
    assert (found.number, found.date, found.horizon) == (plain.number, plain.date, plain.horizon)


def test_two_interchanges_in_one_file_are_both_read() -> None:
    apart, together = both(AXLES, DELJIT_TEXT), both(AXLES + DELJIT_TEXT)
    mixed = both(marked(AXLES, "|*,!^~") + "\r\n" + DELJIT_TEXT)
    for found in (together, mixed):
        assert found.days.equals(apart.days)
        assert found.takts.equals(apart.takts)
        assert found.takts.height


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("Dear supplier,\n" + AXLES, ["an interchange begins with UNA or UNB, and here stands"]),
        (AXLES + "-- \nsent by mail", ["an interchange begins with UNA or UNB, and here stands"]),
        (AXLES.lower(), ["tags of segments are capital letters"]),
        (AXLES + AXLES, ["the interchange is in a.edi already"]),
        (SENT_AGAIN + AXLES, ["part AXLE of supplier S-2 is called twice for 2026-03-02"]),
        (AXLES[: len(AXLES) // 2], ["the file ends within a segment: it is not complete"]),
        (AXLES[: AXLES.index("UNZ")], ["the interchange does not end with UNZ"]),
        (AXLES[: AXLES.index("UNZ")] + DELJIT_TEXT, ["the interchange does not end with UNZ"]),
        (re.sub("UNT[^']*'\n", "", AXLES), ["does not end with UNT"]),
        ("UNA:+.? ", ["the separators after UNA cannot part anything"]),
        ("UNA::.? '" + AXLES, ["the separators after UNA cannot part anything"]),
        ("", ["the file is empty"]),
        ("\ufeff \n", ["the file is empty"]),
        (AXLES.replace(":12.5:", ":1.250,5:"), ["segment QTY cannot be read: '1.250,5' is no num"]),
        (AXLES.replace(":12.5:", ":1e3:"), ["'1e3' is no number"]),
        (AXLES.replace("113:12.5:", "113:-5:"), ["'-5' is no quantity that can be delivered"]),
        (AXLES.replace("113:12.5:", f"113:{'9' * 40}:"), ["is no quantity"]),
        (AXLES.replace("DTM+2:20260302:102", "DTM+2:20260332:102"), ["'20260332' is no date"]),
        (AXLES.replace("DTM+2:20260302:102", "DTM+2:020326:102"), ["no date YYYYMMDD"]),
        (AXLES.replace("DTM+2:20260302:102", "DTM+2:202610:616"), ["time format '616'"]),
        (AXLES.replace(":12.5:", ":nan:"), ["'nan' is no number"]),
        ("UNA:+,? '" + AXLES, ["is no number with the decimal mark ',' of UNA"]),
        (AXLES.replace("AXLE", "AX\nLE", 1), ["a line breaks within segment LIN"]),
        (
            AXLES.replace("BGM+", "bgm+", 1),
            ["a segment begins with a tag of three capital letters"],
        ),
    ],
)
def test_what_is_no_call_off_is_named_once(text: str, rules: list[str]) -> None:
    with pytest.raises(DataError) as error:
        read_edifact([("a.edi", text)])
    told = [str(problem) for problem in error.value.problems]
    assert len(told) == 1, told
    assert all(rule in told[0] for rule in rules)


def test_an_amount_may_have_a_point_or_a_comma_in_syntax_4() -> None:
    text = "UNA:+,? '" + AXLES.replace("UNOC:3", "UNOC:4")
    assert both(text).days.equals(both(AXLES).days)


@pytest.mark.parametrize(
    ("syntax", "encoding", "mark"),
    [
        ("UNOC", "latin-1", ""),
        ("UNOY", "utf-8", ""),
        ("UNOC", "utf-8", "\ufeff"),
        ("UNOC", "utf-16", ""),
        ("UNOE", "iso-8859-5", ""),
    ],
)
def test_a_file_is_read_in_the_encoding_that_it_states(
    tmp_path: Path, syntax: str, encoding: str, mark: str
) -> None:
    name = "Ось" if encoding == "iso-8859-5" else "Träger"
    text = AXLES.replace("UNOC:3", f"{syntax}:3").replace("AXLE", name)
    path = tmp_path / "delfor.edi"
    path.write_bytes((mark + text).encode(encoding))
    assert read_call_offs(path).days["part"].unique().to_list() == [name]


def test_a_file_that_is_not_in_its_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "delfor.edi"
    path.write_bytes(AXLES.replace("UNOC", "UNOY").replace("AXLE", "Träger").encode("latin-1"))
    with pytest.raises(DataError, match=r"delfor\.edi: the file is not text in utf-8"):
        read_call_offs(path)
