"""Stocks at destinations: what became of them, read off the deliveries of a replication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from sim.arrays.hours import Clock
from sim.kernels.stock import (
    mean_stock_g,
    needed_opening_g,
    stock_course,
    stock_out_spells,
    stock_out_time_ms,
    time_below_ms,
)
from sim.tables import conform
from sim.units import DAY_MS, TONNE_G, YEAR_D

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome
    from sim.kernels.stock import StockCourse
    from sim.model import Scenario
    from sim.model.stock import Stock

    Ints = NDArray[np.int64]

__all__ = [
    "StockHistory",
    "course_table",
    "safety_t",
    "stock_histories",
    "stock_rows",
    "stock_table",
]

_MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class StockHistory:
    """A stock from its opening to the horizon, cut where something arrives or a month begins.

    Parameters
    ----------
    stock : Stock
        What the scenario says of it.
    course : StockCourse
        Amounts by interval. [g]
    at_ms : array of int64, shape (n_intervals + 1,)
        Ends of the intervals, from the opening. [ms]
    arrived_g : array of int64, shape (n_intervals,)
        Delivered at the end of each. [g]
    """

    stock: Stock
    course: StockCourse
    at_ms: Ints
    arrived_g: Ints

    @property
    def length_ms(self) -> Ints:
        """Length of each interval."""
        return np.diff(self.at_ms)


def safety_t(stock: Stock) -> float:
    """Return the safety level of a stock, 0 if it has none. [t].

    Examples
    --------
    >>> from sim.model.stock import Stock
    >>> safety_t(Stock(terminal="herat", commodity="flour", opening_t=0.0, safety_d=10.0,
    ...                consumption_t_per_year=36500.0))
    1000.0
    """
    if stock.safety_t is not None:
        return stock.safety_t
    return (stock.safety_d or 0.0) * stock.consumption_t_per_year / YEAR_D


class _Wants(NamedTuple):
    """Consumption up to any instant: straight lines between these. [ms, t]."""

    at_ms: Ints
    upto_t: NDArray[np.float64]


def _wants(scenario: Scenario, stock: Stock, clock: Clock) -> _Wants:
    given = scenario.seasons[stock.season].months if stock.season else {}
    index = {str(month): share for month, share in given.items()}
    monthly = stock.consumption_t_per_year / _MONTHS_PER_YEAR
    at, upto = [0], [0.0]
    for month, _, end, share in clock.months():
        at.append(end)
        upto.append(upto[-1] + monthly * index.get(month, 1.0) * share)
    return _Wants(np.array(at, np.int64), np.array(upto))


def _grams(tonnes: NDArray[np.float64] | float) -> Ints:
    grams: Ints = np.rint(np.asarray(tonnes, np.float64) * TONNE_G).astype(np.int64)
    return grams


def _history(outcome: Outcome, stock: Stock, clock: Clock) -> StockHistory:
    names, horizon = outcome.arrays.names.flows, outcome.arrays.horizon_ms
    opens = stock.opens_d * DAY_MS
    fed = [names.index(name) for name in outcome.scenario.feeding_flows(stock)]
    came = (outcome.delivered_ms >= opens) & (outcome.delivered_ms < horizon)
    came &= np.isin(outcome.flow_of_lot, fed)
    at_ms = outcome.delivered_ms[came]
    wants = _wants(outcome.scenario, stock, clock)
    inside = wants.at_ms[(wants.at_ms > opens) & (wants.at_ms < horizon)]
    ends = np.unique(np.concatenate((at_ms, inside, [horizon])))
    arrived = np.zeros(len(ends), np.int64)
    np.add.at(arrived, np.searchsorted(ends, at_ms), _grams(outcome.tonnes[came]))
    cuts = np.concatenate(([opens], ends))
    upto = _grams(np.interp(cuts, wants.at_ms, wants.upto_t))
    course = stock_course(_grams(stock.opening_t), arrived, np.diff(upto))
    return StockHistory(stock, course, cuts, arrived)


def stock_histories(outcome: Outcome) -> dict[str, StockHistory]:
    """Return each stock of a replication from its opening to the horizon, by id in order."""
    clock = Clock(outcome.scenario)
    stocks = sorted(outcome.scenario.stocks.items())
    return {name: _history(outcome, stock, clock) for name, stock in stocks}


def _value_usd_per_t(outcome: Outcome, stock: Stock) -> float:
    """Return the value of what feeds a stock: mean over its flows, by offered tonnes."""
    scenario, fed = outcome.scenario, outcome.scenario.feeding_flows(stock)
    by_flow = outcome.lots.groupby("flow")["tonnes"].sum()
    names = outcome.arrays.names.flows
    weight = np.array([float(by_flow.get(names.index(name), 0.0)) for name in fed])
    value = [scenario.commodities[scenario.flows[name].commodity].value_usd_per_t for name in fed]
    return float(np.average(value, weights=weight)) if weight.sum() > 0 else float(np.mean(value))


def _row(name: str, history: StockHistory, outcome: Outcome) -> dict[str, object]:
    stock, course, length = history.stock, history.course, history.length_ms
    daily_t = stock.consumption_t_per_year / YEAR_D
    mean_t = float(mean_stock_g(course, length)) / TONNE_G
    least_g = min(int(course.begin_g[0]), int(course.end_g.min()))
    needed_t = int(needed_opening_g(history.arrived_g, course.wanted_g)) / TONNE_G
    below = time_below_ms(course, length, _grams(safety_t(stock)))
    return {
        "stock": name,
        "terminal": stock.terminal,
        "opening_t": stock.opening_t,
        "delivered_t": int(history.arrived_g.sum()) / TONNE_G,
        "wanted_t": int(course.wanted_g.sum()) / TONNE_G,
        "short_t": int(course.short_g.sum()) / TONNE_G,
        "closing_t": int(course.close_g[-1]) / TONNE_G,
        "mean_t": mean_t,
        "cover_mean_d": mean_t / daily_t,
        "cover_least_d": least_g / TONNE_G / daily_t,
        "out_d": float(stock_out_time_ms(course, length).sum()) / DAY_MS,
        "outs": float(stock_out_spells(course)),
        "below_safety_d": float(below.sum()) / DAY_MS,
        "needed_opening_t": needed_t,
        "needed_opening_d": needed_t / daily_t,
        "holding_usd": mean_t
        * _value_usd_per_t(outcome, stock)
        * outcome.scenario.capital_frac_per_year
        * (int(length.sum()) / DAY_MS / YEAR_D),
    }


def stock_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `stocks` of one replication: one row a stock, in order of ids."""
    return conform("stocks", stock_rows(outcome))


def stock_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `stocks`."""
    return [_row(name, found, outcome) for name, found in stock_histories(outcome).items()]


def course_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `stock_course`: between two rows a stock runs straight, or stays at nothing."""
    parts = [_course(name, history) for name, history in stock_histories(outcome).items()]
    return conform("stock_course", pd.concat(parts, ignore_index=True) if parts else [])


def _course(name: str, history: StockHistory) -> pd.DataFrame:
    course, opening, at = history.course, history.course.begin_g[:1], history.at_ms
    columns = {
        "time_d": at / DAY_MS,
        "before_t": np.concatenate((opening, course.end_g)) / TONNE_G,
        "after_t": np.concatenate((opening, course.close_g)) / TONNE_G,
        "short_t": np.concatenate(([0], course.short_g)) / TONNE_G,
    }
    ran_out = (course.short_g > 0) & (course.begin_g > 0)
    lasted_ms = history.length_ms - stock_out_time_ms(course, history.length_ms)
    empty = {"time_d": (at[:-1] + lasted_ms)[ran_out] / DAY_MS}
    rows = pd.concat([pd.DataFrame(columns), pd.DataFrame(empty)]).fillna(0.0)
    return rows.assign(stock=name).sort_values("time_d", kind="stable")
