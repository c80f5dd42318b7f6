"""Cleaning of wagons between goods, worked by hand (docs/semantics.md, 6.2, 6.4 and 6.5)."""

import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all
from lines import make, merged, times
from wider_invariants import hours_add_up

from sim.analysis.blame import wait_table
from sim.analysis.fleets import fleet_table
from sim.analysis.outcome import Outcome
from sim.analysis.wagons import return_rides, wagon_trips
from sim.tables import Code
from sim.units import HOUR_MS

CLEANED = {
    "after-flour": {"after": "bags", "before": "drinks", "cleaning_h": 2},
    "after-flour-quick": {"after": "flour", "before": "drinks", "cleaning_h": 1},
    "after-drinks": {"after": "drinks", "cleaning_h": 5},
    "for-nothing": {"after": "flour", "before": "drinks-of-others", "cleaning_h": 9},
}


def there_and_back(*, lots_home=1, **changes):
    """Return one train of two wagons with flour out, and freight for one of them home."""
    base = {
        "duration_d": 1,
        "commodities": {
            "flour": {"packaging": "bags"},
            "drinks": {"value_usd_per_t": 500, "wagon_load_t": 60},
            "drinks-of-others": {"value_usd_per_t": 500, "wagon_load_t": 60},
        },
        "fleets": {"wagons": {"cleaning": CLEANED}},
        "services": {"train": {"rake_wagons": 2, "return_wait_h": 48}},
        "flows": {
            "out": {"tonnes_per_year": 60 * 2 * 365},
            "back": {
                "commodity": "drinks",
                "origin": "market",
                "destination": "mill",
                "tonnes_per_year": 60 * lots_home * 365,
                "legs": ["train"],
            },
        },
    }
    return make((30.0,), **merged(base, changes))


def test_a_wagon_is_cleaned_before_freight_home_by_the_longest_rule_6_5():
    made = there_and_back()
    events = made.run()
    started, ended = times(events, Code.CLEAN_START), times(events, Code.CLEAN_END)
    given = [t for t in times(events, Code.WAGON) if t >= times(events, Code.EMPTIED)[0]]
    assert started == given
    assert [b - a for a, b in zip(started, ended, strict=True)] == [2 * HOUR_MS]
    assert ended[0] in times(events, Code.LOAD_START)
    outcome = Outcome(made.scenario, made.arrays, events)
    check_all(made.arrays, events, finished=True)
    hours_add_up(outcome)
    waits = wait_table(outcome).set_index(["flow", "cause"])
    assert waits.loc[("back", "cleaning"), "hours_per_lot"] == pytest.approx(2.0)


def test_at_home_the_last_goods_are_cleaned_away_6_5():
    made = there_and_back()
    events = made.run()
    home, unloaded = times(events, Code.HOME)[0], max(times(events, Code.UNLOAD_END))
    # flour before flour needs none; drinks before any need five hours
    assert times(events, Code.WAGON_BACK) == [home, unloaded + 5 * HOUR_MS]
    row = fleet_table(Outcome(made.scenario, made.arrays, events)).set_index("kind").loc["wagons"]
    assert row["cleaning_mean_h"] == pytest.approx((2 + 5) / 2)


def test_the_longer_of_the_fleets_and_the_services_cleaning_holds_6_5():
    made = there_and_back(services={"train": {"cleaning_h": 8}})
    events = made.run()
    assert max(times(events, Code.WAGON_BACK)) == max(times(events, Code.UNLOAD_END)) + 8 * HOUR_MS


def test_wagons_that_come_home_empty_are_cleaned_of_what_they_brought_6_5():
    same = {"after": "flour", "before": "bags", "cleaning_h": 3}
    made = there_and_back(fleets={"wagons": {"cleaning": {"same": same}}}, flows={"back": None})
    events = made.run()
    assert times(events, Code.WAGON_BACK) == [times(events, Code.HOME)[0] + 3 * HOUR_MS] * 2
    assert not times(events, Code.CLEAN_START)


def test_rules_that_fit_nothing_change_no_row():
    idle = {"idle": {"after": "drinks-of-others", "cleaning_h": 9}}
    kept = there_and_back(fleets={"wagons": {"cleaning": None}})
    other = there_and_back(fleets={"wagons": {"cleaning": None}})
    assert kept.run() == other.run()
    made = make(
        (30.0,), fleets={"wagons": {"cleaning": {"idle": idle["idle"] | {"after": "bags"}}}}
    )
    assert made.run() == make((30.0,)).run()


HOURS = st.integers(0, 9)


@settings(max_examples=examples(40), deadline=None)
@given(
    st.integers(0, 10_000),
    st.fixed_dictionaries({"by bags": HOURS, "by flour": HOURS, "drinks": HOURS, "flour": HOURS}),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(0, 12),
)
def test_whatever_the_rules_each_wagon_is_cleaned_as_long_as_the_longest_says_6_5(
    seed, hours, rake, lots_home, service_h
):
    rules = dict.fromkeys(CLEANED) | {
        "a": {"after": "bags", "before": "drinks", "cleaning_h": hours["by bags"]},
        "b": {"after": "flour", "before": "drinks", "cleaning_h": hours["by flour"]},
        "c": {"after": "drinks", "cleaning_h": hours["drinks"]},
        "d": {"after": "flour", "before": "flour", "cleaning_h": hours["flour"]},
    }
    made = there_and_back(
        lots_home=lots_home,
        seed=seed,
        duration_d=6,
        run_out_d=200,
        fleets={"wagons": {"cleaning": rules}},
        services={"train": {"rake_wagons": rake, "cleaning_h": service_h}},
    )
    events = made.run()
    outcome = Outcome(made.scenario, made.arrays, events)
    check_all(made.arrays, events, finished=False)
    hours_add_up(outcome)
    before_ms = max(hours["by bags"], hours["by flour"]) * HOUR_MS
    begun, ended = (
        outcome.of(code).set_index("lot")["time_ms"] for code in (Code.CLEAN_START, Code.CLEAN_END)
    )
    assert (ended - begun.loc[ended.index] == before_ms).all()
    given = outcome.of(Code.WAGON)
    homeward = given.loc[given["train"] >= 0, "lot"]
    assert set(begun.index) == (set(homeward) if before_ms else set())
    trips, rides = wagon_trips(outcome), return_rides(outcome)
    light = trips.dropna(subset=["back_ms"])
    light = light[~light.index.isin(rides["trip"])]
    home = outcome.of(Code.HOME).set_index("train")["time_ms"]
    stood = light["back_ms"].to_numpy() - home.loc[light["train"].astype(int)].to_numpy()
    assert (stood == hours["flour"] * HOUR_MS).all()
    laden = rides.dropna(subset=["back_ms"])
    unloaded = outcome.of(Code.UNLOAD_END).groupby("lot")["time_ms"].max()
    stood = laden["back_ms"].to_numpy() - unloaded.loc[laden["lot"]].to_numpy()
    assert (stood == max(hours["drinks"], service_h) * HOUR_MS).all()
