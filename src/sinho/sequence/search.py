"""The search for a day's order: an anytime algorithm, fixed by seed and number of moves."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import polars as pl

from sinho.days.check import check_day
from sinho.days.day import Day
from sinho.days.rules import Ratio
from sinho.days.score import score_order
from sinho.errors import Infeasible
from sinho.results import Sequence as Result
from sinho.results.versions import versions
from sinho.sequence.annealing import clock_of, search_levels
from sinho.sequence.arrays import prepare
from sinho.sequence.bounds import bounds, conditional_bounds
from sinho.sequence.contradictions import claimed_twice, contradictions
from sinho.sequence.stages import Stage
from sinho.sequence.start import begun
from sinho.sequence.walk import Walker
from sinho.stop import Report, StopRule, check_effort


def sequence_day(
    day: Day,
    *,
    start: Sequence[str] | None = None,
    stop: StopRule | None = None,
    iterations: int | None = None,
    seed: int = 1,
    threads: int = 1,
    progress: Report | None = None,
    strict: bool = True,
) -> Result:
    """Find the order in which a day's cars are built.

    Local search with swaps, insertions, reflections and shuffles, and moves that merge and move
    batches, evaluated by bit counts; one level after the other by simulated annealing, which never
    gives up what a level above has won (after Estellon, Gardi and Nouioua 2008, and Briant, Naddef
    and Mounie 2008, both European Journal of Operational Research 191). Several threads search from
    their own seeds and go on from the best of them after each stage.

    Parameters
    ----------
    day : Day
        The cars and the rules.
    start : sequence of str, optional
        Idents in the order to go on from; without one, the search builds its own.
    stop : StopRule, optional
        When to stop and hand back the best order so far; 20 seconds where neither this nor a number
        of iterations is given.
    iterations : int, optional
        Moves per thread. With it, the result depends on the day, the start, the seed and the
        number of threads alone, unless the stop rule ends the search before.
    seed : int
        Seed of the random numbers.
    threads : int
        Searches side by side.
    progress : callable, optional
        Hears the best figures about ten times a second.
    strict : bool
        Whether to refuse a day whose hard rules contradict each other. Else its order breaks them
        as little as the search finds; only cars that cannot all have the positions that they need
        are refused.

    Returns
    -------
    Sequence
        The order, its score, its bounds and how it was found.

    Raises
    ------
    DataError
        When the day, or the order to start from, breaks its rules.
    Infeasible
        When hard rules contradict each other.
    ValueError
        When the number of threads or of iterations is not positive, or the seed is negative.
    """
    check_effort(threads, seed, iterations)
    check_day(day)
    clashes = contradictions(day) if strict else claimed_twice(day)
    if clashes:
        raise Infeasible(clashes)
    warm_up()
    arrays = prepare(day)
    walkers = [Walker(m) for m in begun(day, arrays, start, seed, threads)]
    clock = clock_of(day, stop, iterations)
    found = search_levels(
        day,
        arrays.constant,
        walkers,
        clock,
        lambda: bounds(day),
        lambda limits: conditional_bounds(day, None, limits.result(), clock.over),
        warm=start is not None,
        progress=progress,
    )
    return Result(
        day=day.name,
        order=found.order,
        score=score_order(day, found.order),
        bounds=found.bounds.figures,
        status=found.status,
        seed=seed,
        threads=threads,
        iterations=found.moves,
        seconds=found.seconds,
        history=found.history,
        versions=versions("numba"),
    )


@functools.cache
def warm_up() -> None:
    """Load the compiled kernel, or compile it, which takes some seconds once per machine.

    A search does it by itself; call it before a clock is started that should measure the search
    alone.
    """
    cars = pl.DataFrame({"car": ["a", "b"], "colour": ["red", "blue"], "option": [True, False]})
    day = Day(
        name="warm-up",
        cars=cars,
        previous=cars.clear(),
        attributes=("colour",),
        options=("option",),
        rules=(Ratio(name="ratio", level=0, option="option", most=1, window=2),),
        levels=("ratio",),
    )
    arrays = prepare(day)
    for m in begun(day, arrays, None, 0, 1):
        walker = Walker(m)
        walker.enter(Stage(1, 1.0))
        walker.push(1, 0.0)
