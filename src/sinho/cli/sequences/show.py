"""What the commands about sequences print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
import typer

from sinho import results
from sinho.cli.base import INFEASIBLE
from sinho.cli.show import print_frame, print_text, say
from sinho.days.day import Day
from sinho.errors import Problem, counted
from sinho.results import ENDED
from sinho.sequence import Result, explain

if TYPE_CHECKING:
    from sinho.cli.sequences.day import DayInput

ROADEF_LEVELS = ("hprc", "lprc", "paint")
SHOWN = 40
"""Violations of one rule, or moved cars, that are listed on a screen."""

NOT_REPAIRED = (
    "No repair that keeps them was found. Ask for less (a later place, fewer frozen cars), or "
    "write the day with --day and the sequence with --out, and search anew: `sinho sequence DAY "
    "--start SEQUENCE`."
)


def print_warnings(warnings: Iterable[Problem], *, as_json: bool) -> None:
    """Print warnings on standard error."""
    if not as_json:
        for problem in warnings:
            say(f"warning: {problem}")


def whole(value: float) -> float | int:
    """Return a figure as a whole number where it is one."""
    return int(value) if float(value).is_integer() else value


def scored(result: Result) -> dict[str, Any]:
    """Return what a sequence costs, ready for JSON; for days of the challenge by its names too.

    Parameters
    ----------
    result : Result
        The sequence.
    """
    day, made = result.day, result.sequence
    reached = made.score
    levels = {name: whole(figure) for name, figure in reached.levels}
    found: dict[str, Any] = {
        "day": day.name,
        "date": day.date,
        "source": day.source,
        "cars": day.size,
        "feasible": reached.feasible,
        "hard": reached.hard,
        "score": None if reached.weighted is None else whole(reached.weighted),
        "levels": levels,
        "bounds": _by_level(day, made.bounds),
        "bounds_behind": _by_level(day, result.behind.figures),
        "rules": {name: whole(figure) for name, figure in reached.rules},
    }
    if day.levels and set(day.levels) <= set(ROADEF_LEVELS):
        found |= {name: levels.get(name, 0) for name in ROADEF_LEVELS}
    return found


def _by_level(day: Day, figures: Sequence[float]) -> dict[str, float | int]:
    return {name: whole(figure) for name, figure in zip(day.levels, figures, strict=True)}


def record(result: Result, warnings: Sequence[Problem]) -> dict[str, Any]:
    """Return a sequence and how it was found, ready for JSON."""
    made = result.sequence
    return scored(result) | {
        "broken": explain(result, "broken rules"),
        "status": made.status,
        "seed": made.seed,
        "threads": made.threads,
        "iterations": made.iterations,
        "seconds": round(made.seconds, 3),
        "moves_per_second": round(made.moves_per_second),
        "order": list(made.order),
        "history": made.history.to_dicts(),
        "versions": dict(made.versions),
        "warnings": [str(problem) for problem in warnings],
    }


def print_day(day: Day) -> None:
    """Print what the day is."""
    before = f", {day.previous.height:,} known before them" if day.previous.height else ""
    hard = sum(rule.hard for rule in day.rules)
    rules = counted(len(day.rules), "rule") + (f" ({hard:,} hard)" if hard else "")
    print(f"{day.name}: {counted(day.size, 'car')}{before}, {rules}\n")


def print_levels(result: Result) -> None:
    """Print figure, bound and verdict of each level, and the score."""
    from sinho.report.sequence.legend import level_unit
    from sinho.report.sequence.tables import BROKEN, verdict

    day, made, reached = result.day, result.sequence, result.sequence.score
    rows = [
        {
            "level": name,
            "figure": figure,
            "unit": level_unit(day, at),
            "bound": bound,
            "verdict": verdict(figure, bound, limit) if reached.feasible else BROKEN,
        }
        for at, ((name, figure), bound, limit) in enumerate(
            zip(reached.levels, made.bounds, result.behind.figures, strict=True)
        )
        if at in day.counted_levels
    ]
    if rows:
        print_frame("", pl.DataFrame(rows), keys=1)
    if reached.weighted is not None:
        print(f"Score {whole(reached.weighted):,}")


def print_hard(result: Result, advice: str) -> None:
    """Print whether the hard rules hold; if not, which are broken, where, and what to do."""
    broken = explain(result, "broken rules")
    if broken:
        print(f"Not feasible: {counted(len(broken), 'hard rule')} broken.")
        for sentence in broken:
            print_text(sentence, "  ")
        print_text(advice)
    elif any(rule.hard for rule in result.day.rules):
        print("All hard rules hold.")


def ended(given: DayInput, result: Result) -> None:
    """End with the exit code of what is infeasible where a found sequence breaks hard rules."""
    if not result.sequence.score.feasible or _broken_shared(given, result):
        raise typer.Exit(INFEASIBLE)


def _broken_shared(given: DayInput, result: Result) -> list[str]:
    """Say which hard rules at shops that lines share a sequence of a run's day breaks."""
    made = result.sequence
    return [] if given.shared is None else given.shared.broken(result.day, made.order)


def refuse_shared(given: DayInput, rule: str) -> None:
    """Refuse to explain a rule that does not count along the line of a run's day."""
    for row in [] if given.shared is None else given.shared.of_run():
        if row["rule"] == rule:
            raise typer.BadParameter(
                f"{rule!r} counts at {row['shop']} over the cars of {', '.join(row['lines'])}: "
                "leave --rule out, and see the table of shared shops.",
                param_hint="--rule",
            )


