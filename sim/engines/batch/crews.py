"""Hours of crews (docs/semantics.md, 10.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import MEET, NO_LIMIT
from sim.engines.batch import columns as at
from sim.engines.batch.compiling import compiled
from sim.engines.batch.ways import run_ms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["begin_duty", "end_duty", "is_due"]

NO_CREW = -1


@compiled
def begin_duty(m: Tape, train: int, pool: int) -> None:
    """Begin the duty of a crew, if its hours are limited."""
    if m[m[at.POOL_DUTY] + pool] < NO_LIMIT:
        m[m[at.TRAIN_CREW] + train] = pool
        m[m[at.TRAIN_DUTY] + train] = m[at.NOW]


@compiled
def end_duty(m: Tape, train: int, pool: int) -> None:
    """End the duty of a crew."""
    if m[m[at.TRAIN_CREW] + train] == pool:
        m[m[at.TRAIN_CREW] + train] = NO_CREW


@compiled
def is_due(m: Tape, train: int, step: int, at_ms: int) -> bool:
    """Return whether the crew rests at that instant, before that step."""
    crew, since_ms = m[m[at.TRAIN_CREW] + train], m[m[at.TRAIN_DUTY] + train]
    if crew < 0 or at_ms <= since_ms:
        return False
    n_steps = 1
    if m[m[at.STEP_OP] + step] == MEET:
        n_steps = m[m[at.STEP_REACH] + step]
    ends_ms = at_ms
    for k in range(step, step + n_steps):
        ends_ms += run_ms(m, train, k)
    return bool(ends_ms - since_ms > m[m[at.POOL_DUTY] + crew])
