"""A small corridor that has a little of everything, and disruptions to lay upon it.

`home` - far (aggregate) - `s0` - line (meets) - `s1` - `s2`, there a break of gauge, - wide (meets)
- `w1`. Freight goes by rail to `s2`, over the break by transshipment or on other bogies, home
again, and by road.
"""

from hypothesis import strategies as st
from lines import merged, tree_of

from properties.carriage import TE
from sim.model import NetworkPlan, PlannedSection, PlannedStation

__all__ = ["PLAN", "SETTINGS", "disruptions", "rich_tree"]

PLACES = ("home", "s0", "s1", "s2", "w1", "town")
RAIL = (
    ("home-s0", "home", "s0", 1520, 60.0, "far"),
    ("s0-s1", "s0", "s1", 1520, 15.0, "line"),
    ("s1-s2", "s1", "s2", 1520, 20.0, "line"),
    ("s2-w1", "s2", "w1", 1435, 18.0, "wide"),
)
ROAD = (("road-long", "home", "s2", 110.0), ("road-town", "s2", "town", 30.0))
PLAN = NetworkPlan(
    "rich",
    {p: PlannedStation(p, p, "XX", 60.0, 35.0) for p in PLACES},
    {
        **{
            i: PlannedSection(i, a, b, "rail", gauge, 1, km, "existing", line)
            for i, a, b, gauge, km, line in RAIL
        },
        **{
            i: PlannedSection(i, a, b, "road", 0, 2, km, "existing", "road") for i, a, b, km in ROAD
        },
    },
    (),
)
_MEETS = {
    "grain": "meets", "running_speed_kmh": 40, "spread_frac": 0.2, "station_tracks": 2,
    "station_usable_length_m": 900, "clearance_min": 2, "haul_usd_per_tkm": 0.02,
}  # fmt: skip
_PLACE = {"tracks": 2, "gangs": 3, "work_cv_frac": 0.3, "placing_h": 0.5}
_WAGON = {"payload_t": 68, "tare_t": 24, "length_m": 15}


def _service(origin, destination, fleet, **more):
    departs = {"rule": "when-full", "longest_wait_h": 8}
    return {"origin": origin, "destination": destination, "fleet": fleet, "rake_wagons": 3,
            "departs": departs, **more}  # fmt: skip


def _flow(legs, *, origin="mill", destination="market", tonnes=15_000, **more):
    return {"commodity": "flour", "origin": origin, "destination": destination,
            "tonnes_per_year": tonnes, "legs": legs, **more}  # fmt: skip


def _pool(kind, between, **more):
    return {"type": kind, "between": between, "locomotives": 2, "light_h": 2.0,
            "servicing_h": 0.5, **more}  # fmt: skip


def rich_tree(**changes):
    """Return the scenario as plain maps, with changes laid upon it."""
    return merged(merged(tree_of(flows={"out": None}, services={"train": None}), _OWN), changes)


_OWN = {
    "duration_d": 3,
    "run_out_d": 90,
    "lines": {"line": _MEETS, "wide": _MEETS, "far": {"spread_frac": 0.1}},
    "locomotive_types": {"te": TE, "te-wide": {**TE, "gauge_mm": 1435}},
    "locomotive_pools": {
        "line": _pool("te", ["s0", "s2"], crews=2, crew_rest_h=2.0, crew_travel_h=2.0),
        "wide": _pool("te-wide", ["s2", "w1"]),
    },
    "wagon_types": {
        "standard": {"gauge_mm": 1435, **_WAGON},
        "both": {"gauge_mm": 1520, "other_gauges_mm": [1435], **_WAGON},
    },
    "fleets": {
        "wagons": {"wagons": 12, "repair_frac": 0.1},
        "narrow": {"wagon_type": "standard", "wagons": 5, "home": "market",
                   "hire_usd_per_wagon_day": 20},
        "two-gauge": {"wagon_type": "both", "wagons": 6, "home": "mill",
                      "hire_usd_per_wagon_day": 20},
    },
    "terminals": {
        "mill": {**_PLACE, "hours": {"opens": "06:00", "closes": "20:00",
                                     "at_closing": "interrupt"}},
        "market": {**_PLACE, "station": "s2", "gauge_change": "transshipment", "store_t": 130,
                   "receiving_tracks": 1},
        "jacks": {"station": "s2", "gauge_change": "bogie-exchange",
                  "exchange": {"trains": 1, "wagons_at_once": 2, "wagon_h": 0.5,
                               "bogie_sets": 3}},
        "plant": {**_PLACE, "station": "w1", "receiving_tracks": 1,
                  "cranes": {"cranes": 1, "packaging": ["bags"], "rate_t_per_h": 30}},
        "shop": {**_PLACE, "station": "town"},
    },
    "services": {
        "train": _service("mill", "market", "wagons", return_wait_h=4, cleaning_h=2,
                          traction=[{"upto": "s0"}, {"pool": "line"}]),
        "daily": _service("mill", "market", "wagons",
                          departs={"rule": "timetable", "times": ["04:00", "16:00"]}),
        "beyond": _service("market", "plant", "narrow", rake_wagons=2,
                           traction=[{"pool": "wide"}]),
        "through": _service("mill", "plant", "two-gauge", rake_wagons=2,
                            traction=[{"upto": "s2"}, {"pool": "wide"}]),
    },
    "trucks": {
        "own": {"kind": "fleet", "trucks": 9, "payload_t": 20.0, "rotation_h": 10.0,
                "availability_frac": 0.8},
        "hired": {"kind": "market", "trucks_per_day": 12.5, "payload_t": 20.0},
    },
    "hauls": {
        name: {"origin": a, "destination": b, "trucks": trucks, "speed_kmh": 30.0,
               "rate_usd_per_tkm": 0.1, "loading_h": 0.5}
        for name, a, b, trucks in (("last-mile", "market", "shop", "own"),
                                   ("all-road", "mill", "market", "hired"))
    },
    "posts": {
        "frontier": {"station": "s1", "mode": "rail",
                     "hours": {"opens": "05:00", "closes": "22:00"},
                     "stages": {
                         "papers": {"activity": "documents", "order": 1, "per": "train",
                                    "servers": 1, "duration_h": {"kind": "exponential",
                                                                 "mean": 0.5}},
                         "look": {"activity": "customs", "order": 1, "per": "wagon",
                                  "servers": 1, "duration_h": 0.2}}},
        "gate": {"station": "s2", "mode": "road", "servers": 1, "duration_h": 0.5},
    },
    "commodities": {"flour": {"packaging": "bags"}},
    "flows": {
        "bound": _flow(["train"]),
        "cross": _flow(["daily", "beyond"], destination="plant", tonnes=12_000,
                       divert={"legs": ["through"], "queue_lots": 4}),
        "over": _flow(["through"], destination="plant", tonnes=9_000, priority=3),
        "last": _flow(["daily", "last-mile"], destination="shop", tonnes=12_000,
                      divert={"legs": ["all-road", "last-mile"], "closed_h": 2.0}),
        "road": _flow(["all-road"], tonnes=6_000),
        "back": _flow(["train"], origin="market", destination="mill", tonnes=6_000),
    },
    "stocks": {"larder": {"terminal": "market", "flows": ["bound"], "opening_t": 100.0,
                          "consumption_t_per_year": 15_000, "safety_d": 2}},
}  # fmt: skip

