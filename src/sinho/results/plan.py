"""The frozen results of the monthly plan, and of questions about it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from sinho.results.status import Status
from sinho.units import PeriodKind

LINES: dict[str, str] = {
    "revenue": "net price of the cars shipped, at the price of the month they were asked for",
    "contract fees": "fees of contracts per car shipped",
    "material": "material of the cars made, apart from planned parts",
    "line costs": "extra cost of the cars built on lines where they cost more",
    "parts made": "material of the parts made",
    "parts bought": "price of the parts bought",
    "labour": "cost per day of the shift patterns over the working days",
    "overtime": "overtime hours worked",
    "pattern changes": "changes from one shift pattern to another",
    "car stock": "finished cars kept at the periods' ends",
    "part stock": "parts kept at the periods' ends",
    "freight": "carriage of the cars shipped, and what else their delivery costs the plant",
    "tariffs": "import duties on the cars shipped",
    "lost penalties": "penalties for cars that are never delivered",
    "late penalties": "penalties for cars that are late, for each month",
    "contract penalties": "penalties for cars short of the contracts' least",
}
"""The lines of the contribution and what each holds; income is positive, cost negative."""


@dataclass(frozen=True)
class MonthPlan:
    """A monthly (or weekly) master plan.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        ``make``, ``make_lines``, ``ship``, ``stock``, ``late``, ``lost``, ``parts``, ``hours``,
        ``patterns``, ``overtime``, ``people``, ``contracts``, ``sailing``, ``yard``,
        ``shop_values``, ``sea_values``, ``lines``, ``lines_by_period``, ``demand``, ``periods``.
    hub_name, scenario, title, currency : str
        What was planned, under which scenario, in which currency unit.
    period_kind : {"month", "week"}
        Length of a period.
    objective_kind : {"contribution", "lexicographic"}
        What was optimised.
    objective : float
        The plan's contribution in the hub's currency unit: the exact sum of the ``lines`` table.
    levels : tuple of (str, float)
        For a lexicographic objective, the value reached at each level, first level first.
    status : {"optimal", "within gap", "stopped"}
        Proven optimal to the solver's tolerances, proven within ``gap``, or stopped before.
    bound : float
        No plan has a contribution above this (of the last level, for a lexicographic objective).
    gap : float
        Of bound and objective (`gap_of`).
    method : str
        ``exact`` (one mixed-integer program) or ``priced`` (decomposition with prices).
    seconds_build, seconds_solve : float
        Wall time of building the program and of solving it.
    columns, rows, nonzeros : int
        Size of the program.
    seed : int
        Seed of the solver.
    versions : mapping of str to str
        Versions of sinho, the solver and the libraries that shape the result.
    input_hash : str
        SHA-256 of the hub's tables after the scenario's changes.
    changes : polars.DataFrame
        What the scenario changed in the input.
    input_basis : polars.DataFrame
        Rows of input by table and basis.
    """

    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    hub_name: str
    scenario: str
    title: str
    currency: str
    period_kind: PeriodKind
    objective_kind: str
    objective: float
    levels: tuple[tuple[str, float], ...]
    status: Status
    bound: float
    gap: float
    method: str
    seconds_build: float
    seconds_solve: float
    columns: int
    rows: int
    nonzeros: int
    seed: int
    versions: Mapping[str, str]
    input_hash: str
    changes: pl.DataFrame = field(repr=False)
    input_basis: pl.DataFrame = field(repr=False)

    @property
    def contribution(self) -> float:
        """Contribution of the plan in the hub's currency unit."""
        return self.objective

    @property
    def seconds(self) -> float:
        """Wall time of building and solving the program."""
        return self.seconds_build + self.seconds_solve

    def line_shares(self, per: Literal["month", "period"] = "month") -> pl.DataFrame:
        """Return how the plan splits each model over the lines that can build it.

        Parameters
        ----------
        per : {"month", "period"}
            What the cars are summed over; the same unless periods are weeks.

        Returns
        -------
        polars.DataFrame
            ``month`` or ``period`` (its first day), ``model``, ``line``, ``units`` (cars) and
            ``share`` of the model's cars, 0 to 1; null where none of it is built.
        """
        units = pl.col("units")
        return (
            self.tables["make_lines"]
            .join(self.tables["periods"].select("period", "month"), on="period")
            .sort("period", maintain_order=True)
            .group_by(per, "model", "line", maintain_order=True)
            .agg(units.sum())
            .with_columns((units / units.sum().over(per, "model")).fill_nan(None).alias("share"))
        )

    def summary(self) -> dict[str, Any]:
        """Return what identifies the plan and how good it is, ready for JSON.

        Returns
        -------
        dict
            Name, scenario, objective, status, bound, gap, times, size, seed, versions and hash.
        """
        return {
            "hub": self.hub_name,
            "scenario": self.scenario,
            "title": self.title,
            "currency": self.currency,
            "period": self.period_kind,
            "objective_kind": self.objective_kind,
            "objective": self.objective,
            "levels": [{"level": name, "value": value} for name, value in self.levels],
            "status": self.status,
            "bound": self.bound,
            "gap": self.gap,
            "method": self.method,
            "seconds_build": round(self.seconds_build, 3),
            "seconds_solve": round(self.seconds_solve, 3),
            "columns": self.columns,
            "rows": self.rows,
            "nonzeros": self.nonzeros,
            "seed": self.seed,
            "versions": dict(self.versions),
            "input_hash": self.input_hash,
        }

    def write_excel(
        self,
        path: str | Path,
        *,
        more: Mapping[str, pl.DataFrame] | None = None,
        force: bool = False,
    ) -> Path:
        """Write all tables of the plan into one Excel workbook.

        Parameters
        ----------
        path : str or pathlib.Path
            The workbook to write, ending in ``.xlsx``.
        more : mapping of str to polars.DataFrame, optional
            Further sheets, put after the summary.
        force : bool
            Whether an existing workbook is replaced.

        Returns
        -------
        pathlib.Path
            The workbook written.

        Raises
        ------
        FileExistsError
            When the workbook exists and ``force`` is false.
        """
        from sinho.hub.excel import write_tables

        head = pl.DataFrame(
            [{"item": key, "value": str(value)} for key, value in self.summary().items()]
        )
        sheets = {
            "summary": head,
            **(more or {}),
            "input changes": self.changes,
            "input basis": self.input_basis,
        }
        return write_tables(Path(path), {**sheets, **self.tables}, force=force)


