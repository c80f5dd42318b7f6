"""Trips cut at their events, and the rules by which each piece is booked.

A lot's trip is cut at its events, and a train's at its own: `sim.analysis.blame` names the pieces,
`sim.analysis.free_time` adds up those that are no waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.borders import decisive
from sim.analysis.rows import is_one_of
from sim.arrays.controls import BORDER_CONTROL
from sim.arrays.parts import BACK, OUT
from sim.kernels.grouping import last_of_runs, sums_within
from sim.tables import Code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

    Ints = NDArray[np.int64]

__all__ = ["AT_THE_NEXT", "BORDER_QUEUE", "LOCOMOTIVE_SHORTAGE", "LOT_RULES", "TRAIN_RULES"]
__all__ += ["LotCuts", "Rule", "TrainCuts", "lot_cuts", "ride_times", "train_cuts"]

BORDER_QUEUE = "border queue"
"""What is waited for where a post's servers are busy."""
LOCOMOTIVE_SHORTAGE = "locomotive shortage"
"""What is waited for at a pool."""


class Rule(NamedTuple):
    """How a piece between two events is booked.

    ``gate`` parts a wait by the states of the place's gate, ``units`` by disruptions that cut
    its servers or gangs, or the wagons or trucks waited for; work is parted only where it stands
    still while the gate is shut.
    """

    cause: str
    group: str
    place_kind: str
    gate: str = ""
    units: str = ""


LOT_RULES = {
    (Code.OFFERED, Code.WAGON): Rule("wagon shortage", "waiting", "terminal", units="fleets"),
    (Code.OFFERED, Code.TRUCKS): Rule("truck shortage", "waiting", "haul", units="trucks"),
    (Code.WAGON, Code.LOAD_START): Rule(
        "gang busy", "waiting", "terminal", "terminal", "terminals"
    ),
    (Code.CLEAN_START, Code.CLEAN_END): Rule("cleaning", "work", "terminal"),
    (Code.CLEAN_END, Code.LOAD_START): Rule(
        "gang busy", "waiting", "terminal", "terminal", "terminals"
    ),
    (Code.LOAD_START, Code.LOAD_END): Rule("loading", "work", "terminal", "terminal"),
    (Code.LOAD_END, Code.ABOARD): Rule("filling the train", "waiting", "service"),
    (Code.SORT_START, Code.SORT_END): Rule("sorting", "work", "terminal", "terminal"),
    (Code.SORT_END, Code.ABOARD): Rule("filling the train", "waiting", "service"),
    (Code.UNLOAD_START, Code.UNLOAD_END): Rule("unloading", "work", "terminal", "terminal"),
    (Code.UNLOAD_END, Code.WAGON): Rule("wagon shortage", "waiting", "terminal", units="fleets"),
    (Code.UNLOAD_END, Code.TRUCKS): Rule("truck shortage", "waiting", "haul", units="trucks"),
    (Code.HAUL_END, Code.WAGON): Rule("wagon shortage", "waiting", "terminal", units="fleets"),
    (Code.HAUL_END, Code.TRUCKS): Rule("truck shortage", "waiting", "haul", units="trucks"),
    (Code.STORE_WAIT, Code.STORED): Rule("store full", "waiting", "terminal"),
    (Code.STORED, Code.UNLOAD_START): Rule(
        "gang busy", "waiting", "terminal", "terminal", "terminals"
    ),
    (Code.TRUCKS, Code.TRUCKED): Rule("loading trucks", "work", "haul"),
    (Code.TRUCKED, Code.ROAD): Rule("road open", "waiting", "haul", "haul"),
    (Code.ROAD, Code.POST_QUEUE): Rule("on the road", "moving", "haul"),
    (Code.ROAD, Code.HAUL_END): Rule("on the road", "moving", "haul"),
    (Code.POST_END, Code.HAUL_END): Rule("on the road", "moving", "haul"),
    (Code.POST_END, Code.POST_QUEUE): Rule("on the road", "moving", "post"),
    (Code.POST_QUEUE, Code.POST_START): Rule(BORDER_QUEUE, "waiting", "post", "post", "posts"),
    (Code.POST_START, Code.POST_END): Rule(BORDER_CONTROL, "border", "post", "post"),
}

