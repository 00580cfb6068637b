"""The frozen results that stages exchange."""

from sinho.results.decks import DeckPlan
from sinho.results.orders import Orders
from sinho.results.plan import (
    LINES,
    Comparison,
    Explanation,
    MonthPlan,
    Relaxation,
)
from sinho.results.quote import Quote
from sinho.results.sequence import JointScore, JointSequence, LineDay, Score, Sequence
from sinho.results.shipping import ShipPlan
from sinho.results.simulation import LineRun
from sinho.results.slots import DaySlots
from sinho.results.sourcing import RobustSourcing, Sourcing
from sinho.results.status import ENDED, PROVEN, Status, gap_of, proven_as, status_of
from sinho.results.supply import CallOffs, Needs, Supply
from sinho.results.yard import YardPlan

__all__ = [
    "ENDED",
    "LINES",
    "PROVEN",
    "CallOffs",
    "Comparison",
    "DaySlots",
    "DeckPlan",
    "Explanation",
    "JointScore",
    "JointSequence",
    "LineDay",
    "LineRun",
    "MonthPlan",
    "Needs",
    "Orders",
    "Quote",
    "Relaxation",
    "RobustSourcing",
    "Score",
    "Sequence",
    "ShipPlan",
    "Sourcing",
    "Status",
    "Supply",
    "YardPlan",
    "gap_of",
    "proven_as",
    "status_of",
]
