"""The least whole number that passes a test, found by halving, with a plan of looks beforehand."""

from __future__ import annotations

from math import ceil, log2
from typing import TYPE_CHECKING

from sim.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["least_passing", "look_sizes", "tries_at_most"]


def least_passing(low: int, high: int, passes: Callable[[int], bool]) -> int | None:
    """Return the least number from ``low`` to ``high`` that passes, if all above it do too.

    Parameters
    ----------
    low, high : int
        Ends, both tried first.
    passes : callable
        The test; asked once for each number that is tried.

    Returns
    -------
    number : int or None
        None if ``high`` does not pass. Of the number below only that it does not pass is known.

    Examples
    --------
    >>> least_passing(1, 100, lambda n: n * n >= 500)
    23
    """
    is_enough = passes(high)
    if low == high:
        return high if is_enough else None
    if passes(low):
        return low if is_enough else None
    if not is_enough:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        if passes(middle):
            high = middle
        else:
            low = middle
    return high


def tries_at_most(low: int, high: int) -> int:
    """Return how many numbers are tried at most, the neighbour above the answer too.

    Examples
    --------
    >>> tries_at_most(1, 100), tries_at_most(5, 5)
    (10, 1)
    """
    return 1 if low == high else 3 + ceil(log2(high - low))


def look_sizes(first: int, at_most: int) -> list[int]:
    """Return after how many replications to look: doubled each time, the last ``at_most``.

    Raises
    ------
    ValueError
        If the last is before the first.

    Examples
    --------
    >>> look_sizes(20, 100)
    [20, 40, 80, 100]
    """
    if not 0 < first <= at_most:
        message = f"{first} replications at first can't be more than {at_most} at most"
        raise SettingError(message)
    sizes = []
    while first < at_most:
        sizes.append(first)
        first *= 2
    return [*sizes, at_most]
