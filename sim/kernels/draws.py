"""From uniform numbers to the distributions of a scenario, by their quantile functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.specials import special

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Quantile = Callable[[Floats, Floats], Floats]

__all__ = [
    "EXPONENTIAL",
    "FIXED",
    "GAMMA",
    "LOGNORMAL",
    "PERT",
    "TRIANGULAR",
    "law_mean",
    "law_parameters",
    "law_quantile",
    "lognormal_factor",
    "to_clock_ms",
]

FIXED, LOGNORMAL, GAMMA, EXPONENTIAL, TRIANGULAR, PERT = range(6)
_PERT_LAMBDA = 4.0
_MS_PER_S = 1_000.0


def law_parameters(kind: int, *numbers: float) -> Floats:
    r"""Return the four numbers that the quantile of a law needs.

    Parameters
    ----------
    kind : int
        One of the codes of this module.
    *numbers : float
        Value; mean and coefficient of variation; mean; or low, mode and high.

    Returns
    -------
    parameters : array of shape (4,)
        For lognormal location and scale of the logarithm, for gamma shape and scale, for PERT
        low, width and the two shape numbers.

    Raises
    ------
    ValueError
        If the kind is not known or the numbers are too few or too many.

    Notes
    -----
    Lognormal: :math:`\sigma^2 = \ln(1+c^2)`, location :math:`\ln m - \sigma^2/2`. Gamma: shape
    :math:`1/c^2`, scale :math:`m c^2`. PERT [1]_: :math:`\alpha = 1 + 4(m-a)/(b-a)`,
    :math:`\beta = 1 + 4(b-m)/(b-a)`.

    References
    ----------
    .. [1] D. Vose, "Risk Analysis", 3rd ed., 2008 (unverified, from memory).

    Examples
    --------
    >>> law_parameters(LOGNORMAL, 12.0, 0.5).round(4).tolist()
    [2.3733, 0.4724, 0.0, 0.0]
    """
    if not 0 <= kind < len(_PARAMETERS):
        message = f"no law has the code {kind}"
        raise ValueError(message)
    try:
        values = _PARAMETERS[kind](*numbers)
    except TypeError:
        message = f"the law of code {kind} does not take {len(numbers)} numbers"
        raise ValueError(message) from None
    parameters = np.zeros(4)
    parameters[: len(values)] = values
    return parameters


def _one(value: float) -> tuple[float, ...]:
    return (value,)


def _of_lognormal(mean: float, cv_frac: float) -> tuple[float, ...]:
    variance = np.log1p(cv_frac**2)
    return (np.log(mean) - variance / 2, np.sqrt(variance))


def _of_gamma(mean: float, cv_frac: float) -> tuple[float, ...]:
    return (1.0 / cv_frac**2, mean * cv_frac**2)


def _three(low: float, mode: float, high: float) -> tuple[float, ...]:
    return (low, mode, high)


def _of_pert(low: float, mode: float, high: float) -> tuple[float, ...]:
    width = high - low
    lean = _PERT_LAMBDA * (mode - low) / width
    return (low, width, 1.0 + lean, 1.0 + _PERT_LAMBDA - lean)


_PARAMETERS: tuple[Callable[..., tuple[float, ...]], ...] = (
    _one,
    _of_lognormal,
    _of_gamma,
    _one,
    _three,
    _of_pert,
)


def _fixed(p: Floats, u: Floats) -> Floats:
    return np.full(u.shape, p[0])


def _lognormal(p: Floats, u: Floats) -> Floats:
    return np.asarray(np.exp(p[0] + p[1] * special.ndtri(u)))


def _gamma(p: Floats, u: Floats) -> Floats:
    return np.asarray(special.gammaincinv(p[0], u) * p[1])


def _exponential(p: Floats, u: Floats) -> Floats:
    return np.asarray(-np.log1p(-u) * p[0])


def _triangular(p: Floats, u: Floats) -> Floats:
    low, mode, high = p[:3]
    split = (mode - low) / (high - low)
    rise = low + np.sqrt(u * (high - low) * (mode - low))
    fall = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
    return np.asarray(np.where(u < split, rise, fall))


def _pert(p: Floats, u: Floats) -> Floats:
    return np.asarray(p[0] + p[1] * special.betaincinv(p[2], p[3], u))


_QUANTILES: tuple[Quantile, ...] = (_fixed, _lognormal, _gamma, _exponential, _triangular, _pert)


def law_quantile(kind: int, parameters: ArrayLike, uniform: ArrayLike) -> Floats:
    """Return the quantiles of a law at uniform numbers.

    The inverse-transform method: one uniform number a draw, rising with it, so that two
    scenarios that share their luck differ only by the law.

    Parameters
    ----------
    kind : int
        One of the codes of this module.
    parameters : array_like of shape (4,)
        From `law_parameters`.
    uniform : array_like of any shape
        Numbers in (0, 1).

    Returns
    -------
    value : array of the shape of ``uniform``
        In the unit of the law.

    Raises
    ------
    ValueError
        If a number lies outside [0, 1) or the kind is not known.

    Examples
    --------
    >>> law_quantile(TRIANGULAR, [20.0, 50.0, 80.0, 0.0], [0.5]).tolist()
    [50.0]
    """
    u = np.asarray(uniform, dtype=np.float64)
    if np.any(u < 0) or np.any(u >= 1):
        message = "uniform numbers must lie in [0, 1)"
        raise ValueError(message)
    if not 0 <= kind < len(_QUANTILES):
        message = f"no law has the code {kind}"
        raise ValueError(message)
    return _QUANTILES[kind](np.asarray(parameters, dtype=np.float64), u)


def law_mean(kind: int, parameters: ArrayLike) -> float:
    """Return the mean of a law.

    Parameters
    ----------
    kind : int
        One of the codes of this module.
    parameters : array_like of shape (4,)
        From `law_parameters`.

    Returns
    -------
    mean : float
        In the unit of the law.

    Raises
    ------
    ValueError
        If the kind is not known.

    Examples
    --------
    >>> round(law_mean(LOGNORMAL, law_parameters(LOGNORMAL, 12.0, 0.5)), 9)
    12.0
    """
    p = np.asarray(parameters, dtype=np.float64)
    means = (
        lambda: p[0],
        lambda: np.exp(p[0] + p[1] ** 2 / 2),
        lambda: p[0] * p[1],
        lambda: p[0],
        lambda: (p[0] + p[1] + p[2]) / 3,
        lambda: p[0] + p[1] * p[2] / (p[2] + p[3]),
    )
    if not 0 <= kind < len(means):
        message = f"no law has the code {kind}"
        raise ValueError(message)
    return float(means[kind]())


def lognormal_factor(cv_frac: float, uniform: ArrayLike) -> Floats:
    """Return factors of mean one, lognormal with a coefficient of variation.

    Parameters
    ----------
    cv_frac : float
        Standard deviation over mean; zero gives ones.
    uniform : array_like of any shape
        Numbers in (0, 1).

    Returns
    -------
    factor : array of the shape of ``uniform``
        Positive factors.

    Raises
    ------
    ValueError
        If a number lies outside [0, 1).

    Examples
    --------
    >>> lognormal_factor(0.0, [0.2, 0.9]).tolist()
    [1.0, 1.0]
    """
    u = np.asarray(uniform, dtype=np.float64)
    if cv_frac == 0:
        return np.ones(u.shape)
    return law_quantile(LOGNORMAL, law_parameters(LOGNORMAL, 1.0, cv_frac), u)


def to_clock_ms(duration_s: ArrayLike) -> NDArray[np.int64]:
    """Return durations on the clock of the engines: whole milliseconds.

    Parameters
    ----------
    duration_s : array_like of any shape
        Non-negative durations. [s]

    Returns
    -------
    duration_ms : array of int64
        Rounded to the nearest millisecond, halves to even. [ms]

    Raises
    ------
    ValueError
        If a duration is negative or not finite.

    Examples
    --------
    >>> to_clock_ms([0.0, 1.2345]).tolist()
    [0, 1234]
    """
    seconds = np.asarray(duration_s, dtype=np.float64)
    if np.any(~np.isfinite(seconds)) or np.any(seconds < 0):
        message = "durations must be finite and not negative"
        raise ValueError(message)
    return np.rint(seconds * _MS_PER_S).astype(np.int64)
