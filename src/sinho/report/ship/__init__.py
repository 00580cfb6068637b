"""The way to the sea for people: key figures, pictures, lists and messages."""

from sinho.report.ship.charts import ship_charts
from sinho.report.ship.kpi import logistics_kpis
from sinho.report.ship.messages import messages_of, read_message, write_messages
from sinho.report.ship.shipped import Shipped
from sinho.report.ship.tables import ship_tables, write_ship_lists

__all__ = [
    "Shipped",
    "logistics_kpis",
    "messages_of",
    "read_message",
    "ship_charts",
    "ship_tables",
    "write_messages",
    "write_ship_lists",
]
