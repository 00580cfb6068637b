"""Generated instances for tests and benchmarks of any size: hubs and days of cars.

They are made of a size and a seed alone: the same on every machine.
"""

from sinho.testing.days import Planted, Shape, generate_day, plant, plant_classes
from sinho.testing.hubs import Size, generate_hub, generate_tables

__all__ = [
    "Planted",
    "Shape",
    "Size",
    "generate_day",
    "generate_hub",
    "generate_tables",
    "plant",
    "plant_classes",
]
