"""The way of a car to its market: duties, freight, sailings, vessels and yards."""

from __future__ import annotations

from sinho.hub.schema.field import (
    ALL,
    AMOUNT,
    CARS,
    LEAST,
    Table,
    currency_field,
    date_field,
    month_field,
    number_field,
    text_field,
)
from sinho.hub.schema.product import POWERTRAINS


class Tariffs(Table):
    """Import duties, dated."""

    origin = text_field("Country of origin as ISO 3166 alpha-2 code.", key=True)
    destination = text_field("Country of destination as ISO 3166 alpha-2 code.", key=True)
    powertrain = text_field(
        "Powertrain concerned, or all; a row for one powertrain overrides.",
        key=True,
        default=ALL,
        choices=(*POWERTRAINS, ALL),
    )
    start = date_field(
        "First day; the duty holds until the next row of the same three keys.", key=True
    )
    percent = number_field(
        "Duty as a share of the net price.", "%", min=0, max=1000, default=0.0, usual=(0, 200)
    )
    per_unit = number_field("Duty per car.", "currency/car", min=0, default=0.0, max=AMOUNT)
    published = date_field(
        "Day on which it was published. Cars that entered before and after start paid what was "
        "known then, and the difference is refunded; empty: no later than start.",
        later=True,
    )
    currency = currency_field("the duty per car")


class Freight(Table):
    """Cost of carrying a car, dated; an overseas mode without a row cannot be used."""

    lane = text_field("Lane, or domestic for domestic markets.", key=True)
    mode = text_field(
        "Vessel, container, road or rail.",
        key=True,
        choices=("vessel", "container", "road", "rail"),
    )
    start = month_field(
        "First month of the rate; it holds until the next row of the other three keys.", key=True
    )
    to = text_field(
        "Market, or country as ISO 3166 alpha-2 code, that the rate is for, or all; a row for a "
        "market overrides one for its country, and that one for all.",
        key=True,
        default=ALL,
        later=True,
    )
    cost = number_field("Freight.", "currency/per", required=True, min=0, max=AMOUNT)
    per = text_field(
        "What the freight is paid for: a car, a CEU or a 40 ft box.",
        choices=("car", "ceu", "box"),
        default="car",
    )
    cars_per_box = number_field(
        "Cars in one 40 ft box; needed for containers.", "cars/box", max=10, min=0.1, usual=(1, 6)
    )
    transit = number_field("Days at sea.", "days", min=0, max=365, usual=(1, 120))
    currency = currency_field("the freight")


class Sailings(Table):
    """Carrying capacity of each trade lane and month; a month without a row has none."""

    lane = text_field("Trade lane.", key=True)
    month = month_field("Month.", key=True)
    calls = number_field("Vessel calls.", "calls/month", min=0, max=10_000, usual=(0.1, 200))
    ceu = number_field(
        "Vessel capacity in car equivalent units; empty: no limit by CEU.",
        "CEU/month",
        min=0,
        max=CARS,
    )
    area = number_field(
        "Vessel deck area for the hub's cars; empty: no limit by area.", "m2/month", min=0, max=1e8
    )
    boxes = number_field("40 ft boxes available.", "boxes/month", min=0, default=0.0, max=CARS)


class Departures(Table):
    """Trains and trucks of a lane; without a row for a lane and mode there is no limit to them.

    Where there is one, a month without a row has none.
    """

    lane = text_field("Lane.", key=True)
    mode = text_field("Rail or road.", key=True, choices=("rail", "road"))
    month = month_field("Month.", key=True)
    departures = number_field(
        "Trains or trucks that leave.",
        "departures/month",
        required=True,
        min=0,
        max=1e6,
        usual=(0.1, 20_000),
    )
    cars = number_field(
        "Cars on each.", "cars/departure", required=True, min=LEAST, max=5000, usual=(1, 400)
    )


class Currencies(Table):
    """Rates of exchange, dated: what one unit of a currency is in the hub's own."""

    currency = text_field(
        "Currency in which demand, contracts, tariffs or freight name amounts.", key=True
    )
    start = date_field("First day of the rate; it holds until the currency's next row.", key=True)
    rate = number_field(
        "Units of the hub's currency for one unit of it.", "-", required=True, min=LEAST, max=1e9
    )


class Yard(Table):
    """Room for finished cars at a month's end."""

    yard = text_field("Name of the yard.", key=True)
    start = month_field("First month of the figure; it holds until the yard's next row.", key=True)
    capacity = number_field("Cars that it holds.", "cars", required=True, min=0, max=CARS)


class Vessels(Table):
    """Vessels by date: until when cars are handed over at the port, and when they sail."""

    vessel = text_field("Name of the vessel's voyage.", key=True)
    lane = text_field("Trade lane that it sails.", required=True)
    cutoff = date_field("Last day on which a car may be handed over at the port.", required=True)
    etd = date_field("Estimated day of departure.", required=True)
    ceu = number_field(
        "Room in car equivalent units; empty: no limit.", "CEU", min=0, max=CARS, usual=(10, 12000)
    )
    port = text_field("Port of loading; empty: the only one of table ports.", later=True)
    ship = text_field(
        "Ship, as in table decks; empty, or without decks: its room is given by ceu and booked "
        "cars alone.",
        later=True,
    )
    deck_share = number_field(
        "Share of every deck that is the hub's.", "1", min=LEAST, max=1, default=1.0, later=True
    )
    booked_least = number_field(
        "Fewest cars by contract; freight is paid for what is short of them.",
        "cars",
        min=0,
        max=CARS,
        default=0.0,
        later=True,
    )
    booked_most = number_field(
        "Most cars by contract; empty: no limit.", "cars", min=0, max=CARS, later=True
    )
    slot_cost = number_field(
        "Freight of a slot; empty: that of table freight.",
        "currency/per",
        min=0,
        max=AMOUNT,
        later=True,
    )
    per = text_field(
        "What slot_cost is paid for: a car, a CEU or a square metre of deck.",
        choices=("car", "ceu", "m2"),
        default="car",
        later=True,
    )
    charter_cost = number_field(
        "Price of the voyage as a whole, paid where a car sails on it, besides its slots.",
        "currency/voyage",
        min=0,
        max=AMOUNT,
        default=0.0,
        later=True,
    )
    currency = currency_field("slots and charter")
