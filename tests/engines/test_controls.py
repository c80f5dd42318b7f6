"""Border posts in stages, worked by hand (docs/semantics.md, 4.9 and 4.13)."""

import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all
from lines import BACK, make, merged, times
from wider_invariants import hours_add_up

from sim.analysis.blame import lot_pieces, train_pieces
from sim.analysis.borders import border_table
from sim.analysis.flows import flow_table
from sim.analysis.outcome import Outcome
from sim.tables import Code
from sim.units import HOUR_MS

STAGES = {
    "exchange": {"activity": "exchange", "order": 1, "duration_h": 1.0},
    "technical": {
        "activity": "technical-inspection",
        "order": 2,
        "per": "wagon",
        "duration_h": 0.5,
        "empty_duration_h": 0.25,
    },
    "customs": {
        "activity": "customs",
        "order": 2,
        "per": "lot",
        "servers": 1,
        "duration_h": 2.0,
        "official_usd_per_t": 3.0,
        "other_usd_per_t": 1.0,
    },
    "health": {"activity": "phytosanitary", "order": 3, "duration_h": 1.0, "applies_to": "loaded"},
}


def at_the_border(stages=None, **changes):
    base = {
        "duration_d": 1,
        "flows": {"out": {"tonnes_per_year": 60 * 2 * 365}},
        "services": {"train": {"rake_wagons": 2, "departs": {"longest_wait_h": 100}}},
        "posts": {"gate": {"station": "s0", "stages": stages or STAGES}},
    }
    return make((30.0,), **merged(base, changes))


def hours_of(made, first, last):
    events = made.run()
    return (times(events, last)[0] - times(events, first)[0]) / HOUR_MS


def test_stages_run_in_order_and_those_of_one_order_at_the_same_time_4_13():
    made = at_the_border()
    assert made.arrays.names.posts == (
        "gate/exchange",
        "gate/customs",
        "gate/technical",
        "gate/health",
    )
    events = made.run()
    formed = times(events, Code.FORMED)[0]
    # 100 km at 25 km/h; an hour of exchange; customs 2 x 2 h beside inspection 2 x 0.5 h; an hour
    # of phytosanitary control; then 30 km at 60 km/h
    starts = [times(events, Code.POST_START, place=k)[0] - formed for k in range(4)]
    ends = [times(events, Code.POST_END, place=k)[0] - formed for k in range(4)]
    assert [t / HOUR_MS for t in starts] == [4, 5, 5, 9]
    assert [t / HOUR_MS for t in ends] == [5, 9, 6, 10]
    assert times(events, Code.YARD)[0] - formed == 10.5 * HOUR_MS


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_no_control_begins_before_the_papers_are_there_4_9(share):
    papers = {"not_ready_frac": share, "delay_h": 6.0}
    made = at_the_border(posts={"gate": {"documents": papers}})
    assert made.arrays.names.posts[:2] == ("gate/documents", "gate/exchange")
    events = made.run()
    formed = times(events, Code.FORMED)[0]
    starts = [(t - formed) / HOUR_MS for t in times(events, Code.POST_START, place=1)]
    assert starts[0] == 4 + 6 * share
    # on its way home the train has no papers to wait for
    assert len(times(events, Code.POST_START, place=0)) == share
    row = border_table(Outcome(made.scenario, made.arrays, events)).iloc[0]
    assert (row["border"], row["hours_mean_h"]) == ("gate", 6 + 6 * share)
    pieces = train_pieces(Outcome(made.scenario, made.arrays, events))
    late = pieces[pieces["cause"] == "documents not ready"]
    assert late["length_ms"].sum() == share * 6 * HOUR_MS
    assert set(late["group"]) <= {"border"}


def test_papers_are_waited_for_by_several_trains_at_once_outside_the_hours_4_9():
    post = {
        "station": "s0",
        "servers": 1,
        "duration_h": 1.0,
        "stages": None,
        "documents": {"not_ready_frac": 1.0, "delay_h": 30.0},
        "hours": {"opens": "08:00", "closes": "16:00"},
    }
    made = at_the_border(
        posts={"gate": post},
        duration_d=2,
        services={"train": {"rake_wagons": 1}},
    )
    events = made.run()
    begun, ready = times(events, Code.POST_START, place=0), times(events, Code.POST_END, place=0)
    assert [b - a for a, b in zip(begun, ready, strict=True)] == [30 * HOUR_MS] * 4
    assert begun[1] < ready[0]
    loaded = times(events, Code.POST_START, place=1)
    assert loaded[0] >= ready[0]
    assert all(8 <= t % (24 * HOUR_MS) / HOUR_MS < 16 for t in loaded)


