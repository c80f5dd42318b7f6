"""Random scenarios of the whole vocabulary: from a seed to a network and a scenario tree.

The network is a tree: `home` - far (aggregate) - `s0` - line (meets) - `sN`, with a tail
(aggregate) to `end`, a branch (meets) to `b2`, a line of another gauge to `w2`, and roads. What a
scenario uses of the vocabulary is drawn part by part and told by name, so a run can say what it
has covered.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from properties.breaks import add_break, add_stores
from properties.carriage import (
    add_cleaning,
    add_crew_hours,
    add_diversions,
    add_flows,
    add_goods,
    add_posts,
    add_services,
    add_stocks,
    add_traction,
    add_trucks,
)
from properties.occasions import add_bans, add_disruptions
from properties.yards import add_yards
from sim.model import NetworkPlan, PlannedSection, PlannedStation

__all__ = ["Draft", "draft"]

PACKED = ("bags", "bulk", "tank")
RULES = ("first-come", "priority", "least-delay", "fleeting", "last-come")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass
class Draft:
    """A scenario as it is drawn."""

    seed: int
    luck: np.random.Generator
    tree: dict = field(default_factory=dict)
    stations: list = field(default_factory=list)
    sections: list = field(default_factory=list)
    uses: set = field(default_factory=set)

    def maybe(self, share, name=""):
        """Return whether something is used, and remember its name."""
        yes = bool(self.luck.random() < share)
        if yes and name:
            self.uses.add(name)
        return yes

    def one(self, *values):
        """Return one of the values."""
        return values[int(self.luck.integers(len(values)))]

    def whole(self, low, high):
        """Return a whole number, both ends counted."""
        return int(self.luck.integers(low, high + 1))

    def law(self, low, high):
        """Return a number or a law of such a mean."""
        mean = float(self.whole(low * 4, high * 4)) / 4
        kind = self.one("number", "fixed", "exponential", "lognormal", "gamma", "triangular",
                        "pert", "empirical")  # fmt: skip
        if kind == "number" or mean == 0:
            return mean
        self.uses.add(f"law {kind}")
        if kind in ("triangular", "pert"):
            return {"kind": kind, "low": 0.0, "mode": mean, "high": 2 * mean}
        if kind == "empirical":
            return {"kind": kind, "values": [mean / 2, mean, 2 * mean], "weights": [1, 2, 1]}
        return {"kind": kind} | {
            "fixed": {"value": mean},
            "exponential": {"mean": mean},
        }.get(kind, {"mean": mean, "cv_frac": 0.7})

    def hours(self):
        """Return opening hours, or None."""
        if self.maybe(0.5):
            return None
        opens, closes = self.one(("08:00", "17:00"), ("20:00", "04:00"), ("00:00", "24:00"))
        hours = {"opens": opens, "closes": closes}
        if self.maybe(0.3):
            hours["rest_days"] = [self.one(*DAYS)]
        if self.maybe(0.4, "calendar"):
            hours["calendar"] = "days"
        if self.maybe(0.4, "interrupt"):
            hours["at_closing"] = "interrupt"
        self.uses.add("hours")
        return hours

    def plan(self):
        """Return the network."""
        places = {s: PlannedStation(s, s, "XX", 60.0, 35.0) for s in self.stations}
        return NetworkPlan("drawn", places, {s.id: s for s in self.sections}, ())


def draft(seed):
    """Return the scenario of a seed."""
    made = Draft(seed, np.random.default_rng([2027, seed]))
    parts = (
        *(_network, _lines, _terminals, add_goods, add_services, add_traction, add_posts),
        *(add_trucks, add_flows, add_yards, add_diversions, add_stocks, add_break, add_stores),
        *(add_bans, add_disruptions),
        add_cleaning,
        add_crew_hours,
    )
    for part in parts:
        part(made)
    return made


def _join(made, a, b, line, *, km, tracks=1, mode="rail"):
    ends = (b, a) if made.maybe(0.3) else (a, b)
    gauge = 1520 if mode == "rail" else 0
    made.sections.append(
        PlannedSection(f"{a}-{b}", *ends, mode, gauge, tracks, km, "existing", line)
    )


def _network(made):
    n = made.whole(1, 5)
    line = [f"s{k}" for k in range(n + 1)]
    made.stations = ["home", *line]
    _join(made, "home", "s0", "far", km=made.one(60.0, 200.0))
    for a, b in pairwise(line):
        double = made.maybe(0.2, "double track")
        apart = a != "s0" and made.maybe(0.1, "aggregate line between meets")
        line_id = "gap" if apart else "line"
        _join(made, a, b, line_id, km=made.one(6.0, 15.0, 30.0, 50.0), tracks=1 + double)
    last = line[-1]
    if made.maybe(0.3, "aggregate line after meets"):
        made.stations.append("end")
        _join(made, last, "end", "tail", km=80.0)
        last = "end"
    if made.maybe(0.5, "branch"):
        made.stations += ["b1", "b2"]
        _join(made, made.one(*line[:-1]), "b1", "twig", km=20.0)
        _join(made, "b1", "b2", "twig", km=15.0)
    made.stations += ["mid", "town"]
    _join(made, "home", "mid", "road", km=150.0, tracks=2, mode="road")
    _join(made, "mid", last, "road", km=120.0, tracks=2, mode="road")
    _join(made, last, "town", "road", km=40.0, tracks=2, mode="road")
    made.tree |= {
        "name": f"drawn {made.seed}",
        "start_date": made.one("2027-01-01", "2027-03-24", "2028-02-25"),
        "duration_d": made.whole(4, 12),
        "run_out_d": 120,
        "time_zone": made.one("UTC", "UTC", "Europe/Berlin", "Asia/Kabul"),
        "seed": made.seed,
        "dispatch": made.one(*RULES),
        "stations": {},
    }
    made.uses.add(f"dispatch {made.tree['dispatch']}")
    if made.tree["dispatch"] == "fleeting":
        made.tree["dispatch_batch"] = made.whole(1, 4)


def _meets(made):
    """Return a line with meets; drawn by physics now and then."""
    line = {
        "grain": "meets", "haul_usd_per_tkm": 0.02, "running_speed_kmh": made.one(30, 60),
        "spread_frac": made.one(0.0, 0.3), "station_tracks": made.whole(2, 4),
        "station_usable_length_m": made.one(150.0, 900.0), "clearance_min": made.one(0, 5),
        "headway_min": made.one(5, 20),
    }  # fmt: skip
    if made.maybe(0.4, "loops"):
        line |= {"loop_spacing_km": 10.0, "loop_usable_length_m": made.one(100.0, 900.0)}
    if made.maybe(0.2, "physics"):
        line["physics"] = {"speed_limit_kmh": 60,
                           "resistance": made.one("davis", "strahl", "ptr1520")}  # fmt: skip
    return line


def _lines(made):
    aggregate = {"grain": "aggregate", "commercial_speed_kmh": 25, "haul_usd_per_tkm": 0.01,
                 "spread_frac": made.one(0.0, 0.3)}  # fmt: skip
    made.tree["lines"] = {"far": aggregate, "line": _meets(made)}
    used = {section.line_id for section in made.sections}
    made.tree["lines"] |= {line: aggregate for line in ("gap", "tail") if line in used}
    if "b2" in made.stations:
        made.tree["lines"]["twig"] = _meets(made)
    for station in made.stations:
        if station[0] == "s" and station != "s0" and made.maybe(0.3):
            own = {"tracks": made.whole(2, 4), "usable_length_m": made.one(60.0, 900.0)}
            made.tree["stations"][station] = own


def _by_packaging(made):
    """Return who works freight by its packaging: gangs at another rate, or cranes."""
    if made.maybe(0.3, "packaging rates"):
        return {"rates_by_packaging_t_per_h": {made.one(*PACKED): 60}}
    if made.maybe(0.4, "cranes"):
        return {"cranes": {"cranes": made.whole(1, 2), "packaging": [made.one(*PACKED)],
                           "rate_t_per_h": made.one(15.0, 40.0)}}  # fmt: skip
    return {}


def _terminals(made):
    last = "end" if "end" in made.stations else max(s for s in made.stations if s[0] == "s")
    places = {"mill": "home", "market": last, "shop": "town"}
    if "b2" in made.stations:
        places["mine"] = "b2"
    made.tree["terminals"] = {}
    for name, station in places.items():
        terminal = {
            "station": station, "tracks": made.whole(1, 3), "gangs": made.whole(1, 4),
            "work_cv_frac": made.one(0.0, 0.4), "placing_h": made.law(0, 2),
            "load_rate_t_per_h": made.one(10, 40), "unload_rate_t_per_h": made.one(10, 40),
            "load_usd_per_t": 1.0, "unload_usd_per_t": 1.5,
        }  # fmt: skip
        if name != "shop" and made.maybe(0.4, "limited yard"):
            terminal["receiving_tracks"] = made.whole(0, 2)
        if made.maybe(0.4) and (hours := made.hours()):
            terminal["hours"] = hours
        elif made.maybe(0.15, "calendar"):
            terminal["calendar"] = "days"
        if made.maybe(0.1, "time zone of a place"):
            terminal["time_zone"] = made.one("Europe/Berlin", "Asia/Tashkent")
        made.tree["terminals"][name] = terminal | _by_packaging(made)
