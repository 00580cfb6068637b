"""From the tables of a hub to the arrays of the monthly plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.units import (
    DayRule,
    Floats,
    Period,
    PeriodKind,
    ceu,
    month_range,
    month_shares,
    months_between,
    per_period,
    periods,
    public_holidays,
    stowed_area,
    worked_shares,
)

if TYPE_CHECKING:
    from sinho.hub import Hub

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MODES = ("road", "vessel", "container")
DEFAULT_HOURS_PER_YEAR = 16 * 240
DOMESTIC = "domestic"


@dataclass(frozen=True)
class Pattern:
    """A shift pattern of a group, with its places in the arrays.

    ``fewest`` is the number of periods for which it is kept once chosen; ``kept`` how many of
    the first periods it is still bound to by the opening pattern.
    """

    group: int
    name: str
    shifts: int
    hours: float
    people: float | None
    cost_per_day: float
    change_cost: float
    fewest: int
    opening: bool
    kept: int


@dataclass(frozen=True)
class Window:
    """One window of a contract: the cars of ``pairs`` shipped in ``inside`` periods."""

    contract: str
    brand: str
    label: str
    start: dt.date
    end: dt.date
    least: float
    most: float
    penalty: float
    fee: float
    hard: bool
    pairs: Bools
    inside: Bools


@dataclass(frozen=True)
class PlanData:
    """Arrays of the monthly plan.

    Sizes: I models, K markets, T periods, P pairs of model and market that have demand or
    backlog, S shops, G shop groups, J parts, R trade lanes. ``nan`` in a capacity means that
    none is set; ``nan`` in ``freight`` that the mode cannot be used.

    Parameters
    ----------
    spans : tuple of Period
        The T periods; ``fraction`` (T,) is their length in months.
    models, markets, shops, groups, parts, lanes : tuple of str
        Names.
    ceu, area, material, stock_cost : ndarray, shape (I,)
        CEU/car, m2/car, currency/car, currency/car/month.
    make_max, stock_min, stock_max : ndarray, shape (I, T)
        Cars per period (``inf``: no limit).
    launched : ndarray of bool, shape (I, T)
        Whether the model is between SOP and EOP.
    stock0 : ndarray, shape (I,)
        Cars in stock before the first period.
    pair_model, pair_market : ndarray of int, shape (P,)
        The pairs.
    demand, price, lost_penalty, late_penalty, fee, duty : ndarray, shape (P, T)
        Cars; currency/car (late: per month; duty: import duty per car).
    backlog0 : ndarray, shape (P,)
        Cars late before the first period.
    market_lane : ndarray of int, shape (K,)
        Lane of a market, -1 for domestic ones.
    freight : ndarray, shape (3, I, R + 1, T) indexed by mode of ``MODES``
        Currency per car by lane; the last place holds the domestic markets (lane -1).
    cars_per_box : ndarray, shape (R, T)
        Cars in a 40 ft box.
    ceu_cap, area_cap, box_cap : ndarray, shape (R, T)
        Sailing capacity per period.
    yard_cap : ndarray, shape (T,)
        Cars at a period's end.
    days : ndarray, shape (G, T)
        Working days.
    shop_group : ndarray of int, shape (S,)
        Group of each shop.
    rate, installed_rate, availability : ndarray, shapes (S, T), (S,), (S,)
        Manned units/h; installed units/h; share.
    installed_year : ndarray, shape (S,)
        Nominal units per year.
    load_model, load_part : ndarray, shapes (S, I), (S, J)
        Units of capacity per piece started.
    patterns : tuple of Pattern
        All patterns, group by group.
    fixed : ndarray of int, shape (G, T)
        Index of the pattern that is given, -1 where the plan chooses.
    overtime_max, overtime_cost : ndarray, shape (G, T)
        Hours per period; currency/h.
    crew : ndarray, shape (S,)
        People per shift.
    can_make, can_buy : ndarray of bool, shape (J,)
        Supply of parts.
    make_cost, buy_cost, part_stock_cost, part_yield, lot, part_stock0 : ndarray, shape (J,)
        Currency/unit; currency/unit/month; share; units; units.
    buy_max, part_stock_max : ndarray, shapes (J, T), (J,)
        Units (``inf``: no limit).
    bom_model, bom_part : ndarray, shapes (J, I), (J, J)
        Units of part j per piece of model i, or of part (second index), started.
    windows : tuple of Window
        Windows of the contracts.
    """

    spans: tuple[Period, ...]
    fraction: Floats
    models: tuple[str, ...]
    markets: tuple[str, ...]
    shops: tuple[str, ...]
    groups: tuple[str, ...]
    parts: tuple[str, ...]
    lanes: tuple[str, ...]
    ceu: Floats
    area: Floats
    material: Floats
    stock_cost: Floats
    make_max: Floats
    launched: Bools
    stock_min: Floats
    stock_max: Floats
    stock0: Floats
    pair_model: Ints
    pair_market: Ints
    demand: Floats
    price: Floats
    lost_penalty: Floats
    late_penalty: Floats
    fee: Floats
    duty: Floats
    backlog0: Floats
    market_lane: Ints
    freight: Floats
    cars_per_box: Floats
    ceu_cap: Floats
    area_cap: Floats
    box_cap: Floats
    yard_cap: Floats
    days: Floats
    shop_group: Ints
    rate: Floats
    installed_rate: Floats
    availability: Floats
    installed_year: Floats
    load_model: Floats
    load_part: Floats
    patterns: tuple[Pattern, ...]
    fixed: Ints
    overtime_max: Floats
    overtime_cost: Floats
    crew: Floats
    can_make: Bools
    can_buy: Bools
    make_cost: Floats
    buy_cost: Floats
    part_stock_cost: Floats
    part_yield: Floats
    lot: Floats
    part_stock0: Floats
    buy_max: Floats
    part_stock_max: Floats
    bom_model: Floats
    bom_part: Floats
    windows: tuple[Window, ...]


def _codes(column: pl.Series, names: tuple[str, ...]) -> Ints:
    """Return the position of each value in ``names``."""
    if not names:
        return np.zeros(0, dtype=np.int64)
    return column.cast(pl.Enum(list(names))).to_physical().to_numpy().astype(np.int64)


def _names(frame: pl.DataFrame, column: str) -> tuple[str, ...]:
    return tuple(frame[column].to_list())


def _floats(frame: pl.DataFrame, column: str, missing: float = np.nan) -> Floats:
    return frame[column].fill_null(missing).to_numpy().astype(np.float64)


def _months_of(column: pl.Series) -> Ints:
    return (column.dt.year().cast(pl.Int64) * 12 + column.dt.month().cast(pl.Int64)).to_numpy()


def _carry(values: Floats) -> Floats:
    """Fill gaps (nan) along the last axis from the left, then from the right."""
    known = ~np.isnan(values)
    if known.all():
        return values
    place = np.where(known, np.arange(values.shape[1]), 0)
    np.maximum.accumulate(place, axis=1, out=place)
    filled = np.take_along_axis(values, place, axis=1)
    first = np.argmax(known, axis=1)
    lead = np.take_along_axis(values, first[:, None], axis=1)
    return np.where(np.isnan(filled), np.where(np.isnan(lead), 0.0, lead), filled)


def _stepped(rows: list[tuple[dt.date, float]], months: list[dt.date], before: float) -> Floats:
    """Return the value in force in each month: that of the latest row at or before it."""
    values = np.full(len(months), before)
    for start, value in sorted(rows):
        for m, month in enumerate(months):
            if month >= start.replace(day=1):
                values[m] = value
    return values


def _working_days(
    hub: Hub, groups: tuple[str, ...], spans: tuple[Period, ...]
) -> dict[str, Floats]:
    """Return the worked share of every day of the horizon, by group."""
    first, last = spans[0].start, spans[-1].end
    settings = hub.settings
    rest = (
        public_holidays(settings.country, range(first.year, last.year + 1))
        if settings.public_holidays
        else frozenset()
    )
    rows = hub["calendar"].to_dicts()
    shares: dict[str, Floats] = {}
    for group in groups:
        rules = []
        for row in rows:
            if row["group"] not in (ALL, group):
                continue
            extra = row["kind"] == "work"
            share = row["share"] if row["share"] is not None else float(extra)
            rules.append(DayRule(row["start"], row["end"] or row["start"], share, extra))
        shares[group] = worked_shares(first, last, weekend=settings.weekend, rest=rest, rules=rules)
    return shares


def _duties(
    hub: Hub, countries: tuple[str, ...], powertrains: tuple[str, ...], spans: tuple[Period, ...]
) -> tuple[Floats, Floats]:
    """Return day-weighted duty by country, powertrain and period: share of price, and per car."""
    shape = (len(countries), len(powertrains), len(spans))
    percent, per_unit = np.zeros(shape), np.zeros(shape)
    first = spans[0].start
    length = (spans[-1].end - first).days + 1
    starts = np.array([(p.start - first).days for p in spans])
    counts = np.array([p.days for p in spans], dtype=np.float64)
    rows = hub["tariffs"].filter(pl.col("origin") == hub.settings.country).sort("start").to_dicts()
    for c, country in enumerate(countries):
        own = [row for row in rows if row["destination"] == country]
        if not own:
            continue
        for w, powertrain in enumerate(powertrains):
            daily = np.zeros((2, length))
            for wanted in (ALL, powertrain):
                for row in own:
                    if row["powertrain"] == wanted:
                        day = max((row["start"] - first).days, 0)
                        daily[0, day:] = row["percent"] / 100
                        daily[1, day:] = row["per_unit"]
            means = np.add.reduceat(daily, starts, axis=1) / counts
            percent[c, w], per_unit[c, w] = means[0], means[1]
    return percent, per_unit


def _windows(
    hub: Hub,
    spans: tuple[Period, ...],
    pair_model: list[str],
    pair_market: list[str],
) -> list[Window]:
    """Cut the contracts into windows, scaled to the months inside contract and horizon."""
    brands = dict(hub["models"].select("model", "brand").iter_rows())
    months = sorted({span.month for span in spans})
    windows = []
    for row in hub["contracts"].to_dicts():
        models = set((row["models"] or "").split(LIST_SEPARATOR)) - {""}
        markets = set((row["markets"] or "").split(LIST_SEPARATOR)) - {""}
        pairs = np.array(
            [
                (model in models if models else brands[model] == row["brand"])
                and (not markets or market in markets)
                for model, market in zip(pair_model, pair_market, strict=True)
            ],
            dtype=bool,
        )
        start, end = row["start"], row["end"]
        whole = {"month": 1, "quarter": 3, "year": 12, "total": months_between(start, end) + 1}
        labels: dict[str, list[dt.date]] = {}
        for month in months:
            if start <= month <= end:
                label = {
                    "month": f"{month:%Y-%m}",
                    "quarter": f"{month:%Y}-Q{(month.month + 2) // 3}",
                    "year": f"{month:%Y}",
                    "total": "total",
                }[row["per"]]
                labels.setdefault(label, []).append(month)
        for label, inside in labels.items():
            share = len(inside) / whole[row["per"]]
            windows.append(
                Window(
                    contract=row["contract"],
                    brand=row["brand"],
                    label=label,
                    start=inside[0],
                    end=inside[-1],
                    least=row["least"] * share,
                    most=np.inf if row["most"] is None else row["most"] * share,
                    penalty=row["short_penalty"],
                    fee=row["fee"],
                    hard=row["hard"],
                    pairs=pairs,
                    inside=np.array([span.month in inside for span in spans]),
                )
            )
    return windows


def _patterns(
    hub: Hub, groups: tuple[str, ...], spans: tuple[Period, ...], fraction: Floats
) -> tuple[tuple[Pattern, ...], Ints]:
    """Return the patterns of every group and the one that is given in each period."""
    per_month = len(spans) / float(fraction.sum())
    patterns: list[Pattern] = []
    fixed = np.full((len(groups), len(spans)), -1, dtype=np.int64)
    rows = hub["patterns"].to_dicts()
    for g, row_group in enumerate(hub["groups"].to_dicts()):
        for row in (r for r in rows if r["group"] == groups[g]):
            opening = row_group["opening_pattern"] == row["pattern"]
            left = row["min_months"] - row_group["months_kept"] if opening else 0
            patterns.append(
                Pattern(
                    group=g,
                    name=row["pattern"],
                    shifts=row["shifts"],
                    hours=row["hours"],
                    people=row["people"],
                    cost_per_day=row["cost_per_day"],
                    change_cost=row["change_cost"],
                    fewest=max(1, round(row["min_months"] * per_month)),
                    opening=opening,
                    kept=max(0, round(left * per_month)),
                )
            )
    place = {(groups[p.group], p.name): n for n, p in enumerate(patterns)}
    for row in hub["fixed_patterns"].to_dicts():
        g = groups.index(row["group"])
        for t, span in enumerate(spans):
            if row["start"] <= span.month and (row["end"] is None or span.month <= row["end"]):
                fixed[g, t] = place[row["group"], row["pattern"]]
    return tuple(patterns), fixed


def _make_max(
    hub: Hub,
    spans: tuple[Period, ...],
    day_shares: dict[str, Floats],
    groups: tuple[str, ...],
    patterns: tuple[Pattern, ...],
) -> tuple[Floats, Bools]:
    """Return the most cars by SOP, EOP, ramp and full rate; and where a model is launched."""
    shops = {row["shop"]: row for row in hub["shops"].to_dicts()}
    loads: dict[str, list[tuple[str, float]]] = {}
    for row in hub["loads"].to_dicts():
        loads.setdefault(row["item"], []).append((row["shop"], row["load"]))
    ramps: dict[str, dict[int, float]] = {}
    for row in hub["ramp"].to_dicts():
        ramps.setdefault(row["model"], {})[row["month_after_sop"]] = row["share"]
    models = hub["models"].to_dicts()
    limit = np.full((len(models), len(spans)), np.inf)
    launched = np.ones((len(models), len(spans)), dtype=bool)
    first = spans[0].start
    for i, model in enumerate(models):
        sop, eop, ramp = model["sop"], model["eop"], ramps.get(model["model"], {})
        if sop is None and eop is None and model["full_rate"] is None:
            continue
        own = sorted(
            loads.get(model["model"], []), key=lambda pair: shops[pair[0]]["kind"] != "assembly"
        )
        full = model["full_rate"]
        shop = shops[own[0][0]] if own else None
        group = shop["group"] if shop else groups[0]
        if full is None and shop:
            longest = max(
                (p.shifts * p.hours for p in patterns if groups[p.group] == group), default=24.0
            )
            full = shop["installed_rate"] * shop["availability"] * longest / own[0][1]
        shares = day_shares[group].copy()
        if sop is not None:
            shares[: max((sop - first).days, 0)] = 0
        if eop is not None:
            shares[max((eop - first).days + 1, 0) :] = 0
        days = per_period(shares, first, spans)
        for t, span in enumerate(spans):
            launched[i, t] = not (
                (sop is not None and span.end < sop) or (eop is not None and span.start > eop)
            )
            if not launched[i, t]:
                limit[i, t] = 0.0
                continue
            share = ramp.get(months_between(sop, span.month)) if sop is not None else None
            cut = (sop is not None and sop > span.start) or (eop is not None and eop < span.end)
            if full is not None and (share is not None or cut or model["full_rate"] is not None):
                limit[i, t] = (1.0 if share is None else share) * full * days[t]
    return limit, launched


def prepare(hub: Hub, kind: PeriodKind = "month") -> PlanData:
    """Turn the tables of a hub into the arrays of the plan.

    Parameters
    ----------
    hub : Hub
        A checked hub.
    kind : {"month", "week"}
        Length of the periods. Month figures are spread over weeks by calendar days; dated
        figures of a week are those of its Thursday's month.

    Returns
    -------
    PlanData
        The arrays.
    """
    settings = hub.settings
    spans = periods(settings.start, settings.end, kind)
    months = month_range(settings.start, settings.end)
    shares = month_shares(months, spans)
    fraction = shares.sum(axis=0)
    place = {month: m for m, month in enumerate(months)}
    at = np.array([place[span.month] for span in spans])
    n_t, n_m = len(spans), len(months)

    table = hub["models"]
    models, markets = _names(table, "model"), _names(hub["markets"], "market")
    shops, groups = _names(hub["shops"], "shop"), _names(hub["groups"], "group")
    parts = _names(hub["parts"], "part")
    n_i, n_k, n_s, n_j = len(models), len(markets), len(shops), len(parts)
    length, width = _floats(table, "length"), _floats(table, "width")
    car_ceu = ceu(length, width, settings.ceu_area)
    powertrains = tuple(sorted(set(table["powertrain"].to_list())))
    model_power = np.array([powertrains.index(p) for p in table["powertrain"].to_list()])

    # Pairs of model and market.
    demand = hub["demand"]
    backlog = hub["opening_backlog"]
    origin = settings.start.year * 12 + settings.start.month
    row_month = _months_of(demand["month"]) - origin
    row_pair = _codes(demand["model"], models) * n_k + _codes(demand["market"], markets)
    inside = (row_month >= 0) & (row_month < n_m)
    back_pair = _codes(backlog["model"], models) * n_k + _codes(backlog["market"], markets)
    used = np.zeros(n_i * n_k, dtype=bool)
    used[row_pair[inside]] = True
    used[back_pair] = True
    pairs = np.flatnonzero(used)
    lookup = np.full(n_i * n_k, -1, dtype=np.int64)
    lookup[pairs] = np.arange(len(pairs))
    pair_model, pair_market = pairs // n_k, pairs % n_k
    where = lookup[row_pair]
    kept = inside & (where >= 0)
    units = np.zeros((len(pairs), n_m))
    units[where[kept], row_month[kept]] = demand["units"].to_numpy()[kept]
    money = {}
    early = (where >= 0) & ~inside
    for name in ("price", "lost_penalty", "late_penalty"):
        values = demand[name].to_numpy()
        grid = np.full((len(pairs), n_m), np.nan)
        if early.any():
            outside = np.clip(row_month[early], 0, n_m - 1)
            grid[where[early], outside] = values[early]
        grid[where[kept], row_month[kept]] = values[kept]
        money[name] = _carry(grid)[:, at]
    backlog0 = np.zeros(len(pairs))
    backlog0[lookup[back_pair]] = backlog["units"].to_numpy()
    units = units if kind == "month" else units @ shares

    # Lanes, freight and duties.
    market_rows = hub["markets"].to_dicts()
    lanes = tuple(
        sorted({row["lane"] for row in market_rows if row["route"] != DOMESTIC and row["lane"]})
    )
    market_lane = np.array(
        [
            -1 if row["route"] == DOMESTIC or row["lane"] not in lanes else lanes.index(row["lane"])
            for row in market_rows
        ],
        dtype=np.int64,
    )
    freight = np.full((len(MODES), n_i, len(lanes) + 1, n_t), np.nan)
    freight[0, :, -1, :] = 0.0
    per_box = np.full((len(lanes), n_t), np.nan)
    for row in hub["freight"].sort("start").to_dicts():
        domestic = row["lane"] == DOMESTIC
        if not domestic and row["lane"] not in lanes:
            continue
        r = -1 if domestic else lanes.index(row["lane"])
        now = np.array([span.month >= row["start"] for span in spans])
        cost = np.full(n_i, row["cost"])
        if row["per"] == "ceu":
            cost = row["cost"] * car_ceu
        elif row["per"] == "box":
            cost = cost / row["cars_per_box"]
        freight[MODES.index(row["mode"]), :, r, :] = np.where(
            now, cost[:, None], freight[MODES.index(row["mode"]), :, r, :]
        )
        if row["mode"] == "container":
            per_box[r, now] = row["cars_per_box"]
    countries = tuple(sorted({row["country"] for row in market_rows}))
    percent, per_unit = _duties(hub, countries, powertrains, spans)
    overseas = market_lane[pair_market] >= 0
    country = np.array([countries.index(row["country"]) for row in market_rows])[pair_market]
    power = model_power[pair_model]
    duty = percent[country, power] * money["price"] + per_unit[country, power]
    duty[~overseas] = 0.0

    def sailing(column: str, missing: float) -> Floats:
        grid = np.zeros((len(lanes), n_m))
        rows = hub["sailings"].filter(pl.col("lane").is_in(list(lanes)))
        month = _months_of(rows["month"]) - origin
        ok = (month >= 0) & (month < n_m)
        grid[_codes(rows["lane"], lanes)[ok], month[ok]] = _floats(rows, column, missing)[ok]
        if kind == "month":
            return grid
        unset = (np.isnan(grid).astype(np.float64) @ (shares > 0)) > 0
        return np.where(unset, np.nan, np.nan_to_num(grid) @ shares)

    yard = np.full(n_t, np.nan)
    for name in hub["yard"]["yard"].unique(maintain_order=True).to_list():
        rows = [
            (row["start"], row["capacity"]) for row in hub["yard"].to_dicts() if row["yard"] == name
        ]
        capacity = _stepped(rows, months, np.nan)[at]
        yard = np.where(np.isnan(capacity), yard, np.nan_to_num(yard) + capacity)

    # Shops, patterns, overtime.
    shop_table = hub["shops"]
    shop_group = _codes(shop_table["group"], groups)
    rate = np.repeat(_floats(shop_table, "manned_rate")[:, None], n_t, axis=1)
    for s, shop in enumerate(shops):
        rows = [
            (row["month"], row["manned_rate"])
            for row in hub["rates"].to_dicts()
            if row["shop"] == shop
        ]
        if rows:
            rate[s] = _stepped(rows, months, float(rate[s, 0]))[at]
    installed = _floats(shop_table, "installed_rate")
    load_model, load_part = np.zeros((n_s, n_i)), np.zeros((n_s, n_j))
    for row in hub["loads"].iter_rows(named=True):
        s = shops.index(row["shop"])
        if row["item"] in parts:
            load_part[s, parts.index(row["item"])] = row["load"]
        else:
            load_model[s, models.index(row["item"])] = row["load"]
    patterns, fixed = _patterns(hub, groups, spans, fraction)
    day_shares = _working_days(hub, groups, spans)
    days = np.array([per_period(day_shares[g], spans[0].start, spans) for g in groups])
    overtime_max, overtime_cost = np.zeros((len(groups), n_t)), np.zeros((len(groups), n_t))
    for g, group in enumerate(groups):
        rows_ot = [row for row in hub["overtime"].to_dicts() if row["group"] == group]
        hours = _stepped([(r["start"], r["hours_per_day"]) for r in rows_ot], months, 0.0)[at]
        overtime_max[g] = hours * days[g]
        overtime_cost[g] = _stepped(
            [(r["start"], r["cost_per_hour"]) for r in rows_ot], months, 0.0
        )[at]
    crew = np.zeros(n_s)
    for row in hub["crews"].iter_rows(named=True):
        crew[shops.index(row["shop"])] = row["people"]

    # Parts.
    part_table = hub["parts"]
    supply = part_table["supply"]
    bom_model, bom_part = np.zeros((n_j, n_i)), np.zeros((n_j, n_j))
    for row in hub["bom"].iter_rows(named=True):
        j = parts.index(row["part"])
        if row["parent"] in parts:
            bom_part[j, parts.index(row["parent"])] = row["quantity"]
        else:
            bom_model[j, models.index(row["parent"])] = row["quantity"]

    stock0, part_stock0 = np.zeros(n_i), np.zeros(n_j)
    for row in hub["opening_stock"].iter_rows(named=True):
        if row["item"] in parts:
            part_stock0[parts.index(row["item"])] = row["units"]
        else:
            stock0[models.index(row["item"])] = row["units"]
    make_max, launched = _make_max(hub, spans, day_shares, groups, patterns)
    windows = _windows(
        hub, spans, [models[i] for i in pair_model], [markets[k] for k in pair_market]
    )
    fee = np.zeros((len(pairs), n_t))
    for contract in {w.contract: w for w in windows}.values():
        inside_t = np.any([w.inside for w in windows if w.contract == contract.contract], axis=0)
        fee += contract.fee * np.outer(contract.pairs, inside_t)

    return PlanData(
        spans=spans,
        fraction=fraction,
        models=models,
        markets=markets,
        shops=shops,
        groups=groups,
        parts=parts,
        lanes=lanes,
        ceu=car_ceu,
        area=stowed_area(length, width, settings.stow_gap),
        material=_floats(table, "material_cost"),
        stock_cost=_floats(table, "stock_cost"),
        make_max=make_max,
        launched=launched,
        stock_min=np.where(launched, _floats(table, "stock_min")[:, None], 0.0),
        stock_max=np.repeat(_floats(table, "stock_max", np.inf)[:, None], n_t, axis=1),
        stock0=stock0,
        pair_model=pair_model,
        pair_market=pair_market,
        demand=units,
        price=money["price"],
        lost_penalty=money["lost_penalty"],
        late_penalty=money["late_penalty"],
        fee=fee,
        duty=duty,
        backlog0=backlog0,
        market_lane=market_lane,
        freight=freight,
        cars_per_box=per_box,
        ceu_cap=sailing("ceu", np.nan),
        area_cap=sailing("area", np.nan),
        box_cap=sailing("boxes", 0.0),
        yard_cap=yard,
        days=days,
        shop_group=shop_group,
        rate=rate,
        installed_rate=installed,
        availability=_floats(shop_table, "availability"),
        installed_year=np.where(
            shop_table["installed_year"].is_null().to_numpy(),
            installed * DEFAULT_HOURS_PER_YEAR,
            _floats(shop_table, "installed_year"),
        ),
        load_model=load_model,
        load_part=load_part,
        patterns=patterns,
        fixed=fixed,
        overtime_max=overtime_max,
        overtime_cost=overtime_cost,
        crew=crew,
        can_make=supply.is_in(["made", "both"]).to_numpy(),
        can_buy=supply.is_in(["bought", "both"]).to_numpy(),
        make_cost=_floats(part_table, "make_cost"),
        buy_cost=_floats(part_table, "buy_cost", 0.0),
        part_stock_cost=_floats(part_table, "stock_cost"),
        part_yield=_floats(part_table, "yield_share"),
        lot=_floats(part_table, "lot_size"),
        part_stock0=part_stock0,
        buy_max=_floats(part_table, "buy_max", np.inf)[:, None] * fraction[None, :],
        part_stock_max=_floats(part_table, "stock_max", np.inf),
        bom_model=bom_model,
        bom_part=bom_part,
        windows=tuple(windows),
    )
