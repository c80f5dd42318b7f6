"""Freight that flows offer beyond the usual on known days."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.arrays.occasions import known_spans
from sim.arrays.offers import offer_windows
from sim.kernels.demand import lots_per_window

if TYPE_CHECKING:
    from sim.arrays.hours import Clock
    from sim.model import Scenario

__all__ = ["Surge", "surge_lots"]


class Surge(NamedTuple):
    """Lots that are offered beyond the usual within a part of a month."""

    month: int
    """Number of the month, from the start of the run."""
    cause: int
    start_ms: int
    end_ms: int
    lots: int


def surge_lots(scenario: Scenario, flow_id: str, clock: Clock) -> list[Surge]:
    """Return what disruptions on known days add to a flow, by disruption and part of a month.

    A disruption adds ``demand_frac - 1`` of the usual tonnes of each part of a month in which it
    holds, the usual tonnes being those of the month by the share of its time; they become whole
    lots by their running sum over the parts.
    """
    lot_t, found = scenario.lot_t(flow_id), []
    windows = offer_windows(scenario, scenario.flows[flow_id], clock)
    for cause, disruption in enumerate(scenario.disruptions.values()):
        beyond = disruption.effect.frac - 1.0
        if disruption.effect.kind != "demand_frac" or beyond <= 0:
            continue
        if flow_id not in disruption.hits.flows:
            continue
        parts = [
            (month, max(start, low), min(end, high), tonnes * beyond / (end - start))
            for month, (start, end, tonnes) in enumerate(windows)
            for low, high in known_spans(disruption, clock)
            if max(start, low) < min(end, high)
        ]
        lots = lots_per_window([(b - a) * pace for _, a, b, pace in parts], lot_t).tolist()
        found += [Surge(m, cause, a, b, n) for (m, a, b, _), n in zip(parts, lots, strict=True)]
    return found
