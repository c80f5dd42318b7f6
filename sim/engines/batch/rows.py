"""Rows of the event table (docs/semantics.md, 8.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import codes, columns as at
from sim.engines.batch.compiling import compiled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["CROWDED", "note_lot", "note_place", "note_row", "note_train", "note_wait"]

CROWDED = 1
"""Fault: rows were lost for want of room; the run is done again with more."""


@compiled
def _next_row(m: Tape) -> int:
    """Return where the next row begins; the last row stands for all that have no room."""
    n = m[at.N_ROWS]
    if n >= m[at.ROW_ROOM]:
        m[at.FAULT] = CROWDED
        n = m[at.ROW_ROOM] - 1
    else:
        m[at.N_ROWS] = n + 1
    return m[at.ROWS] + at.ROW_WIDTH * n  # type: ignore[no-any-return]


@compiled
def note_row(m: Tape, code: int, lot: int, train: int, place: int, unit: int) -> None:
    """Write that something happens to a lot and a train."""
    i = _next_row(m)
    m[i] = m[at.NOW]
    m[i + 1] = code
    m[i + 2] = lot
    m[i + 3] = train
    m[i + 4] = place
    m[i + 5] = unit
    m[i + 6] = 0


@compiled
def note_place(m: Tape, code: int, place: int, unit: int) -> None:
    """Write that something happens to a place."""
    note_row(m, code, -1, -1, place, unit)


@compiled
def note_lot(m: Tape, code: int, lot: int, place: int, unit: int) -> None:
    """Write that something happens to a lot."""
    note_row(m, code, lot, -1, place, unit)


@compiled
def note_train(m: Tape, code: int, train: int, place: int, unit: int) -> None:
    """Write that something happens to a train."""
    note_row(m, code, -1, train, place, unit)


@compiled
def note_wait(m: Tape, train: int, place: int, cause: int, unit: int) -> None:
    """Write what a train waits for before a section, and which thing is in its way."""
    i = _next_row(m)
    m[i] = m[at.NOW]
    m[i + 1] = codes.WAITS
    m[i + 2] = -1
    m[i + 3] = train
    m[i + 4] = place
    m[i + 5] = unit
    m[i + 6] = cause
