"""The network of a scenario: from geo's tables to plain values and a way finder."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geo
from sim.errors import ScenarioError
from sim.model.network import (
    MeetsLine,
    NetworkPlan,
    NoWayError,
    PlannedSection,
    PlannedStation,
    Way,
)

if TYPE_CHECKING:
    from sim.model import Scenario
    from sim.model.network import WayFinder

__all__ = ["keep_network", "network_on", "open_geo_network", "open_network", "read_geo_network"]

CORRIDOR = "corridor"
EXISTING = "existing"


@lru_cache(maxsize=8)
def _read(path: str) -> geo.Network:
    return geo.load_corridor() if path == CORRIDOR else geo.read_network(path)


def read_geo_network(scenario: Scenario, base_dir: str | Path) -> geo.Network:
    """Return the network a scenario names as geo's tables, as it was read.

    Parameters
    ----------
    scenario : Scenario
        Says which network.
    base_dir : path
        Folder that a relative network path starts from.

    Returns
    -------
    network : geo.Network
        Shared with others; not to be changed.

    Raises
    ------
    ScenarioError
        If the network can't be read; carries all its problems.
    """
    source = scenario.network.source
    path = source if source == CORRIDOR else str(Path(base_dir) / source)
    try:
        return _read(path)
    except geo.NetworkError as error:
        raise ScenarioError(tuple(f"network.source: {p}" for p in error.problems)) from error


def _with_gauges(network: geo.Network, scenario: Scenario) -> geo.Network:
    if not scenario.network.gauge_by_line_mm:
        return network
    sections = network.sections.copy()
    for line_id, gauge_mm in scenario.network.gauge_by_line_mm.items():
        sections.loc[sections["line_id"] == line_id, "gauge_mm"] = gauge_mm
    return geo.Network(
        network.name,
        network.stations,
        sections,
        network.profile,
        network.stages,
        network.credit,
    )


def open_geo_network(scenario: Scenario, base_dir: str | Path) -> geo.Network:
    """Return the network of a scenario as geo's tables, with the scenario's gauges.

    Parameters
    ----------
    scenario : Scenario
        Says which network, and the gauge of lines where it differs.
    base_dir : path
        Folder that a relative network path starts from.

    Returns
    -------
    network : geo.Network
        A copy where gauges were changed.

    Raises
    ------
    ScenarioError
        If the network can't be read; carries all its problems.
    """
    return _with_gauges(read_geo_network(scenario, base_dir), scenario)


def _ruling_permille(scenario: Scenario, line_id: str) -> float | None:
    line = scenario.lines.get(line_id)
    if isinstance(line, MeetsLine) and line.physics is not None:
        return line.physics.ruling_grade_permille
    return None


def _plan(network: geo.Network, scenario: Scenario) -> NetworkPlan:
    stations = {
        str(row.Index): PlannedStation(
            str(row.Index),
            str(row.name),
            str(row.country),
            float(row.geometry.x),
            float(row.geometry.y),
        )
        for row in network.stations.itertuples()
    }
    sections = {str(row.Index): _planned(row) for row in network.sections.itertuples()}
    rulings = {line: _ruling_permille(scenario, line) for line in scenario.lines}
    graded = {}
    for name, section in sections.items():
        ruling = rulings.get(section.line_id)
        if ruling is not None:
            graded[name] = geo.graded_section(network, name, ruling)
            sections[name] = replace(section, length_km=graded[name][0])

    @cache
    def profile(section_id: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
        if section_id in graded:
            _, chainage_m, elevation_m = graded[section_id]
        else:
            chainage_m, elevation_m, _ = geo.section_profile(network, section_id)
        return tuple(chainage_m.tolist()), tuple(elevation_m.tolist())

    stages = tuple(str(s) for s in network.stages.index if s != EXISTING)
    return NetworkPlan(network.name, stations, sections, stages, profile)


def _planned(row: Any) -> PlannedSection:  # noqa: ANN401
    return PlannedSection(
        id=str(row.Index),
        from_id=str(row.from_id),
        to_id=str(row.to_id),
        mode=str(row.mode),
        gauge_mm=int(row.gauge_mm),
        n_tracks=int(row.n_tracks),
        length_km=float(row.length_km),
        stage_id=str(row.stage_id),
        line_id=str(row.line_id),
    )


def _finder(network: geo.Network) -> WayFinder:
    @cache
    def found(
        stops: tuple[str, ...],
        *,
        mode: str,
        gauge_mm: int | None,
        open_stages: frozenset[str] | None,
    ) -> Way | str:
        try:
            route = geo.find_route(
                network,
                stops[0],
                stops[-1],
                via=stops[1:-1],
                mode=mode,
                gauges_mm=None if gauge_mm is None else (gauge_mm,),
                stages=open_stages,
            )
        except geo.NetworkError as error:
            return "; ".join(error.problems)
        return Way(route.station_ids, route.section_ids, tuple(map(bool, route.is_reversed)))

    def find(
        stops: tuple[str, ...],
        *,
        mode: str,
        gauge_mm: int | None = None,
        open_stages: frozenset[str] | None = None,
    ) -> Way:
        way = found(stops, mode=mode, gauge_mm=gauge_mm, open_stages=open_stages)
        if isinstance(way, str):
            raise NoWayError(way)
        return way

    return find


def open_network(scenario: Scenario, base_dir: str | Path) -> tuple[NetworkPlan, WayFinder]:
    """Return the network of a scenario in plain values, and what finds ways on it.

    Parameters
    ----------
    scenario : Scenario
        Says which network, and the gauge of lines where it differs.
    base_dir : path
        Folder that a relative network path starts from.

    Returns
    -------
    plan : NetworkPlan
        Stations, sections, stages.
    ways : WayFinder
        Finds the shortest way through stations.

    Raises
    ------
    ScenarioError
        If the network can't be read.
    """
    return network_on(read_geo_network(scenario, base_dir), scenario)


def network_on(network: geo.Network, scenario: Scenario) -> tuple[NetworkPlan, WayFinder]:
    """Return a network that was read as a scenario has it: in plain values, and what finds ways.

    Parameters
    ----------
    network : geo.Network
        From `read_geo_network`.
    scenario : Scenario
        Says the gauge of lines where it differs, and to which gradient lines are graded.

    Returns
    -------
    plan : NetworkPlan
        Stations, sections, stages.
    ways : WayFinder
        Finds the shortest way through stations; ways that were found are remembered.
    """
    own = _with_gauges(network, scenario)
    return _plan(own, scenario), _finder(own)


def keep_network(scenario: Scenario, base_dir: str | Path, folder: Path) -> str:
    """Keep a user's own network in a run folder; return the source that names it there.

    Parameters
    ----------
    scenario : Scenario
        Says which network.
    base_dir : path
        Folder that a relative network path starts from.
    folder : Path
        The run folder.

    Returns
    -------
    source : str
        `corridor` for the network that ships, else the name of the copy.
    """
    if scenario.network.source == CORRIDOR:
        return CORRIDOR
    name = "network.gpkg"
    geo.write_network(_read(str(Path(base_dir) / scenario.network.source)), folder / name)
    return name
