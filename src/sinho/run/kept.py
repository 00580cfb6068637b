"""A plan kept in its folder: what questions, comparisons and reports need, so none plans again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinho.errors import SinhoError, StoreError
from sinho.hub import Hub, read_hub
from sinho.hub.hub import Hub as _Hub
from sinho.hub.schema import TABLES, empty
from sinho.results import Explanation, MonthPlan
from sinho.run.keep import KEPT, deleted, load, record_in, save, tables_in

if TYPE_CHECKING:
    from sinho.stop import Report, StopRule

PLAN, HUB, BASES = "plan", "hub", "bases"
"""Folders of what is kept: the plan, the hub that was planned, where the solver ended."""
