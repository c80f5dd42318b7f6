"""A first cost per tonne: each line from an event, a rate and its source.

Financial view, without duties, insurance and traders' margins. What the railway charges is taken
by length and line; the hire of wagons by the days of their real cycle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.prices import Prices
from sim.analysis.wagons import rides_home, trips_of
from sim.arrays.controls import GAUGE_AT
from sim.arrays.parts import BACK, HAUL, LINE, MEET, OUT, POST, RIDE_OUT
from sim.tables import Code
from sim.units import DAY_MS, KM_M, YEAR_D

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome
    from sim.model.fleet import Service

__all__ = ["COST_ITEMS", "cost_rows", "cost_table"]

COST_ITEMS = (
    *("haul", "empty", "truck", "handling", "exchange", "border", "wagon", "capital", "loss"),
)
"""Items of the cost per tonne, in the order in which they are shown."""


def _way_usd_per_t(
    outcome: Outcome, prices: Prices, flow: int, service: int, direction: int
) -> tuple[float, float, float]:
    """Return charge loaded, charge empty and fees of one way of a service. [USD/t]."""
    programs, sections = outcome.arrays.programs, outcome.arrays.sections
    scenario, names = outcome.scenario, outcome.arrays.names
    haul = empty = fees = 0.0
    row = 2 * service + direction
    for step in range(programs.ptr[row], programs.ptr[row + 1]):
        arg = programs.arg[step]
        if programs.op[step] == POST:
            factor = prices.rail(flow, service, direction, event=Code.POST_START, place=int(arg))
            fees += prices.fees_usd_per_t.get(names.posts[arg], 0.0) * factor
        elif programs.op[step] in (LINE, MEET):
            line = scenario.lines[names.lines[sections.line_idx[arg]]]
            usd = sections.length_m[arg] / KM_M * line.haul_usd_per_tkm
            haul += usd * prices.rail(flow, service, direction, event=Code.ENTER, place=int(arg))
            empty += usd * line.empty_haul_frac * prices.empty(service, int(arg))
    return haul, empty, fees


def _exchange_usd_per_wagon(outcome: Outcome, service: int, direction: int) -> float:
    """Return the charge for a change of gauge on one way of a service. [USD per wagon].

    It is made at each row `post_start` of a control that is a change of gauge, for each wagon.
    """
    programs, names = outcome.arrays.programs, outcome.arrays.names
    row = 2 * service + direction
    usd = 0.0
    for step in range(programs.ptr[row], programs.ptr[row + 1]):
        if programs.op[step] != POST or not names.posts[programs.arg[step]].startswith(GAUGE_AT):
            continue
        terminal = names.posts[programs.arg[step]].removeprefix(GAUGE_AT)
        exchange = outcome.scenario.terminals[terminal].exchange
        usd += 0.0 if exchange is None else exchange.charge_usd_per_wagon
    return usd


def _haul_usd_per_t(outcome: Outcome, prices: Prices, flow: int, haul: int) -> tuple[float, float]:
    """Return charge and fees of a haul. [USD/t]."""
    hauls, names, scenario = outcome.arrays.hauls, outcome.arrays.names, outcome.scenario
    rate = scenario.hauls[names.hauls[haul]].rate_usd_per_tkm
    rate *= prices.road(flow, haul, event=Code.ROAD)
    steps = range(hauls.ptr[haul], hauls.ptr[haul + 1])
    fees = sum(
        prices.fees_usd_per_t.get(names.posts[hauls.arg[k]], 0.0)
        * prices.road(flow, int(hauls.arg[k]), event=Code.POST_START)
        for k in steps
        if hauls.op[k] == POST
    )
    return float(hauls.length_m[haul]) / KM_M * rate, fees


def _laden_share(outcome: Outcome) -> NDArray[np.float64]:
    """Return by service the share of wagons that came home laden."""
    service, n = outcome.service_of_train, len(outcome.arrays.names.services)
    is_home = outcome.train_ms(Code.HOME) >= 0
    back, formed = outcome.rows(Code.RETURN), outcome.rows(Code.FORMED)
    laden, wagons = np.zeros(len(service), np.int64), np.zeros(len(service), np.int64)
    laden[back["train"]], wagons[formed["train"]] = back["unit"], formed["unit"]
    sums = [np.bincount(service[is_home], part[is_home], n) for part in (laden, wagons)]
    return np.divide(sums[0], sums[1], out=np.zeros(n), where=sums[1] > 0)


def _hire_usd(outcome: Outcome, prices: Prices) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the lots all of whose wagons are back, and the hire that each bears, in dollars.

    A lot bears the days of the wagons it takes; a laden way home is borne by the lot that rides
    it, from the moment it is given the seat.
    """
    scenario, names = outcome.scenario, outcome.arrays.names
    rates = np.array(
        [scenario.fleets[scenario.services[s].fleet].hire_usd_per_wagon_day for s in names.services]
    )
    trips, rides = trips_of(outcome), rides_home(outcome)
    homeward = _days(rides.given_ms, rides.back_ms)
    days = _days(trips.taken_ms, trips.back_ms)
    is_back, n = ~np.isnan(homeward), len(days)
    ridden_days = np.bincount(rides.trip[is_back], homeward[is_back], n)
    is_ridden = np.bincount(rides.trip, minlength=n) > 0
    days = np.where(is_ridden, np.nan_to_num(days), days) - ridden_days
    own = days * rates[trips.service] * _hire_factor(outcome, prices, *trips[1:3])
    ridden = homeward * rates[rides.service]
    ridden *= _hire_factor(outcome, prices, rides.service, rides.given_ms)
    usd, lot = np.concatenate((own, ridden)), np.concatenate((trips.lot, rides.lot))
    is_known, n = ~np.isnan(usd), len(outcome.flow_of_lot)
    total = np.bincount(lot[is_known], usd[is_known], n).astype(np.float64)
    known, every = (np.bincount(lots, minlength=n) for lots in (lot[is_known], lot))
    complete = np.flatnonzero((every > 0) & (known == every))
    return complete, total[complete]


