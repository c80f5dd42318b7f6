"""Whether a target is met, with a stated chance of being wrong over many looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from sim.kernels.specials import special
from sim.kernels.summary import mean_interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Judged", "Verdict", "judge_mean", "judge_share"]

Verdict = Literal["meets", "misses", "undecided"]


class Judged(NamedTuple):
    """A value with bounds on either side, and what they say of a target."""

    value: float
    low: float
    high: float
    verdict: Verdict


def judge_mean(
    values: ArrayLike, target: float, *, sign: int, looks: int, confidence: float = 0.95
) -> Judged:
    """Return whether a mean meets a target.

    Parameters
    ----------
    values : array_like of shape (n,)
        One value a replication.
    target : float
        In the unit of the values.
    sign : int
        1 if the mean must be at most the target, -1 if at least.
    looks : int
        How many verdicts are to hold together (Bonferroni).
    confidence : float, optional
        Of all of them together.

    Returns
    -------
    judged : Judged
        Mean, one-sided bounds (Student) and verdict: `meets` or `misses` where the bounds are on
        one side of the target. A value that is not a number, and a single value, decide nothing.

    Raises
    ------
    ValueError
        If the sign is neither 1 nor -1, or there are no looks.

    Examples
    --------
    >>> judge_mean([9.0, 10.0, 11.0], 13.0, sign=1, looks=1).verdict
    'meets'
    >>> judge_mean([9.0, 10.0, 11.0], 11.0, sign=1, looks=1).verdict
    'undecided'
    """
    tail = _tail(sign, looks, confidence)
    x = np.asarray(values, dtype=np.float64)
    if not len(x) or not np.isfinite(x).all():
        return Judged(np.nan, np.nan, np.nan, "undecided")
    mean, low, high = mean_interval(x, confidence=1 - 2 * tail)
    return Judged(mean, low, high, _verdict(low, high, target, sign))


def judge_share(
    values: ArrayLike,
    target: float,
    *,
    sign: int,
    share: float,
    looks: int,
    confidence: float = 0.95,
) -> Judged:
    """Return whether a share of the years meets a target.

    Parameters
    ----------
    values : array_like of shape (n,)
        One value a replication; one that is not a number does not meet the target.
    target : float
        In the unit of the values.
    sign : int
        1 if a value must be at most the target, -1 if at least.
    share : float
        Share of the years that must meet it, in (0, 1).
    looks : int
        How many verdicts are to hold together (Bonferroni).
    confidence : float, optional
        Of all of them together.

    Returns
    -------
    judged : Judged
        Share of the values that meet the target, one-sided bounds (Clopper-Pearson) and verdict.

    Raises
    ------
    ValueError
        If the sign is neither 1 nor -1, or there are no looks or values.

    Examples
    --------
    >>> judged = judge_share([1.0] * 100, 2.0, sign=1, share=0.9, looks=1)
    >>> round(judged.low, 3), judged.verdict
    (0.97, 'meets')
    """
    tail = _tail(sign, looks, confidence)
    x = np.asarray(values, dtype=np.float64)
    n = len(x)
    if not n:
        message = "there must be a value to look at"
        raise ValueError(message)
    met = int((sign * x <= sign * target).sum())
    low = float(special.betaincinv(met, n - met + 1, tail)) if met else 0.0
    high = float(special.betaincinv(met + 1, n - met, 1 - tail)) if met < n else 1.0
    return Judged(met / n, low, high, _verdict(low, high, share, -1))


def _tail(sign: int, looks: int, confidence: float) -> float:
    if sign not in {1, -1} or looks < 1 or not 0 < confidence < 1:
        message = "sign must be 1 or -1, looks one or more, confidence between 0 and 1"
        raise ValueError(message)
    return (1 - confidence) / looks


def _verdict(low: float, high: float, target: float, sign: int) -> Verdict:
    nearest, farthest = (low, high) if sign > 0 else (high, low)
    if sign * farthest <= sign * target:
        return "meets"
    return "misses" if sign * nearest > sign * target else "undecided"
