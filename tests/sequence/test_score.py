"""Orders are scored as the rules say: known answers, worked by hand or published."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)
from sinho.days.score import score_order
from sinho.errors import DataError
from sinho.results import Score
from tests.sequence.days import days, random_order, tiny_day


def cost(day: Day, order: str | None = None) -> float:
    """Figure of the day's only rule; the order is given by numbers of cars, or as listed."""
    cars = day.idents if order is None else [f"c{int(at):02d}" for at in order.split()]
    ((_, figure),) = score_order(day, cars).rules
    return figure


@pytest.mark.parametrize(
    ("cars", "before", "figure"),
    [
        ("1100", "", 1),  # windows 1-2, 2-3, 3-4 and the shortened 4: only the first breaks it
        ("0011", "", 1),
        ("1111", "", 3),  # the shortened window holds one car
        ("1000", "1", 1),  # the window that begins with the last car before the day
        ("0100", "1", 0),
        ("1000", "11", 1),  # windows wholly before the day do not count
    ],
)
def test_a_ratio_counts_the_cars_above_it_in_every_window(
    cars: str, before: str, figure: int
) -> None:
    rule = Ratio(name="roof 1/2", level=0, option="roof", most=1, window=2)
    assert cost(tiny_day(rule, options={"roof": cars}, before={"roof": before})) == figure


def test_shortened_windows_keep_the_ratio_and_count_only_where_wanted() -> None:
    # Windows of 1/4 on 0 0 1 1 1: 1-4 holds 2, 2-5 holds 3, then 3-5 (3), 4-5 (2), 5 (1).
    rule = Ratio(name="roof", level=0, option="roof", most=1, window=4)
    whole = Ratio(name="roof", level=0, option="roof", most=1, window=4, shortened=False)
    assert cost(tiny_day(rule, options={"roof": "00111"})) == 1 + 2 + 2 + 1
    assert cost(tiny_day(whole, options={"roof": "00111"})) == 1 + 2
    # A day shorter than the window has no whole window, unless cars before it are known.
    assert cost(tiny_day(whole, options={"roof": "111"})) == 0
    assert cost(tiny_day(whole, options={"roof": "111"}, before={"roof": "0"})) == 2


def test_no_window_begins_before_the_first_known_car() -> None:
    rule = Ratio(name="roof", level=0, option="roof", most=0, window=3)
    # One car before the day: windows from positions 0, 1 and 2 hold the car at position 1 or not.
    assert cost(tiny_day(rule, options={"roof": "10"}, before={"roof": "0"})) == 2
    assert cost(tiny_day(rule, options={"roof": "10"}, before={"roof": "00"})) == 3
    assert cost(tiny_day(rule, options={"roof": "10"}, before={"roof": "0000"})) == 3


def test_the_published_example_of_ten_cars_is_free_of_violations() -> None:
    # CSPLib prob001: options of the classes, their ratios, and the sequence shown there.
    classes = ["10110", "00010", "01001", "01010", "10100", "11000"]
    built = [classes[at] for at in (0, 1, 5, 2, 4, 3, 3, 4, 2, 5)]
    ratios = [(1, 2), (2, 3), (1, 3), (2, 5), (1, 5)]
    options = {f"option{k + 1}": "".join(car[k] for car in built) for k in range(5)}
    rules = [
        Ratio(name=name, level=0, option=name, most=most, window=window, shortened=False)
        for name, (most, window) in zip(options, ratios, strict=True)
    ]
    day = tiny_day(*rules, options=options)
    assert score_order(day, day.idents).totals == (0,)
    # With the second and third car exchanged, 1/2 of option 1 is broken once in positions 1 to 2.
    swapped = [*day.idents]
    swapped[1], swapped[2] = swapped[2], swapped[1]
    assert dict(score_order(day, swapped).rules)["option1"] == 1


def test_changes_count_from_the_last_car_before_the_day() -> None:
    rule = Changes(name="paint", level=0)
    assert cost(tiny_day(rule, attributes={"colour": "RRBR"})) == 2
    assert cost(tiny_day(rule, attributes={"colour": "RRBR"}, before={"colour": "RB"})) == 3
    assert cost(tiny_day(rule, attributes={"colour": "RRBR"}, before={"colour": "BR"})) == 2


