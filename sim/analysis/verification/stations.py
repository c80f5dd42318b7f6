"""The stations: each a scenario with settings, and formulas for what it must give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.analysis.verification.measuring import Mark
from sim.kernels.mean_values import closed_cycle
from sim.kernels.queueing import mean_wait_batches, mean_wait_md1, mean_wait_mg1, mean_wait_mmc
from sim.kernels.waiting import mean_wait_closures, mean_wait_formation, mean_wait_shut
from sim.tables import Code
from sim.units import HOUR_MS, HOURS_PER_DAY, YEAR_D

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.analysis.verification.measuring import Seen
    from sim.arrays import CorridorArrays

__all__ = ["QUICK_REPLICATIONS", "REPLICATIONS", "Measure", "Station", "stations"]

REPLICATIONS, QUICK_REPLICATIONS = 48, 6

_LOT_T, _KEPT = 20.0, 0.2
_RATE_PER_H = 10.0
_FIRST, _SECOND = 0, 1
_ASKED, _TURN, _DONE = Code.POST_QUEUE, Code.POST_START, Code.POST_END
_STAGE = "posts.customs.stages"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a station: what the formula says, and how it is got from a run.

    Parameters
    ----------
    name, unit : str
        For people.
    expected : callable
        From the compiled scenario to the figure.
    of : callable
        From a replication to the figure.
    """

    name: str
    unit: str
    expected: Callable[[CorridorArrays], float]
    of: Callable[[Seen], float]


@dataclass(frozen=True, slots=True)
class Station:
    """A scenario whose answer a formula knows.

    Parameters
    ----------
    name : str
        For people.
    file : str
        Scenario file beside this module.
    sets : tuple of str
        Settings ``path=value`` laid upon it.
    measures : tuple of Measure
        What is compared.
    warm_up_d : float
        Days that do not count. [d]
    replications : int
        How many.
    """

    name: str
    file: str
    sets: tuple[str, ...]
    measures: tuple[Measure, ...]
    warm_up_d: float = 6.0
    replications: int = REPLICATIONS


def stations(*, replications: int = REPLICATIONS) -> tuple[Station, ...]:
    """Return all stations.

    Parameters
    ----------
    replications : int, optional
        Of each.

    Returns
    -------
    stations : tuple of Station
        In the order in which they are told.

    Examples
    --------
    >>> stations(replications=6)[0].name
    'M/M/1'
    """
    made = (
        _post("M/M/1", "exponential", 0.07, mean_wait_mmc(_RATE_PER_H, 1 / 0.07, 1)),
        _post("M/M/3", "exponential", 0.24, mean_wait_mmc(_RATE_PER_H, 1 / 0.24, 3), servers=3),
        _post("M/D/1", "fixed", 0.08, mean_wait_md1(_RATE_PER_H, 0.08)),
        _post("M/G/1 lognormal", "lognormal", 0.07, mean_wait_mg1(_RATE_PER_H, 0.07, 0.8), cv=0.8),
        _gangs("M/G/1 gamma", 0.07, mean_wait_mg1(_RATE_PER_H, 0.07, 0.5), cv=0.5),
        _gangs("M/M/4 gangs", 0.32, mean_wait_mmc(_RATE_PER_H, 1 / 0.32, 4), cv=1.0, gangs=4),
        _tandem(),
        _batches(),
        _cycle(),
        _closures(),
        _hours(),
        _formation(),
    )
    return tuple(
        Station(s.name, s.file, s.sets, s.measures, s.warm_up_d, replications) for s in made
    )


def _offered(rate_per_h: float, *, kept: float = _KEPT) -> str:
    tonnes = rate_per_h * HOURS_PER_DAY * YEAR_D * _LOT_T / kept
    return f"flows.freight.tonnes_per_year={tonnes:.3f}"


def _law(kind: str, mean_h: float, cv: float) -> str:
    if kind == "fixed":
        return f"{{kind: fixed, value: {mean_h}}}"
    spread = f", cv_frac: {cv}" if cv else ""
    return f"{{kind: {kind}, mean: {mean_h}{spread}}}"


