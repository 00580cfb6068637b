"""What a plan comes to: key figures as tiles with their trend, and three sentences."""

from __future__ import annotations

import math

import polars as pl

from sinho.hub import Hub
from sinho.report import kpi, limits
from sinho.report.amounts import amount_text, number_text, scale_of
from sinho.report.names import Names, names_of, planned_hub
from sinho.report.tiles import Tile, Trend
from sinho.results import MonthPlan


def plan_tiles(plan: MonthPlan, hub: Hub) -> list[Tile]:
    """Return the key figures of a plan as tiles: horizon, unit, and the way from year to year.

    A plan of a single year shows its periods instead. Sums of years that are not all of the same
    length stand as means of their periods.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with or without the plan's scenario applied.

    Returns
    -------
    list of Tile
        Cars made, exported, contribution, utilisation of the fullest shop, people, cars lost and
        late, and cars short of contracts where there are any.
    """
    names = names_of(plan, planned_hub(plan, hub))
    return [
        *_volume_tiles(plan, names),
        _money_tile(plan),
        *_capacity_tiles(plan),
        *_unmet_tiles(plan),
    ]


def _per(plan: MonthPlan) -> tuple[kpi.Per, str]:
    """Return over what a trend goes, and the column that names it."""
    return ("year", "year") if len(kpi.years(plan)) > 1 else ("period", "label")


def _trend(plan: MonthPlan, frame: pl.DataFrame, value: str, *, adds: bool) -> Trend:
    """Return how a figure goes: one with no row at a time is nothing there if it adds up."""
    per, key = _per(plan)
    times = kpi.dated(plan, plan.tables["periods"].select("period"))
    counts = times.group_by(key, maintain_order=True).agg(pl.len().alias("n"))
    found = frame.group_by(key).agg(pl.col(value).sum())
    series = counts.join(found, on=key, how="left", maintain_order="left")
    mean = adds and counts["n"].n_unique() > 1
    points = []
    for name, n, amount in series.iter_rows():
        if amount is None and not adds:
            continue
        points.append((str(name), float(amount or 0.0) / (n if mean else 1)))
    step = per if per == "year" else plan.period_kind
    return Trend(tuple(points), step, plan.period_kind if mean else "")


def _volume_tiles(plan: MonthPlan, names: Names) -> list[Tile]:
    """Return cars made and cars exported."""
    per, _ = _per(plan)
    made = kpi.cars_made(plan, names, "family", per)
    abroad = kpi.exports(plan, names, "region", per)
    shipped = math.fsum(plan.tables["ship"]["units"])
    exported = math.fsum(kpi.exports(plan, names, per="total")["cars"])
    return [
        Tile(
            "cars made",
            f"{math.fsum(plan.tables['make']['units']):,.0f}",
            "cars",
            trend=_trend(plan, made, "cars", adds=True),
        ),
        Tile(
            "cars exported",
            f"{exported:,.0f}",
            "cars",
            f"{exported / shipped:.1%} of the cars shipped" if shipped else "",
            _trend(plan, abroad, "cars", adds=True),
        ),
    ]


def _money_tile(plan: MonthPlan) -> Tile:
    """Return the contribution, in the unit that a manager reads."""
    per, key = _per(plan)
    if per == "year":
        amounts = pl.DataFrame(
            {key: list(by := kpi.contribution_by_year(plan)), "amount": list(by.values())}
        )
    else:
        amounts = kpi.dated(plan, plan.tables["lines_by_period"].drop_nulls("period"))
    factor, unit = scale_of(plan.objective, plan.currency)
    trend = _trend(plan, amounts.with_columns(pl.col("amount") * factor), "amount", adds=True)
    return Tile("contribution", number_text(plan.objective * factor), unit, _quality(plan), trend)


def _capacity_tiles(plan: MonthPlan) -> list[Tile]:
    """Return the utilisation of the fullest shop on the manned basis, and the people."""
    per, _ = _per(plan)
    tiles = []
    top = _fullest(plan)
    if top is not None:
        shop = str(top["shop"])
        series = kpi.utilisation(plan, per).filter(pl.col("shop") == shop)
        percent = series.with_columns(pl.col("manned") * 100.0).drop_nulls("manned")
        tiles.append(
            Tile(
                f"fullest shop, manned: {shop}",
                f"{100.0 * float(str(top['manned'])):.1f}",
                "%",
                f"{float(str(top['installed'])):.1%} of its installed capacity",
                _trend(plan, percent, "manned", adds=False),
            )
        )
    plant = kpi.people(plan, "total").filter(pl.col("group") == "all")
    if plant.height and plant["most"][0] > 0:
        series = kpi.people(plan, per).filter(pl.col("group") == "all")
        tiles.append(
            Tile(
                "people, mean",
                f"{plant['people'][0]:,.0f}",
                "people",
                f"{plant['most'][0]:,.0f} at most",
                _trend(plan, series, "people", adds=False),
            )
        )
    return tiles


