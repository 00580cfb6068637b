"""UN/EDIFACT interchanges as they are written: encoding, separators, segments, envelope."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydifact.constants import Element
from pydifact.control.characters import Characters
from pydifact.parser import Parser
from pydifact.segmentcollection import Message
from pydifact.segments import Segment
from pydifact.tokenizer import Tokenizer

from sinho.calloffs.edifact import VERSION
from sinho.errors import DataError, Problem

MARKS = ":+.? '"
"""What parts components and elements, marks decimals, releases, is reserved, ends a segment: the
separators where no UNA gives others (ISO 9735)."""

BLANK = "\ufeff \t\r\n"
"""What may stand around interchanges and segments; the first is a byte order mark."""

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

SYNTAXES = {
    **{
        f"UNO{letter}": f"iso-8859-{n}"
        for letter, n in zip("CDEFGHIJK", (1, 2, 5, 7, 3, 4, 6, 8, 9), strict=True)
    },
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}
"""Encodings of the character repertoires that UNB names."""

UNB_ELEMENTS = 5


@dataclass(frozen=True)
class Raw:
    """An interchange as it is written: its segments and the marks that may part decimals."""

    segments: list[Segment]
    decimals: str


def decoded(content: bytes) -> str:
    """Return the text of a file: as its byte order mark says, else as the syntax of its UNB does.

    Parameters
    ----------
    content : bytes
        The file.

    Raises
    ------
    DataError
        When it is not text in that encoding.
    """
    marked = next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), "")
    syntax = re.search(rb"UNB.(UNO[A-Z])", content[:2000])
    encoding = marked or SYNTAXES.get(syntax[1].decode() if syntax else "", "latin-1")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        rule = f"the file is not text in {encoding}, as its beginning says (byte {error.start})"
        raise DataError([Problem("call-off", rule)]) from error


def interchanges(text: str) -> Iterator[Raw]:
    """Part a text into its interchanges, each with the separators that its UNA gives.

    Parameters
    ----------
    text : str
        One or several interchanges, and blanks or line breaks around them and their segments.

    Yields
    ------
    Raw
        Segments from UNB on.

    Raises
    ------
    DataError
        When something else stands before, between or behind them, the separators cannot be used,
        or the text ends within a segment.
    """
    rest = text.lstrip(BLANK)
    if not rest:
        raise _refused("the file is empty")
    while rest:
        una, rest = (rest[3:9], rest[9:].lstrip(BLANK)) if rest.startswith("UNA") else ("", rest)
        marks = una or MARKS
        used = marks[:2] + marks[3:4].strip() + marks[5:]
        if len(marks) < len(MARKS) or len({*used}) < len(used) or re.search(r"[\w ]", used):
            raise _refused("the separators after UNA cannot part anything", una)
        if not rest.startswith("UNB"):
            tag = " (tags of segments are capital letters)" if rest[:2].upper() == "UN" else ""
            raise _refused(
                f"an interchange begins with UNA or UNB, and here stands something else{tag}",
                rest[:20],
            )
        body, rest = _cut(rest, marks)
        segments = _segments(body, marks)
        version = component(segments[0].elements[0] if segments[0].elements else None, 1)
        yield Raw(segments, marks[2] if una and version < "4" else ".,")
        rest = rest.lstrip(BLANK)


def _refused(rule: str, value: str | None = None) -> DataError:
    return DataError([Problem("call-off", rule, value=value)])


def _cut(text: str, marks: str) -> tuple[str, str]:
    """Part a text behind the UNZ of its first interchange, or before the UNB of a second one."""
    release, end = re.escape(marks[3]), re.escape(marks[5])
    one = f"(?:{release}.|[^{end}])*?{end}" if marks[3] != " " else f"[^{end}]*{end}"
    at = 0
    for found in re.finditer(one, text, flags=re.DOTALL):
        tag = found.group().lstrip(BLANK)[:3]
        if at and tag in ("UNA", "UNB"):
            return text[:at], text[at:]
        at = found.end()
        if tag == "UNZ":
            return text[:at], text[at:]
    left = text[at:].strip(BLANK)
    if left:
        raise _refused("the file ends within a segment: it is not complete", left[:20])
    return text[:at], ""


def _segments(text: str, marks: str) -> list[Segment]:
    """Parse the text of an interchange into its segments."""
    # a blank says that nothing releases a separator
    release = marks[3] if marks[3] != " " else "\0"
    signs = Characters(  # type: ignore[no-untyped-call]
        marks[0], marks[1], marks[2], release, marks[4], marks[5]
    )
    found = []
    for row, (tag, *elements) in enumerate(
        Parser().convert_tokens_to_raw_segments(Tokenizer().get_tokens(text, signs)), start=1
    ):
        if not isinstance(tag, str) or not re.fullmatch("[A-Z]{3}", tag):
            rule = "a segment begins with a tag of three capital letters"
            raise DataError([Problem("call-off", rule, row=row, value=str(tag))])
        if any(sign < " " for element in elements for part in element for sign in part):
            rule = f"a line breaks within segment {tag}"
            raise DataError([Problem("call-off", rule, row=row)])
        found.append(Segment(tag, *elements))
    return found


def messages_of(segments: Sequence[Segment]) -> Iterator[Message]:
    """Yield the messages of an interchange whose service segments are right."""
    message: Message | None = None
    for segment in segments:
        if segment.tag == "UNH":
            message = Message(segment[0], segment[1])  # type: ignore[arg-type]
        elif segment.tag == "UNT" and message is not None:
            yield message
            message = None
        elif message is not None:
            message.add_segment(segment)


def read_before(
    name: str, segments: Sequence[Segment], seen: dict[tuple[str, ...], str]
) -> list[Problem]:
    """Refuse an interchange that came before: it would be counted twice."""
    head = segments[0].elements
    mark = (component(head[1], 0), component(head[2], 0), component(head[4], 0))
    before = seen.setdefault(mark, name)
    if before == name:
        return []
    rule = f"the interchange is in {before} already (UNB has the same sender, receiver, reference)"
    return [Problem(name, rule, value=mark[2])]


def envelope_problems(name: str, segments: Sequence[Segment]) -> list[Problem]:
    """Check an interchange's service segments: counts, references, version.

    Parameters
    ----------
    name : str
        Name of the file.
    segments : sequence of Segment
        Its segments, from UNB on.

    Returns
    -------
    list of Problem
        UNH against UNT (reference, number of segments), UNB against UNZ (reference, number of
        messages, or of groups where there are some), and messages of another type or directory
        than the pinned one.
    """
    problems = []

    def say(row: int, rule: str, value: object) -> None:
        problems.append(Problem(name, rule, row=row, value=str(value)))

    def at(segment: Segment, place: int) -> Element:
        return segment.elements[place] if len(segment.elements) > place else ""

    begun, messages, groups = 0, 0, 0
    head: Segment | None = None
    if len(segments[0].elements) < UNB_ELEMENTS or not component(at(segments[0], 0), 1).isdigit():
        say(1, "UNB lacks syntax and its version, sender, receiver, date or reference", "")
    for row, segment in enumerate(segments, start=1):
        if head is not None and segment.tag in ("UNH", "UNZ"):
            say(row, f"message {component(at(head, 0), 0)} does not end with UNT", segment.tag)
            head = None
        if segment.tag == "UNH":
            begun, head, messages = row, segment, messages + 1
            kind = at(segment, 1)
            if not isinstance(kind, list) or kind[0] not in ("DELFOR", "DELJIT"):
                say(row, "the message is neither DELFOR nor DELJIT", kind)
            elif tuple(kind[1:4]) != VERSION:
                say(row, f"the message is not of directory {'.'.join(VERSION[:2])}", kind[1:4])
        elif segment.tag == "UNT":
            count = row - begun + 1
            if at(segment, 0) != str(count):
                say(row, f"UNT counts other segments than there are, {count}", at(segment, 0))
            if head is None or at(segment, 1) != at(head, 0):
                say(row, "UNT has another reference than UNH", at(segment, 1))
            head = None
        elif segment.tag == "UNG":
            groups += 1
        elif segment.tag == "UNZ":
            what, count = ("groups", groups) if groups else ("messages", messages)
            if at(segment, 0) != str(count):
                say(row, f"UNZ counts other {what} than there are, {count}", at(segment, 0))
            if at(segment, 1) != at(segments[0], 4):
                say(row, "UNZ has another reference than UNB", at(segment, 1))
    if segments[-1].tag != "UNZ":
        say(len(segments), "the interchange does not end with UNZ", "")
    return problems


def component(element: Element | None, place: int) -> str:
    """Return a component of an element, empty where there is none."""
    if isinstance(element, (list, tuple)):
        return str(element[place]) if len(element) > place else ""
    return str(element) if element is not None and place == 0 else ""
