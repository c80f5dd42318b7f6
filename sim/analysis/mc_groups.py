"""Which replications make one observation of a study, and what their spread is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.kernels.variance_split import group_means, within_sd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Groups"]


@dataclass(frozen=True, slots=True)
class Groups:
    """How replications hang together.

    Parameters
    ----------
    antithetic : bool, optional
        Whether they are pairs with opposite luck.
    reps_per_sample : int, optional
        Replications that share one draw of the uncertain numbers.
    varied : frozenset of str, optional
        Scenarios whose uncertain numbers are drawn.
    """

    antithetic: bool = False
    reps_per_sample: int = 1
    varied: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """Replications of one observation."""
        return 2 if self.antithetic else self.reps_per_sample

    def means(self, values: Floats) -> Floats:
        """Return one value for each observation: the mean of its replications."""
        return group_means(values, self.size)

    def firsts(self, values: Floats) -> Floats:
        """Return the first replication of each observation."""
        return values[:: self.size]

    def sums(self, values: Floats) -> Floats:
        """Return the sum over the replications of each observation."""
        whole = len(values) // self.size * self.size
        return np.asarray(values[:whole].reshape(-1, self.size).sum(axis=1), dtype=np.float64)

    def year_sd(self, label: str, values: Floats) -> float:
        """Return the spread from year to year by luck alone; NaN where it cannot be told.

        Parameters
        ----------
        label : str
            Scenario.
        values : array of shape (n_replications,)
            NaN where there is no value.
        """
        if label in self.varied:
            return within_sd(values, self.reps_per_sample)
        return self.all_sd(values)

    @staticmethod
    def all_sd(values: Floats) -> float:
        """Return the spread between all replications, whatever its cause."""
        known = values[np.isfinite(values)]
        return float(known.std(ddof=1)) if len(known) > 1 else np.nan