SETTINGS = st.fixed_dictionaries(
    {
        "dispatch": st.sampled_from(["first-come", "priority", "least-delay", "fleeting"]),
        "terminals": st.fixed_dictionaries(
            {
                "market": st.fixed_dictionaries(
                    {"store_t": st.sampled_from([60, 130, 600]), "tracks": st.integers(1, 2)}
                )
            }
        ),
        "fleets": st.fixed_dictionaries(
            {"wagons": st.fixed_dictionaries({"wagons": st.integers(6, 14)})}
        ),
    }
)
"""What else differs from run to run."""

_THINGS = {
    "closed": {"sections": [row[0] for row in (*RAIL, *ROAD)], "posts": ["frontier", "gate"],
               "terminals": ["mill", "market", "plant"]},
    "speed_frac": {"sections": [row[0] for row in (*RAIL, *ROAD)]},
    "capacity_frac": {"posts": ["gate"], "terminals": ["mill", "market", "plant"],
                      "fleets": ["wagons", "narrow", "two-gauge"], "trucks": ["own", "hired"]},
    "demand_frac": {"flows": ["bound", "cross", "over", "last", "road", "back"]},
}  # fmt: skip
_SHARES = {"speed_frac": [0.2, 0.6], "capacity_frac": [0.0, 0.3, 0.5], "demand_frac": [0.0, 0.5]}
_LENGTHS = st.sampled_from([0.25, 1.0, {"kind": "exponential", "mean": 0.5}])
_DATES = [{"first": "2027-01-01", "last": "2027-01-01"}, {"first": "2027-01-02",
          "last": "2027-01-04"}]  # fmt: skip


@st.composite
def disruptions(draw, earlier):
    """Draw a disruption of any kind; it may follow one of those there are already."""
    effect = draw(st.sampled_from(sorted(_THINGS)))
    kinds = draw(st.sets(st.sampled_from(sorted(_THINGS[effect])), min_size=1, max_size=2))
    hits = {k: [draw(st.sampled_from(_THINGS[effect][k]))] for k in sorted(kinds)}
    share = True if effect == "closed" else draw(st.sampled_from(_SHARES[effect]))
    whens = ["dates", "season", "random", "group", *(["after"] if earlier else [])]
    when = draw(st.sampled_from(whens))
    if when == "dates":
        if effect == "demand_frac" and draw(st.booleans()):
            share = 2.0
        rule = {"dates": draw(st.sampled_from(_DATES))}
    elif when == "season":
        rule = {"season": {"from": "12-30", "to": "01-02"}}
    elif when == "after":
        rule = {"after": {"disruption": draw(st.sampled_from(earlier)), "probability_frac": 0.8,
                          "delay_d": 0.5, "duration_d": draw(_LENGTHS)}}  # fmt: skip
    else:
        rule = {"random": {"rate_per_year": 60.0, "duration_d": draw(_LENGTHS)}}
        rule |= {"group": "storm"} if when == "group" else {}
    return {"hits": hits, "effect": {effect: share}, **rule}
