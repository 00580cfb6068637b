"""Figures of the alliances that name a source are those of the source, row by row."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ALLIANCES, BUSAN = EXAMPLES / "alliances", EXAMPLES / "busan"
FACTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "busan" / "facts.csv"
NO_DUTY = {"IEEPA ruling", "US surcharge 2026"}
"""Facts about tariffs that change no duty on cars."""

with_facts = pytest.mark.skipif(not FACTS.is_file(), reason="the collected facts are not here")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def cited(fact: dict[str, str]) -> list[str]:
    """Return the addresses and short names of a fact's source."""
    return [re.sub(r" \(.*", "", one).strip() for one in fact["source"].split(";")]


@cache
def facts() -> list[dict[str, str]]:
    return rows_of(FACTS)


def stated(source: str) -> str:
    """Return what the facts say that a row's source cites."""
    found = [
        " ".join((fact["key"], fact["value"], fact["unit"]))
        for fact in facts()
        if fact["confidence"].startswith(("fact-", "derived"))
        and any(name in source for name in cited(fact))
    ]
    return "; ".join(found)


def sourced() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield rows of the network, its scenarios, and duties of Busan and its programmes."""
    for path in sorted(ALLIANCES.glob("*.csv")):
        for n, row in enumerate(rows_of(path), 2):
            yield f"{path.name}:{n}", row
    for path in sorted((ALLIANCES / "scenarios").glob("*.toml")):
        for n, change in enumerate(tomllib.loads(path.read_text()).get("change", ())):
            if "source" in change:
                yield f"{path.name}:{n}", {**change.get("insert", {}), **change}
    for n, row in enumerate(rows_of(BUSAN / "tariffs.csv"), 2):
        yield f"busan, tariffs.csv:{n}", row
    for path in sorted((BUSAN / "programmes").glob("*.toml")):
        for n, row in enumerate(tomllib.loads(path.read_text()).get("tariffs", ())):
            yield f"{path.name}:{n}", row


ROWS = list(sourced())


def numbers(text: str) -> set[float]:
    return {
        float(one) for one in re.findall(r"\d+(?:\.\d+)?", re.sub(r"\d{4}-\d\d(-\d\d)?", "", text))
    }


@with_facts
def test_every_address_is_one_of_the_facts() -> None:
    known = {name for fact in facts() for name in cited(fact)}
    for place, row in ROWS:
        for address in re.findall(r"https?://[^\s;]+", row.get("source") or ""):
            assert address in known, f"{place}: {address}"


@with_facts
def test_sourced_figures_are_those_of_the_facts() -> None:
    checked = 0
    for place, row in ROWS:
        source = row.get("source") or ""
        if row.get("basis") not in ("reported", "derived"):
            continue
        text = stated(source)
        assert text, f"{place}: no fact is cited by {source!r}"
        if row.get("percent") not in (None, ""):
            percent = float(row["percent"])
            if (
                row.get("kind") == "quota"
            ):  # what is asked for besides the base, and the base is told
                percent += float(base(row))
            told = numbers(text)
            if "kind" not in row:  # a hub's tariff is the whole duty: base and what is on top
                told |= {a + b for a in told for b in told}
            assert percent in told, f"{place}: {percent} %, but {text}"
            checked += 1
        for column, excuse in (("start", "date"), ("published", "publication")):
            day = str(row.get(column) or "")
            if day and f"{excuse}: general knowledge" not in source:
                assert day in text, f"{place}, {column} {day}: {text}"
                checked += 1
        if "units" in row:
            assert float(row["units"]) in numbers(text), place
            checked += 1
        if "cars" in row:
            least, most = 49000, 70000
            assert {least, most} <= numbers(text)
            straight = least + (most - least) * (int(row["year"]) - 2026) / (2030 - 2026)
            assert float(row["cars"]) == straight, place
            checked += 1
    assert checked > 35


def base(quota: dict[str, Any]) -> str:
    """Return the ordinary duty beside a quota."""
    way = quota["origin"], quota["destination"]
    (percent,) = (
        row["percent"]
        for _, row in ROWS
        if (row.get("origin"), row.get("destination")) == way and row.get("kind") == "base"
    )
    return str(percent)


@with_facts
def test_every_fact_about_a_duty_on_cars_is_used() -> None:
    used = " ".join(row.get("source") or "" for _, row in ROWS)
    for fact in facts():
        known = fact["confidence"].startswith("fact-") and fact["key"] not in NO_DUTY
        if fact["topic"] == "tariff" and known:
            assert any(name in used for name in cited(fact)), fact["key"]


@with_facts
def test_the_capacity_of_busan_is_that_of_the_facts() -> None:
    steps = {
        row["step"]: row
        for row in rows_of(ALLIANCES / "plant_steps.csv")
        if row["plant"] == "Busan"
    }
    two = steps["two shifts"]
    assert float(two["capacity"]) * 12 in numbers(stated(two["source"]))


def test_figures_said_to_be_those_of_the_hub_are() -> None:
    own = {row["model"]: float(row["material_cost"]) for row in rows_of(BUSAN / "models.csv")}
    of = {"ARKANA": "XM3-HEV", "GKOLEOS": "GKOLEOS-HEV", "PS4": "PS4"}
    content = rows_of(ALLIANCES / "content.csv")
    for model, name in of.items():
        at_busan = [row for row in content if (row["model"], row["plant"]) == (model, "Busan")]
        assert sum(float(row["value"]) for row in at_busan) == pytest.approx(own[name])
    countries = {row["market"]: row["country"] for row in rows_of(BUSAN / "markets.csv")}
    union = {"FR", "DE", "ES", "IT", "BE"}
    asked: dict[tuple[str, str, str], float] = {}
    for row in rows_of(BUSAN / "demand.csv"):
        model = "ARKANA" if row["model"].startswith("XM3") else row["model"].split("-")[0]
        country = countries[row["market"]]
        key = model, "EU" if country in union else country, row["month"][:4]
        asked[key] = asked.get(key, 0.0) + float(row["units"])
    checked = 0
    for row in rows_of(ALLIANCES / "network_demand.csv"):
        if "of the hub's demand" not in row["source"]:
            continue
        year = min(row["month"][:4], "2026")
        months = 4 if (row["model"], year) == ("GKOLEOS", "2024") else 12
        mean = asked[row["model"], row["market"], year] / months
        assert float(row["units"]) == pytest.approx(mean, abs=5), row
        checked += 1
    assert checked == 48 * 2 + 40
    days = {
        row["pattern"]: row for row in rows_of(BUSAN / "patterns.csv") if row["group"] == "vehicle"
    }
    for row in rows_of(ALLIANCES / "plant_steps.csv"):
        if row["plant"] == "Busan":
            pattern = days["one-shift" if row["step"] == "one shift" else "two-shift"]
            assert float(row["labour"]) == pytest.approx(
                20.5 * float(pattern["cost_per_day"]), abs=5
            )
    for row in rows_of(ALLIANCES / "lanes.csv"):
        if "a CEU" not in row["source"]:
            continue
        lane = "EU-NORTH" if row["market"] == "EU" else "NAM-WEST"
        freight = max(
            (
                one
                for one in rows_of(BUSAN / "freight.csv")
                if (one["lane"], one["mode"]) == (lane, "vessel")
            ),
            key=lambda one: (one["start"] <= row["start"], one["start"]),
        )
        ceu = 1.30 if row["market"] == "EU" else 1.52
        assert float(row["freight"]) == pytest.approx(ceu * float(freight["cost"]), abs=1e-3)
        assert row["transit"] == freight["transit"]