def _wait_at(control: int, name: str, expected_h: float) -> Measure:
    return _between(name, expected_h, Mark(_ASKED, control), Mark(_TURN, control))


def _between(name: str, expected_h: float, begin: Mark, end: Mark) -> Measure:
    return Measure(name, "h", lambda _: expected_h, lambda seen: seen.mean_between_h(begin, end))


def _busy(name: str, expected: float, begin: Mark, end: Mark) -> Measure:
    return Measure(name, "", lambda _: expected, lambda seen: seen.busy(begin, end))


def _post(
    name: str, kind: str, mean_h: float, expected_h: float, *, servers: int = 1, cv: float = 0.0
) -> Station:
    """Return trucks before one control."""
    sets = (
        _offered(_RATE_PER_H),
        f"{_STAGE}.first.servers={servers}",
        f"{_STAGE}.first.duration_h={_law(kind, mean_h, cv)}",
    )
    busy = _busy("servers busy", _RATE_PER_H * mean_h, Mark(_TURN, _FIRST), Mark(_DONE, _FIRST))
    return Station(name, "road.yaml", sets, (_wait_at(_FIRST, "mean wait", expected_h), busy))


def _gangs(name: str, mean_h: float, expected_h: float, *, cv: float, gangs: int = 1) -> Station:
    """Return wagons before the gangs that load them."""
    sets = (
        _offered(_RATE_PER_H),
        f"terminals.mill.gangs={gangs}",
        f"terminals.mill.load_rate_t_per_h={_LOT_T / mean_h}",
        f"terminals.mill.work_cv_frac={cv}",
    )
    begin, end = Mark(Code.LOAD_START), Mark(Code.LOAD_END)
    wait = _between("mean wait", expected_h, Mark(Code.WAGON), begin)
    busy = _busy("gangs busy", _RATE_PER_H * mean_h, begin, end)
    return Station(name, "rail.yaml", sets, (wait, busy))


def _tandem() -> Station:
    """Return two controls one after the other: what leaves the first is a Poisson stream again."""
    first_h, second_h = 0.14, 0.07
    sets = (
        _offered(_RATE_PER_H),
        f"{_STAGE}.first.servers=2",
        f"{_STAGE}.first.duration_h={_law('exponential', first_h, 0)}",
        f"{_STAGE}.second.servers=1",
        f"{_STAGE}.second.duration_h={_law('exponential', second_h, 0)}",
    )
    first_wait_h = mean_wait_mmc(_RATE_PER_H, 1 / first_h, 2)
    second_wait_h = mean_wait_mmc(_RATE_PER_H, 1 / second_h, 1)
    both_h = first_wait_h + first_h + second_wait_h + second_h
    measures = (
        _wait_at(_FIRST, "wait, first", first_wait_h),
        _wait_at(_SECOND, "wait, second", second_wait_h),
        _between("time in both", both_h, Mark(_ASKED, _FIRST), Mark(_DONE, _SECOND)),
    )
    return Station("tandem M/M/2, M/M/1", "road.yaml", sets, measures)


def _batches() -> Station:
    """Return trains of wagons that one gang unloads one by one.

    Trains form of every tenth wagon, evenly; a delay spread over 60 days, passed side by side,
    makes of them nearly a Poisson stream.
    """
    wagons, wagon_h, trains_per_h = 10, 0.06, 1.0
    sets = (
        _offered(wagons * trains_per_h, kept=1.0),
        "disruptions.thinning.effect.demand_frac=1",
        "duration_d=180",
        f"services.train.rake_wagons={wagons}",
        "fleets.wagons.wagons=100000",
        "posts.on-the-way.duration_h={kind: triangular, low: 0, mode: 720, high: 1440}",
        "terminals.market.gangs=1",
        f"terminals.market.unload_rate_t_per_h={_LOT_T / wagon_h}",
    )
    begin, end = Mark(Code.PLACED, is_of_train=True), Mark(Code.UNLOAD_START)
    expected_h = mean_wait_batches(trains_per_h, wagons, wagon_h)
    measures = (_between("mean wait", expected_h, begin, end),)
    return Station("trains of 10 wagons", "rail.yaml", sets, measures, warm_up_d=65)


