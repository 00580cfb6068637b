"""Messages against the segment tables of UN/EDIFACT directory D.04A, segment by segment."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.materials import call_offs, write_call_offs
from sinho.materials.edifact import read_edifact, write_deljit
from sinho.results import CallOffs
from tests.materials.directory import DELFOR, DELJIT, checked, walked
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub
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