@dataclass(frozen=True)
class Comparison:
    """Scenarios of one hub side by side.

    Parameters
    ----------
    plans : mapping of str to MonthPlan
        The plans by scenario name, in the order asked for.
    table : polars.DataFrame
        One row per figure (``group``, ``figure``, ``unit``) and one column per scenario.
    changes : polars.DataFrame
        What each scenario changed in the input (``scenario``, ``table``, ``row``, ``column``,
        ``before``, ``after``).
    """

    plans: Mapping[str, MonthPlan]
    table: pl.DataFrame = field(repr=False)
    changes: pl.DataFrame = field(repr=False)

    @property
    def differences(self) -> pl.DataFrame:
        """What the best plans of the scenarios can differ by, against the first one.

        A plan of contribution c and bound b says that the best possible lies between c and b. So
        the best of two scenarios differ by no less than c' - b and no more than b' - c; where 0
        lies between, the difference of the plans says nothing about the scenarios.

        Returns
        -------
        polars.DataFrame
            ``scenario``, ``against``, ``difference`` of the contributions, ``least`` and ``most``
            that it can be by both bounds (null: no bound), and ``within_gaps``, whether 0 lies
            between them while the plans differ.
        """
        (first, before), *others = self.plans.items()
        rows = []
        for name, plan in others:
            difference = plan.contribution - before.contribution
            least, most = plan.contribution - before.bound, plan.bound - before.contribution
            noise = 1e-9 * max(1.0, abs(plan.contribution))
            within = abs(difference) > noise and least <= noise and most >= -noise
            bounds = [value if math.isfinite(value) else None for value in (least, most)]
            rows.append((name, first, difference, *bounds, within))
        number = dict.fromkeys(("difference", "least", "most"), pl.Float64)
        head = {"scenario": pl.String, "against": pl.String}
        return pl.DataFrame(rows, schema=head | number | {"within_gaps": pl.Boolean}, orient="row")

    def cautions(self) -> list[str]:
        """Say which scenarios cannot be told apart by their plans, a sentence each."""
        currency = next(iter(self.plans.values())).currency
        said = []
        for row in self.differences.filter("within_gaps").iter_rows(named=True):
            least, most = (
                "no known bound" if row[side] is None else f"{row[side]:+,.0f}"
                for side in ("least", "most")
            )
            said.append(
                f"{row['scenario']} against {row['against']}: the difference of "
                f"{row['difference']:+,.0f} {currency} lies within the plans' gaps (the best plans "
                f"may differ by {least} to {most}) and is no difference between the scenarios; "
                "plan with a smaller --gap to tell them apart."
            )
        return said


@dataclass(frozen=True)
class Relaxation:
    """One single loosening of the rules and what it would bring; never applied by itself.

    Parameters
    ----------
    name : str
        What is loosened, in words.
    cars : float
        Cars of the question that would be shipped on time besides; for a contract, that would
        count for it.
    cars_total : float
        Cars shipped that the whole plan would gain.
    contribution : float
        Contribution gained, in the hub's currency unit; negative where what is tried costs more
        than it brings.
    cars_delivered : float
        Cars of the question that would be shipped at all, on time or late, and now are lost or
        still late at the end of the horizon.
    """

    name: str
    cars: float
    cars_total: float
    contribution: float
    cars_delivered: float = 0.0


@dataclass(frozen=True)
class Explanation:
    """Why a demand, a contract or a month is met as it is.

    Parameters
    ----------
    question : str
        What was asked.
    answer : str
        One sentence with the figures: asked for, shipped on time, late, lost.
    reasons : tuple of str
        What binds, in sentences with figures.
    relaxations : tuple of Relaxation
        What would lift it, the most cars first.
    facts : polars.DataFrame
        The figures by period.
    """

    question: str
    answer: str
    reasons: tuple[str, ...]
    relaxations: tuple[Relaxation, ...]
    facts: pl.DataFrame
