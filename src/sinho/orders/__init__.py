"""Orders: read and checked row by row, or made of the plan; vehicle identification.

Its door is `Input`, `Params`, `solve` and `explain`; `read_orders` and `generate_orders` are its
two ways as single functions. Beside it stands what is done with a bank in a file.
"""

from sinho.orders.capacity import DayRoom
from sinho.orders.data import Input
from sinho.orders.generate import generate_orders
from sinho.orders.params import Params
from sinho.orders.read import earlier_cars, read_orders
from sinho.orders.solve import Result, explain, solve
from sinho.orders.vin import needs_maker
from sinho.orders.write import FORMATS, write_orders

__all__ = [
    "FORMATS",
    "DayRoom",
    "Input",
    "Params",
    "Result",
    "earlier_cars",
    "explain",
    "generate_orders",
    "needs_maker",
    "read_orders",
    "solve",
    "write_orders",
]
