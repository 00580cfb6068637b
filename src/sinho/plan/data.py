"""What the plan works on, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import get_args

import polars as pl

from sinho.hub import Hub, Scenario, apply_scenario, scenario_changes
from sinho.plan.arrays import PlanData
from sinho.plan.prepare import prepare
from sinho.units import PeriodKind

CHANGES = dict.fromkeys(("table", "row", "column", "before", "after"), pl.String)


@dataclass(frozen=True)
class Input:
    """A hub as it is planned.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    period : {"month", "week"}
        Length of a planning period.
    scenario, title : str
        Name of the scenario and what it is about; empty: the hub as it stands.
    changes : polars.DataFrame
        What the scenario changed in the input.

    Raises
    ------
    ValueError
        When the period is unknown.
    """

    hub: Hub
    period: PeriodKind = "month"
    scenario: str = ""
    title: str = ""
    changes: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CHANGES), repr=False)

    def __post_init__(self) -> None:
        known = get_args(PeriodKind)
        if self.period not in known:
            raise ValueError(f"period must be one of {', '.join(known)}, not {self.period!r}")

    @classmethod
    def from_hub(
        cls, hub: Hub, scenario: str | Scenario | None = None, period: PeriodKind = "month"
    ) -> Input:
        """Apply a scenario to a hub.

        Parameters
        ----------
        hub : Hub
            The hub, as ``read_hub`` or ``hub_from_tables`` returns it.
        scenario : str or Scenario, optional
            Changes over the hub: the name of one of its scenarios, or a scenario. None: the hub
            as it stands.
        period : {"month", "week"}
            Length of a planning period.

        Raises
        ------
        DataError
            When the scenario does not fit the hub.
        """
        if scenario is None:
            return cls(hub, period)
        changed = apply_scenario(hub, scenario)
        chosen = hub.scenarios[scenario] if isinstance(scenario, str) else scenario
        return cls(changed, period, chosen.name, chosen.title, scenario_changes(hub, chosen))

    @cached_property
    def data(self) -> PlanData:
        """The arrays of the plan, made when they are first asked for."""
        return prepare(self.hub, self.period)

    @property
    def basis(self) -> pl.DataFrame:
        """Rows of the input: ``table``, ``basis`` (or "not stated") and ``rows``."""
        basis, rows = pl.col("basis").fill_null("not stated"), pl.col("rows").cast(pl.Int64)
        head = pl.DataFrame(schema={"table": pl.String, "basis": pl.String, "rows": pl.Int64})
        counts = [
            frame.group_by(basis).len("rows").select(pl.lit(name).alias("table"), "basis", rows)
            for name, frame in self.hub.tables.items()
        ]
        return pl.concat([head, *(frame.sort("basis") for frame in counts)])
