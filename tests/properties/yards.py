"""A yard with feeders from several bases, for random scenarios."""

__all__ = ["add_yards"]


def _service(made, origin, destination, wagons="own"):
    departs = {"rule": "when-full", "longest_wait_h": made.one(4.0, 20.0)}
    if made.maybe(0.2, "timetable"):
        departs = {"rule": "timetable", "times": ["06:00", "18:00"]}
    return {
        "origin": origin, "destination": destination, "fleet": "shared", "wagons": wagons,
        "rake_wagons": made.whole(1, 5), "departs": departs, "priority": made.whole(1, 9),
    }  # fmt: skip


def add_yards(made):
    """Add a junction at `s0`: wagons from the mill and from a second base meet there."""
    if not made.maybe(0.5, "yard"):
        return
    tree = made.tree
    tree["run_out_d"] = 300  # so much more freight on one line takes its time
    tree["terminals"]["junction"] = {
        "station": "s0", "tracks": made.whole(1, 3), "gangs": made.whole(1, 3),
        "work_cv_frac": 0.3, "placing_h": made.law(0, 1), "sorting_h": made.law(0, 2),
        "sorting_usd_per_wagon": 20.0,
    }  # fmt: skip
    if hours := made.hours():
        tree["terminals"]["junction"]["hours"] = hours
    second = "mine" if "mine" in tree["terminals"] else "market"
    wagons, there = made.whole(6, 24), made.whole(2, 4)
    tree["fleets"]["shared"] = {
        "wagon_type": "covered", "wagons": wagons, "home": "mill", "bases": {second: there},
        "hire_usd_per_wagon_day": 20, "repair_frac": made.one(0.0, 0.2),
        "empties": _empties(made, second),
    }  # fmt: skip
    onward = ("market", "mill") if second == "market" else ("market", "market")
    tree["services"] |= {
        "feed-mill": _service(made, "mill", "junction"),
        "feed-second": _service(made, second, "junction"),
        "pull": _service(made, "junction", "market", "passed-on"),
    }
    tree["services"]["pull"] |= {"return_wait_h": made.one(0.0, 10.0), "cleaning_h": 2.0}
    if second == "market":
        tree["services"]["push"] = _service(made, "junction", "mill", "passed-on")
    flow = {"commodity": "flour", "priority": made.one(1, 5, 9), "tonnes_per_year": 20_000}
    last = "pull" if second == "mine" else "push"
    tree["flows"] |= {
        "ya": flow | {"origin": "mill", "destination": onward[0], "legs": ["feed-mill", "pull"]},
        "yb": flow | {"origin": second, "destination": onward[1], "legs": ["feed-second", last]},
    }
    if made.maybe(0.4, "some unloaded in the yard"):
        local = {"origin": "mill", "destination": "junction", "legs": ["feed-mill"]}
        tree["flows"]["yc"] = flow | local
    if made.maybe(0.4, "return freight to a yard"):
        back = {"origin": "market", "destination": "junction", "legs": ["pull"]}
        tree["flows"]["yd"] = flow | back | {"tonnes_per_year": 6_000}


def _empties(made, second):
    rule = made.one("origin", "origin", "nearest", "need")
    made.uses.add(f"empties by {rule}")
    return {
        "rule": rule,
        "move_h": {
            place: {base: made.one(0.0, 2.0, 7.0) for base in ("mill", second) if base != place}
            for place in ("junction", "mill", second)
        },
    }