def _unmet_tiles(plan: MonthPlan) -> list[Tile]:
    """Return cars lost, late at the end, and short of contracts."""
    per, key = _per(plan)
    wanted = math.fsum(plan.tables["demand"]["units"])
    tiles = []
    lost = kpi.summed(plan, plan.tables["lost"], per, ["model"], ["units"])
    lost_sum = math.fsum(plan.tables["lost"]["units"])
    share = f"{lost_sum / wanted:.1%} of the cars asked for" if lost_sum > kpi.TINY else ""
    tiles.append(
        Tile("cars lost", f"{lost_sum:,.0f}", "cars", share, _trend(plan, lost, "units", adds=True))
    )
    times = kpi.dated(plan, plan.tables["periods"].select("period"))
    ends = times.group_by(key, maintain_order=True).last()
    late = plan.tables["late"].group_by("period").agg(pl.col("units").sum())
    late = ends.join(late, on="period", how="left").with_columns(pl.col("units").fill_null(0.0))
    tiles.append(
        Tile(
            "cars late at the end",
            f"{_late_at_end(plan):,.0f}",
            "cars",
            trend=_trend(plan, late, "units", adds=False),
        )
    )
    windows = plan.tables["contracts"]
    if windows.height:
        missed = windows.filter(pl.col("short") > kpi.TINY).height
        tiles.append(
            Tile(
                "short of contracts",
                f"{math.fsum(windows['short']):,.0f}",
                "cars",
                f"in {missed:,} of {windows.height:,} windows",
            )
        )
    return tiles


def headline(plan: MonthPlan, hub: Hub) -> tuple[str, str, str]:
    """Say in three sentences what the plan does, how full the plant is, and what is missing.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub.

    Returns
    -------
    tuple of three str
        Sentences with figures and their bases, in plain text.
    """
    names = names_of(plan, planned_hub(plan, hub))
    made = math.fsum(plan.tables["make"]["units"])
    shipped = math.fsum(plan.tables["ship"]["units"])
    exported = math.fsum(kpi.exports(plan, names, per="total")["cars"])
    far = "abroad" if (names.markets["route"] == "overland").any() else "overseas"
    periods = plan.tables["periods"]
    first_month, last_month = (f"{periods['month'][at]:%B %Y}" for at in (0, -1))
    span = (
        f"from {first_month} to {last_month}" if first_month != last_month else f"in {last_month}"
    )
    where = plan.hub_name + (f", scenario {plan.scenario}" if plan.scenario else "")
    abroad = f", {exported:,.0f} of them ({exported / shipped:.1%}) {far}" if shipped else ""
    first = (
        f"{where}: {span} the plan makes {made:,.0f} cars and ships {shipped:,.0f}{abroad}, "
        f"for a contribution of {amount_text(plan.contribution, plan.currency)} ({_quality(plan)})."
    )
    return first, _fullness(plan), _missing(plan)


def _quality(plan: MonthPlan) -> str:
    """Say how good the plan is proven to be."""
    if plan.objective_kind == "lexicographic":
        return f"contract shortfall, lost and late cars come first; {plan.status}"
    if plan.status == "optimal":
        return "proven optimal"
    stopped = "stopped early, " if plan.status == "stopped" else ""
    if not math.isfinite(plan.gap):
        return f"{stopped}no bound on the best possible was found"
    return f"{stopped}proven within {plan.gap:.2%} of the best possible"


def _fullness(plan: MonthPlan) -> str:
    """Say how full the fullest shop is on both bases, and how many people work."""
    plant = kpi.people(plan, "total").filter(pl.col("group") == "all")
    crew = ""
    if plant.height and plant["most"][0] > 0:
        crew = (
            f"the shift patterns employ {plant['people'][0]:,.0f} people on average and "
            f"{plant['most'][0]:,.0f} at most"
        )
    top = _fullest(plan)
    if top is None:
        return f"No shop works in any period{'; ' + crew if crew else ''}."
    text = (
        f"The fullest shop, {top['shop']}, uses {top['manned']:.1%} of its manned and "
        f"{top['installed']:.1%} of its installed capacity over the horizon"
    )
    return f"{text}; {crew}." if crew else f"{text}."


def _fullest(plan: MonthPlan) -> dict[str, object] | None:
    """Return the shop whose manned capacity is used most; None where none works."""
    shops = kpi.utilisation(plan, "total").filter(pl.col("manned").is_not_null())
    if not shops.height:
        return None
    return shops.sort("manned", descending=True, maintain_order=True).row(0, named=True)


def _late_at_end(plan: MonthPlan) -> float:
    """Return the cars that are late on the last day."""
    last = plan.tables["periods"]["period"][-1]
    return math.fsum(plan.tables["late"].filter(pl.col("period") == last)["units"])


def _missing(plan: MonthPlan) -> str:
    """Say what is asked for and not met, what binds, and how sure the input is."""
    wanted = math.fsum(plan.tables["demand"]["units"])
    lost = math.fsum(plan.tables["lost"]["units"])
    late = _late_at_end(plan)
    short = math.fsum(plan.tables["contracts"]["short"])
    parts = [
        f"Of {wanted:,.0f} cars asked for, {_count(lost)} lost and {_count(late)} late at the end"
        + (f", and contracts fall {short:,.0f} cars short" if short > kpi.TINY else "")
    ]
    tight = limits.binding(plan).head(2)
    count = plan.tables["periods"].height
    if tight.height:
        bound = " and ".join(
            f"{name} in {n} of {count} {plan.period_kind}s"
            for name, n in tight.select("name", "periods").iter_rows()
        )
        parts.append(f"what binds most is {bound}")
    rows = kpi.input_basis(plan).filter((pl.col("table") == "all") & (pl.col("rows") > 0))
    shares = dict(rows.select("basis", "share").iter_rows())
    said = [f"{_per_cent(shares[basis])} {basis}" for basis in kpi.INPUT_BASES if basis in shares]
    if said:
        parts.append(f"the rows of the input are {', '.join(said)}")
    return "; ".join(parts) + "."


def _count(cars: float) -> str:
    """Return a number of cars with its verb."""
    if cars < 0.5:
        return "none is"
    return f"{cars:,.0f} {'is' if round(cars) == 1 else 'are'}"


def _per_cent(share: float) -> str:
    """Return a share without decimals, never as nothing where it is something."""
    return "under 1%" if 0 < share < 0.005 else f"{share:.0%}"
