"""When disruptions come in one replication, and what they do over its time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from sim.arrays.disruption_parts import CLOSED, MARKET
from sim.arrays.effect_draws import EffectDraws
from sim.kernels.effects import joined, lowest, mean_permille
from sim.kernels.gates import closure_starts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sim.arrays.layout import CorridorArrays

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Spans = tuple[Ints, Ints]

__all__ = ["Luck", "effect_draws", "occasions"]

_EVER = np.iinfo(np.int64).min
_EPSILON = 1e-9
_USUAL = 1000


class Luck(Protocol):
    """Uniform numbers by purpose, and laws on them."""

    arrays: CorridorArrays

    def uniform(self, purpose: str, *shape: int) -> Floats:
        """Return uniform numbers."""

    def law_ms(self, law: int, purpose: str, *shape: int) -> Ints:
        """Return durations of a law. [ms]."""


def occasions(luck: Luck) -> list[Spans]:
    """Return starts and ends of every disruption, each time it comes. [ms]."""
    found: dict[int, Spans] = {}
    for k in range(len(luck.arrays.names.disruptions)):
        _occasion(luck, k, found)
    return [found[k] for k in range(len(found))]


def _occasion(luck: Luck, k: int, found: dict[int, Spans]) -> Spans:
    table = luck.arrays.disruptions
    if k not in found:
        if table.after_idx[k] >= 0:
            found[k] = _following(luck, k, _occasion(luck, int(table.after_idx[k]), found))
        elif table.gap_mean_ms[k] > 0:
            found[k] = _by_chance(luck, k)
        else:
            known = slice(table.dated_ptr[k], table.dated_ptr[k + 1])
            found[k] = (table.dated_start_ms[known], table.dated_end_ms[known])
    return found[k]


def _following(luck: Luck, k: int, before: Spans) -> Spans:
    """Return the times a disruption follows another, by ordinal of the other."""
    table, name = luck.arrays.disruptions, luck.arrays.names.disruptions[k]
    n = len(before[0])
    comes = luck.uniform(f"after/{name}/chance", n) < table.after_frac[k]
    start = before[0] + luck.law_ms(int(table.delay_law[k]), f"after/{name}/delay", n)
    end = start + luck.law_ms(int(table.duration_law[k]), f"after/{name}/duration", n)
    return start[comes], end[comes]


def _by_chance(luck: Luck, k: int) -> Spans:
    """Return the times of a disruption by chance; those of a group begin together."""
    table, names = luck.arrays.disruptions, luck.arrays.names
    group, most = names.groups[k], int(table.most[k])
    members = [j for j, other in enumerate(names.groups) if other == group] if group else [k]
    stream = f"group/{group}" if group else f"closure/{names.disruptions[k]}"
    u = luck.uniform(f"{stream}/gap", most)
    gap = np.rint(-np.log1p(-u) * table.gap_mean_ms[k]).astype(np.int64)
    lasting = {
        j: luck.law_ms(int(table.duration_law[j]), f"{stream}/duration", most) for j in members
    }
    longest = np.max([lasting[j] for j in members], axis=0)
    window = slice(table.window_ptr[k], table.window_ptr[k + 1])
    start, _ = closure_starts(
        gap,
        longest,
        table.window_start_ms[window],
        table.window_end_ms[window],
        window_weight=table.window_weight[window],
    )
    return start, start + lasting[k][: len(start)]


def effect_draws(luck: Luck, spans: Sequence[Spans], offered_ms: Ints) -> EffectDraws:
    """Return what the disruptions do over the time of a run.

    Parameters
    ----------
    luck : Luck
        Of one replication.
    spans : sequence of (start, end)
        From `occasions`.
    offered_ms : array of int64, shape (n_lots,)
        When each lot would be offered. [ms]

    Returns
    -------
    draws : EffectDraws
        Read-only.
    """
    ptr, at_ms, is_on = _changes(luck, spans)
    speed_ptr, speed_at_ms, permille, cause = _speeds(luck, spans)
    allowed_ptr, allowed_at_ms, allowed = _allowed(luck, spans)
    draws = EffectDraws(
        ptr=ptr,
        at_ms=at_ms,
        is_on=is_on,
        speed_ptr=speed_ptr,
        speed_at_ms=speed_at_ms,
        speed_permille=permille,
        speed_cause=cause,
        allowed_ptr=allowed_ptr,
        allowed_at_ms=allowed_at_ms,
        allowed=allowed,
        morning_trucks=_mornings(luck, spans),
        is_withdrawn=_withdrawn(luck, spans, offered_ms),
    )
    for name in draws.__slots__:
        getattr(draws, name).setflags(write=False)
    return draws


def _ragged(rows: Sequence[tuple[Ints, ...]], columns: int) -> list[Ints]:
    """Return a pointer and flat columns of rows that are tuples of arrays of one length."""
    ptr = np.concatenate(([0], np.cumsum([len(row[0]) for row in rows]))).astype(np.int64)
    none = [np.zeros(0, np.int64)]
    return [ptr, *(np.concatenate(none + [row[i] for row in rows]) for i in range(columns))]


def _within(luck: Luck, at: Ints, *values: Ints) -> tuple[Ints, ...]:
    """Return a timeline of the run alone: the state at its start from ever, then the changes."""
    first = int(np.searchsorted(at, 0, side="right")) - 1
    last = max(int(np.searchsorted(at, luck.arrays.end_ms)), first + 1)
    keep = np.concatenate(([True], np.zeros(last - first - 1, bool)))
    for value in values:
        keep[1:] |= np.diff(value[first:last]) != 0
    instant = at[first:last].copy()
    instant[0] = _EVER
    return (instant[keep], *(value[first:last][keep] for value in values))


def _changes(luck: Luck, spans: Sequence[Spans]) -> list[Ints]:
    rows: list[tuple[Ints, ...]] = []
    none = np.zeros(0, np.int64)
    for k, (start, end) in enumerate(spans):
        if luck.arrays.disruptions.effect[k] == CLOSED:
            rows.append((none, none))
            continue
        begins, ends = joined(start, end)
        at = np.concatenate(([_EVER], np.column_stack((begins, ends)).ravel())).astype(np.int64)
        rows.append(_within(luck, at, np.arange(len(at), dtype=np.int64) % 2))
    return _ragged(rows, 2)


def _lowest(luck: Luck, spans: Sequence[Spans], causes: Ints) -> tuple[Ints, Floats, Ints]:
    """Return the lowest share over time of some disruptions, and whose it is."""
    none = [np.zeros(0, np.int64)]
    sizes = [len(spans[k][0]) for k in causes]
    return lowest(
        np.concatenate(none + [spans[k][0] for k in causes]),
        np.concatenate(none + [spans[k][1] for k in causes]),
        np.repeat(causes, sizes),
        np.repeat(luck.arrays.disruptions.frac[causes], sizes),
    )


def _speeds(luck: Luck, spans: Sequence[Spans]) -> list[Ints]:
    slowing = luck.arrays.disruptions.slowing
    rows = []
    for low, high in pairwise(slowing.ptr.tolist()):
        stretches, shares, tracks = [], [], []
        for stretch in np.unique(slowing.stretch[low:high]):
            here = low + np.flatnonzero(slowing.stretch[low:high] == stretch)
            stretches.append(stretch)
            shares.append(slowing.share_frac[here[0]])
            tracks.append(_lowest(luck, spans, slowing.cause[here]))
        rows.append(_within(luck, *_joint_speed(np.array(shares), tracks)))
    return _ragged(rows, 3)


def _joint_speed(
    shares: Floats, tracks: list[tuple[Ints, Floats, Ints]]
) -> tuple[Ints, Ints, Ints]:
    """Return the speed over all stretches of a row at each change, and what costs most."""
    at = np.unique(np.concatenate([instant for instant, _, _ in tracks]))
    where = [np.searchsorted(instant, at, side="right") - 1 for instant, _, _ in tracks]
    frac = np.array([f[i] for (_, f, _), i in zip(tracks, where, strict=True)])
    cause = np.array([c[i] for (_, _, c), i in zip(tracks, where, strict=True)])
    permille = np.array([mean_permille(shares, column) for column in frac.T], np.int64)
    worst = np.argmax(shares[:, None] * (1.0 / frac - 1.0), axis=0)
    whose = cause[worst, np.arange(len(at))]
    return at, permille, np.where(permille == _USUAL, -1, whose).astype(np.int64)


def _allowed(luck: Luck, spans: Sequence[Spans]) -> list[Ints]:
    capacity = luck.arrays.disruptions.capacity
    rows = []
    for r, (low, high) in enumerate(pairwise(capacity.ptr.tolist())):
        at, frac, _ = _lowest(luck, spans, capacity.cause[low:high])
        allowed = np.floor(capacity.units[r] * frac + _EPSILON).astype(np.int64)
        rows.append(_within(luck, at, allowed))
    return _ragged(rows, 2)


def _mornings(luck: Luck, spans: Sequence[Spans]) -> Ints:
    """Return the trucks of each morning: the share that holds at that instant, rounded down."""
    capacity, trucks = luck.arrays.disruptions.capacity, luck.arrays.trucks
    offered = trucks.morning_trucks.copy()
    for r in np.flatnonzero(capacity.kind == MARKET):
        causes = capacity.cause[capacity.ptr[r] : capacity.ptr[r + 1]]
        at, frac, _ = _lowest(luck, spans, causes)
        market = capacity.arg[r]
        rows = slice(trucks.morning_ptr[market], trucks.morning_ptr[market + 1])
        holds = frac[np.searchsorted(at, trucks.morning_ms[rows], side="right") - 1]
        offered[rows] = np.floor(offered[rows] * holds + _EPSILON).astype(np.int64)
    return offered


def _withdrawn(luck: Luck, spans: Sequence[Spans], offered_ms: Ints) -> Ints:
    """Return which lots are never offered: each by a uniform number of its own."""
    arrays = luck.arrays
    demand, frac = arrays.disruptions.demand, arrays.disruptions.frac
    found = np.zeros(arrays.n_lots, np.int64)
    for f, name in enumerate(arrays.names.flows):
        causes = demand.cause[demand.ptr[f] : demand.ptr[f + 1]]
        if not len(causes):
            continue
        lots = slice(arrays.flows.lot_ptr[f], arrays.flows.lot_ptr[f + 1])
        at = offered_ms[lots]
        left = np.ones(len(at))
        for k in causes:
            start, end = joined(*spans[k])
            inside = np.searchsorted(start, at, side="right") > np.searchsorted(
                end, at, side="right"
            )
            left[inside] *= frac[k]
        found[lots] = luck.uniform(f"flow/{name}/withdrawn", len(at)) >= left
    return found
