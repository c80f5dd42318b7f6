"""How the cost of the batch engine grows: with stations, with trains, with replications.

``python benchmarks/scaling.py`` takes some minutes, ``--quick`` one. Each corridor is a straight
double-track line between two terminals; the SimPy engine runs the smaller ones too, and its rows
must be the same. Slopes are of the logarithms: 0 where the cost of a row does not grow, 1 where it
grows in proportion. Lines ``BENCH name value`` are for machines to read.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from itertools import pairwise

import numpy as np
from memory import watched

from sim.arrays.compiler import compile_corridor
from sim.engines import batch, des
from sim.model import NetworkPlan, PlannedSection, PlannedStation, Scenario
from sim.model.network import Way
from sim.runs.drawing import draw_luck
from sim.units import DAY_MS

YEAR_D = 365
SECTION_KM = 10.0
RAKE, LOAD_T = 4, 60.0
MOST_ROWS = 600_000
PROVED_ROWS = 100_000
"""Up to so many rows the SimPy engine runs the same corridor too."""


def plan_of(stations: int) -> NetworkPlan:
    """Return a straight double-track line."""
    names = [f"s{k}" for k in range(stations)]
    return NetworkPlan(
        "straight",
        {s: PlannedStation(s, s, "XX", 60.0 + k * 0.01, 35.0) for k, s in enumerate(names)},
        {
            f"{a}-{b}": PlannedSection(
                f"{a}-{b}", a, b, "rail", 1520, 2, SECTION_KM, "existing", "line"
            )
            for a, b in pairwise(names)
        },
    )


def scenario_of(stations: int, trains_per_year: int, days: int) -> Scenario:
    """Return a scenario in which so many trains a year go out and home again."""
    plenty = {"gangs": 1000, "work_cv_frac": 0.1, "placing_h": 0.5}
    tree = {
        "name": "straight",
        "start_date": "2027-01-01",
        "duration_d": days,
        "run_out_d": 5 + stations // 40,
        "time_zone": "UTC",
        "lines": {
            "line": {
                "grain": "meets",
                "running_speed_kmh": 80,
                "spread_frac": 0.1,
                "supplement_frac": 0.0,
                "headway_min": 1,
                "clearance_min": 0,
                "station_tracks": 200,
                "haul_usd_per_tkm": 0.02,
            }
        },
        "terminals": {
            "mill": {"station": "s0", "tracks": 200, **plenty},
            "market": {"station": f"s{stations - 1}", "tracks": 200, **plenty},
        },
        "commodities": {"flour": {"value_usd_per_t": 300, "wagon_load_t": LOAD_T}},
        "wagon_types": {
            "covered": {"gauge_mm": 1520, "payload_t": 68, "tare_t": 23, "length_m": 15}
        },
        "fleets": {"wagons": {"wagon_type": "covered", "wagons": 200_000, "home": "mill"}},
        "services": {
            "train": {
                "origin": "mill",
                "destination": "market",
                "fleet": "wagons",
                "rake_wagons": RAKE,
                "departs": {"rule": "when-full"},
            }
        },
        "flows": {
            "out": {
                "commodity": "flour",
                "origin": "mill",
                "destination": "market",
                "tonnes_per_year": trains_per_year * RAKE * LOAD_T,
                "legs": ["train"],
            }
        },
    }
    return Scenario.model_validate_json(json.dumps(tree))


def corridor(stations: int, trains_per_year: int):  # noqa: ANN201
    """Return arrays of a corridor, its period cut so that the rows are not too many."""
    rows_a_day = trains_per_year / YEAR_D * (4 * stations + 40)
    days = int(min(YEAR_D, max(10, MOST_ROWS / rows_a_day)))
    plan = plan_of(stations)
    names = list(plan.stations)
    sections = tuple(f"{a}-{b}" for a, b in pairwise(names))

    def find(stops: tuple[str, ...], **_: object) -> Way:
        forward = stops[0] == names[0]
        order = names if forward else names[::-1]
        ids = sections if forward else sections[::-1]
        return Way(tuple(order), ids, (not forward,) * len(ids))

    scenario = scenario_of(stations, trains_per_year, days)
    return compile_corridor(scenario, plan, find)


def measured(stations: int, trains_per_year: int, rounds: int) -> tuple[float, float]:
    """Print a line of the table; return active trains and nanoseconds a row."""
    arrays = corridor(stations, trains_per_year)
    draws = draw_luck(arrays, 0)
    least = np.inf
    for _ in range(rounds):
        began = time.perf_counter()
        events = batch.simulate(arrays, draws)
        least = min(least, time.perf_counter() - began)
    proved = len(events) <= PROVED_ROWS
    if proved:
        assert des.simulate(arrays, draws) == events, "the engines differ"
    active = under_way(events, arrays.end_ms)
    cost_ns = least / len(events) * 1e9
    print(
        f"{stations:>8,} {trains_per_year:>11,} {arrays.horizon_ms // DAY_MS:>6} "
        f"{len(events):>10,} {active:>12,.1f} {cost_ns:>10.0f}   "
        f"{'equal to SimPy' if proved else ''}"
    )
    return active, cost_ns


def under_way(events, end_ms: int) -> float:  # noqa: ANN001
    """Return the mean number of trains between being formed and being home."""
    from sim.tables import Code  # noqa: PLC0415

    rows, code = events.rows, events.column("event")
    formed, home = (rows[code == int(c), 0] for c in (Code.FORMED, Code.HOME))
    last = max(int(home.max(initial=0)), 1)
    whole = home.sum() - formed.sum() + (len(formed) - len(home)) * end_ms
    return float(whole) / last


def slope(x: list[float], y: list[float]) -> float:
    """Return the slope of the logarithms."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def replications(counts: tuple[int, ...]) -> None:
    """Print time and memory of a study of so many replications, each in a process of its own."""
    print("\nreplications  seconds  seconds each  largest process, MiB  all together, MiB")
    peaks = []
    for n in counts:
        began = time.perf_counter()
        asked = [sys.executable, __file__, "--study", str(n)]
        told = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
        seconds = time.perf_counter() - began
        largest, together = map(float, told.stdout.split()[-2:])
        peaks.append(largest)
        print(
            f"{n:>12,}  {seconds:>7.1f}  {seconds / n:>12.4f}  {largest:>20.0f}  {together:>17.0f}"
        )
    print(f"BENCH peak_mib_of_most_replications {peaks[-1]:.0f}")
    print(f"BENCH memory_slope_in_replications {slope(list(counts), peaks):.3f}")


