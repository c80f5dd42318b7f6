"""The table of distributions: each law of a scenario once, in hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.kernels import draws
from sim.kernels.empirical import empirical_steps
from sim.model import laws
from sim.units import DAY_MS, HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["EMPIRICAL", "LawTable"]

EMPIRICAL = draws.PERT + 1
"""Kind of a law of observed values: its parameters are a range of the observed."""


_SHAPES: tuple[tuple[type, int, tuple[str, ...]], ...] = (
    (laws.Fixed, draws.FIXED, ("value",)),
    (laws.Lognormal, draws.LOGNORMAL, ("mean", "cv_frac")),
    (laws.Gamma, draws.GAMMA, ("mean", "cv_frac")),
    (laws.Exponential, draws.EXPONENTIAL, ("mean",)),
    (laws.Triangular, draws.TRIANGULAR, ("low", "mode", "high")),
    (laws.Pert, draws.PERT, ("low", "mode", "high")),
)


def _numbers(law: laws.Law) -> tuple[int, tuple[float, ...]]:
    """Return code and numbers of a law."""
    for kind, code, names in _SHAPES:
        if isinstance(law, kind):
            return code, tuple(float(getattr(law, name)) for name in names)
    return draws.FIXED, (float(law),)  # type: ignore[arg-type]


_SCALED = {draws.FIXED: 1, draws.LOGNORMAL: 1, draws.GAMMA: 1, draws.EXPONENTIAL: 1}


class LawTable:
    """Collects laws while a scenario is compiled; `add` tells the row of each."""

    def __init__(self) -> None:
        self._kind: list[int] = []
        self._parameters: list[NDArray[np.float64]] = []
        self._known: dict[tuple[float, ...], int] = {}
        self._observed: tuple[list[float], list[float]] = ([], [])

    def _row(self, kind: int, numbers: tuple[float, ...]) -> int:
        key = (kind, *numbers)
        if key not in self._known:
            self._known[key] = len(self._kind)
            self._kind.append(kind)
            self._parameters.append(draws.law_parameters(kind, *numbers))
        return self._known[key]

    def add(self, law: laws.Law, *, hours_per_unit: float = 1.0) -> int:
        """Return the row of a law whose unit is so many hours."""
        if isinstance(law, laws.Empirical):
            return self._add_observed(law, hours_per_unit)
        kind, numbers = _numbers(law)
        scaled = _SCALED.get(kind, len(numbers))
        return self._row(
            kind, tuple(n * hours_per_unit if i < scaled else n for i, n in enumerate(numbers))
        )

    def add_days(self, law: laws.Law) -> int:
        """Return the row of a law whose unit is days."""
        return self.add(law, hours_per_unit=DAY_MS / HOUR_MS)

    def _add_observed(self, law: laws.Empirical, hours_per_unit: float) -> int:
        values, upto = empirical_steps(law.values, weights=law.weights)
        key = (EMPIRICAL, *(values * hours_per_unit).tolist(), *upto.tolist())
        if key not in self._known:
            first = len(self._observed[0])
            self._known[key] = len(self._kind)
            self._kind.append(EMPIRICAL)
            self._parameters.append(np.array([first, first + len(values), 0.0, 0.0]))
            self._observed[0].extend((values * hours_per_unit).tolist())
            self._observed[1].extend(upto.tolist())
        return self._known[key]

    def observed(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return all observed values, rising within a law, and their cumulated shares."""
        return np.array(self._observed[0], np.float64), np.array(self._observed[1], np.float64)

    def add_gamma(self, mean_h: float, cv_frac: float) -> int:
        """Return the row of a gamma law; fixed where it has no spread."""
        if cv_frac == 0:
            return self._row(draws.FIXED, (mean_h,))
        return self._row(draws.GAMMA, (mean_h, cv_frac))

    def columns(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return codes, shape (n,), and parameters, shape (n, 4)."""
        return (
            np.array(self._kind, np.int64),
            np.array(self._parameters, np.float64).reshape(-1, 4),
        )
