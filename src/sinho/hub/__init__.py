"""The hub: one plant with its products, markets, contracts and port, read, checked and written."""

from sinho.hub.apply import apply_scenario, scenario_changes
from sinho.hub.dictionary import dictionary_markdown, dictionary_rows
from sinho.hub.hub import Hub, HubSettings
from sinho.hub.read import check_hub, hub_from_tables, read_hub
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
    "hub_from_tables",
    "read_hub",
    "scenario_changes",
    "write_blank",
    "write_hub",
]
