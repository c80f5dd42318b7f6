"""Gangs and cranes, each at work on one wagon (docs/semantics.md, 3.3, 5.1, 5.4 and 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engines.batch import codes, columns as at, kinds
from sim.engines.batch.compiling import compiled
from sim.engines.batch.effects import work_lasts_ms
from sim.engines.batch.queues import join_line
from sim.engines.batch.rows import note_lot
from sim.engines.batch.timers import set_timer
from sim.engines.batch.units import free_unit, serve_gangs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tape = NDArray[np.int64]

__all__ = ["ask_gang", "gang_ends", "get_gang"]


@compiled
def _terminal_of(m: Tape, lot: int) -> int:
    """Return the terminal at which a lot is worked on now."""
    service, work = m[m[at.LEG_ARG] + m[m[at.LOT_LEG] + lot]], m[m[at.LOT_WORK] + lot]
    if work in (kinds.LOADING_OUT, kinds.UNLOADING_BACK):
        return m[m[at.SERVICE_ORIGIN] + service]  # type: ignore[no-any-return]
    return m[m[at.SERVICE_DESTINATION] + service]  # type: ignore[no-any-return]


@compiled
def _team_of(m: Tape, lot: int, terminal: int) -> int:
    """Return who works on a lot there: gangs have the terminal's number, cranes come after."""
    by_crane = m[at.BY_CRANE] + m[m[at.LOT_FLOW] + lot] * m[at.N_TERMINALS] + terminal
    if m[by_crane] and m[m[at.LOT_WORK] + lot] != kinds.SORTING:
        return m[at.N_TERMINALS] + terminal  # type: ignore[no-any-return]
    return terminal


@compiled
def ask_gang(m: Tape, lot: int, work: int) -> None:
    """Ask for a gang, or a crane, to load, unload or sort a lot."""
    m[m[at.LOT_WORK] + lot] = work
    team = _team_of(m, lot, _terminal_of(m, lot))
    join_line(m, m[at.LINE_GANGS] + team, lot)
    serve_gangs(m, team)


@compiled
def get_gang(m: Tape, lot: int, gang: int) -> None:
    """Have a gang, or a crane, begin its work."""
    work, terminal = m[m[at.LOT_WORK] + lot], _terminal_of(m, lot)
    team = _team_of(m, lot, terminal)
    code, drawn = codes.UNLOAD_START, m[at.UNLOAD]
    if work == kinds.SORTING:
        code, drawn = codes.SORT_START, m[at.SORTING]
    elif work in (kinds.LOADING_OUT, kinds.LOADING_BACK):
        code, drawn = codes.LOAD_START, m[at.LOAD]
    note_lot(m, code, lot, terminal, m[m[at.TEAM_FIRST_UNIT] + team] + gang)
    work_ms = m[drawn + m[m[at.LOT_ROW] + lot]]
    lasts_ms = work_lasts_ms(m, m[at.SERVERS_GANGS] + team, work_ms)
    set_timer(m, lasts_ms, m[at.SLOT_GANG] + m[m[at.TEAM_BASE] + team] + gang, lot)


@compiled
def gang_ends(m: Tape, number: int, lot: int) -> None:
    """Have a gang, or a crane, end its work and take the next."""
    work, terminal = m[m[at.LOT_WORK] + lot], _terminal_of(m, lot)
    team = _team_of(m, lot, terminal)
    code = codes.UNLOAD_END
    if work == kinds.SORTING:
        code = codes.SORT_END
    elif work in (kinds.LOADING_OUT, kinds.LOADING_BACK):
        code = codes.LOAD_END
    gang = number - m[m[at.TEAM_BASE] + team]
    note_lot(m, code, lot, terminal, m[m[at.TEAM_FIRST_UNIT] + team] + gang)
    free_unit(m, m[at.SERVERS_GANGS] + team, gang)
    serve_gangs(m, team)
