"""Rules that no order can break are told, and change nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from sinho.days.check import check_day
from sinho.days.day import Day
from sinho.days.formats import inspect_day, read_day, write_day
from sinho.days.rules import Forbidden, Ratio, Rule
from sinho.days.score import score_order
from sinho.sequence import sequence_day
from sinho.sequence.bounds import bounds, conditional_bounds, rule_outlook
from sinho.sequence.contradictions import contradictions
from sinho.testing.days import generate_day
from tests.sequence.days import random_day
from tests.sequence.test_tables import FILES


def with_idle(day: Day) -> Day:
    """Return a day with rules that say nothing, some hard and some in each level."""
    options = [*day.options, *day.options]
    idle: list[Rule] = [
        Ratio(name=f"idle {n}", option=option, most=most, window=window, level=level)
        for n, (option, most, window, level) in enumerate(
            zip(options, (1, 3, 2, 9, 1), (1, 2, 2, 4, 1), (None, 0, 1, 2, 0), strict=False)
        )
    ]
    idle.append(Forbidden(name="no pairs", attribute=day.attributes[0], pairs=(), level=None))
    return replace(day, rules=(idle[0], *day.rules, *idle[1:]))


@pytest.mark.parametrize("seed", range(6))
def test_idle_rules_change_no_score_and_no_bound(seed: int) -> None:
    day = random_day(seed, 7)
    idle = with_idle(day)
    check_day(idle)
    assert contradictions(idle) == contradictions(day)
    for order in (day.idents, day.idents[::-1]):
        assert score_order(idle, order).totals == score_order(day, order).totals
        assert score_order(idle, order).hard == score_order(day, order).hard
    before, after = bounds(day), bounds(idle)
    assert after.totals == before.totals
    totals = score_order(day, day.idents).totals
    assert conditional_bounds(idle, totals).totals == conditional_bounds(day, totals).totals
    assert rule_outlook(idle).height == len(idle.rules)


def test_a_day_with_idle_rules_is_sequenced_as_well_as_without() -> None:
    day = generate_day(30, colours=3, high=2, low=2, seed=4)
    best = [
        sequence_day(one, iterations=3_000)
        for one in (day, replace(with_idle(day), levels=day.levels))
    ]
    first, second = (score_order(day, result.order).totals for result in best)
    assert first == second


# ---- in every format


@pytest.fixture
def roadef(tmp_path: Path) -> Path:
    return write_day(
        generate_day(8, colours=2, high=1, low=1), tmp_path / "roadef", format="roadef"
    )


def test_idle_ratios_in_a_roadef_folder(roadef: Path) -> None:
    lines = (roadef / "ratios.txt").read_text().splitlines()
    low = next(n for n, line in enumerate(lines) if ";0;" in line)
    lines[low] = ";".join(["1/1", *lines[low].split(";")[1:]])
    (roadef / "ratios.txt").write_text("\n".join(lines))
    day, found = inspect_day(roadef)
    assert day is not None
    (problem,) = found
    assert (problem.where, problem.row, problem.value) == ("ratios.txt", low + 1, "1/1")
    assert (problem.severity, problem.hint) == ("warning", "")
    again = read_day(write_day(day, roadef.parent / "again"))
    assert again.rules == day.rules
    lines[low] = lines[low].replace("1/1", "3/2")
    (roadef / "ratios.txt").write_text("\n".join(lines))
    assert [p.hint for p in inspect_day(roadef)[1]] == ["Did you mean 2/3?"]
    lines[low] = lines[low].replace("3/2", "1/0")
    (roadef / "ratios.txt").write_text("\n".join(lines))
    day, found = inspect_day(roadef)
    assert day is None
    assert "a window holds 1 car or more" in found[0].rule


@pytest.mark.parametrize("lost", ["ratios.txt", "vehicles.txt"])
def test_options_without_ratio_or_cars(roadef: Path, lost: str) -> None:
    day = read_day(roadef)
    name = day.options[-1]
    if lost == "ratios.txt":
        lines = (roadef / lost).read_text().splitlines()
        lines = [line for line in lines if name not in line.split(";")]
    else:
        lines = [line.rsplit(";", 1)[0] for line in (roadef / lost).read_text().splitlines()]
    (roadef / lost).write_text("\n".join(lines) + "\n")
    less, found = inspect_day(roadef)
    assert less is not None
    assert [(problem.severity, problem.column) for problem in found] == [
        ("warning", name if lost == "ratios.txt" else "Ident")
    ]
    assert [rule for rule in less.rules if rule.name == name] == []
    assert less.options == (day.options if lost == "ratios.txt" else day.options[:-1])
    write_day(less, roadef.parent / "again")
    assert read_day(roadef.parent / "again").rules == less.rules


def test_an_option_with_two_names_is_refused(roadef: Path) -> None:
    text = (roadef / "ratios.txt").read_text()
    name = read_day(roadef).options[-1]
    (roadef / "ratios.txt").write_text(text.replace(name, name + "x"))
    day, found = inspect_day(roadef)
    assert day is None
    assert {problem.severity for problem in found} == {"error"}


def test_idle_ratios_in_a_csplib_file(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("4 2 2\r\n1 3\r\n1 2\r\n\r\n 0  2 1 0 \r\n1 2 0 1\x1a")
    day, found = inspect_day(path)
    assert day is not None
    assert [(p.severity, p.row, p.column, p.value) for p in found] == [
        ("warning", 3, "option1", "1/1"),
        ("warning", 3, "option2", "3/2"),
    ]
    assert score_order(day, day.idents).totals == (0,)


def test_idle_rules_in_tables(tmp_path: Path) -> None:
    path = tmp_path / "day"
    path.mkdir()
    for name, text in FILES.items():
        (path / name).write_text(text, encoding="utf-8")
    rules = pl.read_csv(path / "sequence_rules.csv", infer_schema=False)
    at = rules["kind"].to_list().index("ratio")
    window = pl.when(pl.int_range(pl.len()) == at).then(pl.lit("1")).otherwise(pl.col("window"))
    most = pl.when(pl.int_range(pl.len()) == at).then(pl.lit("1")).otherwise(pl.col("most"))
    rules.with_columns(window.alias("window"), most.alias("most")).write_csv(
        path / "sequence_rules.csv"
    )
    day, found = inspect_day(path, date=dt.date(2026, 3, 3))
    assert day is not None
    told = [problem for problem in found if "says nothing" in problem.rule]
    assert [(p.where, p.row, p.column, p.severity) for p in told] == [
        ("sequence_rules.csv", at + 2, "window", "warning")
    ]


# ---- what makes no difference


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("vehicles.txt", "\n", "\r\n"),
        ("vehicles.txt", "\n", "\n\n"),
        ("vehicles.txt", "\n", ";\n"),
        ("vehicles.txt", "Paint Color", "paint  COLOR"),
        ("vehicles.txt", "SeqRank", "seqrank"),
        ("ratios.txt", "\n", "\r"),
        ("ratios.txt", "Ratio;Prio;Ident;", "RATIO; prio ;ident"),
        ("ratios.txt", "/", " / "),
        ("paint_batch_limit.txt", "limitation;", "Limitation"),
        ("optimization_objectives.txt", "objective name", "Objective_Name"),
        ("optimization_objectives.txt", "\n", " ;;\n"),
    ],
)
def test_oddities_of_published_files(roadef: Path, file: str, old: str, new: str) -> None:
    before = read_day(roadef)
    text = (roadef / file).read_text()
    assert old in text
    (roadef / file).write_text(text.replace(old, new).rstrip("\r\n"), newline="")
    day, found = inspect_day(roadef)
    assert found == ()
    assert day is not None
    assert day.rules == before.rules
    assert day.cars.equals(before.cars)


def test_a_colour_limit_longer_than_the_day(roadef: Path) -> None:
    (roadef / "paint_batch_limit.txt").write_text("limitation;\n100000;\n")
    assert inspect_day(roadef)[1] == ()
