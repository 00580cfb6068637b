"""The compiled simulation and its slow twin come to the same times, car by car."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sinho.simulate import Input, departures
from tests.simulate.plants import inputs
from tests.simulate.twin import Twin


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(inputs(), st.integers(0, 2**31), st.integers(0, 5))
def test_the_twin_comes_to_the_same_departures(plant: Input, seed: int, replication: int) -> None:
    slow = np.array(Twin(plant, seed, replication).run(), dtype=float)
    fast = departures(plant, seed=seed, replication=replication)
    slow[np.isnan(slow)] = math.inf
    assert fast == pytest.approx(slow, abs=1e-9)
