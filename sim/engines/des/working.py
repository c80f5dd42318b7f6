"""Work at a place that opens and shuts (docs/semantics.md, 2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.kernels.gates import work_end_ms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.arrays import Draws

__all__ = ["GateTimes"]


class GateTimes:
    """How long work lasts at a gate: as drawn, or with the times in which it is shut."""

    def __init__(self, draws: Draws, gate: int, *, stands_shut: int) -> None:
        rows = slice(draws.gate_ptr[gate], draws.gate_ptr[gate + 1])
        self._instants: NDArray[np.int64] = draws.gate_at_ms[rows]
        self._states: NDArray[np.int64] = draws.gate_state[rows]
        self._stands_shut = bool(stands_shut) and bool((self._states != 0).any())

    def lasts_ms(self, now_ms: int, work_ms: int) -> int:
        """Return how long work that begins now lasts. [ms]."""
        if not self._stands_shut:
            return work_ms
        return int(work_end_ms(self._instants, self._states, now_ms, work_ms)) - now_ms
