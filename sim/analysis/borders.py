"""Border posts as wholes: hours from arrival to leaving, and which control was decisive."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.analysis.outcome import remembered
from sim.analysis.rows import is_one_of
from sim.arrays.controls import controls_of
from sim.kernels.grouping import last_of_runs
from sim.tables import Code, conform
from sim.units import HOUR_MS

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome
    from sim.analysis.rows import Rows

    Ints = NDArray[np.int64]

__all__ = ["Passages", "border_fees_usd_per_t", "border_rows", "border_table", "decisive"]
__all__ += ["passages"]

_CODES = (Code.POST_QUEUE, Code.POST_START, Code.POST_END)
_ASIDE = (Code.WAGON_BACK, Code.WAGON_SENT, Code.TRUCKS_BACK, Code.SLOWED)
"""Rows of a lot or train that tell of something else while it passes a post."""


def decisive(outcome: Outcome, rows: Rows, entity: str) -> NDArray[np.bool_]:
    """Return which rows are not of controls that were over before one beside them.

    Of controls that ran at the same time, the last to end decides when the train goes on; the
    hours are booked to it, its queue included.

    Parameters
    ----------
    outcome : Outcome
        The replication.
    rows : Rows
        Events of lots or trains, sorted by ``entity`` and, of each, by time.
    entity : str
        Column ``lot`` or ``train``.
    """
    posts = outcome.arrays.posts
    if (posts.group_size <= 1).all():
        return np.ones(len(rows), np.bool_)
    group = _of_controls(rows, np.where(posts.group_size > 1, posts.group_idx, -1))
    block, ends = _blocks(group, rows[entity])
    last = rows["place"][ends][block]
    return np.asarray((group < 0) | (rows["place"] == last), np.bool_)


def _of_controls(rows: Rows, table: Ints) -> Ints:
    """Return a figure of the control of each row; -1 for rows of other events."""
    found = np.full(len(rows), -1, np.int64)
    at_post = np.flatnonzero(is_one_of(rows["event"], _CODES))
    found[at_post] = table[rows["place"][at_post]]
    return found


def _blocks(value: Ints, entity: Ints) -> tuple[Ints, NDArray[np.intp]]:
    """Return the run of each row, of one entity with one value, and the last row of each run."""
    is_last = last_of_runs(value) | last_of_runs(entity)
    return np.cumsum(is_last) - is_last, np.flatnonzero(is_last)


def border_fees_usd_per_t(outcome: Outcome) -> dict[str, tuple[float, float]]:
    """Return by control what loaded freight pays on average: official fees, other payments."""
    return {
        c.name: (c.official_usd_per_t * c.share_frac, c.other_usd_per_t * c.share_frac)
        for c in controls_of(outcome.scenario)
        if c.loaded_h is not None
    }


class Passages(NamedTuple):
    """Passages of posts that ended, each with the waiting in its decisive queues. [ms]."""

    post: Ints
    entity: Ints
    """Train, or lot on trucks."""
    start_ms: Ints
    end_ms: Ints
    wait_ms: Ints


@remembered
def _of_trains(outcome: Outcome) -> Passages:
    return _passages(outcome, "train")


@remembered
def _of_lots(outcome: Outcome) -> Passages:
    return _passages(outcome, "lot")


def passages(outcome: Outcome, entity: str) -> Passages:
    """Return passages that ended, in order of entities and, of each, of time.

    Parameters
    ----------
    outcome : Outcome
        The replication.
    entity : str
        `train`, or `lot` for lots on trucks.
    """
    return _of_lots(outcome) if entity == "lot" else _of_trains(outcome)


def _passages(outcome: Outcome, entity: str) -> Passages:
    rows = outcome.by_lot if entity == "lot" else outcome.by_train
    rows = rows.where(~is_one_of(rows["event"], _ASIDE))
    post = _of_controls(rows, outcome.arrays.posts.post_idx)
    block, _ = _blocks(post, rows[entity])
    here = np.flatnonzero(post >= 0)
    rows, post, block = rows.where(here), post[here], block[here]
    last = np.flatnonzero(last_of_runs(block))
    first = np.append(0, last[:-1] + 1)[: len(last)]
    number = np.repeat(np.arange(len(last)), last - first + 1)
    event, n = rows["event"], len(last)
    begun, ended = (
        np.bincount(number[event == code], minlength=n) for code in (Code.POST_QUEUE, Code.POST_END)
    )
    is_over = begun == ended
    return Passages(
        post[first][is_over],
        rows[entity][first][is_over],
        rows["time_ms"][first][is_over],
        rows["time_ms"][last][is_over],
        _queued_ms(outcome, rows, entity, number, n)[is_over],
    )


def _queued_ms(outcome: Outcome, rows: Rows, entity: str, number: Ints, n: int) -> Ints:
    """Return how long each passage waited in the queues of its decisive controls. [ms]."""
    kept = decisive(outcome, rows, entity)
    time_ms, of = rows["time_ms"][kept], number[kept]
    queued = rows["event"][kept] == Code.POST_QUEUE
    queued[-1:] = False
    wait_ms = np.append(time_ms[1:], time_ms[:1]) - time_ms
    return np.bincount(of[queued], wait_ms[queued], n).astype(np.int64)


def border_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `borders`: each post that something passed, from arrival to leaving."""
    return conform("borders", border_rows(outcome))


def border_rows(outcome: Outcome) -> list[dict[str, object]]:
    """Return the rows of table `borders`."""
    both = (passages(outcome, "train"), passages(outcome, "lot"))
    post, start_ms, end_ms, wait_ms = (
        np.concatenate([getattr(found, name) for found in both])
        for name in ("post", "start_ms", "end_ms", "wait_ms")
    )
    fees = border_fees_usd_per_t(outcome)
    early = start_ms < outcome.arrays.horizon_ms
    rows: list[dict[str, object]] = []
    for p, name in enumerate(outcome.arrays.names.borders):
        here = early & (post == p)
        if not here.any():
            continue
        hours = (end_ms[here] - start_ms[here]) / HOUR_MS
        own = [pair for control, pair in fees.items() if control.partition("/")[0] == name]
        rows.append(
            {
                "border": name,
                "passages": len(hours),
                "hours_mean_h": float(hours.mean()),
                "hours_p95_h": float(np.quantile(hours, 0.95)),
                "queue_mean_h": float(wait_ms[here].mean()) / HOUR_MS,
                "official_usd_per_t": sum(official for official, _ in own),
                "other_usd_per_t": sum(other for _, other in own),
            }
        )
    return rows
