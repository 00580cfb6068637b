"""Orders: read and checked row by row, or generated from the plan; vehicle identification."""

from sinho.hub.vin import VinParts, check_vin, decode_vin
from sinho.orders.capacity import DayRoom
from sinho.orders.generate import cars_by_market, further_orders, generate_orders
from sinho.orders.read import check_orders, earlier_cars, read_orders
from sinho.orders.summary import by_week, colours_table, count_by, rates_table
from sinho.orders.vin import assign_vins, needs_maker, vin_of
from sinho.orders.write import write_orders

__all__ = [
    "DayRoom",
    "VinParts",
    "assign_vins",
    "by_week",
    "cars_by_market",
    "check_orders",
    "check_vin",
    "colours_table",
    "count_by",
    "decode_vin",
    "earlier_cars",
    "further_orders",
    "generate_orders",
    "needs_maker",
    "rates_table",
    "read_orders",
    "vin_of",
    "write_orders",
]
