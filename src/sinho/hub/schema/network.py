"""A network of plants: what may be built where, for whom, and what lies on the way there."""

from __future__ import annotations

from typing import Any

from sinho.hub.schema.field import (
    ALL,
    AMOUNT,
    CARS,
    LEAST,
    Table,
    currency_field,
    date_field,
    flag_field,
    integer_field,
    list_field,
    month_field,
    number_field,
    text_field,
)
from sinho.hub.schema.product import POWERTRAINS

PLANT, MODEL = ("plants.plant",), ("network_models.model",)
MARKET = ("network_markets.market",)


DUTY_KINDS = ("base", "on top", "cap", "quota", "minimum", "closed")


def _powertrain(what: str) -> Any:
    return text_field(
        f"Powertrain of the cars that {what}, or all; a row for one powertrain overrides.",
        key=True,
        default=ALL,
        choices=(*POWERTRAINS, ALL),
    )


class Network(Table):
    """The network's settings: one row."""

    name = text_field("Name shown in reports.", required=True)
    currency = text_field("Currency of all amounts that name none, and of reports.", required=True)
    start = month_field("First month that is planned.", required=True)
    end = month_field("Last month that is planned.", required=True)
    shift_period = integer_field(
        "Months from one date at which plants change shifts, open or close to the next.",
        "months",
        min=1,
        max=120,
        default=3,
    )
    launch_period = integer_field(
        "Months from one date at which launches are decided to the next.",
        "months",
        min=1,
        max=120,
        default=6,
    )
    customs_share = number_field(
        "Value on which duty is paid, as a share of the net price; without a price it is the cost "
        "ex works.",
        "1",
        min=0,
        max=10,
        default=1.0,
        usual=(0.3, 1.2),
    )
    interest = number_field(
        "Yearly cost of capital for cars on their way.",
        "%",
        min=0,
        max=100,
        default=0.0,
        usual=(1, 25),
    )


class Plants(Table):
    """Plants that can build cars."""

    plant = text_field("Name of the plant.", key=True)
    country = text_field("Country as ISO 3166 alpha-2 code, the origin of duties.", required=True)
    hub = text_field(
        "Folder or workbook of the hub behind it, from the folder of the network. A plant without "
        "rows in plant_steps takes its shift steps, capacity and labour from there."
    )
    latitude = number_field("Where it stands on the map of flows.", "degrees", min=-90, max=90)
    longitude = number_field("The same.", "degrees", min=-180, max=180)
    open = flag_field("Whether it is open before the first month.", default=True)
    may_change = flag_field("Whether it may be opened and closed.", default=False)
    fixed_open = number_field(
        "Fixed cost while it is open.", "currency/month", min=0, max=AMOUNT, default=0.0
    )
    fixed_closed = number_field(
        "Fixed cost while it is closed.", "currency/month", min=0, max=AMOUNT, default=0.0
    )
    open_cost = number_field("Cost of opening it.", "currency", min=0, max=AMOUNT, default=0.0)
    close_cost = number_field("Cost of closing it.", "currency", min=0, max=AMOUNT, default=0.0)
    step_cost = number_field(
        "Cost of going to the next higher or lower shift step.",
        "currency/step",
        min=0,
        max=AMOUNT,
        default=0.0,
    )
    currency = currency_field("the plant's costs")


class PlantSteps(Table):
    """What a plant can build in each of its shift steps, dated, and what its people cost."""

    plant = text_field("Plant.", key=True, refers=PLANT)
    step = text_field("Name of the step, such as two shifts.", key=True)
    start = month_field(
        "First month of the figures; they hold until the step's next row. Before its first row a "
        "step cannot be worked.",
        key=True,
    )
    capacity = number_field("Cars that it can build.", "cars/month", required=True, min=0, max=CARS)
    labour = number_field(
        "Labour paid whatever is built.", "currency/month", min=0, max=AMOUNT, default=0.0
    )
    opening = flag_field("Whether it is worked before the first month.", default=False)
    currency = currency_field("labour")


