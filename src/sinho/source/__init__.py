"""Which plant of a network builds what, for which market, and when.

Its door is `Input`, `Params`, `solve` and `explain`, which answers a `Question`.
"""

from sinho.source.data import Input
from sinho.source.explain import Question, Reasons, explain
from sinho.source.params import Params
from sinho.source.solve import solve

__all__ = ["Input", "Params", "Question", "Reasons", "explain", "solve"]
