"""What is asked for, contracted, in stock and was done before."""

from __future__ import annotations

import dataframely as dy

from sinho.hub.incoterms import INCOTERMS, USUAL
from sinho.hub.schema.field import (
    ALL,
    AMOUNT,
    CARS,
    UNITS,
    Table,
    column,
    currency_field,
    flag_field,
    list_field,
    month_field,
    number_field,
    text_field,
)


class Markets(Table):
    """Markets to which cars are sold."""

    market = text_field("Name of the market.", key=True)
    name = text_field("Full name.")
    country = text_field("Destination as ISO 3166 alpha-2 code, for tariffs.", required=True)
    region = text_field("Region under which it is reported.", required=True)
    route = text_field(
        "By road at home; overland, by rail or road on a lane; or overseas, by ship on one.",
        required=True,
        choices=("domestic", "overland", "overseas"),
    )
    lane = text_field(
        "Lane of a market overland or overseas; freight, ships and trains are given per lane."
    )
    port = text_field("Port of discharge of an overseas market.")


class Demand(Table):
    """What the markets ask for."""

    model = text_field("Model.", key=True, refers=("models.model",))
    market = text_field("Market.", key=True, refers=("markets.market",))
    month = month_field("Month in which the cars are to leave the plant's yard.", key=True)
    units = number_field("Cars asked for.", "cars", required=True, min=0, max=CARS)
    price = number_field("Net price per car.", "currency/car", min=0, default=0.0, max=AMOUNT)
    lost_penalty = number_field(
        "Penalty for a car that is never delivered.", "currency/car", min=0, default=0.0, max=AMOUNT
    )
    late_penalty = number_field(
        "Penalty for a car that is late, for each month.",
        "currency/car/month",
        min=0,
        default=0.0,
        max=AMOUNT,
    )
    currency = currency_field("price and penalties")
    incoterm = text_field(
        "Terms of delivery at this price (Incoterms 2020): whether the plant or its buyer pays "
        "freight and duty.",
        choices=tuple(INCOTERMS),
        default=USUAL,
        later=True,
    )
    delivery_cost = number_field(
        "What the plant pays to deliver a car beside freight and duty: clearance, way to the "
        "port, loading, insurance.",
        "currency/car",
        min=0,
        default=0.0,
        max=AMOUNT,
        later=True,
    )


class Contracts(Table):
    """Contracts to build for a brand: a corridor of volumes, a fee and a penalty."""

    contract = text_field("Name of the contract.", key=True)
    brand = text_field("Brand that ordered.", required=True, refers=("brands.brand",))
    models = list_field("Models that count; empty: all of the brand.", refers=("models.model",))
    markets = list_field("Markets that count; empty: all.", refers=("markets.market",))
    start = month_field("First month of the contract.", required=True)
    end = month_field("Last month of the contract.", required=True)
    per = text_field(
        "Whether least and most hold for each month, quarter or year, or in total.",
        choices=("month", "quarter", "year", "total"),
        default="total",
    )
    least = number_field(
        "Fewest cars shipped in each window.", "cars", min=0, default=0.0, max=CARS
    )
    most = number_field(
        "Most cars shipped in each window (hard); empty: no limit.", "cars", min=0, max=CARS
    )
    fee = number_field(
        "Fee earned per car shipped, on top of its net price; below 0 a rebate.",
        "currency/car",
        min=-AMOUNT,
        default=0.0,
        max=AMOUNT,
    )
    short_penalty = number_field(
        "Penalty per car short of the least.", "currency/car", min=0, default=0.0, max=AMOUNT
    )
    currency = currency_field("fee and penalty")
    hard = flag_field("Whether the least must be met whatever it costs.", default=False)


class OpeningStock(Table):
    """Cars and parts in stock before the first month."""

    item = text_field("Model or part.", key=True, refers=("models.model", "parts.part"))
    units = number_field("Units in stock.", "units", required=True, min=0, max=UNITS)


class OpeningBacklog(Table):
    """Cars late before the first month, at the prices of their model and market's first demand."""

    model = text_field("Model.", key=True, refers=("models.model",))
    market = text_field("Market.", key=True, refers=("markets.market",))
    units = number_field("Cars late.", "cars", required=True, min=0, max=CARS)


class Actuals(Table):
    """What was really built, sold or shipped."""

    period = column(dy.String, "period", "Year or month.", unit="YYYY or YYYY-MM", key=True)
    item = text_field("Model, family of models, part, kind of part, or all (all cars).", key=True)
    market = text_field("Market, region, overseas, domestic, or all.", key=True, default=ALL)
    measure = text_field("What was counted.", key=True, choices=("made", "sold", "shipped"))
    units = number_field("Units counted.", "units", required=True, min=0, max=UNITS)
    unit = text_field("Unit in which it was counted.", default="piece")
