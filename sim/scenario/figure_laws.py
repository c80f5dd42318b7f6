"""The laws of uncertain numbers: their values at uniform numbers, and the ends of their range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.draws import LOGNORMAL, PERT, TRIANGULAR, law_parameters, law_quantile
from sim.kernels.empirical import empirical_quantile, empirical_steps
from sim.kernels.figure_laws import inside, normal_quantile, uniform_quantile
from sim.model.uncertain import (
    ChoiceFigure,
    EmpiricalFigure,
    LognormalFigure,
    NormalFigure,
    PertFigure,
    UniformFigure,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from sim.model.uncertain import FigureLaw

    Floats = NDArray[np.float64]

__all__ = ["law_ends", "law_values"]

_FAR = {"0.1 % quantile": 0.001, "99.9 % quantile": 0.999}


def law_values(law: FigureLaw, uniform: ArrayLike) -> Floats:
    """Return the values of a law at uniform numbers: one number a draw, rising with it.

    Parameters
    ----------
    law : FigureLaw
        From a scenario.
    uniform : array_like of any shape
        Numbers in [0, 1].

    Returns
    -------
    values : array of the same shape
        In the unit of the number the law stands for.

    Raises
    ------
    ValueError
        If a number lies outside [0, 1].

    Examples
    --------
    >>> law_values(UniformFigure(kind="uniform", low=2.0, high=6.0), [0.25]).tolist()
    [3.0]
    """
    u = inside(uniform)
    if isinstance(law, UniformFigure):
        return uniform_quantile(u, low=law.low, high=law.high)
    if isinstance(law, NormalFigure):
        low = -np.inf if law.low is None else law.low
        high = np.inf if law.high is None else law.high
        return normal_quantile(u, mean=law.mean, sd=law.sd, low=low, high=high)
    if isinstance(law, ChoiceFigure | EmpiricalFigure):
        return empirical_quantile(*empirical_steps(law.values, weights=law.weights), u)
    if isinstance(law, LognormalFigure):
        return law_quantile(LOGNORMAL, law_parameters(LOGNORMAL, law.mean, law.cv_frac), u)
    kind = PERT if isinstance(law, PertFigure) else TRIANGULAR
    return law_quantile(kind, law_parameters(kind, law.low, law.mode, law.high), u)


def law_ends(law: FigureLaw) -> dict[str, float]:
    """Return the values at which a law is held against the scenario, by what they are called.

    Parameters
    ----------
    law : FigureLaw
        From a scenario.

    Returns
    -------
    ends : dict
        Lowest, most likely and highest value; all values of a choice; quantiles where a law has
        no end.

    Examples
    --------
    >>> law_ends(ChoiceFigure(kind="choice", values=(3.0, 5.0)))
    {'value 3': 3.0, 'value 5': 5.0}
    """
    if isinstance(law, ChoiceFigure):
        return {f"value {value:g}": value for value in law.values}
    if isinstance(law, EmpiricalFigure):
        return {"lowest value": min(law.values), "highest value": max(law.values)}
    if isinstance(law, NormalFigure | LognormalFigure):
        far = law_values(law, list(_FAR.values())).tolist()
        found = dict(zip(_FAR, far, strict=True))
        low, high = (getattr(law, name, None) for name in ("low", "high"))
        return (
            {
                ("0.1 % quantile" if low is None else "low"): far[0] if low is None else low,
                ("99.9 % quantile" if high is None else "high"): far[1] if high is None else high,
            }
            if low is not None or high is not None
            else found
        )
    ends = {name: getattr(law, name, None) for name in ("low", "mode", "high")}
    return {name: value for name, value in ends.items() if value is not None}
