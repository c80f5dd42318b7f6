"""Lots on trucks (docs/semantics.md, 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.parts import POST
from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.controls import begin_controls
from sim.engines.batch.effects import slowed_ms
from sim.engines.batch.lots import leave_store, next_leg
from sim.engines.batch.queues import join_queue
from sim.engines.batch.rows import note_lot
from sim.engines.batch.timers import set_timer
from sim.engines.batch.units import put_pooled, renew_pooled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = [
    "get_trucks",
    "goes_by_road",
    "market_opens",
    "next_morning",
    "road_step_ends",
    "trucks_are_back",
    "trucks_are_loaded",
]


@compiled
def next_morning(m: Tape, market: int) -> None:
    """Set the timer of a market's next morning."""
    k = m[m[at.MARKET_NEXT] + market]
    if k < m[m[at.MORNING_PTR] + market + 1]:
        set_timer(m, m[m[at.MORNING_MS] + k] - m[at.NOW], m[at.SLOT_TRUCKS] + market, 0)


@compiled
def market_opens(m: Tape, market: int) -> None:
    """Renew the trucks of a market."""
    k = m[m[at.MARKET_NEXT] + market]
    m[m[at.MARKET_NEXT] + market] = k + 1
    renew_pooled(m, m[at.LINE_TRUCKS] + market, m[m[at.MORNING_TRUCKS] + k])
    next_morning(m, market)


@compiled
def _note(m: Tape, code: int, lot: int) -> None:
    leg = m[m[at.LOT_LEG] + lot]
    note_lot(m, code, lot, m[m[at.LEG_ARG] + leg], m[m[at.LEG_TRUCKS] + leg])


@compiled
def get_trucks(m: Tape, lot: int) -> None:
    """Load a lot on its trucks."""
    _note(m, codes.TRUCKS, lot)
    m[m[at.LOT_HIRED] + lot] = m[at.NOW]
    loading_ms = m[m[at.HAUL_LOADING] + m[m[at.LOT_ROW] + lot]]
    set_timer(m, loading_ms, m[at.SLOT_LOT] + lot, kinds.ON_TRUCKS)


@compiled
def trucks_are_loaded(m: Tape, lot: int) -> None:
    """Leave, or wait for the gate of the way to open."""
    _note(m, codes.TRUCKED, lot)
    leave_store(m, lot)
    haul = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]]
    if m[m[at.GATE_STATE] + m[m[at.HAUL_GATE] + haul]] != 0:
        join_queue(m, m[at.QUEUE_HAULS] + haul, lot, at.LOT_NEXT)
    else:
        goes_by_road(m, lot)


@compiled
def goes_by_road(m: Tape, lot: int) -> None:
    """Begin the steps of the haul."""
    _note(m, codes.ROAD, lot)
    haul = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]]
    m[m[at.LOT_STEP] + lot] = m[m[at.HAUL_PTR] + haul]
    _pass_road(m, lot)


@compiled
def road_step_ends(m: Tape, lot: int) -> None:
    """End a part of the road or the controls of one order, and go on."""
    step = m[m[at.LOT_STEP] + lot]
    passed = 1
    if m[m[at.HAUL_OP] + step] == POST:
        passed = m[m[at.POST_TOGETHER] + m[m[at.HAUL_ARG] + step]]
    m[m[at.LOT_STEP] + lot] = step + passed
    _pass_road(m, lot)


@compiled
def _pass_road(m: Tape, lot: int) -> None:
    """Take a lot over the road up to where it takes time or waits."""
    haul = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]]
    first, last = m[m[at.HAUL_PTR] + haul], m[m[at.HAUL_PTR] + haul + 1]
    times = m[at.HAUL_MS] + m[m[at.HAUL_BASE] + m[m[at.LOT_ROW] + lot]]
    while m[m[at.LOT_STEP] + lot] < last:
        step = m[m[at.LOT_STEP] + lot]
        if m[m[at.HAUL_OP] + step] != POST:
            row = m[m[at.HAUL_SLOWING] + step]
            lasts_ms = slowed_ms(m, row, m[times + step - first], lot, -1)
            set_timer(m, lasts_ms, m[at.SLOT_LOT] + lot, kinds.ON_ROAD)
            return
        controls = m[at.HAUL_ARG] + step
        if begin_controls(m, m[at.N_TRAINS] + lot, controls, times + step - first) > 0:
            return
        m[m[at.LOT_STEP] + lot] = step + m[m[at.POST_TOGETHER] + m[controls]]
    _end_haul(m, lot, haul)


@compiled
def _end_haul(m: Tape, lot: int, haul: int) -> None:
    _note(m, codes.HAUL_END, lot)
    trucks = m[m[at.HAUL_TRUCKS] + haul]
    if not m[m[at.TRUCKS_IS_MARKET] + trucks]:
        row = m[m[at.LOT_ROW] + lot]
        turn_ms = m[m[at.LOT_HIRED] + lot] + m[m[at.TRUCKS_ROTATION] + trucks] - m[at.NOW]
        away_ms = max(m[m[at.HAUL_BACK] + row], turn_ms)
        set_timer(m, away_ms, m[at.SLOT_TRUCKS_BACK] + row, lot)
    next_leg(m, lot)


@compiled
def trucks_are_back(m: Tape, row: int, lot: int) -> None:
    """Put the trucks of a lot's leg back into their fleet."""
    flow = m[m[at.LOT_FLOW] + lot]
    first = m[m[at.LEG_PTR] + flow]
    n_legs = m[m[at.LEG_PTR] + flow + 1] - first
    leg = first + (row - m[m[at.LOT_LEG_BASE] + flow]) % n_legs
    haul, trucks = m[m[at.LEG_ARG] + leg], m[m[at.LEG_TRUCKS] + leg]
    note_lot(m, codes.TRUCKS_BACK, lot, haul, trucks)
    put_pooled(m, m[at.LINE_TRUCKS] + m[m[at.HAUL_TRUCKS] + haul], trucks)
