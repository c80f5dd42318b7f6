"""A cabinet of small corridors for the engines: a straight line built to order.

Stations `s0`, `s1`, ... stand on a single-track line with meets; before `s0` an aggregate line of
one section leads from `home`. Terminals `mill` at `home`, and `market` at the last station.
"""

import json
from dataclasses import dataclass, replace
from itertools import pairwise

from sim.arrays.compiler import compile_corridor
from sim.arrays.layout import CorridorArrays
from sim.engines.base import COLUMNS
from sim.model import NetworkPlan, PlannedSection, PlannedStation, Scenario
from sim.model.network import NoWayError, Way
from sim.runs.replicate import replicate


@dataclass(frozen=True, repr=False)
class Made:
    """A small corridor, compiled."""

    scenario: Scenario
    plan: NetworkPlan
    ways: object
    arrays: CorridorArrays

    def __repr__(self):
        return self.scenario.model_dump_json(exclude_defaults=True)

    def run(self, replication=0):
        return replicate(self.arrays, replication)


def plan_of(lengths_km, *, tracks=()):
    stations = ["home", *(f"s{k}" for k in range(len(lengths_km) + 1))]
    sections = [("home", "s0", "far", 100.0, 1)]
    for k, km in enumerate(lengths_km):
        sections.append((f"s{k}", f"s{k + 1}", "line", km, (*tracks, *[1] * len(lengths_km))[k]))
    return NetworkPlan(
        "straight",
        {s: PlannedStation(s, s.title(), "XX", 60.0 + i, 35.0) for i, s in enumerate(stations)},
        {
            f"{a}-{b}": PlannedSection(f"{a}-{b}", a, b, "rail", 1520, n, km, "existing", line)
            for a, b, line, km, n in sections
        }
        | {
            "road": PlannedSection(
                "road", stations[-1], "home", "road", 0, 2, 50.0, "existing", "road"
            )
        },
    )


def ways_on(plan):
    order = list(plan.stations)

    def find(stops, *, mode, **_):
        if mode == "road":
            return Way((stops[0], stops[-1]), ("road",), (False,))
        first, last = order.index(stops[0]), order.index(stops[-1])
        if first > last:
            message = "the specimen runs one way only"
            raise NoWayError(message)
        names = order[first : last + 1]
        ids = tuple(f"{a}-{b}" for a, b in pairwise(names))
        return Way(tuple(names), ids, (False,) * len(ids))

    return find


def tree_of(**changes):
    """Return a scenario as plain maps: fixed durations, one flow out by train."""
    tree = {
        "name": "specimen",
        "start_date": "2027-01-01",
        "duration_d": 20,
        "run_out_d": 40,
        "time_zone": "UTC",
        "seed": 1,
        "lines": {
            "far": {
                "grain": "aggregate",
                "commercial_speed_kmh": 25,
                "spread_frac": 0.0,
                "haul_usd_per_tkm": 0.01,
            },
            "line": {
                "grain": "meets",
                "running_speed_kmh": 60,
                "spread_frac": 0.0,
                "supplement_frac": 0.0,
                "station_tracks": 2,
                "station_usable_length_m": 900,
                "clearance_min": 0,
                "haul_usd_per_tkm": 0.02,
            },
        },
        "terminals": {
            "mill": {"station": "home", "tracks": 2, "gangs": 2, "work_cv_frac": 0.0},
            "market": {
                "station": "s1",
                "tracks": 2,
                "gangs": 4,
                "work_cv_frac": 0.0,
                "placing_h": 1,
            },
        },
        "commodities": {"flour": {"value_usd_per_t": 300, "wagon_load_t": 60}},
        "wagon_types": {
            "covered": {"gauge_mm": 1520, "payload_t": 68, "tare_t": 23, "length_m": 15}
        },
        "fleets": {
            "wagons": {
                "wagon_type": "covered",
                "wagons": 100,
                "home": "mill",
                "hire_usd_per_wagon_day": 20,
            }
        },
        "services": {
            "train": {
                "origin": "mill",
                "destination": "market",
                "fleet": "wagons",
                "rake_wagons": 4,
                "departs": {"rule": "when-full", "longest_wait_h": 24},
            }
        },
        "flows": {
            "out": {
                "commodity": "flour",
                "origin": "mill",
                "destination": "market",
                "tonnes_per_year": 20000,
                "legs": ["train"],
            }
        },
    }
    return merged(tree, changes)


def merged(tree, changes):
    """Return a tree with changes laid upon it; None takes a key away, another rule replaces."""
    if tree.get("rule") != changes.get("rule", tree.get("rule")):
        return changes
    out = dict(tree)
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(out.get(key), dict):
            out[key] = merged(out[key], value)
        elif value is None:
            out.pop(key, None)
        else:
            out[key] = value
    return out


def make(lengths_km=(30.0,), *, tracks=(), **changes):
    """Return a straight line of sections of these lengths, with changes to its scenario."""
    last = f"s{len(lengths_km)}"
    tree = merged(tree_of(terminals={"market": {"station": last}}), changes)
    scenario = Scenario.model_validate_json(json.dumps(tree))
    plan = plan_of(lengths_km, tracks=tracks)
    ways = ways_on(plan)
    return Made(scenario, plan, ways, compile_corridor(scenario, plan, ways))


def reseeded(made, seed):
    return replace(made, arrays=replace(made.arrays, seed=seed))


BACK = {
    "commodity": "flour",
    "origin": "market",
    "destination": "mill",
    "tonnes_per_year": 9_000,
    "legs": ["train"],
}
"""A flow of return freight in the wagons of the straight line."""


def rows_of(events):
    """Return the rows of an event table as maps."""
    return [dict(zip(COLUMNS, row, strict=True)) for row in events.rows.tolist()]


def times(events, code, **where):
    """Return the instants of an event, where its columns are as given. [ms]."""
    return [
        row["time_ms"]
        for row in rows_of(events)
        if row["event"] == code and all(row[k] == v for k, v in where.items())
    ]
