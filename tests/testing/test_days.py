"""Generated days have the shape asked for, are fixed by their seed, and can be solved as said."""

from __future__ import annotations

import dataclasses
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from sinho.days.check import check_day
from sinho.days.day import Day
from sinho.days.formats import read_day
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    RunLength,
    Spread,
    Windows,
)
from sinho.days.score import score_order
from sinho.sequence import sequence_day
from sinho.sequence.contradictions import contradictions
from sinho.testing.days import (
    CSPLIB_RATIOS,
    OBJECTIVES,
    Planted,
    Shape,
    generate_day,
    plant,
    plant_classes,
)

EXAMPLES = Path(__file__).parents[2] / "examples" / "days"
DAYS = sorted(
    path.name
    for path in EXAMPLES.iterdir()
    if path.suffix == ".txt" or (path.is_dir() and any(path.glob("*.txt")))
)
SIZES = (2, 10, 50, 300, 1300)


def ratios(day: Day) -> list[Ratio]:
    return [rule for rule in day.rules if isinstance(rule, Ratio)]


def utilisation(day: Day, rule: Ratio) -> tuple[float, float]:
    """Share of the ratio's capacity asked for, and what one car is of it."""
    one = rule.window / (rule.most * day.size)
    return int(day.cars[rule.option].sum()) * one, one


def same(one: Day, other: Day) -> bool:
    return (
        one.cars.equals(other.cars)
        and one.previous.equals(other.previous)
        and one.rules == other.rules
        and (one.name, one.levels, one.weights) == (other.name, other.levels, other.weights)
    )


@pytest.mark.parametrize("cars", SIZES)
def test_a_day_has_the_cars_colours_and_ratios_asked_for(cars: int) -> None:
    day = generate_day(
        cars, seed=3, colours=min(cars, 7), high=3, low=2, batch_limit=20, previous=9
    )
    assert day.size == cars
    assert len(set(day.idents) | set(day.previous["car"])) == cars + 9
    assert day.cars["colour"].n_unique() == min(cars, 7)
    assert [rule.name for rule in ratios(day)] == ["HPRC1", "HPRC2", "HPRC3", "LPRC1", "LPRC2"]
    assert day.options == tuple(rule.option for rule in ratios(day))
    assert all(0 < rule.most < rule.window for rule in ratios(day))
    assert [rule.most for rule in day.rules if isinstance(rule, RunLength)] == [20]
    assert day.previous.columns == day.cars.columns


@pytest.mark.parametrize("span", [(0.1, 0.3), (0.5, 0.95), (0.95, 0.95), (0.9, 1.2)])
@pytest.mark.parametrize("seed", range(4))
def test_utilisation_stays_within_what_was_asked(span: tuple[float, float], seed: int) -> None:
    day = generate_day(400, seed=seed, utilisation=span)
    for rule in ratios(day):
        asked, one = utilisation(day, rule)
        assert span[0] - one < asked <= span[1] + 1e-9


def test_the_day_before_reaches_as_far_back_as_the_longest_window() -> None:
    day = generate_day(300, seed=1)
    assert day.previous.height == max(rule.window for rule in ratios(day)) - 1


def test_a_few_colours_take_most_cars() -> None:
    counts = generate_day(1000, seed=2, colours=12).cars["colour"].value_counts()["count"].sort()
    assert counts[-3:].sum() > 1.5 * 1000 * 3 / 12
    assert counts[0] >= 1


def test_fewer_configurations_bind_options_closer_together() -> None:
    few, many = (generate_day(1000, seed=5, configurations=aim) for aim in (15, 150))
    counts = [day.cars.select(day.options).n_unique() for day in (few, many)]
    assert counts[0] < 60 < counts[1]


