"""The work that engines and peers do in `peers.py`: two corridors, compiled, with their luck.

Both are chains of places where one job at a time is served, first come first served, and every job
passes all of them in order: trucks through the controls of a post, and trains one way over the
sections of a single-track line. What a job brings, its arrival at the first place and its time at
each, is read from the draws, so that any other program can be given the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.arrays.compiler import compile_corridor
from sim.arrays.parts import MEET, POST
from sim.engines.base import COLUMNS
from sim.kernels.queueing import fifo_finish_s
from sim.model import NetworkPlan, PlannedSection, PlannedStation, Scenario
from sim.model.network import Way
from sim.runs.drawing import draw_luck
from sim.tables import Code

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.arrays import CorridorArrays, Draws
    from sim.engines.base import EventTable

    Ints = NDArray[np.int64]

LOT_T = 20.0
DAYS, RUN_OUT_D = 31, 60
"""Freight is offered in January, and all of it is through long before the end."""
LOAD = 0.8
"""Share of its time in which a place of the tandem, or a section of the line, is taken."""
SPREAD = 0.5
RUNNING_KMH = 60.0
LENGTHS = (1.0, 0.7, 0.9)
"""Sections of a line are so long, in turn, beside the longest."""


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs that pass places in order, and the corridor of ours in which they do.

    Parameters
    ----------
    name : str
        For people and for machines.
    arrays, draws : CorridorArrays, Draws
        What our engines are given.
    arrival_ms : list of int
        When each job comes to the first place, rising. [ms]
    service_ms : list of list of int
        How long each job takes at each place. [ms]
    lengths_km : tuple of float
        Of each place, where it is a section; else none.
    who : str
        Column of an event table that names the job.
    ends : Code
        Row that tells that a place is done with a job.
    jobs, places : array of int64
        Numbers of jobs and places in an event table, in the order of the lists.
    """

    name: str
    arrays: CorridorArrays
    draws: Draws
    arrival_ms: list[int]
    service_ms: list[list[int]]
    lengths_km: tuple[float, ...]
    who: str
    ends: Code
    jobs: Ints
    places: Ints

    @property
    def shape(self) -> tuple[int, int]:
        """Number of jobs and of places."""
        return len(self.arrival_ms), len(self.places)

    def finish_ms(self, events: EventTable) -> Ints:
        """Return when each job was done with at each place, shape (n_jobs, n_places); -1 never."""
        time, code, job, place = (
            events.rows[:, COLUMNS.index(name)] for name in ("time_ms", "event", self.who, "place")
        )
        is_end = code == int(self.ends)
        found = np.full((job.max() + 1, place.max() + 1), -1)
        found[job[is_end], place[is_end]] = time[is_end]
        return found[np.ix_(self.jobs, self.places)]

    def formula_ms(self) -> Ints:
        """Return the same by Lindley's formula, place after place."""
        came, found = np.array(self.arrival_ms, np.float64), []
        for service in np.array(self.service_ms, np.float64).T:
            came = fifo_finish_s(came, service)  # whole milliseconds are as good as seconds
            found.append(came)
        return np.rint(np.array(found).T).astype(np.int64)


def tandem(posts: int, jobs: int, *, seed: int = 1) -> Work:
    """Return trucks that pass the controls of a post, one after the other, each with one server."""
    mean_h = LOAD * DAYS * 24 / jobs
    law = {"kind": "lognormal", "mean": mean_h, "cv_frac": SPREAD}
    stages = {
        f"c{k:03}": {"activity": "customs", "order": k + 1, "servers": 1, "duration_h": law}
        for k in range(posts)
    }
    tree = {
        "lines": {},
        "posts": {"border": {"station": "s001", "mode": "road", "stages": stages}},
        "terminals": {"mill": {"station": "s000"}, "market": {"station": "s001"}},
        "wagon_types": {},
        "fleets": {},
        "services": {},
        "trucks": {
            "trucks": {"kind": "fleet", "payload_t": LOT_T, "trucks": 100_000, "turnaround_h": 0}
        },
        "hauls": {
            "haul": {
                "origin": "mill",
                "destination": "market",
                "trucks": "trucks",
                "speed_kmh": RUNNING_KMH,
                "spread_frac": 0,
                "rate_usd_per_tkm": 0.09,
            }
        },
    }
    arrays = compiled(tree, "haul", jobs, (60.0,), seed)
    draws = draw_luck(arrays, 0)
    made = draws.haul_ms.reshape(arrays.n_lots, -1)
    is_post = arrays.hauls.op == POST
    arrival = draws.offered_ms + draws.haul_loading_ms + made[:, ~is_post].sum(axis=1)
    order = np.argsort(arrival, kind="stable")
    return Work(
        "tandem",
        arrays,
        draws,
        arrival[order].tolist(),
        made[order][:, is_post].tolist(),
        (),
        "lot",
        Code.POST_END,
        order,
        arrays.hauls.arg[is_post],
    )


