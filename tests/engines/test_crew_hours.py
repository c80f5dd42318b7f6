"""Hours of crews, worked by hand and at random (docs/semantics.md, 10.5)."""

import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of
from lines import make, merged, times
from wider_invariants import hours_add_up, locomotives_are_conserved

from sim.analysis.blame import train_pieces
from sim.analysis.fleets import fleet_table
from sim.analysis.outcome import Outcome
from sim.arrays.faults import ShortHoursError
from sim.engines.des.lookahead import LookAhead
from sim.tables import Code
from sim.units import HOUR_MS

TE = {"gauge_mm": 1520, "mass_t": 138, "length_m": 22, "max_speed_kmh": 100,
      "effort": {"kind": "power", "power_kw": 2800, "start_kn": 500}}  # fmt: skip


def drawn(lengths=(30.0,) * 4, *, pool=None, first="s0", **changes):
    """Return a line of sections of half an hour, with one pool from a station to its end."""
    last = f"s{len(lengths)}"
    crews = {"crews": 2, "crew_rest_h": 8.0, "crew_hours_h": 1.2}
    whole = {"type": "te", "between": [first, last], "locomotives": 2} | crews | (pool or {})
    base = {
        "duration_d": 1,
        "locomotive_types": {"te": TE},
        "locomotive_pools": {"line": whole},
        "terminals": {"market": {"station": last}},
        "flows": {"out": {"tonnes_per_year": 60 * 365}},
        "services": {
            "train": {
                "rake_wagons": 1,
                "departs": {"longest_wait_h": 1},
                "traction": [{"pool": "line"}]
                if first == "home"
                else [{"upto": "s0"}, {"pool": "line"}],
            }
        },
    }
    return make(lengths, **merged(base, changes))


def test_a_crew_rests_before_the_run_that_would_be_too_long_10_5():
    made = drawn()
    events = made.run()
    crew = made.arrays.names.pools.index("line crews")
    taken = times(events, Code.POOL_TAKEN, place=crew)
    rests = frame_of(events)
    rests = rests[rests["event"] == Code.CREW_RESTS]
    # an hour to s2 (or, home, from s4 to s2); the third half hour would be above 1.2 h
    assert rests["time_ms"].tolist() == [t + HOUR_MS for t in taken]
    sections = made.arrays.names.sections
    assert [sections[k] for k in rests["place"]] == ["s2-s3", "s1-s2"]
    assert set(rests["unit"]) == {crew}
    # the rest of 8 h, then the other hour
    given_up = times(events, Code.POOL_GIVEN, place=crew)
    assert [b - a for a, b in zip(taken, given_up, strict=True)] == [10 * HOUR_MS] * 2


def test_a_rest_is_booked_to_the_hours_and_told_in_the_table_10_5():
    made = drawn()
    outcome = Outcome(made.scenario, made.arrays, made.run())
    pieces = train_pieces(outcome)
    rest = pieces[pieces["cause"] == "crew hours"]
    assert rest["length_ms"].tolist() == [8 * HOUR_MS] * 2
    assert set(rest["place"]) == {"line"}
    hours_add_up(outcome)
    row = fleet_table(outcome).set_index("kind").loc["crews"]
    assert (row["duty_mean_h"], row["duty_max_h"]) == (1.0, 1.0)


def test_hours_that_are_enough_change_nothing_10_5():
    rows = drawn(pool={"crew_hours_h": 2.0}).run()
    assert rows == drawn(pool={"crew_hours_h": None}).run()
    assert not times(rows, Code.CREW_RESTS)


def test_a_crew_rests_before_an_aggregate_section_too_10_5():
    # four hours from home to s0, half an hour on to s1, and back
    made = drawn((30.0,), first="home", pool={"crew_hours_h": 4.2, "crew_rest_h": 1.0})
    frame = frame_of(made.run())
    rests = frame[frame["event"] == Code.CREW_RESTS]
    sections = made.arrays.names.sections
    assert [sections[k] for k in rests["place"]] == ["s0-s1", "home-s0"]


def test_one_train_goes_by_while_the_crew_of_another_rests_10_5():
    made = drawn(duration_d=3, flows={"out": {"tonnes_per_year": 60 * 365 * 4}},
                 pool={"locomotives": 9, "crews": 9})  # fmt: skip
    events = made.run()
    check_all(made.arrays, events, finished=True)
    frame = frame_of(events)
    first = frame[frame["event"] == Code.CREW_RESTS].iloc[0]
    lasts = frame["time_ms"].between(first["time_ms"], first["time_ms"] + 8 * HOUR_MS)
    others = frame[lasts & (frame["event"] == Code.ENTER) & (frame["train"] != first["train"])]
    assert len(others)


