"""What a programme earns and costs: a new model or contract, planned with it and without.

Its door is `Input`, `Params`, `solve` and `explain`; `Programme` is what a programme's file says,
and `quote_programme` the way from a hub and that file to the quote as a single function. The
package itself can be called as that function: ``sinho.quote(hub, "programme.toml")``.
"""

import sys
from types import ModuleType
from typing import Any

from sinho.quote.data import Input
from sinho.quote.params import Params
from sinho.quote.programme import Programme
from sinho.quote.solve import explain, quote_programme, solve

__all__ = ["Input", "Params", "Programme", "explain", "quote_programme", "solve"]


class _Called(ModuleType):
    """A package that can be called."""

    def __call__(self, *given: Any, **options: Any) -> Any:
        return quote_programme(*given, **options)


sys.modules[__name__].__class__ = _Called
