"""A first cost per tonne: each line from an event, a rate and its source.

Financial view, without duties, insurance and traders' margins. What the railway charges is taken
by length and line; the hire of wagons by the days of their real cycle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.prices import Prices
from sim.analysis.wagons import return_rides, wagon_trips
from sim.arrays.controls import GAUGE_AT
from sim.arrays.parts import BACK, HAUL, LINE, MEET, OUT, POST, RIDE_OUT
from sim.tables import Code
from sim.units import DAY_MS, KM_M, YEAR_D

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome
    from sim.model.fleet import Service

__all__ = ["COST_ITEMS", "cost_table"]

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
    trains = outcome.trains[outcome.trains["home_d"].notna()]
    sums = trains.groupby("service")[["wagons", "laden_back"]].sum()
    share = (sums["laden_back"] / sums["wagons"]).reindex(outcome.arrays.names.services)
    return share.fillna(0.0).to_numpy()


def _hire_usd(outcome: Outcome, prices: Prices) -> pd.Series[float]:
    """Return the hire borne by each lot all of whose wagons are back, in dollars.

    A lot bears the days of the wagons it takes; a laden way home is borne by the lot that rides
    it, from the moment it is given the seat.
    """
    scenario, names = outcome.scenario, outcome.arrays.names
    rates = np.array(
        [scenario.fleets[scenario.services[s].fleet].hire_usd_per_wagon_day for s in names.services]
    )
    trips, rides = wagon_trips(outcome), return_rides(outcome)
    days = (trips["back_ms"] - trips["taken_ms"]) / DAY_MS
    homeward = (rides["back_ms"] - rides["given_ms"]) / DAY_MS
    days = days.sub(homeward.groupby(rides["trip"]).sum(), fill_value=0)
    own = days * rates[trips["service"]] * _hire_factor(outcome, prices, trips, "taken_ms")
    ridden = homeward * rates[rides["service"]] * _hire_factor(outcome, prices, rides, "given_ms")
    usd = pd.concat([own.set_axis(trips["lot"]), ridden.set_axis(rides["lot"])])
    by_lot = usd.groupby(level=0)
    complete = by_lot.count().to_numpy() == by_lot.size().to_numpy()
    total = by_lot.sum()
    return pd.Series(total.to_numpy()[complete], index=total.index[complete])


def _leg_shares(outcome: Outcome, flow: int) -> list[float]:
    """Return the share of a flow's delivered lots that took each of its legs."""
    limits = outcome.arrays.diversions
    n_legs = int(np.diff(outcome.arrays.flows.leg_ptr)[flow])
    own, at = int(limits.n_own_legs[flow]), int(limits.looks_at[flow])
    mine = (outcome.flow_of_lot == flow) & (outcome.lots["delivered_ms"] >= 0).to_numpy()
    turned = float(outcome.is_diverted[mine].mean()) if mine.any() else 0.0
    before = own if at < 0 else at
    return [1.0] * before + [1.0 - turned] * (own - before) + [turned] * (n_legs - own)


def _hire_factor(
    outcome: Outcome, prices: Prices, rows: pd.DataFrame, instant: str
) -> NDArray[np.float64]:
    """Return the factor of the hire of each wagon, by when it was taken."""
    factor = np.ones(len(rows))
    names, scenario = outcome.arrays.names, outcome.scenario
    for s, service in enumerate(names.services):
        here = (rows["service"] == s).to_numpy()
        times = rows.loc[here, instant].to_numpy()
        factor[here] = prices.at("fleets", scenario.services[service].fleet, times)
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
    scenario, laden, prices = outcome.scenario, _laden_share(outcome), Prices(outcome)
    hire = _hire_usd(outcome, prices)
    lots = outcome.lots[outcome.lots["delivered_ms"] >= 0]
    transit = (lots["delivered_ms"] - lots["offered_ms"]).groupby(lots["flow"]).mean() / DAY_MS
    rows = []
    for f, name in enumerate(outcome.arrays.names.flows):
        flow = scenario.flows[name]
        commodity = scenario.commodities[flow.commodity]
        usd = _fixed_usd_per_t(outcome, prices, f, laden)
        known = hire[outcome.flow_of_lot[hire.index.to_numpy()] == f].dropna()
        usd["wagon"] = float(known.mean()) / scenario.lot_t(name) if len(known) else 0.0
        yearly = commodity.value_usd_per_t * scenario.capital_frac_per_year
        usd["capital"] = yearly * float(transit.get(f, np.nan)) / YEAR_D
        usd["loss"] = commodity.value_usd_per_t * commodity.loss_frac
        rows.append(
            {"flow": name}
            | {f"{item}_usd_per_t": usd[item] for item in COST_ITEMS}
            | {"cost_usd_per_t": sum(usd.values())}
        )
    return pd.DataFrame(rows)