def test_an_empty_train_passes_only_what_applies_to_it_4_9():
    events = at_the_border().run()
    ready = times(events, Code.RETURN)[0]
    # home: half an hour of line, an hour of exchange, inspection 2 x 0.25 h, no lots, no plants
    assert times(events, Code.HOME)[0] - ready == (0.5 + 1 + 0.5 + 4) * HOUR_MS
    assert [len(times(events, Code.POST_END, place=k)) for k in range(4)] == [2, 1, 2, 1]


def test_a_control_that_no_train_passes_takes_no_time_and_leaves_no_row_4_9():
    never = {"papers": {"activity": "documents", "order": 1, "duration_h": 9.0, "share_frac": 0.0}}
    made = at_the_border(never)
    assert hours_of(made, Code.FORMED, Code.YARD) == 4.5
    assert not times(made.run(), Code.POST_QUEUE)


def test_freight_declared_beforehand_takes_its_own_duration():
    early = {"share_frac": 1.0, "duration_h": 0.5}
    customs = {
        "customs": {"activity": "customs", "order": 1, "duration_h": 6.0, "predeclared": early}
    }
    assert hours_of(at_the_border(customs), Code.FORMED, Code.YARD) == 5.0


def test_each_stage_has_its_own_servers_and_hours_2_and_4_9():
    day = {"opens": "08:00", "closes": "16:00"}
    stages = merged(STAGES, {"customs": {"hours": day}})
    made = at_the_border(stages, flows={"out": {"tonnes_per_year": 60 * 20 * 365}})
    events = made.run()
    starts, ends = (times(events, code, place=1) for code in (Code.POST_START, Code.POST_END))
    assert len(starts) > 5
    assert all(8 <= t / HOUR_MS % 24 < 16 for t in starts)
    assert all(b >= a for a, b in zip(ends, starts[1:], strict=False))


def test_the_hours_of_a_passage_are_booked_to_the_stage_that_ended_last():
    made = at_the_border()
    outcome = Outcome(made.scenario, made.arrays, made.run())
    pieces = train_pieces(outcome)
    out = pieces[(pieces["direction"] == 0) & (pieces["group"] == "border")]
    hours = (out.groupby(["place", "cause"])["length_ms"].sum() / HOUR_MS).to_dict()
    assert hours == {
        ("gate/exchange", "exchange"): 1.0,
        ("gate/customs", "customs"): 4.0,
        ("gate/health", "phytosanitary"): 1.0,
    }
    total = lot_pieces(outcome).groupby("lot")["length_ms"].sum()
    transit = outcome.lots["delivered_ms"] - outcome.lots["offered_ms"]
    assert (total == transit).all()


def test_the_post_as_a_whole_is_in_table_borders_and_its_fees_in_the_cost():
    made = at_the_border()
    outcome = Outcome(made.scenario, made.arrays, made.run())
    row = border_table(outcome).iloc[0]
    # the loaded passage; the empty one arrives after the day that counts
    assert (row["border"], row["passages"], row["hours_mean_h"]) == ("gate", 1, 6.0)
    assert (row["official_usd_per_t"], row["other_usd_per_t"]) == (3.0, 1.0)
    assert flow_table(outcome)["border_usd_per_t"].iloc[0] == 4.0


@st.composite
def staged(draw):
    activities = st.sampled_from(["customs", "weighing", "documents", "queue"])
    law = {"kind": "exponential", "mean": 1.0}
    return {
        f"stage-{k}": {
            "activity": draw(activities),
            "order": draw(st.integers(1, 3)),
            "per": draw(st.sampled_from(["train", "wagon", "lot"])),
            "servers": draw(st.sampled_from([None, 1, 2])),
            "duration_h": draw(st.sampled_from([1.0, law])),
            "share_frac": draw(st.sampled_from([0.0, 0.5, 1.0])),
            "predeclared": draw(st.sampled_from([None, {"share_frac": 0.5, "duration_h": 0.5}])),
        }
        for k in range(draw(st.integers(1, 5)))
    }


@settings(max_examples=examples(40), deadline=None)
@given(staged(), st.integers(0, 1000), st.sampled_from(["s0", "s1"]))
def test_whatever_the_stages_nothing_is_lost_and_every_hour_is_booked(stages, seed, station):
    made = make(
        (30.0, 20.0),
        seed=seed,
        duration_d=5,
        run_out_d=120,
        services={"train": {"return_wait_h": 4.0}},
        posts={"gate": {"station": station, "stages": stages}},
        flows={
            "out": {"tonnes_per_year": 40_000},
            "back": BACK,
        },
    )
    events = made.run()
    check_all(made.arrays, events, finished=True)
    hours_add_up(Outcome(made.scenario, made.arrays, events))


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_the_order_of_stages_in_the_file_is_nothing(order):
    stages = {
        name: {"activity": "customs", "order": 1, "servers": 1, "duration_h": 1.0} for name in order
    }
    assert at_the_border(stages).run() == at_the_border(dict(sorted(stages.items()))).run()
