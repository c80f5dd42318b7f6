"""What disruptions cost in time: waits while units are fewer, and what slowed steps lose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.outcome import remembered
from sim.kernels.effects import lowest
from sim.tables import Code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

    Ints = NDArray[np.int64]

__all__ = ["cause_name", "effect_spans", "holders", "state_over_time", "take_slowed"]

_EVER = np.iinfo(np.int64).min
_FIRST = 2


@remembered
def effect_spans(outcome: Outcome) -> dict[int, tuple[Ints, Ints]]:
    """Return by disruption when its effect began and ended, up to the end of the run. [ms]."""
    rows = outcome.rows(Code.EFFECT)
    found = {}
    for k in np.unique(rows["place"]).tolist():
        start, end = (
            rows["time_ms"][(rows["place"] == k) & (rows["unit"] == begins)] for begins in (1, 0)
        )
        open_end = np.full(len(start) - len(end), outcome.arrays.end_ms)
        found[k] = (start, np.concatenate((end, open_end)).astype(np.int64))
    return found


def cause_name(outcome: Outcome, state: int) -> str:
    """Return what a state of a gate, or a capacity that is cut, is called as a cause."""
    name = outcome.arrays.names.disruptions[state - _FIRST]
    is_closed = outcome.scenario.disruptions[name].effect.closed
    return f"{'closure' if is_closed else 'disruption'} {name}"


def holders(outcome: Outcome, units: str, rows: pd.DataFrame) -> list[str]:
    """Return whose wagons or trucks each wait that ends is for; nothing for seats home."""
    arrays, names = outcome.arrays, outcome.arrays.names
    if units == "trucks":
        return [names.trucks[arrays.hauls.trucks_idx[h]] for h in rows["next_place"]]
    is_seat = rows["next_train"].to_numpy() >= 0
    fleets = arrays.services.fleet_idx
    pairs = zip(rows["next_unit"].tolist(), is_seat.tolist(), strict=True)
    return ["" if seat else names.fleets[fleets[service]] for service, seat in pairs]


def state_over_time(outcome: Outcome, gate: str, units: str, holder: str) -> tuple[Ints, Ints]:
    """Return when a wait's reason changes, and to what: as a gate's states.

    Parameters
    ----------
    outcome : Outcome
        Of one replication.
    gate : str
        Name of the gate, or nothing.
    units : str
        Kind of what has units, a key of `hits`, or nothing.
    holder : str
        Its id.

    Returns
    -------
    instant, state : arrays of int64
        0 nothing, 1 shut by hours, 2 + disruption closed or with fewer units. The gate goes
        first; of several cuts the lowest share.
    """
    instant, state = np.array([_EVER]), np.array([0])
    if gate:
        instant, state = outcome.gate_changes[outcome.arrays.names.gates.index(gate)]
    names = outcome.arrays.names.disruptions
    every = [outcome.scenario.disruptions[name] for name in names]
    cuts = [
        (start, end, k, every[k].effect.frac)
        for k, (starts, ends) in effect_spans(outcome).items()
        if units and every[k].effect.capacity_frac is not None
        if holder.partition("/")[0] in getattr(every[k].hits, units)
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    if not cuts:
        return instant, state
    at, _, cause = lowest(*(np.array(column) for column in zip(*cuts, strict=True)))
    joint = np.unique(np.concatenate((instant, at)))
    shut = state[np.searchsorted(instant, joint, side="right") - 1]
    cut = cause[np.searchsorted(at, joint, side="right") - 1]
    return joint, np.where((shut == 0) & (cut >= 0), _FIRST + cut, shut)


def take_slowed(outcome: Outcome, pieces: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return pieces with what slowed steps lost parted from moving: causes `disruption ID`."""
    rows = outcome.of(Code.SLOWED)
    rows = rows[rows[key] >= 0]
    if not len(rows) or not len(pieces):
        return pieces
    lost = rows.groupby([key, "time_ms"]).agg(lost_ms=("unit", "sum"), by=("place", "first"))
    found = pieces[[key, "start_ms"]].merge(
        lost, left_on=[key, "start_ms"], right_index=True, how="left"
    )
    is_moving = (pieces["group"] == "moving").to_numpy()
    length = pieces["length_ms"].to_numpy()
    taken = np.where(is_moving, found["lost_ms"].fillna(0).to_numpy(), 0).astype(np.int64)
    taken = np.minimum(taken, length)
    slowed = taken > 0
    causes = [cause_name(outcome, _FIRST + int(k)) for k in found["by"].to_numpy()[slowed]]
    extra = pieces[slowed].assign(cause=causes, length_ms=taken[slowed])
    parted: pd.DataFrame = pd.concat([pieces.assign(length_ms=length - taken), extra])
    return parted
