"""The frozen results that stages exchange."""

from sinho.results.plan import (
    LINES,
    Comparison,
    Explanation,
    MonthPlan,
    Relaxation,
    Status,
)
from sinho.results.sequence import Score, Sequence

__all__ = [
    "LINES",
    "Comparison",
    "Explanation",
    "MonthPlan",
    "Relaxation",
    "Score",
    "Sequence",
    "Status",
]