def study(n: int) -> None:
    """Run a study of the starter scenario, and print the memory of its processes."""
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    import sim  # noqa: PLC0415

    starter = Path(sim.__file__).parent / "scenario" / "starter" / "starter.yaml"
    case = sim.load(starter, sets=("duration_d=10", "run_out_d=20"))
    with tempfile.TemporaryDirectory() as folder, watched() as peak:
        sim.monte_carlo({"a": case}, replications=n, output=Path(folder) / "study", workers=2)
    print(peak.largest, peak.together)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer sizes, one round")
    parser.add_argument("--study", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.study:
        study(asked.study)
        return
    batch.make_ready()
    rounds = 1 if asked.quick else 5
    print("stations  trains/year   days       rows  active mean   ns a row")
    many = (10, 100) if asked.quick else (10, 30, 100, 300, 1000)
    by_station = [measured(n, 1000, rounds) for n in many]
    many_trains = (100, 10_000) if asked.quick else (100, 1000, 10_000, 100_000)
    by_trains = [measured(10, n, rounds) for n in many_trains]
    costs = [cost for _, cost in by_station]
    print(f"BENCH slope_of_row_cost_in_stations {slope(list(many), costs):.3f}")
    active, costs = (list(column) for column in zip(*by_trains, strict=True))
    print(f"BENCH slope_of_row_cost_in_active_trains {slope(active, costs):.3f}")
    print(f"BENCH row_cost_over_log_of_active_trains {growth(active, costs):.2f}")
    replications((1, 30) if asked.quick else (1, 10, 100, 1000, 10_000))


def growth(active: list[float], costs: list[float]) -> float:
    """Return how much the cost of a row grew over how much log2(2 + active trains) grew."""
    logs = np.log2(2 + np.array(active))
    return float(costs[-1] / costs[0] / (logs[-1] / logs[0]))


if __name__ == "__main__":
    main()