@pytest.mark.parametrize("objectives", OBJECTIVES)
def test_levels_follow_the_order_of_the_objectives(objectives: str) -> None:
    low = 2 if "lprc" in objectives else 0
    day = generate_day(60, low=low, objectives=objectives)
    assert day.levels == tuple(objectives.split(">"))
    for rule in day.rules:
        if isinstance(rule, Ratio):
            assert rule.level == day.levels.index("hprc" if rule.name < "L" else "lprc")
        elif isinstance(rule, Changes):
            assert rule.level == day.levels.index("paint")
        else:
            assert rule.hard
    assert day.weights == (10**6, 10**3, 1)[: len(day.levels)]


@pytest.mark.parametrize("planner", [False, True])
def test_a_seed_fixes_the_day_and_another_draws_another(planner: bool) -> None:
    one, again, other = (generate_day(120, seed=seed, planner=planner) for seed in (8, 8, 9))
    assert same(one, again)
    assert not one.cars.equals(other.cars)


def test_generate_and_plant_draw_the_same_day() -> None:
    assert same(generate_day(90, seed=4, planner=True), plant(Shape(cars=90, planner=True), 4).day)


@pytest.mark.parametrize("cars", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_a_satisfiable_day_has_an_order_without_a_violation(cars: int, seed: int) -> None:
    planted = plant(
        Shape(cars=cars, colours=min(cars, 8), utilisation=(0.6, 0.98), satisfiable=True), seed
    )
    score = score_order(planted.day, planted.order)
    assert score.feasible
    figures = dict(score.levels)
    assert (figures["hprc"], figures["lprc"]) == (0, 0)


@pytest.mark.parametrize("satisfiable", [False, True])
@pytest.mark.parametrize("cars", SIZES)
def test_the_hidden_order_keeps_all_hard_rules_of_a_planner(cars: int, satisfiable: bool) -> None:
    shape = Shape(cars=cars, colours=min(cars, 8), planner=True, satisfiable=satisfiable)
    planted = plant(shape, 6)
    assert score_order(planted.day, planted.order).hard == 0


def test_a_planners_day_has_every_kind_of_rule() -> None:
    day = generate_day(200, seed=1, planner=True)
    kinds = {type(rule) for rule in day.rules}
    assert kinds == {
        Changeover,
        Changes,
        Forbidden,
        Frozen,
        Maximum,
        Overload,
        Pinned,
        Ratio,
        RunLength,
        Spread,
        Windows,
    }
    assert day.levels[-2:] == ("work", "flow")
    assert len({rule.name for rule in day.rules}) == len(day.rules)


def test_the_listed_order_does_not_give_the_hidden_one_away() -> None:
    planted = plant(Shape(cars=300, satisfiable=True), 2)
    listed = score_order(planted.day, planted.day.idents)
    assert dict(listed.levels)["hprc"] > 50
    assert sum(a == b for a, b in zip(planted.order, planted.day.idents, strict=True)) < 10


@pytest.mark.parametrize("asked", [0.6, 0.75, 0.9, 0.95])
def test_days_of_classes_are_like_the_classical_ones(asked: float) -> None:
    planted: Planted = plant_classes(200, seed=7, utilisation=asked)
    day = planted.day
    assert (day.size, day.previous.height) == (200, 0)
    assert 15 <= day.cars["class"].n_unique() <= 32
    assert [(rule.most, rule.window) for rule in ratios(day)] == list(CSPLIB_RATIOS)
    assert not any(rule.shortened for rule in ratios(day))
    for rule in ratios(day):
        share, one = utilisation(day, rule)
        assert asked - one < share <= asked + 1e-9
    per_class = day.cars.group_by("class").agg(*day.options).explode(*day.options).unique()
    assert per_class.height == day.cars["class"].n_unique()
    assert score_order(day, planted.order).key == (0, 0)


def test_a_day_of_classes_may_hide_no_such_order() -> None:
    planted = plant_classes(100, utilisation=1.0, satisfiable=False)
    assert score_order(planted.day, planted.order).totals[0] > 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"cars": 1}, "at least 2 cars, not 1"),
        ({"colours": 0}, "1 to 500 colours"),
        ({"colours": 501}, "1 to 500 colours"),
        ({"high": 1, "low": 0}, "at least 2 ratios"),
        ({"utilisation": (0.9, 0.5)}, "the lower limit first"),
        ({"utilisation": (0.0, 0.5)}, "from above 0"),
        ({"utilisation": (0.9, 1.1), "satisfiable": True}, "at most 1 where all ratios"),
        ({"batch_limit": 0}, "batch limit of at least 1"),
        ({"objectives": "paint>lprc>hprc"}, "not 'paint>lprc>hprc'"),
        ({"objectives": "paint>hprc"}, "no ratios of low priority"),
        ({"configurations": 0}, "at least 1 configuration"),
        ({"previous": -1}, "0 or more cars before the day"),
    ],
)
def test_figures_out_of_bounds_are_refused(changed: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(Shape(), **changed)


def test_a_batch_limit_that_no_order_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="batch limit cannot be kept"):
        generate_day(50, colours=1, batch_limit=10)


