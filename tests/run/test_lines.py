"""A run of three lines: each by its own days, hours and rules, from the plan to the call-offs."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from dataclasses import replace
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from sinho.calloffs import read_call_offs
from sinho.cli import app
from sinho.days.score import score_order
from sinho.report.sequence.lanes import view_of
from sinho.report.sequence.legend import levels_said
from sinho.results import LineDay
from sinho.run.days import DayRun, read_run, resume_run, run_days
from sinho.run.report.charts import fair_share
from sinho.run.report.tables import fair_share_table
from sinho.run.shared import shared_day
from sinho.run.stages import first_params
from sinho.run.trace import trace_order
from tests.run.lines import lines_hub
from tests.run.small import parameters

SATURDAY, TUESDAY = dt.date(2026, 2, 7), dt.date(2026, 2, 10)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DayRun:
    out = tmp_path_factory.mktemp("lines") / "run"
    return run_days(lines_hub(), parameters(days=8), out)


def test_every_car_stands_on_a_line_that_builds_its_model(made: DayRun) -> None:
    built = made.cars.drop_nulls("date")
    pairs = set(built.select("model", "line").unique().rows())
    assert pairs <= {("A", "L1"), ("B", "L1"), ("B", "L2"), ("C", "L3")}
    assert {line for _, line in pairs} == {"L1", "L2", "L3"}


def test_cars_of_a_model_are_split_over_lines_as_the_plan_has_it(made: DayRun) -> None:
    splits = made.slots.counters.filter(pl.col("kind") == "split")
    assert set(splits.select("name", "line").rows()) == {("B", "L1"), ("B", "L2")}
    planned = made.plan.tables["make_lines"].filter(
        pl.col("model") == "B", pl.col("period") == dt.date(2026, 2, 1)
    )
    share = dict(planned.group_by("line").agg(pl.col("units").sum()).iter_rows())
    wished = dict(splits.select("line", pl.mean_horizontal("low", "high")).iter_rows())
    for line, cars in wished.items():
        part = share.get(line, 0.0) / sum(share.values())
        assert cars == pytest.approx(part * sum(wished.values()), abs=1.5)
    assert dict(made.slots.costs.iter_rows())["split over lines"] == 0.0
    assert ((splits["low"] <= splits["count"]) & (splits["count"] <= splits["high"])).all()


def test_a_saturday_of_one_line_adds_cars(made: DayRun) -> None:
    lines = {day.line for day in made.sequences if day.date == SATURDAY}
    assert lines == {"L2"}
    assert made.sequences[LineDay(SATURDAY, "L2")].order
    assert LineDay(TUESDAY, "L2") not in made.sequences


def test_no_line_builds_more_than_its_day_can(made: DayRun) -> None:
    days = made.slots.days
    assert days.select("date", "line").is_duplicated().sum() == 0
    assert (days["load"] <= days["capacity"] + 1e-6).all()
    placed = made.places().group_by("date", "line").agg(pl.len().alias("cars"))
    both = days.join(placed, on=["date", "line"], how="left").with_columns(
        pl.col("cars").fill_null(0)
    )
    assert (both["built"] == both["cars"]).all()


def test_a_shared_shop_is_not_overrun(made: DayRun) -> None:
    painted = made.places().filter(pl.col("line").is_in(["L1", "L2"]))
    by_date = painted.group_by("date").len().sort("date")
    # 4.2 an hour for 8 hours of the lines' days, as these take it
    assert by_date["len"].max() <= 34  # type: ignore[operator]


def test_each_sequence_keeps_the_rules_of_its_own_line(made: DayRun) -> None:
    for day, found in made.sequences.items():
        own = made.line_of(day)
        names = {rule.name for rule in own.rules}
        assert ("1/3 roof" in names) == (day.line != "L3")
        assert ("1/2 hook" in names) == (day.line == "L3")
        assert found.score.feasible
        assert score_order(own, found.order) == found.score


STRETCHES = {"L1": ((6.0, 2.0), (8.25, 2.25), (11.0, 99.0)), "L2": ((7.0, 99.0),)}
"""Begin and length of what L1 and L2 work between breaks, overtime included."""


def clock_time(line: str, worked: float) -> float:
    """Return the hour of the day at which a line has worked so many hours."""
    for begin, length in STRETCHES[line]:
        if worked < length:
            return begin + worked
        worked -= length
    raise AssertionError


def painted(made: DayRun, date: dt.date) -> list[str]:
    """Return the colours of the cars of a date as L1 and L2 send them to their paint shop."""
    hours = dict(made.slots.days.filter(pl.col("date") == date).select("line", "hours").iter_rows())
    colour = dict(made.cars.select("order", "colour").iter_rows())
    entering = [
        (round(clock_time(line, (at + 0.5) * hours[line] / len(found.order)), 6), line, colour[car])
        for line in ("L1", "L2")
        if (found := made.sequences.get(LineDay(date, line)))
        for at, car in enumerate(found.order)
    ]
    return [one for _, _, one in sorted(entering)]


def test_colours_are_counted_once_over_the_lines_that_share_the_paint_shop(made: DayRun) -> None:
    figures = {
        (date, rule): value
        for date, rule, value in made.booths.select("date", "rule", "figure").iter_rows()
    }
    last: list[str] = []
    for date in sorted({day.date for day in made.sequences if day.line != "L3"}):
        colours = painted(made, date)
        changes = sum(a != b for a, b in pairwise([*last, *colours]))
        assert figures.pop((date, "paint")) == changes
        runs = [len(list(run)) for _, run in groupby(colours)]
        assert figures.pop((date, "batch")) == sum(max(0, length - 6) for length in runs) == 0
        last = colours[-1:]
    assert not figures
    assert (made.booths["figure"] >= made.booths["bound"]).all()
    for day, found in made.sequences.items():
        rules = {rule for rule, _ in found.score.rules}
        assert not rules & {"paint", "batch"}
        assert ("paint 3" in rules) == (day.line == "L3")


def test_the_first_date_of_a_run_is_painted_behind_the_last_car_of_the_earlier_run(
    made: DayRun, tmp_path: Path
) -> None:
    asked = replace(parameters(days=1), first=TUESDAY, former=made.folder)
    after = run_days(lines_hub(), asked, tmp_path / "after")
    monday = painted(made, TUESDAY - dt.timedelta(days=1))
    colours = [monday[-1], *painted(after, TUESDAY)]
    figures = dict(after.booths.select("rule", "figure").iter_rows())
    assert figures["paint"] == sum(a != b for a, b in pairwise(colours))
    assert after.before is not None
    # of 12 cars in 8 h L2 sends the last at 14:40, L1 of 20 at 14:33, so it passes L1's last car
    last = after.before.filter(pl.col("line") != "L3")[-1]
    assert last["line"].item() == "L2"
    assert last["colour"].item() == monday[-1]


def test_the_first_date_is_painted_behind_the_last_car_of_the_hubs_own(tmp_path: Path) -> None:
    # of 5 cars L1 sends the last at 13:57, of 4 L2 at 14:00: it is L2's that is painted last
    monday = {"date": dt.date(2026, 2, 2), "market": "KR"}
    cars = [
        {"line": line, "position": at, "model": model, "colour": "red" if last else "blue"}
        for line, model, number in (("L1", "A", 5), ("L2", "B", 4))
        for at in range(1, number + 1)
        for last in [line == "L2" and at == number]
    ]
    rows = [{"car": f"C{at}", **monday, **car} for at, car in enumerate(cars)]
    earlier = [row | {"car": f"{row['car']}e", "date": dt.date(2026, 1, 30)} for row in rows]
    hub = lines_hub(cars=[*earlier, *rows])
    run = run_days(hub, parameters(first="2026-02-03", days=1), tmp_path / "run")
    colours = ["red", *painted(run, dt.date(2026, 2, 3))]
    figures = dict(run.booths.select("rule", "figure").iter_rows())
    assert figures["paint"] == sum(a != b for a, b in pairwise(colours))
    before = shared_day(run, LineDay(dt.date(2026, 2, 3), "L1")).lines.booths[0].previous  # type: ignore[union-attr]
    assert before["car"].to_list() == ["C8"]


def test_threads_and_an_interruption_leave_joint_sequences_as_they_are(tmp_path: Path) -> None:
    one = run_days(lines_hub(), parameters(days=2), tmp_path / "one")
    two = run_days(lines_hub(), replace(parameters(days=2), threads=2), tmp_path / "two")
    assert one.booths.equals(two.booths)
    orders = {day: found.order for day, found in one.sequences.items()}
    assert orders == {day: found.order for day, found in two.sequences.items()}
    kept = tmp_path / "one" / "stages" / "sequence"
    record = (kept / "record.json").read_bytes()
    shutil.rmtree(kept)
    (tmp_path / "one" / "stages" / "days" / "joint" / "2026-02-03 L1.json").unlink()
    resume_run(tmp_path / "one", hub=lines_hub())
    assert (kept / "record.json").read_bytes() == record


def test_pictures_show_the_colours_that_are_compared_at_a_shared_shop(made: DayRun) -> None:
    for day, one in made.lines.items():
        view = view_of(one, made.sequences[day].order)
        assert [band.attribute for band in view.bands] == ["colour"]
        # L3 has a paint shop and a rule on colours of its own, the others have it at the shared one
        assert one.elsewhere == (() if day.line == "L3" else ("colour",))
        assert ("paint" in ", ".join(levels_said(view, view.score.levels))) == (day.line == "L3")


def test_the_page_shows_what_shared_shops_cost(made: DayRun) -> None:
    page = made.files["report"].read_text(encoding="utf-8")
    assert "Shared shops" in page
    # a strip of each line's day, and of each date on which both lines pass the paint shop
    dates = [day.date for day in made.sequences if day.line in ("L1", "L2")]
    both = {date for date in dates if dates.count(date) == 2}
    assert page.count('class="strip"') == len(made.sequences) + len(both)
    (monday,) = re.findall(r"Mon 09 Feb, shop paint 12: [^<]*", page)
    figure = made.booths.row(
        by_predicate=(pl.col("date") == dt.date(2026, 2, 9)) & (pl.col("rule") == "paint"),
        named=True,
    )
    assert monday.endswith(f"{figure['cars']} cars; paint {figure['figure']:g} changes")


def test_a_trace_names_what_a_car_breaks_at_shared_shops(made: DayRun) -> None:
    monday = dt.date(2026, 2, 9)
    for line in ("L1", "L2", "L3"):
        own = made.sequences[LineDay(monday, line)].order
        said = [rule for car in own for rule in trace_order(made, car).rules]
        # each change of colour is told of both cars, of the other line's there
        assert any(" at paint 12: colour: " in text for text in said) == (line != "L3")
    order = painted(made, monday)
    changes = sum(a != b for a, b in pairwise(order))
    assert changes
    both = [
        rule
        for line in ("L1", "L2")
        for car in made.sequences[LineDay(monday, line)].order
        for rule in trace_order(made, car).rules
        if " at paint 12: " in rule
    ]
    # the first car may change against the day before
    assert changes <= len(set(both)) <= changes + 1


def test_cars_need_parts_within_the_shift_and_its_breaks(made: DayRun) -> None:
    uses = made.needs.uses.join(made.places().select("order", "line", "date"), on="order")
    first = uses.filter(pl.col("line") == "L1")
    hour = first["time"].dt.hour() + first["time"].dt.minute() / 60
    assert hour.min() == 6.0
    assert hour.max() < 14.75  # type: ignore[operator]  # 8 h from 06:00 on, and breaks of 45 minutes
    breaks = hour.is_between(8.0, 8.25, "left") | hour.is_between(10.5, 11.0, "left")
    assert not breaks.any()
    assert (uses["time"].dt.date() == uses["date"]).all()


def test_every_list_is_by_line(made: DayRun) -> None:
    cars = pl.read_csv(made.files["cars"])
    assert set(cars["line"].drop_nulls()) == {"L1", "L2", "L3"}
    assert (made.folder / "sequences" / f"{SATURDAY} L2.svg").is_file()
    page = made.files["report"].read_text(encoding="utf-8")
    assert "line L2" in page


def test_the_days_of_a_line_look_back_at_its_own_cars(made: DayRun, tmp_path: Path) -> None:
    later = run_days(
        lines_hub(),
        parameters(first="2026-02-12", days=3, former=str(made.folder)),
        tmp_path / "later",
    )
    for day in later.sequences:
        if day.date != dt.date(2026, 2, 12):
            continue
        before = [
            car
            for known, one in sorted(made.sequences.items())
            if known.line == day.line
            for car in one.order
        ]
        stands = later.line_of(day).previous["car"].to_list()
        assert stands == before[-len(stands) :]


def typed(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], prog_name="sinho")


def test_a_day_of_a_run_is_that_of_a_line(made: DayRun) -> None:
    first = next(iter(made.sequences)).date
    unnamed = typed("score", made.folder, "--date", first)
    assert unnamed.exit_code == 3
    assert f"the run has 3 lines on {first}; name one of them by --line" in unnamed.output
    unknown = typed("score", made.folder, "--date", first, "--line", "L4")
    assert "the run has no cars on such a line (found 'L4'). Known names: L1, L2" in unknown.output
    for line in ("L1", "L2", "L3"):
        found = typed("score", made.folder, "--date", first, "--line", line, "--json")
        assert found.exit_code == 0, found.output
    # a Saturday of one line needs no line
    assert typed("score", made.folder, "--date", SATURDAY).exit_code == 0


def test_another_sequence_of_a_lines_day_is_handed_back(made: DayRun, tmp_path: Path) -> None:
    day = LineDay(SATURDAY, "L2")
    order = list(reversed(made.sequences[day].order))
    path = tmp_path / "order.txt"
    path.write_text("\n".join(order) + "\n", encoding="utf-8")
    out = tmp_path / "revised"
    found = typed("score", made.folder, path, "--date", SATURDAY, "--out", out)
    assert found.exit_code == 0, found.output
    revised = read_run(out)
    assert revised.sequences[day].order == tuple(order)
    others = [one for one in made.sequences if one != day]
    assert all(revised.sequences[one].order == made.sequences[one].order for one in others)


def shared(*words: object) -> dict[str, dict[str, Any]]:
    """Return what a command says of shared shops, by rule."""
    said = json.loads(typed(*words, "--json").stdout)
    was = {row["rule"]: row["figure"] for row in said["shared_of_run"]}
    return {row["rule"]: {**row, "was": was[row["rule"]]} for row in said["shared"]}


def test_a_day_of_a_run_counts_rules_of_shared_shops_as_the_run_does(made: DayRun) -> None:
    monday = dt.date(2026, 2, 9)
    figures = made.booths.filter(pl.col("date") == monday)
    for line in ("L1", "L2"):
        rules = shared("score", made.folder, "--date", monday, "--line", line)
        assert {name: rule["figure"] for name, rule in rules.items()} == dict(
            figures.select("rule", "figure").iter_rows()
        )
        assert rules["paint"]["lines"] == ["L1", "L2"]
        assert rules["paint"]["was"] == rules["paint"]["figure"]
    alone = typed("score", made.folder, "--date", monday, "--line", "L3")
    assert "Shared shops" not in alone.output
    assert "shared" not in json.loads(
        typed("score", made.folder, "--date", monday, "--line", "L3", "--json").stdout
    )


def test_a_day_of_a_run_is_sequenced_by_the_rules_of_its_shared_shops(
    made: DayRun, tmp_path: Path
) -> None:
    monday = dt.date(2026, 2, 9)
    day = (made.folder, "--date", monday, "--line", "L1")
    own = made.sequences[LineDay(monday, "L1")]
    mixed = tmp_path / "mixed.txt"  # colours as far apart as can be, the other line as it is
    colour = dict(made.cars.select("order", "colour").iter_rows())
    order = sorted(own.order, key=lambda car: (own.order.index(car) % 5, colour[car]))
    mixed.write_text("\n".join(order), encoding="utf-8")
    bad = shared("score", day[0], mixed, *day[1:])
    assert bad["paint"]["figure"] > bad["paint"]["was"]
    out = tmp_path / "new.txt"
    words = ("sequence", *day, "--start", mixed, "--iterations", 20_000, "--out", out)
    found = shared(*words)
    assert found["paint"]["figure"] < bad["paint"]["figure"]
    assert found["batch"]["figure"] == 0
    # what is handed back is what was found: the run with it says the same
    revised = run_with(made, day, out, tmp_path / "revised")
    figures = revised.booths.filter(pl.col("date") == monday)
    assert dict(figures.select("rule", "figure").iter_rows()) == {
        name: rule["figure"] for name, rule in found.items()
    }
    assert "Shared shops" in typed(*words[:-2]).output


def run_with(made: DayRun, day: tuple[object, ...], order: Path, out: Path) -> DayRun:
    """Return the run with another sequence of a day."""
    handed = typed("score", day[0], order, *day[1:], "--out", out)
    assert handed.exit_code == 0, handed.output
    return read_run(out)


def test_a_repair_goes_by_the_rules_of_shared_shops(made: DayRun) -> None:
    monday = dt.date(2026, 2, 9)
    first = made.sequences[LineDay(monday, "L1")].order[0]
    words = ("resequence", made.folder, "--date", monday, "--line", "L1", "--block", first)
    said = typed(*words)
    assert "The other lines' sequences stay as they are." in said.output
    # the paint level counts at the shared shop alone
    assert re.search(r"paint: \d+ before, \d+ with the change alone, \d+ now\.", said.output)
    asked = typed("score", made.folder, *words[2:-2], "--rule", "paint")
    assert asked.exit_code == 2
    assert "'paint' counts at paint 12 over the cars of L1, L2" in " ".join(asked.output.split())
    rules = shared(*words)
    whole = shared("score", *words[1:-2])
    assert rules["paint"]["cars"] == whole["paint"]["cars"] - 1
    still, free = (shared(*words, "--keep", price)["paint"]["figure"] for price in ("inf", 0))
    assert free < still


def test_a_car_of_another_line_is_said_to_be_its(made: DayRun) -> None:
    monday = dt.date(2026, 2, 9)
    other = made.sequences[LineDay(monday, "L2")].order[0]
    words = ("resequence", made.folder, "--date", monday, "--line", "L1", "--block")
    said = typed(*words, other, "nothing")
    assert said.exit_code == 3
    text = " ".join(said.output.split())
    assert f"the run builds the order on {monday} L2 (found '{other}')" in text
    assert f"Name that day by --date {monday} --line L2." in text
    assert "no car of the day (found 'nothing')" in " ".join(
        typed(*words, "nothing").output.split()
    )


def test_a_hard_rule_broken_at_a_shared_shop_is_no_success(made: DayRun, tmp_path: Path) -> None:
    monday = dt.date(2026, 2, 9)
    own = made.sequences[LineDay(monday, "L1")].order
    colour = dict(made.cars.select("order", "colour").iter_rows())
    colours = [colour[car] for car in own]
    most = max(set(colours), key=colours.count)
    batched = sorted(own, key=lambda car: colour[car] != most)
    file = tmp_path / "batched.txt"
    file.write_text("\n".join(batched), encoding="utf-8")
    words = (made.folder, file, "--date", monday, "--line", "L1")
    assert shared("score", *words)["batch"]["figure"] > 0
    said = typed("resequence", *words, "--freeze", len(own), "--keep", "inf")
    assert said.exit_code == 4
    assert "Hard rule broken at paint 12: batch" in said.output


def test_a_call_off_by_takt_names_the_line(made: DayRun) -> None:
    takts = made.calls.takts
    placed = made.places().rename({"position": "place", "line": "own", "date": "day"})
    both = takts.join(placed, on="order")
    assert both.height == takts.height
    assert both.filter(
        (pl.col("line") != pl.col("own")) | (pl.col("position") != pl.col("place"))
    ).is_empty()
    back = read_call_offs(made.folder / "calloffs" / "deljit-S.edi").takts
    keys = ["part", "supplier", "date", "line", "position", "order"]
    assert back.select(keys).sort(keys).equals(takts.select(keys).sort(keys))
    message = (made.folder / "calloffs" / "deljit-S.edi").read_text(encoding="latin-1")
    assert "LOC+159+L2::92'" in message


def test_a_car_is_followed_by_its_line(made: DayRun) -> None:
    order = made.sequences[LineDay(SATURDAY, "L2")].order[0]
    said = dict(trace_order(made, order).lines())
    assert said["day"].startswith(f"{SATURDAY} on line L2 (")
    assert f"for place 1 of {SATURDAY} on line L2, 07:00" in said["call-off"]


def test_an_order_is_not_rushed_onto_a_line_that_cannot_build_it(
    made: DayRun, tmp_path: Path
) -> None:
    first = next(iter(made.sequences)).date
    only = next(car for day, one in made.sequences.items() if day.line == "L3" for car in one.order)
    words = ("resequence", made.folder, "--date", first, "--line", "L1", "--rush", f"{only}@2")
    for more in ((), ("--out", tmp_path / "rushed")):
        refused = typed(*words, *more)
        assert refused.exit_code == 3, refused.output
        assert "C is not built on line L1" in refused.output
        assert "It is built on L3." in refused.output
    assert not (tmp_path / "rushed").exists()


def test_a_production_day_begins_with_the_shift_of_its_line(made: DayRun, tmp_path: Path) -> None:
    # L1 begins at 06:00, its table of shifts says; L2 and L3 have no shifts and begin at 07:00
    day = next(iter(made.sequences))
    cars = made.places().filter(pl.col("date") == day.date)
    last = cars.filter(pl.col("position") == pl.col("position").max().over("line"))
    last = {line: order for order, line in last.select("order", "line").iter_rows()}
    times = made.needs.uses.filter(pl.col("date") == day.date).unique("order", keep="first")
    times = times.select("order", "date", pl.col("time").dt.strftime("%H:%M"))
    night = {last["L1"]: "05:50", last["L2"]: "06:30"}
    stayed = pl.col("order").replace_strict(night, default=pl.col("time"), return_dtype=pl.String)
    times.with_columns(stayed.alias("time")).write_csv(tmp_path / "built.csv")
    found = typed("bts", made.folder, tmp_path / "built.csv", "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["bts"] == 1.0  # both are built last, in the night after the day
    for begin in ("06:00", "07:00"):  # L2's last car, or L1's first ones, count to the day before
        one = typed("bts", made.folder, tmp_path / "built.csv", "--day-start", begin, "--json")
        assert json.loads(one.stdout)["bts"] < 1.0
    moment = f"{day.date + dt.timedelta(days=1)} 06:30"
    wrong = times.with_columns(pl.lit(moment).alias("time")).join(
        cars.filter(pl.col("line") == "L1").head(1), on="order", how="semi"
    )
    wrong.write_csv(tmp_path / "wrong.csv")
    refused = typed("bts", made.folder, tmp_path / "wrong.csv")
    assert refused.exit_code == 3
    assert "A production day of line L1 lasts from 06:00 until then" in refused.output


def test_a_late_campaign_names_the_lines_of_the_orders_that_it_hits(made: DayRun) -> None:
    campaign = made.supply.campaigns["campaign"][0]
    said = json.loads(typed("late", made.folder, campaign, "--hours", 24, "--json").stdout)
    lines = dict(made.places().select("order", "line").iter_rows())
    assert said["orders"]
    for row in said["orders"]:
        assert row["line"] == lines[row["order"]]
    text = typed("late", made.folder, campaign, "--hours", 24).stdout
    (head,) = [row for row in text.splitlines() if row.startswith("order ")]
    assert head.split()[:4] == ["order", "model", "day", "line"]


def test_a_line_that_rests_on_a_date_is_said_to(made: DayRun) -> None:
    found = typed("score", made.folder, "--date", SATURDAY, "--line", "L1")
    assert "the run builds no cars on line L1 on this date" in found.output
    first = next(iter(made.sequences)).date
    assert "They are L1, L2, L3." in typed("score", made.folder, "--date", first).output


def test_contracted_slots_of_a_line_are_told_from_those_of_all(made: DayRun) -> None:
    monday = dt.date(2026, 2, 2)
    share = pl.DataFrame(
        {
            "brand": ["B", "B"],
            "week": [monday, monday],
            "line": [None, "L2"],
            "entitled": [40.0, 10.0],
            "built": [60, 12],
            "released": [True, True],
            "offered": [0.0, 0.0],
        }
    )
    run = replace(made, slots=replace(made.slots, fair_share=share))
    frame = fair_share_table(run).frame
    assert frame.select("brand", "line").rows() == [("B", "all"), ("B", "L2")]
    drawn = fair_share(run)
    assert drawn is not None
    text = json.dumps(drawn.to_dict())
    assert '"B, line L2"' in text


@pytest.mark.usefixtures("no_pages")
@pytest.mark.parametrize("lot", [None, 260.0])
def test_a_least_lot_that_the_plan_does_not_build_is_not_built_in_the_days(
    lot: float | None, tmp_path: Path
) -> None:
    rows = [
        {"model": "A", "line": "L1"},
        {"model": "B", "line": "L1"},
        {"model": "B", "line": "L2", "extra_cost": 0.5, "least_lot": lot},
        {"model": "C", "line": "L3"},
    ]
    run = run_days(lines_hub(model_lines=rows), parameters(days=6), tmp_path / "run")
    made = run.plan.tables["make_lines"].filter(
        (pl.col("line") == "L2") & (pl.col("period") == dt.date(2026, 2, 1))
    )
    built = run.cars.drop_nulls("date").filter(pl.col("line") == "L2").height
    # 20 cars a day fit into L1; L2 can build 240 of B in February, so no lot of 260
    assert (made["units"].sum() > 0) == (lot is None)
    assert (built > 0) == (lot is None)
    assert run.slots.broken == 0


def test_dates_that_an_earlier_run_reaches_are_frozen_not_the_days_of_lines(made: DayRun) -> None:
    dates = made.days["date"].unique().sort()
    for reached in (1, 2):
        own = pl.col("date").is_in(dates.head(reached).implode())
        before = replace(made.slots, days=made.slots.days.filter(own))
        assert first_params(made.hub, made.days, before).frozen_days == reached
