"""Cleaning of wagons between goods, worked by hand (docs/semantics.md, 6.2 and 6.4)."""

import pytest
from invariants import check_all
from lines import make, merged, times
from wider_invariants import hours_add_up

from sim.analysis.blame import wait_table
from sim.analysis.fleets import fleet_table
from sim.analysis.outcome import Outcome
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


def test_a_wagon_is_cleaned_before_freight_home_by_the_longest_rule_6_2():
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


def test_at_home_the_last_goods_are_cleaned_away_6_4():
    made = there_and_back()
    events = made.run()
    home, unloaded = times(events, Code.HOME)[0], max(times(events, Code.UNLOAD_END))
    # flour before flour needs none; drinks before any need five hours
    assert times(events, Code.WAGON_BACK) == [home, unloaded + 5 * HOUR_MS]
    row = fleet_table(Outcome(made.scenario, made.arrays, events)).set_index("kind").loc["wagons"]
    assert row["cleaning_mean_h"] == pytest.approx((2 + 5) / 2)


def test_the_longer_of_the_fleets_and_the_services_cleaning_holds_6_4():
    made = there_and_back(services={"train": {"cleaning_h": 8}})
    events = made.run()
    assert max(times(events, Code.WAGON_BACK)) == max(times(events, Code.UNLOAD_END)) + 8 * HOUR_MS


def test_wagons_that_come_home_empty_are_cleaned_of_what_they_brought_6_4():
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
