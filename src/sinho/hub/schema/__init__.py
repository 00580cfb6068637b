"""The data dictionary: every table and field of a hub, with its type, unit, bounds and meaning.

The schema classes in the modules below are the only place where fields are declared. Reading,
checking, error messages, the Excel template, ``sinho fields`` and the docs page are all made from
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import polars as pl

from sinho.hub.schema import (
    flow,
    market,
    network,
    orders,
    plant,
    product,
    sequence,
    ship,
    supply,
    trade,
)
from sinho.hub.schema.field import (
    ALL,
    BASES,
    COST,
    FIRST_YEAR,
    HARD,
    LAST_YEAR,
    LIST_SEPARATOR,
    MINUTES,
    UNITS,
    Field,
    Kind,
    Table,
    plain,
)
from sinho.hub.schema.product import POWERTRAINS

__all__ = [
    "ALL",
    "BASES",
    "COST",
    "FIRST_YEAR",
    "FLOW_TABLES",
    "HARD",
    "HUB",
    "HUB_TABLES",
    "LAST_YEAR",
    "LINE_TABLES",
    "LIST_SEPARATOR",
    "MINUTES",
    "NEEDED",
    "NETWORK",
    "NETWORK_OWN",
    "NETWORK_REQUIRED",
    "NETWORK_TABLES",
    "ORDER_TABLES",
    "POWERTRAINS",
    "REQUIRED",
    "ROUTE_TABLES",
    "SEQUENCE",
    "SHIP_TABLES",
    "TABLES",
    "UNITS",
    "Field",
    "Kind",
    "Layout",
    "Table",
    "empty",
    "fields",
    "layout_of",
    "meaning",
    "plain",
]

TABLES: dict[str, type[Table]] = {
    "hub": plant.Settings,
    "brands": product.Brands,
    "models": product.Models,
    "ramp": product.Ramp,
    "parts": product.Parts,
    "bom": product.Bom,
    "groups": plant.Groups,
    "shops": plant.Shops,
    "rates": plant.Rates,
    "loads": plant.Loads,
    "lines": plant.Lines,
    "model_lines": plant.ModelLines,
    "patterns": plant.Patterns,
    "shifts": plant.Shifts,
    "fixed_patterns": plant.FixedPatterns,
    "overtime": plant.Overtime,
    "crews": plant.Crews,
    "calendar": plant.Calendar,
    "markets": market.Markets,
    "demand": market.Demand,
    "contracts": market.Contracts,
    "tariffs": trade.Tariffs,
    "freight": trade.Freight,
    "sailings": trade.Sailings,
    "departures": trade.Departures,
    "currencies": trade.Currencies,
    "yard": trade.Yard,
    "opening_stock": market.OpeningStock,
    "opening_backlog": market.OpeningBacklog,
    "actuals": market.Actuals,
    "options": sequence.Options,
    "cars": sequence.Cars,
    "sequence_levels": sequence.SequenceLevels,
    "sequence_rules": sequence.SequenceRules,
    "changeovers": sequence.Changeovers,
    "operations": sequence.Operations,
    "car_windows": sequence.CarWindows,
    "option_rates": orders.OptionRates,
    "colours": orders.Colours,
    "option_rules": orders.OptionRules,
    "vessels": trade.Vessels,
    "orders": orders.OrderBank,
    "slot_limits": orders.SlotLimits,
    "entitlements": orders.Entitlements,
    "slotting": orders.Slotting,
    "suppliers": supply.Suppliers,
    "part_stock": supply.PartStock,
    "campaigns": supply.Campaigns,
    "setups": supply.Setups,
    "ports": ship.Ports,
    "port_calls": ship.PortCalls,
    "space_shares": ship.SpaceShares,
    "ships": ship.Ships,
    "decks": ship.Decks,
    "yard_areas": ship.YardAreas,
    "port_way": ship.PortWay,
    "containers": ship.Containers,
    "box_cars": ship.BoxCars,
    "lead_times": ship.LeadTimes,
    "port_stock": ship.PortStock,
    "stations": flow.Stations,
    "station_times": flow.StationTimes,
    "stops": flow.Stops,
    "stores": flow.Stores,
    "rework": flow.Rework,
    "skids": flow.Skids,
    "network": network.Network,
    "plants": network.Plants,
    "plant_steps": network.PlantSteps,
    "network_models": network.NetworkModels,
    "content": network.Content,
    "allocations": network.Allocations,
    "network_markets": network.NetworkMarkets,
    "network_demand": network.NetworkDemand,
    "lanes": network.Lanes,
    "lane_room": network.LaneRoom,
    "network_tariffs": network.NetworkTariffs,
    "quotas": network.Quotas,
    "rules_of_origin": network.RulesOfOrigin,
    "carbon": network.Carbon,
    "source_limits": network.SourceLimits,
}
"""Every table by name, in the order in which a planner fills them."""

REQUIRED = ("hub", "brands", "models", "groups", "shops", "loads", "patterns", "markets", "demand")
"""Tables without which nothing can be planned; the others may be missing or empty."""

NETWORK_REQUIRED = (
    "network",
    "plants",
    "network_models",
    "allocations",
    "network_markets",
    "network_demand",
    "lanes",
)
"""Tables that a network of plants cannot do without."""

NETWORK_OWN = (
    *NETWORK_REQUIRED,
    "plant_steps",
    "content",
    "lane_room",
    "network_tariffs",
    "quotas",
    "rules_of_origin",
    "carbon",
    "source_limits",
)
"""Tables that only a network of plants has."""

NETWORK_TABLES = ("currencies", *NETWORK_OWN)
"""Tables of a network of plants, which stands by itself, without a hub."""

HUB_TABLES = tuple(name for name in TABLES if name not in NETWORK_OWN)
"""Tables of a hub."""

NEEDED = (*REQUIRED, *NETWORK_REQUIRED)
"""Tables that are required of a hub or of a network."""


@dataclass(frozen=True)
class Layout:
    """What a folder or workbook of tables is called, may hold, and must hold."""

    what: str
    required: tuple[str, ...]
    without: tuple[str, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables that it may hold."""
        return tuple(name for name in TABLES if name not in self.without)


