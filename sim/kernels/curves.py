"""Curves along a line: resistance by radius from place to place, and its sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.track_forces import amounts, curve_resistance_permille

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["curve_steps", "curve_sum_permille_m"]


def curve_steps(
    from_m: ArrayLike, length_m: ArrayLike, radius_m: ArrayLike, *, start_m: float = 0.0
) -> tuple[Floats, Floats]:
    """Return curve resistance as steps along a line that is straight between its curves.

    Used for a section whose curves are listed; averaged under a train, the steps give 700/R where
    the train is shorter than the curve, and 700/R x S_curve/L_train where it is longer.

    Parameters
    ----------
    from_m, length_m : array_like of shape (n_curves,)
        Where each curve begins, in any order, and its length. [m]
    radius_m : array_like of shape (n_curves,)
        Radius of each. [m]
    start_m : float, optional
        Where the line begins. [m]

    Returns
    -------
    step_m, permille : arrays of shape (n_steps,)
        Chainages, rising from ``start_m``, from which each resistance holds up to the next; the
        last is 0. [m], [N/kN]

    Raises
    ------
    ValueError
        If curves overlap by more than a millimetre, begin before the line or have no length, or a
        radius is not positive.

    Notes
    -----
    700/R: PTR, METHODS 1.1. Curves that touch are one after the other, with no straight between;
    less than a millimetre of straight, also before the first, goes to the curve after it.

    Examples
    --------
    >>> step_m, permille = curve_steps([500.0, 200.0], [100.0, 300.0], [350.0, 700.0])
    >>> step_m.tolist(), permille.tolist()
    ([0.0, 200.0, 500.0, 600.0], [0.0, 1.0, 2.0, 0.0])
    """
    begin, length = amounts("from_m", from_m), amounts("length_m", length_m)
    rate = curve_resistance_permille(radius_m)
    order = np.argsort(begin, kind="stable")
    begin, end, rate = begin[order], (begin + length)[order], rate[order]
    hair = 1e-3
    if np.any(length <= hair) or np.any(begin[:1] < start_m) or np.any(begin[1:] < end[:-1] - hair):
        message = "curves must have a length, lie on the line and not overlap"
        raise ValueError(message)
    step, permille = [start_m], [0.0]
    for first, last, resistance in zip(begin, end, rate, strict=True):
        if first <= step[-1] + hair:
            permille[-1] = float(resistance)
        else:
            step.append(float(first))
            permille.append(float(resistance))
        step.append(float(last))
        permille.append(0.0)
    return np.array(step), np.array(permille)


def curve_sum_permille_m(step_m: ArrayLike, permille: ArrayLike, at_m: ArrayLike) -> Floats:
    """Return curve resistance summed along a line up to some places.

    Parameters
    ----------
    step_m, permille : array_like of shape (n_steps,)
        Chainages, rising, from which each resistance holds up to the next; the last holds on, and
        none before the first. [m], [N/kN]
    at_m : array_like
        Chainages of the places. [m]

    Returns
    -------
    total_permille_m : array like ``at_m``
        Differences over a distance give the mean resistance there. [N/kN x m]

    Raises
    ------
    ValueError
        If the two lists differ in length.

    Examples
    --------
    >>> curve_sum_permille_m([0.0, 100.0], [2.0, 0.0], [-50.0, 50.0, 300.0]).tolist()
    [0.0, 100.0, 200.0]
    """
    bends, rates = np.asarray(step_m, dtype=np.float64), np.asarray(permille, dtype=np.float64)
    places = np.asarray(at_m, dtype=np.float64)
    total = np.concatenate([[0.0, 0.0], np.cumsum(rates[:-1] * np.diff(bends))])[: len(bends) + 1]
    knots = np.concatenate([[-np.inf], bends])
    which = np.searchsorted(bends, places, side="right")
    rate = np.concatenate([[0.0], rates])[which]
    past_m = np.where(which > 0, places - np.where(which > 0, knots[which], 0), 0)
    return np.asarray(total[which] + rate * past_m)
