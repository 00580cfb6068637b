"""Demand of every month of 2023 from the reported totals, by five rules.

1. G-Classes: the year's plan by working days.
2. Fisker Oceans: as reported by quarter. Within the second quarter by the launch ramp; July and
   August together by what was built up to 4 September; the fourth quarter falls by month.
3. All other models: what is left of the plant's total; in the first half year by working days, of
   which one in May and June, on one shift, counts half; then by working days.
4. They are divided over the models by assumed shares.
5. Every model's cars go to its markets by assumed shares.

Cars are asked for in the month in which they were built: a contract manufacturer builds to order.
"""

from __future__ import annotations

from figures import (
    BUILT_9_MONTHS,
    BUILT_Q3,
    BUILT_Q4,
    G_CLASS_2023,
    OCEAN,
    OCEAN_BY_SEPTEMBER_4,
    PLANT_DAYS,
    S,
)
from tables import DERIVED, Row, Spreader, parts_of

YEAR = 2023
DAYS = dict(enumerate(PLANT_DAYS, 1))
HALVES = {"first": range(1, 7), "third": range(7, 10), "fourth": range(10, 13)}
"""The spans of months whose totals are known."""

ONE_SHIFT = (5, 6)
RAMP_Q2 = {4: 0.1, 5: 0.2, 6: 0.45}
FALL_Q4 = {10: 0.45, 11: 0.35, 12: 0.2}

G_SHARES = {"G63": 0.55, "G400d": 0.45}
OTHERS = {"530i": 0.37, "530e": 0.12, "Z4": 0.16, "SUPRA": 0.12, "E-PACE": 0.12, "I-PACE": 0.11}

MARKETS = {
    "G63": {"US": 34, "DE": 14, "CN": 16, "AE": 14, "GB": 6, "EUR": 10, "JP": 5, "AT": 1},
    "G400d": {"DE": 34, "EUR": 26, "FR": 6, "IT": 10, "JP": 10, "GB": 6, "AT": 5, "AE": 3},
    "530i": {"DE": 32, "EUR": 26, "GB": 12, "IT": 9, "FR": 6, "US": 7, "AT": 5, "JP": 3},
    "530e": {"DE": 36, "EUR": 34, "GB": 14, "FR": 8, "AT": 6, "IT": 2},
    "Z4": {"DE": 27, "US": 24, "EUR": 17, "GB": 12, "JP": 9, "IT": 6, "FR": 3, "AT": 2},
    "SUPRA": {"US": 42, "JP": 20, "EUR": 16, "GB": 10, "DE": 8, "IT": 4},
    "E-PACE": {"GB": 36, "EUR": 22, "DE": 12, "IT": 12, "US": 10, "FR": 6, "AT": 2},
    "I-PACE": {"US": 30, "GB": 24, "EUR": 18, "DE": 14, "CN": 6, "FR": 5, "AT": 3},
    "OCEAN": {"US": 48, "DE": 18, "EUR": 24, "GB": 4, "FR": 4, "AT": 2},
}
"""Where the cars go: assumed weights in per cent."""


def _spread(total: int, weights: dict[int, float]) -> dict[int, int]:
    return dict(zip(weights, parts_of(total, weights.values()), strict=True))


def _ocean() -> dict[int, int]:
    """Return the Fisker Oceans of each month (rule 2)."""
    first = OCEAN["Q1"] + OCEAN["Q2"]
    early = OCEAN_BY_SEPTEMBER_4 - first
    last = OCEAN["year"] - first - OCEAN["Q3"]
    return {
        **_spread(OCEAN["Q1"], {m: DAYS[m] for m in (1, 2, 3)}),
        **_spread(OCEAN["Q2"], {m: share * DAYS[m] for m, share in RAMP_Q2.items()}),
        **_spread(early, {m: DAYS[m] for m in (7, 8)}),
        9: OCEAN["Q3"] - early,
        **_spread(last, FALL_Q4),
    }


def _others(g_class: dict[int, int], ocean: dict[int, int]) -> dict[int, int]:
    """Return the cars of all other models in each month (rule 3)."""
    totals = {"first": BUILT_9_MONTHS - BUILT_Q3, "third": BUILT_Q3, "fourth": BUILT_Q4}
    found: dict[int, int] = {}
    for name, months in HALVES.items():
        left = totals[name] - sum(g_class[m] + ocean[m] for m in months)
        found |= _spread(left, {m: DAYS[m] * (0.5 if m in ONE_SHIFT else 1) for m in months})
    return found


def by_model() -> dict[str, dict[int, int]]:
    """Return the cars of each model by month."""
    g_class = _spread(G_CLASS_2023, dict(DAYS))
    ocean = _ocean()
    others = _others(g_class, ocean)
    found: dict[str, dict[int, int]] = {}
    for shares, months in ((G_SHARES, g_class), (OTHERS, others)):
        divided = Spreader(shares)
        by_month = {month: divided.add(units) for month, units in months.items()}
        found |= {model: {m: units[model] for m, units in by_month.items()} for model in shares}
    return found | {"OCEAN": ocean}


def source_of(model: str) -> str:
    """Return where the cars of a model come from."""
    markets = "; markets: assumption"
    if model in G_SHARES:
        return f"rule 1: 45,000 planned {S['jesmb']}; more than half G 63 {S['ams']}{markets}"
    if model == "OCEAN":
        return f"rule 2: quarters {S['insideevs']}, year {S['pledge']}{markets}"
    return f"rules 3 and 4: what is left of the plant's total {S['kleine2024']}{markets}"


def demand_rows(price: dict[str, float], lost: float, late: float) -> list[Row]:
    """Return the table ``demand``; price and penalties are assumptions."""
    found = []
    for model, months in by_model().items():
        divided = Spreader({market: float(share) for market, share in MARKETS[model].items()})
        for month in sorted(months):
            for market, units in divided.add(months[month]).items():
                if units:
                    found.append(
                        {
                            "model": model,
                            "market": market,
                            "month": f"{YEAR}-{month:02d}",
                            "units": units,
                            "price": price[model],
                            "lost_penalty": lost,
                            "late_penalty": late,
                            "source": f"{source_of(model)}; price and penalties: assumption",
                            "basis": DERIVED,
                        }
                    )
    return found
