"""Disruptions worked by hand, to the millisecond (docs/semantics.md, 9)."""

import numpy as np
import pytest
from engines.test_hand_worked import one_train, rows_of, times
from lines import make, merged

from sim.analysis.blame import wait_table
from sim.analysis.costs import cost_table
from sim.analysis.outcome import Outcome
from sim.runs.drawing import draw_luck
from sim.tables import Code
from sim.units import DAY_MS, HOUR_MS


def disrupted(effect, hits, first="2027-01-01", last="2027-03-01", **changes):
    row = {"hits": hits, "effect": effect, "dates": {"first": first, "last": last}}
    return merged(changes, {"disruptions": {"trouble": row}})


def outcome_of(made):
    return Outcome(made.scenario, made.arrays, made.run())


def test_a_slowed_section_takes_longer_by_the_share_9_3():
    # 100 km at 25 km/h: 4 h; at 0.6 of the speed 4 h * 1000 / 600 = 6 h 40 min; the line as before
    events = one_train(**disrupted({"speed_frac": 0.6}, {"sections": ["home-s0"]})).run()
    entered, left = times(events, Code.ENTER, place=0), times(events, Code.LEAVE, place=0)
    assert left[0] - entered[0] == 24_000_000
    lost = [r for r in rows_of(events) if r["event"] == Code.SLOWED]
    assert [r["unit"] for r in lost] == [24_000_000 - 4 * HOUR_MS] * 2  # out and home
    assert lost[0]["place"] == 0
    assert times(events, Code.YARD)[0] - times(events, Code.FORMED)[0] == 24_000_000 + HOUR_MS // 2


def test_a_step_is_rounded_up_to_the_millisecond_9_3():
    # 30 km at 60 km/h: 1,800,000 ms; at 0.7 it is 1,800,000,000 / 700 = 2,571,428.57 ms
    events = one_train(**disrupted({"speed_frac": 0.7}, {"sections": ["s0-s1"]})).run()
    assert (
        times(events, Code.LEAVE, place=1)[0] - times(events, Code.ENTER, place=1)[0] == 2_571_429
    )


def test_the_instant_of_entry_decides_9_3():
    departs = {"rule": "timetable", "times": ["20:00", "23:59"], "least_wagons": 1}
    slow = disrupted({"speed_frac": 0.5}, {"sections": ["home-s0"]}, "2027-01-02", "2027-01-02")
    events = one_train(services={"train": {"rake_wagons": 9, "departs": departs}}, **slow).run()
    entered = times(events, Code.ENTER, place=0, unit=0)
    took = np.array(times(events, Code.LEAVE, place=0, unit=0)) - entered
    within = (np.array(entered) >= DAY_MS) & (np.array(entered) < 2 * DAY_MS)
    assert took.tolist() == np.where(within, 8 * HOUR_MS, 4 * HOUR_MS).tolist()


def test_of_several_speeds_the_lowest_holds_9_3():
    rows = {
        name: {
            "hits": {"sections": ["home-s0"]},
            "effect": {"speed_frac": share},
            "dates": {"first": "2027-01-01", "last": "2027-03-01"},
        }
        for name, share in (("a", 0.8), ("b", 0.5))
    }
    made = one_train(disruptions=rows)
    lost = [r for r in rows_of(made.run()) if r["event"] == Code.SLOWED]
    assert {(r["place"], r["unit"]) for r in lost} == {(1, 4 * HOUR_MS)}


def test_a_half_of_two_gangs_is_one_9_4():
    made = one_train(**disrupted({"capacity_frac": 0.5}, {"terminals": ["mill"]}))
    events = made.run()
    assert {r["unit"] for r in rows_of(events) if r["event"] == Code.LOAD_START} == {0}
    usual = one_train().run()
    assert {r["unit"] for r in rows_of(usual) if r["event"] == Code.LOAD_START} <= {0, 1}


def test_no_unit_is_given_until_the_share_is_back_and_work_begun_is_finished_9_4():
    # nothing is allowed on 2 and 3 January: what is offered then is loaded from the 4th
    made = make(
        (30.0,),
        duration_d=3,
        flows={"out": {"tonnes_per_year": 60 * 365 * 4}},
        **disrupted({"capacity_frac": 0}, {"terminals": ["mill"]}, "2027-01-02", "2027-01-03"),
    )
    events = made.run()
    starts = np.array(times(events, Code.LOAD_START))
    assert not np.any((starts >= DAY_MS) & (starts < 3 * DAY_MS))
    assert (starts == 3 * DAY_MS).sum() == 2
    offered = np.array(times(events, Code.OFFERED))
    begun_before = (starts < DAY_MS).sum()
    assert begun_before >= (offered < DAY_MS - 6 * HOUR_MS).sum() > 0
    waits = wait_table(outcome_of(made)).set_index(["cause", "place"])["hours_per_lot"]
    held = np.clip(3 * DAY_MS - np.maximum(offered, DAY_MS), 0, None)
    held[: int(begun_before)] = 0
    lots = wait_table(outcome_of(made))["flow"].nunique() * len(offered)
    assert waits["disruption trouble", "mill"] == pytest.approx(held.sum() / HOUR_MS / lots)


