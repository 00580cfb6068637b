"""Materials: what cars need, the campaigns and deliveries that supply it, and call-offs.

Its door is `Input`, `Params`, `solve` and `explain`; `plan_materials` is the way from a hub to its
supply as a single function. What is done with call-offs afterwards is in `sinho.calloffs`.
"""

from sinho.hub.clock import WorkingTime
from sinho.materials.data import Input
from sinho.materials.late import LateCampaign, LateExplanation, explain
from sinho.materials.params import Params
from sinho.materials.solve import Result, plan_materials, solve

__all__ = [
    "Input",
    "LateCampaign",
    "LateExplanation",
    "Params",
    "Result",
    "WorkingTime",
    "explain",
    "plan_materials",
    "solve",
]
