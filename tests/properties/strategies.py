"""Random small corridors of the whole vocabulary, for hypothesis."""

from hypothesis import strategies as st
from lines import make

__all__ = ["corridors", "line_changes"]

LENGTHS = st.lists(st.sampled_from([8.0, 15.0, 22.0, 40.0, 60.0]), min_size=1, max_size=6)


def laws(low, high):
    mean = st.integers(low, high)
    return st.one_of(
        mean.map(float),
        mean.map(lambda m: {"kind": "exponential", "mean": float(m)}),
        mean.map(lambda m: {"kind": "lognormal", "mean": float(m), "cv_frac": 0.8}),
        mean.map(lambda m: {"kind": "triangular", "low": 0.0, "mode": m / 2, "high": float(m)}),
        mean.map(lambda m: {"kind": "pert", "low": 0.0, "mode": m / 2, "high": float(m)}),
        mean.map(lambda m: {"kind": "gamma", "mean": float(m), "cv_frac": 0.5}),
    )


HOURS = st.sampled_from(
    [
        None,
        {"opens": "08:00", "closes": "17:00", "rest_days": ["friday"]},
        {"opens": "20:00", "closes": "04:00"},
        {"opens": "07:00", "closes": "15:00", "at_closing": "interrupt"},
        {"opens": "00:00", "closes": "24:00", "calendar": "days", "at_closing": "interrupt"},
    ]
)
CALENDARS = {
    "days": {
        "rest_days": ["friday"],
        "holidays": {"feast": {"month_day": "01-05", "lasts_d": 2}},
        "short_hours": {
            "ramadan": {
                "first": "2027-01-08",
                "last": "2027-01-20",
                "opens": "09:00",
                "closes": "13:00",
            }
        },
    }
}
BANS = {
    "night": {"lines": ["line"], "begins": "22:00", "ends": "05:00"},
    "track": {
        "sections": ["home-s0", "s0-s1"],
        "begins": "10:00",
        "ends": "13:00",
        "days": ["monday"],
        "calendar": "days",
    },
}


@st.composite
def line_changes(draw, n_sections):
    """Draw changes to the straight line that touch everything trains meet on it."""
    last = n_sections
    full = draw(st.booleans())
    departs = (
        {"rule": "when-full", "longest_wait_h": draw(st.sampled_from([6.0, 24.0, 60.0]))}
        if full
        else {"rule": "timetable", "times": ["05:00", "17:00"]}
    )
    usable = {f"s{k}": draw(st.sampled_from([60.0, 100.0, 900.0])) for k in range(1, last)}
    tracks = {s: draw(st.integers(2, 4)) for s in usable}
    changes = {
        "seed": draw(st.integers(0, 10_000)),
        "duration_d": draw(st.integers(3, 12)),
        "run_out_d": 200,
        "dispatch": draw(st.sampled_from(["first-come", "priority", "least-delay", "fleeting"])),
        "dispatch_batch": draw(st.integers(1, 4)),
        "calendars": CALENDARS,
        "no_running": draw(st.sampled_from([{}, BANS])),
        "lines": {
            "line": {
                "clearance_min": draw(st.sampled_from([0, 5])),
                "spread_frac": draw(st.sampled_from([0.0, 0.2])),
                "headway_min": draw(st.sampled_from([5, 20])),
                "loop_spacing_km": draw(st.sampled_from([None, 12.0])),
                "loop_usable_length_m": draw(st.sampled_from([100.0, 900.0])),
            }
        },
        "stations": {s: {"tracks": tracks[s], "usable_length_m": usable[s]} for s in usable},
        "terminals": {
            "mill": {"gangs": draw(st.integers(1, 4)), "work_cv_frac": 0.3, "hours": draw(HOURS)},
            "market": {
                "gangs": draw(st.integers(1, 4)),
                "tracks": draw(st.integers(1, 3)),
                "receiving_tracks": draw(st.sampled_from([None, 0, 2])),
                "placing_h": draw(laws(1, 3)),
                "hours": draw(HOURS),
            },
        },
        "fleets": {
            "wagons": {
                "wagons": draw(st.integers(6, 60)),
                "repair_frac": draw(st.sampled_from([0.0, 0.15])),
            }
        },
        "services": {
            "train": {
                "rake_wagons": draw(st.integers(1, 5)),
                "departs": departs,
                "return_wait_h": draw(st.sampled_from([0.0, 10.0])),
                "cleaning_h": draw(st.sampled_from([0.0, 5.0])),
            },
            "short": {
                "origin": "mill",
                "destination": "market",
                "fleet": "wagons",
                "rake_wagons": 1,
                "priority": 1,
                "departs": {"rule": "when-full", "longest_wait_h": 8.0},
            },
        },
        "flows": {
            "out": {"tonnes_per_year": draw(st.sampled_from([5_000.0, 40_000.0]))},
            "quick": {
                "commodity": "flour",
                "origin": "mill",
                "destination": "market",
                "tonnes_per_year": 6_000.0,
                "priority": draw(st.sampled_from([1, 5, 9])),
                "lot_t": draw(st.sampled_from([None, 25.0])),
                "legs": ["short"],
            },
        },
    }
    if draw(st.booleans()):
        changes["flows"]["back"] = {
            "commodity": "flour",
            "origin": "market",
            "destination": "mill",
            "tonnes_per_year": 4_000.0,
            "legs": ["train"],
        }
    if draw(st.booleans()):
        changes |= _post(draw, last)
    if draw(st.booleans()):
        changes |= _trucks(draw, changes)
    if draw(st.booleans()):
        changes["disruptions"] = _closures(last, "posts" in changes)
    return changes


