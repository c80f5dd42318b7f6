"""Random scenarios of the whole vocabulary: from a seed to a network and a scenario tree.

The network is a tree: `home` - far (aggregate) - `s0` - line (meets) - `sN`, with a tail
(aggregate) to `end`, a branch (meets) to `b2`, and roads. What a scenario uses of the vocabulary
is drawn part by part and told by name, so a run can say what it has covered.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from properties.occasions import add_bans, add_disruptions
from sim.model import NetworkPlan, PlannedSection, PlannedStation

__all__ = ["Draft", "draft"]

TE = {"gauge_mm": 1520, "mass_t": 138, "length_m": 22, "max_speed_kmh": 100,
      "effort": {"kind": "power", "power_kw": 2800, "start_kn": 500},
      "davis": {"a_n": 3000, "b_n_per_mps": 20, "c_n_per_mps2": 4}}  # fmt: skip
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
    for part in (_network, _lines, _terminals, _goods, _services, _traction, _posts, _trucks,
                 _flows, _diversions, _stocks, add_bans, add_disruptions):  # fmt: skip
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
        if made.maybe(0.3, "packaging rates"):
            terminal["rates_by_packaging_t_per_h"] = {made.one(*PACKED): 60}
        made.tree["terminals"][name] = terminal


def _goods(made):
    made.tree["commodities"] = {
        "flour": {"value_usd_per_t": 300, "wagon_load_t": 60, "packaging": "bags",
                  "loss_frac": 0.01},
        "fuel": {"value_usd_per_t": 700, "wagon_load_t": 50, "packaging": "tank"},
    }  # fmt: skip
    covered = {"gauge_mm": 1520, "payload_t": 68, "tare_t": 23, "length_m": 15,
               "davis": {"a_n": 900, "b_n_per_mps": 5, "c_n_per_mps2": 1}}  # fmt: skip
    if made.maybe(0.1, "allowed goods"):
        covered["allowed_goods"] = ["bags", "fuel"]
    made.tree["wagon_types"] = {"covered": covered}
    if made.maybe(0.4, "season"):
        months = [1.2, 0.8] * 6
        made.tree["seasons"] = {"s": {"months": dict(zip(_MONTHS, months, strict=True))}}


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _service(made, origin, destination):
    departs = {"rule": "when-full", "longest_wait_h": made.one(4.0, 20.0, 60.0)}
    if made.maybe(0.1, "no longest wait"):
        del departs["longest_wait_h"]
    if made.maybe(0.3, "timetable"):
        departs = {"rule": "timetable", "times": ["05:00", made.one("13:00", "17:00")]}
    return {
        "origin": origin, "destination": destination, "fleet": f"of-{origin}",
        "rake_wagons": made.whole(1, 6), "departs": departs, "priority": made.whole(1, 9),
        "return_wait_h": made.one(0.0, 0.0, 12.0), "cleaning_h": made.one(0.0, 5.0),
    }  # fmt: skip


def _services(made):
    ways = {"out": ("mill", "market"), "short": ("mill", "market")}
    if made.maybe(0.5, "services from both ends"):
        ways["counter"] = ("market", "mill")
    if "mine" in made.tree["terminals"]:
        ways["twig"] = ("mill", "mine")
        if made.maybe(0.5, "services between branches"):
            ways["cross"] = ("mine", "market")
    made.tree["services"] = {name: _service(made, *ends) for name, ends in ways.items()}
    made.tree["fleets"] = {
        f"of-{home}": {
            "wagon_type": "covered", "wagons": made.whole(4, 30), "home": home,
            "hire_usd_per_wagon_day": 20, "repair_frac": made.one(0.0, 0.2),
        }
        for home in {origin: None for origin, _ in ways.values()}
    }  # fmt: skip


def _traction(made):
    if not made.maybe(0.6, "locomotive pools"):
        return
    made.tree["locomotive_types"] = {"te": TE}
    last = made.tree["terminals"]["market"]["station"]
    pools = {"near": ("home", "s0"), "line": ("s0", last), "twig": ("s0", "b2"),
             "through": ("home", last), "cross": ("b2", last)}  # fmt: skip
    most = {}
    for name, service in made.tree["services"].items():
        if made.maybe(0.7):
            service["locomotives"] = {"type": "te", "count": made.one(1, 1, 2, 3)}
        service["traction"] = _stretches(made, name)
        count = service.get("locomotives", {}).get("count", 1)
        for part in service["traction"]:
            if part.get("pool"):
                most[part["pool"]] = max(count, most.get(part["pool"], 1))
    made.tree["locomotive_pools"] = {n: _pool(made, pools[n], count) for n, count in most.items()}


def _stretches(made, name):
    """Return the stretches of a service: one all the way, or two that meet at `s0`."""
    if name == "cross":
        return [{"pool": "cross"}]
    if made.maybe(0.2):
        return [{"pool": "through"}] if name != "twig" else []
    parts = [{"pool": "near", "upto": "s0"}, {"pool": "twig" if name == "twig" else "line"}]
    if name == "counter":
        parts = [{"pool": "line", "upto": "s0"}, {"pool": "near"}]
    for part in parts:
        if made.maybe(0.25):
            del part["pool"]
    return parts


def _pool(made, between, most):
    """Return a pool, as small as the checks allow now and then."""
    total = made.whole(most, 2 * most + 2)
    pool = {
        "type": "te",
        "between": list(between)[:: made.one(1, -1)],
        "locomotives": total,
        "servicing_h": made.one(0.0, 2.0),
        "first_locomotives": made.whole(0, total),
    }
    if made.maybe(0.6, "light runs"):
        pool["light_h"] = made.one(0.0, 4.0)
    else:
        pool["locomotives"] = total = max(total, 2 * most)
        pool["first_locomotives"] = made.whole(most, total - most)
    if made.maybe(0.5, "crews"):
        pool |= {"crews": made.whole(1, 5), "crew_rest_h": made.one(0.0, 6.0)}
        if made.maybe(0.95 if "light_h" in pool else 0.6, "crews travel"):
            pool["crew_travel_h"] = made.one(0.0, 3.0)
        else:
            pool["crews"] = max(pool["crews"], 2)
    return pool


def _posts(made):
    made.tree["posts"] = {}
    rail = [s for s in made.stations if s not in ("home", "mid", "town")]
    for name, mode in (("frontier", "rail"), ("second", "rail"), ("gate", "road")):
        if not made.maybe(0.5, f"post on {mode}"):
            continue
        station = made.one(*rail) if mode == "rail" else made.one("mid", "town")
        post = {"station": station, "mode": mode}
        if made.maybe(0.6, "stages"):
            post["stages"] = {f"g{k}": _stage(made) for k in range(made.whole(1, 4))}
        else:
            post |= {"servers": made.one(None, 1, 2), "duration_h": made.law(0, 3),
                     "empty_duration_h": made.law(0, 1), "fee_usd_per_t": 2.0}  # fmt: skip
        if hours := made.hours():
            post["hours"] = hours
        elif made.maybe(0.2, "calendar"):
            post["calendar"] = "days"
        made.tree["posts"][name] = {k: v for k, v in post.items() if v is not None}


def _stage(made):
    per = made.one("train", "train", "wagon", "lot")
    stage = {"activity": made.one("customs", "documents", "queue"), "order": made.whole(1, 2),
             "per": per, "servers": made.one(None, 1, 2), "duration_h": made.law(0, 1),
             "applies_to": made.one("all", "loaded", "empty" if per != "lot" else "all"),
             "official_usd_per_t": 1.0, "other_usd_per_t": 0.5}  # fmt: skip
    made.uses.add(f"stage per {per}")
    if made.maybe(0.3, "stage share"):
        stage["share_frac"] = made.one(0.0, 0.4)
    if made.maybe(0.3, "predeclared"):
        stage["predeclared"] = {"share_frac": 0.5, "duration_h": 0.25}
    if made.maybe(0.3, "hours of a stage") and (hours := made.hours()):
        stage["hours"] = hours
    return {k: v for k, v in stage.items() if v is not None}


def _trucks(made):
    own = {"kind": "fleet", "trucks": made.whole(4, 12), "payload_t": 20.0}
    hired = {"kind": "market", "trucks_per_day": made.one(12.5, 30.0), "payload_t": 20.0}
    made.tree["trucks"] = {"own": own, "hired": hired}
    made.tree["hauls"] = {
        name: {"origin": a, "destination": b, "trucks": made.one("own", "hired"),
               "speed_kmh": 30.0, "rate_usd_per_tkm": 0.1, "loading_h": made.law(0, 2)}
        for name, a, b in (("last-mile", "market", "shop"), ("all-road", "mill", "market"),
                           ("straight", "mill", "shop"))
    }  # fmt: skip


def _flow(made, origin, destination, legs):
    flow = {"commodity": made.one("flour", "flour", "fuel"), "origin": origin,
            "destination": destination, "legs": legs, "priority": made.one(1, 5, 5, 9)}  # fmt: skip
    year = int(made.tree["start_date"][:4])
    if made.maybe(0.2, "contract"):
        first = made.tree["start_date"]
        flow["contract"] = {"tonnes": made.one(300, 900), "first": first, "last": f"{year}-12-20"}
    else:
        flow["tonnes_per_year"] = made.one(10_000, 30_000, 60_000)
        if made.maybe(0.2, "growth"):
            flow["growth_frac_per_year"] = 0.2
    if "seasons" in made.tree and made.maybe(0.6):
        flow["season"] = "s"
    if made.maybe(0.2, "lots of a flow's own size"):
        flow["lot_t"] = 25
    return flow


def _flows(made):
    flows = made.tree["flows"] = {"a": _flow(made, "mill", "market", ["out"])}
    if made.maybe(0.6, "rail and road"):
        flows["b"] = _flow(made, "mill", "shop", ["short", "last-mile"])
    else:
        flows["b"] = _flow(made, "mill", "market", ["short"])
    if made.maybe(0.4, "return freight"):
        flows["c"] = _flow(made, "market", "mill", ["out"])
    if "counter" in made.tree["services"]:
        flows["d"] = _flow(made, "market", "mill", ["counter"])
    if "twig" in made.tree["services"]:
        flows["e"] = _flow(made, "mill", "mine", ["twig"])
    if "cross" in made.tree["services"]:
        flows["f"] = _flow(made, "mine", "market", ["cross"])
        if made.maybe(0.3, "two rides"):
            flows["g"] = _flow(made, "mill", "shop", ["twig", "cross", "last-mile"])
    if made.maybe(0.3, "road only"):
        flows["h"] = _flow(made, "mill", "shop", ["straight"])


def _diversions(made):
    for name, to_shop in (("a", ["all-road"]), ("b", ["straight"])):
        flow = made.tree["flows"][name]
        if not made.maybe(0.4, "diversion"):
            continue
        to_market = flow["destination"] == "market"
        by_rail = to_market and name != "b" and not made.maybe(0.5)
        by_road = ["all-road"] if to_market else to_shop
        flow["divert"] = {"legs": ["short"] if by_rail else by_road}
        if made.maybe(0.6, "diversion by queue"):
            flow["divert"]["queue_lots"] = made.whole(1, 4)
        if "queue_lots" not in flow["divert"] or made.maybe(0.5):
            made.uses.add("diversion by closure")
            flow["divert"]["closed_h"] = made.one(0.0, 12.0)


def _stocks(made):
    if made.maybe(0.4, "stock"):
        stock = {"terminal": "market", "flows": ["a"], "opening_t": made.one(0.0, 500.0),
                 "consumption_t_per_year": 20_000, "opens_d": made.one(0, 2)}  # fmt: skip
        stock[made.one("safety_t", "safety_d")] = 3
        made.tree["stocks"] = {"larder": stock}
