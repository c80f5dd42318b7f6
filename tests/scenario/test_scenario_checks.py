"""Cross-field rules where the message files do not reach: what is allowed, and order."""

from dataclasses import replace

import pytest
from hypothesis import given, settings, strategies as st
from specimens import SECTIONS, SOUND, context, plan

from sim.model import PlannedSection
from sim.scenario import check_scenario, read_scenario
from sim.scenario.checks import CHECKS
from sim.scenario.loader import load_text
from sim.scenario.nodes import plain


@pytest.fixture
def codes(tmp_path):
    (tmp_path / "sound.yaml").write_text(SOUND)

    def check(text="", network=None):
        (tmp_path / "top.yaml").write_text("extends: sound.yaml\n" + text)
        reading = read_scenario(tmp_path / "top.yaml")
        assert reading.problems == ()
        return [p.code for p in check_scenario(reading, context(network))]

    return check


def test_the_specimen_is_sound(codes):
    assert codes() == []


def test_return_freight_beside_freight_out_is_allowed(codes):
    ends = "origin: town, destination: mill, legs: [flour-train]"
    assert codes(f"flows: {{back: {{commodity: flour, tonnes_per_year: 9, {ends}}}}}\n") == []


def test_a_terminal_that_transships_joins_two_gauges(codes):
    text = """
terminals:
  hill: {station: hill, tracks: 1, gangs: 1}
  border: {station: border, tracks: 1, gangs: 1, gauge_change: transshipment}
fleets:
  narrow-wagons: {wagon_type: narrow, wagons: 40, home: border}
services:
  to-border:
    {fleet: mill-wagons, origin: mill, destination: border, rake_wagons: 9,
     departs: &full {rule: when-full}}
  to-hill: {fleet: narrow-wagons, origin: border, destination: hill, rake_wagons: 9, departs: *full}
lines:
  hill: {grain: aggregate, commercial_speed_kmh: 20, haul_usd_per_tkm: 0.02}
commodities:
  flour: {wagon_load_t: 50}
flows:
  across:
    {commodity: flour, origin: mill, destination: hill, tonnes_per_year: 9,
     legs: [to-border, to-hill]}
"""
    assert codes(text) == []
    assert codes(text.replace(", gauge_change: transshipment", "")) == ["no-transshipment"]


def test_a_service_no_flow_uses_may_wait_for_its_stages(codes):
    text = """
network: {stages: {one: null}}
services:
  to-port:
    {fleet: mill-wagons, origin: mill, destination: port, rake_wagons: 9,
     departs: &full {rule: when-full}}
"""
    assert codes(text) == []
    flow = (
        "{commodity: flour, origin: mill, destination: port, tonnes_per_year: 9, legs: [to-port]}"
    )
    assert codes(f"{text}flows: {{port: {flow}}}\n") == ["stages-missing"]


def test_a_small_fleet_is_allowed_where_a_longest_wait_sends_trains_off(codes):
    assert codes("fleets: {mill-wagons: {wagons: 5}}\n") == []
    departs = "services: {flour-train: {departs: {longest_wait_h: null}}}\n"
    assert codes("fleets: {mill-wagons: {wagons: 5}}\n" + departs) == ["never-full"]


def test_a_train_longer_than_some_places_but_not_all_is_allowed(codes):
    # 40 wagons of 15 m and 23 m of locomotive: 623 m; the border has 600 m, the loops 800 m
    assert codes("lines: {south: {station_usable_length_m: 600}}\n") == []
    assert codes("lines: {south: {loop_usable_length_m: 620}}\n") == ["train-too-long"]
    longer = "stations: {border: {tracks: 2, usable_length_m: 623}}\n"
    assert codes("lines: {south: {loop_usable_length_m: 620}}\n" + longer) == []


def test_origin_and_destination_are_no_stopping_places(codes):
    section = PlannedSection("mill-town", "mill", "town", "rail", 1520, 1, 10, "existing", "south")
    network = plan(sections=(*SECTIONS, section))
    assert "train-too-long" not in codes("lines: {south: {station_usable_length_m: 50}}\n", network)


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ("{one: 2026-01-01, two: 2026-01-01}", []),
        ("{one: 2026-01-01, two: 2028-01-01}", []),
        ("{one: 2028-01-01, two: 2026-01-01}", ["stages-out-of-order"]),
        ("{one: null, two: 2026-01-01}", ["stages-out-of-order"]),
        ("{one: null}", []),
    ],
)
def test_stages_open_one_after_the_other(codes, stages, expected):
    assert codes(f"network: {{stages: {stages}}}\n") == expected


def test_a_stage_of_another_line_need_not_wait_for_this_one(codes):
    other = PlannedSection("bay-hill", "bay", "hill", "rail", 1435, 1, 90, "three", "hill")
    network = plan(sections=(*SECTIONS, other), stages=("one", "two", "three"))
    assert codes("network: {stages: {one: null, three: 2026-01-01}}\n", network) == []


def test_a_network_all_planned_begins_with_its_first_stage(codes):
    planned = tuple(replace(s, stage_id="one") if s.mode == "rail" else s for s in SECTIONS)
    first, *others = planned
    network = plan(sections=(replace(first, stage_id="zero"), *others), stages=("zero", "one"))
    assert codes("network: {stages: {zero: 2026-01-01}}\n", network) == []
    assert "stages-out-of-order" in codes("network: {stages: {one: 2026-01-01}}\n", network)


def test_each_rule_is_one_registered_function_with_a_sentence():
    assert len(CHECKS) >= 24
    for check in CHECKS.values():
        assert check.__doc__.startswith("See that")


TREE = plain(load_text(SOUND, "sound.yaml").root)


def shuffled(value, draw):
    if not isinstance(value, dict):
        return value
    keys = draw(st.permutations(list(value)))
    return {key: shuffled(value[key], draw) for key in keys}


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_the_order_of_keys_changes_nothing(tmp_path_factory, data):
    import json

    path = tmp_path_factory.getbasetemp() / "order.yaml"
    path.write_text(json.dumps(shuffled(TREE, data.draw)))
    (path.parent / "straight.yaml").write_text(SOUND)
    reading = read_scenario(path)
    assert reading.scenario == read_scenario(path.parent / "straight.yaml").scenario
    assert check_scenario(reading, context()) == ()


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_the_order_of_keys_changes_no_fault(tmp_path_factory, data):
    import json

    bad = {
        **TREE,
        "duration_d": "x",
        "netwrok": 1,
        "terminals": {**TREE["terminals"], "mill": {"gangs": 0}},
    }
    path = tmp_path_factory.getbasetemp() / "order.yaml"
    path.write_text(json.dumps(shuffled(bad, data.draw)))
    told = {(p.code, p.key, p.message, p.way_out) for p in read_scenario(path).problems}
    assert {code for code, *_ in told} == {"not-whole", "unknown-key", "too-small", "missing-key"}
    assert len(told) == 4


def test_what_is_idle_is_told_only_of_the_file_that_gives_it(codes, tmp_path):
    assert codes("posts: {far: {station: coast, duration_h: 1}}\n") == ["post-unused"]
    (tmp_path / "child.yaml").write_text("extends: top.yaml\n")
    assert check_scenario(read_scenario(tmp_path / "child.yaml"), context()) == ()