def _days(start_ms: NDArray[np.int64], end_ms: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return days from start to end; NaN where there is no end."""
    return np.where(end_ms >= 0, (end_ms - start_ms) / DAY_MS, np.nan)


def _leg_shares(outcome: Outcome, flow: int) -> list[float]:
    """Return the share of a flow's delivered lots that took each of its legs."""
    limits = outcome.arrays.diversions
    n_legs = int(np.diff(outcome.arrays.flows.leg_ptr)[flow])
    own, at = int(limits.n_own_legs[flow]), int(limits.looks_at[flow])
    mine = (outcome.flow_of_lot == flow) & (outcome.delivered_ms >= 0)
    turned = float(outcome.is_diverted[mine].mean()) if mine.any() else 0.0
    before = own if at < 0 else at
    return [1.0] * before + [1.0 - turned] * (own - before) + [turned] * (n_legs - own)


def _hire_factor(
    outcome: Outcome, prices: Prices, service: NDArray[np.int64], time_ms: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the factor of the hire of wagons, by service and by when each was taken."""
    factor = np.ones(len(service))
    names, scenario = outcome.arrays.names, outcome.scenario
    for s, name in enumerate(names.services):
        here = service == s
        factor[here] = prices.at("fleets", scenario.services[name].fleet, time_ms[here])
    return factor


def _handling_usd_per_t(outcome: Outcome, flow: int, leg: int, service: Service) -> float:
    """Return what loading and unloading cost on a ride, or sorting in their place. [USD/t]."""
    scenario, arrays, usd = outcome.scenario, outcome.arrays, 0.0
    ends = (scenario.terminals[service.origin], scenario.terminals[service.destination])
    begin, end = ends if arrays.flows.leg_kind[leg] == RIDE_OUT else ends[::-1]
    if arrays.yards.leg_service[leg] == arrays.flows.leg_arg[leg]:
        usd += begin.load_usd_per_t
    if arrays.yards.leg_terminal[leg] >= 0:
        return usd + end.sorting_usd_per_wagon / float(arrays.flows.lot_t[flow])
    return usd + end.unload_usd_per_t


def _fixed_usd_per_t(
    outcome: Outcome, prices: Prices, flow: int, laden: NDArray[np.float64]
) -> dict[str, float]:
    """Return the items that follow from the legs alone. [USD/t]."""
    flows, names, scenario = outcome.arrays.flows, outcome.arrays.names, outcome.scenario
    usd = dict.fromkeys(COST_ITEMS, 0.0)
    lot_t = float(flows.lot_t[flow])
    for leg, share in zip(
        range(flows.leg_ptr[flow], flows.leg_ptr[flow + 1]), _leg_shares(outcome, flow), strict=True
    ):
        kind, arg = int(flows.leg_kind[leg]), int(flows.leg_arg[leg])
        if kind == HAUL:
            charge, fees = _haul_usd_per_t(outcome, prices, flow, arg)
            usd["truck"] += charge * share
            usd["border"] += fees * share
            continue
        service = scenario.services[names.services[arg]]
        way = OUT if kind == RIDE_OUT else BACK
        haul, _, fees = _way_usd_per_t(outcome, prices, flow, arg, way)
        usd["haul"] += haul * share
        usd["border"] += fees * share
        usd["handling"] += _handling_usd_per_t(outcome, flow, leg, service) * share
        wagon_usd = _exchange_usd_per_wagon(outcome, arg, way)
        if kind == RIDE_OUT:
            wagon_usd += _exchange_usd_per_wagon(outcome, arg, BACK) * (1 - laden[arg])
            light = _way_usd_per_t(outcome, prices, flow, arg, BACK)[1]
            usd["empty"] += light * (1 - laden[arg]) * share
        usd["exchange"] += wagon_usd / lot_t * share
    return usd


def cost_table(outcome: Outcome) -> pd.DataFrame:
    """Return cost per tonne by flow and item, and their sum. [USD/t].

    Capital is NaN, and so the sum, for a flow of which nothing was delivered.
    """
    return pd.DataFrame(cost_rows(outcome))


def cost_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of `cost_table`."""
    scenario, laden, prices = outcome.scenario, _laden_share(outcome), Prices(outcome)
    lots, hire = _hire_usd(outcome, prices)
    flow_of_hire = outcome.flow_of_lot[lots]
    rows: list[dict[str, object]] = []
    for f, name in enumerate(outcome.arrays.names.flows):
        flow = scenario.flows[name]
        commodity = scenario.commodities[flow.commodity]
        usd = _fixed_usd_per_t(outcome, prices, f, laden)
        known = hire[flow_of_hire == f]
        usd["wagon"] = float(known.mean()) / scenario.lot_t(name) if len(known) else 0.0
        yearly = commodity.value_usd_per_t * scenario.capital_frac_per_year
        usd["capital"] = yearly * _transit_d(outcome, f) / YEAR_D
        usd["loss"] = commodity.value_usd_per_t * commodity.loss_frac
        rows.append(
            {
                "flow": name,
                **{f"{item}_usd_per_t": usd[item] for item in COST_ITEMS},
                "cost_usd_per_t": sum(usd.values()),
            }
        )
    return rows


def _transit_d(outcome: Outcome, flow: int) -> float:
    """Return the mean transit time of a flow; NaN if nothing was delivered. [d]."""
    done = (outcome.flow_of_lot == flow) & (outcome.delivered_ms >= 0)
    transit_ms = (outcome.delivered_ms - outcome.offered_ms)[done]
    return float(transit_ms.mean()) / DAY_MS if len(transit_ms) else np.nan
