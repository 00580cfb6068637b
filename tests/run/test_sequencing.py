"""Days sequenced side by side: behind the true end of the day before, the same for a seed."""

from __future__ import annotations

import datetime as dt
import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest

from sinho.days.score import score_order
from sinho.hub import Hub
from sinho.results import LineDay, Sequence
from sinho.run.line import reach, tail
from sinho.run.sequencing import Days, record_of, sequence_of
from sinho.sequence import Input, Params
from tests.run.line import OPTIONS, line_hub

DATES = [LineDay(dt.date(2026, 2, day)) for day in (2, 3, 4, 5, 6)]
COLUMNS = ("order", "brand", "model", "market", "colour", "options")


def cars(seed: int, size: int = 14) -> dict[LineDay, pl.DataFrame]:
    chance = random.Random(seed)
    found = {}
    for day, date in enumerate(DATES):
        rows = [
            (
                f"{day}-{n:02d}",
                "B",
                chance.choice("AB"),
                "KR",
                chance.choice(["white", "black", "red"]),
                ";".join(name for name in OPTIONS if chance.random() < 0.35),
            )
            for n in range(size)
        ]
        found[date] = pl.DataFrame(rows, schema=list(COLUMNS), orient="row")
    return found


def sequenced(
    hub: Hub, own: dict[LineDay, pl.DataFrame], folder: Path, threads: int = 2, seed: int = 1
) -> tuple[dict[LineDay, Sequence], list[tuple[str, LineDay]]]:
    heard: list[tuple[str, LineDay]] = []
    with ThreadPoolExecutor(threads) as pool:
        days = Days(hub, own, Params(iterations=20_000, strict=False), seed, folder)
        made = days.run(pool, lambda name, date, _: heard.append((name, date)))
    return made, heard


@pytest.fixture(scope="module")
def hub() -> Hub:
    return line_hub()


def test_every_day_is_scored_behind_the_true_end_of_the_day_before(
    hub: Hub, tmp_path: Path
) -> None:
    own = cars(1)
    made, _ = sequenced(hub, own, tmp_path)
    before = None
    for date in DATES:
        day = Input.from_run(hub, own[date], date, before).day
        assert sorted(made[date].order) == sorted(own[date]["order"].to_list())
        assert score_order(day, made[date].order) == made[date].score
        assert made[date].score.feasible
        for (_, figure), bound in zip(made[date].score.levels, made[date].bounds, strict=True):
            assert figure >= bound
        before = tail(own[date], made[date], reach(day))
        assert day.previous.height == (0 if date == DATES[0] else 3)  # a window of 4 looks back 3


def test_threads_make_no_difference(hub: Hub, tmp_path: Path) -> None:
    own = cars(2)
    one, _ = sequenced(hub, own, tmp_path / "one", threads=1)
    four, _ = sequenced(hub, own, tmp_path / "four", threads=4)
    assert {date: found.order for date, found in one.items()} == {
        date: found.order for date, found in four.items()
    }
    assert [record_of(found) for found in one.values()] == [
        record_of(found) for found in four.values()
    ]


@pytest.mark.slow
def test_processes_find_what_threads_find(hub: Hub, tmp_path: Path) -> None:
    own = cars(2)
    threads, _ = sequenced(hub, own, tmp_path / "threads")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        days = Days(hub, own, Params(iterations=20_000, strict=False), 1, tmp_path / "processes")
        processes = days.run(pool, lambda *_: None)
    assert {d: s.order for d, s in threads.items()} == {d: s.order for d, s in processes.items()}


def test_a_day_that_is_done_is_not_done_again(hub: Hub, tmp_path: Path) -> None:
    own = cars(3)
    first, heard = sequenced(hub, own, tmp_path)
    done = [(name, date) for name, date in heard if name in ("first", "behind")]
    assert sorted(date for _, date in done) == DATES
    lost = tmp_path / "behind" / f"{DATES[1]}.json"
    kept = lost.read_bytes()
    lost.unlink()
    second, again = sequenced(hub, own, tmp_path)
    assert again == [("behind", DATES[1])]
    assert lost.read_bytes() == kept
    assert {d: s.order for d, s in first.items()} == {d: s.order for d, s in second.items()}


def test_hard_rules_at_the_border_of_days_are_mended(tmp_path: Path) -> None:
    """No red behind red: each day has one red car, which the searches may put at either end."""
    rules = [
        {"rule": "paint", "kind": "changes", "level": "paint", "attribute": "colour"},
        {"rule": "never", "kind": "forbidden", "attribute": "colour"},
    ]
    over = [{"rule": "never", "before": "red", "behind": "red"}]
    hub = line_hub(sequence_rules=rules, changeovers=over)
    own = {
        date: frame.with_columns(
            pl.when(pl.int_range(pl.len()) < 2)
            .then(pl.lit("red"))
            .otherwise(pl.lit("white"))
            .alias("colour")
        )
        for date, frame in cars(4, size=5).items()
    }
    made, _ = sequenced(hub, own, tmp_path)
    before = None
    for date in DATES:
        day = Input.from_run(hub, own[date], date, before).day
        assert score_order(day, made[date].order).feasible
        before = tail(own[date], made[date], reach(day))


def test_a_sequence_comes_back_from_its_record(hub: Hub, tmp_path: Path) -> None:
    made, _ = sequenced(hub, cars(5), tmp_path)
    for found in made.values():
        back = sequence_of(record_of(found))
        assert back == replace(found, seconds=0.0, history=back.history)


def test_cars_of_the_hub_before_the_first_day_stand_there(hub: Hub) -> None:
    known = [
        {"car": f"old-{n}", "date": "2026-01-30", "model": "A", "colour": "red", "position": n + 1}
        for n in range(5)
    ]
    day = Input.from_run(line_hub(cars=known), cars(1)[DATES[0]], DATES[0]).day
    assert day.previous["car"].to_list() == ["old-2", "old-3", "old-4"]


def test_hard_windows_longer_than_a_day_reach_over_the_days_before(tmp_path: Path) -> None:
    # Four cars a day, at most one roof in nine places, one roof on the first day and one on the
    # third: wherever the first stands, nine places lie between it and the second.
    rule = {"rule": "1/9 roof", "kind": "ratio", "option": "roof", "most": 1, "window": 9}
    hub = line_hub(sequence_rules=[rule])
    own = {
        date: frame.with_columns(options=pl.Series([with_, "", "", ""]))
        for (date, frame), with_ in zip(
            cars(1, size=4).items(), ["roof", "", "roof", "", ""], strict=True
        )
    }
    made, _ = sequenced(hub, own, tmp_path)
    roofs = dict(pl.concat(own.values()).select("order", "options").iter_rows())
    built = [roofs[car] for date in DATES for car in made[date].order]
    places = [place for place, options in enumerate(built) if options == "roof"]
    assert places[1] - places[0] >= 9
    assert all(one.score.feasible for one in made.values())
