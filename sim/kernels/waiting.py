"""Mean waits without a queue: for a full train, for opening, for the end of a closure."""

from __future__ import annotations

__all__ = ["mean_wait_closures", "mean_wait_formation", "mean_wait_shut"]


def mean_wait_formation(arrival_rate: float, wagons: int) -> float:
    """Return how long a loaded wagon waits on average until its train is full.

    Parameters
    ----------
    arrival_rate : float
        Loaded wagons per unit of time.
    wagons : int
        Wagons of a full train.

    Returns
    -------
    wait : float
        Mean time, in that unit: (k - 1) / (2 rate).

    Raises
    ------
    ValueError
        If no wagons come, or a train has none.

    Examples
    --------
    >>> mean_wait_formation(40.0, 57)
    0.7
    """
    if not arrival_rate > 0 or wagons < 1:
        message = f"{wagons} wagons a train at {arrival_rate:g} a unit of time never make a train"
        raise ValueError(message)
    return (wagons - 1) / (2 * arrival_rate)


def mean_wait_shut(shut_time: float, cycle_time: float) -> float:
    """Return how long a random arrival waits on average for a place with opening hours.

    Parameters
    ----------
    shut_time : float
        How long the place is shut in each cycle, in one piece.
    cycle_time : float
        From opening to opening, same unit.

    Returns
    -------
    wait : float
        Mean over all arrivals, those that find it open too: c^2 / (2 T).

    Raises
    ------
    ValueError
        If it is shut for less than nothing or for more than the cycle.

    Examples
    --------
    >>> mean_wait_shut(12.0, 24.0)
    3.0
    """
    if not 0 <= shut_time <= cycle_time or not cycle_time > 0:
        message = f"{shut_time:g} shut of {cycle_time:g} is no cycle"
        raise ValueError(message)
    return shut_time**2 / (2 * cycle_time)


def mean_wait_closures(open_time: float, shut_time: float, shut_cv: float) -> float:
    r"""Return how long a random arrival waits on average for the end of closures.

    Parameters
    ----------
    open_time : float
        Mean time from the end of a closure to the beginning of the next.
    shut_time : float
        Mean duration of a closure, same unit.
    shut_cv : float
        Standard deviation of the duration over its mean.

    Returns
    -------
    wait : float
        Mean over all arrivals, those that find it open too.

    Raises
    ------
    ValueError
        If the two times are negative, or both nothing.

    Notes
    -----
    Alternating renewal: :math:`E[D^2] / (2 (U + D))` with :math:`E[D^2] = D^2 (1 + c^2)`.

    Examples
    --------
    >>> mean_wait_closures(9.0, 1.0, 1.0)
    0.1
    """
    if open_time < 0 or shut_time < 0 or open_time + shut_time == 0:
        message = f"{open_time:g} open and {shut_time:g} shut make no renewal"
        raise ValueError(message)
    return shut_time**2 * (1 + shut_cv**2) / (2 * (open_time + shut_time))
