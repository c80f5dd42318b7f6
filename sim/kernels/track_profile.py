"""The line as a train sees it: cells of one length with elevation, curves and speed limits."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.kernels.curves import curve_sum_permille_m

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["GradeUnder", "Profile", "stacked", "turned", "uniform_profile"]


class GradeUnder(Enum):
    """Where the gradient of a train is taken.

    TRAIN is the mean under its whole length, level with the work of gravity; HEAD is the gradient
    under the locomotive, which is up to 0.5 % off in running time for 205 m of train (METHODS 1.1)
    and more for longer ones: it is there for comparison.
    """

    TRAIN = "train"
    HEAD = "head"


class Profile(NamedTuple):
    """One line, or several lines of one length, in cells of one length.

    Attributes
    ----------
    cell_m : float
        Length of a cell. [m]
    n_cells : int
        Cells between start and end.
    n_before, n_after : int
        Cells of known elevation before the start, where the tail may stand, and after the end,
        which are before the start of the line turned round.
    elevation_m : array of shape (n_lines, n_before + n_cells + n_after + 1)
        Of the ends of cells. [m]
    curve_permille : array of shape (n_lines, n_before + n_cells + n_after)
        Curve resistance. [N/kN]
    limit_from_m : array of shape (n_lines, n_limits)
        Chainage from which each limit holds, up to the next; the first holds from ever. [m]
    limit_mps : array of shape (n_lines, n_limits)
        Speed limits. [m/s]
    """

    cell_m: float
    n_cells: int
    n_before: int
    n_after: int
    elevation_m: Floats
    curve_permille: Floats
    limit_from_m: Floats
    limit_mps: Floats

    @property
    def length_m(self) -> float:
        """Length from start to end. [m]"""  # noqa: D400 - the unit ends it
        return self.cell_m * self.n_cells


def uniform_profile(
    chainage_m: ArrayLike,
    elevation_m: ArrayLike,
    *,
    limits: tuple[ArrayLike, ArrayLike],
    curves: tuple[ArrayLike, ArrayLike] = ((), ()),
    span_m: tuple[float, float] | None = None,
    cell_m: float = 25.0,
) -> Profile:
    """Return the profile of a line given by points, in cells of one length.

    Parameters
    ----------
    chainage_m, elevation_m : array_like of shape (n_points,)
        Rising chainages and their elevations; linear between, level outside. [m]
    limits : (array_like, array_like)
        Chainages, rising, from which each speed limit holds [m], and the limits [m/s].
    curves : (array_like, array_like), optional
        Chainages, rising, from which each curve resistance holds [m], and those [N/kN];
        none before the first.
    span_m : (float, float), optional
        Chainages of start and end; by default all points. What lies outside is kept for the
        tails of trains. Chainages of the profile count from its start. [m]
    cell_m : float, optional
        Longest cell; the length is divided evenly. [m]

    Returns
    -------
    profile : Profile of one line
        A span of no length has no cell.

    Raises
    ------
    ValueError
        If chainages do not rise, numbers are not finite, or a limit is not positive.

    Notes
    -----
    Elevations of cell ends are exact; curve resistance is the mean over a cell.

    Examples
    --------
    >>> line = uniform_profile([0, 1000], [500, 510], limits=([0], [20.0]), cell_m=300.0)
    >>> line.n_cells, line.cell_m, line.elevation_m.tolist()
    (4, 250.0, [[500.0, 502.5, 505.0, 507.5, 510.0]])
    """
    x, z = _points("elevation_m", chainage_m, elevation_m)
    at, limit = _points("limits", *limits)
    if len(x) == 0 or len(at) == 0 or np.any(limit <= 0):
        message = "a profile needs one elevation and one limit or more, and limits must be positive"
        raise ValueError(message)
    start, end = span_m if span_m is not None else (x[0], x[-1])
    if not (0 <= end - start < np.inf and 0 < cell_m < np.inf):
        message = "span_m must not run backwards and cell_m must be positive"
        raise ValueError(message)
    n = int(np.ceil((end - start) / cell_m - 1e-9))
    cell = (end - start) / n if n else cell_m
    before = int(np.ceil(max(start - x[0], 0.0) / cell - 1e-9))
    after = int(np.ceil(max(x[-1] - end, 0.0) / cell - 1e-9))
    nodes = start + np.arange(-before, n + after + 1) * cell
    bends, permille = _points("curves", *curves)
    bent = curve_sum_permille_m(bends, permille, nodes)
    return Profile(
        float(cell), n, before, after, np.interp(nodes, x, z)[None], np.diff(bent)[None] / cell,
        at[None] - start, limit[None],
    )  # fmt: skip


def turned(profile: Profile) -> Profile:
    """Return the line as seen from its other end.

    Parameters
    ----------
    profile : Profile
        Of one or several lines.

    Returns
    -------
    profile : Profile
        Start and end, before and after changed; curves resist both ways.

    Raises
    ------
    ValueError
        Never of itself.

    Examples
    --------
    >>> line = uniform_profile([0, 500], [0, 5], limits=([0, 200], [20.0, 10.0]), cell_m=250.0)
    >>> back = turned(line)
    >>> back.elevation_m.tolist(), back.limit_from_m.tolist(), back.limit_mps.tolist()
    ([[5.0, 2.5, 0.0]], [[0.0, 300.0]], [[10.0, 20.0]])
    """
    ends = profile.length_m - profile.limit_from_m[:, :0:-1]
    first = np.minimum(0.0, ends[:, :1]) if ends.shape[1] else np.zeros((len(ends), 1))
    return profile._replace(
        n_before=profile.n_after,
        n_after=profile.n_before,
        elevation_m=np.ascontiguousarray(profile.elevation_m[:, ::-1]),
        curve_permille=np.ascontiguousarray(profile.curve_permille[:, ::-1]),
        limit_from_m=np.concatenate([first, ends], axis=1),
        limit_mps=np.ascontiguousarray(profile.limit_mps[:, ::-1]),
    )


def stacked(profiles: list[Profile]) -> Profile:
    """Return several lines of one length as one profile, a line for each train.

    Parameters
    ----------
    profiles : list of n Profile of one line
        Of the same cells.

    Returns
    -------
    profile : Profile of n lines
        With as many limits as the one that has most.

    Raises
    ------
    ValueError
        If there is none, or their cells differ.

    Examples
    --------
    >>> line = uniform_profile([0, 500], [0, 5], limits=([0], [20.0]))
    >>> stacked([line, turned(line)]).elevation_m.shape
    (2, 21)
    """
    if not profiles or len({profile[:4] for profile in profiles}) > 1:
        message = "lines can be stacked only if their cells are as many and as long"
        raise ValueError(message)
    most = max(profile.limit_mps.shape[1] for profile in profiles)

    def padded(rows: Floats) -> Floats:
        return np.concatenate([rows, np.repeat(rows[:, -1:], most - rows.shape[1], axis=1)], axis=1)

    return profiles[0]._replace(
        elevation_m=np.concatenate([profile.elevation_m for profile in profiles]),
        curve_permille=np.concatenate([profile.curve_permille for profile in profiles]),
        limit_from_m=np.concatenate([padded(profile.limit_from_m) for profile in profiles]),
        limit_mps=np.concatenate([padded(profile.limit_mps) for profile in profiles]),
    )


def _points(name: str, chainage_m: ArrayLike, values: ArrayLike) -> tuple[Floats, Floats]:
    """Return two lists of one length, the first rising."""
    x = np.asarray(chainage_m, dtype=np.float64)
    y = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or np.any(np.diff(x) <= 0):
        message = f"{name}: chainages must rise and be as many as the values"
        raise ValueError(message)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        message = f"{name}: chainages and values must be finite"
        raise ValueError(message)
    return x, y