def line(sections: int, jobs: int, *, seed: int = 1) -> Work:
    """Return trains one way over a single-track line with room to wait at every station.

    A section holds one train. At the far end trains are placed for longer than the run lasts, so
    none comes back.
    """
    longest_km = LOAD * DAYS * 24 / jobs * RUNNING_KMH
    lengths_km = tuple(longest_km * LENGTHS[k % len(LENGTHS)] for k in range(sections))
    ends = {"tracks": 200, "gangs": 1000, "work_cv_frac": 0, "load_rate_t_per_h": 5000}
    tree = {
        "lines": {
            "line": {
                "grain": "meets",
                "running_speed_kmh": RUNNING_KMH,
                "spread_frac": 0.2,
                "supplement_frac": 0,
                "clearance_min": 0,
                "station_tracks": 200,
                "haul_usd_per_tkm": 0.02,
            }
        },
        "terminals": {
            "mill": {"station": "s000", **ends},
            "market": {
                "station": f"s{sections:03}",
                **ends,
                "placing_h": {"kind": "fixed", "value": 24 * 2 * (DAYS + RUN_OUT_D)},
            },
        },
        "wagon_types": {
            "covered": {"gauge_mm": 1520, "payload_t": 68, "tare_t": 23, "length_m": 15}
        },
        "fleets": {"wagons": {"wagon_type": "covered", "wagons": 100_000, "home": "mill"}},
        "services": {
            "train": {
                "origin": "mill",
                "destination": "market",
                "fleet": "wagons",
                "rake_wagons": 1,
                "departs": {"rule": "when-full"},
            }
        },
    }
    arrays = compiled(tree, "train", jobs, lengths_km, seed)
    draws, program = draw_luck(arrays, 0), slice(*arrays.programs.ptr[:2])
    is_section, n = arrays.programs.op[program] == MEET, arrays.n_lots
    steps = draws.step_ms[: n * len(is_section)].reshape(n, -1)
    return Work(
        "line",
        arrays,
        draws,
        np.sort(draws.offered_ms + draws.load_ms).tolist(),
        steps[:, is_section].tolist(),
        lengths_km,
        "train",
        Code.LEAVE,
        np.arange(n),
        arrays.programs.arg[program][is_section],
    )


def compiled(
    tree: dict[str, Any], leg: str, jobs: int, lengths_km: tuple[float, ...], seed: int
) -> CorridorArrays:
    """Return arrays of a straight corridor on which so many lots go from `mill` to `market`."""
    mode, gauge_mm, tracks = ("rail", 1520, 1) if tree["lines"] else ("road", 0, 2)
    names = [f"s{k:03}" for k in range(len(lengths_km) + 1)]
    ids = tuple(f"{a}-{b}" for a, b in pairwise(names))
    plan = NetworkPlan(
        "straight",
        {s: PlannedStation(s, s, "XX", 60.0 + k * 0.01, 35.0) for k, s in enumerate(names)},
        {
            name: PlannedSection(name, a, b, mode, gauge_mm, tracks, km, "existing", "line")
            for name, (a, b), km in zip(ids, pairwise(names), lengths_km, strict=True)
        },
    )

    def find(stops: tuple[str, ...], **_: object) -> Way:
        is_out = stops[0] == names[0]
        order, passed = (names, ids) if is_out else (names[::-1], ids[::-1])
        return Way(tuple(order), passed, (not is_out,) * len(ids))

    common = {
        "name": "peers",
        "seed": seed,
        "start_date": "2027-01-01",
        "duration_d": DAYS,
        "run_out_d": RUN_OUT_D,
        "time_zone": "UTC",
        "commodities": {"flour": {"value_usd_per_t": 300, "wagon_load_t": LOT_T}},
        "flows": {
            "out": {
                "commodity": "flour",
                "origin": "mill",
                "destination": "market",
                "tonnes_per_year": 12 * jobs * LOT_T,
                "legs": [leg],
            }
        },
    }
    scenario = Scenario.model_validate_json(json.dumps(common | tree))
    return compile_corridor(scenario, plan, find)
