"""Compiled functions: compiled once, kept whole or compiled anew, with or without a compiler."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sinho.cli.warm import _others, _sequencing
from sinho.kernels import cache
from sinho.kernels.cache import Store
from sinho.kernels.compile import entry
from sinho.kernels.random import draw
from sinho.sequence import kernel, warm_up
from sinho.sequence.kernel import extras, interval, moves, ratio, repair, search
from sinho.ship.yard import kernel as yard
from sinho.simulate.shuttle import kernel as shuttle
from sinho.slot import kernel as slotting
from sinho.stow import kernel as loading

DAY = """
import logging
logging.basicConfig(format="%(message)s", level="WARNING")
import polars as pl
from sinho.days.day import Day
from sinho.days.rules import Changes, Ratio
from sinho.sequence import sequence_day
cars = pl.DataFrame({"car": list("abcdef"), "colour": ["red", "blue"] * 3,
                     "option": [True, True, True, False, False, False]})
day = Day(name="tiny", cars=cars, previous=cars.clear(), attributes=("colour",),
          options=("option",), levels=("ratio", "paint"),
          rules=(Ratio(name="ratio", level=0, option="option", most=1, window=2),
                 Changes(name="paint", level=1)))
found = sequence_day(day, iterations=200, seed=1)
print(found.score.levels, found.order)
"""


def sequenced(**environment: str) -> subprocess.CompletedProcess[str]:
    """Sequence a tiny day in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", DAY],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_no_function_is_compiled_twice_for_constants() -> None:
    warm_up()
    for part in (moves, search, extras, ratio, interval):
        for name, function in vars(part).items():
            if hasattr(function, "signatures") and function.__module__ == part.__name__:
                assert len(function.signatures) <= 1, name


def test_what_is_compiled_ahead_is_all_that_is_called() -> None:
    _sequencing()
    _others()
    parts = (kernel, repair, slotting, loading, yard, shuttle)
    called = [one for part in parts for one in vars(part).values() if hasattr(one, "overloads")]
    entries = [one for one in called if isinstance(one._cache, cache.Kept)]
    assert len(entries) >= 20
    assert [one.__name__ for one in entries if not one.overloads] == []


def test_what_is_kept_is_damaged_or_read_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path, "search.run", "mark")
    store.save("key", {"code": list(range(100))})
    (path,) = tmp_path.iterdir()
    whole, chance = path.read_bytes(), random.Random(1)
    for _ in range(200):
        at = chance.randrange(len(whole))
        path.write_bytes(
            whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        )
        assert store.load("key") is None
    for length in (0, 5, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert store.load("key") is None
    path.unlink()
    path.mkdir()
    assert store.load("key") is None
    store.save("key", {"code": list(range(100))})
    assert path.read_bytes() == whole
    assert store.load("key") == {"code": list(range(100))}


def test_what_is_out_of_date_is_deleted_and_only_that(tmp_path: Path) -> None:
    Store(tmp_path, "search.run", "old").save("key", 1)
    Store(tmp_path, "search.runs", "old").save("key", 2)
    new = Store(tmp_path, "search.run", "new")
    assert new.load("key") is None
    new.save("key", 3)
    new.save("other", 4)
    assert len(list(tmp_path.iterdir())) == 3
    assert (new.load("key"), new.load("other")) == (3, 4)
    assert Store(tmp_path, "search.runs", "old").load("key") == 2


def test_the_mark_is_another_where_any_file_of_the_folder_is(tmp_path: Path) -> None:
    (tmp_path / "caller.py").write_text("one")
    (tmp_path / "called.py").write_text("two")
    before = cache.stamp(tmp_path)
    cache.stamp.cache_clear()
    assert cache.stamp(tmp_path) == before
    (tmp_path / "called.py").write_text("three")
    cache.stamp.cache_clear()
    assert cache.stamp(tmp_path) != before


def test_where_nothing_can_be_kept_all_is_done_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    warm_up()
    cache.not_kept.cache_clear()
    monkeypatch.setattr(cache.FunctionCache, "save_overload", full)
    with caplog.at_level("WARNING", "sinho"):
        for function in (kernel.begin, kernel.run):
            (known,) = function.overloads.values()
            for _ in range(2):
                function._cache.save_overload(known.signature, known)
    assert caplog.text.count("NUMBA_CACHE_DIR") == 1
    assert "No space left on device" in caplog.text


def test_a_day_is_sequenced_without_a_compiler() -> None:
    with_it = sequenced()
    without = sequenced(NUMBA_DISABLE_JIT="1")
    assert (without.returncode, without.stdout) == (0, with_it.stdout), without.stderr


def test_random_numbers_are_those_of_splitmix64() -> None:
    # of seed 1234567, as published beside the reference implementation
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    state = np.array([1234567], dtype=np.uint64)

    @entry
    def drawn(state):
        return draw(state)

    assert [int(drawn(state)) for _ in known] == known
