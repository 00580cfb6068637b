"""The large benchmark's linear program in linopy and in Pyomo, from the same arrays as sinho's.

Cars made, kept, shipped by road or vessel, late and lost; shops, deck area and CEU. Only what the
generated cases M and L hold is written here; sinho's own program can hold more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.plan.arrays import PlanData

ROAD, VESSEL = 0, 1


def _shared(d: PlanData) -> dict[str, Any]:
    """Figures that both formulations need, by pair and period."""
    lane = d.market_lane[d.pair_market]
    mode = np.where(lane < 0, ROAD, VESSEL)
    t = np.arange(len(d.spans))
    freight = d.freight[mode[:, None], d.pair_model[:, None], d.pair_market[:, None], t[None, :]]
    hours = np.array([p.shifts * p.hours for p in d.patterns])
    group = np.array([p.group for p in d.patterns])
    paid = np.zeros((len(d.groups), len(d.spans)))
    np.add.at(paid, group, hours[:, None] * d.days[group])
    cost = np.array([p.cost_per_day for p in d.patterns])
    return {
        "lane": lane,
        "gain": d.price + d.fee - freight - d.duty,
        "capacity": d.rate * d.availability[:, None] * paid[d.shop_group],
        "labour": float((cost[:, None] * d.days[group]).sum()),
    }


def linopy_model(d: PlanData) -> Any:
    """Return the program as a linopy model, one pattern to each group of shops."""
    import warnings

    import linopy
    import pandas as pd
    import xarray as xr

    s = _shared(d)
    # an absent late or kept car before the first period counts as none
    warnings.filterwarnings("ignore", category=linopy.LinopySemanticsWarning)
    i, t = pd.RangeIndex(len(d.models), name="i"), pd.RangeIndex(len(d.spans), name="t")
    p = pd.RangeIndex(len(d.pair_model), name="p")
    m = linopy.Model()
    make = m.add_variables(0, d.make_max, coords=[i, t], name="make")
    stock = m.add_variables(0, d.stock_max, coords=[i, t], name="stock")
    ship = m.add_variables(0, coords=[p, t], name="ship")
    late = m.add_variables(0, coords=[p, t], name="late")
    lost = m.add_variables(0, d.demand, coords=[p, t], name="lost")
    demand = xr.DataArray(d.demand, coords=[p, t])
    m.add_constraints(ship + lost + late - late.shift(t=1) == demand, name="demand")
    owner = xr.DataArray(d.pair_model, coords=[p], name="i")
    out = (1 * ship).groupby(owner).sum()
    m.add_constraints(make + stock.shift(t=1) - stock - out == 0, name="stock")
    shops = pd.RangeIndex(len(d.shops), name="s")
    load = xr.DataArray(d.load_route, coords=[shops, i])
    capacity = xr.DataArray(s["capacity"], coords=[shops, t])
    m.add_constraints((load * make).sum("i") <= capacity, name="shop")
    sea = np.flatnonzero(s["lane"] >= 0)
    lane = xr.DataArray(s["lane"][sea], coords={"p": sea}, dims="p", name="r")
    for size, cap in ((d.area, d.area_cap), (d.ceu, d.ceu_cap)):
        each = xr.DataArray(size[d.pair_model[sea]], coords={"p": sea}, dims="p")
        room = xr.DataArray(cap, coords=[pd.RangeIndex(len(d.lanes), name="r"), t])
        used = (each * ship.sel(p=sea)).groupby(lane).sum()
        m.add_constraints(used <= room, name=f"sea {len(m.constraints)}")
    m.add_objective(
        (xr.DataArray(d.material, coords=[i]) * make).sum()
        + (xr.DataArray(d.stock_cost, coords=[i]) * stock).sum()
        - (xr.DataArray(s["gain"], coords=[p, t]) * ship).sum()
        + (xr.DataArray(d.late_penalty, coords=[p, t]) * late).sum()
        + (xr.DataArray(d.lost_penalty, coords=[p, t]) * lost).sum()
    )
    return m


def pyomo_model(d: PlanData) -> Any:
    """Return the program as a Pyomo model, one pattern to each group of shops."""
    import pyomo.environ as po

    s = _shared(d)
    n_i, n_t, n_p = len(d.models), len(d.spans), len(d.pair_model)
    own: list[list[int]] = [[] for _ in range(n_i)]
    for pair, model in enumerate(d.pair_model):
        own[int(model)].append(pair)
    on_lane: list[list[int]] = [[] for _ in d.lanes]
    for pair, lane in enumerate(s["lane"]):
        if lane >= 0:
            on_lane[int(lane)].append(pair)

    def most(limit: float) -> float | None:
        return None if np.isinf(limit) else float(limit)

    m = po.ConcreteModel()
    m.i, m.t, m.p = po.RangeSet(0, n_i - 1), po.RangeSet(0, n_t - 1), po.RangeSet(0, n_p - 1)
    m.make = po.Var(m.i, m.t, bounds=lambda _, i, t: (0, most(d.make_max[i, t])))
    m.stock = po.Var(m.i, m.t, bounds=lambda _, i, t: (0, most(d.stock_max[i, t])))
    m.ship = po.Var(m.p, m.t, domain=po.NonNegativeReals)
    m.late = po.Var(m.p, m.t, domain=po.NonNegativeReals)
    m.lost = po.Var(m.p, m.t, bounds=lambda _, p, t: (0, float(d.demand[p, t])))
    m.demand = po.Constraint(
        m.p,
        m.t,
        rule=lambda m, p, t: (
            m.ship[p, t] + m.lost[p, t] + m.late[p, t] - (m.late[p, t - 1] if t else 0)
            == float(d.demand[p, t])
        ),
    )
    m.balance = po.Constraint(
        m.i,
        m.t,
        rule=lambda m, i, t: (
            m.make[i, t] + (m.stock[i, t - 1] if t else 0)
            == m.stock[i, t] + po.quicksum(m.ship[p, t] for p in own[i])
        ),
    )
    m.shop = po.Constraint(
        po.RangeSet(0, len(d.shops) - 1),
        m.t,
        rule=lambda m, s_, t: (
            po.quicksum(
                float(d.load_route[s_, i]) * m.make[i, t] for i in m.i if d.load_route[s_, i]
            )
            <= float(s["capacity"][s_, t])
        ),
    )
    lanes = po.RangeSet(0, len(d.lanes) - 1)
    for name, size, cap in (("area", d.area, d.area_cap), ("ceu", d.ceu, d.ceu_cap)):

        def within(m: Any, r: int, t: int, size: Any = size, cap: Any = cap) -> Any:
            used = po.quicksum(float(size[d.pair_model[p]]) * m.ship[p, t] for p in on_lane[r])
            return used <= float(cap[r, t])

        setattr(m, name, po.Constraint(lanes, m.t, rule=within))
    m.cost = po.Objective(
        expr=po.quicksum(
            float(d.material[i]) * m.make[i, t] + float(d.stock_cost[i]) * m.stock[i, t]
            for i in m.i
            for t in m.t
        )
        + po.quicksum(
            -float(s["gain"][p, t]) * m.ship[p, t]
            + float(d.late_penalty[p, t]) * m.late[p, t]
            + float(d.lost_penalty[p, t]) * m.lost[p, t]
            for p in m.p
            for t in m.t
        )
    )
    return m


def labour(d: PlanData) -> float:
    """Return the cost of the shifts, which the peers leave out of their objective."""
    return float(_shared(d)["labour"])