def test_hours_shorter_than_a_run_from_stand_to_stand_are_refused():
    with pytest.raises(ShortHoursError, match=r"got 0.4 h; .* run 0.50 h from section `s0-s1`"):
        drawn(pool={"crew_hours_h": 0.4})
    # no loop is long enough: two hours without a stand
    with pytest.raises(ShortHoursError, match=r"run 2.00 h from section"):
        drawn(
            lines={"line": {"station_usable_length_m": 50}}, services={"train": {"rake_wagons": 5}}
        )
    with pytest.raises(ShortHoursError, match=r"run 4.00 h from section `home-s0`"):
        drawn(first="home", pool={"crew_hours_h": 3.0})


def spells(frame, crew, rest_ms):
    """Yield each time on duty: how long, without waits before sections, and how many runs begun."""
    for _, rows in frame[frame["train"] >= 0].groupby("train"):
        begun, waited, asked, waits = None, 0, 0, None
        for time_ms, event, place, unit in rows[["time_ms", "event", "place", "unit"]].to_numpy():
            if event == Code.POOL_TAKEN and place == crew:
                begun, waited, asked = time_ms, 0, 0
            elif event == Code.WAITS and waits is None:
                waits = time_ms
            elif event == Code.ENTER:
                waited, waits, asked = waited + (time_ms - waits if waits else 0), None, asked + 1
            elif begun is not None and (
                (event == Code.POOL_GIVEN and place == crew)
                or (event == Code.CREW_RESTS and unit == crew)
            ):
                yield time_ms - begun - waited, asked
                begun, waited, asked = time_ms + rest_ms, 0, 0
                if event == Code.POOL_GIVEN:
                    begun = None


@settings(max_examples=examples(40), deadline=None)
@given(
    st.integers(0, 1000),
    st.sampled_from([0.6, 1.0, 1.4, 3.0]),
    st.sampled_from([0.0, 2.0, 8.0]),
    st.sampled_from(["first-come", "priority", "least-delay", "fleeting"]),
    st.sampled_from([None, 0]),
    st.integers(1, 4),
)
def test_duty_is_above_the_hours_by_no_more_than_waiting(seed, hours, rest, rule, receiving, crews):
    made = drawn(
        seed=seed,
        dispatch=rule,
        duration_d=4,
        run_out_d=200,
        lines={"line": {"spread_frac": 0.2, "clearance_min": 2}},
        terminals={"market": {"tracks": 2, "receiving_tracks": receiving}},
        pool={
            "crew_hours_h": hours, "crew_rest_h": rest, "crews": crews, "crew_travel_h": 1.0,
            "locomotives": 3, "light_h": 1.0,
        },
        flows={"out": {"tonnes_per_year": 60 * 8 * 365}},
    )  # fmt: skip
    events = made.run()
    check_all(made.arrays, events, finished=True)
    frame = frame_of(events)
    locomotives_are_conserved(made.arrays, frame)
    hours_add_up(Outcome(made.scenario, made.arrays, events))
    crew = made.arrays.names.pools.index("line crews")
    found = list(spells(frame, crew, int(rest * HOUR_MS)))
    assert found
    for on_duty, runs in found:
        assert on_duty <= hours * HOUR_MS or runs == 1


@pytest.mark.parametrize("hours", [0.6, 1.2, 1.6])
def test_least_delay_knows_when_a_rested_train_asks_4_10(hours, monkeypatch):
    seen, asked = [], LookAhead.asked

    def compared(ahead, train):
        known = ahead._coming.get(train.number)
        if known is not None:
            seen.append((known.ready_ms - ahead._dispatcher.clock.now, known.stands))
        asked(ahead, train)

    monkeypatch.setattr(LookAhead, "asked", compared)
    made = drawn(
        dispatch="least-delay",
        duration_d=4,
        run_out_d=100,
        lines={"line": {"spread_frac": 0.2}},
        pool={"crew_hours_h": hours, "crew_rest_h": 2.0, "crews": 9, "locomotives": 9},
        flows={"out": {"tonnes_per_year": 60 * 8 * 365}},
    )
    made.run()
    assert {late for late, _ in seen} == {0}
    assert {stood for _, stood in seen} == ({True} if hours < 1 else {True, False})
