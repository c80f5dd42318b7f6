"""Pools and fleets that the checks refuse, by hand: what would happen, and that the way out helps.

The corridor is compiled without the checks here, so the standstill itself can be seen
(docs/deadlock.md; messages/standstill.yaml holds the checks).
"""

import pytest
from invariants import check_all, frame_of
from lines import Made, Way, make, merged, plan_of, tree_of
from wider_invariants import locomotives_are_conserved

from sim.arrays.compiler import compile_corridor
from sim.errors import DeadlockError
from sim.model.validation import validate
from sim.tables import Code

TE = {"gauge_mm": 1520, "mass_t": 138, "length_m": 22, "max_speed_kmh": 100,
      "effort": {"kind": "power", "power_kw": 2800, "start_kn": 500}}  # fmt: skip
DRAWN = {
    "duration_d": 3,
    "locomotive_types": {"te": TE},
    "flows": {"out": {"tonnes_per_year": 60 * 8 * 365}},
    "services": {
        "train": {
            "rake_wagons": 1,
            "departs": {"longest_wait_h": 1},
            "traction": [{"upto": "s0"}, {"pool": "line"}],
        }
    },
}


def stuck(made):
    frame = frame_of(made.run())
    return (frame["event"] == Code.FORMED).sum() - (frame["event"] == Code.HOME).sum()


def crews_apart(**pool):
    pool = {
        "type": "te",
        "between": ["s0", "s1"],
        "locomotives": 2,
        "light_h": 1,
        "crews": 2,
    } | pool
    return make((30.0,), **merged(DRAWN, {"locomotive_pools": {"line": pool}}))


def test_locomotives_at_one_end_and_crews_at_the_other():
    # One crew at each end. Train 0 takes both locomotive and crew over; train 1 takes the other
    # locomotive at s0 and waits for a crew; train 2 has the first locomotive sent back to s0
    # and waits for a crew too. Both crews are at s1 with train 0, and no locomotive.
    with pytest.raises(DeadlockError) as told:
        crews_apart().run()
    needs = "train {} of train needs 1 of pool {}, {} with trains that wait too"
    assert [line.strip() for line in str(told.value).splitlines()[1:4]] == [
        needs.format(0, "line: 0 at its end, 0 at the other", 2),
        needs.format(1, "line crews: 0 at its end, 2 at the other", 0),
        needs.format(2, "line crews: 0 at its end, 2 at the other", 0),
    ]
    home = crews_apart(crew_travel_h=1)
    assert stuck(home) == 0
    locomotives_are_conserved(home.arrays, frame_of(home.run()))
    check_all(home.arrays, home.run(), finished=True)


def both_ways(plan):
    """Return a way finder that also runs from the market home."""
    order = list(plan.stations)

    def find(stops, **_):
        names = order[order.index(stops[0]) :] if stops[0] == "home" else order[::-1]
        ids = ("home-s0", "s0-s1")
        turned = stops[0] != "home"
        return Way(tuple(names), ids[::-1] if turned else ids, (turned, turned))

    return find


def from_both_ends(**pool):
    pool = {"type": "te", "between": ["s0", "s1"], "locomotives": 4, "first_locomotives": 1} | pool
    changes = merged(DRAWN, {
        "locomotive_pools": {"line": pool},
        "terminals": {"mill": {"tracks": 2}, "market": {"station": "s1"}},
        "fleets": {"others": {"wagon_type": "covered", "wagons": 50, "home": "market"}},
        "services": {"counter": {
            "origin": "market", "destination": "mill", "fleet": "others", "rake_wagons": 1,
            "locomotives": {"type": "te", "count": 3}, "departs": {"rule": "when-full"},
            "traction": [{"pool": "line", "upto": "s0"}],
        }},
        "flows": {"counter": {
            "commodity": "flour", "origin": "market", "destination": "mill",
            "tonnes_per_year": 60 * 8 * 365, "legs": ["counter"],
        }},
    })  # fmt: skip
    plan = plan_of((30.0,))
    scenario, ways = validate(merged(tree_of(), changes)), both_ways(plan)
    return Made(scenario, plan, ways, compile_corridor(scenario, plan, ways))


def test_each_end_keeps_what_the_other_lacks():
    # Trains out take one, counter trains three, of four in all, one of them at s0. With two at
    # each end a counter train is first at s1, and one on its way home first at s0: each keeps two.
    # (With one number the sums come out, but for trains that wait for a place in a yard.)
    with pytest.raises(DeadlockError, match="wait for ever for what no train brings"):
        from_both_ends().run()
    assert stuck(from_both_ends(light_h=1)) == 0
