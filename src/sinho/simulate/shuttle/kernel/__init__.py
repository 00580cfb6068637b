"""The compiled core of the store with two shuttles."""

from __future__ import annotations

from sinho.simulate.shuttle.kernel.beam import Found, cost_of, led_to, stepped_on
from sinho.simulate.shuttle.kernel.data import OUT, TR, Stored

__all__ = ["OUT", "TR", "Found", "Stored", "cost_of", "led_to", "stepped_on"]
