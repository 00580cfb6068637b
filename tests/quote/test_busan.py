"""The Polestar 4 at Busan: the documented table, equal to the plan's own figures."""

from __future__ import annotations

import datetime as dt
from functools import cache
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from sinho import plan_months, read_hub
from sinho.hub import Hub, read_network
from sinho.quote import Input, Params, solve
from sinho.quote.duty import known_duties
from sinho.quote.landed import DUTIES
from sinho.results import Quote
from sinho.source.duties import duty_days

ROOT = Path(__file__).parents[2]
SHOWN = {
    "as quoted": ("as quoted (15 % from November 2025)", "polestar4"),
    "before April 2025": ("before April 2025 (free of duty)", None),
    "from April 2025": ("from April 2025 (25 %)", None),
    "from November 2025": ("from November 2025 (15 %)", "polestar4"),
    "US closed from MY2027": (
        "US closed from model year 2027",
        "polestar4-us-refused-2026",
    ),
    "US from November 2025": ("US from November 2025 (15 %, published in December)", None),
}
"""Cases, how the documentation calls them, and the scenario that is the same."""


@cache
def busan() -> Hub:
    """The example."""
    return read_hub(ROOT / "examples" / "busan")


@cache
def made() -> Quote:
    """Its quote, without draws."""
    given = Input.from_hub(busan(), ROOT / "examples" / "busan" / "programmes" / "polestar4.toml")
    return solve(given, Params(draws=0))


def text(value: float, decimals: int = 0) -> str:
    """Write a number as the documentation does."""
    return f"{value:,.{decimals}f}".replace("-", "−")


@pytest.mark.parametrize("case", SHOWN)
def test_the_table_of_cases_is_that_of_the_documentation(case: str) -> None:
    page = (ROOT / "docs" / "quote.md").read_text("utf-8")
    row = made().tables["cases"].filter(case=case).row(0, named=True)
    cells = [
        SHOWN[case][0],
        *(text(row[name]) for name in ("cars", "contribution_without", "contribution_with")),
        *(text(row[name]) for name in ("gain", "tariffs_with", "refund")),
        *(text(row[name], 2) for name in ("fee_at_break_even", "fee_elsewhere")),
    ]
    assert f"| {' | '.join(cells)} |" in page


@pytest.mark.parametrize("case", [name for name, (_, scenario) in SHOWN.items() if scenario])
def test_a_case_is_the_plan_of_the_scenario_to_the_unit(case: str) -> None:
    plan = plan_months(busan(), scenario=SHOWN[case][1])
    row = made().tables["cases"].filter(case=case).row(0, named=True)
    assert row["contribution_with"] == pytest.approx(plan.contribution, abs=1e-6)
    lines = dict(plan.tables["lines"].select("line", "amount").iter_rows())
    assert row["tariffs_with"] == pytest.approx(-lines["tariffs"], abs=1e-6)
    assert row["contribution_without"] == plan_months(busan()).contribution


def test_the_fee_at_break_even_is_found_again_by_planning_at_it() -> None:
    given = Input.from_hub(busan(), ROOT / "examples" / "busan" / "programmes" / "polestar4.toml")
    fee = made().fee_at_break_even
    assert fee is not None
    again = plan_months(given.at_fee(fee).hub)
    assert again.contribution - 30_000 == pytest.approx(made().without.contribution, abs=1e-6)


def test_the_duty_of_the_landed_cost_is_the_plans_own() -> None:
    lines = made().tables["landed"].filter(pl.col("step").is_in(DUTIES))
    paid = float((lines["cars"] * lines["amount"]).sum())
    booked = made().with_.tables["lines"].filter(line="tariffs")["amount"].item()
    assert paid == pytest.approx(-booked, abs=1e-6)
    assert paid == pytest.approx(1200 * 70 * 0.15)


def test_cars_that_enter_before_the_korean_cut_is_published_are_refunded() -> None:
    row = made().tables["cases"].filter(case="US from November 2025").row(0, named=True)
    # 14 days at sea: what leaves on 19 of November's 30 days enters before the 4th of December
    assert row["refund"] == pytest.approx(100 * 19 / 30 * 0.10 * 70)
    assert row["tariffs_with"] == pytest.approx(1400 * 0.15 * 70)
    given = Input.from_hub(busan(), ROOT / "examples" / "busan" / "programmes" / "polestar4.toml")
    whole = plan_months(given.cases["US from November 2025"][1])
    assert row["contribution_with"] == pytest.approx(whole.contribution, abs=1e-6)


@pytest.mark.parametrize(
    ("programme", "origin", "destination"),
    [
        *product(["polestar4", "polestar4-fob"], ["KR", "CN"], ["US", "CA"]),
        ("polestar4", "CN", "KR"),
    ],
)
def test_duties_are_those_of_the_network_of_alliances(
    programme: str, origin: str, destination: str
) -> None:
    """A hub's tariff is the whole duty, within a quota; paid at the border and held in law."""
    path = ROOT / "examples" / "busan" / "programmes" / f"{programme}.toml"
    of_hub = Input.from_hub(busan(), path).cases["as quoted"][1]["tariffs"]
    network = read_network(ROOT / "examples" / "alliances")
    way = {"origin": origin, "destination": destination}
    rows = network["network_tariffs"].with_row_index("place").filter(**way)
    rows = rows.filter(pl.col("powertrain").is_in(["BEV", "all"]))
    first, size = dt.date(2025, 1, 1), 730
    days = [first + dt.timedelta(n) for n in range(size)]
    quotas = network["quotas"]["quota"].unique().to_list()
    own = of_hub.filter(**way).sort("start").to_dicts()
    for known, at in ((True, 0), (False, -1)):
        asked = duty_days(rows.to_dicts(), first, size, quotas, known=known).within
        paid = {
            day: (acts[at][1] or {"percent": 0.0})["percent"] / 100
            for acts, on in known_duties(own, "BEV", days, 0)
            for day in on
        }
        assert [paid[day] for day in days] == pytest.approx(asked)