def test_free_wagons_may_be_less_than_none_9_4():
    # six wagons out at once; from 2 January two are allowed: the next goes when only one is out
    made = make(
        (30.0,),
        duration_d=6,
        fleets={"wagons": {"wagons": 6}},
        services={"train": {"rake_wagons": 2}},
        flows={"out": {"tonnes_per_year": 60 * 365 * 8}},
        **disrupted({"capacity_frac": 0.34}, {"fleets": ["wagons"]}, "2027-01-02", "2027-03-01"),
    )
    out, most = 0, 0
    for row in rows_of(made.run()):
        if row["event"] == Code.WAGON:
            out += 1
            assert out <= (6 if row["time_ms"] < DAY_MS else 2)
        most = max(most, out)
        out -= row["event"] == Code.WAGON_BACK
    assert most == 6


def test_rows_of_effects_stand_after_those_of_gates_9_2():
    rows = {
        "b-slow": {"hits": {"sections": ["home-s0"]}, "effect": {"speed_frac": 0.5}},
        "a-few": {"hits": {"terminals": ["mill"]}, "effect": {"capacity_frac": 0.5}},
        "c-shut": {"hits": {"sections": ["s0-s1"]}, "effect": {"closed": True}},
    }
    dates = {"dates": {"first": "2027-01-01", "last": "2027-01-02"}}
    made = one_train(disruptions={name: row | dates for name, row in rows.items()})
    seen = [r for r in rows_of(made.run()) if r["event"] in {Code.EFFECT, Code.GATE}]
    gate = made.arrays.names.gates.index("section:s0-s1")
    told = [(r["time_ms"], r["event"], r["place"], r["unit"]) for r in seen]
    assert told == [
        (0, Code.GATE, gate, 4),
        (0, Code.EFFECT, 0, 1),
        (0, Code.EFFECT, 1, 1),
        (2 * DAY_MS, Code.GATE, gate, 0),
        (2 * DAY_MS, Code.EFFECT, 0, 0),
        (2 * DAY_MS, Code.EFFECT, 1, 0),
    ]


def test_no_freight_is_offered_while_demand_is_nothing_9_5():
    changes = {"duration_d": 31, "flows": {"out": {"tonnes_per_year": 60 * 12 * 310}}}
    less = disrupted({"demand_frac": 0}, {"flows": ["out"]}, "2027-01-11", "2027-01-20")
    usual, made = make((30.0,), **changes), make((30.0,), **merged(changes, less))
    before = np.array(times(usual.run(), Code.OFFERED))
    after = np.array(times(made.run(), Code.OFFERED))
    within = (before >= 10 * DAY_MS) & (before < 20 * DAY_MS)
    assert after.tolist() == before[~within].tolist()
    assert made.arrays.n_lots == usual.arrays.n_lots == 310


def test_twice_the_freight_adds_what_is_usual_for_these_days_9_5():
    # 310 lots in the 31 days of January, so 10 a day: ten days of twice the freight add 100
    changes = {"duration_d": 31, "flows": {"out": {"tonnes_per_year": 60 * 12 * 310}}}
    more = disrupted({"demand_frac": 2}, {"flows": ["out"]}, "2027-01-11", "2027-01-20")
    usual, made = make((30.0,), **changes), make((30.0,), **merged(changes, more))
    before = draw_luck(usual.arrays, 0).offered_ms
    after = draw_luck(made.arrays, 0).offered_ms
    assert len(after) == len(before) + 100
    assert set(before.tolist()) <= set(after.tolist())
    extra = np.setdiff1d(after, before)
    assert extra.min() >= 10 * DAY_MS
    assert extra.max() < 20 * DAY_MS


def test_a_market_offers_a_share_of_its_trucks_that_morning_9_4():
    made = make(
        (30.0,),
        terminals={"shop": {"station": "home"}},
        trucks={"hired": {"kind": "market", "trucks_per_day": 10, "payload_t": 20}},
        hauls={"road": haul_of("hired")},
        flows={"out": {"destination": "shop", "legs": ["train", "road"]}},
        **disrupted({"capacity_frac": 0.75}, {"trucks": ["hired"]}, "2027-01-03", "2027-01-04"),
    )
    offered = draw_luck(made.arrays, 0).effects.morning_trucks[:6].tolist()
    assert offered == [10, 10, 7, 7, 10, 10]


