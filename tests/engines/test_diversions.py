"""Freight that takes other legs, worked by hand (docs/semantics.md, 3.2)."""

import numpy as np
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of
from lines import make, merged
from wider_invariants import hours_add_up

from sim.analysis.flows import flow_table
from sim.analysis.outcome import Outcome
from sim.tables import Code
from sim.units import DAY_MS

ROADS = {
    "trucks": {"lorries": {"kind": "fleet", "trucks": 60, "payload_t": 20}},
    "hauls": {
        "road": {
            "origin": "mill",
            "destination": "market",
            "trucks": "lorries",
            "speed_kmh": 25,
            "spread_frac": 0.0,
            "rate_usd_per_tkm": 0.1,
        }
    },
}


def with_a_road(**changes):
    base = {
        "duration_d": 10,
        "services": {"train": {"rake_wagons": 2, "departs": {"longest_wait_h": 12}}},
        "flows": {
            "out": {
                "tonnes_per_year": 60 * 4 * 365,
                "divert": {"legs": ["road"], "closed_h": 24.0},
            }
        },
        **ROADS,
    }
    return make((30.0,), **merged(base, changes))


CLOSED = {
    "washout": {
        "hits": {"sections": ["s0-s1"]},
        "effect": {"closed": True},
        "dates": {"first": "2027-01-03", "last": "2027-01-05"},
    }
}


def test_lots_look_at_closures_that_have_lasted_long_enough_3_2():
    made = with_a_road(disruptions=CLOSED)
    frame = frame_of(made.run())
    diverted = frame.loc[frame["event"] == Code.DIVERTED, "time_ms"] / DAY_MS
    offered = frame.loc[frame["event"] == Code.OFFERED, "time_ms"] / DAY_MS
    # closed from the start of day 2 to the end of day 4; a day later freight takes the road
    assert len(diverted) == ((offered >= 3) & (offered < 5)).sum() > 0
    assert diverted.between(3, 5, inclusive="left").all()


def test_lots_look_at_the_queue_they_would_join_3_2():
    made = with_a_road(
        fleets={"wagons": {"wagons": 2}},
        flows={"out": {"divert": {"closed_h": None, "queue_lots": 3}}},
    )
    frame = frame_of(made.run())
    waiting, diverted = 0, 0
    last = np.flatnonzero(frame["event"] == Code.DIVERTED)
    for k, (event, train) in enumerate(zip(frame["event"], frame["train"], strict=True)):
        if event == Code.OFFERED:
            if k + 1 in last:
                assert waiting >= 3
                diverted += 1
            else:
                assert waiting < 3
                waiting += 1
        if event == Code.WAGON and train < 0:
            waiting -= 1
    assert diverted > 0


def test_a_lot_may_look_before_a_later_leg_3_2():
    made = with_a_road(
        terminals={"far": {"station": "home"}},
        hauls={
            "last": {
                "origin": "market",
                "destination": "far",
                "trucks": "lorries",
                "speed_kmh": 25,
                "spread_frac": 0.0,
                "rate_usd_per_tkm": 0.1,
            },
            "slow": {
                "origin": "market",
                "destination": "far",
                "trucks": "lorries",
                "speed_kmh": 10,
                "spread_frac": 0.0,
                "rate_usd_per_tkm": 0.2,
            },
            "road": None,
        },
        trucks={"lorries": {"trucks": 3}},
        flows={
            "out": {
                "destination": "far",
                "legs": ["train", "last"],
                "divert": {
                    "before": "last",
                    "legs": ["slow"],
                    "closed_h": None,
                    "queue_lots": 1,
                },
            }
        },
    )
    events = made.run()
    outcome = Outcome(made.scenario, made.arrays, events)
    assert outcome.is_diverted.any()
    assert not outcome.is_diverted.all()
    frame = frame_of(events)
    slow = made.arrays.names.hauls.index("slow")
    taken = frame[(frame["event"] == Code.TRUCKS) & (frame["place"] == slow)]
    assert set(taken["lot"]) <= set(np.flatnonzero(outcome.is_diverted))
    row = flow_table(outcome).iloc[0]
    share = outcome.is_diverted[(outcome.lots["delivered_ms"] >= 0).to_numpy()].mean()
    # 50 km of road at 0.1 or 0.2 USD/tkm
    assert np.isclose(row["truck_usd_per_t"], 5.0 + 5.0 * share)
    assert row["diverted_t"] == 60 * outcome.is_diverted.sum()


@settings(max_examples=examples(40), deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from([None, 1, 4]),
    st.sampled_from([0.0, 6.0, 48.0]),
    st.integers(1, 12),
)
def test_diverted_or_not_every_lot_arrives_and_every_hour_is_booked(seed, queue, closed, wagons):
    made = with_a_road(
        seed=seed,
        run_out_d=200,
        fleets={"wagons": {"wagons": max(wagons, 2)}},
        disruptions={
            "by-chance": {
                "hits": {"sections": ["s0-s1"], "terminals": ["market"]},
                "effect": {"closed": True},
                "random": {
                    "rate_per_year": 90.0,
                    "duration_d": {"kind": "exponential", "mean": 1.0},
                },
            }
        },
        flows={"out": {"divert": {"queue_lots": queue, "closed_h": closed}}},
    )
    events = made.run()
    check_all(made.arrays, events, finished=True)
    hours_add_up(Outcome(made.scenario, made.arrays, events))


def test_a_diversion_that_never_happens_changes_nothing():
    plain = with_a_road(flows={"out": {"divert": None}}, hauls={"road": None}, trucks=None)
    ready = with_a_road(flows={"out": {"divert": {"closed_h": 9_000.0}}})
    rows = frame_of(ready.run())
    assert rows["time_ms"].tolist() == frame_of(plain.run())["time_ms"].tolist()


def test_lots_look_at_the_stock_they_are_meant_for_3_2():
    # 10 t to begin with, 24 t a day eaten at the end of each: low until the first train has come
    made = with_a_road(
        flows={"out": {"divert": {"closed_h": None, "stock": "bread", "cover_d": 1.0}}},
        stocks={
            "bread": {
                "terminal": "market",
                "flows": ["out"],
                "opening_t": 10.0,
                "consumption_t_per_year": 24.0 * 365,
            }
        },
    )
    frame = frame_of(made.run())
    level, day, low = 10_000, 0, {}
    for time_ms, event, lot in zip(frame["time_ms"], frame["event"], frame["lot"], strict=True):
        while day < time_ms // DAY_MS:
            level, day = max(0, level - int(made.arrays.stock_books.eaten_kg[0, day])), day + 1
        if event == Code.OFFERED:
            low[lot] = level < 24_000
        if event == Code.DELIVERED:
            level += 60_000
    diverted = set(frame.loc[frame["event"] == Code.DIVERTED, "lot"])
    assert diverted == {lot for lot, is_low in low.items() if is_low}
    assert 0 < len(diverted) < len(low)
    assert (frame.loc[frame["event"] == Code.DIVERTED, "unit"] == 3).all()
