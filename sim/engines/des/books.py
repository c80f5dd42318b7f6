"""Books of the stocks at destinations, kept day by day (docs/semantics.md, 3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.units import DAY_MS

if TYPE_CHECKING:
    from sim.arrays import CorridorArrays
    from sim.engines.des.clock import Clock

__all__ = ["Books"]


class Books:
    """What is in each stock: deliveries at once, a day's consumption at its end."""

    def __init__(self, arrays: CorridorArrays, clock: Clock) -> None:
        books = arrays.stock_books
        self.clock = clock
        self._level_kg = books.opening_kg.tolist()
        self._opens = books.opens_day.tolist()
        self._upto = books.opens_day.tolist()
        self._eaten_kg = books.eaten_kg.tolist()
        self._lot_kg = arrays.stores.lot_kg.tolist()
        ptr, feeds = books.feeds_ptr.tolist(), books.feeds_idx.tolist()
        self._feeds = [feeds[ptr[f] : ptr[f + 1]] for f in range(len(ptr) - 1)]

    def deliver(self, flow: int) -> None:
        """Add a lot to the stocks that its flow feeds and that are open."""
        for stock in self._feeds[flow]:
            if self._eat(stock):
                self._level_kg[stock] += self._lot_kg[flow]

    def is_below(self, stock: int, level_kg: int) -> bool:
        """Return whether a stock is open and holds less."""
        return self._eat(stock) and self._level_kg[stock] < level_kg

    def _eat(self, stock: int) -> bool:
        """Take away what the days that have ended have eaten; return whether the stock is open."""
        today = self.clock.now // DAY_MS
        for day in range(self._upto[stock], today):
            self._level_kg[stock] = max(0, self._level_kg[stock] - self._eaten_kg[stock][day])
        self._upto[stock] = max(self._upto[stock], today)
        return bool(today >= self._opens[stock])
