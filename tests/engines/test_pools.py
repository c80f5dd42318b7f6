"""Locomotives and crews between two stations, worked by hand (docs/semantics.md, 10)."""

from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of
from lines import BACK, make, merged, rows_of, times
from wider_invariants import hours_add_up, locomotives_are_conserved

from sim.analysis.blame import train_pieces
from sim.analysis.fleets import fleet_table
from sim.analysis.outcome import Outcome
from sim.tables import Code
from sim.units import HOUR_MS

TYPE = {
    "gauge_mm": 1520,
    "mass_t": 138,
    "length_m": 22,
    "max_speed_kmh": 100,
    "effort": {"kind": "power", "power_kw": 2800, "start_kn": 500},
}


def drawn(lengths=(30.0,), **changes):
    base = {
        "duration_d": 1,
        "locomotive_types": {"te": TYPE},
        "locomotive_pools": {
            "line": {"type": "te", "between": ["s0", f"s{len(lengths)}"], "locomotives": 1}
        },
        "flows": {"out": {"tonnes_per_year": 60 * 2 * 365}},
        "services": {
            "train": {
                "rake_wagons": 1,
                "departs": {"longest_wait_h": 1},
                "traction": [{"upto": "s0"}, {"pool": "line"}],
            }
        },
    }
    return make(lengths, **merged(base, changes))


def test_one_locomotive_draws_one_train_after_the_other_10_2():
    made = drawn(flows={"out": {"tonnes_per_year": 60 * 12 * 365}})
    events = made.run()
    taken, given = times(events, Code.POOL_TAKEN), times(events, Code.POOL_GIVEN)
    assert len(taken) == 2 * len(times(events, Code.FORMED))
    assert all(b >= a for a, b in zip(given, taken[1:], strict=False))
    # half an hour of line, out or home
    assert {b - a for a, b in zip(taken, given, strict=True)} == {HOUR_MS // 2}


def test_a_locomotive_rests_before_the_next_train_10_2():
    made = drawn(
        flows={"out": {"tonnes_per_year": 60 * 12 * 365}},
        locomotive_pools={"line": {"servicing_h": 2}},
    )
    events = made.run()
    taken, given = times(events, Code.POOL_TAKEN), times(events, Code.POOL_GIVEN)
    assert min(b - a for a, b in zip(given, taken[1:], strict=False)) == 2 * HOUR_MS
    assert times(events, Code.POOL_READY) == [t + 2 * HOUR_MS for t in given]


def test_a_train_waits_until_the_locomotive_has_come_over_10_3():
    # it stands at the far end; four hours light, while the train needs none on the way to s0
    made = drawn(
        locomotive_pools={"line": {"first_locomotives": 0, "light_h": 4}},
        flows={"out": {"tonnes_per_year": 60 * 365}},
    )
    events = made.run()
    asked, taken = times(events, Code.POOL_ASK)[0], times(events, Code.POOL_TAKEN)[0]
    assert times(events, Code.POOL_SENT)[0] == asked
    assert times(events, Code.POOL_MOVED)[0] == asked + 4 * HOUR_MS == taken


def test_without_light_runs_the_locomotive_waits_for_the_train_home_10_3():
    made = drawn(flows={"out": {"tonnes_per_year": 60 * 3 * 365}})
    events = made.run()
    assert not times(events, Code.POOL_SENT)
    taken = [r for r in rows_of(events) if r["event"] == Code.POOL_TAKEN]
    # each train goes home with what it brought before the next one starts
    assert [r["train"] for r in taken] == sorted(r["train"] for r in taken)


def test_two_locomotives_are_taken_together_and_a_crew_after_them_10_2():
    made = drawn(
        locomotive_pools={"line": {"locomotives": 3, "crews": 2, "crew_rest_h": 8}},
        services={"train": {"locomotives": {"type": "te", "count": 2}}},
    )
    assert made.arrays.names.pools == ("line", "line crews")
    events = made.run()
    seen = [(r["place"], r["unit"]) for r in rows_of(events) if r["event"] == Code.POOL_TAKEN]
    assert seen[:2] == [(0, 2), (1, 1)]


def test_the_wait_is_booked_to_the_pool():
    made = drawn(
        locomotive_pools={"line": {"first_locomotives": 0, "light_h": 4}},
        flows={"out": {"tonnes_per_year": 60 * 365}},
    )
    outcome = Outcome(made.scenario, made.arrays, made.run())
    pieces = train_pieces(outcome)
    wait = pieces[pieces["cause"] == "locomotive shortage"]
    assert wait["place"].unique().tolist() == ["line"]
    assert wait["length_ms"].sum() == 4 * HOUR_MS
    table = fleet_table(outcome).set_index("kind")
    assert table.loc["locomotives", "wait_mean_h"] > 0


def test_a_place_in_a_limited_yard_comes_before_the_locomotive_10_4():
    made = drawn(
        locomotive_pools={"line": {"locomotives": 9}},
        terminals={"market": {"tracks": 1, "receiving_tracks": 0, "unload_rate_t_per_h": 4}},
        flows={"out": {"tonnes_per_year": 60 * 4 * 365}},
    )
    events = made.run()
    taken = [r for r in rows_of(events) if r["event"] == Code.POOL_TAKEN and r["train"] == 1]
    gone = [r for r in rows_of(events) if r["event"] == Code.ENTER and r["train"] == 0]
    assert taken[0]["time_ms"] >= gone[2]["time_ms"], "the first train has left the yard"


@st.composite
def pools(draw):
    count, n = draw(st.integers(1, 2)), draw(st.integers(2, 6))
    rest = st.sampled_from([0.0, 1.0, 6.0])
    over = st.sampled_from([None, 0.0, 3.0])
    pool = {
        "locomotives": n,
        "first_locomotives": draw(st.integers(0, n)),
        "servicing_h": draw(rest),
        "light_h": draw(st.sampled_from([0.0, 3.0])),
        "crews": draw(st.sampled_from([None, 1, 2, 4])),
        "crew_rest_h": draw(rest),
        "crew_travel_h": draw(st.sampled_from([0.0, 2.0])),
    }
    if pool["first_locomotives"] == n:
        pool["light_h"] = draw(over)
    return count, pool


@settings(max_examples=examples(60), deadline=None)
@given(pools(), st.integers(0, 1000), st.sampled_from([None, 0, 1]), st.booleans())
def test_every_train_comes_home_and_locomotives_are_conserved(drawn_pool, seed, receiving, both):
    count, pool = drawn_pool
    stretches = [{"upto": "s0"}, {"pool": "line"}]
    second = {"far": {"type": "te", "between": ["home", "s0"], "locomotives": 2, "light_h": 1.0}}
    if both:
        stretches = [{"pool": "far", "upto": "s0"}, {"pool": "line"}]
    made = drawn(
        (20.0, 20.0),
        seed=seed,
        duration_d=6,
        run_out_d=200,
        lines={"line": {"spread_frac": 0.3}},
        terminals={"market": {"tracks": 1, "receiving_tracks": receiving}},
        locomotive_pools={"line": pool, **(second if both else {})},
        services={
            "train": {
                "rake_wagons": 2,
                "locomotives": {"type": "te", "count": count},
                "traction": stretches,
                "return_wait_h": 5.0,
            }
        },
        flows={
            "out": {"tonnes_per_year": 50_000},
            "back": BACK,
        },
    )
    events = made.run()
    check_all(made.arrays, events, finished=True)
    locomotives_are_conserved(made.arrays, frame_of(events))
    hours_add_up(Outcome(made.scenario, made.arrays, events))
