"""The hub: one plant with its products, markets, contracts and port, read, checked and written."""

from sinho.hub.apply import apply_scenario, scenario_changes
from sinho.hub.dictionary import dictionary_markdown, dictionary_rows
from sinho.hub.hub import Hub, HubSettings
from sinho.hub.read import (
    check_hub,
    holds_network,
    hub_from_tables,
    network_from_tables,
    read_hub,
    read_network,
)
from sinho.hub.scenario import Change, Scenario
from sinho.hub.write import write_blank, write_hub

__all__ = [
    "Change",
    "Hub",
    "HubSettings",
    "Scenario",
    "apply_scenario",
    "check_hub",
    "dictionary_markdown",
    "dictionary_rows",
    "holds_network",
    "hub_from_tables",
    "network_from_tables",
    "read_hub",
    "read_network",
    "scenario_changes",
    "write_blank",
    "write_hub",
]
