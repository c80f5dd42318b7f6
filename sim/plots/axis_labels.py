"""Labels of axes that must not overlap: stations by distance, days by date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import ArrayLike, NDArray

__all__ = ["chosen_labels", "day_labels", "short_name", "spread"]

_FEW_DAYS = 3
_LONGEST = 32
"""Letters of a station's name that a picture has room for."""
_SOME_DAYS = 16


def spread(wanted: ArrayLike, gap: float, *, low: float, high: float) -> NDArray[np.float64]:
    """Move positions as little as need be so that none is nearer than a gap to the next.

    Parameters
    ----------
    wanted : array of shape (n,)
        Where they would like to be, non-decreasing.
    gap : float
        Least distance.
    low, high : float
        Ends of the room. If it is too small for all, the gap is made smaller.

    Returns
    -------
    positions : array of shape (n,)
        Least squares from ``wanted``: pooled neighbours stand around their mean.

    Examples
    --------
    >>> spread([0.0, 50.0, 51.0, 100.0], 10.0, low=0.0, high=100.0).tolist()
    [0.0, 45.5, 55.5, 100.0]
    """
    places = np.asarray(wanted, dtype=np.float64)
    if places.size == 0:
        return places
    gap = min(gap, (high - low) / max(places.size - 1, 1))
    shift = gap * np.arange(places.size)
    blocks: list[tuple[float, int]] = []
    for value in (places - shift).tolist():
        total, n = float(value), 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / n:
            before, size = blocks.pop()
            total, n = total + before, n + size
        blocks.append((total, n))
    pooled = np.concatenate([np.full(n, total / n) for total, n in blocks])
    kept: NDArray[np.float64] = np.clip(pooled, low, high - shift[-1]) + shift
    return kept


def chosen_labels(
    wanted: ArrayLike, ranks: Sequence[int], gap: float, *, room: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Choose which labels to write and where: the important ones, then what fits between.

    Parameters
    ----------
    wanted : array of shape (n,)
        Where each thing is, non-decreasing, from 0 to ``room``.
    ranks : sequence of int
        0 must be labelled (moved if need be), higher ones only where there is room.
    gap : float
        Least distance of two labels.
    room : float
        Length of the axis.

    Returns
    -------
    idx : array of int
        Which are labelled, in order.
    positions : array
        Where their labels stand.

    Examples
    --------
    >>> idx, at = chosen_labels([0.0, 3.0, 50.0, 52.0, 100.0], [0, 1, 1, 1, 0], 10.0, room=100.0)
    >>> idx.tolist(), at.tolist()
    ([0, 2, 4], [0.0, 50.0, 100.0])
    """
    places = np.asarray(wanted, dtype=np.float64)
    rank = np.asarray(ranks)
    first = np.flatnonzero(rank == rank.min(initial=0))
    at = dict(
        zip(first.tolist(), spread(places[first], gap, low=0.0, high=room).tolist(), strict=True)
    )
    for k in sorted(range(len(places)), key=lambda k: (rank[k], k)):
        if k not in at and all(abs(places[k] - place) >= gap for place in at.values()):
            at[k] = float(places[k])
    idx = np.array(sorted(at), np.int64)
    return idx, np.array([at[k] for k in idx.tolist()], np.float64)


def short_name(name: str) -> str:
    """Return the part of a station's name that fits on a picture.

    Examples
    --------
    >>> short_name("Herat airport / industrial park terminal"), short_name("Sanabar (planned)")
    ('Herat airport', 'Sanabar')
    >>> short_name("Torghundi freight terminal")
    'Torghundi'
    """
    first = name.partition(" / ")[0].partition(" (")[0].strip()
    short = first.removesuffix(" freight terminal")
    return short if len(short) <= _LONGEST else f"{short[: _LONGEST - 1]}…"


def day_labels(start_date: date, first_day: int, days: int) -> list[tuple[float, str]]:
    """Return labels for days, as many as are legible, each with its place in days.

    Labels of all days stand in the middle of the day; of a long time, at midnight.

    Examples
    --------
    >>> from datetime import date
    >>> day_labels(date(2027, 3, 1), 1, 2)
    [(1.5, 'Tue 2 March 2027'), (2.5, 'Wed 3 March 2027')]
    >>> day_labels(date(2027, 3, 1), 0, 60)[1]
    (7.0, '8 Mar')
    """
    if days <= _SOME_DAYS:
        text = "{0:%a} {0.day} {0:%B %Y}" if days <= _FEW_DAYS else "{0:%a} {0.day} {0:%b}"
        return [
            (day + 0.5, text.format(start_date + timedelta(days=day)))
            for day in range(first_day, first_day + days)
        ]
    step = 7 * -(-days // 90)
    return [
        (float(day), "{0.day} {0:%b}".format(start_date + timedelta(days=day)))
        for day in range(first_day, first_day + days + 1, step)
    ]
