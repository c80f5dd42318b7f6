"""A train stands so that its crew may rest (docs/semantics.md, 10.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.crews import is_due
from sim.engines.batch.lookahead import expect
from sim.engines.batch.rows import note_train
from sim.engines.batch.timers import set_timer
from sim.policies.registry import RuleCode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["rests_first"]

BY_LEAST_DELAY = int(RuleCode.LEAST_DELAY)


@compiled
def rests_first(m: Tape, train: int, step: int) -> bool:
    """Have the crew rest where the train stands, if the next run would be too long for it."""
    now = m[at.NOW]
    if not is_due(m, train, step, now):
        return False
    crew = m[m[at.TRAIN_CREW] + train]
    rest_ms = m[m[at.POOL_REST] + crew]
    note_train(m, codes.CREW_RESTS, train, m[m[at.STEP_ARG] + step], crew)
    m[m[at.TRAIN_DUTY] + train] = now + rest_ms
    if m[at.RULE] == BY_LEAST_DELAY:
        expect(m, train, step - 1, now + rest_ms)
    set_timer(m, rest_ms, m[at.SLOT_TRAIN] + train, kinds.RESTING)
    return True
