"""A stock that is eaten evenly and filled by deliveries: exact, whole grams, no time step.

The time of a stock is cut into intervals in which consumption is even and nothing arrives; what
arrives does so at the end of an interval. Amounts are whole grams (int64), so that opening +
arrived + short - wanted = closing holds exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = [
    "StockCourse",
    "mean_stock_g",
    "needed_opening_g",
    "stock_course",
    "stock_out_spells",
    "stock_out_time_ms",
    "time_below_ms",
]


@dataclass(frozen=True, slots=True)
class StockCourse:
    """A stock over its intervals; every array of shape (..., n_intervals). [g]

    Parameters
    ----------
    begin_g : array
        Stock at the beginning of each interval.
    wanted_g : array
        What would be consumed in it if there were enough.
    short_g : array
        What of it there was not; it is not made up later.
    end_g : array
        Stock at its end, before anything arrives.
    close_g : array
        The same with what arrives then: the next interval's beginning.
    """  # noqa: D400

    begin_g: Ints
    wanted_g: Ints
    short_g: Ints
    end_g: Ints
    close_g: Ints


def _whole(values: ArrayLike, what: str) -> Ints:
    found = np.asarray(values)
    if not np.issubdtype(found.dtype, np.integer) or np.any(found < 0):
        message = f"{what} must be whole grams, none negative"
        raise ValueError(message)
    return found.astype(np.int64)


def _deficit_g(arrived: Ints, wanted: Ints) -> Ints:
    """Return by interval what is wanted up to its end, less what has arrived before. [g]."""
    return np.cumsum(wanted, axis=-1) - np.cumsum(arrived, axis=-1) + arrived


def stock_course(opening_g: ArrayLike, arrived_g: ArrayLike, wanted_g: ArrayLike) -> StockCourse:
    r"""Return a stock over its intervals, reflected at zero.

    Parameters
    ----------
    opening_g : array_like of int, shape (...)
        Stock at the beginning of the first interval. [g]
    arrived_g : array_like of int, shape (..., n_intervals)
        What arrives at the end of each interval. [g]
    wanted_g : array_like of int, shape (..., n_intervals)
        What would be consumed, evenly, in each interval. [g]

    Returns
    -------
    course : StockCourse
        Arrays of shape (..., n_intervals).

    Raises
    ------
    ValueError
        If an amount is negative or not whole, or shapes do not broadcast.

    Notes
    -----
    With :math:`D_k` what is wanted in intervals 0 to k and :math:`A_k` what arrives before the end
    of interval k, all that is short up to then is
    :math:`S_k = \max(0, \max_{j \le k}(D_j - A_j - x_0))`: the stock is the reflection at zero of
    opening plus arrived less wanted [1]_. Cost O(n), no Python loop.

    References
    ----------
    .. [1] J. M. Harrison, "Brownian Motion and Stochastic Flow Systems," Wiley, 1985, ch. 2.

    Examples
    --------
    Ten grams; six are eaten before five arrive, twelve after: three are not there.

    >>> course = stock_course(10, [5, 0], [6, 12])
    >>> course.begin_g.tolist(), course.short_g.tolist(), course.close_g.tolist()
    ([10, 9], [0, 3], [9, 0])
    """
    opening = _whole(opening_g, "an opening stock")[..., None]
    arrived, wanted = np.broadcast_arrays(
        _whole(arrived_g, "arrivals"), _whole(wanted_g, "consumption")
    )
    deficit = _deficit_g(arrived, wanted) - opening
    upto = np.maximum(np.maximum.accumulate(deficit, axis=-1), 0)
    short = np.diff(upto, axis=-1, prepend=0)
    end = upto - deficit
    close = end + arrived
    begin = np.concatenate((np.broadcast_to(opening, close[..., :1].shape), close[..., :-1]), -1)
    return StockCourse(begin, np.broadcast_to(wanted, close.shape), short, end, close)


def needed_opening_g(arrived_g: ArrayLike, wanted_g: ArrayLike) -> Ints:
    """Return the least opening stock with which nothing would have been short. [g].

    Parameters
    ----------
    arrived_g, wanted_g : array_like of int, shape (..., n_intervals)
        As in `stock_course`. [g]

    Returns
    -------
    opening_g : array of int64, shape (...)
        The largest running excess of consumption over what had arrived; 0 if there was none.

    Raises
    ------
    ValueError
        If an amount is negative or not whole.

    Examples
    --------
    >>> int(needed_opening_g([5, 0], [6, 12]))
    13
    """
    arrived, wanted = np.broadcast_arrays(
        _whole(arrived_g, "arrivals"), _whole(wanted_g, "consumption")
    )
    needed: Ints = np.max(_deficit_g(arrived, wanted), axis=-1, initial=0)
    return needed


def _share_lasting(course: StockCourse) -> Floats:
    """Return the share of each interval up to which the stock lasts."""
    wanted = np.maximum(course.wanted_g, 1)
    return np.where(course.short_g > 0, course.begin_g / wanted, 1.0)


def stock_out_time_ms(course: StockCourse, length_ms: ArrayLike) -> Floats:
    """Return how long in each interval there was nothing though some was wanted. [ms].

    Parameters
    ----------
    course : StockCourse
        From `stock_course`.
    length_ms : array_like, shape (..., n_intervals)
        Length of each interval. [ms]

    Examples
    --------
    >>> stock_out_time_ms(stock_course(10, [5, 0], [6, 12]), [600, 600]).tolist()
    [0.0, 150.0]
    """
    return np.asarray(length_ms, np.float64) * (1.0 - _share_lasting(course))


def stock_out_spells(course: StockCourse) -> Ints:
    """Return how many times the stock ran out: spells without stock, shape (...).

    A spell goes on from one interval to the next if nothing arrived between them.

    Examples
    --------
    >>> int(stock_out_spells(stock_course(1, [0, 5, 0], [2, 2, 7])))
    2
    """
    out = course.short_g > 0
    before = np.zeros_like(out)
    before[..., 1:] = out[..., :-1] & (course.begin_g[..., 1:] == 0)
    spells: Ints = (out & ~before).sum(axis=-1, dtype=np.int64)
    return spells


def time_below_ms(course: StockCourse, length_ms: ArrayLike, level_g: ArrayLike) -> Floats:
    """Return how long in each interval the stock was below a level. [ms].

    Parameters
    ----------
    course : StockCourse
        From `stock_course`.
    length_ms : array_like, shape (..., n_intervals)
        Length of each interval. [ms]
    level_g : array_like, shape (...)
        The level; never below 0. [g]

    Examples
    --------
    >>> time_below_ms(stock_course(10, [5, 0], [6, 12]), [600, 600], 6).round(6).tolist()
    [200.0, 450.0]
    """
    level = np.asarray(level_g, np.float64)[..., None]
    above = (course.begin_g - level) / np.maximum(course.wanted_g, 1)
    share = np.where(course.begin_g >= level, np.clip(above, 0.0, 1.0), 0.0)
    is_never = (course.end_g >= level) & (course.begin_g >= level)
    return np.asarray(length_ms, np.float64) * (1.0 - np.where(is_never, 1.0, share))


def mean_stock_g(course: StockCourse, length_ms: ArrayLike) -> Floats:
    """Return the time mean of a stock, shape (...). [g].

    Examples
    --------
    Falls from 10 to 4 in 600 ms; then from 9 to 0 in 450 ms, and stays there for 150 ms.

    >>> float(mean_stock_g(stock_course(10, [5, 0], [6, 12]), [600, 600]))
    5.1875
    """
    length = np.asarray(length_ms, np.float64)
    area = (course.begin_g + course.end_g) / 2 * length * _share_lasting(course)
    total = np.broadcast_to(length, area.shape).sum(axis=-1)
    mean: Floats = area.sum(axis=-1) / total
    return mean
