"""Messages against the segment tables of UN/EDIFACT directory D.04A, segment by segment."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydifact.exceptions import MissingImplementationWarning
from pydifact.parser import Parser
from pydifact.segments import Segment

from sinho.materials import call_offs
from sinho.materials.edifact import read_edifact, write_delfor, write_deljit
from sinho.results import CallOffs
from tests.materials.plants import MONDAY, cars_of, clock_of, supply_hub
from tests.materials.test_calloffs import HUB, MODELS, TUESDAY, made


@dataclass(frozen=True)
class Seg:
    """A segment of a table: tag, whether it must stand there, how often it may."""

    tag: str
    must: bool
    most: int


@dataclass(frozen=True)
class Group:
    """A segment group: it begins with its first segment."""

    most: int
    parts: tuple[Seg | Group, ...]


DELFOR = (
    Seg("UNH", True, 1),
    Seg("BGM", True, 1),
    Seg("DTM", True, 10),
    Seg("FTX", False, 5),
    Group(10, (Seg("RFF", True, 1), Seg("DTM", False, 1))),  # SG1
    Group(99, (Seg("NAD", True, 1), Seg("LOC", False, 10), Seg("FTX", False, 5))),  # SG2
    Group(  # SG6
        9999,
        (
            Seg("GEI", True, 1),
            Group(1, (Seg("NAD", True, 1), Seg("LOC", False, 10))),  # SG7
            Group(  # SG12
                9999,
                (
                    Seg("LIN", True, 1),
                    Seg("PIA", False, 10),
                    Group(99, (Seg("RFF", True, 1), Seg("DTM", False, 1))),  # SG13
                    Group(99, (Seg("QTY", True, 1), Seg("DTM", False, 2))),  # SG16
                    Group(  # SG18
                        999,
                        (
                            Seg("SCC", True, 1),
                            Group(999, (Seg("QTY", True, 1), Seg("DTM", False, 2))),  # SG19
                        ),
                    ),
                ),
            ),
        ),
    ),
    Seg("UNT", True, 1),
)
"""The part of DELFOR D.04A that is used, in the order of its segment table."""

DELJIT = (
    Seg("UNH", True, 1),
    Seg("BGM", True, 1),
    Seg("DTM", True, 10),
    Seg("FTX", False, 5),
    Group(10, (Seg("RFF", True, 1), Seg("DTM", False, 1))),
    Group(20, (Seg("NAD", True, 1), Seg("LOC", False, 10), Seg("FTX", False, 5))),
    Group(
        9999,
        (
            Seg("SEQ", True, 1),
            Seg("DTM", False, 5),
            Seg("GIR", False, 99),
            Seg("LOC", False, 5),
            Group(
                9999,
                (
                    Seg("LIN", True, 1),
                    Seg("PIA", False, 10),
                    Group(5, (Seg("RFF", True, 1), Seg("DTM", False, 1))),
                    Group(100, (Seg("QTY", True, 1), Seg("SCC", False, 1), Seg("DTM", False, 10))),
                ),
            ),
        ),
    ),
    Seg("UNT", True, 1),
)


def walked(tags: Sequence[str], parts: Sequence[Seg | Group], at: int = 0) -> int:
    """Walk along a segment table; return how far the tags follow it."""
    for part in parts:
        head = part if isinstance(part, Seg) else part.parts[0]
        assert isinstance(head, Seg)
        count = 0
        while at < len(tags) and tags[at] == head.tag and count < part.most:
            at = at + 1 if isinstance(part, Seg) else walked(tags, part.parts, at)
            count += 1
        assert count or not (isinstance(part, Seg) and part.must), f"{head.tag} is missing"
    return at


def messages(text: str) -> list[list[Segment]]:
    """Return the messages of an interchange, and check its envelope by counting."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingImplementationWarning)
        segments = list(Parser().parse(text))
    assert [segments[0].tag, segments[-1].tag] == ["UNB", "UNZ"]
    assert segments[0][0] == ["UNOC", "3"]
    found: list[list[Segment]] = []
    for segment in segments[1:-1]:
        if segment.tag == "UNH":
            found.append([])
        found[-1].append(segment)
    assert segments[-1][0] == str(len(found))
    assert segments[-1][1] == segments[0][4]
    for number, message in enumerate(found, start=1):
        head, tail = message[0], message[-1]
        assert (head[0], tail[0], tail[1]) == (str(number), str(len(message)), str(number))
    return found


def test_a_message_in_the_wrong_order_does_not_follow_the_table() -> None:
    right = ["UNH", "BGM", "DTM", "NAD", "GEI", "LIN", "QTY", "SCC", "QTY", "DTM", "UNT"]
    assert walked(right, DELFOR) == len(right)
    wrong = ["UNH", "BGM", "DTM", "NAD", "GEI", "LIN", "SCC", "LOC", "UNT"]
    with pytest.raises(AssertionError, match="UNT is missing"):
        walked(wrong, DELFOR)


@settings(max_examples=25, deadline=None)
@given(MODELS, st.integers(0, 6), st.booleans())
def test_every_message_follows_its_segment_table(
    models: list[str], firm: int, replacing: bool
) -> None:
    one = made(models, firm_days=firm)
    if replacing:
        one = made(models, TUESDAY, number="1002", date=TUESDAY, former=one, firm_days=firm)
    if not one.days.filter(one.days["supplier"] == "S-2").is_empty():
        for message in messages(write_delfor(one, "S-2", HUB)):
            assert message[0][1] == ["DELFOR", "D", "04A", "UN"]
            tags = [segment.tag for segment in message]
            assert walked(tags, DELFOR) == len(tags)
            check_sums(message)
    for message in messages(write_deljit(one, "S-1", HUB)):
        assert message[0][1] == ["DELJIT", "D", "04A", "UN"]
        tags = [segment.tag for segment in message]
        assert walked(tags, DELJIT) == len(tags)


def check_sums(message: list[Segment]) -> None:
    """Check that each cumulative quantity (3) is that received (70) and all delivered (113)."""
    total = 0.0
    for segment in message:
        if segment.tag != "QTY":
            continue
        code, amount = segment[0][0], float(segment[0][1])
        if code == "70":
            total = amount
        elif code == "113":
            total += amount
        else:
            assert (code, amount) == ("3", total)


def test_signs_of_the_syntax_in_names_come_back_as_they_were() -> None:
    row = {"part": "SEAT", "supplier": "S+1:a'?", "delivery": "takt"}
    hub = supply_hub(suppliers=[row])
    one: CallOffs = call_offs(hub, cars_of([(MONDAY, "AB")]), clock_of(hub, [MONDAY]), number="1")
    text = write_deljit(one, "S+1:a'?", hub)
    assert "NAD+SE+S?+1?:a?'??::92'" in text
    assert read_edifact([("jit.edi", text)]).takts.equals(one.takts)
    messages(text)
