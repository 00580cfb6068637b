"""The report of a sequence: every car and violation drawn, every figure that of the score."""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinho.days.day import Day
from sinho.days.formats.orders import read_order
from sinho.days.rules import (
    Changes,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    RunLength,
    Windows,
)
from sinho.days.score import score_order
from sinho.days.violations import violations
from sinho.errors import DataError
from sinho.report.colors import luminance
from sinho.report.drawing import ink_on
from sinho.report.sequence import (
    sequence_svg,
    write_sequence_picture,
    write_sequence_report,
    write_sequence_workbook,
)
from sinho.report.sequence.curves import curve_of
from sinho.report.sequence.history import history
from sinho.report.sequence.lanes import view_of
from sinho.report.sequence.legend import amount
from sinho.report.sequence.page import headline
from sinho.report.sequence.paint import APART, paints
from sinho.report.sequence.tables import allowed, listed, rules, verdict
from sinho.results import Sequence
from sinho.sequence import Input, Params, Result
from sinho.sequence.bounds import bounds
from tests.report.test_pages import opened
from tests.sequence.days import days, random_day, random_order, tiny_day

SVG = "{http://www.w3.org/2000/svg}"
EVIL = "<script>alert('&')</script>\"\x07"


def found(day: Day, order: tuple[str, ...] | None = None, status: str = "time") -> Result:
    """Return an order as a search would hand it back."""
    order = order or day.idents
    score = score_order(day, order)
    names = dict(score.levels)
    history = pl.DataFrame(
        {
            "seconds": [0.01, 0.5, 2.0],
            "moves": [0, 1000, 4000],
            **{name: [figure + 9, figure + 2, figure] for name, figure in names.items()},
        }
    )
    least = bounds(day)
    made = Sequence(
        day=day.name,
        order=tuple(order),
        score=score,
        bounds=least.figures,
        status=status,  # type: ignore[arg-type]
        seed=7,
        threads=2,
        iterations=123_456,
        seconds=2.5,
        history=history,
        versions={"sinho": "1.2.3", "numba": "4.5"},
    )
    return Result(Input(day), Params(), made, least)


def small(batch: int = 5) -> Day:
    """Return a day with colours, violations, a frozen and a pinned car, and two cars before it."""
    return tiny_day(
        Ratio(name="roof", option="roof", most=1, window=3, level=0),
        Changes(name="paint", attribute="colour", level=1),
        RunLength(name="batch", attribute="colour", most=batch),
        Frozen(name="start", first=2),
        Pinned(name="pin", pins=(("c05", 5),)),
        options={"roof": "11000110"},
        attributes={"colour": ["white", "white", "red", "red", "red", "red", "red", "white"]},
        before={"roof": "01", "colour": ["red", "white"]},
        levels=("ratios", "paint"),
        weights=(1000, 1),
    )


def long_day(size: int = 1300) -> Day:
    """Return a day of many cars and 25 rules."""
    names = [f"option {at}" for at in range(24)]
    return tiny_day(
        *(
            Ratio(name=name, option=name, most=1, window=2 + at, level=at % 2)
            for at, name in enumerate(names)
        ),
        Changes(name="paint", level=2),
        options={
            name: "".join("1" if (n * 7 + at * 3) % (at + 3) == 0 else "0" for n in range(size))
            for at, name in enumerate(names)
        },
        attributes={"colour": [str(n * 13 % 97 % 30 + 1) for n in range(size)]},
        before={"colour": ["1"] * 40},
    )


def tree(drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawn)


def classed(drawn: str, name: str) -> list[ElementTree.Element]:
    return [node for node in tree(drawn).iter() if node.get("class") == name]


def pieces(drawn: str, name: str) -> int:
    """Return how many pieces the paths of a class have."""
    return sum((node.get("d") or "").count("M") for node in classed(drawn, name))


# The picture


