"""TFI1 to TFI4 against figures worked by hand, and against the other tables."""

import numpy as np
import pytest
from engines.test_disruptions_worked import disrupted
from engines.test_hand_worked import one_train
from hypothesis import given
from lines import make
from properties.strategies import corridors
from properties.test_engine import SLOW

from sim.analysis.borders import border_table
from sim.analysis.costs import cost_table
from sim.analysis.outcome import Outcome
from sim.analysis.saving import result_tables
from sim.analysis.tfi import tfi_table
from sim.analysis.usage import section_table
from sim.analysis.way_runs import way_runs
from sim.tables import Code
from sim.units import HOUR_MS

CUSTOMS = {"station": "s0", "duration_h": 3, "empty_duration_h": 2, "fee_usd_per_t": 7}
BACK = {
    "commodity": "flour",
    "origin": "market",
    "destination": "mill",
    "tonnes_per_year": 60 * 365,
    "legs": ["train"],
}


def outcome_of(made):
    return Outcome(made.scenario, made.arrays, made.run())


def tfi_of(made):
    table = tfi_table(outcome_of(made))
    assert not table.duplicated(["indicator", "subject", "direction"]).any()
    return table.set_index(["indicator", "subject", "direction"])["value"]


def test_hours_and_speeds_of_a_train_out_and_home():
    found = tfi_of(one_train(duration_d=2, posts={"border": CUSTOMS}))
    assert found["TFI1", "border", "out"] == 3.0
    assert found["TFI1", "border", "home"] == 2.0
    # 100 km at 25 km/h and 30 km at 60 km/h: 4.5 h on the move, 3 h more out and 2 h more home
    for direction, stood_h in (("out", 3.0), ("home", 2.0)):
        assert found["TFI4 SWOD", "train", direction] == pytest.approx(130 / 4.5)
        assert found["TFI4 SWD", "train", direction] == pytest.approx(130 / (4.5 + stood_h))


def test_dollars_of_freight_and_none_of_empty_wagons():
    found = tfi_of(one_train(duration_d=2, posts={"border": CUSTOMS}))
    assert found["TFI2", "border", "out"] == pytest.approx(7 * 20)
    # 100 km at 0.01 and 30 km at 0.02 make 1.6 USD/t, with the fee 8.6 over 130 km
    assert found["TFI3", "train", "out"] == pytest.approx(8.6 / 130 * 500 * 20)
    assert ("TFI2", "border", "home") not in found.index
    assert ("TFI3", "train", "home") not in found.index


def test_freight_on_the_way_home_pays_as_on_the_way_out():
    services = {"train": {"rake_wagons": 1, "return_wait_h": 48}}
    flows = {"out": {"tonnes_per_year": 60 * 365}, "back": BACK}
    made = one_train(duration_d=5, posts={"border": CUSTOMS}, services=services, flows=flows)
    found = tfi_of(made)
    assert found["TFI2", "border", "home"] == found["TFI2", "border", "out"]
    assert found["TFI3", "train", "home"] == pytest.approx(found["TFI3", "train", "out"])


def test_the_stages_of_a_post_make_one_crossing():
    stages = {
        "customs": {"activity": "customs", "order": 1, "duration_h": 4, "official_usd_per_t": 3},
        "health": {"activity": "health", "order": 1, "duration_h": 1, "other_usd_per_t": 2},
        "weighing": {"activity": "weighing", "order": 2, "duration_h": 1},
    }
    found = tfi_of(one_train(duration_d=2, posts={"gate": {"station": "s0", "stages": stages}}))
    # customs and health at the same time, then weighing: 5 h; 5 USD/t in all
    assert found["TFI1", "gate", "out"] == 5.0
    assert found["TFI2", "gate", "out"] == pytest.approx(5 * 20)
    assert found["TFI4 SWD", "train", "out"] == pytest.approx(130 / 9.5)


def by_road(**changes):
    return one_train(
        duration_d=5,
        terminals={"far": {"station": "home"}},
        posts={"control": CUSTOMS | {"station": "home", "mode": "road"}},
        trucks={"own": {"kind": "fleet", "trucks": 30, "payload_t": 20}},
        hauls={
            "road": {
                "origin": "market",
                "destination": "far",
                "trucks": "own",
                "speed_kmh": 25,
                "spread_frac": 0.0,
                "rate_usd_per_tkm": 0.1,
                "loading_h": 1,
            }
        },
        flows={"out": {"destination": "far", "legs": ["train", "road"]}},
        **changes,
    )


