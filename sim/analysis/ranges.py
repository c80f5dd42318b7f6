"""Ranges of levers, and the points that fill them: a Latin hypercube, ends, Saltelli's points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.points import MOST_POINTS, text_of
from sim.errors import SettingError
from sim.kernels.spread_points import laid_between, latin_hypercube, saltelli_points
from sim.runs.streams import stream

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from sim.analysis.points import Origin, Row

__all__ = ["Range", "end_rows", "hypercube_rows", "refuse_bad_ranges", "saltelli_rows"]


@dataclass(frozen=True, slots=True)
class Range:
    """From where to where a lever is varied.

    Parameters
    ----------
    path : str
        Its place, as `--set` takes it.
    low, high : float
        Ends, in the unit of the lever.
    """

    path: str
    low: float
    high: float


def refuse_bad_ranges(origin: Origin, ranges: Sequence[Range]) -> None:
    """Refuse ranges that do not suit their levers.

    Raises
    ------
    ValueError
        If a range is empty, a lever takes no number, or the ends of one that takes whole numbers
        are none.
    """
    for lever, span in zip(origin.levers, ranges, strict=True):
        message = ""
        ends = f"{span.low:g}..{span.high:g}"
        if not span.low < span.high:
            message = f"{span.path}: {ends} is no range; write the lower end first"
        elif not lever.is_number:
            message = f"{span.path} takes no number; vary it with `corridor sweep --over`"
        elif lever.is_whole and not all(float(end).is_integer() for end in (span.low, span.high)):
            message = f"{span.path} takes whole numbers; {ends} has an end that is none"
        if message:
            raise SettingError(message)


def hypercube_rows(origin: Origin, ranges: Sequence[Range], samples: int) -> list[Row]:
    """Return the points of a Latin hypercube, the same for the same seed.

    Raises
    ------
    ValueError
        If there are too many, or a range does not suit its lever.
    """
    _refuse_many(samples)
    refuse_bad_ranges(origin, ranges)
    luck = stream(origin.case.arrays.seed, 0, "sweep/latin-hypercube")
    order, inside = luck.random((2, samples, len(ranges)))
    return _rows(origin, ranges, latin_hypercube(order, inside))


def end_rows(origin: Origin, ranges: Sequence[Range]) -> list[Row]:
    """Return two points a lever: it at its low and at its high end, all others as they are.

    Raises
    ------
    ValueError
        If a range does not suit its lever.
    """
    refuse_bad_ranges(origin, ranges)
    rows: list[Row] = []
    for k, (lever, span) in enumerate(zip(origin.levers, ranges, strict=True)):
        for end in (span.low, span.high):
            row: list[str | None] = [None] * len(ranges)
            row[k] = text_of(end, is_whole=lever.is_whole)
            rows.append(tuple(row))
    return rows


def saltelli_rows(origin: Origin, ranges: Sequence[Range], samples: int) -> list[Row]:
    """Return the points for Sobol indices, in the order of `saltelli_points`, one after the other.

    Raises
    ------
    ValueError
        If there are too many or too few levers, the number of samples is no power of two, or a
        range does not suit its lever.
    """
    _refuse_many(samples * (len(ranges) + 2))
    refuse_bad_ranges(origin, ranges)
    luck = stream(origin.case.arrays.seed, 0, "sensitivity/saltelli")
    try:
        points = saltelli_points(samples, len(ranges), luck)
    except ValueError as error:
        raise SettingError(str(error)) from error
    return _rows(origin, ranges, points.reshape(-1, len(ranges)))


def _refuse_many(points: int) -> None:
    if points > MOST_POINTS:
        message = f"that makes {points:,} points; at most {MOST_POINTS:,}: take fewer samples"
        raise SettingError(message)


def _rows(origin: Origin, ranges: Sequence[Range], shares: NDArray[np.float64]) -> list[Row]:
    columns = []
    for k, (lever, span) in enumerate(zip(origin.levers, ranges, strict=True)):
        values = laid_between(shares[:, k], span.low, span.high, is_whole=lever.is_whole)
        columns.append([text_of(float(v), is_whole=lever.is_whole) for v in values])
    return list(zip(*columns, strict=True))
