"""Parts by the day: suppliers and call-offs, stock as counted, campaigns and changeovers."""

from __future__ import annotations

from sinho.hub.schema.field import (
    ALL,
    MINUTES,
    RATE,
    UNITS,
    Table,
    date_field,
    integer_field,
    number_field,
    text_field,
)


class Suppliers(Table):
    """Suppliers of parts, and how parts are called off."""

    part = text_field("Part.", key=True, refers=("parts.part",))
    supplier = text_field("Number or short name of the supplier.", required=True)
    name = text_field("Full name of the supplier.")
    delivery = text_field(
        "Called off by day, or in the order of the cars by takt (JIS); a part that is made too, by "
        "day alone.",
        choices=("day", "takt"),
        default="day",
    )
    pack = number_field(
        "Units in a pack; call-offs by day are whole packs.",
        "units/pack",
        default=1.0,
        min=0.001,
        max=1e6,
        usual=(0.1, 10000),
    )
    lead_days = integer_field(
        "Working days from delivery to the day of the need.",
        "days",
        min=0,
        max=366,
        default=0,
        usual=(0, 60),
    )
    opening_cumulative = number_field(
        "Cumulative quantity delivered before the first day.", "units", min=0, default=0.0, max=1e11
    )


class PartStock(Table):
    """Parts in stock as they were counted: what single days begin with."""

    part = text_field("Part.", key=True, refers=("parts.part",))
    date = date_field(
        "Day at whose beginning it was counted; it holds for days that begin with this one or with "
        "the working day next to it.",
        key=True,
    )
    units = number_field("Good units in stock.", "units", required=True, min=0, max=UNITS)


class Campaigns(Table):
    """Parts that the plant makes in campaigns."""

    part = text_field("Part.", key=True, refers=("parts.part",))
    shop = text_field("Shop that makes it.", required=True, refers=("shops.shop",))
    least_lot = number_field(
        "Smallest lot: units of a campaign, from one changeover to the next.",
        "units",
        min=0,
        default=0.0,
        max=UNITS,
    )
    safety_hours = number_field(
        "Hours of the line's need that the stock is to cover at any time.",
        "h",
        min=0,
        default=0.0,
        max=MINUTES,
        usual=(0.1, 240),
    )
    rate = number_field(
        "Good units per hour of running; empty: the shop's manned rate by the part's load.",
        "units/h",
        min=0.001,
        max=RATE,
    )


class Setups(Table):
    """Changeover times of a shop between parts.

    The most particular row counts: that of both parts, else that of the part behind, else that of
    the part before, else that of all.
    """

    shop = text_field("Shop.", key=True, refers=("shops.shop",))
    before = text_field(
        "Part that was made, or all.", key=True, default=ALL, refers=("parts.part",)
    )
    behind = text_field("Part made next, or all.", key=True, default=ALL, refers=("parts.part",))
    minutes = number_field(
        "Minutes of the changeover.", "min", required=True, min=0, max=MINUTES, usual=(0.5, 720)
    )
