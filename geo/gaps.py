"""Why two stations are not joined: what would have to open, or change, for a way to exist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.graph import Choice, SectionGraph
from geo.hints import listed

if TYPE_CHECKING:
    from geo.network import Network


def why_apart(network: Network, from_id: str, to_id: str, choice: Choice) -> str:
    """Return the problem of two stations with no way between them.

    Parameters
    ----------
    network : Network
        Where the search failed.
    from_id, to_id : str
        The two stations.
    choice : Choice
        What was allowed.

    Returns
    -------
    problem : str
        Fact, reason and way out. The least change that makes a way is named: other stages first,
        then other gauges, then another mode, then all together.
    """
    fact = f"{network.name}: no way from `{from_id}` to `{to_id}`{_told(choice)}"
    attempts = (
        replace(choice, stages=None),
        replace(choice, gauges_mm=None),
        replace(choice, mode=None),
        replace(choice, stages=None, gauges_mm=None),
        Choice(),
    )
    for wider in attempts:
        needed = _sections_needed(network, from_id, to_id, choice, wider)
        if needed:
            return f"{fact}; the way there has {_reasons(network, needed, choice)}"
    return f"{fact}; no section of any kind joins them; add the missing section"


def _told(choice: Choice) -> str:
    parts = []
    if choice.mode is not None:
        parts.append(f"by {choice.mode}")
    if choice.gauges_mm is not None:
        parts.append(f"on gauge {', '.join(str(gauge) for gauge in sorted(choice.gauges_mm))} mm")
    if choice.stages is not None:
        parts.append(f"with stages open: {listed(sorted(choice.stages))}")
    return "".join(f" {part}" for part in parts)


def _sections_needed(
    network: Network, from_id: str, to_id: str, choice: Choice, wider: Choice
) -> list[str]:
    sections = network.sections
    graph = SectionGraph(list(network.stations.index), sections[wider.mask(sections)])
    way = graph.shortest(from_id, to_id)
    if way is None:
        return []
    allowed = set(sections.index[choice.mask(sections)])
    return [section for section in graph.sections_along(way) if section not in allowed]


def _reasons(network: Network, needed: list[str], choice: Choice) -> str:
    rows = network.sections.loc[needed]
    reasons = []
    if choice.stages is not None:
        closed = rows[~Choice(stages=choice.stages).mask(rows)]["stage_id"].unique()
        if len(closed):
            reasons.append(f"stages not open: {listed(closed)}; open them")
    if choice.gauges_mm is not None:
        other = sorted(set(rows[~Choice(gauges_mm=choice.gauges_mm).mask(rows)]["gauge_mm"]) - {0})
        if other:
            gauges = ", ".join(str(gauge) for gauge in other)
            reasons.append(f"other gauges: {gauges} mm; allow them (a break of gauge)")
    if choice.mode is not None:
        other_modes = rows[~Choice(mode=choice.mode).mask(rows)]["mode"].unique()
        if len(other_modes):
            reasons.append(f"another mode: {listed(other_modes)}; allow it")
    return f"{' and '.join(reasons)} (sections {listed(needed)})"