TRAIN_RULES = {
    Code.ENTER: Rule("running", "moving", "section"),
    Code.POST_QUEUE: Rule(BORDER_QUEUE, "waiting", "post", "post", "posts"),
    Code.POST_START: Rule(BORDER_CONTROL, "border", "post", "post"),
    Code.YARD: Rule("working track", "waiting", "terminal"),
    Code.POOL_ASK: Rule(LOCOMOTIVE_SHORTAGE, "waiting", "pool"),
    Code.CREW_RESTS: Rule("crew hours", "waiting", "section"),
    Code.TRACK: Rule("placing", "work", "terminal"),
}

_OF_LOTS = sorted({int(c) for pair in LOT_RULES for c in pair} | {int(Code.DELIVERED)})
AT_THE_NEXT = {
    pair for pair in LOT_RULES if pair[0] in (Code.OFFERED, Code.UNLOAD_END, Code.HAUL_END)
} | {(end, Code.ABOARD) for end in (Code.LOAD_END, Code.SORT_END)}
AT_THE_NEXT |= {(Code.POST_END, Code.HAUL_END)}
"""Pieces whose place is that of the event that ends them."""


class LotCuts(NamedTuple):
    """Pieces of delivered lots' trips, each between two events of a lot. [ms]."""

    lot: Ints
    event: Ints
    train: Ints
    place: Ints
    start_ms: Ints
    end_ms: Ints
    next_event: Ints
    next_place: Ints
    next_unit: Ints
    next_train: Ints


class TrainCuts(NamedTuple):
    """Pieces of trains' trips with lots aboard, out (direction 0) and home (1). [ms]."""

    train: Ints
    direction: Ints
    event: Ints
    place: Ints
    unit: Ints
    cause: Ints
    start_ms: Ints
    end_ms: Ints


def lot_cuts(outcome: Outcome) -> LotCuts:
    """Return the pieces of all lots that were delivered, lot after lot, each in order."""
    rows = outcome.by_lot
    of_trips = is_one_of(rows["event"], _OF_LOTS) & (outcome.delivered_ms >= 0)[rows["lot"]]
    rows = rows.where(of_trips)
    rows = rows.where(decisive(outcome, rows, "lot"))
    at = np.flatnonzero(~last_of_runs(rows["lot"]))
    own = [rows[name][at] for name in ("lot", "event", "train", "place", "time_ms")]
    following = ("time_ms", "event", "place", "unit", "train")
    return LotCuts(*own, *(rows[name][at + 1] for name in following))


def train_cuts(outcome: Outcome) -> TrainCuts:
    """Return the pieces of all trains from forming to being placed, and from ready to home."""
    rows = outcome.by_train
    rows = rows.where(rows["event"] != Code.SLOWED)
    rows = rows.where(decisive(outcome, rows, "train"))
    event, train, time_ms = rows["event"], rows["train"], rows["time_ms"]
    end_ms = np.where(last_of_runs(train), time_ms, np.append(time_ms[1:], time_ms[:1]))
    ready, placed = (sums_within(event == code, train) for code in (Code.RETURN, Code.PLACED))
    kept = ((ready == BACK) | (placed == 0)) & ~((ready == BACK) & (event == Code.HOME))
    rows = rows.where(kept)
    return TrainCuts(
        train=rows["train"],
        direction=ready[kept],
        event=rows["event"],
        place=rows["place"],
        unit=rows["unit"],
        cause=rows["cause"],
        start_ms=rows["time_ms"],
        end_ms=end_ms[kept],
    )


def ride_times(outcome: Outcome, train: Ints, aboard_ms: Ints) -> tuple[Ints, Ints, Ints]:
    """Return direction, begin and end of rides, by train and the instant of being aboard. [ms]."""
    is_out = aboard_ms == outcome.train_ms(Code.FORMED)[train]
    ready, placed, home = (
        outcome.train_ms(code)[train] for code in (Code.RETURN, Code.PLACED, Code.HOME)
    )
    begins = np.where(is_out, aboard_ms, ready)
    return np.where(is_out, OUT, BACK), begins, np.where(is_out, placed, home)
