"""Hours of crews are long enough for every run from stand to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.arrays.faults import ShortHoursError
from sim.arrays.parts import GIVE, LINE, MEET, NO_LIMIT, TAKE
from sim.units import HOUR_MS

if TYPE_CHECKING:
    from sim.arrays.parts import Programs
    from sim.arrays.post_parts import Pools

__all__ = ["refuse_short_hours"]


def refuse_short_hours(
    programs: Programs, pools: Pools, services: tuple[str, ...], names: tuple[str, ...],
    sections: tuple[str, ...],
) -> None:  # fmt: skip
    """Refuse hours of a crew shorter than a single run without luck, loaded or empty.

    Parameters
    ----------
    programs : Programs
        What trains pass.
    pools : Pools
        Locomotives, then crews.
    services, names, sections : tuple of str
        Names of the services, of the pools and of the sections.

    Raises
    ------
    ShortHoursError
        Names the pool, the longest run of all its trains, and the figures.
    """
    longest: dict[int, tuple[int, int, int]] = {}
    for row in range(len(programs.ptr) - 1):
        crew = -1
        for k in range(programs.ptr[row], programs.ptr[row + 1]):
            op, other = programs.op[k], int(programs.arg[k]) + len(names) // 2
            if op == TAKE and pools.duty_ms[other] < NO_LIMIT:
                crew = other
            elif op == GIVE and other == crew:
                crew = -1
            elif crew >= 0 and op in (LINE, MEET):
                run = slice(k, k + max(int(programs.reach[k]), 1))
                run_ms = max(programs.base_ms[run].sum(), programs.base_empty_ms[run].sum())
                longest[crew] = max(longest.get(crew, (0, 0, 0)), (int(run_ms), k, row // 2))
    for crew, (run_ms, k, service) in sorted(longest.items()):
        if run_ms > pools.duty_ms[crew]:
            raise ShortHoursError(
                names[crew - len(names) // 2],
                (services[service], sections[programs.arg[k]]),
                (run_ms / HOUR_MS, float(pools.duty_ms[crew]) / HOUR_MS),
            )
