"""Running times of trains from physics, between the stopping places of a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.arrays.line_curves import piece_curves
from sim.kernels.curves import curve_sum_permille_m
from sim.kernels.running_time import running_time_s
from sim.kernels.stall import StallError
from sim.kernels.track_profile import GradeUnder, Profile, uniform_profile
from sim.kernels.train_run import run_of
from sim.units import KMH_PER_MPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.sections import Piece
    from sim.kernels.fleet_terms import Trains
    from sim.model import NetworkPlan
    from sim.model.traction import Physics

    Floats = NDArray[np.float64]

__all__ = ["CELL_M", "Ground", "StretchTimes", "ground_of", "stretch_times", "whole_profile"]

CELL_M = 25.0
_WINDOW_M = 20_000.0
"""How far beyond a stop the train is followed until it runs again as one that passed."""
_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class Ground:
    """A stretch of line in the direction of travel: heights, limits, curves, stopping places."""

    chainage_m: tuple[float, ...]
    elevation_m: tuple[float, ...]
    limit_from_m: tuple[float, ...]
    limit_mps: tuple[float, ...]
    curve_from_m: tuple[float, ...]
    """From where each curve resistance holds, up to the next; the first at the beginning."""
    curve_permille: tuple[float, ...]
    place_m: tuple[float, ...]
    """Chainage of both ends and of all stopping places between."""

    @property
    def mean_curve_permille(self) -> float:
        """Mean curve resistance over the stretch. [N/kN]"""  # noqa: D400
        ends = np.array([*self.curve_from_m, self.place_m[-1]])
        return float(np.average(self.curve_permille, weights=np.diff(ends)))


class StretchTimes(NamedTuple):
    """Seconds of a train over a stretch that it starts and ends at a stand."""

    running_s: tuple[float, ...]
    """From place to place, passing those between."""
    stand_s: tuple[float, ...]
    """By piece: lost by stopping at its beginning and starting again; 0 for the first."""


def _points(piece: Piece, plan: NetworkPlan, share: tuple[float, float]) -> tuple[Floats, Floats]:
    """Return distance from the piece's beginning and height, along the section."""
    if plan.profile is None:
        return np.array([0.0, piece.length_m]), np.zeros(2)
    given_x, given_z = (np.array(values) for values in plan.profile(piece.parent.id))
    low, high = (given_x[-1] * s for s in share)
    inside = (given_x > low + _HAIR) & (given_x < high - _HAIR)
    x = np.concatenate(([low], given_x[inside], [high]))
    z = np.interp(x, given_x, given_z)
    return (x - low) * piece.length_m / (high - low), z


def ground_of(
    pieces: list[Piece],
    headings: list[int],
    shares: list[tuple[float, float]],
    physics: list[Physics],
    plan: NetworkPlan,
) -> Ground:
    """Return the ground of consecutive pieces in the direction of travel.

    Parameters
    ----------
    pieces : list of Piece
        In the order in which they are passed.
    headings : list of int
        0 along the section, 1 against it.
    shares : list of (float, float)
        Which part of its section each piece is, from 0 to 1.
    physics : list of Physics
        Of the line of each piece.
    plan : NetworkPlan
        Gives heights.

    Returns
    -------
    ground : Ground
        Chainage from the beginning of the first piece. [m]
    """
    xs: list[Floats] = [np.zeros(1)]
    zs: list[Floats] = []
    places = [0.0]
    curves: list[tuple[Floats, Floats]] = []
    for piece, heading, share, own in zip(pieces, headings, shares, physics, strict=True):
        x, z = _points(piece, plan, share)
        if heading:
            x, z = piece.length_m - x[::-1], z[::-1]
        zs.append(z if not zs else z[1:])
        xs.append(places[-1] + x[1:])
        bends, permille = piece_curves(piece, own, share, heading)
        curves.append((places[-1] + bends, permille))
        places.append(places[-1] + piece.length_m)
    return Ground(
        tuple(np.concatenate(xs).tolist()),
        tuple(np.concatenate(zs).tolist()),
        tuple(places[:-1]),
        tuple(p.speed_limit_kmh / KMH_PER_MPS for p in physics),
        tuple(np.concatenate([bends for bends, _ in curves]).tolist()),
        tuple(np.concatenate([permille for _, permille in curves]).tolist()),
        tuple(places),
    )


