"""What the march reads: a line and trains with all multiplied out that does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.track_profile import GradeUnder

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.kernels.track_profile import Profile

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Fleet", "Line", "March", "line_of", "piece_of", "pull_of", "some_of"]

LEAST_SQUARE = 1e-24
"""Least square of a speed: a stand is 1e-12 m/s. [m2/s2]"""
STOPPED_SQUARE = 4e-24
"""Least square of a speed at the exit: by it a train that stops there is known from one that
stalls. [m2/s2]"""
FASTEST_MPS = 1e9
"""Limits above count as this one: the square of a speed is a number of single precision too."""
FIRST_STEPS = 8
"""Steps in the first cell, each longer than the one before by as much: a start from rest takes
them in equal times. With one step the time of a start would be right in first order only."""
FIRST_SHARE = 1.0 / (FIRST_STEPS * FIRST_STEPS)
TERMS_OF_TIME = 4
"""Cells whose times are added as fractions before one division."""
Q_HEAD, Q_HIGH, CC, B2, SLOWEST, TOP2, ENTRY2, EXIT2, LENGTH = range(9)
"""Rows of the terms of a fleet."""


class Line(NamedTuple):
    """A profile as the march reads it; a row for each line."""

    cell_m: float
    head_m: Floats
    """Elevation with curves at the head, (n_lines, n_cells). [m]"""
    tail_m: Floats
    """The same from behind the tail on, (n_lines, n_tail). [m]"""
    base: Floats
    """Square of the limit at each cell end, (n_lines, n_cells + 1). [m2/s2]"""
    limit_from_m: Floats
    limit_mps: Floats


class Fleet(NamedTuple):
    """Trains as the march reads them; forces as gain of v^2 in a cell. [m2/s2]"""  # noqa: D400

    terms: Floats
    """(9, n_trains): see the names of rows above."""
    pieces: Floats
    """(n_pieces, 4, n_trains): constant, linear and 1/v term of the net force, and from speed."""
    line_idx: Ints
    tail_idx: Ints


class March(NamedTuple):
    """What a march returns; ``stall_cell`` is -1 where the train arrives."""

    time_s: Floats
    stall_cell: Ints
    speed_mps: Floats
    ceiling: Floats


def some_of(fleet: Fleet, which: Ints) -> Fleet:
    """Return some trains of a fleet, in an order."""
    return Fleet(
        np.ascontiguousarray(fleet.terms[:, which]),
        np.ascontiguousarray(fleet.pieces[..., which]),
        fleet.line_idx[which],
        fleet.tail_idx[which],
    )


def line_of(profile: Profile, *, under: GradeUnder, longest_m: float) -> Line:
    """Prepare a profile for the march.

    Parameters
    ----------
    profile : Profile
        Of one or several lines.
    under : GradeUnder
        Where the gradient is taken.
    longest_m : float
        Length of the longest train. [m]

    Returns
    -------
    line : Line
        Curves are added to the climb. Before the first known elevation the line is level.

    Examples
    --------
    >>> from sim.kernels.track_profile import uniform_profile
    >>> line = uniform_profile([0, 50], [0.0, 1.0], limits=([0], [20.0]))
    >>> line_of(line, under=GradeUnder.TRAIN, longest_m=30.0).tail_m.tolist()
    [[0.0, 0.0, 0.25, 0.75]]
    """
    n, first, cell = profile.n_cells, profile.n_before, profile.cell_m
    bent = np.cumsum(profile.curve_permille, axis=1) * (cell / 1000.0)
    climb = profile.elevation_m + np.pad(bent, ((0, 0), (1, 0)))
    climb = climb - climb[:, first : first + 1]
    if under is GradeUnder.HEAD:
        head, tail = climb[:, first + 1 : first + n + 1], climb[:, first : first + n + 1]
    else:
        middle = (climb[:, 1:] + climb[:, :-1]) / 2
        before = int(np.ceil(longest_m / cell)) or 1
        head = middle[:, first : first + n]
        tail = np.pad(middle[:, : first + n], ((0, 0), (before, 0)), constant_values=0.0)
        tail[:, :before] = climb[:, :1]
    return Line(
        cell,
        np.ascontiguousarray(head),
        np.ascontiguousarray(tail),
        _base(profile),
        np.ascontiguousarray(profile.limit_from_m),
        np.ascontiguousarray(profile.limit_mps),
    )


def _base(profile: Profile) -> Floats:
    """Return the square of the limit at each cell end, the lower of both sides inside."""
    x = np.arange(profile.n_cells + 1) * profile.cell_m
    base = np.empty((len(profile.limit_mps), len(x)))
    for row, start, limit in zip(base, profile.limit_from_m, profile.limit_mps, strict=True):
        right = limit[np.maximum(np.searchsorted(start, x, side="right") - 1, 0)]
        left = limit[np.maximum(np.searchsorted(start, x, side="left") - 1, 0)]
        left[0], right[-1] = right[0], left[-1]
        row[:] = np.minimum(np.minimum(left, right), FASTEST_MPS) ** 2
    return base


def piece_of(fleet: Fleet, v: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the terms of the net force that hold at a speed of each train."""
    c0, c1, p = fleet.pieces[0, 0], fleet.pieces[0, 1], fleet.pieces[0, 2]
    for piece in fleet.pieces[1:]:
        past = v >= piece[3]
        c0, c1 = np.where(past, piece[0], c0), np.where(past, piece[1], c1)
        p = np.where(past, piece[2], p)
    return c0, c1, p


def pull_of(line: Line, fleet: Fleet, i: Ints | int) -> Floats:
    """Return the loss of v^2 to the gradient in cell ``i`` of each train."""
    terms, row = fleet.terms, fleet.line_idx
    behind = i + fleet.tail_idx
    low, high = line.tail_m[row, behind], line.tail_m[row, behind + 1]
    return np.asarray((line.head_m[row, i] - low) * terms[Q_HEAD] - (high - low) * terms[Q_HIGH])
