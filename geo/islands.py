"""Parts of a network that no section joins to the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geo.columns import PLACE_ROLE
from geo.hints import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.network import Network


def islands(network: Network) -> list[list[str]]:
    """Return the parts apart from the largest, each as its station ids, larger ones first.

    Parameters
    ----------
    network : Network
        Tables whose sections name known stations. All sections count, planned ones too. Stations of
        role ``place`` are names on the map and never islands.

    Returns
    -------
    parts : list of list of str
        Empty if all hangs together.

    Examples
    --------
    >>> from geo import load_corridor
    >>> islands(load_corridor())
    []
    """
    ids = list(network.stations.index)
    number = {station_id: position for position, station_id in enumerate(ids)}
    start = [number[station_id] for station_id in network.sections["from_id"]]
    end = [number[station_id] for station_id in network.sections["to_id"]]
    label = _labels(len(ids), start, end)
    is_reached = np.isin(np.arange(len(ids)), [*start, *end])
    is_part = is_reached | (network.stations["role"].to_numpy() != PLACE_ROLE)
    parts = [
        [ids[position] for position in np.flatnonzero((label == part) & is_part)]
        for part in np.unique(label[is_part])
    ]
    return sorted(parts, key=len, reverse=True)[1:]


def _labels(n: int, start: list[int], end: list[int]) -> NDArray[np.intp]:
    """Return of each of n places the least of those that hang together with it."""
    beside: list[list[int]] = [[] for _ in range(n)]
    for one, other in zip(start, end, strict=True):
        beside[one].append(other)
        beside[other].append(one)
    label = np.full(n, -1, np.intp)
    for first in range(n):
        ahead = [first] if label[first] < 0 else []
        while ahead:
            place = ahead.pop()
            if label[place] < 0:
                label[place] = first
                ahead += beside[place]
    return label


def island_problems(network: Network, place: str) -> Iterator[str]:
    """Yield one problem for each island.

    Parameters
    ----------
    network : Network
        Tables whose sections name known stations.
    place : str
        Beginning of each problem.

    Yields
    ------
    problem : str
        The stations of the island, the rule, the way out.
    """
    for part in islands(network):
        if len(part) == 1:
            yield (
                f"{place}, stations, `{part[0]}`: no section reaches this station; every station "
                f"must be joined to the rest; add a section, or set its role to `{PLACE_ROLE}`"
            )
        else:
            yield (
                f"{place}, sections: {len(part)} stations ({listed(part)}) are an island; every "
                "station must be joined to the rest; add the missing section, or check the "
                "spelling of from_id and to_id"
            )
