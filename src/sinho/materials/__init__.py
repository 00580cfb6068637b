"""Materials: what cars need, the campaigns and deliveries that supply it, and call-offs."""

from sinho.materials.calloffs import call_offs
from sinho.materials.campaigns import Effort
from sinho.materials.clock import Axis, Clock, make_clock
from sinho.materials.compare import compare_call_offs, compare_takts, compared_days
from sinho.materials.explode import explode
from sinho.materials.files import read_call_offs, write_call_offs
from sinho.materials.late import delay_campaign, late_orders
from sinho.materials.opening import opening_stock, stock_left
from sinho.materials.sendable import not_sent
from sinho.materials.supply import plan_campaigns

__all__ = [
    "Axis",
    "Clock",
    "Effort",
    "call_offs",
    "compare_call_offs",
    "compare_takts",
    "compared_days",
    "delay_campaign",
    "explode",
    "late_orders",
    "make_clock",
    "not_sent",
    "opening_stock",
    "plan_campaigns",
    "read_call_offs",
    "stock_left",
    "write_call_offs",
]