def test_runs_count_within_the_day_what_is_above_and_what_is_missing() -> None:
    colours = {"colour": "RRRRBBRG"}  # runs of 4, 2, 1 and 1
    assert cost(tiny_day(RunLength(name="batch", level=0, most=3), attributes=colours)) == 1
    assert cost(tiny_day(RunLength(name="batch", level=0, most=1), attributes=colours)) == 3 + 1
    both = RunLength(name="batch", level=0, least=2, most=3)
    assert cost(tiny_day(both, attributes=colours)) == 1 + 1 + 1
    red = RunLength(name="batch", level=0, least=3, value="R")
    assert cost(tiny_day(red, attributes=colours)) == 2
    ahead = RunLength(name="batch", level=0, most=3)
    assert cost(tiny_day(ahead, attributes={"colour": "RRR"}, before={"colour": "RR"})) == 0


def test_a_spread_is_the_squared_distance_from_the_straight_line() -> None:
    rule = Spread(name="heijunka", level=0, option="roof")
    # Half a car per position: 0.5, 1, 1.5, 2 are due.
    assert cost(tiny_day(rule, options={"roof": "0101"})) == pytest.approx(0.5**2 + 0.5**2)
    assert cost(tiny_day(rule, options={"roof": "1100"})) == pytest.approx(0.25 + 1 + 0.25)
    # Thirds are cut to whole thousandths: 333, 666 and 1000 are due.
    third = tiny_day(rule, options={"roof": "010"})
    assert score_order(third, third.idents).totals == (333**2 + 334**2,)


def test_forbidden_neighbours_count_in_line_direction_from_the_car_before_the_day() -> None:
    rule = Forbidden(name="wet", level=0, attribute="colour", pairs=(("B", "W"), ("R", "R")))
    assert cost(tiny_day(rule, attributes={"colour": "BWBRR"})) == 2
    assert cost(tiny_day(rule, attributes={"colour": "WBR"}, before={"colour": "B"})) == 1
    assert cost(tiny_day(rule, attributes={"colour": "WBR"}, before={"colour": "BR"})) == 0


def test_a_changeover_costs_what_is_named_and_the_default_between_unlike_values() -> None:
    rule = Changeover(
        name="set-up", level=0, attribute="model", costs=(("A", "B", 2.5),), default=1.0
    )
    assert cost(tiny_day(rule, attributes={"model": "AABA"})) == pytest.approx(3.5)
    assert cost(tiny_day(rule, attributes={"model": "B"}, before={"model": "A"})) == 2.5
    dear = Changeover(name="set-up", level=0, attribute="model", costs=(("A", "A", 0.25),))
    assert cost(tiny_day(dear, attributes={"model": "AAB"})) == 0.25


def test_a_maximum_holds_in_the_day_or_in_each_block_of_it() -> None:
    cars = {"roof": "11011101"}
    assert cost(tiny_day(Maximum(name="day", level=0, option="roof", most=5), options=cars)) == 1
    hourly = Maximum(name="hour", level=0, option="roof", most=1, per=3)
    assert cost(tiny_day(hourly, options=cars)) == 1 + 2 + 0
    # The last block is shorter and keeps its maximum.
    assert cost(tiny_day(hourly, options={"roof": "0011"})) == 0


def test_overload_is_the_work_beyond_the_downstream_border() -> None:
    # Takt 1, station 1.5. The first car ends at 1.4; the worker walks back to 0.4. The second
    # would end at 1.8: 0.3 undone, back to 0.5. The third ends at 1.1, the fourth, begun at 0.1,
    # at 0.7: the worker waits at the upstream border for the fifth, which ends at 1.4.
    rule = Overload(name="trim", level=0, base=0.6, times=(("roof", 0.8),), takt=1.0, length=1.5)
    assert cost(tiny_day(rule, options={"roof": "11001"})) == pytest.approx(0.3)
    # A car of more work than the station is long leaves work undone wherever it stands.
    long = Overload(name="trim", level=0, base=0.5, times=(("roof", 1.25),), takt=1.0, length=1.5)
    assert cost(tiny_day(long, options={"roof": "001"})) == pytest.approx(0.25)


def test_windows_count_positions_too_early_or_too_late() -> None:
    rule = Windows(name="late parts", level=0, windows=(("c01", 3, 4), ("c02", 1, 1)))
    day = tiny_day(rule, size=4)
    assert cost(day, "2 3 1 4") == 0
    assert cost(day, "1 2 3 4") == 2 + 1


def test_pins_and_frozen_cars_count_the_cars_out_of_place() -> None:
    pinned = tiny_day(Pinned(name="pins", pins=(("c01", 3), ("c02", 1))), size=4)
    assert score_order(pinned, ["c02", "c03", "c01", "c04"]).feasible
    assert score_order(pinned, ["c02", "c01", "c03", "c04"]).hard == 1
    frozen = tiny_day(Frozen(name="frozen", first=2), size=4)
    assert score_order(frozen, ["c01", "c02", "c04", "c03"]).feasible
    assert score_order(frozen, ["c02", "c01", "c04", "c03"]).hard == 2


