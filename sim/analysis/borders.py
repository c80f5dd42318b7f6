"""Border posts as wholes: hours from arrival to leaving, and which control was decisive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.arrays.controls import controls_of
from sim.tables import Code, conform
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.analysis.outcome import Outcome

__all__ = ["border_fees_usd_per_t", "border_table", "decisive", "passages"]

_CODES = [int(code) for code in (Code.POST_QUEUE, Code.POST_START, Code.POST_END)]
_ASIDE = [int(code) for code in (Code.WAGON_BACK, Code.WAGON_SENT, Code.TRUCKS_BACK, Code.SLOWED)]
"""Rows of a lot or train that tell of something else while it passes a post."""


def decisive(outcome: Outcome, rows: pd.DataFrame, entity: str) -> pd.DataFrame:
    """Return rows without those of controls that were over before one beside them.

    Of controls that ran at the same time, the last to end decides when the train goes on; the
    hours are booked to it, its queue included.

    Parameters
    ----------
    outcome : Outcome
        The replication.
    rows : DataFrame
        Events of lots or trains, sorted by ``entity`` and, of each, by time.
    entity : str
        Column ``lot`` or ``train``.
    """
    posts = outcome.arrays.posts
    group = _of_controls(rows, np.where(posts.group_size > 1, posts.group_idx, -1))
    if not (group >= 0).any():
        return rows
    last = rows["place"].groupby(_blocks(group, rows[entity])).transform("last")
    return rows[(group < 0) | (rows["place"] == last).to_numpy()]


def _of_controls(rows: pd.DataFrame, table: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a figure of the control of each row; -1 for rows of other events."""
    found = np.full(len(rows), -1, np.int64)
    at_post = rows["event"].isin(_CODES).to_numpy()
    found[at_post] = table[rows["place"].to_numpy()[at_post]]
    return found


def _blocks(value: NDArray[np.int64], entity: pd.Series[int]) -> NDArray[np.int64]:
    """Return numbers of runs of rows of one entity with one value."""
    own = entity.to_numpy()
    changed = (value[1:] != value[:-1]) | (own[1:] != own[:-1])
    return np.concatenate(([0], np.cumsum(changed))).astype(np.int64)[: len(value)]


def border_fees_usd_per_t(outcome: Outcome) -> dict[str, tuple[float, float]]:
    """Return by control what loaded freight pays on average: official fees, other payments."""
    return {
        c.name: (c.official_usd_per_t * c.share_frac, c.other_usd_per_t * c.share_frac)
        for c in controls_of(outcome.scenario)
        if c.loaded_h is not None
    }


def passages(outcome: Outcome, entity: str) -> pd.DataFrame:
    """Return passages that ended: post, entity, begin, end, waiting in the decisive queues. [ms].

    Parameters
    ----------
    outcome : Outcome
        The replication.
    entity : str
        `train`, or `lot` for lots on trucks.
    """
    frame = outcome.frame
    mine = frame[entity] >= 0 if entity == "lot" else (frame["train"] >= 0) & (frame["lot"] < 0)
    mine &= ~frame["event"].isin(_ASIDE)
    rows = frame[mine].sort_values(entity, kind="stable")
    post = _of_controls(rows, outcome.arrays.posts.post_idx)
    block = _blocks(post, rows[entity])
    rows = rows.assign(post=post, block=block)[post >= 0]
    kept = decisive(outcome, rows, entity)
    wait = kept["time_ms"].shift(-1) - kept["time_ms"]
    waits = wait[kept["event"] == int(Code.POST_QUEUE)].groupby(kept["block"]).sum()
    by = rows.groupby("block")
    begun, ended = (
        rows["event"].eq(int(code)).groupby(rows["block"]).sum()
        for code in (Code.POST_QUEUE, Code.POST_END)
    )
    found = pd.DataFrame(
        {
            "post": by["post"].first(),
            "entity": by[entity].first(),
            "start_ms": by["time_ms"].first(),
            "end_ms": by["time_ms"].last(),
            "wait_ms": waits.reindex(begun.index).fillna(0.0),
        }
    )
    return found[begun == ended]


def border_table(outcome: Outcome) -> pd.DataFrame:
    """Return table `borders`: each post that something passed, from arrival to leaving."""
    both = pd.concat([passages(outcome, "train"), passages(outcome, "lot")])
    both = both[both["start_ms"] < outcome.arrays.horizon_ms]
    fees = border_fees_usd_per_t(outcome)
    rows = []
    for p, name in enumerate(outcome.arrays.names.borders):
        here = both[both["post"] == p]
        if not len(here):
            continue
        hours = (here["end_ms"] - here["start_ms"]) / HOUR_MS
        own = [pair for control, pair in fees.items() if control.partition("/")[0] == name]
        rows.append(
            {
                "border": name,
                "passages": len(here),
                "hours_mean_h": float(hours.mean()),
                "hours_p95_h": float(hours.quantile(0.95)),
                "queue_mean_h": float(here["wait_ms"].mean()) / HOUR_MS,
                "official_usd_per_t": sum(official for official, _ in own),
                "other_usd_per_t": sum(other for _, other in own),
            }
        )
    return conform("borders", rows)
