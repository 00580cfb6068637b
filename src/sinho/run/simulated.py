"""The simulation of a run's days: done, kept, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinho.results import LineRun
from sinho.run.keep import load
from sinho.run.params import RunParams
from sinho.stop import Report

if TYPE_CHECKING:
    from sinho.simulate import Input

SIMULATE = "simulate"
"""Name of the stage."""

RUN, TIMES, CHANCES = "simulation", "line_off", "chances"
"""Names of what is kept of it."""


def simulated(
    given: Input, asked: RunParams, progress: Report
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Simulate the days of a run.

    Parameters
    ----------
    given : Input
        The plant, and the cars in their sequences.
    asked : RunParams
        What the run is asked for.
    progress : callable
        Called with how far it is.

    Returns
    -------
    dict of str to object
        The results by the names under which they are kept: the simulation, when each order leaves
        the line, and how likely by each day.
    dict of str to object
        Figures: the mean share of orders that are in time for their days, and for their vessels.
    """
    from sinho.report.simulation import Case, bottleneck, chances, mean, orders
    from sinho.simulate import Params, solve

    params = Params(replications=asked.simulate or 1, workers=asked.threads)
    made = solve(given, params, seed=asked.seed, progress=progress)
    case = Case("", given, made)
    shares = {"in_time": mean(made.orders["p_due"]), "for_vessel": mean(made.orders["p_cutoff"])}
    return {RUN: made, TIMES: orders(case), CHANCES: chances(case)}, {
        "replications": made.replications,
        "bottleneck": bottleneck(case),
        **{name: share for name, share in shares.items() if share is not None},
    }


def simulation_kept(folder: Path) -> Mapping[str, Any]:
    """Read what was kept of it.

    Parameters
    ----------
    folder : pathlib.Path
        Where the stage is kept; one that is not there is of a run whose days are not simulated.

    Returns
    -------
    mapping of str to object
        ``simulation``, ``line_off`` and ``chances``, as `sinho.run.found.DayRun` has them.
    """
    if not folder.exists():
        return {}
    tables = {name: load(folder, name, pl.DataFrame) for name in (TIMES, CHANCES)}
    return {RUN: load(folder, RUN, LineRun), **tables}
