"""What stands in the way of authority over sections with meets (docs/semantics.md, 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import codes, columns as at
from sim.engines.batch.compiling import compiled
from sim.engines.batch.places import destination_of
from sim.engines.batch.ways import program_of, shut_section

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["NOT_TAKEN", "full", "obstacle"]

NOT_TAKEN = -1


@compiled
def obstacle(m: Tape, train: int) -> tuple[int, int]:
    """Return the cause and place of what a train that asks waits for; no cause if it may go."""
    first, upto = m[m[at.TRAIN_STEP] + train], m[m[at.TRAIN_GOES_UPTO] + train]
    shut = shut_section(m, first, upto)
    if shut >= 0:
        return codes.BY_SECTION_CLOSED, shut
    for k in range(first, upto):
        taken = m[m[at.TAKEN] + m[m[at.STEP_TAKES] + k]]
        if taken != NOT_TAKEN:
            single, heading = m[m[at.STEP_IS_SINGLE] + k], m[m[at.STEP_HEADING] + k]
            cause = codes.BY_MEET if single and taken != heading else codes.BY_FOLLOW
            return cause, m[m[at.STEP_ARG] + k]
    return full(m, train, first, upto)


@compiled
def full(m: Tape, train: int, first: int, upto: int) -> tuple[int, int]:
    """Return the first station on a way, or the yard, that has no track for a train."""
    for k in range(first, upto):
        group = m[m[at.STEP_COUNTED] + k]
        if group < 0:
            continue
        station = m[m[at.STEP_STATION] + k]
        tracks = m[m[at.STATION_TRACKS] + station]
        of_class = m[m[at.STANDING_OF_CLASS] + 2 * station + group]
        if m[m[at.STANDING] + station] >= tracks or of_class >= tracks - 1:
            return codes.BY_STATION_FULL, station
    is_out = program_of(m, train, first) % 2 == 0
    if is_out and not m[m[at.TRAIN_HAS_PLACE] + train]:
        yard = destination_of(m, train)
        if m[m[at.IN_YARD] + yard] >= m[m[at.YARD_LIMIT] + yard]:
            return codes.BY_YARD_FULL, yard
    return codes.BY_NONE, -1