def test_levels_sum_weighted_costs_in_common_units() -> None:
    day = tiny_day(
        Changes(name="paint", level=0, weight=3),
        Spread(name="heijunka", level=0, weight=2, option="roof"),
        Changeover(name="set-up", level=1, attribute="colour", default=0.5),
        RunLength(name="batch", most=1, weight=4),
        options={"roof": "0110"},
        attributes={"colour": "RRBB"},
        weights=(100, 1),
    )
    score = score_order(day, day.idents)
    # 0.5, 1, 1.5 and 2 cars are due, 0, 1, 2 and 2 have come.
    assert score == Score(
        levels=(("level 0", 3 + 2 * 0.5), ("level 1", 0.5)),
        totals=(3_000_000 + 2 * 500_000, 500),
        rules=(("paint", 1), ("heijunka", 0.5), ("set-up", 0.5), ("batch", 2)),
        hard=8,
        weighted=400.5,
    )
    assert not score.feasible


def test_a_day_without_weights_has_no_single_figure() -> None:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "RB"})
    assert score_order(day, day.idents).weighted is None


def test_an_order_names_each_car_of_the_day_once() -> None:
    day = tiny_day(Changes(name="paint", level=0), attributes={"colour": "RBG"})
    with pytest.raises(DataError) as refused:
        score_order(day, ["c01", "c1", "c01"])
    found = {(problem.value, problem.rule.split(":")[0]) for problem in refused.value.problems}
    assert found == {("c1", "position 2"), ("c01", "position 3"), (None, "position 4")}
    said = str(refused.value)
    assert "position 2: there is no such car in the day (found 'c1'). Did you mean 'c01'?" in said
    assert "position 3: the car stands at position 1 already (found 'c01')" in said
    assert "position 4: car c02 of the day is missing" in said
    assert "position 4: car c03 of the day is missing" in said


def naive_ratio(rule: Ratio, before: list[bool], built: list[bool]) -> int:
    """Count a ratio from its definition, window by window."""
    line = [*before, *built]
    total = 0
    for begin in range(len(line)):
        window = range(begin, begin + rule.window)
        inside = [at for at in window if at < len(line)]
        position = begin - len(before) + 1
        counts = inside[-1] >= len(before)
        counts = counts and (rule.first is None or rule.first <= position)
        counts = counts and (rule.last is None or position + rule.window - 1 <= rule.last)
        if counts and (rule.shortened or len(inside) == rule.window):
            total += max(0, sum(line[at] for at in inside) - rule.most)
    return total


@given(days((1, 12), [Ratio]), st.integers(0, 99))
def test_ratios_follow_their_definition(day: Day, seed: int) -> None:
    order = random_order(day, seed)
    score = dict(score_order(day, order).rules)
    built = pl.DataFrame({"car": list(order)}).join(day.cars, on="car", maintain_order="left")
    for rule in day.rules:
        assert isinstance(rule, Ratio)
        naive = naive_ratio(rule, list(day.previous[rule.option]), list(built[rule.option]))
        assert score[rule.name] == naive


@given(days(), st.integers(0, 99))
def test_levels_and_hard_rules_are_the_sums_of_their_rules(day: Day, seed: int) -> None:
    score = score_order(day, random_order(day, seed))
    figures = dict(score.rules)

    def total(level: int | None) -> float:
        return sum(rule.weight * figures[rule.name] for rule in day.rules if rule.level == level)

    for level, (_, figure) in enumerate(score.levels):
        assert math.isclose(figure, total(level), abs_tol=1e-9)
        assert score.totals[level] == round(figure * day.level_scale(level))
    assert score.hard == total(None)
    assert score.key == (score.hard, *score.totals)


@given(days(kinds=[Pinned, Frozen, Windows], hard=[Windows]))
def test_the_order_as_listed_keeps_frozen_cars(day: Day) -> None:
    frozen = [rule for rule in day.rules if isinstance(rule, Frozen)]
    figures = dict(score_order(day, day.idents).rules)
    assert all(figures[rule.name] == 0 for rule in frozen)


def test_an_unknown_kind_of_rule_is_refused() -> None:
    day = tiny_day(Rule(name="odd", level=0), size=2)
    with pytest.raises(TypeError, match="unknown kind"):
        score_order(day, day.idents)
