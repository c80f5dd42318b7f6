"""Run a corridor in the compiled event machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba as nb

from sim.engines.base import EventTable
from sim.engines.batch import columns as at
from sim.engines.batch.compiling import compile_outermost, is_kept
from sim.engines.batch.machine import ends_still, run_until
from sim.engines.batch.rows import CROWDED
from sim.engines.batch.services import TOO_MANY_TRAINS
from sim.engines.batch.tape import blank_tape, new_tape
from sim.errors import RunError
from sim.policies import RuleCode, dispatch_rule

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays, Draws
    from sim.engines.batch.tape import Blank

__all__ = ["is_compiled", "make_ready", "simulate", "why_not"]

_SLICES = 100
_ROWS_PER_LOT = 24
_LEAST_ROWS = 4096
_ARGUMENTS = (nb.int64[::1], nb.int64)
_enough: dict[str, tuple[CorridorArrays, int]] = {}
"""Room for rows that a corridor needed last: its other replications begin with as much."""


def make_ready() -> None:
    """Compile the machine, or read it from disk; half a minute once, then a tenth of a second."""
    compile_outermost(run_until, *_ARGUMENTS)


def is_compiled() -> bool:
    """Return whether the machine is on disk, so that it need only be read."""
    return is_kept(run_until, *_ARGUMENTS)


def why_not(arrays: CorridorArrays) -> str:
    """Return why the batch engine cannot run a corridor; nothing if it can.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario.

    Returns
    -------
    reason : str
        The fact and the way out.
    """
    if dispatch_rule(arrays.dispatch).code == RuleCode.OWN:
        return (
            f"dispatch rule '{arrays.dispatch}' is a function of your own, which the batch engine "
            "cannot ask; take --engine des, or a built-in rule"
        )
    return ""


def simulate(
    arrays: CorridorArrays, draws: Draws, *, progress: Callable[[int, int], None] | None = None
) -> EventTable:
    """Return all that happens to a corridor with this luck, up to its end.

    The same rows, in the same order, as `sim.engines.des.simulate`, many times faster.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario.
    draws : Draws
        The luck of one replication.
    progress : callable, optional
        Told from time to time that so much of so much is simulated.

    Returns
    -------
    table : EventTable
        One row for each thing that happens, in order.

    Raises
    ------
    RunError
        If the corridor is dispatched by a rule of the user's own, or is too large; says why.
    DeadlockError
        If trains wait for each other for ever: names them and what they wait for.
    """
    reason = why_not(arrays)
    if reason:
        raise RunError(reason)
    make_ready()
    blank, rows = blank_tape(arrays), _room(arrays)
    tape = _run(blank, draws, rows, progress)
    while tape[at.FAULT] == CROWDED:
        rows *= 2
        tape = _run(blank, draws, rows, progress)
    _enough["last"] = (arrays, rows)
    if tape[at.FAULT] == TOO_MANY_TRAINS or ends_still(tape):
        from sim.engines import des  # noqa: PLC0415 - hardly ever needed

        # told by the other engine, which has the words for it
        return des.simulate(arrays, draws)
    return _table(tape)


def _room(arrays: CorridorArrays) -> int:
    """Return for how many rows there is room at first."""
    known, enough = _enough.get("last", (None, 0))
    least = _LEAST_ROWS + _ROWS_PER_LOT * arrays.n_lots
    return max(least, enough) if known is arrays else least


def _run(
    blank: Blank, draws: Draws, rows: int, progress: Callable[[int, int], None] | None
) -> NDArray[np.int64]:
    tape, end_ms = new_tape(blank, draws, rows=rows), blank.arrays.end_ms
    for part in range(1, _SLICES + 1):
        run_until(tape, end_ms * part // _SLICES)
        if progress is not None:
            progress(part, _SLICES)
    return tape


def _table(tape: NDArray[np.int64]) -> EventTable:
    first, n = int(tape[at.ROWS]), int(tape[at.N_ROWS])
    rows = tape[first : first + n * at.ROW_WIDTH].reshape(n, at.ROW_WIDTH).copy()
    rows.setflags(write=False)
    return EventTable(rows)
