"""Generated instances of any size for tests and benchmarks: hubs, days, years, ships, yards, decks.

They are made of a size and a seed alone: the same on every machine.
"""

from sinho.testing.days import Planted, Shape, generate_day, plant, plant_classes
from sinho.testing.decks import generate_decks
from sinho.testing.hubs import Size, generate_hub, generate_tables
from sinho.testing.networks import network_tables
from sinho.testing.ships import generate_ship
from sinho.testing.stores import generate_painted
from sinho.testing.voyages import generate_voyages
from sinho.testing.yards import generate_yard
from sinho.testing.years import generate_year

__all__ = [
    "Planted",
    "Shape",
    "Size",
    "generate_day",
    "generate_decks",
    "generate_hub",
    "generate_painted",
    "generate_ship",
    "generate_tables",
    "generate_voyages",
    "generate_yard",
    "generate_year",
    "network_tables",
    "plant",
    "plant_classes",
]
