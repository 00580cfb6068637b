"""Whatever a file holds, it is read as a day or refused in words; nothing else happens."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.check import check_day
from sinho.days.formats import inspect_day, read_day, read_order, write_day, write_order
from sinho.errors import DataError
from sinho.testing.days import generate_day
from tests.budget import examples
from tests.sequence.days import random_day
from tests.sequence.test_csplib import SEVERAL, SINGLE
from tests.sequence.test_tables import FILES as TABLES

PIECES = (b";", b",", b"\n", b"\r", b"0", b"-1", b"1e9", b"/", b"#", b'"', b"\xff", b"\x00", b" ")
PIECES += ("é".encode(), b"99999999999999999999", b"hard", b"=", b"\xef\xbb\xbf", b"$", b"")


def spoilt(content: bytes, draw: random.Random) -> bytes:
    """Return a file with some of its bytes replaced, taken out or repeated."""
    data = bytearray(content)
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(data) + 1)
        to = min(len(data), at + draw.choice([0, 1, 1, 2, 5, 40]))
        data[at:to] = draw.choice((*PIECES, bytes(data[at:to]) * 2))
    return bytes(data)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One day of each format."""
    place = tmp_path_factory.mktemp("samples")
    write_day(generate_day(8, colours=2, high=1, low=1), place / "roadef", format="roadef")
    (place / "tables").mkdir()
    for name, text in TABLES.items():
        (place / "tables" / name).write_text(text, encoding="utf-8")
    write_day(random_day(3, 6), place / "other")
    (place / "csplib").mkdir()
    (place / "csplib" / "one.txt").write_text(SINGLE, encoding="utf-8")
    (place / "csplib" / "two.txt").write_text(SEVERAL, encoding="utf-8")
    return place


@settings(max_examples=examples(150))
@given(seed=st.integers(0, 10**9))
def test_spoilt_days_are_read_or_refused(
    samples: Path, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    draw = random.Random(seed)
    name = draw.choice(["roadef", "tables", "other", "csplib"])
    path = tmp_path_factory.mktemp("spoilt") / name
    shutil.copytree(samples / name, path)
    file = draw.choice(sorted(path.iterdir()))
    if draw.random() < 0.05:
        file.unlink()
    else:
        file.write_bytes(spoilt(file.read_bytes(), draw))
    date = dt.date(2026, 3, 3) if name == "tables" else None
    day, problems = inspect_day(file if name == "csplib" else path, date=date)
    if day is None:
        assert any(problem.severity == "error" for problem in problems)
        assert all(problem.rule and problem.where for problem in problems)
    else:
        check_day(day)


@settings(max_examples=examples(60))
@given(seed=st.integers(0, 10**9))
@pytest.mark.parametrize("name", ["seq.txt", "seq.csv", "vehicles.txt"])
def test_spoilt_sequences_are_read_or_refused(
    samples: Path, tmp_path_factory: pytest.TempPathFactory, name: str, seed: int
) -> None:
    day = read_day(samples / "roadef")
    path = write_order(day, day.idents, tmp_path_factory.mktemp("spoilt") / name)
    path.write_bytes(spoilt(path.read_bytes(), random.Random(seed)))
    with contextlib.suppress(DataError):
        assert sorted(read_order(day, path)) == sorted(day.idents)
