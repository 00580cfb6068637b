"""The flow of cars through the plant: stations, their times and stops, stores, rework, skids."""

from __future__ import annotations

from typing import Any

from sinho.hub.schema.field import (
    ALL,
    CARS,
    MINUTES,
    Table,
    flag_field,
    integer_field,
    list_field,
    number_field,
    text_field,
)

FIXED, EMPIRICAL = "fixed", "empirical"
TIME_KINDS = (
    FIXED,
    "exponential",
    "lognormal",
    "weibull",
    "gamma",
    "erlang",
    "uniform",
    "triangular",
    EMPIRICAL,
)
"""How a time is distributed."""

OPERATING, CLOCK = "operating", "clock"
FIFO, LANES, DIRECT = "fifo", "lanes", "direct"
STORE_KINDS = (FIFO, LANES, DIRECT)
COLOUR = "colour"
FILLS = ("shortest", "sorted", COLOUR)
POLICIES = (FIFO, "oldest", "restore", COLOUR, "ratio", "look-ahead")
BY_RULES = POLICIES[-2:]
"""Policies that pick by ratio rules of the sequence."""

OUT = "out"
"""The way out of the plant: no station has this name."""


def _kind_field(what: str, default: str) -> Any:
    return text_field(f"How {what} is distributed.", choices=TIME_KINDS, default=default)


def _spread_field(what: str) -> Any:
    return number_field(
        f"Standard deviation of {what} as a part of its mean; empty: 0 where fixed, 1 where "
        "exponential, else 0.5, of triangular 0.2 and of uniform 0.3.",
        "1",
        min=0,
        max=100,
        usual=(0.01, 3),
    )


def _values_field(what: str) -> Any:
    return list_field(f"Where empirical: {what} as it was measured [min], each alike, as 2.5;4;9.")


class Stations(Table):
    """Stations of the shops, in the order in which pieces pass them.

    A shop without rows is simulated as one station at its manned rate and availability.
    """

    station = text_field(
        "Name of the station, or of stations alike one behind the other.", key=True
    )
    shop = text_field("Shop to which it belongs.", required=True, refers=("shops.shop",))
    sub_line = text_field(
        "Sub-line of the shop to which it belongs, such as doors; empty: the shop's own line."
    )
    place = integer_field(
        "Place within the shop, or within the sub-line, 1 first.",
        "-",
        required=True,
        min=1,
        max=100_000,
    )
    count = integer_field(
        "Stations alike one behind the other for which the row stands.",
        "stations",
        min=1,
        max=10_000,
        default=1,
    )
    servers = integer_field(
        "Pieces that it works on side by side, each for the whole cycle.",
        "pieces",
        min=1,
        max=1000,
        default=1,
    )
    manned = integer_field(
        "Those of its servers that are manned; empty: all.", "pieces", min=1, max=1000
    )
    cycle = number_field(
        "Time that a piece takes; empty: what servers at the manned rate of its shop have, times "
        "the load of the model.",
        "min",
        min_exclusive=0,
        max=MINUTES,
        usual=(0.05, 600),
    )
    cycle_kind = _kind_field("the cycle", FIXED)
    cycle_spread = _spread_field("the cycle")
    cycle_values = _values_field("the cycle")
    buffer = integer_field(
        "Places before it; empty: 0, and before the first station of a shop with no store before "
        "it 10.",
        "pieces",
        min=0,
        max=100_000,
        usual=(1, 2000),
    )
    between = integer_field(
        "Places between its stations alike.", "pieces", min=0, max=100_000, default=0
    )
    transport = number_field(
        "Least time that a piece spends in the places before it.",
        "min",
        min=0,
        max=MINUTES,
        default=0.0,
    )
    feeds = text_field(
        "Station that takes a piece of it for each of its cars that needs one; only at the end of "
        "a sub-line, or of a shop that cars do not pass.",
        refers=("stations.station",),
    )
    feed_places = integer_field(
        "Places for its pieces at the station that it feeds.",
        "pieces",
        min=1,
        max=100_000,
        default=1,
    )
    colour_change = number_field(
        "Time lost before a car of another colour than the one before.",
        "min",
        min=0,
        max=MINUTES,
        default=0.0,
    )


class StationTimes(Table):
    """Cycles of models at stations that differ from the station's own."""

    station = text_field("Station.", key=True, refers=("stations.station",))
    model = text_field("Model.", key=True, refers=("models.model",))
    minutes = number_field(
        "Mean time that a car of it takes; kind and spread are those of the station.",
        "min",
        required=True,
        min=0,
        max=MINUTES,
        usual=(0.05, 600),
    )


