"""Order banks as files: read and checked row by row, and written."""

from sinho.banks.capacity import DayRoom
from sinho.banks.read import (
    TAKEN_SCHEMA,
    check_orders,
    earlier_cars,
    orders_and_warnings,
    read_orders,
)
from sinho.banks.write import FORMATS, write_orders

__all__ = [
    "FORMATS",
    "TAKEN_SCHEMA",
    "DayRoom",
    "check_orders",
    "earlier_cars",
    "orders_and_warnings",
    "read_orders",
    "write_orders",
]
