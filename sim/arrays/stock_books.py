"""Stocks as the diversion rule reads them: whole kilograms, a day's consumption at its end."""

from __future__ import annotations

from calendar import monthrange
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.flow_parts import StockBooks
from sim.model.hours import Month
from sim.units import DAY_MS, TONNE_KG

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.hours import Clock
    from sim.model import Scenario
    from sim.model.stock import Stock

__all__ = ["stock_books"]

_MONTHS: tuple[str, ...] = Month.__args__  # type: ignore[attr-defined]


def stock_books(scenario: Scenario, clock: Clock) -> StockBooks:
    """Return what the stocks of a scenario are opened with, fed by, and what is eaten each day.

    Parameters
    ----------
    scenario : Scenario
        With its maps in order of ids.
    clock : Clock
        Gives the days of the run.
    """
    n_days = clock.end_ms // DAY_MS + 1
    stocks = list(scenario.stocks.values())
    feeds = [
        [k for k, stock in enumerate(stocks) if flow_id in scenario.feeding_flows(stock)]
        for flow_id in scenario.flows
    ]
    eaten = [_eaten_kg(scenario, stock, clock, n_days) for stock in stocks]
    return StockBooks(
        opening_kg=np.array([round(s.opening_t * TONNE_KG) for s in stocks], np.int64),
        opens_day=np.array([s.opens_d for s in stocks], np.int64),
        eaten_kg=np.array(eaten, np.int64).reshape(len(stocks), n_days),
        feeds_ptr=np.cumsum([0, *(len(row) for row in feeds)]).astype(np.int64),
        feeds_idx=np.array([k for row in feeds for k in row], np.int64),
    )


def _eaten_kg(scenario: Scenario, stock: Stock, clock: Clock, n_days: int) -> NDArray[np.int64]:
    """Return the consumption of each day: a twelfth of the year by index, even in the month."""
    months = scenario.seasons[stock.season].months if stock.season else {}
    index = {str(month): share for month, share in months.items()}
    monthly_kg = stock.consumption_t_per_year * TONNE_KG / len(_MONTHS)
    daily = [
        monthly_kg * index.get(_MONTHS[day.month - 1], 1.0) / monthrange(day.year, day.month)[1]
        for day in islice(clock.days(), n_days)
    ]
    upto = np.rint(np.concatenate(([0.0], np.cumsum(daily)))).astype(np.int64)
    return upto[1:] - upto[:-1]
