"""Breaks of gauge of all three kinds, stores, and freight that looks at a stock.

At a station of the line, called the junction here, a line of 1435 mm goes off to `w2`. Terminal
`hub` stands at the junction, `plant` at `w2`; a road leads from the one to the other.
"""

from properties.carriage import TE
from sim.model import PlannedSection

__all__ = ["add_break", "add_stores"]

KINDS = ("transshipment", "bogie-exchange", "variable-gauge")
WAGON = {"payload_t": 68, "tare_t": 24, "length_m": 15,
         "davis": {"a_n": 900, "b_n_per_mps": 5, "c_n_per_mps2": 1}}  # fmt: skip


def add_break(made):
    """Let a line of another gauge begin somewhere, now and then."""
    if not made.maybe(0.5, "break of gauge"):
        return
    junction = made.one(*(s for s in made.stations if s[0] == "s" or s == "end"))
    kind = made.one(*KINDS)
    made.uses.add(f"break of gauge {kind}")
    _wide_line(made, junction)
    place = {"tracks": made.whole(1, 2), "gangs": made.whole(1, 4), "placing_h": 0.5}
    made.tree["terminals"] |= {
        "hub": {"station": junction, "gauge_change": kind, **place},
        "plant": {"station": "w2", **place, "receiving_tracks": made.whole(0, 2)},
    }
    made.tree["hauls"]["bypass"] = {
        "origin": "hub", "destination": "plant", "trucks": made.one("own", "hired"),
        "speed_kmh": 30.0, "rate_usd_per_tkm": 0.1,
    }  # fmt: skip
    if kind == "transshipment":
        _transship(made)
    else:
        _go_on(made, kind)
    if made.maybe(0.4, "pool beyond a break"):
        _pool_beyond(made, junction)


def _wide_line(made, junction):
    """Lay the line of 1435 mm, and the road beside it."""
    made.stations += ["w1", "w2"]
    for a, b, km in ((junction, "w1", 20.0), ("w1", "w2", 12.0)):
        made.sections.append(
            PlannedSection(f"{a}-{b}", a, b, "rail", 1435, 1, km, "existing", "wide")
        )
    made.sections.append(
        PlannedSection(f"{junction}-by-w2", junction, "w2", "road", 0, 2, 40.0, "existing", "road")
    )
    line = "far" if made.maybe(0.3, "aggregate line beyond a break") else "line"
    made.tree["lines"]["wide"] = {
        k: v for k, v in made.tree["lines"][line].items() if k != "physics"
    }


def _service(made, origin, destination, fleet):
    departs = {"rule": "when-full", "longest_wait_h": made.one(4.0, 30.0)}
    if made.maybe(0.2):
        departs = {"rule": "timetable", "times": [made.one("03:00", "15:00")]}
    return {"origin": origin, "destination": destination, "fleet": fleet,
            "rake_wagons": made.whole(1, 5), "departs": departs,
            "priority": made.whole(1, 9), "return_wait_h": made.one(0.0, 8.0)}  # fmt: skip


def _flow(made, legs, *, back=False):
    ends = ("plant", "mill") if back else ("mill", "plant")
    return {"commodity": made.one("flour", "fuel"), "origin": ends[0], "destination": ends[1],
            "tonnes_per_year": made.one(8_000, 25_000), "legs": legs,
            "priority": made.one(1, 5)}  # fmt: skip


def _transship(made):
    """Freight changes wagons at the hub."""
    made.tree["wagon_types"]["standard"] = {"gauge_mm": 1435, **WAGON}
    hire = {"hire_usd_per_wagon_day": 20}
    made.tree["fleets"]["of-hub"] = {
        "wagon_type": "standard", "wagons": made.whole(3, 20), "home": "hub", **hire,
    }  # fmt: skip
    made.tree["services"] |= {
        "feeder": _service(made, "mill", "hub", "of-mill"),
        "beyond": _service(made, "hub", "plant", "of-hub"),
    }
    flow = made.tree["flows"]["k"] = _flow(made, ["feeder", "beyond"])
    if made.maybe(0.4, "diversion at a break"):
        flow["divert"] = {"legs": ["bypass"], "before": "beyond"}
        flow["divert"] |= made.one({"queue_lots": made.whole(1, 3)}, {"closed_h": 3.0})
    if made.maybe(0.4, "return freight over a break"):
        made.tree["flows"]["m"] = _flow(made, ["beyond", "feeder"], back=True)


def _go_on(made, kind):
    """Wagons go on over the other gauge, on other bogies or their own."""
    made.tree["wagon_types"]["both"] = {"gauge_mm": 1520, "other_gauges_mm": [1435], **WAGON}
    made.tree["fleets"]["of-both"] = {
        "wagon_type": "both", "wagons": made.whole(5, 25), "home": "mill",
        "hire_usd_per_wagon_day": 20,
    }  # fmt: skip
    through = made.tree["services"]["through"] = _service(made, "mill", "plant", "of-both")
    made.tree["terminals"]["hub"]["exchange"] = exchange = {
        "trains": made.whole(1, 2), "wagons_at_once": made.whole(1, 4),
        "wagon_h": made.law(0, 2), "empty_wagon_h": made.law(0, 1),
    }  # fmt: skip
    if kind == "bogie-exchange" and made.maybe(0.7, "few sets of bogies"):
        exchange["bogie_sets"] = made.whole(through["rake_wagons"], 12)
    made.tree["flows"]["k"] = _flow(made, ["through"])
    if made.maybe(0.4, "return freight over a break"):
        made.tree["flows"]["m"] = _flow(made, ["through"], back=True)


def _pool_beyond(made, junction):
    """Draw the trains beyond the break from a pool of their own."""
    services = made.tree["services"]
    name = "beyond" if "beyond" in services else "through"
    made.tree.setdefault("locomotive_types", {})["te-wide"] = {**TE, "gauge_mm": 1435}
    made.tree.setdefault("locomotive_pools", {})["wide"] = {
        "type": "te-wide", "between": [junction, "w2"], "locomotives": made.whole(1, 3),
        "servicing_h": made.one(0.0, 2.0),
    }  # fmt: skip
    parts = [{"pool": "wide"}]
    services[name]["traction"] = parts if name == "beyond" else [{"upto": junction}, *parts]


def add_stores(made):
    """Limit the room where freight changes legs, and let freight look at a stock."""
    for name, needs in (("hub", "beyond"), ("market", "last-mile"), ("mine", "cross")):
        legs = [flow["legs"] for flow in made.tree["flows"].values()]
        if any(needs in row for row in legs) and made.maybe(0.5, "store"):
            made.tree["terminals"][name]["store_t"] = made.one(60, 130, 400)
    flow = made.tree["flows"]["a"]
    if "larder" in made.tree.get("stocks", {}) and made.maybe(0.6, "diversion by stock"):
        divert = flow.setdefault("divert", {"legs": ["all-road"]})
        divert |= {"stock": "larder", "cover_d": made.one(1.0, 3.0, 8.0)}