class Stops(Table):
    """Why stations stand still: how often, and for how long."""

    station = text_field(
        "Station; each of its stations alike.", key=True, refers=("stations.station",)
    )
    stop = text_field("Name of the stop, such as robot or conveyor.", key=True)
    counts = text_field(
        "Which time counts towards the next stop: that in which it works on a piece, or all of "
        "its shifts, starved or blocked too.",
        choices=(OPERATING, CLOCK),
        default=OPERATING,
    )
    every = number_field(
        "Mean time from the end of a stop to the next one (MTBF); empty: the mean of every_values.",
        "min",
        min_exclusive=0,
        max=1e7,
        usual=(1, 1e5),
    )
    every_kind = _kind_field("the time to a stop", "exponential")
    every_spread = _spread_field("the time to a stop")
    every_values = _values_field("the time to a stop")
    repair = number_field(
        "Mean time of a stop (MTTR); empty: the mean of repair_values.",
        "min",
        min_exclusive=0,
        max=MINUTES,
        usual=(0.1, 600),
    )
    repair_kind = _kind_field("the time of a stop", "exponential")
    repair_spread = _spread_field("the time of a stop")
    repair_values = _values_field("the time of a stop")


class Stores(Table):
    """Stores between shops, such as those of bodies before and of painted bodies behind paint."""

    store = text_field("Name of the store, such as WBS or PBS.", key=True)
    after = list_field("Shops from which its cars come.", required=True, refers=("shops.shop",))
    before = list_field("Shops to which its cars go.", required=True, refers=("shops.shop",))
    kind = text_field(
        "fifo: a car leaves behind the one that came before it. lanes: so within each of its "
        "lanes. direct: any car can leave.",
        choices=STORE_KINDS,
        default=FIFO,
    )
    places = integer_field(
        "Places in all; where it has lanes, as many in each of them.",
        "cars",
        required=True,
        min=1,
        max=100_000,
        usual=(2, 2000),
    )
    lanes = integer_field(
        "Lanes side by side; needed where kind is lanes.",
        "lanes",
        min=1,
        max=200,
    )
    minutes = number_field(
        "Least time that a car spends in it.", "min", min=0, max=MINUTES, default=0.0
    )
    fill = text_field(
        "Lane with room into which a car goes. shortest: that with fewest cars. sorted: one whose "
        "last car is before it in the plan. colour: one whose last car has its colour.",
        choices=FILLS,
        default=FILLS[0],
    )
    policy = text_field(
        "Car that leaves. fifo: who came first. oldest: who entered the plant first. restore: who "
        "is first in the plan. colour: the last one's colour again. ratio: who breaks fewest rules "
        "of the sequence. look-ahead: the same for several cars ahead.",
        choices=POLICIES,
        default=FIFO,
    )
    batch = integer_field(
        "Most cars of a colour in a row where policy is colour; empty: any number.",
        "cars",
        min=1,
        max=10_000,
    )


class Rework(Table):
    """Cars that are worked on again behind a station: repaired, painted again, held."""

    station = text_field(
        "Station behind which they are found.", key=True, refers=("stations.station",)
    )
    rework = text_field("Name, such as spot repair, repaint, end of line or hold.", key=True)
    colour = text_field("Colour, or all.", key=True, default=ALL)
    model = text_field("Model, or all.", key=True, default=ALL, refers=("models.model",))
    share = number_field(
        "Share of the cars; a row of the model and colour comes before one of the colour, that "
        "before one of the model, and that before one of all.",
        "1",
        required=True,
        min=0,
        max=1,
    )
    minutes = number_field(
        "Mean time; 0: none but the way back. Empty: the mean of values.",
        "min",
        min=0,
        max=MINUTES,
        usual=(1, 10_000),
    )
    kind = _kind_field("the time", FIXED)
    spread = _spread_field("the time")
    values = _values_field("the time")
    bays = integer_field(
        "Cars that are worked on side by side; empty: any number.", "cars", min=1, max=10_000
    )
    off_shift = flag_field(
        "Whether the time goes on while the shop rests, as a hold's.", default=False
    )
    back_to = text_field(
        "Station to which they go back; empty: they go on behind the station.",
        refers=("stations.station",),
    )


class Skids(Table):
    """Loops of carriers: so many are under way between two stations, and bound their cars."""

    loop = text_field("Name of the loop.", key=True)
    from_station = text_field(
        "Station at which a car gets on a skid.", required=True, refers=("stations.station",)
    )
    to_station = text_field(
        "Station behind which it gets off.", required=True, refers=("stations.station",)
    )
    skids = integer_field("Skids of the loop.", "skids", required=True, min=1, max=CARS)
