"""Rules between the tables of a hub, each a small function that names every offender."""

from sinho.hub.rules import (
    amounts,
    currency,
    decks,
    duties,
    flow,
    lanes,
    left_out,
    lines,
    market,
    messages,
    network,
    on_lines,
    ordering,
    orders,
    plant,
    product,
    rework,
    sequence,
    ship,
    usual,
)
from sinho.hub.rules.common import Rule, Tables

RULES: tuple[Rule, ...] = (
    *plant.RULES,
    *lines.RULES,
    *on_lines.RULES,
    *product.RULES,
    *lanes.RULES,
    *market.RULES,
    *currency.RULES,
    *sequence.RULES,
    *ordering.RULES,
    *messages.RULES,
    *orders.RULES,
    *ship.RULES,
    *decks.RULES,
    *flow.RULES,
    *rework.RULES,
    *network.RULES,
    *duties.RULES,
    *left_out.RULES,
    *usual.RULES,
    *amounts.RULES,
)
"""All rules; problems are sorted into the order of the input afterwards."""

__all__ = ["RULES", "Rule", "Tables"]
