"""Uniform numbers by purpose, and durations of laws on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.laws import EMPIRICAL
from sim.kernels.draws import law_quantile, to_clock_ms
from sim.kernels.empirical import empirical_quantile
from sim.runs.streams import stream
from sim.units import HOUR_MS, SECOND_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.layout import CorridorArrays

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["Luck", "control_ms"]

_HOUR_S = HOUR_MS / SECOND_MS
_LARGEST = 1 - 2.0**-53
"""The largest uniform number; less any other it gives one of them, without rounding."""


class Luck:
    """Uniform numbers by purpose, and laws on them, for one replication.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario; its seed is the seed of the study.
    replication : int
        From 0.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    """

    def __init__(
        self, arrays: CorridorArrays, replication: int, *, antithetic: bool = False
    ) -> None:
        self.arrays = arrays
        self.is_turned = antithetic and replication % 2 == 1
        self.replication = replication - self.is_turned

    def uniform(self, purpose: str, *shape: int) -> Floats:
        """Return uniform numbers of a purpose, in [0, 1)."""
        u = stream(self.arrays.seed, self.replication, purpose).random(shape)
        return _LARGEST - u if self.is_turned else u

    def law_ms(self, law: int, purpose: str, *shape: int) -> Ints:
        """Return durations by a row of the laws. [ms]."""
        laws, u = self.arrays.laws, self.uniform(purpose, *shape)
        if laws.kind[law] == EMPIRICAL:
            of = slice(int(laws.parameters[law, 0]), int(laws.parameters[law, 1]))
            hours = empirical_quantile(laws.empirical_h[of], laws.empirical_upto_frac[of], u)
        else:
            hours = law_quantile(int(laws.kind[law]), laws.parameters[law], u)
        return to_clock_ms(hours * _HOUR_S)


def control_ms(luck: Luck, control: int, owner: str, n: int, *, is_laden: bool) -> Ints:
    """Return how long each of n trains (or truck groups) is controlled; -1 where it is not.

    Parameters
    ----------
    luck : Luck
        Of one replication.
    control : int
        Which control.
    owner : str
        Whose: a service and direction, or a haul and flow.
    n : int
        How many.
    is_laden : bool
        Loaded or empty: the luck is the same.

    Returns
    -------
    time_ms : array of int64, shape (n,)
        Of a train, a wagon or a lot, as the control says. [ms]
    """
    laws, posts = luck.arrays.laws, luck.arrays.posts
    law = int((laws.post_loaded if is_laden else laws.post_empty)[control])
    purpose = f"post/{luck.arrays.names.posts[control]}/{owner}"
    if law < 0:
        return np.full(n, -1, np.int64)
    time_ms = luck.law_ms(law, purpose, n)
    if is_laden and laws.post_early[control] >= 0:
        early_ms = luck.law_ms(int(laws.post_early[control]), f"{purpose}/early", n)
        is_early = luck.uniform(f"{purpose}/declared", n) < posts.early_share[control]
        time_ms = np.where(is_early, early_ms, time_ms)
    if posts.share[control] < 1:
        is_picked = luck.uniform(f"{purpose}/share", n) < posts.share[control]
        time_ms = np.where(is_picked, time_ms, -1)
    return time_ms
