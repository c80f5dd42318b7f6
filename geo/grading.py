"""A section graded anew to a ruling grade: its track, and the length that the terrain forces."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.gradients import section_profile

if TYPE_CHECKING:
    from geo.chainage import FloatArray
    from geo.network import Network

__all__ = ["graded_elevation_m", "graded_section"]

_PERMILLE = 1000.0
_KM_M = 1000.0


def graded_elevation_m(
    chainage_m: FloatArray, terrain_m: FloatArray, ruling_permille: float
) -> FloatArray:
    """Return the height of a track that never rises or falls more than the ruling grade.

    Parameters
    ----------
    chainage_m : array of shape (n_points,)
        Distance along the track, increasing. [m]
    terrain_m : array of shape (n_points,)
        Height of the ground. [m]
    ruling_permille : float
        Steepest gradient allowed. [permille]

    Returns
    -------
    elevation_m : array of shape (n_points,)
        Midway between the highest such track that nowhere fills and the lowest that nowhere cuts;
        the ground itself where it is gentle enough. [m]

    Raises
    ------
    ValueError
        If the ruling grade is not positive or the arrays do not fit.

    Examples
    --------
    >>> graded_elevation_m(np.array([0.0, 1000.0, 2000.0]), np.array([0.0, 30.0, 0.0]), 10.0)
    array([10., 20., 10.])
    """
    if not ruling_permille > 0 or chainage_m.shape != terrain_m.shape:
        text = "the ruling grade must be positive, with one height for each distance"
        raise ValueError(text)
    rise_m = np.abs(chainage_m[:, None] - chainage_m[None, :]) * ruling_permille / _PERMILLE
    below = (terrain_m[None, :] + rise_m).min(axis=1)
    above = (terrain_m[None, :] - rise_m).max(axis=1)
    return np.asarray((below + above) / 2)


@cache
def _known_lengths() -> dict[str, list[tuple[float, float]]]:
    text = resources.files("geo").joinpath("data", "ruling_grades.csv")
    with resources.as_file(text) as path:
        rows = pd.read_csv(path)
    found: dict[str, list[tuple[float, float]]] = {}
    for section_id, ruling, length_km in rows.iloc[:, :3].itertuples(index=False):
        found.setdefault(str(section_id), []).append((1 / float(ruling), float(length_km)))
    return found


def _length_km(network: Network, section_id: str, ruling_permille: float) -> float:
    """Return the length a section needs at a ruling grade: never less than the stated one.

    Between and beyond the grades that are known, lengths are linear in one over the grade, as they
    are where a line must climb a given height at the ruling grade all along.
    """
    stated_km = float(network.sections.loc[section_id, "length_km"])
    known = sorted(_known_lengths().get(section_id, ()))
    if len(known) < 2:  # noqa: PLR2004 - a line needs two points
        return stated_km
    (x0, y0), (x1, y1) = known[0], known[-1]
    needed_km = y0 + (y1 - y0) * (1 / ruling_permille - x0) / (x1 - x0)
    return max(stated_km, needed_km)


def graded_section(
    network: Network, section_id: str, ruling_permille: float
) -> tuple[float, FloatArray, FloatArray]:
    """Return a section graded to a ruling grade: its length, and heights along it.

    Parameters
    ----------
    network : Network
        Where the section is.
    section_id : str
        Which section; without terrain in the profile its own heights are graded.
    ruling_permille : float
        Steepest gradient allowed. [permille]

    Returns
    -------
    length_km : float
        Longer than stated where the terrain forces detours (known for Torghundi - Rabat Paryan).
    chainage_m, elevation_m : arrays of shape (n_points,)
        Distance from the section's beginning, and height of the track. [m]

    Raises
    ------
    NetworkError
        If there is no such section, or no height for one of its stations.
    ValueError
        If the ruling grade is not positive.

    Examples
    --------
    >>> from geo import load_corridor
    >>> length_km, _, _ = graded_section(load_corridor(), "sanabar-rabat_paryan", 12.0)
    >>> round(length_km, 1)
    142.2
    """
    chainage_m, elevation_m, _ = section_profile(network, section_id)
    rows = network.profile[network.profile["section_id"] == section_id]
    terrain_m = rows["terrain_m"].to_numpy(dtype=np.float64) if len(rows) else elevation_m
    terrain_m = np.where(np.isnan(terrain_m), elevation_m, terrain_m)
    length_km = _length_km(network, section_id, ruling_permille)
    stretched_m = chainage_m * (length_km * _KM_M / chainage_m[-1])
    return length_km, stretched_m, graded_elevation_m(stretched_m, terrain_m, ruling_permille)
