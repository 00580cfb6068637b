"""The monthly master plan: a mixed-integer program on HiGHS.

Its door is `Input`, `Params`, `solve` and `explain`, which answers a `Question`; `plan_months` is
the way from a hub to its plan as a single function. `Bases` is what is kept of a plan, so that
questions about it are answered at once; `Kept` solves it again under `Levers`.
"""

from sinho.plan.again import Kept, Start
from sinho.plan.data import Input
from sinho.plan.levers import Again, Levers
from sinho.plan.minimise import NoSolution
from sinho.plan.params import Options, Params
from sinho.plan.solve import plan_months, solve
from sinho.plan.why import Bases, Question, bases_of, explain

__all__ = [
    "Again",
    "Bases",
    "Input",
    "Kept",
    "Levers",
    "NoSolution",
    "Options",
    "Params",
    "Question",
    "Start",
    "bases_of",
    "explain",
    "plan_months",
    "solve",
]
