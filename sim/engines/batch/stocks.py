"""Stocks as diversions look at them, day by day (docs/semantics.md, 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import columns as at
from sim.engines.batch.compiling import compiled
from sim.units import DAY_MS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["deliver_to_stocks", "is_below"]


@compiled
def _eat(m: Tape, stock: int) -> bool:
    """Take away what the days that have ended have eaten; return whether the stock is open."""
    today = m[at.NOW] // DAY_MS
    level = m[m[at.STOCK_KG] + stock]
    eaten = m[at.STOCK_EATEN] + stock * m[at.N_DAYS]
    for day in range(m[m[at.STOCK_UPTO] + stock], today):
        level = max(0, level - m[eaten + day])
    m[m[at.STOCK_KG] + stock] = level
    m[m[at.STOCK_UPTO] + stock] = max(m[m[at.STOCK_UPTO] + stock], today)
    return bool(today >= m[m[at.STOCK_OPENS_DAY] + stock])


@compiled
def deliver_to_stocks(m: Tape, flow: int) -> None:
    """Add a lot to the stocks that its flow feeds and that are open."""
    first = m[m[at.FEEDS_PTR] + flow]
    for k in range(first, m[m[at.FEEDS_PTR] + flow + 1]):
        stock = m[m[at.FEEDS_STOCK] + k]
        if _eat(m, stock):
            m[m[at.STOCK_KG] + stock] += m[m[at.FLOW_LOT_KG] + flow]


@compiled
def is_below(m: Tape, stock: int, level_kg: int) -> bool:
    """Return whether a stock is open and holds less."""
    return _eat(m, stock) and bool(m[m[at.STOCK_KG] + stock] < level_kg)