class NetworkModels(Table):
    """Cars that the network builds."""

    model = text_field("Name of the model.", key=True)
    brand = text_field("Brand.")
    powertrain = text_field("Kind of powertrain.", required=True, choices=POWERTRAINS)
    co2 = number_field("Carbon dioxide on the road.", "g/km", min=0, max=1000, default=0.0)


class Content(Table):
    """Value of a car's parts by the country that they come from."""

    model = text_field("Model.", key=True, refers=MODEL)
    plant = text_field(
        "Plant that builds it, or all; where a plant has rows, they alone count for it.",
        key=True,
        default=ALL,
        refers=PLANT,
    )
    origin = text_field("Country that the parts come from, as ISO 3166 alpha-2 code.", key=True)
    value = number_field("Value of the parts.", "currency/car", required=True, min=0, max=AMOUNT)
    currency = currency_field("the value")


class Allocations(Table):
    """Which plant may build which model, at what cost, and what a launch takes."""

    model = text_field("Model.", key=True, refers=MODEL)
    plant = text_field("Plant.", key=True, refers=PLANT)
    status = text_field(
        "fixed: it is built there already; allowed: it may be launched.",
        choices=("fixed", "allowed"),
        default="allowed",
    )
    cost = number_field(
        "Cost of building a car, besides its parts and the labour of shift steps.",
        "currency/car",
        min=0,
        max=AMOUNT,
        default=0.0,
    )
    load = number_field(
        "Cars of the plant's capacity that a car takes.",
        "cars/car",
        min=LEAST,
        max=100,
        default=1.0,
    )
    tooling = number_field("Cost of a launch.", "currency", min=0, max=AMOUNT, default=0.0)
    launch_months = integer_field(
        "Months from the decision to the first car.", "months", min=0, max=120, default=0
    )
    start = month_field("First month in which it can be built; empty: no limit.")
    end = month_field("Last month in which it can be built; empty: no limit.")
    least = number_field(
        "Fewest cars where it is launched, by the months of the year in which it can be built.",
        "cars/year",
        min=0,
        max=CARS,
        default=0.0,
    )
    most = number_field(
        "Most cars, by the months of the year in which it can be built; empty: no limit.",
        "cars/year",
        min=0,
        max=CARS,
    )
    short_penalty = number_field(
        "Penalty for a car short of the least.", "currency/car", min=0, max=AMOUNT, default=0.0
    )
    currency = currency_field("cost, tooling and penalty")


class NetworkMarkets(Table):
    """Markets in which the network's cars are sold."""

    market = text_field("Name of the market.", key=True)
    name = text_field("Full name.")
    country = text_field("Country as ISO 3166 alpha-2 code, for duties.", required=True)
    latitude = number_field("Where it stands on the map of flows.", "degrees", min=-90, max=90)
    longitude = number_field("The same.", "degrees", min=-180, max=180)


class NetworkDemand(Table):
    """What the markets ask for."""

    model = text_field("Model.", key=True, refers=MODEL)
    market = text_field("Market.", key=True, refers=MARKET)
    month = month_field("Month in which the cars are to leave their plant.", key=True)
    units = number_field("Cars asked for.", "cars", required=True, min=0, max=CARS)
    price = number_field("Net price.", "currency/car", min=0, max=AMOUNT, default=0.0)
    lost_penalty = number_field(
        "Penalty for a car that is not delivered, besides its price.",
        "currency/car",
        min=0,
        max=AMOUNT,
        default=0.0,
    )
    response = number_field(
        "Price response: by how many percent cars asked for fall where the price is one percent "
        "higher; empty: the price does not move.",
        "%/%",
        min_exclusive=0,
        max=100,
        usual=(0.5, 10),
    )
    currency = currency_field("price and penalty")


class Lanes(Table):
    """The way from a plant to a market, dated; without a row a plant cannot serve a market."""

    plant = text_field("Plant.", key=True, refers=PLANT)
    market = text_field("Market.", key=True, refers=MARKET)
    start = month_field(
        "First month of the row; it holds until the next one of plant and market.", key=True
    )
    lane = text_field("Lane whose room its cars take.", required=True)
    freight = number_field("Freight.", "currency/car", required=True, min=0, max=AMOUNT)
    transit = number_field(
        "Days from the plant to the border of the market.",
        "days",
        min=0,
        max=365,
        default=0.0,
        usual=(1, 120),
    )
    currency = currency_field("freight")


