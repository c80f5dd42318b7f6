"""Queues: first come first served over arrays, and the formulas they are tested against."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "fifo_finish_s",
    "mean_wait_batches",
    "mean_wait_md1",
    "mean_wait_mg1",
    "mean_wait_mmc",
    "occupancy_share",
]


def fifo_finish_s(
    arrival_s: NDArray[np.float64], service_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    r"""Return when each lot leaves a single server that works in arrival order.

    Used as oracle for posts and gangs: lot *i* starts when it has arrived and lot *i - 1* left.

    Parameters
    ----------
    arrival_s : array of shape (..., n_lots)
        Arrival instants, non-decreasing along the last axis. [s]
    service_s : array of shape (..., n_lots)
        Service durations, non-negative; broadcast against ``arrival_s``. [s]

    Returns
    -------
    finish_s : array of shape (..., n_lots)
        Departure instants, non-decreasing along the last axis. [s]

    Raises
    ------
    ValueError
        If the two shapes do not broadcast.

    Notes
    -----
    :math:`F_i = \max(A_i, F_{i-1}) + S_i` [1]_ unrolls to
    :math:`F_i = C_i + \max_{k \le i}(A_k - C_{k-1})`, :math:`C_i = \sum_{k \le i} S_k`.

    References
    ----------
    .. [1] D. V. Lindley, "The theory of queues with a single server," Math. Proc. Cambridge
       Philos. Soc., 48(2), 1952 (unverified, from memory).

    Examples
    --------
    >>> fifo_finish_s(np.array([0.0, 600.0, 4000.0]), np.array([1800.0, 1800.0, 1800.0]))
    array([1800., 3600., 5800.])
    """
    work_s = np.cumsum(service_s, axis=-1)
    return np.asarray(work_s + np.maximum.accumulate(arrival_s - (work_s - service_s), axis=-1))


def mean_wait_mmc(arrival_rate: float, service_rate: float, servers: int) -> float:
    """Return the mean wait in an M/M/c queue (Erlang C).

    Parameters
    ----------
    arrival_rate, service_rate : float
        Per unit of time; one server's rate.
    servers : int
        Number of servers.

    Returns
    -------
    wait : float
        Mean time in queue, in the unit of time.

    Raises
    ------
    ValueError
        If the queue has no steady state.

    Examples
    --------
    >>> round(mean_wait_mmc(0.5, 1.0, 1), 9)
    1.0
    """
    load = arrival_rate / service_rate
    if load >= servers:
        message = f"offered load {load:g} is not below {servers} servers: the queue grows for ever"
        raise ValueError(message)
    tail = load**servers / factorial(servers) * servers / (servers - load)
    waits = tail / (sum(load**k / factorial(k) for k in range(servers)) + tail)
    return waits / (servers * service_rate - arrival_rate)


def mean_wait_mg1(arrival_rate: float, service_time: float, service_cv: float) -> float:
    r"""Return the mean wait in an M/G/1 queue (Pollaczek-Khinchine).

    Parameters
    ----------
    arrival_rate : float
        Per unit of time.
    service_time : float
        Mean duration, in that unit.
    service_cv : float
        Standard deviation of the duration over its mean.

    Returns
    -------
    wait : float
        Mean time in queue.

    Raises
    ------
    ValueError
        If the queue has no steady state.

    Notes
    -----
    :math:`W = \rho s (1 + c^2) / (2 (1 - \rho))`: of the law only mean and spread matter.

    Examples
    --------
    >>> round(mean_wait_mg1(1 / 6, 4.0, 0.5), 9)
    5.0
    """
    load = arrival_rate * service_time
    if load >= 1:
        message = f"offered load {load:g} is not below one: the queue grows for ever"
        raise ValueError(message)
    return load * service_time * (1 + service_cv**2) / (2 * (1 - load))


def mean_wait_md1(arrival_rate: float, service_time: float) -> float:
    """Return the mean wait in an M/D/1 queue: `mean_wait_mg1` without spread.

    Parameters
    ----------
    arrival_rate : float
        Per unit of time.
    service_time : float
        Fixed duration, in that unit.

    Returns
    -------
    wait : float
        Mean time in queue.

    Raises
    ------
    ValueError
        If the queue has no steady state.

    Examples
    --------
    >>> round(mean_wait_md1(0.5, 1.0), 9)
    0.5
    """
    return mean_wait_mg1(arrival_rate, service_time, 0.0)


def mean_wait_batches(train_rate: float, wagons: int, wagon_time: float) -> float:
    r"""Return the mean wait of wagons that come by the train and are worked one by one.

    Parameters
    ----------
    train_rate : float
        Trains per unit of time, arriving as a Poisson stream.
    wagons : int
        Wagons of each train.
    wagon_time : float
        Fixed work on a wagon, in that unit.

    Returns
    -------
    wait : float
        Mean time of a wagon from arrival of its train to its work.

    Raises
    ------
    ValueError
        If the queue has no steady state.

    Notes
    -----
    A train waits as in M/D/1 with the work of all its wagons; then each wagon waits for those
    before it: :math:`W = \rho k s / (2 (1 - \rho)) + (k - 1) s / 2`.

    Examples
    --------
    >>> mean_wait_batches(0.05, 10, 1.0)
    9.5
    """
    return mean_wait_md1(train_rate, wagons * wagon_time) + (wagons - 1) * wagon_time / 2


def occupancy_share(busy: float, capacity: float) -> float:
    """Return the share of capacity that was busy, 0 where there was none.

    Parameters
    ----------
    busy, capacity : float
        Unit-times, same unit.

    Returns
    -------
    share : float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If more was busy than there was.

    Examples
    --------
    >>> occupancy_share(6.0, 24.0)
    0.25
    """
    if busy > capacity * (1 + 1e-12):
        message = f"{busy:g} busy of {capacity:g}"
        raise ValueError(message)
    return busy / capacity if capacity else 0.0
