"""Transit time without waits: running, work and control alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.analysis.cuts import LOT_RULES, TRAIN_RULES, lot_cuts, ride_times, train_cuts
from sim.analysis.shutting import stands_shut, time_by_cause
from sim.tables import Code
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sim.analysis.cuts import LotCuts, Rule, TrainCuts
    from sim.analysis.outcome import Outcome

    Ints = NDArray[np.int64]

__all__ = ["free_hours"]

_CODES = max(Code) + 1


def free_hours(outcome: Outcome) -> NDArray[np.float64]:
    """Return mean hours per delivered lot that are not waiting, shape (n_flows,).

    NaN for a flow of which nothing was delivered. They are the rows of table `waits` but for
    those of group `waiting`, without parting the waits.

    Parameters
    ----------
    outcome : Outcome
        The replication.
    """
    n = len(outcome.arrays.names.flows)
    delivered = np.bincount(outcome.flow_of_lot[outcome.delivered_ms >= 0], minlength=n)
    found: NDArray[np.float64] = np.full(n, np.nan)
    if not delivered.any():
        return found
    cuts = lot_cuts(outcome)
    free_ms = _worked_ms(outcome, cuts, cuts.event * _CODES + cuts.next_event, _OF_LOTS)
    rides = cuts.event == Code.ABOARD
    train = cuts.train[rides]
    direction, _, _ = ride_times(outcome, train, cuts.start_ms[rides])
    free_ms[rides] = _of_trains(outcome)[2 * train + direction]
    total_ms = np.bincount(outcome.flow_of_lot[cuts.lot], free_ms, n)
    np.divide(total_ms / HOUR_MS, delivered, out=found, where=delivered > 0)
    return found


_OF_LOTS = [(first * _CODES + second, rule) for (first, second), rule in LOT_RULES.items()]
_OF_TRAINS = [(int(code), rule) for code, rule in TRAIN_RULES.items()]


def _worked_ms(
    outcome: Outcome, cuts: LotCuts | TrainCuts, kind: Ints, rules: Iterable[tuple[int, Rule]]
) -> Ints:
    """Return how long each piece was no waiting, by its kind; 0 for kinds without a rule. [ms]."""
    found = np.zeros(len(kind), np.int64)
    is_work = np.zeros(_CODES * _CODES, np.bool_)
    for code, rule in rules:
        is_work[code] = rule.group != "waiting"
    at = is_work[kind]
    found[at] = (cuts.end_ms - cuts.start_ms)[at]
    for code, rule in rules:
        if rule.group != "waiting" and rule.gate:
            here = np.flatnonzero(kind == code)
            found[here] -= _stood_ms(outcome, cuts, here, rule.gate)
    return found


def _stood_ms(outcome: Outcome, cuts: LotCuts | TrainCuts, rows: Ints, gate: str) -> Ints:
    """Return how long work stood still since its place was shut, of some pieces. [ms]."""
    names, place = outcome.arrays.names, cuts.place[rows]
    ids = names.posts if gate == "post" else names.terminals
    found = np.zeros(len(rows), np.int64)
    for k in np.unique(place).tolist():
        if stands_shut(outcome, f"{gate}:{ids[k]}"):
            here = place == k
            start, end = cuts.start_ms[rows[here]], cuts.end_ms[rows[here]]
            spent = time_by_cause(outcome, (f"{gate}:{ids[k]}", "", ""), start, end)
            found[here] = sum(spent.values())
    return found


def _of_trains(outcome: Outcome) -> Ints:
    """Return how long each way of each train was no waiting, by 2 train + direction. [ms]."""
    cuts = train_cuts(outcome)
    free_ms = _worked_ms(outcome, cuts, cuts.event, _OF_TRAINS)
    way = 2 * cuts.train + cuts.direction
    n = 2 * len(outcome.service_of_train)
    return np.bincount(way, free_ms, n).astype(np.int64)