def test_trucks_stand_at_their_posts_and_move_elsewhere():
    found = tfi_of(by_road())
    # 50 km at 25 km/h and 3 h of control; loading comes before the start
    assert found["TFI1", "control", "out"] == 3.0
    assert found["TFI4 SWOD", "road", "out"] == pytest.approx(25)
    assert found["TFI4 SWD", "road", "out"] == pytest.approx(50 / 5)
    assert found["TFI3", "road", "out"] == pytest.approx((50 * 0.1 + 7) / 50 * 500 * 20)


def test_a_wagon_that_comes_home_meanwhile_does_not_hide_a_passage_of_the_road():
    outcome = outcome_of(by_road())
    assert (outcome.of(Code.WAGON_BACK)["lot"] >= 0).any()
    row = border_table(outcome).iloc[0]
    begun = outcome.of(Code.POST_QUEUE)
    assert row["passages"] == (begun["time_ms"] < outcome.arrays.horizon_ms).sum()
    assert row["hours_mean_h"] == 3.0


def test_a_dearer_line_and_a_dearer_post_count_by_the_instant():
    usual = tfi_of(one_train(duration_d=2, posts={"border": CUSTOMS}))
    hits = {"lines": ["far"], "posts": ["border"]}
    dear = tfi_of(
        one_train(**disrupted({"price_frac": 2}, hits, duration_d=2, posts={"border": CUSTOMS}))
    )
    assert dear["TFI2", "border", "out"] == 2 * usual["TFI2", "border", "out"]
    # 1.0 of the 1.6 USD/t and the fee of 7 twice
    assert dear["TFI3", "train", "out"] == pytest.approx((2.0 + 0.6 + 14) / 130 * 500 * 20)


def test_dollars_of_the_way_are_those_of_the_cost():
    outcome = outcome_of(one_train(duration_d=2, posts={"border": CUSTOMS}))
    cost = cost_table(outcome).iloc[0]
    found = tfi_table(outcome).set_index(["indicator", "subject", "direction"])["value"]
    paid = cost["haul_usd_per_t"] + cost["border_usd_per_t"]
    assert found["TFI3", "train", "out"] == pytest.approx(paid / 130 * 500 * 20)


def test_a_run_that_does_not_end_has_no_speed():
    made = make((30.0,), duration_d=1, run_out_d=0, terminals={"mill": {"load_rate_t_per_h": 0.1}})
    assert tfi_table(outcome_of(made)).empty


def test_the_table_is_among_the_results():
    assert "tfi" in result_tables(outcome_of(one_train()))


@SLOW
@given(corridors())
def test_a_train_is_never_quicker_with_delay_than_without(made):
    found = tfi_of(made).unstack("indicator")
    if len(found):
        swod, swd = found["TFI4 SWOD"].dropna(), found["TFI4 SWD"].dropna()
        assert (swd <= swod + 1e-9).all()
        assert (swd > 0).all()


@SLOW
@given(corridors())
def test_the_crossings_out_and_home_are_those_of_table_borders(made):
    outcome = outcome_of(made)
    table = tfi_table(outcome)
    hours = table[table["indicator"] == "TFI1"]
    total = (hours["value"] * hours["samples"]).groupby(hours["subject"]).sum()
    count = hours.groupby("subject")["samples"].sum()
    borders = border_table(outcome).set_index("border")
    assert count.to_dict() == borders["passages"].to_dict()
    wanted = borders["passages"] * borders["hours_mean_h"]
    assert np.allclose(total.reindex(wanted.index), wanted)


@SLOW
@given(corridors())
def test_every_kilometre_of_the_sections_is_in_some_speed(made):
    outcome = outcome_of(made)
    table = tfi_table(outcome)
    rail = table[(table["mode"] == "rail") & (table["indicator"] == "TFI4 SWD")]
    run_km = sum(
        ((run["end_ms"] - run["start_ms"]) / HOUR_MS) * speed
        for run, speed in runs_with_speed(outcome, rail)
    )
    entered = section_table(outcome)
    assert run_km >= (entered["trains"] * entered["length_km"]).sum() * (1 - 1e-9)


def runs_with_speed(outcome, rail):
    speeds = rail.set_index(["subject", "direction"])["value"]
    runs = way_runs(outcome)
    runs = runs[(runs["mode"] == "rail") & runs["is_counted"]]
    for run in runs.to_dict("records"):
        yield run, speeds[run["subject"], ("out", "home")[run["direction"]]]
