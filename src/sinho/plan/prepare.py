"""From the tables of a hub to the arrays of the monthly plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sinho.hub.calendar import worked_days
from sinho.hub.currencies import rates_on
from sinho.hub.delivery import paid_by_plant
from sinho.plan.arrays import Ints, PlanData
from sinho.plan.delivery import DOMESTIC, freight_rates
from sinho.plan.given import given_patterns
from sinho.plan.launch import launches
from sinho.plan.routes import routes_of
from sinho.plan.terms import (
    carry,
    codes,
    contract_windows,
    duties,
    floats,
    months_of,
    names,
    shift_patterns,
    stepped,
)
from sinho.units import (
    Floats,
    Period,
    PeriodKind,
    ceu,
    month_range,
    month_shares,
    per_period,
    periods,
    stowed_area,
)

if TYPE_CHECKING:
    from sinho.hub import Hub

DEFAULT_HOURS_PER_YEAR = 16 * 240


@dataclass(frozen=True)
class _Scope:
    """What all pieces of the arrays share: the hub, its names and its periods."""

    hub: Hub
    kind: PeriodKind
    spans: tuple[Period, ...]
    months: list[dt.date]
    shares: Floats
    at: Ints
    models: tuple[str, ...]
    markets: tuple[str, ...]
    shops: tuple[str, ...]
    groups: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def rate(self) -> Callable[[str | None], Floats]:
        """Rates of exchange by currency and period, shape (T,)."""
        return rates_on(self.hub, [span.month for span in self.spans])

    @property
    def origin(self) -> int:
        """The first month, counted from year 0."""
        return self.months[0].year * 12 + self.months[0].month


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
    scope = _Scope(
        hub=hub,
        kind=kind,
        spans=spans,
        months=months,
        shares=shares,
        at=np.array([place[span.month] for span in spans]),
        models=names(hub["models"], "model"),
        markets=names(hub["markets"], "market"),
        shops=names(hub["shops"], "shop"),
        groups=names(hub["groups"], "group"),
        parts=names(hub["parts"], "part"),
    )
    n_t = len(spans)
    table = hub["models"]
    length, width = floats(table, "length"), floats(table, "width")
    size = ceu(length, width, settings.ceu_area)
    demand = _demand(scope)
    pair_model, pair_market = demand["pair_model"], demand["pair_market"]
    day_shares = worked_days(hub, scope.groups, spans[0].start, spans[-1].end)
    days = np.array([per_period(day_shares[g], spans[0].start, spans) for g in scope.groups])
    patterns = shift_patterns(hub, scope.groups, spans, fraction)
    fixed, given = given_patterns(hub, patterns, scope.groups, spans, days, day_shares)
    routes = routes_of(hub, scope.shops)
    launched = launches(hub, spans, day_shares, routes)
    windows = contract_windows(
        hub,
        spans,
        [scope.models[i] for i in pair_model],
        [scope.markets[k] for k in pair_market],
    )
    fee = np.zeros((len(pair_model), n_t))
    for contract in {w.contract: w for w in windows}.values():
        inside = np.any([w.inside for w in windows if w.contract == contract.contract], axis=0)
        fee += np.outer(contract.pairs, inside * contract.fees)
    return PlanData(
        spans=spans,
        fraction=fraction,
        models=scope.models,
        lines=routes.lines,
        route_model=routes.model,
        route_line=routes.line,
        route_cost=routes.cost,
        least_lot=routes.least_lot,
        route_preferred=routes.preferred,
        route_start=routes.start,
        load_route=routes.load,
        markets=scope.markets,
        shops=scope.shops,
        groups=scope.groups,
        parts=scope.parts,
        ceu=size,
        area=stowed_area(length, width, settings.stow_gap),
        material=floats(table, "material_cost"),
        stock_cost=floats(table, "stock_cost"),
        launch_max=launched.most,
        launch_days=launched.days,
        model_max=launched.over_lines,
        launched=launched.open,
        stock_min=np.where(launched.open, floats(table, "stock_min")[:, None], 0.0),
        stock_max=np.repeat(floats(table, "stock_max", np.inf)[:, None], n_t, axis=1),
        fee=fee,
        patterns=patterns,
        fixed=fixed,
        given=given,
        days=days,
        windows=tuple(windows),
        **demand,
        **_sea(scope, size, pair_model, pair_market, demand["price"]),
        **_shops(scope, days),
        **_parts(scope, fraction),
    )


def _demand(scope: _Scope) -> dict[str, Any]:
    """Return the pairs of model and market with their demand, prices, penalties and backlog."""
    hub, n_m, n_k = scope.hub, len(scope.months), len(scope.markets)
    n_i = len(scope.models)
    demand = hub["demand"].sort("month")
    backlog = hub["opening_backlog"]
    row_month = months_of(demand["month"]) - scope.origin
    row_pair, back_pair = (
        codes(rows["model"], scope.models) * n_k + codes(rows["market"], scope.markets)
        for rows in (demand, backlog)
    )
    inside = (row_month >= 0) & (row_month < n_m)
    used = np.zeros(n_i * n_k, dtype=bool)
    used[row_pair[inside]] = True
    used[back_pair] = True
    pairs = np.flatnonzero(used)
    lookup = np.full(n_i * n_k, -1, dtype=np.int64)
    lookup[pairs] = np.arange(len(pairs))
    where = lookup[row_pair]
    kept = inside & (where >= 0)
    units = np.zeros((len(pairs), n_m))
    units[where[kept], row_month[kept]] = demand["units"].to_numpy()[kept]
    # the last price before the horizon holds on; one after it counts where there is no other
    own = np.flatnonzero(where >= 0)
    begun, later = own[row_month[own] < n_m], own[row_month[own] >= n_m]
    known = np.zeros(len(pairs), dtype=bool)
    known[where[begun]] = True
    priced = np.concatenate([later[~known[where[later]]][::-1], begun])
    place = where[priced], np.clip(row_month[priced], 0, n_m - 1)
    money = {}
    for name in ("price", "lost_penalty", "late_penalty"):
        grid = np.full((len(pairs), n_m), np.nan)
        grid[place] = demand[name].to_numpy()[priced]
        money[name] = carry(grid)[:, scope.at]
    if demand["currency"].is_not_null().any():
        named = demand["currency"].unique(maintain_order=True).to_list()
        rates = np.stack([scope.rate(currency) for currency in named])
        grid = np.full((len(pairs), n_m), np.nan)
        grid[place] = np.array([named.index(c) for c in demand["currency"].to_list()])[priced]
        own_rate = rates[carry(grid)[:, scope.at].astype(np.int64), np.arange(len(scope.spans))]
        money = {name: values * own_rate for name, values in money.items()}
    backlog0 = np.zeros(len(pairs))
    backlog0[lookup[back_pair]] = backlog["units"].to_numpy()
    return {
        "pair_model": pairs // n_k,
        "pair_market": pairs % n_k,
        "demand": units if scope.kind == "month" else units @ scope.shares,
        "backlog0": backlog0,
        **money,
    }


def _sea(
    scope: _Scope, size: Floats, pair_model: Ints, pair_market: Ints, price: Floats
) -> dict[str, Any]:
    """Return lanes, freight, duties, sailing capacity and yard."""
    hub, n_t, n_m = scope.hub, len(scope.spans), len(scope.months)
    market_rows = hub["markets"].to_dicts()
    abroad = [row for row in market_rows if row["route"] != DOMESTIC]
    lanes = tuple(sorted({row["lane"] for row in abroad if row["lane"]}))
    market_lane = np.array(
        [
            -1 if row["route"] == DOMESTIC or row["lane"] not in lanes else lanes.index(row["lane"])
            for row in market_rows
        ],
        dtype=np.int64,
    )
    freight, per_box = freight_rates(hub, scope.spans, size, market_rows)
    powertrain = hub["models"]["powertrain"]
    powertrains = tuple(sorted(set(powertrain.to_list())))
    countries = tuple(sorted({row["country"] for row in market_rows}))
    percent, per_unit = duties(hub, countries, powertrains, scope.spans)
    country = np.array([countries.index(row["country"]) for row in market_rows])[pair_market]
    power = codes(powertrain, powertrains)[pair_model]
    duty = percent[country, power] * price + per_unit[country, power]
    pairs = [
        (scope.models[i], scope.markets[k]) for i, k in zip(pair_model, pair_market, strict=True)
    ]
    paid = paid_by_plant(hub, [span.month for span in scope.spans], pairs)
    own = freight[:, pair_model, pair_market]
    freight[:, pair_model, pair_market] = own * paid.freight + paid.more

    def monthly(rows: pl.DataFrame, values: Floats) -> Floats:
        grid = np.zeros((len(lanes), n_m))
        month = months_of(rows["month"]) - scope.origin
        ok = (month >= 0) & (month < n_m)
        grid[codes(rows["lane"], lanes)[ok], month[ok]] = values[ok]
        if scope.kind == "month":
            return grid
        unset = (np.isnan(grid).astype(np.float64) @ (scope.shares > 0)) > 0
        return np.where(unset, np.nan, np.nan_to_num(grid) @ scope.shares)

    on_lanes = pl.col("lane").is_in(list(lanes))
    sailings = hub["sailings"].filter(on_lanes)

    def sailing(column: str, missing: float) -> Floats:
        return monthly(sailings, floats(sailings, column, missing))

    def departing(mode: str) -> Floats:
        rows = hub["departures"].filter(on_lanes & (pl.col("mode") == mode))
        cars = monthly(rows, floats(rows, "departures") * floats(rows, "cars"))
        limited = np.isin(lanes, rows["lane"].to_list()) if lanes else np.zeros(0, dtype=bool)
        return np.where(limited[:, None], cars, np.nan)

    yard = np.full(n_t, np.nan)
    for name in hub["yard"]["yard"].unique(maintain_order=True).to_list():
        rows = [
            (row["start"], row["capacity"]) for row in hub["yard"].to_dicts() if row["yard"] == name
        ]
        capacity = stepped(rows, scope.months, np.nan)[scope.at]
        yard = np.where(np.isnan(capacity), yard, np.nan_to_num(yard) + capacity)
    return {
        "lanes": lanes,
        "market_lane": market_lane,
        "freight": freight,
        "delivery": paid.more,
        "cars_per_box": per_box,
        "duty": duty * paid.duty,
        "ceu_cap": sailing("ceu", np.nan),
        "area_cap": sailing("area", np.nan),
        "box_cap": sailing("boxes", 0.0),
        "road_cap": departing("road"),
        "rail_cap": departing("rail"),
        "yard_cap": yard,
    }


def _shops(scope: _Scope, days: Floats) -> dict[str, Any]:
    """Return shops with their rates and loads, overtime and crews."""
    hub, n_t, n_s, n_j = scope.hub, len(scope.spans), len(scope.shops), len(scope.parts)
    shop_table = hub["shops"]
    rate = np.repeat(floats(shop_table, "manned_rate")[:, None], n_t, axis=1)
    for s, shop in enumerate(scope.shops):
        rows = [
            (row["month"], row["manned_rate"])
            for row in hub["rates"].to_dicts()
            if row["shop"] == shop
        ]
        if rows:
            rate[s] = stepped(rows, scope.months, float(rate[s, 0]))[scope.at]
    installed = floats(shop_table, "installed_rate")
    load_part = np.zeros((n_s, n_j))
    for row in hub["loads"].iter_rows(named=True):
        if row["item"] in scope.parts:
            load_part[scope.shops.index(row["shop"]), scope.parts.index(row["item"])] = row["load"]
    overtime_max, overtime_cost = np.zeros((2, len(scope.groups), n_t))
    for g, group in enumerate(scope.groups):
        rows_ot = [row for row in hub["overtime"].to_dicts() if row["group"] == group]
        hours, cost = (
            stepped([(r["start"], r[column]) for r in rows_ot], scope.months, 0.0)[scope.at]
            for column in ("hours_per_day", "cost_per_hour")
        )
        overtime_max[g], overtime_cost[g] = hours * days[g], cost
    crew = np.zeros(n_s)
    for row in hub["crews"].iter_rows(named=True):
        crew[scope.shops.index(row["shop"])] = row["people"]
    return {
        "shop_group": codes(shop_table["group"], scope.groups),
        "rate": rate,
        "installed_rate": installed,
        "availability": floats(shop_table, "availability"),
        "installed_year": np.where(
            shop_table["installed_year"].is_null().to_numpy(),
            installed * DEFAULT_HOURS_PER_YEAR,
            floats(shop_table, "installed_year"),
        ),
        "load_part": load_part,
        "overtime_max": overtime_max,
        "overtime_cost": overtime_cost,
        "crew": crew,
    }


def _parts(scope: _Scope, fraction: Floats) -> dict[str, Any]:
    """Return parts, the bill of materials and the opening stock of parts and cars."""
    hub, n_i, n_j = scope.hub, len(scope.models), len(scope.parts)
    part_table = hub["parts"]
    supply = part_table["supply"]
    bom_model, bom_part = np.zeros((n_j, n_i)), np.zeros((n_j, n_j))
    for row in hub["bom"].iter_rows(named=True):
        j = scope.parts.index(row["part"])
        if row["parent"] in scope.parts:
            bom_part[j, scope.parts.index(row["parent"])] = row["quantity"]
        else:
            bom_model[j, scope.models.index(row["parent"])] = row["quantity"]

    stock0, part_stock0 = np.zeros(n_i), np.zeros(n_j)
    for row in hub["opening_stock"].iter_rows(named=True):
        if row["item"] in scope.parts:
            part_stock0[scope.parts.index(row["item"])] = row["units"]
        else:
            stock0[scope.models.index(row["item"])] = row["units"]
    return {
        "stock0": stock0,
        "can_make": supply.is_in(["made", "both"]).to_numpy(),
        "can_buy": supply.is_in(["bought", "both"]).to_numpy(),
        "make_cost": floats(part_table, "make_cost"),
        "buy_cost": floats(part_table, "buy_cost", 0.0),
        "part_stock_cost": floats(part_table, "stock_cost"),
        "part_yield": floats(part_table, "yield_share"),
        "lot": floats(part_table, "lot_size"),
        "part_stock0": part_stock0,
        "buy_max": floats(part_table, "buy_max", np.inf)[:, None] * fraction[None, :],
        "part_stock_max": floats(part_table, "stock_max", np.inf),
        "bom_model": bom_model,
        "bom_part": bom_part,
    }
