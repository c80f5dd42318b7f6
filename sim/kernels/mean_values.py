"""Mean value analysis: a fixed fleet that goes round through queues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["closed_cycle"]


def closed_cycle(
    units: int, work_time: ArrayLike, delay_time: float
) -> tuple[float, NDArray[np.float64]]:
    r"""Return throughput, and time at each queue, of units that go round for ever.

    Used as oracle for wagon fleets: each wagon is worked at places with one gang each, and spends
    the rest of its cycle where nobody waits for anybody.

    Parameters
    ----------
    units : int
        Units in the cycle.
    work_time : array_like of shape (n_places,)
        Mean work on a unit at each place with one server, exponential.
    delay_time : float
        Mean time of the rest of a cycle, of any law, same unit.

    Returns
    -------
    throughput : float
        Cycles ended per unit of time.
    time_there : array of shape (n_places,)
        Mean time at each place, wait and work.

    Raises
    ------
    ValueError
        If there is no unit, or a time is negative or none is above 0.

    Notes
    -----
    One class, exact [1]_: :math:`R_i = D_i (1 + Q_i(n - 1))`, :math:`X = n / (Z + \sum R_i)`,
    :math:`Q_i = X R_i`, from the empty cycle up.

    References
    ----------
    .. [1] M. Reiser, S. S. Lavenberg, "Mean-value analysis of closed multichain queuing
       networks," J. ACM 27(2), 1980 (unverified, from memory).

    Examples
    --------
    >>> throughput, time_there = closed_cycle(2, [1.0, 1.0], 0.0)
    >>> round(throughput, 6), time_there.tolist()
    (0.666667, [1.5, 1.5])
    """
    work: NDArray[np.float64] = np.asarray(work_time, dtype=np.float64)
    if units < 1 or (work < 0).any() or delay_time < 0 or not work.sum() + delay_time > 0:
        message = f"{units} units, work {work.tolist()} and delay {delay_time:g} make no cycle"
        raise ValueError(message)
    waiting, throughput, there = np.zeros_like(work), 0.0, work
    for n in range(1, units + 1):
        there = work * (1 + waiting)
        throughput = n / (delay_time + float(there.sum()))
        waiting = throughput * there
    return throughput, there
