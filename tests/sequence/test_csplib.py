"""CSPLib files, of one instance or of many, are read and written; what is wrong is named by row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.formats import instance_names, read_day, write_day
from sinho.days.rules import Ratio
from sinho.errors import DataError, Problem
from tests.hub.faults import only
from tests.sequence.days import random_day, tiny_day

SINGLE = """10 5 6
1 2 1 2 1
2 3 3 5 5
0 1 1 0 1 1 0
1 1 0 0 0 1 0
2 2 0 1 0 0 1
3 2 0 1 0 1 0
4 2 1 0 1 0 0
5 2 1 1 0 0 0
"""
SEVERAL = """
This is a set of problems, each with few cars.

#------
# Problem 4/72  (Regin & Puget #1)
# Satisfiable
#------
3 5 2
0 2 1 0 0 1 0
1 1 0 1 1 0 1

#------
#Problem 60-01
#------
2 2 1
1 1
2 3
7 2 1 0
"""


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "data.txt"
    path.write_text(text, encoding="utf-8")
    return path


def refused(path: Path, instance: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(DataError) as error:
        read_day(path, instance=instance)
    return error.value.problems


def test_a_single_instance(tmp_path: Path) -> None:
    day = read_day(file(tmp_path, SINGLE))
    assert (day.name, day.source, day.size) == ("data", "csplib", 10)
    assert day.previous.is_empty()
    assert day.idents[:4] == ("0-1", "1-1", "2-1", "2-2")
    assert day.cars["class"].to_list() == list("0122334455")
    assert day.cars["option4"].to_list() == [True, True, *[False] * 2, *[True] * 2, *[False] * 4]
    assert (day.attributes, day.levels, day.weights) == (("class",), ("violations",), (1,))
    assert day.rules == tuple(
        Ratio(name=f"option{n}", option=f"option{n}", most=m, window=w, level=0, shortened=False)
        for n, (m, w) in enumerate([(1, 2), (2, 3), (1, 3), (2, 5), (1, 5)], 1)
    )


def test_several_instances_are_told_apart_by_name(tmp_path: Path) -> None:
    path = file(tmp_path, SEVERAL)
    assert instance_names(path) == ("4/72", "60-01")
    usual = read_day(path, instance="4/72")
    ratios = [(rule.most, rule.window) for rule in usual.rules if isinstance(rule, Ratio)]
    assert ratios == [(1, 2), (2, 3), (1, 3), (2, 5), (1, 5)], "left out, so the usual ones"
    other = read_day(path, instance="Problem 60-01")
    assert [(rule.most, rule.window) for rule in other.rules if isinstance(rule, Ratio)] == [
        (1, 2),
        (1, 3),
    ]
    assert other.idents == ("7-1", "7-2")


def test_an_instance_must_be_named_and_known(tmp_path: Path) -> None:
    path = file(tmp_path, SEVERAL)
    only(refused(path), rule="holds 2 instances", hint="4/72, 60-01")
    only(refused(path, "60-02"), value="60-02", hint="Did you mean '60-01'?")


@pytest.mark.parametrize(
    ("old", "new", "row", "rule"),
    [
        ("10 5 6", "11 5 6", 1, "11 cars are announced, the classes hold 10"),
        ("10 5 6", "10 5 7", 1, "7 classes are announced, 6 are given"),
        ("1 2 1 2 1\n", "1 2 1 2\n", 2, "5 options are announced"),
        ("2 3 3 5 5", "0 3 3 5 5", 3, "a window holds 1 car or more"),
        ("1 1 0 0 0 1 0", "1 1 0 0 0 1", 5, "a class has 7 numbers"),
        ("1 1 0 0 0 1 0", "0 1 0 0 0 1 0", 5, "stands in row 5 already"),
        ("1 1 0 0 0 1 0", "1 1 0 0 0 2 0", 5, "must be 1"),
        ("1 1 0 0 0 1 0", "1 1 0 a 0 1 0", 5, "whole numbers"),
        ("10 5 6", "10 5 6 1", 1, "three numbers"),
    ],
)
def test_wrong_figures_are_named_by_row(
    tmp_path: Path, old: str, new: str, row: int, rule: str
) -> None:
    path = file(tmp_path, "# Problem x\n" + SINGLE.replace(old, new))
    only(refused(path), where="data.txt", row=row + 1, rule=rule)


def test_ratios_can_be_left_out_for_five_options_only(tmp_path: Path) -> None:
    path = file(tmp_path, "2 2 2\n0 1 1 0\n1 1 0 1\n")
    assert any("2 options are announced" in problem.rule for problem in refused(path))


def test_text_that_is_no_instance(tmp_path: Path) -> None:
    only(refused(file(tmp_path, "a letter\nto a friend\n")), rule="no day")
    only(refused(file(tmp_path, "# Problem 1\n# nothing\n")), rule="no instance")


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), size=st.integers(1, 20))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, seed: int, size: int
) -> None:
    drawn = random_day(seed, size, [Ratio])
    rules = tuple(
        Ratio(name=name, option=name, most=n, window=n + 2, level=0, shortened=False)
        for n, name in enumerate(drawn.options)
    )
    day = tiny_day(
        *rules,
        options={name: "".join("01"[flag] for flag in drawn.cars[name]) for name in drawn.options},
    )
    folder = tmp_path_factory.mktemp("days")
    once = read_day(write_day(day, folder / "once.txt"))
    again = read_day(write_day(once, folder / "again.txt"))
    assert again.cars.equals(once.cars)
    assert again.rules == once.rules
    fitted = [day.cars.select(day.options), once.cars.select(once.options)]
    assert sorted(fitted[0].rows()) == sorted(fitted[1].rows())
    assert [(r.most, r.window) for r in once.rules if isinstance(r, Ratio)] == [
        (r.most, r.window) for r in rules
    ]


def test_the_format_refuses_what_it_has_no_place_for(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        write_day(random_day(3, 8), tmp_path / "day.txt")
    rules = {problem.where for problem in error.value.problems}
    assert {"rule spread 1", "rule frozen 1"} <= rules
    assert not (tmp_path / "day.txt").exists()


def test_every_classical_instance_is_read_and_written(csplib: Path, tmp_path: Path) -> None:
    names = instance_names(csplib)
    assert {"4/72", "6/76", "10/93", "19/71", "21/90", "36/92", "60-01", "90-10"} <= set(names)
    assert len(names) == len(set(names)) == 79
    for name in names:
        day = read_day(csplib, instance=name)
        assert day.size == (100 if "/" in name else 200), name
        again = read_day(write_day(day, tmp_path / "one.txt", force=True))
        assert again.cars.equals(day.cars)
        assert again.rules == day.rules
