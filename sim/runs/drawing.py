"""All the luck of a replication, drawn before an engine starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.draws import Draws
from sim.arrays.parts import BACK, HAUL, LINE, MEET, OUT, POST
from sim.kernels.draws import lognormal_factor
from sim.kernels.gates import gate_states
from sim.runs.disrupting import effect_draws, occasions
from sim.runs.luck import Luck, control_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.layout import CorridorArrays

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

__all__ = ["draw_luck"]

_DIRECTIONS = ("out", "home")


def draw_luck(arrays: CorridorArrays, replication: int, *, antithetic: bool = False) -> Draws:
    """Return the draws of one replication.

    Parameters
    ----------
    arrays : CorridorArrays
        A compiled scenario; its seed is the seed of the study.
    replication : int
        Index of the replication, from 0.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.

    Returns
    -------
    draws : Draws
        Every duration and instant that chance decides. [ms]

    Raises
    ------
    ValueError
        If a law gives a duration that is not finite.

    Notes
    -----
    A draw belongs to an entity and its ordinal (train 17 of a service at a post), and each entity
    has a stream of its own: scenarios that share an entity share its luck.
    """
    luck = Luck(arrays, replication, antithetic=antithetic)
    step_base, step_ms, step_empty_ms = _steps(luck)
    placing_base, placing_ms = _placing(luck)
    haul_base, haul_ms, loading_ms, back_ms = _hauls(luck)
    offered_ms, spans = _offers(luck), occasions(luck)
    draws = Draws(
        offered_ms,
        _work(luck, "load", arrays.laws.load),
        _work(luck, "unload", arrays.laws.unload),
        _work(luck, "sort", arrays.laws.sorting),
        step_base,
        step_ms,
        step_empty_ms,
        placing_base,
        placing_ms,
        haul_base,
        haul_ms,
        loading_ms,
        back_ms,
        *_gates(luck, spans),
        effect_draws(luck, spans, offered_ms),
    )
    for name in draws.__slots__[:-1]:
        getattr(draws, name).setflags(write=False)
    return draws


def _offers(luck: Luck) -> Ints:
    flows = luck.arrays.flows
    offered = np.empty(luck.arrays.n_lots, np.int64)
    for f, name in enumerate(luck.arrays.names.flows):
        at = flows.lot_ptr[f]
        for k, row in enumerate(range(flows.month_ptr[f], flows.month_ptr[f + 1])):
            n = int(flows.month_lots[row])
            start, length = (
                flows.month_start_ms[row],
                flows.month_end_ms[row] - flows.month_start_ms[row],
            )
            u = np.sort(luck.uniform(f"flow/{name}/offered/{k}", n))
            usual = start + np.floor(u * length).astype(np.int64)
            found = np.concatenate([usual, *_surges(luck, name, row)])
            offered[at : at + len(found)] = np.sort(found, kind="stable")
            at += len(found)
    return offered


def _surges(luck: Luck, flow: str, month: int) -> list[Ints]:
    """Return when the lots beyond the usual of a flow's month are offered."""
    demand, names = luck.arrays.disruptions.demand, luck.arrays.names
    found = []
    for s in np.flatnonzero(demand.surge_month == month).tolist():
        start, end = int(demand.surge_start_ms[s]), int(demand.surge_end_ms[s])
        purpose = f"flow/{flow}/surge/{names.disruptions[demand.surge_cause[s]]}/{start}"
        u = luck.uniform(purpose, int(demand.surge_lots[s]))
        found.append(start + np.floor(u * (end - start)).astype(np.int64))
    return found


def _work(luck: Luck, what: str, laws: Ints) -> Ints:
    flows, names = luck.arrays.flows, luck.arrays.names
    work = np.zeros(luck.arrays.n_lot_legs, np.int64)
    for f, name in enumerate(names.flows):
        legs = range(flows.leg_ptr[f], flows.leg_ptr[f + 1])
        n = int(flows.lot_ptr[f + 1] - flows.lot_ptr[f])
        rows = work[flows.lot_leg_base[f] : flows.lot_leg_base[f + 1]].reshape(n, len(legs))
        for k, leg in enumerate(legs):
            if laws[leg] >= 0:
                service = names.services[flows.leg_arg[leg]]
                rows[:, k] = luck.law_ms(int(laws[leg]), f"work/{what}/{service}/{name}", n)
    return work


