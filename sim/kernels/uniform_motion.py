"""Running time by constant acceleration and braking, and the recovery supplement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["supplemented_s", "uniform_running_time_s"]

_ROUNDING = 1e-9


def uniform_running_time_s(
    length_m: ArrayLike,
    limit_mps: ArrayLike,
    acceleration_mps2: ArrayLike,
    deceleration_mps2: ArrayLike,
    *,
    entry_mps: ArrayLike = 0.0,
    exit_mps: ArrayLike = 0.0,
) -> Floats:
    r"""Return the running time under one limit at constant rates: where no physics is asked for.

    Parameters
    ----------
    length_m : array_like
        Length of the run. [m]
    limit_mps : array_like
        Speed limit. [m/s]
    acceleration_mps2, deceleration_mps2 : array_like
        Rates, positive both. [m/s2]
    entry_mps, exit_mps : array_like, optional
        Speeds at both ends; all six broadcast. [m/s]

    Returns
    -------
    running_s : array of the broadcast shape
        0 for no length. [s]

    Raises
    ------
    ValueError
        If a number is out of bounds, an end is faster than the limit, or the length is too short to
        get from one speed to the other.

    Notes
    -----
    METHODS appendix A: :math:`v_p = \min(V, \sqrt{(2abd + b v_0^2 + a v_1^2)/(a+b)})`,
    :math:`t = (v_p-v_0)/a + (v_p-v_1)/b + (d - (v_p^2-v_0^2)/2a - (v_p^2-v_1^2)/2b)/v_p`.

    Examples
    --------
    >>> uniform_running_time_s([0.0, 1000.0, 10_000.0], 20.0, 0.2, 0.2).round(3).tolist()
    [0.0, 141.421, 600.0]
    """
    d, top, a, b, v0, v1 = np.broadcast_arrays(*(
        np.asarray(x, dtype=np.float64)
        for x in (length_m, limit_mps, acceleration_mps2, deceleration_mps2, entry_mps, exit_mps)
    ))  # fmt: skip
    _check(d, top, a, b, v0, v1)
    peak = np.sqrt((2 * a * b * d + b * v0 * v0 + a * v1 * v1) / (a + b))
    vp = np.minimum(top, np.maximum(peak, np.maximum(v0, v1)))
    steady = d - (vp * vp - v0 * v0) / (2 * a) - (vp * vp - v1 * v1) / (2 * b)
    cruise = np.divide(np.maximum(steady, 0.0), vp, out=np.zeros(d.shape), where=vp > 0)
    return np.asarray((vp - v0) / a + (vp - v1) / b + cruise)


def supplemented_s(minimum_s: ArrayLike, *, supplement_frac: ArrayLike) -> Floats:
    """Return the scheduled running time: the minimum one with its recovery supplement.

    Parameters
    ----------
    minimum_s : array_like
        Minimum running time. [s]
    supplement_frac : array_like
        Supplement as a share of it; 0.03-0.07 is usual (METHODS 1.3, from memory there).

    Returns
    -------
    running_s : array of the broadcast shape
        [s]

    Raises
    ------
    ValueError
        If a number is negative or not finite.

    Examples
    --------
    >>> float(supplemented_s(1000.0, supplement_frac=0.05))
    1050.0
    """
    minimum = np.asarray(minimum_s, dtype=np.float64)
    share = np.asarray(supplement_frac, dtype=np.float64)
    if not (np.isfinite(minimum).all() and np.isfinite(share).all()) or (
        np.any(minimum < 0) or np.any(share < 0)
    ):
        message = "times and supplements must be finite and not negative"
        raise ValueError(message)
    return np.asarray(minimum * (1.0 + share))


def _check(d: Floats, top: Floats, a: Floats, b: Floats, v0: Floats, v1: Floats) -> None:
    """Refuse runs that cannot be."""
    least = np.stack([d, v0, v1])
    if np.any(~(np.stack([top, a, b]) > 0)) or np.any(~(least >= 0)) or np.any(np.isinf(least)):
        message = "limit and rates must be positive; length and end speeds must be 0 or more"
        raise ValueError(message)
    if np.any(np.maximum(v0, v1) > top * (1 + _ROUNDING)):
        message = "a run enters or leaves faster than its limit"
        raise ValueError(message)
    reach = np.maximum((v1 * v1 - v0 * v0) / (2 * a), (v0 * v0 - v1 * v1) / (2 * b))
    if np.any(reach > d * (1 + _ROUNDING) + _ROUNDING):
        message = "the run is too short to get from its entry to its exit speed"
        raise ValueError(message)
