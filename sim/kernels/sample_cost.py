"""Sample running times and cost them: totals of each replication, at the speed of drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba as nb
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["sampled_totals", "sampled_totals_plain"]

CHUNK = 32768
"""Elements drawn at once: 256 kB, which stay in the cache."""
LANES = 256
_P = (2.30933477057345225087e-2, 2.02020656693165307700e1, 1.51390680115615096133e3)
_Q = (2.33184211722314911771e2, 4.36821166879210612817e3)
_ROUNDER = 6755399441055744.0 + 1023.0
"""1.5 x 2^52 and the bias of exponents: added to a number it rounds it to a whole one, which
stands in the lowest bits as the exponent of 2 to its power."""
_LARGEST_CV = 1000.0


def sampled_totals(
    generator: np.random.Generator,
    base_s: ArrayLike,
    usd_per_h: ArrayLike,
    n_replications: int,
    *,
    cv_frac: ArrayLike,
) -> tuple[Floats, Floats]:
    r"""Return hours and cost of all trains over all sections, for each replication.

    Parameters
    ----------
    generator : numpy.random.Generator
        Gives standard normal numbers in the order (replication, train, section).
    base_s : array_like of shape (n_trains, n_sections)
        Running time without luck. [s]
    usd_per_h : array_like
        Cost of an hour; broadcast against ``base_s``. [USD/h]
    n_replications : int
        How often all is drawn anew.
    cv_frac : array_like
        Coefficient of variation of the factor of mean 1; broadcast against ``base_s``.

    Returns
    -------
    hours_h, cost_usd : arrays of shape (n_replications,)
        Totals. [h], [USD]

    Raises
    ------
    ValueError
        If a number is negative or not finite.

    Notes
    -----
    Factor :math:`\exp(\mu + \sigma z)`, :math:`\sigma^2 = \ln(1+c^2)`, :math:`\mu=-\sigma^2/2`.
    Memory is that of the base times and one chunk. The exponential is Cephes' rational one [1]_,
    which LLVM vectorises; it is within a few units of the last place of NumPy's. Sums run in
    lanes, so totals differ from the plain form by rounding, and not with the number of
    replications.

    References
    ----------
    .. [1] S. L. Moshier, "Cephes Mathematical Library", exp2.c, 1984-2000 (coefficients from
       memory, checked against NumPy by test).

    Examples
    --------
    >>> from numpy.random import SFC64, Generator
    >>> hours, cost = sampled_totals(Generator(SFC64(1)), [[3600.0, 7200.0]], 50.0, 3, cv_frac=0.0)
    >>> hours.tolist(), cost.tolist()
    ([3.0, 3.0, 3.0], [150.0, 150.0, 150.0])
    """
    weights = _weights(base_s, usd_per_h, cv_frac)
    weights[2:] *= np.exp(weights[0])
    weights = np.ascontiguousarray(weights[1:])
    weights[0] *= np.log2(np.e)
    size = weights.shape[1]
    totals = np.zeros((2, n_replications))
    several = max(CHUNK // max(size, 1), 1)
    chunk = np.empty(min(size, CHUNK) * several)
    for first in range(0, n_replications, several):
        rows = min(several, n_replications - first)
        for start in range(0, size, CHUNK):
            width = min(CHUNK, size - start)
            normal = chunk[: rows * width]
            generator.standard_normal(out=normal)
            _add(normal.reshape(rows, width), weights, start, totals[:, first : first + rows])
    return totals[0], totals[1]


def sampled_totals_plain(
    generator: np.random.Generator,
    base_s: ArrayLike,
    usd_per_h: ArrayLike,
    n_replications: int,
    *,
    cv_frac: ArrayLike,
) -> tuple[Floats, Floats]:
    """Return what :func:`sampled_totals` does, all at once in plain NumPy.

    Parameters
    ----------
    generator : numpy.random.Generator
        As there.
    base_s, usd_per_h : array_like
        As there. [s], [USD/h]
    n_replications : int
        As there.
    cv_frac : array_like
        As there.

    Returns
    -------
    hours_h, cost_usd : arrays of shape (n_replications,)
        [h], [USD]

    Raises
    ------
    ValueError
        As there.
    """
    mu, sigma, hours, cost = _weights(base_s, usd_per_h, cv_frac)
    factor = np.exp(mu + sigma * generator.standard_normal((n_replications, len(mu))))
    return (factor * hours).sum(axis=1), (factor * cost).sum(axis=1)


def _weights(base_s: ArrayLike, usd_per_h: ArrayLike, cv_frac: ArrayLike) -> Floats:
    """Return location, scale, hours and cost of each element, (4, n_elements)."""
    base = np.asarray(base_s, dtype=np.float64)
    rate = np.broadcast_to(np.asarray(usd_per_h, dtype=np.float64), base.shape)
    cv = np.broadcast_to(np.asarray(cv_frac, dtype=np.float64), base.shape)
    given = np.stack([base.ravel(), rate.ravel(), cv.ravel()])
    if np.any(~np.isfinite(given)) or np.any(given < 0) or np.any(given[2] > _LARGEST_CV):
        message = (
            "running times, cost of an hour and variation must be finite and not negative, "
            f"and variation at most {_LARGEST_CV:g}"
        )
        raise ValueError(message)
    variance = np.log1p(given[2] ** 2)
    hours = given[0] / 3600.0
    return np.stack([-variance / 2, np.sqrt(variance), hours, hours * given[1]])


@nb.njit(error_model="numpy", nogil=True, cache=True, forceinline=True)
def _exp2(y: float) -> float:  # pragma: no cover - compiled
    """Return 2 to the power of y, without branches, for abs(y) below 1000."""
    shifted = y + _ROUNDER
    rest = y - (shifted - _ROUNDER)
    square = rest * rest
    p = rest * ((_P[0] * square + _P[1]) * square + _P[2])
    half = p / (((square + _Q[0]) * square + _Q[1]) - p)
    bits = np.float64(shifted).view(np.int64) << 52
    return (1.0 + (half + half)) * np.int64(bits).view(np.float64)


@nb.njit(error_model="numpy", nogil=True, cache=True)
def _add(
    normal: Floats, weights: Floats, start: int, totals: Floats
) -> None:  # pragma: no cover - compiled
    """Add hours and cost of one chunk to the totals of its replications."""
    rows, width = normal.shape
    sigma, hours, cost = weights[0], weights[1], weights[2]
    sums = np.empty(2 * LANES)
    lanes = min(LANES, max(width, 1))
    for i in range(rows):
        sums[:] = 0.0
        z = normal[i]
        for first in range(0, width, lanes):
            m = min(lanes, width - first)
            at, here = start + first, z[first : first + m]
            s, h, c = sigma[at : at + m], hours[at : at + m], cost[at : at + m]
            for k in range(m):
                factor = _exp2(s[k] * here[k])
                sums[k] += factor * h[k]
                sums[LANES + k] += factor * c[k]
        totals[0, i] += sums[:LANES].sum()
        totals[1, i] += sums[LANES:].sum()