def whole_profile(ground: Ground, *, cell_m: float = CELL_M) -> Profile:
    """Return the profile of a stretch in cells."""
    return uniform_profile(
        ground.chainage_m,
        ground.elevation_m,
        limits=(ground.limit_from_m, ground.limit_mps),
        curves=(ground.curve_from_m, ground.curve_permille),
        cell_m=cell_m,
    )


def _windows(ground: Ground, at_m: Floats, train_m: float) -> Profile:
    """Return the line from each place on, one line for each, the train's length before it."""
    n_before = int(np.ceil(train_m / CELL_M)) + 1
    n_cells = int(_WINDOW_M / CELL_M)
    nodes = at_m[:, None] + np.arange(-n_before, n_cells + 1) * CELL_M
    starts = np.array(ground.limit_from_m)
    bends = (min(nodes.min(), 0.0), *ground.curve_from_m[1:])
    bent = curve_sum_permille_m(bends, ground.curve_permille, nodes)
    return Profile(
        cell_m=CELL_M,
        n_cells=n_cells,
        n_before=n_before,
        n_after=0,
        elevation_m=np.interp(nodes, ground.chainage_m, ground.elevation_m),
        curve_permille=np.diff(bent, axis=1) / CELL_M,
        limit_from_m=starts[None, :] - at_m[:, None],
        limit_mps=np.broadcast_to(ground.limit_mps, (len(at_m), len(starts))).copy(),
    )


class _Run(NamedTuple):
    passed_s: Floats
    speed_mps: Floats


def _run(ground: Ground, trains: Trains, under: GradeUnder) -> _Run:
    """Run a train from end to end; return when and how fast it passes each place."""
    run = run_of(whole_profile(ground), trains, under=under)
    place = np.array(ground.place_m)
    return _Run(
        np.interp(place, run.chainage_m, run.passed_s),
        np.interp(place, run.chainage_m, run.speed_mps),
    )


def stretch_times(ground: Ground, trains: Trains, *, grade_under: str) -> StretchTimes:
    """Return the running times of one train over a stretch, and what each stop would cost.

    Parameters
    ----------
    ground : Ground
        The stretch, from one planned stop to the next.
    trains : Trains
        One train.
    grade_under : str
        ``train`` or ``head``.

    Returns
    -------
    times : StretchTimes
        Without recovery supplement. [s]

    Raises
    ------
    StallError
        If the train cannot climb, or cannot start from a stopping place.

    Notes
    -----
    A stop at speed v with deceleration b costs v / 2b against passing; the start costs the
    difference of two runs over the next 20 km, from a stand and at the speed of passing.
    """
    under = GradeUnder(grade_under)
    run = _run(ground, trains, under)
    inner = np.array(ground.place_m[1:-1])
    stand_s = np.zeros(len(inner))
    if len(inner):
        window = _windows(ground, inner, float(np.max(trains.length_m)))
        speed = run.speed_mps[1:-1] * (1 - _HAIR)
        rest_s = _from_stand(window, trains, inner, under)
        passing_s = running_time_s(window, trains, entry_mps=speed, exit_mps=np.inf, under=under)
        stand_s = rest_s - passing_s + speed / (2 * np.asarray(trains.brake_mps2))
    running_s = np.diff(run.passed_s)
    return StretchTimes(tuple(running_s.tolist()), (0.0, *np.maximum(stand_s, 0.0).tolist()))


def _from_stand(window: Profile, trains: Trains, at_m: Floats, under: GradeUnder) -> Floats:
    try:
        return running_time_s(window, trains, entry_mps=0.0, exit_mps=np.inf, under=under)
    except StallError as error:
        # told by the chainage of the stretch, not of the window
        raise StallError(
            train=0,
            cell=error.cell,
            chainage_m=float(at_m[error.train]) + error.chainage_m,
            grade_permille=error.grade_permille,
            missing_n=error.missing_n,
            mass_kg=error.mass_kg,
        ) from error