@given(days(size=(1, 30)), st.integers(0, 99))
def test_every_car_is_drawn_once_in_its_place_and_colour(day: Day, seed: int) -> None:
    order = random_order(day, seed)
    drawn = classed(sequence_svg(day, order), "car")
    said = [node.find(f"{SVG}title") for node in drawn]
    titles = [(title.text or "") if title is not None else "" for title in said]
    assert [re.split("[:,] ?", text)[:2] for text in titles] == [
        [str(at), car] for at, car in enumerate(order, start=1)
    ]
    at = [float(node.get("x") or 0) for node in drawn]
    assert at == sorted(at)
    attribute = view_of(day, order).bands[0].attribute
    value = dict(zip(day.idents, day.cars[attribute], strict=True))
    colour = {value[car]: node.get("fill") for car, node in zip(order, drawn, strict=True)}
    assert len(set(colour.values())) == len(colour)
    assert all(
        node.get("fill") == colour[value[car]] for car, node in zip(order, drawn, strict=True)
    )


@given(days(size=(1, 30)), st.integers(0, 99))
def test_every_violation_is_marked_once_where_the_day_fits_one_strip(day: Day, seed: int) -> None:
    order = random_order(day, seed)
    drawn = sequence_svg(day, order)
    rows = violations(day, order)
    held = {rule.name for rule in day.rules if isinstance(rule, Pinned | Frozen | Changes)}
    spread = {rule.name for rule in day.rules if type(rule).__name__ == "Spread"}
    shown = rows.filter(~pl.col("rule").is_in(sorted(held | spread)))
    assert pieces(drawn, "over") == shown.height


def test_windows_across_strips_are_marked_in_each_of_them() -> None:
    day = tiny_day(
        Ratio(name="roof", option="roof", most=0, window=4, level=0),
        options={"roof": "0" * 149 + "1" + "0" * 100},
        attributes={"colour": ["1"] * 250},
        before={"roof": "000"},
    )
    drawn = sequence_svg(day, day.idents)
    windows = {at: (at, at + 3) for at in range(147, 151)}
    assert score_order(day, day.idents).rules == (("roof", 4.0),)
    assert pieces(drawn, "over") == len(windows)  # all inside the strip of 101 to 200
    assert len(classed(drawn, "car")) == 250
    swapped = [*day.idents]
    swapped[149], swapped[99] = swapped[99], swapped[149]
    assert pieces(sequence_svg(day, swapped), "over") == 4 + 3  # the strip from 101 sees three


@given(st.integers(0, 99))
@settings(max_examples=10)
def test_the_figures_beside_the_strips_sum_up_to_those_of_the_rules(seed: int) -> None:
    day = random_day(seed, 130 + 10 * seed, kinds=(Ratio, RunLength, Changes, Maximum, Windows))
    order = random_order(day, seed)
    sums: Counter[str] = Counter()
    for node in tree(sequence_svg(day, order, loads=False)).iter(f"{SVG}text"):
        if node.get("data-rule"):
            sums[node.get("data-rule", "")] += int((node.text or "").replace(",", ""))
    for name, figure in score_order(day, order).rules:
        assert sums[name] == figure


def test_the_border_of_every_batch_is_drawn() -> None:
    day = small()
    drawn = sequence_svg(day, day.idents)
    changes = dict(score_order(day, day.idents).rules)["paint"]
    before_the_day = 1  # red, white: seen faded, not counted
    assert pieces(drawn, "border") == changes + before_the_day


def test_frozen_and_pinned_cars_are_marked() -> None:
    day = small()
    drawn = sequence_svg(day, day.idents)
    (frozen,) = classed(drawn, "frozen")
    cars = classed(drawn, "car")
    assert float(frozen.get("width") or 0) == 2 * float(cars[0].get("width") or 0)
    (pin,) = classed(drawn, "pinned")
    moved = ("c01", "c02", "c05", "c04", "c03", "c06", "c07", "c08")
    (off,) = classed(sequence_svg(day, moved), "pinned")
    assert pin.get("fill") != off.get("fill")
    assert "Hard rules are broken: pin" in "".join(tree(sequence_svg(day, moved)).itertext())


def test_cars_of_the_day_before_are_seen_but_not_counted_as_cars_of_the_day() -> None:
    day = small()
    drawn = sequence_svg(day, day.idents)
    assert len(classed(drawn, "before")) == 1
    assert "day before" in "".join(tree(drawn).itertext())
    alone = tiny_day(*day.rules[:1], options={"roof": "1100"})
    assert not classed(sequence_svg(alone, alone.idents), "before")


