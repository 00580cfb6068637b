"""Orders: read from a bank, or made of the plan; vehicle identification.

Its door is `Input`, `Params`, `solve` and `explain`; `generate_orders` makes orders of given cars
in a single call. Banks as files are read and written by `sinho.banks`.
"""

from sinho.orders.data import Input
from sinho.orders.generate import generate_orders
from sinho.orders.params import Params
from sinho.orders.solve import Result, explain, solve

__all__ = ["Input", "Params", "Result", "explain", "generate_orders", "solve"]
