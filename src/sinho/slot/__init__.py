"""Slotting: orders to production days."""

from sinho.slot.case import move_orders
from sinho.slot.data import SlotInput
from sinho.slot.explain import explain_day, explain_order
from sinho.slot.params import SlotParams
from sinho.slot.solve import slot, slot_orders, warm_up
from sinho.slot.wish import wished_days

__all__ = [
    "SlotInput",
    "SlotParams",
    "explain_day",
    "explain_order",
    "move_orders",
    "slot",
    "slot_orders",
    "warm_up",
    "wished_days",
]
