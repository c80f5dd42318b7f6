"""What a step of a train's way takes, and where its sections stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import columns as at
from sim.engines.batch.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["program_of", "run_ms", "shut_section", "stand_ms"]


@compiled
def program_of(m: Tape, train: int, step: int) -> int:
    """Return the row of the programs in which a step stands: the way out, or home."""
    out = 2 * m[m[at.TRAIN_SERVICE] + train]
    return out + 1 if step >= m[m[at.PROGRAM_PTR] + out + 1] else out  # type: ignore[no-any-return]


@compiled
def drawn_at(m: Tape, train: int, step: int) -> int:
    """Return where the duration of a step is written on the tape, loaded or empty."""
    row = program_of(m, train, step)
    first = m[m[at.PROGRAM_PTR] + row]
    n_steps = m[m[at.PROGRAM_PTR] + row + 1] - first
    column = m[at.STEP_EMPTY_MS] if m[m[at.TRAIN_IS_EMPTY] + train] else m[at.STEP_MS]
    nth = m[m[at.TRAIN_ORDINAL] + train]
    return column + m[m[at.STEP_BASE] + row] + nth * n_steps + step - first  # type: ignore[no-any-return]


@compiled
def run_ms(m: Tape, train: int, step: int) -> int:
    """Return how long a train takes for a step. [ms]."""
    return m[drawn_at(m, train, step)]  # type: ignore[no-any-return]


@compiled
def stand_ms(m: Tape, train: int, step: int) -> int:
    """Return what a train loses by stopping before a step. [ms]."""
    if m[m[at.TRAIN_IS_EMPTY] + train]:
        return m[m[at.STEP_STAND_EMPTY] + step]  # type: ignore[no-any-return]
    return m[m[at.STEP_STAND] + step]  # type: ignore[no-any-return]


@compiled
def shut_section(m: Tape, first: int, upto: int) -> int:
    """Return the first section on the way whose gate is shut; -1 if there is none."""
    for k in range(first, upto):
        section = m[m[at.STEP_ARG] + k]
        if m[m[at.GATE_STATE] + m[m[at.SECTION_GATE] + section]] != 0:
            return section  # type: ignore[no-any-return]
    return -1
