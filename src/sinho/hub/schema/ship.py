"""From the line to the sea: ports, calls, decks, yard areas, the way to the port, containers."""

from __future__ import annotations

from sinho.hub.schema.field import (
    ALL,
    AMOUNT,
    CARS,
    MINUTES,
    Table,
    currency_field,
    date_field,
    integer_field,
    month_field,
    number_field,
    text_field,
)

FIXED, SHORE = "fixed", "shore"
LOADING, DISCHARGE, BOTH = "loading", "discharge", "both"
DRIVEN, TRUCKED = "driven", "trucked"


class Ports(Table):
    """Ports of loading and of discharge."""

    port = text_field("Name of the port.", key=True)
    role = text_field(
        "Cars are loaded here, discharged, or both.",
        required=True,
        choices=(LOADING, DISCHARGE, BOTH),
    )
    country = text_field("Country as ISO 3166 alpha-2 code.", required=True)
    time_zone = text_field("Time zone, as Asia/Seoul.")
    opens = text_field("Time of day at which work begins (HH:MM).", default="00:00")
    closes = text_field("Time of day at which work ends (HH:MM); 24:00: midnight.", default="24:00")
    free_days = integer_field(
        "Days for which a car stands without charge.",
        "days",
        min=0,
        max=3660,
        default=0,
        usual=(1, 60),
    )
    storage_cost = number_field(
        "Price of a car's place for each day after the free ones.",
        "currency/car/day",
        min=0,
        max=AMOUNT,
        default=0.0,
    )
    called_days = integer_field(
        "Days before a voyage's cut-off from which on its cars are called to the port.",
        "days",
        min=0,
        max=366,
        default=3,
        later=True,
    )
    currency = currency_field("storage")


class PortCalls(Table):
    """Ports at which a voyage discharges, in order of call."""

    vessel = text_field("Voyage.", key=True, refers=("vessels.vessel",))
    call = integer_field("Place in the order of call, 1 first.", "-", key=True, min=1, max=1000)
    port = text_field("Port of discharge.", required=True)
    arrival = date_field("Day of arrival.", required=True)


class SpaceShares(Table):
    """Space of voyages to which brands are entitled; the rest is for all."""

    brand = text_field("Brand.", key=True, refers=("brands.brand",))
    lane = text_field("Trade lane, or all.", key=True, default=ALL)
    vessel = text_field(
        "Voyage, or all of the lane; a row for a voyage overrides.", key=True, default=ALL
    )
    share = number_field(
        "Share of the voyage's space: of its deck area, else of its CEU, else of the cars booked.",
        "1",
        required=True,
        min=0,
        max=1,
    )
    release_days = integer_field(
        "Days before the cut-off on which space not used is offered to all; 0: never.",
        "days",
        min=0,
        max=366,
        default=0,
    )


class Ships(Table):
    """Balance of ships: weight and centres but for the hub's cars, and what has to be held."""

    ship = text_field("Ship or class of ships.", key=True)
    weight = number_field(
        "Weight on departure but for the hub's cars: the ship, stores, ballast, other cargo.",
        "t",
        min=1,
        max=1e6,
        usual=(1000, 80_000),
    )
    midship = number_field(
        "Centre of this weight forward of midship; negative: aft.", "m", min=-300, max=300
    )
    above_keel = number_field(
        "Height of this weight's centre above the keel.", "m", min=0, max=100, usual=(5, 25)
    )
    buoyancy = number_field(
        "Centre of buoyancy forward of midship at this draught; negative: aft.",
        "m",
        min=-300,
        max=300,
    )
    trim_moment = number_field(
        "Moment that changes trim by a centimetre.", "t*m/cm", min=1, max=1e5, usual=(50, 2000)
    )
    least_trim = number_field(
        "Least trim by the stern, negative by the bow; empty: any.", "m", min=-30, max=30
    )
    largest_trim = number_field(
        "Largest trim by the stern, negative by the bow; empty: any.", "m", min=-30, max=30
    )
    highest_centre = number_field(
        "Highest centre of gravity above the keel, the hub's cars included; empty: any.",
        "m",
        min=0,
        max=100,
        usual=(5, 25),
    )


class Decks(Table):
    """Decks of ships; a movable deck has a row for each of its positions."""

    ship = text_field("Ship or class of ships.", key=True)
    deck = text_field("Deck, such as 5.", key=True)
    position = text_field(
        "Position of movable decks; decks whose positions have the same names move together, and "
        "one of these holds on a voyage.",
        key=True,
        default=FIXED,
    )
    area = number_field(
        "Area for cars, gaps included; 0: the deck is stowed away in this position.",
        "m2",
        required=True,
        min=0,
        max=1e6,
        usual=(50, 12_000),
    )
    height = number_field(
        "Clear height.", "mm", required=True, min=1, max=20_000, usual=(1500, 7000)
    )
    load = number_field(
        "Most mass on the deck; empty: no limit.", "kg", min=0, max=1e9, usual=(1e4, 1e7)
    )
    load_per_area = number_field(
        "Most mass of a car for the area on which it stands, gaps included; empty: no limit.",
        "kg/m2",
        min=0,
        max=1e6,
        usual=(100, 5000),
    )
    entered_from = text_field("Deck from which its ramp is entered, or shore.", default=SHORE)
    ramp_height = number_field(
        "Highest car that the ramp lets through; empty: any.",
        "mm",
        min=1,
        max=20_000,
        usual=(1500, 7000),
    )
    ramp_width = number_field(
        "Widest car that the ramp lets through; empty: any.",
        "mm",
        min=1,
        max=50_000,
        usual=(2000, 12_000),
    )
    ramp_load = number_field(
        "Heaviest car that the ramp carries; empty: any.", "kg", min=1, max=1e7, usual=(1500, 4e5)
    )
    lanes = integer_field(
        "Lanes of cars side by side, entered from the end at the deck's ramp; the first one is the "
        "way to decks entered from this one. Empty: 10.",
        "lanes",
        min=1,
        max=100,
        usual=(2, 30),
    )
    lane_length = number_field(
        "Length of a lane for cars, gaps included; empty: the deck's area alone limits its cars.",
        "m",
        min=1,
        max=1000,
        usual=(20, 230),
    )
    lane_width = number_field(
        "Width of a lane, gap included; empty: any car.",
        "mm",
        min=1,
        max=20_000,
        usual=(1800, 4000),
    )
    midship = number_field(
        "Centre of the cars on the deck forward of midship; negative: aft.", "m", min=-300, max=300
    )
    above_keel = number_field(
        "Height of the deck above the keel.", "m", min=0, max=100, usual=(1, 45)
    )


