"""Why a gate was shut: time booked to opening hours, and to each closure by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.kernels.gates import SHUT_BY_HOURS, shut_time

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["by_gate_of_section", "shut_by_cause"]


def shut_by_cause(
    outcome: Outcome, gate: int, pieces: pd.DataFrame
) -> dict[str, NDArray[np.int64]]:
    """Return how much of each piece a gate was shut, by cause. [ms].

    Parameters
    ----------
    outcome : Outcome
        A replication.
    gate : int
        Number of the gate.
    pieces : DataFrame
        With ``start_ms`` and ``end_ms``.
    """
    instant, state = outcome.gate_changes[gate]
    start, end = pieces["start_ms"].to_numpy(), pieces["end_ms"].to_numpy()
    spent = {"opening hours": shut_time(instant, state, start, end, [SHUT_BY_HOURS])}
    for k in np.unique(state[state > SHUT_BY_HOURS]).tolist():
        name = f"closure {outcome.arrays.names.closures[k - SHUT_BY_HOURS - 1]}"
        spent[name] = shut_time(instant, state, start, end, [k])
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
        spent = shut_by_cause(outcome, gate, group)
        rest = group["length_ms"].to_numpy() - sum(spent.values())
        parts.append(group.assign(length_ms=rest))
        parts += [group.assign(cause=c, length_ms=length) for c, length in spent.items()]
    found = pd.concat(parts)
    return found[found["length_ms"] > 0]