def test_a_picture_says_what_it_shows_to_those_who_cannot_see_it() -> None:
    day = small()
    root = tree(sequence_svg(day, day.idents))
    assert root.get("role") == "img"
    named = (root.get("aria-labelledby") or "").split()
    told = {node.get("id"): node.text or "" for node in root if node.get("id")}
    assert [name in told for name in named] == [True, True]
    text = told[named[1]]
    score = score_order(day, day.idents)
    assert f"{day.size} cars" in text
    for name, figure in (*score.levels, *((n, f) for n, f in score.rules if f)):
        assert f"{name} {figure:g}" in text


def test_a_picture_is_the_same_twice_and_loads_nothing() -> None:
    day = long_day(300)
    drawn = sequence_svg(day, day.idents)
    assert drawn == sequence_svg(day, day.idents)
    assert not re.search(
        r'(href|src|url\(|@import|<image|<script|<style|http(?!://www\.w3\.org/2000/svg"))', drawn
    )


def test_a_long_day_is_wrapped_and_stays_light() -> None:
    day = long_day()
    drawn = sequence_svg(day, day.idents)
    root = tree(drawn)
    assert len(classed(drawn, "car")) == 1300
    assert len(drawn.encode()) < 1_500_000
    assert float(root.get("width") or 0) < 1400
    texts = [node.text for node in root.iter(f"{SVG}text")]
    assert {"1–100", "101–200", "1,201–1,300"} <= set(texts)
    limits = Counter(texts)
    assert limits["1/2"] >= 13  # every strip names every rule


def test_a_day_ends_with_a_strip_that_is_worth_a_look() -> None:
    texts = list(tree(sequence_svg(long_day(1004), long_day(1004).idents)).itertext())
    assert "961–1,004" in texts


@pytest.mark.parametrize("size", [0, 1, 2, 120, 121])
def test_a_day_of_any_size_is_drawn(size: int) -> None:
    day = tiny_day(
        Ratio(name="roof", option="roof", most=1, window=2, level=0),
        options={"roof": "1" * size},
        attributes={"colour": ["red"] * size},
    )
    assert len(classed(sequence_svg(day, day.idents), "car")) == size


def test_a_day_without_attributes_or_rules_is_drawn() -> None:
    bare = tiny_day(options={"roof": "101"})
    assert len(classed(sequence_svg(bare, bare.idents), "car")) == 3


def test_names_from_outside_cannot_break_the_picture_or_the_page(tmp_path: Path) -> None:
    day = tiny_day(
        Ratio(name=EVIL, option=EVIL, most=1, window=2, level=0),
        Changes(name="paint", level=0),
        options={EVIL: "1101"},
        attributes={"colour": [EVIL, "red", EVIL, "blue"]},
        levels=(EVIL,),
    )
    text = "".join(tree(sequence_svg(day, day.idents)).itertext())
    assert "alert" in text
    page = write_sequence_report(found(day), tmp_path / "page.html")
    assert "<script>alert" not in page.read_text(encoding="utf-8")


def test_a_golden_picture_of_a_small_day(golden: Callable[[str, str], None]) -> None:
    day = small(batch=4)
    golden("sequence-small.svg", sequence_svg(day, day.idents))


