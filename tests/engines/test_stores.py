"""Stores between two legs, worked by hand (docs/semantics.md, 5.3)."""

import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of
from lines import make, merged

from sim.analysis.blame import lot_pieces
from sim.analysis.outcome import Outcome
from sim.analysis.usage import terminal_table
from sim.tables import Code
from sim.units import DAY_MS, HOUR_MS


def with_trucks(**changes):
    """Return a train of two lots, and trucks that take one lot at a time onward."""
    base = {
        "duration_d": 1,
        "terminals": {"shop": {"station": "home"}, "market": {"store_t": 60}},
        "flows": {
            "out": {
                "tonnes_per_year": 60 * 2 * 365,
                "destination": "shop",
                "legs": ["train", "road"],
            }
        },
        "services": {"train": {"rake_wagons": 2, "departs": {"longest_wait_h": 100}}},
        "trucks": {"carts": {"kind": "fleet", "trucks": 3, "payload_t": 20, "turnaround_h": 2}},
        "hauls": {
            "road": {
                "origin": "market",
                "destination": "shop",
                "trucks": "carts",
                "speed_kmh": 25,
                "spread_frac": 0.0,
                "loading_h": 1,
                "rate_usd_per_tkm": 0.1,
            }
        },
    }
    return make((30.0,), **merged(base, changes))


def instants(frame, code):
    return (frame.loc[frame["event"] == code, "time_ms"] / HOUR_MS).tolist()


def test_a_wagon_waits_in_the_train_until_the_store_has_room_5_3():
    frame = frame_of(with_trucks().run())
    placed = instants(frame, Code.PLACED)[0]
    # three hours of unloading; the trucks are there and load for an hour; then there is room
    assert instants(frame, Code.STORED) == [placed, placed + 4]
    assert instants(frame, Code.STORE_WAIT) == [placed]
    assert instants(frame, Code.UNLOAD_START) == [placed, placed + 4]
    assert instants(frame, Code.EMPTIED) == [placed + 7]


def test_with_room_for_both_nobody_waits_5_3():
    frame = frame_of(with_trucks(terminals={"market": {"store_t": 120}}).run())
    assert instants(frame, Code.STORE_WAIT) == []
    assert instants(frame, Code.EMPTIED)[0] - instants(frame, Code.PLACED)[0] == 3


def test_the_wait_is_booked_to_the_full_store_and_the_table_tells_its_level():
    made = with_trucks()
    outcome = Outcome(made.scenario, made.arrays, made.run())
    pieces = lot_pieces(outcome)
    full = pieces[pieces["cause"] == "store full"]
    assert full["place"].tolist() == ["market"]
    assert full["length_ms"].sum() == 4 * HOUR_MS
    total = pieces.groupby("lot")["length_ms"].sum()
    assert (total == outcome.lots["delivered_ms"] - outcome.lots["offered_ms"]).all()
    row = terminal_table(outcome).set_index("terminal").loc["market"]
    assert row["store_max_t"] == 60
    assert row["store_wait_mean_h"] == 2
    stored = instants(frame_of(made.run()), Code.STORED)
    # the first lies four hours, until its trucks are loaded; the second after the day that counts
    inside = sum(min(t + 4, 24) - min(t, 24) for t in stored)
    assert row["store_mean_t"] == pytest.approx(60 * inside / 24)


def test_freight_that_goes_no_further_needs_no_room_5_3():
    plain = with_trucks(
        flows={"out": {"destination": "market", "legs": ["train"]}}, hauls={"road": None}
    )
    assert not instants(frame_of(plain.run()), Code.STORED)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.integers(0, 500),
    st.sampled_from([60.0, 120.0, 300.0]),
    st.integers(3, 12),
    st.sampled_from([0, None]),
    st.booleans(),
)
def test_a_full_store_loses_nothing_and_never_holds_more(seed, room, carts, receiving, back):
    made = with_trucks(
        seed=seed,
        duration_d=6,
        run_out_d=300,
        terminals={"market": {"store_t": room, "tracks": 1, "receiving_tracks": receiving}},
        trucks={"carts": {"trucks": carts}},
        services={"train": {"rake_wagons": 4, "return_wait_h": 6.0}},
        flows={
            "out": {"tonnes_per_year": 60 * 6 * 365},
            **(
                {
                    "back": {
                        "commodity": "flour",
                        "origin": "market",
                        "destination": "mill",
                        "tonnes_per_year": 60 * 2 * 365,
                        "legs": ["train"],
                    }
                }
                if back
                else {}
            ),
        },
    )
    events = made.run()
    check_all(made.arrays, events, finished=True)
    frame = frame_of(events)
    level = 0
    stored = set()
    for event, lot in zip(frame["event"], frame["lot"], strict=True):
        if event == Code.STORED:
            stored.add(lot)
            level += 60
        if event in (Code.LOAD_END, Code.TRUCKED) and lot in stored:
            stored.remove(lot)
            level -= 60
        assert 0 <= level <= room
    outcome = Outcome(made.scenario, made.arrays, events)
    assert terminal_table(outcome).set_index("terminal").loc["market", "store_max_t"] <= room
    assert frame["time_ms"].max() < 300 * DAY_MS


@pytest.mark.parametrize("room", [60.0, 600.0])
def test_more_room_never_empties_a_train_later(room):
    small, large = (
        frame_of(with_trucks(terminals={"market": {"store_t": t}}).run()) for t in (60.0, room)
    )
    assert instants(large, Code.EMPTIED) <= instants(small, Code.EMPTIED)
