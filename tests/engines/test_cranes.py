"""Cranes beside gangs, worked by hand (docs/semantics.md, 5.4)."""

import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all
from lines import make, merged, rows_of

from sim.analysis.outcome import Outcome
from sim.analysis.usage import terminal_table
from sim.engines import batch
from sim.runs.drawing import draw_luck
from sim.tables import Code
from sim.units import HOUR_MS

CRANES = {"cranes": 2, "packaging": ["containers"], "rate_t_per_h": 60}


def boxes_and_bags(gangs=1, **changes):
    """Some gangs and two cranes at the mill; a service each; without gangs, boxes alone."""
    base = {
        "duration_d": 2,
        "commodities": {
            "flour": {"packaging": "bags"},
            "boxes": {"value_usd_per_t": 900, "wagon_load_t": 60, "packaging": "containers"},
        },
        "terminals": {"mill": {"cranes": CRANES}},
        "services": {
            "boxer": {
                "origin": "mill",
                "destination": "market",
                "fleet": "wagons",
                "rake_wagons": 4,
                "departs": {"rule": "when-full", "longest_wait_h": 24},
            }
        },
        "flows": {
            "out": {"tonnes_per_year": 60 * 6 * 365},
            "boxed": {
                "commodity": "boxes",
                "origin": "mill",
                "destination": "market",
                "tonnes_per_year": 60 * 24 * 365,
                "legs": ["boxer"],
            },
        },
    }
    changes = merged(base, changes)
    changes["terminals"]["mill"] = changes["terminals"]["mill"] | {"gangs": gangs}
    if gangs is None:
        changes["flows"]["out"] = changes["services"]["train"] = None
    return make((30.0,), **changes)


def works(made, events, name, terminal="mill"):
    """Return (unit, begin, end) of each loading of a flow there, in hours."""
    flow, place = made.arrays.names.flows.index(name), made.arrays.names.terminals.index(terminal)
    first, last = made.arrays.flows.lot_ptr[flow : flow + 2]
    rows = [r for r in rows_of(events) if first <= r["lot"] < last and r["place"] == place]
    begun = {r["lot"]: r for r in rows if r["event"] == Code.LOAD_START}
    ended = {r["lot"]: r for r in rows if r["event"] == Code.LOAD_END}
    return [
        (begun[lot]["unit"], begun[lot]["time_ms"] / HOUR_MS, ended[lot]["time_ms"] / HOUR_MS)
        for lot in sorted(ended)
    ]


def test_each_freight_has_who_handles_it_5_4():
    made = boxes_and_bags()
    events = made.run()
    bags, boxes = works(made, events, "out"), works(made, events, "boxed")
    # 60 t by a gang at 20 t/h, by a crane at 60 t/h; cranes are numbered after the one gang
    assert {(unit, round(end - begin, 6)) for unit, begin, end in bags} == {(0, 3.0)}
    assert {(unit, round(end - begin, 6)) for unit, begin, end in boxes} == {(1, 1.0), (2, 1.0)}
    # a crane works while the gang works
    assert any(b < end and begin < e for _, b, e in boxes for _, begin, end in bags)


def test_where_there_are_no_cranes_gangs_work_all_5_4():
    made = boxes_and_bags()
    unloaded = [r for r in rows_of(made.run()) if r["event"] == Code.UNLOAD_START]
    place = made.arrays.names.terminals.index("market")
    assert {r["unit"] for r in unloaded if r["place"] == place} <= {0, 1, 2, 3}
    assert len(unloaded) == made.arrays.n_lots


def test_a_terminal_of_cranes_alone_needs_no_gang_5_4():
    made = boxes_and_bags(None)
    events = made.run()
    assert {unit for unit, _, _ in works(made, events, "boxed")} == {0, 1}
    check_all(made.arrays, events, finished=True)


def test_shifts_hold_for_cranes_too_2_2_and_5_4():
    hours = {"opens": "08:00", "closes": "16:00"}
    made = boxes_and_bags(terminals={"mill": {"hours": hours}})
    begun = [begin % 24 for _, begin, _ in works(made, made.run(), "boxed")]
    assert begun
    assert all(8 <= hour < 16 for hour in begun)
    # what was offered at night begins at the opening, two at once
    assert begun.count(8.0) >= 2


def test_a_share_of_capacity_is_taken_of_gangs_and_of_cranes_9_4():
    half = {
        "hits": {"terminals": ["mill"]},
        "effect": {"capacity_frac": 0.5},
        "dates": {"first": "2027-01-01", "last": "2027-03-01"},
    }
    made = boxes_and_bags(2, disruptions={"half": half})
    events = made.run()
    assert {unit for unit, _, _ in works(made, events, "out")} == {0}
    assert {unit for unit, _, _ in works(made, events, "boxed")} == {2}


def test_their_use_is_told_apart():
    made = boxes_and_bags()
    events = made.run()
    row = terminal_table(Outcome(made.scenario, made.arrays, events)).set_index("terminal")
    hours = {
        name: sum(min(end, 48) - min(begin, 48) for _, begin, end in works(made, events, name))
        for name in ("out", "boxed")
    }
    assert row.loc["mill", "gang_utilisation_frac"] == pytest.approx(hours["out"] / 48)
    assert row.loc["mill", "crane_utilisation_frac"] == pytest.approx(hours["boxed"] / 96)
    assert row.loc["market", ["crane_utilisation_frac"]].isna().all()


@settings(max_examples=examples(40), deadline=None)
@given(
    gangs=st.integers(1, 3),
    cranes=st.integers(1, 3),
    packed=st.sampled_from([["containers"], ["bags"], ["bags", "containers"]]),
    place=st.sampled_from(["mill", "market"]),
    shift=st.sampled_from([None, {"opens": "06:00", "closes": "20:00", "at_closing": "interrupt"}]),
    seed=st.integers(0, 99),
)
def test_both_engines_agree_and_nothing_is_lost_5_4(gangs, cranes, packed, place, shift, seed):
    own = {"cranes": cranes, "packaging": packed, "rate_t_per_h": 30}
    terminals = {
        "mill": {"cranes": None},
        place: {"cranes": own, "hours": shift, "work_cv_frac": 0.5},
    }
    made = boxes_and_bags(gangs, terminals=terminals, seed=seed)
    events = made.run()
    check_all(made.arrays, events, finished=True)
    assert batch.simulate(made.arrays, draw_luck(made.arrays, 0)) == events
