"""What is decided before a month, and what of a network is left to plan from there on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from sinho.results.sourcing import LINES, Sourcing
from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.program import Program
from sinho.source.terms import Flags
from sinho.units import Floats

LATER = 1e-6
"""Tooling by which what is launched already is no later than that."""


def choices(program: Program, base: Sourcing, data: Input) -> Floats:
    """Return the columns of a program with the steps and closures of a plan; the rest is 0."""
    values = np.zeros(len(program.cost))
    names = [one.name for one in data.plants]
    step = {(p, t): own for p, t, own in base.plants["plant", "month", "step"].iter_rows()}
    first = [data.months[t] for t in range(0, len(data.months), data.shift_period)]
    values[program.columns["step"]] = [
        step[names[p], t] == data.plants[p].steps[n] for p, n in program.of["step"] for t in first
    ]
    values[program.columns["closed"]] = [step[name, t] == "" for name in names for t in first]
    return values


def worked(program: Program, base: Sourcing, month: int, data: Input) -> Program:
    """Return a program in which the steps that began before a month stay as planned.

    Where it has launches, it is that of `rest_of` a network.
    """
    lower, upper = program.lower.copy(), program.upper.copy()
    values = choices(program, base, data)
    early = np.arange(0, len(data.months), data.shift_period) < month
    for name in ("step", "closed"):
        at = np.arange(len(values))[program.columns[name]]
        at = at[np.tile(early, len(at) // len(early))]
        lower[at] = upper[at] = values[at]
    if "launch" in program.columns:
        a, when = program.of["launch"]
        made, dates = _launched(data, base)
        lower[program.columns["launch"]] = np.isin(a, made[dates < month]) & (when == 0)
    return replace(program, lower=lower, upper=upper)


def rest_of(data: Input, base: Sourcing, month: int) -> Input:
    """Return a network as it stands at a month: what is left of it to plan.

    No car is asked for before; quotas have what earlier cars leave of them; what is launched by
    then is built already, or begins without further tooling. Launches are decided `delay` months
    later than they stand.
    """
    demand, window = data.demand.copy(), data.window.copy()
    demand[:, :, :month] = 0.0
    window[:, :month] = False
    a, k, t = data.cells_of(base.flows)
    quota = data.duties.quota[data.group[a], k, t]
    year, inside = data.entry_year[data.plant[a], k, t], base.flows["in_quota"].to_numpy()
    quotas = dict(data.quotas)
    for name, of in data.quotas:
        own = (t < month) & (year == of) & (quota == data.quota_names.index(name))
        quotas[name, of] = max(data.quotas[name, of] - float(inside[own].sum()), 0.0)
    made, when = _launched(data, base)
    early = when < month
    made, when = made[early], when[early]
    fixed = data.fixed.copy()
    fixed[made[when + data.lead[made] <= month]] = True
    return replace(
        committed(data, made, when, month),
        demand=demand,
        window=window,
        quotas=quotas,
        fixed=fixed,
    )


def committed(data: Input, made: Ints, when: Ints, month: int) -> Input:
    """Return a network in which some launches are made, and others are not before a month.

    Those made begin without further tooling; dates of others are `delay` months later than they
    stand.

    Parameters
    ----------
    data : Input
        The network.
    made, when : ndarray of int
        Allocations that are launched, and the months in which that was decided.
    month : int
        First month in which others may be decided.
    """
    later = delay(data, month)
    lead, tooling = data.lead + later, data.tooling.copy()
    tooling[:, : len(data.months) - later] = data.tooling[:, later:]
    # of no cost by the first date, and by no other
    lead[made], tooling[made], tooling[made, 0] = when + data.lead[made], LATER, 0.0
    return replace(data, lead=lead, tooling=tooling)


def delay(data: Input, month: int) -> int:
    """Return the first month from a month on in which launches are decided."""
    return min(-(-month // data.launch_period) * data.launch_period, len(data.months))


def taken(data: Input, base: Sourcing) -> Flags:
    """Return the allocations that are built already or launched by a plan."""
    on = data.fixed.copy()
    on[_launched(data, base)[0]] = True
    return on


def _launched(data: Input, base: Sourcing) -> tuple[np.ndarray, np.ndarray]:
    """Return allocation and month of decision of a plan's launches."""
    place = np.full((len(data.models), len(data.plants)), -1)
    place[data.model, data.plant] = np.arange(len(data.model))
    models = {name: at for at, name in enumerate(data.models)}
    plants = {plant.name: at for at, plant in enumerate(data.plants)}
    dates = {date: at for at, date in enumerate(data.months)}
    rows = base.launches.select("model", "plant", "decided").rows()
    a = np.array([place[models[i], plants[p]] for i, p, _ in rows], dtype=np.int64)
    return a, np.array([dates[date] for *_, date in rows], dtype=np.int64)


def spent(base: Sourcing, data: Input, month: int) -> float:
    """Return what of a plan's cost is settled before a month, but for steps of plants."""
    date = data.months[month]
    early = pl.col("month") < date
    flows = base.flows.filter(early).select(pl.sum_horizontal(LINES).sum()).item()
    tooling = base.launches.filter(pl.col("decided") < date)["tooling"].sum()
    forgone = base.unmet.filter(early)["forgone"].sum()
    short = base.costs.filter(
        (pl.col("line") == "short of least volumes") & (pl.col("year") < date.year)
    )["cost"].sum()
    return float(flows + tooling + forgone + short)
