"""One replication of one scenario, and what is known of each lot and train."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from sim.engines.base import COLUMNS
from sim.tables import Code, conform
from sim.units import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays
    from sim.engines.base import EventTable
    from sim.model import Scenario

__all__ = ["Outcome", "remembered"]

Found = TypeVar("Found")


def remembered(function: Callable[[Outcome], Found]) -> Callable[[Outcome], Found]:
    """Return a function that looks at a replication once, and gives the same answer again.

    What it gives is not to be changed in place.
    """

    @wraps(function)
    def asked(outcome: Outcome) -> Found:
        known = outcome.__dict__.setdefault("_remembered", {})
        if function not in known:
            known[function] = function(outcome)
        found: Found = known[function]
        return found

    return asked


@dataclass(frozen=True)
class Outcome:
    """What happened in a replication, with what it needs to be read.

    Parameters
    ----------
    scenario : Scenario
        Human units, rates and names.
    arrays : CorridorArrays
        What the engine worked on.
    events : EventTable
        What happened.
    """

    scenario: Scenario
    arrays: CorridorArrays
    events: EventTable

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All events as a table of integers."""
        by_column = np.ascontiguousarray(self.events.rows.T)
        return pd.DataFrame(by_column.T, columns=list(COLUMNS), copy=False)

    @cached_property
    def _by_code(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Numbers of the rows by kind of event, in order; where each kind begins."""
        event = self.events.column("event")
        kinds = np.bincount(event, minlength=max(Code) + 1)
        return np.argsort(event.astype(np.int16), kind="stable"), np.append(0, np.cumsum(kinds))

    def of(self, *codes: Code) -> pd.DataFrame:
        """Return the events of some kinds, in order."""
        rows, begin = self._by_code
        found = [rows[begin[code] : begin[code + 1]] for code in codes]
        return self.frame.take(np.sort(np.concatenate(found)) if len(found) > 1 else found[0])

    @cached_property
    def flow_of_lot(self) -> NDArray[np.int64]:
        """Flow of each lot, shape (n_lots,)."""
        return np.repeat(
            np.arange(len(self.arrays.names.flows)), np.diff(self.arrays.flows.lot_ptr)
        )

    @cached_property
    def is_diverted(self) -> NDArray[np.bool_]:
        """Whether each lot took the legs of its flow's diversion, shape (n_lots,)."""
        found = np.zeros(self.arrays.n_lots, np.bool_)
        found[self.of(Code.DIVERTED)["lot"].to_numpy()] = True
        return found

    def leg_of(
        self, lot: NDArray[np.int64], ordinal: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the flat number of the leg that lots take as their n-th, and if there is one."""
        flows, limits = self.arrays.flows, self.arrays.diversions
        flow, other = self.flow_of_lot[lot], self.is_diverted[lot]
        own = limits.n_own_legs[flow]
        turned = other & (ordinal >= limits.looks_at[flow])
        leg = np.where(turned, ordinal - limits.looks_at[flow] + own, ordinal)
        n_legs = np.diff(flows.leg_ptr)[flow]
        return flows.leg_ptr[flow] + leg, leg < np.where(other, n_legs, own)

    @cached_property
    def lots(self) -> pd.DataFrame:
        """One row a lot: flow, tonnes, offered and delivered (-1 if not). [t, ms]."""
        flow = self.flow_of_lot
        times = {"offered_ms": Code.OFFERED, "delivered_ms": Code.DELIVERED}
        table = pd.DataFrame({"flow": flow, "tonnes": self.arrays.flows.lot_t[flow]})
        for name, code in times.items():
            at = np.full(len(flow), -1, np.int64)
            rows = self.of(code)
            at[rows["lot"].to_numpy()] = rows["time_ms"].to_numpy()
            table[name] = at
        return table.assign(is_diverted=self.is_diverted)

    @cached_property
    def trains(self) -> pd.DataFrame:
        """One row a train, table `trains` of the manual."""
        formed = self.of(Code.FORMED)
        n = len(formed)
        table = pd.DataFrame(
            {
                "train": formed["train"].to_numpy(),
                "service_idx": formed["place"].to_numpy(),
                "wagons": formed["unit"].to_numpy(),
                "formed_d": formed["time_ms"].to_numpy() / DAY_MS,
            }
        )
        names = self.arrays.names.services
        table["service"] = [names[s] for s in table["service_idx"]]
        table["ordinal"] = table.groupby("service_idx").cumcount()
        marks = {"arrived_d": Code.YARD, "emptied_d": Code.EMPTIED, "home_d": Code.HOME}
        for name, code in marks.items():
            at = np.full(n, np.nan)
            rows = self.of(code)
            at[rows["train"].to_numpy()] = rows["time_ms"].to_numpy() / DAY_MS
            table[name] = at
        laden = np.zeros(n, np.int64)
        back = self.of(Code.RETURN)
        laden[back["train"].to_numpy()] = back["unit"].to_numpy()
        table["laden_back"] = laden
        return conform("trains", table)

    @cached_property
    def gate_changes(self) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Instants and states of each gate, open from ever unless a row says otherwise."""
        ever = np.iinfo(np.int64).min
        rows = self.of(Code.GATE)
        changes = {g: ([ever], [0]) for g in range(len(self.arrays.names.gates))}
        for instant, gate, state in rows[["time_ms", "place", "unit"]].to_numpy().tolist():
            changes[gate][0].append(instant)
            changes[gate][1].append(state)
        return {
            g: (np.array(at, np.int64), np.array(s, np.int64)) for g, (at, s) in changes.items()
        }
