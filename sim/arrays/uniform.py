"""Running times by constant acceleration and braking, where a line states rates and no physics."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.parts import MEET
from sim.kernels.draws import to_clock_ms
from sim.kernels.uniform_motion import supplemented_s, uniform_running_time_s
from sim.model.network import MeetsLine
from sim.units import KMH_PER_MPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays.programs import Step
    from sim.arrays.sections import Pieces
    from sim.model import Scenario

    Floats = NDArray[np.float64]

__all__ = ["apply_uniform", "stretch_run_s"]


def apply_uniform(scenario: Scenario, cutting: Pieces, steps: list[Step]) -> None:
    """Set running times, and what stops cost, of steps whose lines state rates and a speed.

    Parameters
    ----------
    scenario, cutting
        What the program was made from.
    steps : list of Step
        A program, changed in place: from planned stop to planned stop trains start and end at a
        stand and pass the places between.
    """
    lines = [_rated_line(scenario, cutting, step) for step in steps]
    for is_rated, group in groupby(range(len(steps)), key=lambda k: lines[k] is not None):
        if is_rated:
            run = list(group)
            rated = [line for k in run if (line := lines[k]) is not None]
            _set([steps[k] for k in run], cutting, rated)


def _rated_line(scenario: Scenario, cutting: Pieces, step: Step) -> MeetsLine | None:
    """Return the line of a step, if it states rates; it then has a speed too."""
    if step.op != MEET:
        return None
    line = scenario.lines[cutting.pieces[step.arg].parent.line_id]
    return line if isinstance(line, MeetsLine) and line.acceleration_mps2 is not None else None


def _set(steps: list[Step], cutting: Pieces, lines: list[MeetsLine]) -> None:
    figures = np.array(
        [
            (
                cutting.pieces[step.arg].length_m,
                (line.running_speed_kmh or 0.0) / KMH_PER_MPS,
                line.acceleration_mps2 or 0.0,
                line.braking_mps2 or 0.0,
            )
            for step, line in zip(steps, lines, strict=True)
        ]
    )
    through = stretch_run_s(figures)
    running = supplemented_s(through, supplement_frac=[line.supplement_frac for line in lines])
    for k, step in enumerate(steps):
        step.base_ms = step.base_empty_ms = int(to_clock_ms(running[k]))
        if k:
            parted = stretch_run_s(figures[:k]).sum() + stretch_run_s(figures[k:]).sum()
            lost_ms = int(to_clock_ms(max(parted - through.sum(), 0.0)))
            step.stand_ms = step.stand_empty_ms = lost_ms


def stretch_run_s(figures: Floats) -> Floats:
    """Return the time over each piece of a stretch, from stand to stand, passing between.

    Parameters
    ----------
    figures : array of shape (n_pieces, 4)
        Length, speed, acceleration and deceleration of each piece. [m, m/s, m/s2, m/s2]

    Returns
    -------
    time_s : array of shape (n_pieces,)
        [s]

    Raises
    ------
    ValueError
        If a figure is out of bounds.

    Notes
    -----
    A place between two pieces is passed at the lower speed of both, or as fast as lengths and
    rates allow; each piece is :func:`sim.kernels.uniform_motion.uniform_running_time_s`.

    Examples
    --------
    >>> stretch_run_s(np.array([[1000.0, 20.0, 0.2, 0.2], [1000.0, 20.0, 0.2, 0.2]])).tolist()
    [100.0, 100.0]
    """
    length, speed, rise, fall = figures.T
    square = np.concatenate(([0.0], np.minimum(speed[1:], speed[:-1]) ** 2, [0.0]))
    for k in range(len(length)):
        square[k + 1] = min(square[k + 1], square[k] + 2 * rise[k] * length[k])
    for k in reversed(range(len(length))):
        square[k] = min(square[k], square[k + 1] + 2 * fall[k] * length[k])
    at = np.sqrt(square)
    return uniform_running_time_s(length, speed, rise, fall, entry_mps=at[:-1], exit_mps=at[1:])
