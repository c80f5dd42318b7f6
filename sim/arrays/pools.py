"""Locomotive pools as arrays, and where trains take and give up locomotives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.controls import exchanges_of
from sim.arrays.parts import NO_LIMIT
from sim.arrays.post_parts import Pools
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from sim.model import Scenario
    from sim.model.network import Way
    from sim.model.pools import LocomotivePool

__all__ = ["changes_on", "pool_arrays", "pool_names"]


_NONE = (NO_LIMIT, NO_LIMIT, 0, NO_LIMIT, NO_LIMIT)
"""Always enough."""


def _ms(hours: float | None) -> int:
    return NO_LIMIT if hours is None else round(hours * HOUR_MS)


def _crews(pool: LocomotivePool) -> tuple[int, int, int, int, int]:
    if pool.crews is None:
        return _NONE
    rest_ms, over_ms = _ms(pool.crew_rest_h), _ms(pool.crew_travel_h)
    return pool.crews, (pool.crews + 1) // 2, rest_ms, over_ms, _ms(pool.crew_hours_h)


def pool_arrays(scenario: Scenario) -> Pools:
    """Return the pools: locomotives of all, sets of bogies of all, then crews of each."""
    pools = list(scenario.locomotive_pools.values())
    locomotives = [
        (p.locomotives, p.locomotives if p.first_locomotives is None else p.first_locomotives,
         _ms(p.servicing_h), _ms(p.light_h), NO_LIMIT)
        for p in pools
    ]  # fmt: skip
    crews = [_crews(p) for p in pools]
    sets = [scenario.terminals[t].exchange for t in exchanges_of(scenario)]
    bogies = [
        _NONE
        if e is None or e.bogie_sets is None
        else (e.bogie_sets, e.bogie_sets, 0, NO_LIMIT, NO_LIMIT)
        for e in sets
    ]
    table = np.array(locomotives + bogies + crews + [_NONE] * len(bogies), np.int64)
    table = table.reshape(-1, 5)
    kinds = [0] * len(locomotives) + [1] * len(bogies)
    return Pools(
        units=table[:, 0].copy(),
        at_first=table[:, 1].copy(),
        rest_ms=table[:, 2].copy(),
        move_ms=table[:, 3].copy(),
        duty_ms=table[:, 4].copy(),
        per_wagon=np.array(kinds * 2, np.int64),
    )


def pool_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the pools: locomotives and bogie sets, then the crews of each."""
    units = (*scenario.locomotive_pools, *(f"{t} bogies" for t in exchanges_of(scenario)))
    return (*units, *(f"{name} crews" for name in units))


def changes_on(
    scenario: Scenario, service_id: str, way: Way
) -> list[tuple[int, int, tuple[int, int]]]:
    """Return the stretches of a service that pools draw.

    Parameters
    ----------
    scenario : Scenario
        With its maps in order of ids.
    service_id : str
        A service.
    way : Way
        Its way out.

    Returns
    -------
    changes : list of (int, int, (int, int))
        Pool, end of it (0 or 1) at which the stretch begins on the way out, and the positions of
        its first and last station on that way.
    """
    pools, found, start = list(scenario.locomotive_pools), [], 0
    for stretch in scenario.services[service_id].traction:
        stop = len(way.station_ids) - 1
        if stretch.upto is not None:
            stop = way.station_ids.index(stretch.upto)
        if stretch.pool is not None:
            ends = scenario.locomotive_pools[stretch.pool].between
            found.append(
                (pools.index(stretch.pool), ends.index(way.station_ids[start]), (start, stop))
            )
        start = stop
    return found