def _cycle() -> Station:
    """Return a fleet that goes round: one gang loads, one unloads, a delay between."""
    wagons, load_h, unload_h, delay_h = 12, 0.5, 0.4, 2.0
    sets = (
        _offered(2 / load_h, kept=1.0),
        "disruptions.thinning.effect.demand_frac=1",
        f"fleets.wagons.wagons={wagons}",
        f"posts.on-the-way.duration_h={_law('exponential', delay_h, 0)}",
        *(
            f"terminals.{place}.{setting}"
            for place, work, rate in (
                ("mill", "load", _LOT_T / load_h),
                ("market", "unload", _LOT_T / unload_h),
            )
            for setting in ("gangs=1", "work_cv_frac=1", f"{work}_rate_t_per_h={rate}")
        ),
    )

    def rest_h(arrays: CorridorArrays) -> float:
        """Return delay and running times, out loaded and home empty."""
        programs = arrays.programs
        out, home = (slice(programs.ptr[d], programs.ptr[d + 1]) for d in (0, 1))
        run_ms = programs.base_ms[out].sum() + programs.base_empty_ms[home].sum()
        return delay_h + float(run_ms) / HOUR_MS

    def cycle(arrays: CorridorArrays) -> tuple[float, float]:
        rate_per_h, there_h = closed_cycle(wagons, [load_h, unload_h], rest_h(arrays))
        return rate_per_h, float(there_h[1])

    done, placed = Mark(Code.UNLOAD_END), Mark(Code.PLACED, is_of_train=True)
    measures = (
        Measure("cycles", "1/h", lambda a: cycle(a)[0], lambda seen: seen.rate_per_h(done)),
        Measure(
            "time at unloading",
            "h",
            lambda a: cycle(a)[1],
            lambda seen: seen.mean_between_h(placed, done),
        ),
    )
    return Station("fleet of 12, two gangs", "rail.yaml", sets, measures)


def _closures() -> Station:
    """Return a post that closes by chance."""
    open_d, shut_d, cv = 2.0, 0.4, 0.8
    disruption = (
        "{hits: {posts: [customs]}, effect: {closed: true}, random: "
        f"{{rate_per_year: {YEAR_D / open_d}, duration_d: {_law('gamma', shut_d, cv)}}}}}"
    )
    sets = (
        _offered(0.5),
        "duration_d=1460",
        f"{_STAGE}.first.servers=null",
        f"{_STAGE}.first.duration_h=0",
        f"disruptions.shut={disruption}",
    )
    expected_h = HOURS_PER_DAY * mean_wait_closures(open_d, shut_d, cv)
    wait = _wait_at(_FIRST, "mean extra wait", expected_h)
    return Station("closures by chance", "road.yaml", sets, (wait,), warm_up_d=60)


def _hours() -> Station:
    """Return a post that is open from 08:00 to 20:00."""
    sets = (
        _offered(1.0),
        f"{_STAGE}.first.servers=null",
        f"{_STAGE}.first.duration_h=0",
        f'{_STAGE}.first.hours={{opens: "08:00", closes: "20:00"}}',
    )
    wait = _wait_at(_FIRST, "mean extra wait", mean_wait_shut(12.0, HOURS_PER_DAY))
    return Station("opening hours", "road.yaml", sets, (wait,), warm_up_d=2)


def _formation() -> Station:
    """Return wagons that wait for a full train."""
    wagons, rate_per_h = 57, 40 / HOURS_PER_DAY
    sets = (_offered(rate_per_h), "duration_d=365", f"services.train.rake_wagons={wagons}")
    wait = _between(
        "mean wait",
        mean_wait_formation(rate_per_h, wagons),
        Mark(Code.LOAD_END),
        Mark(Code.ABOARD),
    )
    return Station("trains of 57 form", "rail.yaml", sets, (wait,))
