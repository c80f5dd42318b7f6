"""A queue in the order of priority, then of asking (docs/semantics.md, 1.6)."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Generic, TypeVar

__all__ = ["PLAIN", "WaitingLine"]

PLAIN = 5
"""Priority of those for whom none is given; as the default of a flow."""

Item = TypeVar("Item")


class WaitingLine(Generic[Item]):
    """Those who wait: a lower priority goes before all higher ones, of one priority as they asked.

    Examples
    --------
    >>> line = WaitingLine()
    >>> for who, priority in (("flour", 5), ("oil", 5), ("medicine", 1)):
    ...     line.join(who, priority)
    >>> line.first(), [line.leave() for _ in range(len(line))]
    ('medicine', ['medicine', 'flour', 'oil'])
    """

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Item]] = []
        self._asked = 0

    def __len__(self) -> int:
        return len(self._heap)

    def join(self, item: Item, priority: int) -> None:
        """Take a place behind all of this priority and of lower ones."""
        heappush(self._heap, (priority, self._asked, item))
        self._asked += 1

    def first(self) -> Item:
        """Return who is next."""
        return self._heap[0][2]

    def leave(self) -> Item:
        """Return who is next, and let him go."""
        return heappop(self._heap)[2]
