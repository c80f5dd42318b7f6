"""One replication of one scenario, and what is known of each lot and train."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from sim.analysis.rows import Rows, turned
from sim.engines.base import COLUMNS
from sim.kernels.grouping import stable_order
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
    def _columns(self) -> NDArray[np.int64]:
        """All events, column by column."""
        return turned(self.events.rows)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All events as a table of integers."""
        return pd.DataFrame(self._columns.T, columns=list(COLUMNS), copy=False)

    @cached_property
    def _by_code(self) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Numbers of the rows by kind of event, in order; where each kind begins."""
        event = self._columns[COLUMNS.index("event")]
        kinds = np.bincount(event, minlength=max(Code) + 1)
        return np.argsort(event.astype(np.int16), kind="stable"), np.append(0, np.cumsum(kinds))

    def _numbers(self, codes: tuple[Code, ...]) -> NDArray[np.intp]:
        rows, begin = self._by_code
        found = [rows[begin[code] : begin[code + 1]] for code in codes]
        return np.sort(np.concatenate(found)) if len(found) > 1 else found[0]

    def of(self, *codes: Code) -> pd.DataFrame:
        """Return the events of some kinds, in order, as a table to look at."""
        return self.frame.take(self._numbers(codes))

    def rows(self, *codes: Code) -> Rows:
        """Return the events of some kinds, in order, as columns to count from."""
        return Rows(self._columns, self._numbers(codes))

    @cached_property
    def by_lot(self) -> Rows:
        """The events of lots, lot after lot, each in order."""
        lot = self._columns[COLUMNS.index("lot")]
        return self._in_order(np.flatnonzero(lot >= 0), lot)

    @cached_property
    def by_train(self) -> Rows:
        """The events of trains as wholes, train after train, each in order."""
        lot, train = (self._columns[COLUMNS.index(name)] for name in ("lot", "train"))
        return self._in_order(np.flatnonzero((train >= 0) & (lot < 0)), train)

    def _in_order(self, rows: NDArray[np.intp], key: NDArray[np.int64]) -> Rows:
        rows = rows[stable_order(key[rows])]
        return Rows(self._columns.take(rows, axis=1), np.arange(len(rows)))

    def train_ms(self, code: Code) -> NDArray[np.int64]:
        """Return when something befell each train, shape (n_trains,); -1 where it did not."""
        begin = self._by_code[1]
        found = np.full(int(begin[Code.FORMED + 1] - begin[Code.FORMED]), -1, np.int64)
        rows = self.rows(code)
        found[rows["train"]] = rows["time_ms"]
        return found

    @cached_property
    def service_of_train(self) -> NDArray[np.int64]:
        """Service of each train, shape (n_trains,)."""
        formed = self.rows(Code.FORMED)
        found = np.zeros(len(formed), np.int64)
        found[formed["train"]] = formed["place"]
        return found

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
        found[self.rows(Code.DIVERTED)["lot"]] = True
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
        return pd.DataFrame(
            {
                "flow": self.flow_of_lot,
                "tonnes": self.tonnes,
                "offered_ms": self.offered_ms,
                "delivered_ms": self.delivered_ms,
                "is_diverted": self.is_diverted,
            }
        )

    @cached_property
    def tonnes(self) -> NDArray[np.float64]:
        """Load of each lot, shape (n_lots,). [t]."""
        return self.arrays.flows.lot_t[self.flow_of_lot]

    @cached_property
    def offered_ms(self) -> NDArray[np.int64]:
        """When each lot was offered, shape (n_lots,); -1 if it was not."""
        return self._lot_ms(Code.OFFERED)

    @cached_property
    def delivered_ms(self) -> NDArray[np.int64]:
        """When each lot was delivered, shape (n_lots,); -1 if it was not."""
        return self._lot_ms(Code.DELIVERED)

    def _lot_ms(self, code: Code) -> NDArray[np.int64]:
        found = np.full(len(self.flow_of_lot), -1, np.int64)
        rows = self.rows(code)
        found[rows["lot"]] = rows["time_ms"]
        return found

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
        rows = self.rows(Code.GATE)
        order, n = stable_order(rows["place"]), len(self.arrays.names.gates)
        ends = np.cumsum(np.bincount(rows["place"], minlength=n))[:-1]
        at, state = (np.split(rows[name][order], ends) for name in ("time_ms", "unit"))
        return {
            g: (np.append(ever, at[g]).astype(np.int64), np.append(0, state[g]).astype(np.int64))
            for g in range(n)
        }
