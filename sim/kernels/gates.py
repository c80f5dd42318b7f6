"""When a post, a terminal or a section is open: hours and closures laid over each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Instants = NDArray[np.int64]

__all__ = [
    "NEVER",
    "OPEN",
    "SHUT_BY_HOURS",
    "closure_starts",
    "gate_states",
    "shut_time",
    "work_end_ms",
]

OPEN, SHUT_BY_HOURS = 0, 1
NEVER = np.iinfo(np.int64).max // 4
"""End of work that has no end: its gate is shut for good."""
_FIRST_CLOSURE = 2


def gate_states(
    opens: ArrayLike, closes: ArrayLike, starts: ArrayLike, ends: ArrayLike, cause: ArrayLike
) -> tuple[Instants, Instants]:
    """Return when the state of a gate changes, and to what.

    Parameters
    ----------
    opens, closes : array_like of shape (n_hours,)
        Opening and closing instants of the hours, disjoint and rising; both empty where the
        gate knows no hours.
    starts, ends : array_like of shape (n_closures,)
        Closures, in any order, overlapping or not.
    cause : array_like of shape (n_closures,)
        Index of the cause of each closure.

    Returns
    -------
    instant : array of int64
        First the least int64 (the state from ever), then each change, rising.
    state : array of int64
        0 open, 1 shut by hours, 2 + cause closed; of several causes the lowest.

    Raises
    ------
    ValueError
        If the arrays of a pair differ in length.

    Examples
    --------
    >>> instant, state = gate_states([8, 32], [17, 41], [10], [34], [4])
    >>> instant[1:].tolist(), state.tolist()
    ([8, 10, 34, 41], [1, 0, 6, 0, 1])
    """
    o, c, s, e, k = (np.asarray(a, dtype=np.int64) for a in (opens, closes, starts, ends, cause))
    if len(o) != len(c) or not len(s) == len(e) == len(k):
        message = "opens and closes, starts, ends and causes must pair off"
        raise ValueError(message)
    ever = np.iinfo(np.int64).min
    instant = np.unique(np.concatenate(([ever], o, c, s, e)))
    inside = np.searchsorted(o, instant, side="right") - np.searchsorted(c, instant, side="right")
    state = np.where((len(o) > 0) & (inside <= 0), SHUT_BY_HOURS, OPEN).astype(np.int64)
    for j in np.argsort(-k, kind="stable"):
        state[(instant >= s[j]) & (instant < e[j])] = _FIRST_CLOSURE + k[j]
    changed = np.concatenate(([True], state[1:] != state[:-1]))
    return instant[changed], state[changed]


def closure_starts(
    gap: ArrayLike,
    duration: ArrayLike,
    window_start: ArrayLike,
    window_end: ArrayLike,
    *,
    window_weight: ArrayLike | None = None,
) -> tuple[Instants, Instants]:
    """Return starts and ends of closures that come by chance, one after the other.

    Time in which a closure may begin runs only inside the windows (the months of its season);
    while one lasts, the next does not gather.

    Parameters
    ----------
    gap : array_like of shape (n,)
        Window time from the end of one closure (or the beginning) to the next start.
    duration : array_like of shape (n,)
        How long each lasts.
    window_start, window_end : array_like of shape (n_windows,)
        Windows, disjoint and rising, in the same unit.
    window_weight : array_like of shape (n_windows,), optional
        How fast time runs in each, from above 0 to 1; left out, 1.

    Returns
    -------
    start, end : arrays of int64
        The closures that start inside the windows, rising and disjoint.

    Raises
    ------
    ValueError
        If ``gap`` and ``duration`` differ in length.

    Examples
    --------
    >>> start, end = closure_starts([5, 8], [20, 1], [0, 100], [10, 200])
    >>> start.tolist(), end.tolist()
    ([5, 108], [25, 109])
    """
    gaps, lasts = np.asarray(gap, dtype=np.int64), np.asarray(duration, dtype=np.int64)
    if gaps.shape != lasts.shape:
        message = "gaps and durations must pair off"
        raise ValueError(message)
    w0, w1 = (np.asarray(w, dtype=np.int64) for w in (window_start, window_end))
    pace = np.ones(len(w0)) if window_weight is None else np.asarray(window_weight, np.float64)
    before = np.concatenate(([0.0], np.cumsum((w1 - w0) * pace)))
    starts, ends, free_from = [], [], np.int64(0)
    for step, length in zip(gaps, lasts, strict=True):
        i = int(np.searchsorted(w1, free_from, side="right"))
        if i == len(w0):
            break
        elapsed = before[i] + max(free_from - w0[i], 0) * pace[i] + step
        j = int(np.searchsorted(before, elapsed, side="right")) - 1
        if j >= len(w0):
            break
        starts.append(w0[j] + np.int64((elapsed - before[j]) / pace[j]))
        ends.append(starts[-1] + length)
        free_from = ends[-1]
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)


def shut_time(
    instant: ArrayLike, state: ArrayLike, start: ArrayLike, end: ArrayLike, which: ArrayLike
) -> NDArray[np.int64]:
    """Return how much of each interval a gate spent in some states.

    Parameters
    ----------
    instant, state : array_like of shape (n_changes,)
        Changes of the gate as `gate_states` gives them; the first holds from ever.
    start, end : array_like of shape (n,)
        Intervals.
    which : array_like
        States that count.

    Returns
    -------
    time : array of int64, shape (n,)
        In the unit of the instants.

    Raises
    ------
    ValueError
        If the instants do not rise.

    Examples
    --------
    >>> shut_time([0, 8, 17], [1, 0, 1], [6], [20], [1]).tolist()
    [5]
    """
    t, s = np.asarray(instant, dtype=np.int64), np.asarray(state)
    if np.any(t[1:] <= t[:-1]):
        message = "instants must rise"
        raise ValueError(message)
    counted = np.isin(s, np.asarray(which))
    lengths = np.where(counted[1:-1], np.diff(t[1:]), 0) if len(t) > 1 else np.zeros(0, np.int64)
    total = np.concatenate(([0], np.cumsum(lengths)))

    def upto(when: NDArray[np.int64]) -> NDArray[np.int64]:
        i = np.searchsorted(t, when, side="right") - 1
        if len(t) == 1:
            return np.where(counted[0], when, 0)
        first = np.where(i <= 0, counted[0] * np.minimum(when - t[1], 0), 0)
        later = total[np.maximum(i - 1, 0)] + counted[i] * (when - t[np.maximum(i, 1)])
        return np.where(i <= 0, first, later)

    a, b = np.asarray(start, dtype=np.int64), np.asarray(end, dtype=np.int64)
    return np.asarray(upto(b) - upto(a), dtype=np.int64)


def work_end_ms(
    instant: ArrayLike, state: ArrayLike, now_ms: ArrayLike, work_ms: ArrayLike
) -> NDArray[np.int64]:
    r"""Return when work ends that stands still while its gate is shut.

    Parameters
    ----------
    instant, state : array_like of shape (n_changes,)
        Changes of the gate as `gate_states` gives them; the first holds from ever, the last
        for ever. [ms]
    now_ms : array_like
        When the work begins. [ms]
    work_ms : array_like
        How long it takes while the gate is open, not negative. [ms]

    Returns
    -------
    end_ms : array of int64
        The earliest instant by which the gate has been open for so long: work that is done at
        the instant of a closing ends then. `NEVER` if the gate does not open long enough. [ms]

    Raises
    ------
    ValueError
        If the instants do not rise, or work is negative.

    Notes
    -----
    With :math:`A(t)` the time the gate was open up to :math:`t`, counted from the first change,
    the end is the least :math:`t \ge` now with :math:`A(t) = A(now) + work`: two binary
    searches, no loop.

    Examples
    --------
    >>> open_8_to_17 = [0, 8, 17, 32, 41], [1, 0, 1, 0, 1]
    >>> work_end_ms(*open_8_to_17, [10, 10, 10, 33], [7, 8, 0, 9]).tolist()[:3]
    [17, 33, 10]
    >>> bool(work_end_ms(*open_8_to_17, 33, 9) == NEVER)
    True
    """
    t, is_open = np.asarray(instant, dtype=np.int64), np.asarray(state) == OPEN
    now, work = np.asarray(now_ms, dtype=np.int64), np.asarray(work_ms, dtype=np.int64)
    if np.any(t[1:] <= t[:-1]) or np.any(work < 0):
        message = "instants must rise and work must not be negative"
        raise ValueError(message)
    if len(t) == 1:
        return np.where(is_open[0] | (work == 0), now + work, NEVER)
    edges, inside = t[1:], is_open[1:-1]
    opened = np.concatenate(([0], np.cumsum(np.where(inside, np.diff(edges), 0))))
    i = np.searchsorted(edges, now, side="right")
    at = np.maximum(i - 1, 0)
    target = opened[at] + np.where(is_open[i], now - edges[at], 0) + work
    k = np.searchsorted(opened, target, side="left")
    beyond = k == len(edges)
    edge = np.minimum(k, len(edges) - 1)
    end = edges[edge] + target - opened[edge]
    end = np.where(beyond & ~is_open[-1], NEVER, end)
    return np.asarray(np.where(work == 0, now, np.maximum(end, now)), dtype=np.int64)