HUB = Layout("hub", REQUIRED, NETWORK_OWN)
NETWORK = Layout(
    "network", NETWORK_REQUIRED, tuple(name for name in HUB_TABLES if name not in NETWORK_TABLES)
)


def layout_of(tables: Mapping[str, pl.DataFrame]) -> Layout:
    """Return whether tables are those of a hub or of a network of plants."""
    return NETWORK if tables["network"].height else HUB


LINE_TABLES = ("lines", "model_lines", "shifts")
"""Tables of plants with several lines, and of when their shifts lie."""

SEQUENCE = (
    "options",
    "cars",
    "sequence_levels",
    "sequence_rules",
    "changeovers",
    "operations",
    "car_windows",
)
"""Tables of days to be sequenced; they may also stand alone, without a hub."""

ROUTE_TABLES = ("lines", "model_lines", "shops", "groups", "loads", "models")
"""Tables without which nothing can be said of lines."""

ORDER_TABLES = (
    "option_rates",
    "colours",
    "option_rules",
    "vessels",
    "orders",
    "slot_limits",
    "entitlements",
    "slotting",
    "suppliers",
    "part_stock",
    "campaigns",
    "setups",
)
"""Tables of single orders, their days and their supply; the monthly plan reads none of them."""

SHIP_TABLES = (
    "ports",
    "port_calls",
    "space_shares",
    "ships",
    "decks",
    "yard_areas",
    "port_way",
    "containers",
    "box_cars",
    "lead_times",
    "port_stock",
)
"""Tables of the way from the line to the sea; only the stage ``ship`` reads them."""

FLOW_TABLES = ("stations", "station_times", "stops", "stores", "rework", "skids")
"""Tables of the flow of cars through the plant; only the stage ``simulate`` reads them."""


@cache
def fields(table: str) -> Mapping[str, Field]:
    """Return the fields of a table by name, keys and values first, ``source`` and ``basis`` last.

    Parameters
    ----------
    table : str
        Name of a table in ``TABLES``.

    Returns
    -------
    mapping of str to Field
        In column order.
    """
    columns = TABLES[table].columns()
    own = [name for name in columns if name not in ("source", "basis")]
    return MappingProxyType(
        {
            name: Field(table=table, name=name, **(columns[name].metadata or {}))
            for name in (*own, "source", "basis")
        }
    )


def meaning(table: str) -> str:
    """Return what a table is for, in one sentence."""
    return " ".join((TABLES[table].__doc__ or "").split("\n\n")[0].split())


def empty(table: str) -> pl.DataFrame:
    """Return a table without rows, with the right columns and types."""
    return pl.DataFrame(schema={name: field.dtype for name, field in fields(table).items()})
