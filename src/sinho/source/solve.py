"""From a network to a plan: what is built where, for which market, and when."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Literal

from sinho.hub import Hub
from sinho.parameters import SEED, check_seed
from sinho.results.sourcing import Sourcing
from sinho.results.status import ended_as
from sinho.results.versions import versions
from sinho.source.data import Input
from sinho.source.exact import Optimum, minimise
from sinho.source.outcome import tables_of
from sinho.source.params import Params
from sinho.source.priced import minimise_priced
from sinho.source.program import Program, program_of
from sinho.stop import NoLimit, Report, StopRule


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Sourcing:
    """Plan a network: flows, shifts, plants opened and closed, launches.

    Parameters
    ----------
    input : Input
        The network.
    params : sinho.source.Params, optional
        What weighs what, and how hard to try.
    stop : StopRule, optional
        When to hand back the best plan so far.
    seed : int
        Seed of the solver; the same input, parameters and seed give the same plan where no rule
        stops it.
    progress : callable, optional
        Called with `sinho.stop.Progress` now and then.

    Returns
    -------
    Sourcing
        The plan, and what is proven.

    Raises
    ------
    Stopped
        Where it is stopped before there is a plan.
    """
    check_seed(seed)
    began = time.monotonic()
    params, stop = params or Params(), stop or NoLimit()
    program, found = planned(input, params, stop=stop, seed=seed, progress=progress)
    made = sourcing_of(input, program, found, params, stop, seed)
    return replace(made, seconds=time.monotonic() - began)


def planned(
    data: Input, params: Params, *, stop: StopRule, seed: int, progress: Report | None
) -> tuple[Program, Optimum]:
    """Return the program of a network, and its solution."""
    if params.by_prices(data):
        return minimise_priced(data, params, stop=stop, seed=seed, progress=progress)
    program = program_of(data)
    return program, minimise(program, params, stop=stop, seed=seed, progress=progress)


def sourcing_of(
    data: Input, program: Program, found: Optimum, params: Params, stop: StopRule, seed: int
) -> Sourcing:
    """Return the result of a solution."""
    cost = found.levels[-1]
    widest = max(one.gap for one in found.levels)
    # prices stop a little early, to make a plan in time
    left = stop.seconds_left if stop() else 0.0
    status = ended_as(widest, found.allowed, stopped=found.stopped, left=left)
    return Sourcing(
        data.name,
        data.currency,
        **tables_of(data, program, found),
        objective=cost.value,
        bound=cost.bound,
        status=status,
        seconds=0.0,
        seed=seed,
        versions=versions("highspy", "numpy"),
    )


def source_network(
    network: Hub,
    *,
    priorities: Literal["lexicographic", "cost"] = "lexicographic",
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Sourcing:
    """Plan what is built where, for which market and when.

    Parameters
    ----------
    network : Hub
        Tables of a network as `sinho.read_network` returns them, with its scenario applied.
    priorities : {"lexicographic", "cost"}
        Fewest cars lost or short, then least cost; or cost alone.
    stop, seed, progress
        As `solve`.

    Returns
    -------
    Sourcing
        The plan, and what is proven.
    """
    given = Input.from_network(network)
    return solve(given, Params(priorities), stop=stop, seed=seed, progress=progress)