class YardAreas(Table):
    """Areas of the yard: rows in which cars stand one behind the other."""

    area = text_field("Name of the area.", key=True)
    port = text_field("Port in which it lies; empty: the plant's own yard.")
    purpose = text_field(
        "Which cars stand here: those that wait for export, for containers, for home, or all.",
        choices=("export", "container", "domestic", ALL),
        default="export",
    )
    rows = integer_field("Rows.", "rows", required=True, min=1, max=100_000, usual=(1, 2000))
    places = integer_field(
        "Places in a row.", "cars/row", required=True, min=1, max=10_000, usual=(1, 200)
    )
    open_ends = integer_field(
        "Ends from which a row is driven into and out of: 1, the last car in is the first out, "
        "or 2.",
        "ends",
        min=1,
        max=2,
        default=1,
    )
    largest_length = number_field(
        "Longest car that a place takes; empty: any.", "mm", min=1, max=30_000, usual=(3000, 8000)
    )
    largest_width = number_field(
        "Widest car that a place takes; empty: any.", "mm", min=1, max=10_000, usual=(1500, 3500)
    )


class PortWay(Table):
    """The way from the plant to a port: how cars go, and how many in each hour of the day."""

    port = text_field("Port of loading.", key=True, refers=("ports.port",))
    mode = text_field("Driven or trucked.", key=True, choices=(DRIVEN, TRUCKED))
    hour = integer_field(
        "Hour of the day in which the cars set out, 0 to 23.", "h", key=True, min=0, max=23
    )
    cars = integer_field(
        "Most cars that set out in the hour.", "cars/h", required=True, min=0, max=100_000
    )
    cars_per_truck = integer_field(
        "Cars on a truck; needed where trucked.", "cars/truck", min=1, max=100, usual=(4, 12)
    )
    minutes = number_field(
        "Time on the way with gate and hand-over.",
        "min",
        required=True,
        min=0,
        max=MINUTES,
        usual=(5, 3000),
    )
    cost = number_field("Cost of a car.", "currency/car", min=0, max=AMOUNT, default=0.0)
    currency = currency_field("the way")


class Containers(Table):
    """Containers by lane: a second way by sea, beside the vessels."""

    lane = text_field("Trade lane, or all: those of every lane without rows.", key=True)
    start = month_field("First month of the row; it holds until the lane's next row.", key=True)
    boxes = integer_field(
        "40 ft boxes that are loaded in a day; those of the row for all, of all its lanes.",
        "boxes/day",
        required=True,
        min=0,
        max=100_000,
    )
    minutes = number_field(
        "Time to load a box.", "min/box", min=0, max=MINUTES, default=0.0, usual=(5, 240)
    )
    cost = number_field(
        "Price of a box to the port of discharge.", "currency/box", min=0, max=AMOUNT, required=True
    )
    wait = integer_field(
        "Days from loading to sailing.", "days", min=0, max=366, default=0, usual=(1, 30)
    )
    transit = integer_field("Days at sea.", "days", required=True, min=0, max=365, usual=(1, 120))
    currency = currency_field("boxes")


class BoxCars(Table):
    """Cars in a 40 ft box, by model; a model without a row goes in none."""

    model = text_field("Model.", key=True, refers=("models.model",))
    cars = integer_field("Cars in one box.", "cars/box", required=True, min=1, max=10, usual=(1, 6))


class LeadTimes(Table):
    """Days in which cars are promised in their market."""

    market = text_field("Market.", key=True, refers=("markets.market",))
    model = text_field(
        "Model, or all; a row for a model overrides.",
        key=True,
        default=ALL,
        refers=("models.model",),
    )
    start = month_field(
        "First month in which cars are wanted that the row is for; it holds until the next row of "
        "the same market and model.",
        key=True,
    )
    days = integer_field(
        "Days from the day wanted, or from leaving the line where none is, to the day on which "
        "the car is due at its port of discharge.",
        "days",
        required=True,
        min=0,
        max=3660,
        usual=(1, 180),
    )


class PortStock(Table):
    """Cars that wait for a ship as they were counted: what shipping single days begins with."""

    date = date_field(
        "Day at whose beginning they were counted; it holds for days that begin with this one or "
        "with the working day next to it.",
        key=True,
    )
    model = text_field("Model.", key=True, refers=("models.model",))
    market = text_field("Market for which they were built.", key=True, refers=("markets.market",))
    since = date_field("Day on which they came to the port.", key=True)
    wanted = date_field("Day on which they were wanted to leave; empty: none.")
    units = integer_field("Cars.", "cars", required=True, min=1, max=CARS)
