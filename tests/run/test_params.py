"""What a run is asked for is typed once, checked, and recorded as texts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.errors import DataError
from sinho.run.params import ITERATIONS, RunParams

FIRST = dt.date(2026, 2, 2)


def test_what_is_left_out_or_none_is_the_default() -> None:
    params = RunParams.load({"first": "2026-02", "iterations": None, "orders": ""})
    assert params == RunParams(first=dt.date(2026, 2, 1))
    assert (params.days, params.iterations, params.orders) == (20, ITERATIONS, None)


def test_the_base_scenario_is_the_hub_as_it_stands() -> None:
    assert RunParams.load({"first": FIRST, "scenario": "base"}).scenario == ""


paths = st.none() | st.sampled_from([Path("/hubs/a"), Path("/orders.csv")])


@given(
    st.builds(
        RunParams,
        hub=paths,
        scenario=st.sampled_from(["", "more"]),
        first=st.dates(),
        days=st.integers(1, 500),
        orders=paths,
        seed=st.integers(0, 2**31 - 1),
        threads=st.integers(1, 8),
        iterations=st.integers(1, 10**9),
        day_seconds=st.none() | st.floats(0.01, 1e6),
        slot_iterations=st.none() | st.integers(1, 10**9),
        former=paths,
    )
)
def test_a_record_is_read_back_as_it_was(params: RunParams) -> None:
    record = params.record()
    assert all(isinstance(record[name], str) for name in ("hub", "first", "orders", "former"))
    assert RunParams.load(record) == params


def test_every_wrong_value_is_told_at_once() -> None:
    with pytest.raises(DataError) as told:
        RunParams.load({"first": "2026-02-31", "iteration": 5, "days": "many"})
    text = str(told.value)
    assert "Did you mean 'iterations'?" in text
    assert "'2026-02-31' is no day or month. Write it as 2026-03-02 or 2026-03." in text
    assert "many" in text
    with pytest.raises(DataError) as told:
        RunParams(first=FIRST, days=0, threads=0, seed=-1, day_seconds=0.0)
    assert [problem.column for problem in told.value.problems] == [
        "days",
        "seed",
        "threads",
        "day_seconds",
    ]


def test_a_run_without_a_first_day_is_refused() -> None:
    with pytest.raises(DataError, match="first: it is missing"):
        RunParams.load({"days": 3})