def shared_record(given: DayInput, result: Result) -> dict[str, Any]:
    """Return what a sequence of a run's day costs at shared shops, ready for JSON, if any."""
    if given.shared is None:
        return {}
    return {
        "shared": given.shared.rows(result.day, result.sequence.order),
        "shared_of_run": given.shared.of_run(),
        "shared_broken": _broken_shared(given, result),
    }


def print_shared(given: DayInput, result: Result, note: str) -> None:
    """Print what a sequence of a run's day costs at shops that lines share, if any.

    Parameters
    ----------
    given : DayInput
        The day.
    result : Result
        Its sequence.
    note : str
        What becomes of the other lines.
    """
    if given.shared is None:
        return
    rows = given.shared.rows(result.day, result.sequence.order)
    before = [row["figure"] for row in given.shared.of_run()]
    frame = pl.DataFrame(rows).select(
        "shop",
        pl.col("lines").list.join(", "),
        pl.col("cars").alias("passed [cars]"),
        "rule",
        "level",
        "unit",
        pl.Series("in the run", before),
        "figure",
        pl.col("bound").alias("no sequence has less than"),
    )
    print_frame("Shared shops: rules over the cars of all lines", frame, keys=1, note=note)
    for sentence in _broken_shared(given, result):
        print_text(sentence, "Hard rule broken at ")


def print_search(made: results.Sequence) -> None:
    """Print how a sequence was found."""
    searches = "1 search" if made.threads == 1 else f"{made.threads:,} searches"
    print(
        f"{made.status}: {ENDED[made.status]}. {made.iterations:,} moves evaluated in "
        f"{made.seconds:,.1f} s ({made.moves_per_second:,.0f}/s), {searches}, seed {made.seed}"
    )


def print_rules(day: Day, reached: results.Score, only: str | None) -> None:
    """Print the figure of each rule, or of one alone."""
    from sinho.report.sequence.tables import KINDS, subject

    rows = [
        {
            "rule": rule.name,
            "kind": KINDS[type(rule)],
            "about": subject(rule),
            "level": "hard" if rule.level is None else day.levels[rule.level],
            "figure": figure,
            "unit": rule.unit,
        }
        for rule, (_, figure) in zip(day.rules, reached.rules, strict=True)
        if only in (None, rule.name)
    ]
    if rows:
        print()
        print_frame("Rules", pl.DataFrame(rows), keys=1)


def print_outlook(outlook: pl.DataFrame) -> None:
    """Print what the day's cars allow of each rule."""
    frame = outlook.select(
        "rule",
        "cars",
        (100 * pl.col("take_rate")).alias("take rate [%]"),
        "limit",
        (100 * pl.col("utilisation")).alias("utilisation [%]"),
        pl.col("possible")
        .cast(pl.String)
        .replace({"true": "yes", "false": "no"})
        .alias("can be kept"),
        pl.col("least"),
        "unit",
        pl.col("reason").alias("why"),
    )
    print_frame("What the day's cars allow of each rule by itself", frame, keys=1)


def print_violations(listed: pl.DataFrame) -> None:
    """Print violations, the first of each rule."""
    if listed.is_empty():
        print("No rule is violated.")
        return
    shown = listed.filter(pl.int_range(pl.len()).over("rule") < SHOWN)
    frame = shown.select(
        "rule",
        pl.col("level").fill_null("hard"),
        "first",
        "last",
        "cost",
        pl.col("text").alias("what"),
    )
    more = listed.height - shown.height
    note = "Position 0 is the last car before the day."
    if more:
        note += f" {more:,} more; --json lists them all."
    print_frame("Violations", frame, keys=1, note=note)


def repair_record(result: Result) -> dict[str, Any]:
    """Return a repair, ready for JSON."""
    made, repair = result.sequence, result.repair
    assert repair is not None

    def levels(score: results.Score) -> dict[str, Any]:
        figures = {name: whole(figure) for name, figure in score.levels}
        total = None if score.weighted is None else whole(score.weighted)
        return {"feasible": score.feasible, "score": total, "levels": figures}

    return {
        "day": made.day,
        "cars": result.day.size,
        "summary": list(repair.summary),
        "before": levels(repair.before),
        "unrepaired": levels(repair.unrepaired),
        "after": levels(made.score),
        "broken": explain(result, "broken rules"),
        "cars_moved": repair.cars_moved,
        "moved": repair.moved.to_dicts(),
        "order": list(made.order),
        "keep": result.params.keep,
        "seed": made.seed,
        "iterations": made.iterations,
        "seconds": round(made.seconds, 3),
    }


def print_repair(result: Result) -> None:
    """Print the figures before and after, and what moved and why."""
    made, repair = result.sequence, result.repair
    assert repair is not None
    for sentence in repair.summary:
        print_text(sentence)
    print()
    moved = repair.moved.filter("moved")
    around = moved.filter(pl.col("shift") == 0)
    if moved.height:
        apart = moved["shift"].null_count()
        title = f"{counted(moved.height, 'car')} moved" + (", taken out or put in" if apart else "")
        shown = moved.filter(pl.col("shift").ne_missing(0))
        shown = shown.select("car", "before", "after", "shift", "why")
        print_frame(title, shown, keys=1, most=SHOWN, as_given=True)
    if around.height:
        names = ", ".join(around["car"].head(SHOWN))
        print_text(
            f"{around.height:,} of them came to stand where they stood, as cars on both sides "
            f"changed places: {names}."
        )
    shifted = repair.moved.height - moved.height
    if shifted:
        print(f"{counted(shifted, 'car')} only shifted as others moved.")
    if not made.score.feasible:
        print_text(NOT_REPAIRED)
    elif any(rule.hard for rule in result.day.rules):
        print("All hard rules hold.")
    print(f"Repaired in {made.seconds:.2f} s, {made.iterations:,} moves compared.")
