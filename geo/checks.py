"""What must hold of a network; all problems at once, each with place, fact, rule, way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.checks_geometry import end_problems, shape_problems
from geo.columns import GAUGES_MM, LENGTH_BASES, MODES, STATUSES
from geo.hints import did_you_mean
from geo.islands import island_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from geo.network import Network

VOCABULARIES = {"mode": MODES, "status": STATUSES, "length_basis": LENGTH_BASES}


def network_problems(
    network: Network, *, place: str = "", allow_islands: bool = False
) -> tuple[str, ...]:
    """Return every problem of a network, none if it is sound.

    Parameters
    ----------
    network : Network
        Complete tables, as made by `make_network`, perhaps changed since.
    place : str
        Beginning of each problem; the network's name if empty.
    allow_islands : bool
        Accept parts that no section joins to the rest.

    Returns
    -------
    problems : tuple of str
        Place (file, layer, row), fact, rule, way out.

    Examples
    --------
    >>> from geo import load_corridor
    >>> network_problems(load_corridor())
    ()
    """
    place = place or network.name
    problems = [
        *_empty(network, place),
        *_doubled(network, place),
        *_unknown_stations(network, place),
        *_unknown_words(network, place),
        *_odd_tracks(network, place),
        *shape_problems(network, place),
        *end_problems(network, place),
        *_profile(network, place),
    ]
    if not problems and not allow_islands:
        problems += island_problems(network, place)
    return tuple(problems)


def _empty(network: Network, place: str) -> Iterator[str]:
    for layer, table in (("stations", network.stations), ("sections", network.sections)):
        if table.empty:
            yield f"{place}, {layer}: no rows; a network needs some; add them"


def _doubled(network: Network, place: str) -> Iterator[str]:
    tables: dict[str, pd.DataFrame] = {
        "stations": network.stations,
        "sections": network.sections,
        "stages": network.stages,
    }
    for layer, table in tables.items():
        counts = table.index.value_counts()
        for row_id, count in counts[counts > 1].items():
            yield (
                f"{place}, {layer}, `{row_id}`: {count} rows have this id; ids must be unique; "
                "rename all but one"
            )
        if (table.index == "").any():
            yield f"{place}, {layer}: a row has an empty id; every row needs one; give it a name"


def _unknown_stations(network: Network, place: str) -> Iterator[str]:
    known = set(network.stations.index)
    for row in network.sections.itertuples():
        for column in ("from_id", "to_id"):
            station_id = getattr(row, column)
            if station_id not in known:
                yield (
                    f"{place}, sections, `{row.Index}`: {column} is `{station_id}`; no station has "
                    f"this id; {did_you_mean(station_id, sorted(known))}"
                )
        if row.from_id == row.to_id:
            yield (
                f"{place}, sections, `{row.Index}`: begins and ends at `{row.from_id}`; a section "
                "joins two stations; put a station in between"
            )


def _unknown_words(network: Network, place: str) -> Iterator[str]:
    for column, words in VOCABULARIES.items():
        for section_id, word in network.sections[column].items():
            if word not in words:
                yield (
                    f"{place}, sections, `{section_id}`: {column} is `{word}`; no such word; "
                    + did_you_mean(word, [known for known in words if known])
                )
    stage_ids = {*network.stages.index, "existing"}
    for section_id, stage_id in network.sections["stage_id"].items():
        if stage_id not in stage_ids:
            yield (
                f"{place}, sections, `{section_id}`: stage_id is `{stage_id}`; no stage has this "
                f"id; {did_you_mean(stage_id, sorted(stage_ids))}"
            )


def _odd_tracks(network: Network, place: str) -> Iterator[str]:
    for row in network.sections.itertuples():
        where = f"{place}, sections, `{row.Index}`"
        if row.mode == "rail" and row.gauge_mm not in GAUGES_MM:
            yield (
                f"{where}: gauge_mm is {row.gauge_mm}; a railway needs one of "
                f"{', '.join(map(str, GAUGES_MM))}; correct it, or set mode to road with gauge 0"
            )
        if row.mode == "road" and row.gauge_mm != 0:
            yield f"{where}: gauge_mm is {row.gauge_mm}; a road has gauge 0; set 0 or mode to rail"
        if row.n_tracks < 1:
            yield f"{where}: n_tracks is {row.n_tracks}; it must be 1 or more; count the tracks"
        if row.speed_kmh <= 0:
            yield f"{where}: speed_kmh is {row.speed_kmh:g}; it must be above 0; leave it empty"


def _profile(network: Network, place: str) -> Iterator[str]:
    lengths = dict(network.sections["length_km"].items())
    for section_id, rows in network.profile.groupby("section_id", sort=False):
        where = f"{place}, profile, `{section_id}`"
        if section_id not in lengths:
            yield f"{where}: no section has this id; {did_you_mean(str(section_id), lengths)}"
            continue
        chainage = rows["chainage_km"].to_numpy()
        spans = abs(chainage[0]) < 1e-3 and abs(chainage[-1] - lengths[section_id]) < 1e-2  # noqa: PLR2004
        if len(chainage) < 2 or not spans or (chainage[1:] <= chainage[:-1]).any():  # noqa: PLR2004
            yield (
                f"{where}: chainage_km goes from {chainage[0]:g} to {chainage[-1]:g}; it must "
                f"increase from 0 to length_km ({lengths[section_id]:g}); correct it or leave the "
                "section out of the profile"
            )
