"""What a quote works on: a hub without the programme and with it, case by case."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from sinho import plan
from sinho.errors import DataError, Problem
from sinho.hub import Hub, Scenario, apply_scenario
from sinho.hub.apply import applied
from sinho.hub.schema import LIST_SEPARATOR
from sinho.quote.check import problems_of
from sinho.quote.programme import ITSELF, Programme


@dataclass(frozen=True)
class Input:
    """A hub and a programme for it; made by `from_hub`.

    Parameters
    ----------
    hub : Hub
        The hub without the programme, its scenario applied.
    programme : Programme
        The programme, without faults.
    simulated : polars.DataFrame or None
        ``shop`` and ``share`` of what it is manned for that it has demonstrated; None: not
        simulated.
    cases : mapping of str to (Hub, Hub)
        Hub without and with the programme, by case; the first is the programme as it stands.
    """

    hub: Hub
    programme: Programme
    simulated: pl.DataFrame | None = field(default=None, repr=False)
    cases: dict[str, tuple[Hub, Hub]] = field(default_factory=dict, repr=False)

    @classmethod
    def from_hub(
        cls,
        hub: Hub,
        programme: Programme | str | Path,
        scenario: str | Scenario | None = None,
        simulated: pl.DataFrame | None = None,
    ) -> Input:
        """Check a programme against a hub.

        Parameters
        ----------
        hub : Hub
            The hub, as ``read_hub`` or ``hub_from_tables`` returns it.
        programme : Programme, str or pathlib.Path
            The programme, or its file.
        scenario : str or Scenario, optional
            Changes over the hub, with the programme and without.
        simulated : polars.DataFrame, optional
            ``shop`` and ``share`` of what it is manned for that it has demonstrated.

        Raises
        ------
        DataError
            With all that is wrong with the programme, by itself and in this hub.
        """
        own = hub if scenario is None else apply_scenario(hub, scenario)
        if not isinstance(programme, Programme):
            programme = Programme.from_file(programme)
        problems = problems_of(programme, own)
        if problems:
            raise DataError(problems)
        whole, found = applied(own, programme.scenario(own))
        if whole is None:
            said = [_in_file(programme, own, one) for one in found if _error(one)]
            raise DataError(list(dict.fromkeys(said)))
        cases = {ITSELF: (own, whole)}
        for name, change in programme.read.changes.items():
            changed, found = applied(whole, change)
            if changed is None:
                problems += [replace(one, where=_case(programme, name)) for one in found]
                continue
            without = _where_it_fits(own, change, programme.models)
            cases[name] = (without, _delivered(programme, whole, changed))
        if any(_error(one) for one in problems):
            raise DataError([one for one in problems if _error(one)])
        return cls(own, programme, simulated, cases)

    @cached_property
    def planned(self) -> dict[str, tuple[plan.Input, plan.Input]]:
        """What is planned by case: the hub without and with the programme."""
        return {
            name: (self._plan(without, name), self._plan(whole, name))
            for name, (without, whole) in self.cases.items()
        }

    def _plan(self, hub: Hub, name: str) -> plan.Input:
        return plan.Input(hub, scenario=name, title=self.programme.title)

    def at_fee(self, fee: float, case: str = ITSELF) -> plan.Input:
        """Return what is planned with another fee, in the currency of the terms, per car."""
        name = self.programme.contract
        table = self.cases[case][1]["contracts"]
        own = pl.when(contract=name).then(fee).otherwise("fee").cast(pl.Float64).alias("fee")
        hub = self.cases[case][1]
        return self._plan(Hub({**hub.tables, "contracts": table.with_columns(own)}), case)


def _where_it_fits(hub: Hub, scenario: Scenario, models: list[str]) -> Hub:
    """Apply the changes of a case to the hub without the programme.

    A change that meets only rows of the programme changes nothing there, and what a case inserts
    for the programme's models is the programme's.
    """
    known = hub["contracts"]["contract"].to_list()
    for change in scenario.changes:
        hub = applied(hub, Scenario("case", changes=(change,)))[0] or hub
    own = [
        row["contract"]
        for row in hub["contracts"].to_dicts()
        if row["models"] and set(row["models"].split(LIST_SEPARATOR)) <= set(models)
    ]
    kept = pl.col("contract").is_in(known) | ~pl.col("contract").is_in(own)
    demand = hub["demand"].filter(~pl.col("model").is_in(models))
    return Hub({**hub.tables, "demand": demand, "contracts": hub["contracts"].filter(kept)})


def _delivered(programme: Programme, before: Hub, after: Hub) -> Hub:
    """Let the way's cost follow the terms and prices of a case, unless the case gives it."""
    keys = ["model", "market", "month"]
    usual = {row[:3]: row[3] for row in before["demand"].select(*keys, "delivery_cost").rows()}
    markets = {row["market"]: row for row in after["markets"].to_dicts()}
    costs = [
        programme.delivery_cost(row, markets[row["market"]])
        if row["model"] in programme.models
        and row["delivery_cost"] == usual.get(tuple(row[key] for key in keys), 0.0)
        else row["delivery_cost"]
        for row in after["demand"].to_dicts()
    ]
    table = after["demand"].with_columns(pl.Series("delivery_cost", costs, dtype=pl.Float64))
    return Hub({**after.tables, "demand": table})


def _error(problem: Problem) -> bool:
    return problem.severity == "error"


def _case(programme: Programme, name: str) -> str:
    return f"{programme.read.where}, case {name!r}"


def _in_file(programme: Programme, hub: Hub, problem: Problem) -> Problem:
    """Return a problem of the hub with the programme as one of a row of the programme's file."""
    found = re.search(r"programme\.toml, change (\d+)", problem.where)
    if found is None:
        return problem
    section, at, _ = programme.inserted(hub)[int(found[1]) - 1]
    column = {"units": "expected", "contract": "programme"}.get(
        problem.column or "", problem.column
    )
    line, where = programme.read.line(section, at, column), programme.read.place(section)
    hint = problem.hint
    if re.search("stands in .* already", problem.rule):
        hint = "Take it out here, or change that row by a scenario or a case."

    def named(found: re.Match[str]) -> str:
        section, at, _ = programme.inserted(hub)[int(found[1]) - 1]
        return f"row {programme.read.line(section, at)}"

    rule = re.sub(r"\S*programme\.toml, change (\d+)", named, problem.rule)
    known = r"(\w+) with \S*programme\.toml"
    rule, hint = (re.sub(known, r"table \1", said) for said in (rule, hint))
    return replace(problem, where=where, rule=rule, row=line, column=column, hint=hint)
