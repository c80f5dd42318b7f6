"""Why a gate was shut: time booked to opening hours, and to each closure by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.effect_blame import cause_name, state_over_time
from sim.kernels.gates import SHUT_BY_HOURS, shut_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["by_gate_of_section", "stands_shut", "time_by_cause"]


def stands_shut(outcome: Outcome, gate: str) -> bool:
    """Return whether work at a post or terminal stands still while its gate is shut."""
    kind, _, name = gate.partition(":")
    arrays, names = outcome.arrays, outcome.arrays.names
    if kind == "post":
        return bool(arrays.posts.stands_shut[names.posts.index(name)])
    return bool(arrays.terminals.stands_shut[names.terminals.index(name)])


def time_by_cause(
    outcome: Outcome,
    why: tuple[str, str, str],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
) -> dict[str, NDArray[np.int64]]:
    """Return how much of each piece a gate was shut, or units were fewer, by cause. [ms].

    Parameters
    ----------
    outcome : Outcome
        A replication.
    why : (str, str, str)
        Name of the gate, kind of what has units, and its id; nothing where it does not matter.
    start, end : arrays of int64, shape (n,)
        Of the pieces. [ms]
    """
    instant, state = state_over_time(outcome, *why)
    spent = {"opening hours": shut_time(instant, state, start, end, [SHUT_BY_HOURS])}
    for k in np.unique(state[state > SHUT_BY_HOURS]).tolist():
        spent[cause_name(outcome, k)] = shut_time(instant, state, start, end, [k])
    return spent


def by_gate_of_section(
    outcome: Outcome, pieces: pd.DataFrame, section: pd.Series[int]
) -> pd.DataFrame:
    """Part waits before shut sections by what shut the section.

    Parameters
    ----------
    outcome : Outcome
        A replication.
    pieces : DataFrame
        Waits with ``start_ms``, ``end_ms``, ``cause`` and ``length_ms``.
    section : Series
        The section that was shut, by the index of ``pieces``.
    """
    parts = [pieces[:0]]
    gates = outcome.arrays.sections.gate_idx[section.loc[pieces.index].to_numpy()]
    for gate in np.unique(gates).tolist():
        group = pieces[gates == gate]
        start, end = (group[name].to_numpy() for name in ("start_ms", "end_ms"))
        spent = time_by_cause(outcome, (outcome.arrays.names.gates[gate], "", ""), start, end)
        rest = group["length_ms"].to_numpy() - sum(spent.values())
        parts.append(group.assign(length_ms=rest))
        parts += [group.assign(cause=c, length_ms=length) for c, length in spent.items()]
    found = pd.concat(parts)
    return found[found["length_ms"] > 0]