class LaneRoom(Table):
    """Room of lanes, dated; a lane without a row has no limit."""

    lane = text_field("Lane.", key=True, refers=("lanes.lane",))
    start = month_field("First month of the figure; it holds until the lane's next row.", key=True)
    cars = number_field("Cars that it carries.", "cars/month", required=True, min=0, max=CARS)


class NetworkTariffs(Table):
    """Duties by origin and destination, dated, each with its kind and legal act.

    Base duty and the acts on top add up. Of the rows of one kind and act that is the one in force
    which is narrower: for a plant before all, for a powertrain before all.
    """

    origin = text_field("Country of the plant as ISO 3166 alpha-2 code.", key=True)
    destination = text_field("Country of the market as ISO 3166 alpha-2 code.", key=True)
    powertrain = _powertrain("the duty is for")
    plant = text_field(
        "Plant that the duty is for, or all of the origin.", key=True, default=ALL, refers=PLANT
    )
    kind = text_field(
        "base: the ordinary duty; on top: added to it; cap: base and what is on top together "
        "are at most this, and at least the base; quota: for so many cars a year this takes the "
        "place of what the same act asks for otherwise; minimum: in place of what the same act "
        "asks for on top, what the customs value falls short of this price; closed: no car enters.",
        key=True,
        choices=DUTY_KINDS,
    )
    act = text_field("Legal act, or a short name of it.", key=True)
    agreement = text_field(
        "Agreement whose rule of origin a car must meet; empty: any car. Of base, on top and cap "
        "a car pays the least of what it may claim; of the other kinds this row overrides.",
        key=True,
        default="",
        refers=("rules_of_origin.agreement",),
    )
    start = date_field(
        "Day of entry from which it holds, until the next row of the same keys begins or its end; "
        "behind a row that ends, the one before it holds again.",
        key=True,
    )
    end = date_field("Last day of entry; empty: no end.")
    percent = number_field(
        "Duty as a share of the customs value.", "%", min=0, max=1000, usual=(1, 200)
    )
    minimum = number_field("Least price, of kind minimum.", "currency/car", min=0, max=AMOUNT)
    quota = text_field("Quota that the cars count to, of kind quota.", refers=("quotas.quota",))
    published = date_field(
        "Day on which it was published. Cars that entered before and after start paid what was "
        "known then, and the difference is refunded; empty: no later than start."
    )
    currency = currency_field("the least price")


class Quotas(Table):
    """Cars a year that may enter at a lower duty."""

    quota = text_field("Name of the quota.", key=True)
    year = integer_field("Calendar year of entry.", "year", key=True, min=1950, max=2199)
    cars = number_field("Cars.", "cars/year", required=True, min=0, max=CARS)


class RulesOfOrigin(Table):
    """Regional value that gives a car the origin of an agreement, dated."""

    agreement = text_field("Agreement.", key=True)
    powertrain = _powertrain("the rule is for")
    start = date_field(
        "First day of entry; the rule holds until the next row of the same keys.", key=True
    )
    countries = list_field(
        "Countries whose parts and plants count, as ISO 3166 alpha-2 codes.", required=True
    )
    least_share = number_field(
        "Least share of regional parts and building in the cost ex works.",
        "1",
        required=True,
        min=0,
        max=1,
    )


class Carbon(Table):
    """What a market takes for the carbon dioxide of a car, dated."""

    destination = text_field("Country of the market as ISO 3166 alpha-2 code.", key=True)
    start = month_field("First month; it holds until the country's next row.", key=True)
    price = number_field(
        "Price of a gram per kilometre.", "currency/(g/km)", required=True, min=0, max=AMOUNT
    )
    currency = currency_field("the price")


class SourceLimits(Table):
    """The most that a market may take from one plant."""

    market = text_field("Market.", key=True, refers=MARKET)
    plant = text_field("Plant, or all: each of them.", key=True, default=ALL, refers=PLANT)
    share = number_field(
        "Share of the cars that the market asks for in a year.",
        "1",
        required=True,
        min=0,
        max=1,
    )