def _post(draw, last):
    where = draw(st.integers(0, last))
    return {
        "posts": {
            "control": {
                "station": f"s{where}",
                "servers": draw(st.sampled_from([None, 1, 2])),
                "duration_h": draw(laws(1, 6)),
                "empty_duration_h": draw(laws(1, 3)),
                "hours": draw(HOURS),
            }
        }
    }


def _trucks(draw, changes):
    market = draw(st.booleans())
    own = {
        "kind": "fleet",
        "trucks": draw(st.integers(4, 20)),
        "payload_t": 20.0,
        "availability_frac": draw(st.sampled_from([0.75, 1.0])),
        "rotation_h": draw(st.sampled_from([0.0, 15.0])),
    }
    hired = {
        "kind": "market",
        "trucks_per_day": draw(st.sampled_from([7.5, 60.0])),
        "payload_t": 20.0,
    }
    changes["terminals"]["shop"] = {"station": "home"}
    changes["flows"]["out"] |= {"destination": "shop", "legs": ["train", "road"]}
    return {
        "trucks": {"trucks": hired if market else own},
        "hauls": {
            "road": {
                "origin": "market",
                "destination": "shop",
                "trucks": "trucks",
                "speed_kmh": 20.0,
                "rate_usd_per_tkm": 0.1,
                "loading_h": draw(laws(1, 3)),
            }
        },
    }


def _closures(last, has_post):
    hits = {"sections": [f"s{k}-s{k + 1}" for k in range(last)][:1], "terminals": ["market"]}
    if has_post:
        hits["posts"] = ["control"]
    return {
        "dated": {
            "hits": hits,
            "effect": {"closed": True},
            "dates": {"first": "2027-01-03", "last": "2027-01-04"},
        },
        "by-chance": {
            "hits": {"sections": ["home-s0", *hits["sections"]]},
            "effect": {"closed": True},
            "random": {
                "rate_per_year": 60.0,
                "duration_d": {"kind": "lognormal", "mean": 1.0, "cv_frac": 1.0},
            },
        },
    }


@st.composite
def corridors(draw):
    """Draw a compiled corridor whose freight can all be carried before the end."""
    lengths = draw(LENGTHS)
    tracks = tuple(draw(st.sampled_from([1, 1, 2])) for _ in lengths)
    return make(lengths, tracks=tracks, **draw(line_changes(len(lengths))))
