"""What holds under every disruption: nothing is lost, and no effect comes before its cause."""

import json

import numpy as np
import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of
from lines import Made, make, merged

from properties.strategies import LENGTHS, laws, line_changes
from properties.test_engine import SLOW
from sim.analysis.blame import lot_pieces, train_pieces
from sim.analysis.costs import cost_table
from sim.analysis.outcome import Outcome
from sim.arrays.compiler import compile_corridor
from sim.model import Scenario
from sim.runs.drawing import draw_luck
from sim.tables import Code
from sim.units import DAY_MS

FEWER = settings(SLOW, max_examples=examples(30))
EFFECTS = ("closed", "speed_frac", "capacity_frac", "demand_frac", "price_frac")


def things_hit(effect, changes, last):
    sections = ["home-s0", *(f"s{k}-s{k + 1}" for k in range(last))]
    posts = ["control"] if "posts" in changes else []
    counted = [p for p in posts if changes["posts"][p]["servers"] is not None]
    trucks = ["trucks"] if "trucks" in changes else []
    roads = ["road"] if trucks else []
    return {
        "closed": {"sections": sections[:2], "posts": posts, "terminals": ["market"]},
        "speed_frac": {"sections": sections[:3] + roads},
        "capacity_frac": {
            "posts": counted,
            "terminals": ["mill", "market"],
            "fleets": ["wagons"],
            "trucks": trucks,
        },
        "demand_frac": {"flows": ["out", "quick"]},
        "price_frac": {"lines": ["far"], "posts": posts, "fleets": ["wagons"], "hauls": roads},
    }[effect]


def shares(effect):
    if effect == "closed":
        return st.just({"closed": True})
    low = {"price_frac": [0.5, 1.0, 3.0], "demand_frac": [0.0, 0.4, 1.0]}
    return st.sampled_from(low.get(effect, [0.3, 0.5, 0.9, 1.0])).map(lambda f: {effect: f})


WHENS = st.one_of(
    st.just({"dates": {"first": "2027-01-03", "last": "2027-01-05"}}),
    st.just({"season": {"from": "12-30", "to": "01-02"}}),
    laws(1, 2).map(lambda law: {"random": {"rate_per_year": 60.0, "duration_d": law}}),
    laws(1, 2).map(
        lambda law: {
            "random": {"rate_by_month": {"jan": 9.0, "feb": 1.0}, "duration_d": law},
            "group": "storm",
        }
    ),
    st.just(
        {
            "after": {
                "disruption": "row-0",
                "probability_frac": 0.7,
                "delay_d": {"kind": "empirical", "values": [0.1, 2.0], "weights": [3, 1]},
                "duration_d": 1.0,
            }
        }
    ),
)


@st.composite
def disrupted_corridors(draw):
    lengths = draw(LENGTHS)
    tracks = tuple(draw(st.sampled_from([1, 1, 2])) for _ in lengths)
    changes = draw(line_changes(len(lengths)))
    rows = {}
    for k in range(draw(st.integers(1, 5))):
        effect = draw(st.sampled_from(EFFECTS))
        when = draw(WHENS)
        if k == 0:
            when = {"dates": {"first": "2027-01-02", "last": "2027-01-04"}}
        hits = things_hit(effect, changes, len(lengths))
        rows[f"row-{k}"] = {"hits": hits, "effect": draw(shares(effect)), **when}
    return make(lengths, tracks=tracks, **merged(changes, {"disruptions": rows}))


@FEWER
@given(disrupted_corridors())
def test_nothing_is_lost_under_any_disruption(made):
    check_all(made.arrays, made.run(), finished=True)


@FEWER
@given(disrupted_corridors())
def test_the_hours_of_every_lot_and_train_add_up_under_any_disruption(made):
    outcome = Outcome(made.scenario, made.arrays, made.run())
    lots = outcome.lots[outcome.lots["delivered_ms"] >= 0]
    pieces = lot_pieces(outcome)
    assert (pieces["length_ms"] >= 0).all()
    total = pieces.groupby("lot")["length_ms"].sum().reindex(lots.index).fillna(0)
    assert (total == lots["delivered_ms"] - lots["offered_ms"]).all()
    rides = pieces[pieces["cause"] == "aboard"].drop_duplicates(["train", "direction"])
    parts = train_pieces(outcome)
    assert (parts["length_ms"] >= 0).all()
    made_of = parts.groupby(["train", "direction"])["length_ms"].sum()
    for ride in rides.itertuples():
        assert made_of[(ride.train, ride.direction)] == ride.length_ms
    slowed = frame_of(outcome.events)
    slowed = slowed[(slowed["event"] == Code.SLOWED) & (slowed["train"] >= 0)]
    assert (slowed["unit"] > 0).all()
    assert (cost_table(outcome).drop(columns="flow").min() >= 0).all() or lots.empty


def recompiled(made, **changes):
    tree = merged(
        json.loads(made.scenario.model_dump_json(exclude_unset=True, by_alias=True)), changes
    )
    scenario = Scenario.model_validate_json(json.dumps(tree))
    arrays = compile_corridor(scenario, made.plan, made.ways)
    return Made(scenario, made.plan, made.ways, arrays)