def test_pictures_are_written_as_svg_and_png(tmp_path: Path) -> None:
    day = small()
    drawn = write_sequence_picture(day, day.idents, tmp_path / "new" / "line.svg")
    assert drawn.read_text(encoding="utf-8") == sequence_svg(day, day.idents)
    png = write_sequence_picture(day, day.idents, tmp_path / "line.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    size = re.search(r'width="([0-9.]+)"', drawn.read_text(encoding="utf-8"))
    assert size
    assert struct.unpack(">I", png[16:20])[0] == pytest.approx(2 * float(size[1]), abs=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line.png", "new"]


def test_a_file_is_replaced_only_when_asked_for(tmp_path: Path) -> None:
    day, path = small(), tmp_path / "line.svg"
    write_sequence_picture(day, day.idents, path)
    with pytest.raises(FileExistsError):
        write_sequence_picture(day, day.idents, path)
    write_sequence_picture(day, day.idents, path, loads=False, force=True)
    assert "Load curves" not in path.read_text(encoding="utf-8")


def test_a_picture_of_another_kind_or_of_other_cars_is_refused(tmp_path: Path) -> None:
    day = small()
    with pytest.raises(DataError, match=r"\.svg or \.png"):
        write_sequence_picture(day, day.idents, tmp_path / "line.gif")
    with pytest.raises(DataError, match="missing"):
        write_sequence_picture(day, day.idents[1:], tmp_path / "line.svg")
    assert not list(tmp_path.iterdir())


# Colours


def test_paints_called_by_a_colour_look_like_it() -> None:
    chosen = paints(["Pearl White", "black", "fire red", "dark blue", "light blue", "blue"])
    assert luminance(chosen["Pearl White"]) > 0.9 > 0.2 > luminance(chosen["black"])
    assert luminance(chosen["dark blue"]) < luminance(chosen["blue"])
    assert luminance(chosen["blue"]) < luminance(chosen["light blue"])
    red, green, blue = (int(chosen["fire red"][at : at + 2], 16) for at in (1, 3, 5))
    assert red > 2 * max(green, blue)


@given(st.lists(st.sampled_from([*map(str, range(1, 31)), "red", "wine red", "Red!"]), max_size=80))
def test_no_two_values_share_a_colour(values: list[str]) -> None:
    chosen = paints(values)
    assert set(chosen) == set(values)
    assert len(set(chosen.values())) == len(chosen)


def test_text_on_every_colour_can_be_read() -> None:
    for colour in APART:
        assert abs(luminance(colour) - luminance(ink_on(colour))) > 0.3


# Load curves


@given(days(size=(1, 25), kinds=(Ratio, Overload)), st.integers(0, 99))
def test_the_excess_of_a_load_curve_is_the_figure_of_its_rule(day: Day, seed: int) -> None:
    order = random_order(day, seed)
    view, figure = view_of(day, order), dict(score_order(day, order).rules)
    for rule in day.rules:
        curve = curve_of(rule, view)
        assert curve is not None
        assert curve.figure == figure[rule.name]
        assert float(curve.above.sum()) == pytest.approx(figure[rule.name], abs=1e-6)


@given(days(size=(1, 25), kinds=(Maximum,)), st.integers(0, 99))
def test_the_excess_at_the_end_of_each_block_is_the_figure_of_a_maximum(
    day: Day, seed: int
) -> None:
    order = random_order(day, seed)
    view, figure = view_of(day, order), dict(score_order(day, order).rules)
    for rule in day.rules:
        assert isinstance(rule, Maximum)
        curve = curve_of(rule, view)
        assert curve is not None
        per = rule.per or day.size
        ends = [at for at in range(day.size) if (at + 1) % per == 0 or at == day.size - 1]
        assert float(curve.above[ends].sum()) == figure[rule.name]


# The page


class Page(HTMLParser):
    """Collects the tags, the headings, and the cells of the tables of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[str] = []
        self.rows: list[list[str]] = []
        self.lead = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._inside = "lead" if given.get("class") == "lead" else tag
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self._inside == "h2":
            self.headings.append(data)
        elif self._inside == "lead":
            self.lead += data
        elif self._inside in ("td", "th"):
            self.rows[-1][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    day = small()
    path = tmp_path_factory.mktemp("page") / "report.html"
    return Page(write_sequence_report(found(day), path).read_text(encoding="utf-8"))


def test_a_page_has_its_sections_in_the_order_of_reading(page: Page) -> None:
    assert page.headings == [
        "Headline",
        "The line",
        "Rules",
        "Load curves",
        "Score over time",
        "Violations",
        "How the sequence was found",
    ]


def test_a_page_loads_nothing_from_anywhere(page: Page) -> None:
    for tag, attrs in page.tags:
        assert tag not in ("link", "iframe", "img", "object", "embed", "base", "form")
        assert "src" not in attrs
        href = attrs.get("href") or "#"
        assert href.startswith("#")
    policies = [a.get("content") or "" for t, a in page.tags if t == "meta" and "http-equiv" in a]
    assert policies
    assert policies[0].startswith("default-src 'none'")


def test_a_page_can_be_read_aloud(page: Page) -> None:
    assert ("html", {"lang": "en"}) in page.tags
    for tag, attrs in page.tags:
        if tag == "figure" and "chart" in (attrs.get("class") or ""):
            assert attrs.get("aria-label")
    named = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(named) == len(set(named))
    drawings = [a for t, a in page.tags if t == "svg" and a.get("role") == "img"]
    assert len(drawings) >= 3
    for attrs in drawings:
        assert set((attrs.get("aria-labelledby") or "").split()) <= set(named)


def test_every_figure_of_a_page_is_that_of_the_score(page: Page) -> None:
    day = small()
    score, least = score_order(day, day.idents), bounds(day)
    cells = {row[0]: row for row in page.rows if row}
    for at, (name, figure) in enumerate(score.levels):
        row = next(r for r in page.rows if r[:1] == [name] and r[-2].startswith(("opt", "at")))
        assert float(row[2]) == figure
        assert float(row[3]) == least.figures[at]
        assert row[-2] == verdict(figure, least.figures[at])
    start = next(at for at, row in enumerate(page.rows) if "about" in row)
    heads = page.rows[start]
    for (name, figure), bound in zip(score.rules, least.rules, strict=True):
        row = next(r for r in page.rows[start:] if r[0] == name)
        assert float(row[heads.index("figure")]) == figure
        assert float(row[heads.index("least")]) == bound.figure
    assert cells["seed"] == ["seed", "7"]
    assert cells["moves evaluated"] == ["moves evaluated", "123,456"]
    assert cells["numba"] == ["numba", "4.5"]


def test_the_headline_says_what_is_proven(page: Page) -> None:
    day = small()
    score, least = score_order(day, day.idents), bounds(day)
    for (name, figure), bound in zip(score.levels, least.figures, strict=True):
        assert f"{name}: {figure:g} " in page.lead
        told = "optimal" if figure == bound else f"at most {figure - bound:g} from the limit"
        assert told in page.lead
    assert f"Score {score.weighted:,.0f}." in page.lead
    assert "All hard rules hold." in page.lead


def test_nothing_is_called_optimal_where_hard_rules_are_broken(tmp_path: Path) -> None:
    day = small(batch=4)
    path = write_sequence_report(found(day), tmp_path / "page.html")
    shown = Page(path.read_text(encoding="utf-8"))
    assert "Hard rules are broken: batch." in shown.lead
    assert "optimal" not in shown.lead
    assert not any(cell == "optimal" for row in shown.rows for cell in row)
    assert "Hard rules are broken: batch" in sequence_svg(day, day.idents)


def test_a_hard_rule_that_holds_is_said_to_hold() -> None:
    day = tiny_day(
        Changes(name="paint", level=0),
        RunLength(name="batch", most=3),
        attributes={"colour": ["a", "a", "b"]},
    )
    text = headline(view_of(day, day.idents), found(day))
    assert text.startswith("level 0: 1 change, optimal.")
    assert "All hard rules hold." in text


@pytest.mark.parametrize(
    ("figure", "bound", "said"),
    [
        (3.0, 3.0, "optimal"),
        (0.0, 0.0, "optimal"),
        (1340.0, 1337.0, "at most 3 from the limit"),
        (2.5, 1.25, "at most 1.25 from the limit"),
    ],
)
def test_a_verdict_names_the_distance(figure: float, bound: float, said: str) -> None:
    assert verdict(figure, bound) == said


def test_amounts_are_said_in_the_singular_and_the_plural() -> None:
    assert amount(1, "violations") == "1 violation"
    assert amount(2.5, "minutes") == "2.5 minutes"
    assert amount(3, "weighted") == "3"
    assert amount(1, "cost") == "cost 1"


def test_a_page_lists_the_first_violations_of_each_rule_and_counts_the_others() -> None:
    day = tiny_day(
        Ratio(name="roof", option="roof", most=0, window=2, level=0),
        Ratio(name="tow", option="tow", most=0, window=1 + 1, level=0),
        Changes(name="paint", level=1),
        options={"roof": "1" * 40, "tow": "0" * 38 + "11"},
        attributes={"colour": ["a", "b"] * 20},
    )
    table = listed(view_of(day, day.idents))
    every = violations(day, day.idents).filter(pl.col("rule") != "paint")
    assert set(table.frame["rule"]) == {"roof", "tow"}
    assert table.frame.height < every.height
    assert f"{every.height - table.frame.height} more" in table.note
    assert "Not listed: paint" in table.note


def test_a_page_of_a_day_without_rules_is_whole(tmp_path: Path) -> None:
    day = tiny_day(options={"roof": "101"})
    text = write_sequence_report(found(day), tmp_path / "p.html").read_text(encoding="utf-8")
    assert "The day has no soft rules." in text
    assert "No rule of the day has a load." in text


@pytest.mark.parametrize("seed", range(6))
def test_a_page_with_every_kind_of_rule_is_whole(seed: int, tmp_path: Path) -> None:
    day = random_day(seed, 30)
    path = write_sequence_report(found(day, random_order(day, seed)), tmp_path / "p.html")
    shown = Page(path.read_text(encoding="utf-8"))
    names = {row[0] for row in shown.rows if row}
    assert {rule.name for rule in day.rules} <= names


def test_utilisation_names_its_basis_and_a_rule_that_cannot_be_kept_is_said_to_be_so() -> None:
    day = tiny_day(
        Ratio(name="roof", option="roof", most=1, window=3, level=0),
        Maximum(name="hour", option="roof", most=1, per=4, level=0),
        Changes(name="paint", level=0),
        options={"roof": "11110000"},
        attributes={"colour": "aabbaabb"},
    )
    view = view_of(day, day.idents)
    roof, hour, paint = allowed(view).frame.to_dicts()
    assert (roof["cars"], roof["take rate [%]"], roof["utilisation [%]"]) == (4, 50.0, 150.0)
    assert hour["utilisation [%]"] == 200.0
    assert roof["utilisation is"]
    assert hour["utilisation is"]
    assert roof["can be kept"] is False
    assert paint["can be kept"] is False  # two colours are parted by a change at least
    assert paint["utilisation [%]"] is None
    told = rules(view).frame.to_dicts()
    assert [(row["rule"], row["limit"]) for row in told] == [
        ("roof", "1/3"),
        ("hour", "≤1 per 4"),
        ("paint", None),
    ]
    assert (told[2]["figure"], told[2]["least"]) == (3.0, 1.0)
    assert told[1]["least"] == 2.0
    assert "weight" not in told[0]


def test_the_chart_over_time_ends_at_the_score_and_shows_gaps_where_nothing_was_counted() -> None:
    day = small()
    made = found(day).sequence
    seen = made.history.with_columns(pl.Series("paint", [9.0, None, None]))
    chart = history(day, replace(made, history=seen))
    assert chart.spec is not None
    lines = [rows for rows in chart.spec["datasets"].values() if len(rows) > 1]
    ends = [rows[-1] for rows in lines]
    assert [row["figure"] for row in ends] == [figure for _, figure in made.score.levels]
    assert [row["seconds"] for row in ends] == [made.seconds, made.seconds]
    assert [row["figure"] for row in lines[1]] == [9.0, None, made.score.levels[1][1]]
    assert "gaps" in str(chart.spec)
    assert history(day, replace(made, history=seen.head(1))).spec is None


@pytest.mark.browser
def test_a_browser_shows_the_page_as_it_was_written(chromium: str, tmp_path: Path) -> None:
    day = small()
    path = write_sequence_report(found(day), tmp_path / "page.html")
    text = opened(chromium, path)
    assert 'data-name="history"' in text
    assert 'data-drawn="yes"' in text
    assert 'data-drawn="no"' not in text
    assert len(re.findall(r'<rect class="car"', text)) == day.size


# The workbook


def test_a_workbook_holds_the_order_and_every_violation(tmp_path: Path) -> None:
    day = random_day(3, 40)
    order = random_order(day, 5)
    path = write_sequence_workbook(found(day, order), tmp_path / "sequence.xlsx")
    assert read_order(day, path) == order
    book = openpyxl.load_workbook(path, read_only=True)
    expected = ["sequence", "summary", "levels", "rules", "allowed", "violations", "history"]
    assert book.sheetnames == expected
    rows = list(book["violations"].iter_rows(values_only=True))
    assert len(rows) - 1 == violations(day, order).height
    head = rows[0]
    score = dict(score_order(day, order).rules)
    sums: Counter[str] = Counter()
    for row in rows[1:]:
        sums[str(row[head.index("rule")])] += float(row[head.index("cost")] or 0)  # type: ignore[assignment]
    spread = {rule.name for rule in day.rules if type(rule).__name__ == "Spread"}
    for name, figure in score.items():
        if name not in spread:
            assert sums[name] == pytest.approx(figure)
    told = list(book["rules"].iter_rows(values_only=True))
    place = told[0].index("figure")
    assert {str(row[0]): row[place] for row in told[1:]} == pytest.approx(score)
