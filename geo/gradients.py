"""Heights and gradients along a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.errors import NetworkError
from geo.hints import did_you_mean

if TYPE_CHECKING:
    from geo.chainage import FloatArray
    from geo.network import Network


def section_profile(network: Network, section_id: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return heights along a section, from its ``from_id`` to its ``to_id``.

    Where the network has a profile (the planned line of the corridor), its points are used.
    Elsewhere there are two points, the heights of the two stations: coarse, since it hides every
    summit in between.

    Parameters
    ----------
    network : Network
        Where the section is.
    section_id : str
        Which section.

    Returns
    -------
    chainage_m : array of shape (n_points,)
        Distance from the section's beginning, 0 to its stated length. [m]
    elevation_m : array of shape (n_points,)
        Height of the track. [m]
    gradient_permille : array of shape (n_points - 1,)
        Rise between a point and the next. [permille]

    Raises
    ------
    NetworkError
        If there is no such section, or no height for one of its stations.

    Examples
    --------
    >>> from geo import load_corridor
    >>> chainage_m, elevation_m, gradient_permille = section_profile(
    ...     load_corridor(), "chaman-shela_bagh")
    >>> elevation_m
    array([1312., 1948.])
    """
    if section_id not in network.sections.index:
        hint = did_you_mean(section_id, network.sections.index)
        raise NetworkError((f"{network.name}, sections: no section `{section_id}`; {hint}",))
    rows = network.profile[network.profile["section_id"] == section_id]
    if rows.empty:
        chainage_m, elevation_m = _between_stations(network, section_id)
    else:
        chainage_m = rows["chainage_km"].to_numpy(dtype=np.float64) * 1000
        elevation_m = rows["elevation_m"].to_numpy(dtype=np.float64)
    return chainage_m, elevation_m, 1000 * np.diff(elevation_m) / np.diff(chainage_m)


def _between_stations(network: Network, section_id: str) -> tuple[FloatArray, FloatArray]:
    section = network.sections.loc[section_id]
    ends = [section["from_id"], section["to_id"]]
    elevation_m = network.stations.loc[ends, "elevation_m"].to_numpy(dtype=np.float64)
    unknown = [end for end, height in zip(ends, elevation_m, strict=True) if np.isnan(height)]
    if unknown:
        text = (
            f"{network.name}, stations, `{unknown[0]}`: no elevation_m; the profile of section "
            f"`{section_id}` needs it; fill it in, or give the section rows in profile"
        )
        raise NetworkError((text,))
    return np.array([0.0, float(section["length_km"]) * 1000]), elevation_m