def test_classes_out_of_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="1 to 32 classes"):
        plant_classes(classes=33)


def test_the_examples_are_rebuilt_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, EXAMPLES / "build.py", "--out", tmp_path], check=True)
    built = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    shipped = {
        path.relative_to(EXAMPLES): path.read_bytes()
        for path in EXAMPLES.rglob("*.*")
        if path.suffix in (".csv", ".txt")
    }
    assert shipped == built
    assert sum(map(len, shipped.values())) < 600_000


@pytest.fixture(scope="module")
def hidden() -> dict[str, tuple[str, ...]]:
    """The orders that the examples were drawn along."""
    spec = importlib.util.spec_from_file_location("build_days", EXAMPLES / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    return {name: planted.order for name, planted in build.planted().items()}


@pytest.mark.parametrize("name", DAYS)
def test_an_example_has_an_order_that_keeps_its_hard_rules(
    name: str, hidden: dict[str, tuple[str, ...]]
) -> None:
    day = read_day(EXAMPLES / name)
    check_day(day)
    assert score_order(day, hidden[name]).feasible


@pytest.mark.parametrize(
    ("name", "figures"),
    [("easy", (0, 0, 18)), ("large", (0, 0, 274)), ("classes.txt", (0,))],
)
def test_the_readme_tells_what_is_known_to_be_reached(
    name: str, figures: tuple[int, ...], hidden: dict[str, tuple[str, ...]]
) -> None:
    score = score_order(read_day(EXAMPLES / name), hidden[name])
    assert score.totals == figures
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    (row,) = (line for line in text.splitlines() if line.startswith(f"| `{name}`"))
    assert "violation" in row
    assert len(figures) == 1 or f"{figures[-1]} colour changes" in row


def test_the_examples_cover_sizes_and_objectives() -> None:
    days = [read_day(EXAMPLES / name) for name in DAYS]
    assert len(days) >= 8
    assert min(day.size for day in days) <= 50
    assert max(day.size for day in days) >= 1300
    assert {day.levels for day in days} >= {tuple(order.split(">")) for order in OBJECTIVES[:4]}
    names = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in names for name in DAYS)


def test_the_shift_in_busan_has_rules_that_can_be_kept_together() -> None:
    day = read_day(EXAMPLES / "busan")
    check_day(day)
    assert contradictions(day) == ()
    assert (day.size, day.previous.height) == (360, 20)
    assert day.levels == ("assembly", "paint", "work", "flow")
    assert {"SM6", "XM3", "Arkana", "QM6", "Koleos", "Polestar 4"} == {*day.cars["model"]}
    kinds = {type(rule) for rule in day.rules}
    assert kinds == {type(rule) for rule in generate_day(200, planner=True).rules}
    for rule in ratios(day):
        asked, _ = utilisation(day, rule)
        assert 0.5 < asked <= 0.95
    found = sequence_day(day, iterations=5_000)
    assert score_order(day, found.order).feasible