def rows_by_ordinal(made, until=None):
    """Return rows without those of effects, lots named by flow and ordinal."""
    frame = frame_of(made.run())
    frame = frame[frame["event"] != Code.EFFECT]
    if until is not None:
        frame = frame[frame["time_ms"] < until]
    ptr = made.arrays.flows.lot_ptr
    flow = np.searchsorted(ptr, frame["lot"], side="right") - 1
    has_lot = (frame["lot"] >= 0).to_numpy()
    ordinal = np.where(has_lot, frame["lot"] - ptr[np.maximum(flow, 0)], -1)
    return frame.assign(lot=ordinal, flow=np.where(has_lot, flow, -1)).reset_index(drop=True)


@FEWER
@given(
    disrupted_corridors(),
    st.sampled_from([*EFFECTS, "surge"]),
    st.integers(2, 6),
    st.sampled_from([0.0, 0.3, 0.8]),
)
def test_no_effect_comes_before_its_cause(made, effect, day, frac):
    key = "demand_frac" if effect == "surge" else effect
    share = {"surge": 2.0, "closed": True, "speed_frac": max(frac, 0.1)}.get(effect, frac or 0.5)
    changes = made.scenario.model_dump(exclude_unset=True)
    lengths = sum(1 for s in made.plan.sections if s.startswith("s"))
    row = {
        "hits": things_hit(key, changes, lengths),
        "effect": {key: share},
        "dates": {"first": f"2027-01-{day:02d}", "last": "2027-01-08"},
    }
    other = recompiled(made, disruptions={"zz-late": row})
    until = (day - 1) * DAY_MS
    assert rows_by_ordinal(made, until).equals(rows_by_ordinal(other, until))


@FEWER
@given(disrupted_corridors(), st.sampled_from(EFFECTS[1:]))
def test_a_share_of_one_changes_nothing(made, effect):
    changes = made.scenario.model_dump(exclude_unset=True)
    lengths = sum(1 for s in made.plan.sections if s.startswith("s"))
    row = {
        "hits": things_hit(effect, changes, lengths),
        "effect": {effect: 1.0},
        "random": {"rate_per_year": 100.0, "duration_d": 1.0},
    }
    other = recompiled(made, disruptions={"zz-nothing": row})
    assert rows_by_ordinal(made).equals(rows_by_ordinal(other))


def by_chance(**more):
    return {
        "hits": {"sections": ["home-s0"]},
        "effect": {"speed_frac": 0.5},
        "random": {"rate_per_year": 40.0, "duration_d": {"kind": "exponential", "mean": 2.0}},
    } | more


def spans(made, name, replication=0):
    effects = draw_luck(made.arrays, replication).effects
    k = made.arrays.names.disruptions.index(name)
    at = effects.at_ms[effects.ptr[k] : effects.ptr[k + 1]].tolist()[1:]
    return at[::2], at[1::2]


def test_those_of_a_group_begin_together_each_with_its_own_length():
    rows = {
        "long": by_chance(group="storm"),
        "short": by_chance(group="storm") | {"random": {"rate_per_year": 40.0, "duration_d": 0.5}},
        "alone": by_chance(),
    }
    made = make((30.0,), disruptions=rows, duration_d=300)
    long, short, alone = (spans(made, n)[0] for n in rows)
    n = min(len(long), len(short)) - 1
    assert n > 10
    assert long[:n] == short[:n]
    assert alone[:3] != long[:3]
    ends = spans(made, "short")[1]
    assert {b - a for a, b in zip(short, ends, strict=False)} == {DAY_MS // 2}


def test_a_disruption_follows_another_after_its_delay():
    after = {"disruption": "first", "probability_frac": 1.0, "delay_d": 0.25, "duration_d": 0.5}
    second = by_chance() | {"random": None, "after": after}
    rows = {"first": by_chance(), "second": {k: v for k, v in second.items() if v}}
    made = make((30.0,), disruptions=rows, duration_d=200)
    first, second = spans(made, "first")[0], spans(made, "second")[0]
    assert [a + DAY_MS // 4 for a in first][: len(second)] == second
    never = make((30.0,), duration_d=200, disruptions=merged(
        rows, {"second": {"after": {"probability_frac": 0.0}}}))  # fmt: skip
    assert spans(never, "second")[0] == []


def test_rates_by_month_are_kept_in_the_mean():
    random = {"rate_by_month": {"mar": 3.0, "jun": 1.0}, "duration_d": 0.01}
    made = make(
        (30.0,),
        duration_d=365,
        run_out_d=0,
        flows={"out": {"tonnes_per_year": 60.0}},
        disruptions={"slide": by_chance() | {"random": random}},
    )
    starts = np.concatenate([spans(made, "slide", r)[0] for r in range(200)]) / DAY_MS
    march, june = (starts >= 59) & (starts < 90), (starts >= 151) & (starts < 181)
    assert march.sum() / 200 == pytest.approx(3.0, abs=0.4)
    assert june.sum() / 200 == pytest.approx(1.0, abs=0.25)
    assert (march | june).all()


def test_a_season_comes_every_year_over_the_turn_of_the_year():
    row = by_chance() | {"random": None, "season": {"from": "12-01", "to": "02-29"}}
    row = {k: v for k, v in row.items() if v}
    made = make((30.0,), duration_d=500, disruptions={"winter": row},
                flows={"out": {"tonnes_per_year": 60.0}})  # fmt: skip
    starts, ends = (np.array(x) / DAY_MS for x in spans(made, "winter"))
    # 2027-01-01 lies within a winter that ends with February (day 59); the next is from
    # 1 December (day 334) to the end of February 2028, a leap year: day 365 + 60
    assert draw_luck(made.arrays, 0).effects.is_on[0] == 1
    assert starts.tolist() == [59.0, 425.0]
    assert ends.tolist() == [334.0]
