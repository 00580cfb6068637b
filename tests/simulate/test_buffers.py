"""Where places of buffers make most: beside all allocations of small lines, by their chains."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from sinho.cli import app
from sinho.cli.base import DATA, INTERRUPTED, OK, USAGE
from sinho.errors import DataError, Stopped
from sinho.hub import hub_from_tables, write_hub
from sinho.simulate import (
    Buffer,
    Input,
    Plant,
    Split,
    Station,
    Stops,
    Store,
    buffers,
    chain,
    departures,
    exponential,
    fixed,
)
from tests.flow import flow_tables
from tests.simulate import chains

CARS = 20_000


def line(
    rates: Sequence[float],
    room: Sequence[int],
    cars: int = CARS,
    stops: Sequence[tuple[float, float]] = (),
) -> Input:
    """Return a line of exponential stations with so many places between them.

    ``stops`` are rates of failure, while a station works, and of repair.
    """
    nodes: list[Station | Buffer] = []
    for n, rate in enumerate(rates):
        if n and room[n - 1]:
            nodes.append(Buffer(name=f"b{n}", places=room[n - 1]))
        own = stops[n : n + 1]
        fails = tuple(Stops(exponential(1 / up), exponential(1 / repair)) for up, repair in own)
        nodes.append(Station(name=f"s{n}", cycle=exponential(1 / rate), stops=fails))
    return Input.from_plant(Plant(chain(*nodes)), cars)


def allocations(sites: int, places: int) -> list[tuple[int, ...]]:
    """Return all ways to part places."""
    return [one for one in itertools.product(range(places + 1), repeat=sites) if sum(one) == places]


@pytest.mark.parametrize(
    ("rates", "places", "value"),
    [
        ((1.0,) * 4, 4, 0.65718),
        ((1.0, 1.1, 1.2), 6, None),
        ((1.0, 0.8, 1.2, 1.0), 6, None),
        ((1.0,) * 5, 8, None),
        ((6.0, 7.0, 7.0), 18, 5.776),
    ],
)
def test_the_best_of_all_allocations_of_small_lines(
    rates: tuple[float, ...], places: int, value: float | None
) -> None:
    exact = {one: chains.saturated(rates, one)[0] for one in allocations(len(rates) - 1, places)}
    best = max(exact.values())
    if value is not None:
        assert best == pytest.approx(value, abs=6e-4 if value > 1 else 6e-6)
    given = line(rates, (places, *[1] * (len(rates) - 2)))
    found = buffers.solve(buffers.Input.from_line(given, places))
    reached = tuple(found.sites["best"].to_list())
    assert sum(reached) == places
    assert exact[reached] >= best * (1 - 2e-4), (reached, exact[reached], best)
    assert found.bound >= found.objective


def test_the_best_of_all_allocations_of_a_line_that_fails() -> None:
    """The first two fail long, so that most places stand between them."""
    rates, places = (1.0, 1.0, 1.3), 8
    stops = ((0.02, 0.05), (0.02, 0.05), (0.001, 1.0))
    fails, mends = zip(*stops, strict=True)
    exact = {one: chains.stopping(rates, one, fails, mends) for one in allocations(2, places)}
    best = max(exact.values())
    assert best > exact[(4, 4)] * 1.01
    found = buffers.solve(buffers.Input.from_line(line(rates, (8, 1), CARS, stops), places))
    reached = tuple(found.sites["best"].to_list())
    assert exact[reached] >= best * (1 - 2e-3), (reached, exact[reached], best)


QUICK = buffers.Params(replications=4, starts=1, tries=6)


def test_the_same_seed_gives_the_same_places_whatever_the_workers() -> None:
    given = buffers.Input.from_line(line((1.0, 1.2, 0.9, 1.1), (2, 2, 2), 1_000))
    first = buffers.solve(given, dataclasses.replace(QUICK, workers=1), seed=4)
    more = buffers.solve(given, dataclasses.replace(QUICK, workers=3), seed=4)
    with ThreadPoolExecutor(2) as pool:
        other = buffers.solve(given, dataclasses.replace(QUICK, executor=pool), seed=4)
    for one in (more, other):
        assert one.sites.equals(first.sites)
        assert one.outputs.equals(first.outputs)
        assert one.tried == first.tried


class After:
    """Says stop when it was asked so often."""

    seconds_left = float("inf")

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_stop_hands_back_the_best_so_far() -> None:
    given = buffers.Input.from_line(line((1.0,) * 4, (6, 1, 1), 1_000))
    with pytest.raises(Stopped):
        buffers.solve(given, QUICK, stop=After(0))
    found = buffers.solve(given, QUICK, stop=After(40))
    assert found.status == "stopped"
    assert found.sites["best"].sum() == 8
    assert found.outputs["more"][2] >= 0


@pytest.mark.parametrize("times", [3, 6, 9, 15])
def test_places_as_they_are_are_left_for_better_ones_alone(times: int) -> None:
    given = buffers.Input.from_line(line((1.0, 0.7, 0.7, 1.0), (0, 8, 0), 400), at=("b2", "s1"))
    try:
        found = buffers.solve(given, buffers.Params(replications=2), stop=After(times))
    except Stopped:
        return
    made = {row["allocation"]: row for row in found.outputs.to_dicts()}
    assert made["best"]["per_day"] >= made["now"]["per_day"]
    assert found.objective == made["best"]["per_day"]


def test_an_unbalanced_allocation_is_left_for_a_better_one() -> None:
    given = buffers.Input.from_line(line((1.0,) * 4, (8, 0, 0), 4_000), at=("b1", "s2", "s3"))
    found = buffers.solve(given, buffers.Params(replications=6, starts=1))
    more = found.outputs.filter(allocation="best").row(0, named=True)
    assert more["more_low"] > 0
    assert found.gap == pytest.approx((found.bound - found.objective) / found.objective)


def test_a_plant_without_a_buffer_is_the_line_without_it() -> None:
    given = buffers.Input.from_line(line((1.0,) * 4, (1, 2, 1), 300))
    without = given.with_places((0, 3, 0))
    assert [node.name for node in without.plant.nodes] == ["s0", "s1", "b2", "s2", "s3"]
    plain = line((1.0,) * 4, (0, 3, 0), 300)
    assert departures(without, seed=2).tolist() == departures(plain, seed=2).tolist()


def test_sites_of_stores_conveyors_parts_and_splits() -> None:
    to = Split(("b", "oven"), shares=(0.5, 0.5))
    nodes = (
        Station(name="a", cycle=fixed(1.0), to="way"),
        Buffer(name="way", places=1, to=to),
        Buffer(name="b", places=3, to="bank"),
        Buffer(name="oven", places=9, transport=5.0, to="bank"),
        Store(name="bank", places=4, lanes=3, to="c"),
        Station(name="c", cycle=fixed(1.0), to="last"),
        Buffer(name="last", places=2, to="d"),
        Station(name="d", cycle=fixed(1.0), to="e"),
        Station(name="e", cycle=fixed(1.0), to="out"),
    )
    plant = Input.from_plant(Plant(nodes), 50)
    found = {site.name: site for site in buffers.Input.from_line(plant).sites}
    assert list(found) == ["b", "bank", "last"], "no conveyor, and no place where ways part"
    assert (found["bank"].unit, found["bank"].least, found["bank"].now) == (3, 3, 12)
    assert (found["b"].least, found["last"].least) == (1, 0), "what a split leads to cannot go"
    named = buffers.Input.from_line(plant, 20, at=("oven", "E", "bank"))
    assert [site.name for site in named.sites] == ["oven", "e", "bank"]
    with pytest.raises(DataError, match=r"Did you mean 'bank'(.|\n)*where cars come in"):
        buffers.Input.from_line(plant, at=("bnak", "a"))
    with pytest.raises(DataError, match="4 or more"):
        buffers.Input.from_line(plant, 3)


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_hub(hub_from_tables(flow_tables()), tmp_path_factory.mktemp("hubs") / "plant")


def typed(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")
    return result.exit_code, result.output


def test_the_command(plant: Path, tmp_path: Path) -> None:
    out = tmp_path / "places.csv"
    fast = ("--days", "2", "--replications", "3", "--params", tmp_path / "p.toml")
    (tmp_path / "p.toml").write_text("starts = 1\ntries = 3\n", encoding="utf-8")
    code, text = typed("buffers", plant, "--places", "+4", *fast, "--out", out, "--json")
    assert code == OK, text
    made = json.loads(text[text.index("{") :])
    best = {row["site"]: row["best"] for row in made["places"]}
    assert sum(best.values()) == sum(row["now"] for row in made["places"]) + 4
    table = pl.read_csv(out)
    assert dict(zip(table["site"], table["best"], strict=True)) == best
    code, text = typed("buffers", plant, "--places", "12", *fast)
    assert code == OK
    for words in (
        "Places",
        "Output [cars a working day]",
        "more than now",
        "all places everywhere",
    ):
        assert words in text


def test_what_the_command_refuses(plant: Path) -> None:
    for words, code, said in (
        (("--places", "many"), USAGE, "write 300, or +50 or -50"),
        (("--places", "-999"), DATA, "--places: there must be"),
        (("--time", "0.01"), INTERRUPTED, "the 0.01 s given were over before there was a first"),
        (("--places", "0"), DATA, "places: there must be"),
        (("--at", "PSB"), DATA, "Did you mean 'PBS'?"),
        (("--scenario", "bse"), USAGE, "base"),
        (("--replications", "1"), USAGE, "2"),
        (("--days", "401"), USAGE, "400"),
    ):
        got, text = typed("buffers", plant, *words)
        assert (got, said in text) == (code, True), text
