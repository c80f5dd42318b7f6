"""The tape of a run: corridor, state and luck laid out one behind the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.engines.batch import columns as at
from sim.engines.batch.corridor import fixed_columns, numbers
from sim.engines.batch.luck import drawn_columns
from sim.engines.batch.state import first_state
from sim.errors import RunError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays, Draws

    Ints = NDArray[np.int64]

__all__ = ["Blank", "blank_tape", "new_tape"]


@dataclass(frozen=True, slots=True)
class Blank:
    """What the tapes of all replications of a corridor begin with."""

    arrays: CorridorArrays
    head: Ints
    """Header, corridor and state at the start."""


_kept: dict[str, Blank] = {}
"""The blank tape made last: a study runs one corridor many times."""


def _lay_out(header: Ints, columns: dict[int, Ints], start: int) -> Ints:
    """Write into a header where columns begin that follow each other; return them joined."""
    for column, values in columns.items():
        header[column] = start
        start += len(values)
    return np.concatenate([np.zeros(0, np.int64), *columns.values()])


def blank_tape(arrays: CorridorArrays) -> Blank:
    """Return what all tapes of a corridor begin with.

    Raises
    ------
    RunError
        If there is more of something than a timer can name.
    """
    kept = _kept.get("last")
    if kept is not None and kept.arrays is arrays:
        return kept
    header = np.zeros(at.HEADER, np.int64)
    for place, number in numbers(arrays).items():
        header[place] = number
    _refuse_too_much(header)
    body = _lay_out(header, fixed_columns(arrays) | first_state(arrays, header), at.HEADER)
    head = np.concatenate([header, body])
    head.setflags(write=False)
    _kept["last"] = Blank(arrays, head)
    return Blank(arrays, head)


def _refuse_too_much(header: Ints) -> None:
    bits = int(header[at.SLOT_BITS]) + int(header[at.END_MS]).bit_length()
    if bits > 62 or header[at.N_LOTS] >= 1 << 22:  # noqa: PLR2004
        message = (
            f"{header[at.N_LOTS]} lots over {header[at.END_MS]} ms are more than the batch engine "
            "can tell apart; shorten the run, or take --engine des"
        )
        raise RunError(message)


def new_tape(blank: Blank, draws: Draws, *, rows: int) -> Ints:
    """Return the tape of a replication, with room for so many rows."""
    columns = drawn_columns(draws)
    start = len(blank.head)
    sizes = [len(values) for values in columns.values()]
    tape = np.empty(start + sum(sizes) + rows * at.ROW_WIDTH, np.int64)
    tape[:start] = blank.head
    for (column, values), size in zip(columns.items(), sizes, strict=True):
        tape[column] = start
        tape[start : start + size] = values
        start += size
    tape[at.ROWS], tape[at.ROW_ROOM] = start, rows
    return tape