def _steps(luck: Luck) -> tuple[Ints, Ints, Ints]:
    arrays = luck.arrays
    bases, loaded, empty, base = [], [], [], 0
    for row in range(len(arrays.programs.ptr) - 1):
        trains = int(arrays.services.max_trains[row // 2])
        full, light = _program_steps(luck, row, trains)
        bases.append(base)
        base += full.size
        loaded.append(full.ravel())
        empty.append(light.ravel())
    none = [np.zeros(0, np.int64)]
    return np.array(bases, np.int64), np.concatenate(none + loaded), np.concatenate(none + empty)


def _program_steps(luck: Luck, row: int, trains: int) -> tuple[Ints, Ints]:
    arrays, programs = luck.arrays, luck.arrays.programs
    service, direction = arrays.names.services[row // 2], _DIRECTIONS[row % 2]
    first = int(programs.factor_ptr[row])
    factors = [
        lognormal_factor(
            float(programs.factor_cv[k]),
            luck.uniform(f"{arrays.names.factors[k]}/{service}/{direction}", trains),
        )
        for k in range(first, int(programs.factor_ptr[row + 1]))
    ]
    steps = range(programs.ptr[row], programs.ptr[row + 1])
    loaded = np.zeros((trains, len(steps)), np.int64)
    empty = np.zeros((trains, len(steps)), np.int64)
    for k, step in enumerate(steps):
        if programs.op[step] == POST:
            control, owner = int(programs.arg[step]), f"{service}/{direction}"
            loaded[:, k] = control_ms(luck, control, owner, trains, is_laden=True)
            empty[:, k] = control_ms(luck, control, owner, trains, is_laden=False)
        elif programs.op[step] in (LINE, MEET):
            factor = factors[programs.factor[step]]
            loaded[:, k] = np.rint(float(programs.base_ms[step]) * factor).astype(np.int64)
            empty[:, k] = np.rint(float(programs.base_empty_ms[step]) * factor).astype(np.int64)
    return loaded, empty


def _placing(luck: Luck) -> tuple[Ints, Ints]:
    arrays = luck.arrays
    trains = arrays.services.max_trains
    base = np.concatenate(([0], np.cumsum(trains))).astype(np.int64)
    rows = [
        luck.law_ms(int(arrays.laws.placing[s]), f"placing/{name}", int(trains[s]))
        for s, name in enumerate(arrays.names.services)
    ]
    return base, np.concatenate([np.zeros(0, np.int64), *rows])


def _hauls(luck: Luck) -> tuple[Ints, Ints, Ints, Ints]:
    arrays, flows = luck.arrays, luck.arrays.flows
    total = arrays.n_lot_legs
    bases, loading, back = np.full(total, -1), np.zeros(total, np.int64), np.zeros(total, np.int64)
    steps: list[Ints] = [np.zeros(0, np.int64)]
    size = 0
    for f in range(len(arrays.names.flows)):
        n = int(flows.lot_ptr[f + 1] - flows.lot_ptr[f])
        legs = range(flows.leg_ptr[f], flows.leg_ptr[f + 1])
        for k, leg in enumerate(legs):
            if flows.leg_kind[leg] != HAUL:
                continue
            at = flows.lot_leg_base[f] + np.arange(n) * len(legs) + k
            made, loading[at], back[at] = _haul(luck, f, int(flows.leg_arg[leg]), n)
            bases[at] = size + np.arange(n) * made.shape[1]
            steps.append(made.ravel())
            size += made.size
    return bases.astype(np.int64), np.concatenate(steps), loading, back


def _haul(luck: Luck, flow: int, haul: int, n: int) -> tuple[Ints, Ints, Ints]:
    arrays, hauls = luck.arrays, luck.arrays.hauls
    name = f"{arrays.names.hauls[haul]}/{arrays.names.flows[flow]}"
    cv = float(hauls.cv[haul])
    factor = lognormal_factor(cv, luck.uniform(f"road/{name}", n, 2))
    steps = range(hauls.ptr[haul], hauls.ptr[haul + 1])
    made = np.zeros((n, len(steps)), np.int64)
    for k, step in enumerate(steps):
        if hauls.op[step] == POST:
            made[:, k] = control_ms(luck, int(hauls.arg[step]), name, n, is_laden=True)
        else:
            made[:, k] = np.rint(float(hauls.base_ms[step]) * factor[:, OUT]).astype(np.int64)
    loading = luck.law_ms(int(arrays.laws.haul_loading[haul]), f"loading/{name}", n)
    market = arrays.trucks.is_market[hauls.trucks_idx[haul]]
    back = np.rint(float(hauls.back_ms[haul]) * factor[:, BACK]).astype(np.int64)
    turn = arrays.trucks.turnaround_ms[hauls.trucks_idx[haul]]
    return made, loading, np.zeros(n, np.int64) if market else back + turn


def _gates(luck: Luck, closures: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints, Ints]:
    arrays, gates = luck.arrays, luck.arrays.gates
    ptr, instants, states = [0], [], []
    for g in range(len(arrays.names.gates)):
        hours = slice(gates.hours_ptr[g], gates.hours_ptr[g + 1])
        hit = gates.closure_idx[gates.closure_ptr[g] : gates.closure_ptr[g + 1]]
        spans = [closures[k] for k in hit]
        none = np.zeros(0, np.int64)
        instant, state = gate_states(
            gates.opens_ms[hours],
            gates.closes_ms[hours],
            np.concatenate([none, *(s for s, _ in spans)]),
            np.concatenate([none, *(e for _, e in spans)]),
            np.repeat(hit, [len(s) for s, _ in spans]),
        )
        # the state at the start stands first; what changes later follows
        first = int(np.searchsorted(instant, 0, side="right")) - 1
        last = int(np.searchsorted(instant, arrays.end_ms))
        instants.append(instant[first:last])
        states.append(state[first:last])
        ptr.append(ptr[-1] + last - first)
    none = np.zeros(0, np.int64)
    return (
        np.array(ptr, np.int64),
        np.concatenate([none, *instants]),
        np.concatenate([none, *states]),
    )
