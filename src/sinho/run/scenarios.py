"""A hub's scenarios by name, itself as it stands among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario


BASE = "base"
"""Name of the hub as it stands, where it has no scenario of that name."""


def scenario_of(hub: Hub, name: str | Scenario | None) -> str | Scenario | None:
    """Return what ``plan_months`` takes for a scenario; None for the hub as it stands.

    Parameters
    ----------
    hub : Hub
        The hub.
    name : str, Scenario or None
        ``base`` stands for the hub as it is unless the hub has a scenario of that name.
    """
    return None if name == BASE and BASE not in hub.scenarios else name


def scenario_names(hub: Hub) -> list[str]:
    """Return the names of a hub's scenarios, ``base`` first."""
    return list(dict.fromkeys((BASE, *hub.scenarios)))
