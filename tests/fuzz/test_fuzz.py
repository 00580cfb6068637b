"""Damaged input of every kind: refused in the project's own words, or read for what it says.

A fixed number of seeded damages runs each time; ``SINHO_REQUIRE=long`` takes 10,000.
"""

from __future__ import annotations

import random
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sinho.banks import read_orders
from sinho.days.formats import inspect_day, read_order, write_day
from sinho.days.score import score_order
from sinho.errors import DataError, SinhoError
from sinho.hub import Hub, Scenario, check_hub, hub_from_tables
from sinho.hub.schema import TABLES
from sinho.hub.write import write_hub
from tests.budget import LONG
from tests.fuzz.mutate import mutate_file, mutate_workbook
from tests.fuzz.reading import csv_rows, differences, toml_rows, workbook_rows
from tests.hubs import full_hub
from tests.sequence.days import random_day

SHARES = {"folder": 0.35, "workbook": 0.3, "orders": 0.15, "day": 0.15, "scenario": 0.05}
"""How the damages are shared out over the kinds of input."""


def seeds(kind: str) -> Iterator[int]:
    """Return the seeds of one kind of input."""
    yield from range(round(SHARES[kind] * (10_000 if LONG else 100)))


SCENARIO = (
    'title = "More"\n\n[[change]]\ntable = "demand"\nwhere = { model = "A", market = "FR" }\n'
    'multiply = { units = 1.5 }\n\n[[change]]\ntable = "shops"\nset = { manned_rate = 40 }\n'
)


@pytest.fixture(scope="module")
def hub() -> Hub:
    made, problems = Scenario.from_toml(SCENARIO, "more")
    assert not problems
    return hub_from_tables(full_hub(), {"more": made})


@pytest.fixture(scope="module")
def folder(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fuzz") / "hub"
    write_hub(hub, path)
    return path


def test_a_damaged_folder_is_refused_or_read_for_what_it_says(folder: Path, tmp_path: Path) -> None:
    files = sorted(path.name for path in folder.iterdir() if path.is_file())
    accepted = 0
    for seed in seeds("folder"):
        draw = random.Random(f"folder {seed}")
        own = tmp_path / "hub"
        shutil.copytree(folder, own, dirs_exist_ok=True)
        name = draw.choice(files)
        mutate_file(draw, own / name)
        hub, problems = check_hub(own)
        assert hub is not None or problems, seed
        if hub is not None:
            accepted += 1
            rows = toml_rows(own / name) if name == "hub.toml" else csv_rows(own / name)
            table = Path(name).stem
            assert not differences(table, rows, hub[table]), f"seed {seed}, {name}"
    assert accepted  # damages that change no meaning are there too


def test_a_damaged_workbook_is_refused_or_read_for_what_it_says(hub: Hub, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    write_hub(hub, book)
    data = book.read_bytes()
    judged = 0
    for seed in seeds("workbook"):
        draw = random.Random(f"workbook {seed}")
        book.write_bytes(mutate_workbook(draw, data))
        found, problems = check_hub(book)
        assert found is not None or problems, seed
        sheets = workbook_rows(book) if found is not None else None
        if found is None or sheets is None:
            continue
        judged += 1
        for table in TABLES:
            if table in sheets:
                told = differences(table, sheets[table], found[table])
                assert not told, f"seed {seed}: {told[:3]}"
    assert judged  # some are still read, and for what they say


def test_damaged_orders_are_refused_or_read_for_what_they_say(
    folder: Path, hub: Hub, tmp_path: Path
) -> None:
    source = folder / "orders.csv"
    accepted = 0
    for seed in seeds("orders"):
        draw = random.Random(f"orders {seed}")
        own = tmp_path / "orders.csv"
        shutil.copy(source, own)
        mutate_file(draw, own)
        try:
            orders = read_orders(own, hub)
        except DataError:
            continue
        accepted += 1
        table = orders.table.select("order", "model", "market", "wanted", "colour")
        assert not differences("orders", csv_rows(own), table), f"seed {seed}"
    assert accepted


def test_a_damaged_day_is_refused_or_can_be_scored(tmp_path: Path) -> None:
    accepted = 0
    formats = ("tables", "roadef", "csplib")
    for seed in seeds("day"):
        draw = random.Random(f"day {seed}")
        own = tmp_path / f"day-{seed}"
        try:
            write_day(random_day(seed % 40, 9), own, format=draw.choice(formats))
        except SinhoError:  # the format cannot hold the rules of this day
            write_day(random_day(seed % 40, 9), own, format="tables")
        files = sorted(path for path in [own, *own.rglob("*")] if path.is_file())
        mutate_file(draw, draw.choice(files))
        found, problems = inspect_day(own)
        assert found is not None or problems, seed
        if found is not None:
            accepted += 1
            score_order(found, found.idents)
    assert accepted


def test_a_damaged_sequence_is_refused_or_names_every_car_once(tmp_path: Path) -> None:
    day = random_day(7, 12)
    path = tmp_path / "sequence.csv"
    for seed in range(40 if not LONG else 500):
        draw = random.Random(f"sequence {seed}")
        cars = list(day.idents)
        draw.shuffle(cars)
        path.write_text("position,car\n" + "".join(f"{n},{c}\n" for n, c in enumerate(cars, 1)))
        mutate_file(draw, path)
        try:
            order = read_order(day, path)
        except DataError:
            continue
        assert sorted(order) == sorted(day.idents), seed


def test_a_damaged_scenario_is_refused_or_says_what_its_file_says(tmp_path: Path) -> None:
    for seed in seeds("scenario"):
        draw = random.Random(f"scenario {seed}")
        path = tmp_path / "more.toml"
        path.write_text(SCENARIO)
        mutate_file(draw, path)
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
        made, problems = Scenario.from_toml(text, "more")
        if problems:
            continue
        said = tomllib.loads(text)
        assert made.title == said.get("title", made.title)
        assert [change.table for change in made.changes] == [
            change["table"] for change in said.get("change", [])
        ]
