"""The segment tables of DELFOR and DELJIT in UN/EDIFACT directory D.04A, and a walk along them.

Which segments and groups there are, and in what order, is the directory's in full: the counters of
the structure charts of Bosch (GMI051, 2024) and GE Healthcare (2013), both on D.04A, number the
same places (0080 SG2, 0190 SG6, 0370 SG12, 0480 SG13, 0580 SG16, 0640 SG18). How often a part may
stand is theirs where they say so; else it is once, which no directory forbids.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from pydifact.exceptions import MissingImplementationWarning
from pydifact.parser import Parser
from pydifact.segments import Segment


@dataclass(frozen=True)
class Seg:
    """A segment of a table: tag, how often it may stand there, whether it must."""

    tag: str
    most: int = 1
    must: bool = False


@dataclass(frozen=True)
class Group:
    """A segment group: it begins with its first segment."""

    name: str
    most: int
    parts: tuple[Seg | Group, ...]


def group(name: str, most: int, *parts: str | Seg | Group) -> Group:
    """Return a group; plain tags stand at most once, the first of them must."""
    head, *rest = (Seg(part) if isinstance(part, str) else part for part in parts)
    assert isinstance(head, Seg)
    return Group(name, most, (Seg(head.tag, 1, True), *rest))


HEADER = (Seg("UNH", 1, True), Seg("BGM", 1, True), Seg("DTM", 10, True), Seg("FTX", 5))

DELFOR = (
    *HEADER,
    group("SG1", 1, "RFF", "DTM"),
    group("SG2", 99, "NAD", group("SG3", 1, "RFF", "DTM"), group("SG4", 1, "CTA", Seg("COM", 3))),
    group("SG5", 1, "TDT", "DTM"),
    group(
        "SG6",
        9999,
        "GEI",
        group(
            "SG7",
            1,
            "NAD",
            "LOC",
            "FTX",
            group("SG8", 1, "RFF", "DTM"),
            group("SG9", 1, "DOC", "DTM"),
            group("SG10", 5, "CTA", "COM"),
            group("SG11", 1, "TDT", "DTM"),
        ),
        group(
            "SG12",
            9999,
            "LIN",
            Seg("PIA", 10),
            *("IMD", "MEA", "ALI", "GIN", "GIR", "LOC", "DTM", "FTX"),
            group("SG13", 99, "RFF", "DTM"),
            group("SG14", 1, "CTA", "COM"),
            group("SG15", 1, "TDT", "TMD", "DTM"),
            group("SG16", 99, "QTY", Seg("DTM", 2), group("SG17", 99, "RFF", "DTM")),
            group(
                "SG18",
                999,
                "SCC",
                group("SG19", 999, "QTY", Seg("DTM", 2), group("SG20", 1, "RFF", "DTM")),
            ),
            group("SG21", 1, "PAC", "MEA", "QTY", "DTM", group("SG22", 1, "PCI", "GIN")),
            group(
                "SG23",
                1,
                "NAD",
                "LOC",
                "FTX",
                group("SG24", 1, "DOC", "DTM"),
                group("SG25", 1, "CTA", "COM"),
                group("SG26", 1, "QTY", "DTM", group("SG27", 1, "RFF", "DTM")),
                group(
                    "SG28",
                    1,
                    "SCC",
                    group("SG29", 1, "QTY", "DTM", group("SG30", 1, "RFF", "DTM")),
                ),
                group("SG31", 1, "TDT", "DTM"),
            ),
            group("SG32", 1, "PRI", "CUX", "DTM"),
        ),
    ),
    Seg("UNT", 1, True),
)

DELJIT = (
    *HEADER,
    group("SG1", 10, "RFF", "DTM"),
    group("SG2", 20, "NAD", "LOC", "FTX", group("SG3", 1, "CTA", "COM")),
    group(
        "SG4",
        9999,
        "SEQ",
        "DTM",
        "GIR",
        "LOC",
        group("SG5", 1, "PAC", group("SG6", 1, "PCI", "GIN")),
        group(
            "SG7",
            9999,
            "LIN",
            *("PIA", "IMD", "ALI", "GIR", "FTX", "PAC", "DTM"),
            group("SG8", 1, "RFF", "DTM"),
            group("SG9", 1, "TDT", "TMD"),
            group("SG10", 1, "LOC", group("SG11", 1, "CTA", "COM")),
            group("SG12", 1, "QTY", "SCC", "DTM", group("SG13", 1, "RFF", "DTM")),
            group("SG14", 1, "PRI", "CUX", "DTM"),
        ),
    ),
    Seg("UNT", 1, True),
)

TABLES = {"DELFOR": DELFOR, "DELJIT": DELJIT}


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


def checked(text: str) -> list[list[Segment]]:
    """Check an interchange against its segment tables; return its messages."""
    found = messages(text)
    assert found
    for message in found:
        kind = str(message[0][1][0])
        assert message[0][1] == [kind, "D", "04A", "UN"]
        tags = [segment.tag for segment in message]
        assert walked(tags, TABLES[kind]) == len(tags)
        if kind == "DELFOR":
            _check_sums(message)
    return found


def _check_sums(message: list[Segment]) -> None:
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
