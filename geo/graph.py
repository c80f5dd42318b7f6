"""The network as a graph: which sections may be run, and the shortest way over them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.columns import EXISTING

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True)
class Choice:
    """Which sections may be run; ``None`` allows any.

    Parameters
    ----------
    mode : str, optional
        ``rail`` or ``road``.
    gauges_mm : collection of int, optional
        Gauges allowed. [mm]
    stages : collection of str, optional
        Stages open; ``existing`` is always open.
    """

    mode: str | None = None
    gauges_mm: Collection[int] | None = None
    stages: Collection[str] | None = None

    def mask(self, sections: pd.DataFrame) -> Any:  # noqa: ANN401
        """Return for each section whether it may be run.

        Parameters
        ----------
        sections : DataFrame
            Sections of a network.

        Returns
        -------
        mask : bool array of shape (n_sections,)
            True where it may.
        """
        mask = np.ones(len(sections), dtype=bool)
        if self.mode is not None:
            mask &= (sections["mode"] == self.mode).to_numpy()
        if self.gauges_mm is not None:
            mask &= sections["gauge_mm"].isin([*self.gauges_mm]).to_numpy()
        if self.stages is not None:
            mask &= sections["stage_id"].isin([*self.stages, EXISTING]).to_numpy()
        return mask


class SectionGraph:
    """Stations joined by the sections of a choice; of two beside each other, the shorter.

    Parameters
    ----------
    station_ids : list of str
        All stations.
    sections : GeoDataFrame
        The sections that may be run.
    """

    def __init__(self, station_ids: list[str], sections: gpd.GeoDataFrame) -> None:
        self.station_ids = station_ids
        self.number = {station_id: place for place, station_id in enumerate(station_ids)}
        self.section_of: dict[tuple[int, int], str] = {}
        length_of: dict[tuple[int, int], float] = {}
        columns = (sections.index, sections["from_id"], sections["to_id"], sections["length_km"])
        for section_id, from_id, to_id, length_km in zip(*columns, strict=True):
            one, other = self.number[from_id], self.number[to_id]
            if length_km < length_of.get((one, other), np.inf):
                for pair in ((one, other), (other, one)):
                    length_of[pair], self.section_of[pair] = length_km, section_id
        self.neighbours: list[list[tuple[int, float]]] = [[] for _ in station_ids]
        for (one, other), length_km in length_of.items():
            self.neighbours[one].append((other, float(length_km)))

    def shortest(self, from_id: str, to_id: str) -> list[str] | None:
        """Return the stations of the shortest way.

        Parameters
        ----------
        from_id, to_id : str
            Where it begins and ends.

        Returns
        -------
        station_ids : list of str or None
            In order, both ends included; None if there is no way.

        Notes
        -----
        Dijkstra's algorithm. Written out, since a network has hundreds of stations and the package
        that has it takes longer to load than all ways of a scenario to find.
        """
        start, end = self.number[from_id], self.number[to_id]
        best, before, ahead = {start: 0.0}, {start: start}, [(0.0, start)]
        while ahead:
            so_far_km, place = heappop(ahead)
            if place == end:
                break
            if so_far_km > best[place]:
                continue
            for other, length_km in self.neighbours[place]:
                reached_km = so_far_km + length_km
                if reached_km < best.get(other, np.inf):
                    best[other], before[other] = reached_km, place
                    heappush(ahead, (reached_km, other))
        if end not in before:
            return None
        way = [end]
        while way[-1] != start:
            way.append(before[way[-1]])
        return [self.station_ids[place] for place in reversed(way)]

    def sections_along(self, station_ids: list[str]) -> list[str]:
        """Return the section between each station and the next.

        Parameters
        ----------
        station_ids : list of str
            A way found by `shortest`.

        Returns
        -------
        section_ids : list of str
            One fewer than the stations.
        """
        numbers = [self.number[station_id] for station_id in station_ids]
        return [self.section_of[pair] for pair in pairwise(numbers)]
