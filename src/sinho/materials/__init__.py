"""Materials: what cars need, the campaigns and deliveries that supply it, and call-offs.

Its door is `Input`, `Params`, `solve` and `explain`. Beside it stands what is done with a call-off
once there is one: it is written for suppliers, read back, and compared with another.
"""

from sinho.hub.clock import WorkingTime
from sinho.materials.compare import compare_call_offs, compare_takts, compared_days
from sinho.materials.data import Input
from sinho.materials.files import read_call_offs, write_call_offs
from sinho.materials.late import LateCampaign, LateExplanation, explain
from sinho.materials.params import Params
from sinho.materials.sendable import not_sent
from sinho.materials.solve import Result, plan_materials, solve

__all__ = [
    "Input",
    "LateCampaign",
    "LateExplanation",
    "Params",
    "Result",
    "WorkingTime",
    "compare_call_offs",
    "compare_takts",
    "compared_days",
    "explain",
    "not_sent",
    "plan_materials",
    "read_call_offs",
    "solve",
    "write_call_offs",
]
