"""Which plant of a network builds what, for which market, and when.

Its door is `Input`, `Params`, `solve` and `explain`, which answers a `Question`; `source_network`
is the way from a network to its plan as a single function. The package itself can be called as
that function: ``sinho.source(network)``.
"""

import sys
from types import ModuleType
from typing import Any

from sinho.source.data import Input
from sinho.source.explain import Question, Reasons, explain
from sinho.source.params import Params
from sinho.source.robust import solve_robust
from sinho.source.solve import solve, source_network
from sinho.source.stress import stress
from sinho.source.terms import Duties, Plant
from sinho.source.worth import worth

__all__ = [
    "Duties",
    "Input",
    "Params",
    "Plant",
    "Question",
    "Reasons",
    "explain",
    "solve",
    "solve_robust",
    "source_network",
    "stress",
    "worth",
]


class _Called(ModuleType):
    """A package that can be called."""

    def __call__(self, *given: Any, **options: Any) -> Any:
        return source_network(*given, **options)


sys.modules[__name__].__class__ = _Called
