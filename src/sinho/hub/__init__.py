"""The hub: one plant with its products, markets, contracts and port, read, checked and written."""

from sinho.hub.apply import apply_scenario, scenario_changes
from sinho.hub.hub import Hub, HubSettings
from sinho.hub.read import check_hub, hub_from_tables, read_hub
from sinho.hub.scenario import Change, Scenario

__all__ = [
    "Change",
    "Hub",
    "HubSettings",
    "Scenario",
    "apply_scenario",
    "check_hub",
    "hub_from_tables",
    "read_hub",
    "scenario_changes",
]