def haul_of(trucks):
    return {
        "origin": "market",
        "destination": "shop",
        "trucks": trucks,
        "speed_kmh": 25,
        "spread_frac": 0.0,
        "rate_usd_per_tkm": 0.1,
        "loading_h": 1,
    }


def test_a_road_is_slowed_and_its_lots_book_the_loss_9_3_and_blame():
    # 50 km at 25 km/h: 2 h; at 0.25 of the speed 8 h
    made = one_train(
        terminals={"shop": {"station": "home"}},
        trucks={"own": {"kind": "fleet", "trucks": 30, "payload_t": 20}},
        hauls={"road": haul_of("own")},
        flows={"out": {"destination": "shop", "legs": ["train", "road"]}},
        **disrupted({"speed_frac": 0.25}, {"sections": ["road"]}),
    )
    hours = wait_table(outcome_of(made)).set_index(["cause", "place"])["hours_per_lot"]
    assert hours["on the road", "road"] == pytest.approx(2.0)
    assert hours["disruption trouble", "road"] == pytest.approx(6.0)


def test_a_slowed_train_books_the_loss_to_the_disruption():
    made = one_train(**disrupted({"speed_frac": 0.5}, {"sections": ["home-s0"]}))
    hours = wait_table(outcome_of(made)).set_index(["cause", "place"])["hours_per_lot"]
    assert hours["running", "far"] == pytest.approx(4.0)
    assert hours["disruption trouble", "far"] == pytest.approx(4.0)


def test_prices_count_by_the_instant_of_the_event():
    usual = cost_table(outcome_of(one_train())).iloc[0]
    for hits, item, share in (
        ({"lines": ["far"]}, "haul", 1 / 1.6),  # 100 km at 0.01 of 1.6 USD/t in all
        ({"lines": ["far"]}, "empty", 1 / 1.6),
        ({"fleets": ["wagons"]}, "wagon", 1.0),
    ):
        dear = cost_table(outcome_of(one_train(**disrupted({"price_frac": 3}, hits)))).iloc[0]
        name = f"{item}_usd_per_t"
        assert dear[name] == pytest.approx(usual[name] * (1 + 2 * share))
    late = disrupted({"price_frac": 3}, {"lines": ["far"]}, "2027-02-01", "2027-02-02")
    assert cost_table(outcome_of(one_train(**late))).iloc[0].equals(usual)


def test_fees_and_truck_rates_count_by_the_instant_of_the_event():
    base = {
        "posts": {"control": {"station": "s0", "servers": 1, "duration_h": 2, "fee_usd_per_t": 5}},
        "terminals": {"shop": {"station": "home"}},
        "trucks": {"own": {"kind": "fleet", "trucks": 30, "payload_t": 20}},
        "hauls": {"road": haul_of("own")},
        "flows": {"out": {"destination": "shop", "legs": ["train", "road"]}},
    }
    usual = cost_table(outcome_of(one_train(**base))).iloc[0]
    assert usual["border_usd_per_t"] == pytest.approx(5.0)
    assert usual["truck_usd_per_t"] == pytest.approx(5.0)  # 50 km at 0.1
    dear = disrupted({"price_frac": 2}, {"posts": ["control"], "hauls": ["road"]}, **base)
    table = cost_table(outcome_of(one_train(**dear))).iloc[0]
    assert table["border_usd_per_t"] == pytest.approx(10.0)
    assert table["truck_usd_per_t"] == pytest.approx(10.0)
    assert table["haul_usd_per_t"] == usual["haul_usd_per_t"]


def test_one_server_of_two_serves_while_the_effect_lasts_9_4():
    # four trains of one wagon arrive close together; at half of two servers they go one by one
    post = {"control": {"station": "s0", "servers": 2, "duration_h": 30}}
    changes = {
        "posts": post,
        "flows": {"out": {"tonnes_per_year": 60 * 365 * 4}},
        "services": {"train": {"rake_wagons": 1}},
    }
    made = one_train(**disrupted({"capacity_frac": 0.5}, {"posts": ["control"]}, **changes))
    events = made.run()
    starts, ends = times(events, Code.POST_START), times(events, Code.POST_END)
    assert len(starts) > 3
    assert all(b >= a for a, b in zip(ends, starts[1:], strict=False))
    assert {r["unit"] for r in rows_of(events) if r["event"] == Code.POST_START} == {0}
    hours = wait_table(outcome_of(made)).set_index(["cause", "place"])["hours_per_lot"]
    assert hours["disruption trouble", "control"] > 0
    assert ("border queue", "control") not in hours.index
