"""What holds in every corridor, whatever its lines, loops, fleets, posts and closures."""

import numpy as np
import pytest
from effort import examples, part_of
from hypothesis import HealthCheck, given, settings, strategies as st
from invariants import check_all, frame_of
from lines import make, reseeded

from properties.strategies import corridors
from sim.arrays.layout import content_hash
from sim.runs.drawing import draw_luck
from sim.tables import Cause, Code

SLOW = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)


@SLOW
@given(corridors())
def test_nothing_is_lost_nothing_is_early_and_everything_ends(made):
    check_all(made.arrays, made.run(), finished=True)


@SLOW
@given(corridors(), st.integers(0, 3))
def test_the_same_luck_gives_the_same_rows(made, replication):
    assert made.run(replication) == made.run(replication)


def test_other_luck_gives_other_rows():
    made = make((30.0, 30.0), lines={"line": {"spread_frac": 0.3}})
    assert made.run(0) != made.run(1)
    assert made.run(0) != reseeded(made, 2).run(0)


RULES = ("first-come", "priority", "least-delay", "fleeting")


def random_line(seed, **more):
    """Return a line with random loops and heavy traffic of long and short trains both ways."""
    luck = np.random.default_rng(seed)
    n = int(luck.integers(1, 9))
    lengths = luck.choice([5.0, 12.0, 25.0, 50.0], n).tolist()
    tracks = luck.choice([1, 1, 1, 2], n).tolist()
    stations = {
        f"s{k}": {
            "tracks": int(luck.integers(2, 4)),
            "usable_length_m": float(luck.choice([60, 150, 900])),
        }
        for k in range(1, n)
    }
    trains = {
        f"t{k}": {
            "origin": "mill",
            "destination": "market",
            "fleet": "wagons",
            "rake_wagons": rake,
            "priority": int(luck.integers(1, 9)),
            "departs": {"rule": "when-full", "longest_wait_h": 2.0},
        }
        for k, rake in enumerate((1, 4, 8))
    }
    flows = {
        f"f{k}": {
            "commodity": "flour",
            "origin": "mill",
            "destination": "market",
            "tonnes_per_year": float(luck.choice([20_000, 200_000])),
            "legs": [name],
        }
        for k, name in enumerate(trains)
    }
    return make(
        lengths,
        tracks=tracks,
        seed=seed,
        duration_d=4,
        run_out_d=400,
        dispatch=str(luck.choice(RULES)),
        dispatch_batch=1 + seed % 4,
        lines={
            "far": {"commercial_speed_kmh": 100},
            "line": {
                "spread_frac": 0.4,
                "clearance_min": float(luck.choice([0, 6])),
                "loop_spacing_km": float(luck.choice([6, 1000 / 2])),
                "loop_usable_length_m": float(luck.choice([100, 900])),
            },
        },
        stations=stations,
        terminals={
            "mill": {"gangs": 60},
            "market": {
                "tracks": int(luck.integers(1, 4)),
                "gangs": 20,
                "receiving_tracks": [None, 0, 3][int(luck.integers(0, 3))],
            },
        },
        fleets={"wagons": {"wagons": 4000}},
        services={"train": None, **trains},
        flows={"out": None, **flows},
        posts={
            "control": {
                "station": f"s{int(luck.integers(0, n + 1))}",
                "servers": 1,
                "duration_h": 0.5,
            }
        }
        if luck.random() < 0.5
        else {},
        **more,
    )


@pytest.mark.parametrize("batch", part_of(range(10), usual=3))
def test_no_deadlock_on_two_hundred_random_lines(batch):
    met = 0
    for seed in range(batch * 20, batch * 20 + 20):
        made = random_line(seed)
        events = made.run()
        frame = frame_of(events)
        formed = (frame["event"] == Code.FORMED).sum()
        assert formed > 0
        assert formed == (frame["event"] == Code.HOME).sum(), f"seed {seed}: a train is stuck"
        assert (frame["event"] == Code.DELIVERED).sum() == made.arrays.n_lots
        met += (frame["cause"] == Cause.MEET).sum()
    assert met > 0, "traffic so thin proves nothing"


@pytest.mark.parametrize("seed", [3, 11, 42])
def test_a_random_line_keeps_all_invariants(seed):
    made = random_line(seed)
    check_all(made.arrays, made.run(), finished=True)


def test_the_order_of_keys_changes_nothing():
    one = make((30.0, 20.0), lines={"line": {"spread_frac": 0.2}}, posts=two_posts())
    other = make(
        (30.0, 20.0),
        lines={"line": {"spread_frac": 0.2}},
        posts=dict(reversed(two_posts().items())),
        services={"train": {"rake_wagons": 4, "fleet": "wagons"}},
    )
    # posts at different stations: their order among each other is the only thing that moves
    ours, theirs = frame_of(one.run()), frame_of(other.run())
    keep = ["time_ms", "event", "lot", "train"]
    assert ours[keep].equals(theirs[keep])


def two_posts():
    law = {"kind": "lognormal", "mean": 3.0, "cv_frac": 0.5}
    return {
        "first": {"station": "s0", "servers": 1, "duration_h": law},
        "second": {"station": "s1", "servers": 1, "duration_h": law},
    }


def test_a_new_closure_shifts_no_other_luck():
    plain = make((30.0, 20.0), posts=two_posts())
    shut = make(
        (30.0, 20.0),
        posts=two_posts(),
        disruptions={
            "flood": {
                "hits": {"sections": ["s0-s1"]},
                "effect": {"closed": True},
                "random": {"rate_per_year": 50.0, "duration_d": 1.0},
            }
        },
    )
    ours, theirs = draw_luck(plain.arrays, 0), draw_luck(shut.arrays, 0)
    for name in ("offered_ms", "load_ms", "step_ms", "step_empty_ms", "placing_ms"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name


def test_the_content_hash_tells_scenarios_apart_and_nothing_else():
    one, again = make((30.0,)), make((30.0,))
    assert content_hash(one.arrays) == content_hash(again.arrays)
    assert content_hash(one.arrays) != content_hash(make((30.5,)).arrays)


def test_arrays_and_draws_are_read_only():
    made = make((30.0,))
    with pytest.raises(ValueError, match="read-only"):
        made.arrays.sections.length_m[0] = 1
    with pytest.raises(ValueError, match="read-only"):
        draw_luck(made.arrays, 0).offered_ms[0] = 1


@SLOW
@given(st.integers(20, 200))
def test_more_wagons_never_deliver_less_with_fixed_durations(wagons):
    few = make((30.0,), fleets={"wagons": {"wagons": 8}}, flows={"out": {"tonnes_per_year": 9e4}})
    many = make(
        (30.0,), fleets={"wagons": {"wagons": wagons}}, flows={"out": {"tonnes_per_year": 9e4}}
    )

    def delivered(made):
        frame = frame_of(made.run())
        done = frame[(frame["event"] == Code.DELIVERED)]
        return (done["time_ms"] < made.arrays.horizon_ms).sum()

    assert delivered(many) >= delivered(few)
