"""Bases, wagons passed on in yards, empties by rule, by hand (semantics 3.8, 3.9, 6.6)."""

import json
from itertools import pairwise

import pytest
from effort import examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of
from lines import Made, make, merged, tree_of
from specimens import Finder
from wagon_ways import wagons_are_conserved_over_bases
from wider_invariants import check_wider

from sim.analysis.bases import base_table
from sim.analysis.blame import lot_pieces, wait_table
from sim.analysis.costs import cost_table
from sim.analysis.fleets import fleet_table
from sim.analysis.outcome import Outcome
from sim.analysis.usage import terminal_table
from sim.arrays.compiler import compile_corridor
from sim.model import NetworkPlan, PlannedSection, PlannedStation, Scenario
from sim.tables import Code
from sim.units import HOUR_MS

PLACES = ("north", "south", "yard", "far", "end")
TRACKS = (("north", "yard", 50.0), ("south", "yard", 100.0), ("yard", "far", 100.0),
          ("far", "end", 50.0))  # fmt: skip


def _terminal(station):
    return {"station": station, "tracks": 3, "gangs": 4, "work_cv_frac": 0.0, "placing_h": 1,
            "load_usd_per_t": 1.0, "unload_usd_per_t": 2.0}  # fmt: skip


def _service(origin, destination, **more):
    full = {"rule": "when-full", "longest_wait_h": 100}
    return {"origin": origin, "destination": destination, "fleet": "wagons", "rake_wagons": 2,
            "departs": full} | more  # fmt: skip


def _flow(origin, destination, lots, legs):
    contract = {"tonnes": 60.0 * lots, "first": "2027-01-01", "last": "2027-01-01"}
    return {"commodity": "flour", "origin": origin, "destination": destination, "legs": legs,
            "contract": contract}  # fmt: skip


def _by(rule):
    """Return a rule for empties, and the moves from the yard."""
    return {"rule": rule, "move_h": {"yard": {"north": 3, "south": 5}}}


def yard_tree(**changes):
    """Return a yard fed from north (2 h) and south (4 h), a trunk to `far` (4 h)."""
    tree = {
        "name": "yard", "start_date": "2027-01-01", "duration_d": 10, "run_out_d": 60,
        "time_zone": "UTC",
        "lines": {"line": {"grain": "aggregate", "commercial_speed_kmh": 25, "spread_frac": 0.0,
                           "haul_usd_per_tkm": 0.01}},
        "terminals": {name: _terminal(name) for name in PLACES},
        "commodities": {"flour": {"value_usd_per_t": 300, "wagon_load_t": 60}},
        "wagon_types": tree_of()["wagon_types"],
        "fleets": {"wagons": {"wagon_type": "covered", "wagons": 10, "home": "north",
                              "bases": {"south": 4}, "hire_usd_per_wagon_day": 20,
                              "empties": _by("origin")}},
        "services": {
            "feeder-n": _service("north", "yard"),
            "feeder-s": _service("south", "yard", rake_wagons=1),
            "trunk": _service("yard", "far", rake_wagons=3, wagons="passed-on"),
        },
        "flows": {
            "n": _flow("north", "far", 2, ["feeder-n", "trunk"]),
            "s": _flow("south", "far", 1, ["feeder-s", "trunk"]),
        },
    }  # fmt: skip
    tree["terminals"]["yard"] |= {"sorting_h": 0.5, "sorting_usd_per_wagon": 30.0, "gangs": 1}
    return merged(tree, changes)


def yard(**changes):
    stations = {s: PlannedStation(s, s, "XX", 60.0, 35.0) for s in PLACES}
    sections = {
        f"{a}-{b}": PlannedSection(f"{a}-{b}", a, b, "rail", 1520, 1, km, "existing", "line")
        for a, b, km in TRACKS
    }
    plan = NetworkPlan("yard", stations, sections, ())
    scenario = Scenario.model_validate_json(json.dumps(yard_tree(**changes)))
    return Made(scenario, plan, Finder(plan), compile_corridor(scenario, plan, Finder(plan)))


def outcome_of(made):
    events = made.run()
    outcome = Outcome(made.scenario, made.arrays, events)
    check_all(made.arrays, events, finished=True)
    check_wider(outcome)
    wagons_are_conserved_over_bases(outcome)
    return outcome


def hours(outcome, code, **where):
    rows = outcome.of(code)
    for key, value in where.items():
        rows = rows[rows[key] == value]
    return (rows["time_ms"] / HOUR_MS).tolist()


def number(outcome, kind, name):
    return getattr(outcome.arrays.names, kind).index(name)


def test_wagons_of_two_bases_meet_in_the_trains_of_a_trunk_3_9():
    outcome = outcome_of(yard())
    trunk = number(outcome, "services", "trunk")
    place = number(outcome, "terminals", "yard")
    formed = hours(outcome, Code.FORMED, place=trunk)
    assert len(formed) == 1
    assert outcome.of(Code.FORMED).set_index("place").loc[trunk, "unit"] == 3
    ends = hours(outcome, Code.SORT_END, place=place)
    starts = hours(outcome, Code.SORT_START, place=place)
    # one gang, half an hour a wagon, each an own train's wagon; the last one fills the rake
    assert [b - a for a, b in zip(starts, ends, strict=True)] == pytest.approx([0.5] * 3)
    assert formed[0] == max(ends)
    # out 4 h, placed after 1 h, 3 h of unloading at 20 t/h
    unloaded = hours(outcome, Code.UNLOAD_END)
    assert unloaded == [formed[0] + 8] * 3
    assert not outcome.of(Code.UNLOAD_START)["place"].eq(place).any()


def test_a_feeder_goes_home_without_wagons_when_the_last_is_sorted_3_9():
    outcome = outcome_of(yard())
    feeder = number(outcome, "services", "feeder-n")
    train = outcome.of(Code.FORMED).set_index("place").loc[feeder, "train"]
    placed = hours(outcome, Code.PLACED, train=train)[0]
    emptied = hours(outcome, Code.EMPTIED, train=train)[0]
    north = number(outcome, "terminals", "north")
    lots = outcome.of(Code.ABOARD).set_index("train").loc[train, "lot"]
    ends = outcome.of(Code.SORT_END).set_index("lot")["time_ms"] / HOUR_MS
    assert emptied == max(ends[lots])
    assert emptied >= placed + 1
    assert hours(outcome, Code.HOME, train=train) == [emptied + 2]
    home = outcome.of(Code.HOME).set_index("train").loc[train]
    assert (home["place"], home["unit"]) == (north, 0)
    back = outcome.of(Code.WAGON_BACK)["time_ms"] / HOUR_MS
    assert back.min() > hours(outcome, Code.HOME, place=number(outcome, "terminals", "yard"))[0]


def test_empties_go_back_to_the_base_of_their_lots_by_origin_6_6():
    outcome = outcome_of(yard())
    names = outcome.arrays.names
    home = hours(outcome, Code.HOME, place=names.terminals.index("yard"))[0]
    back = outcome.of(Code.WAGON_BACK).set_index("lot")
    flow = outcome.flow_of_lot[back.index]
    after = dict(zip(flow.tolist(), (back["time_ms"] / HOUR_MS - home).tolist(), strict=True))
    assert after == {names.flows.index("n"): 3.0, names.flows.index("s"): 5.0}
    table = base_table(outcome).set_index("base")
    assert table["wagons"].to_dict() == {"north": 6, "south": 4}
    assert table["taken"].to_dict() == {"north": 2, "south": 1}
    assert table["sent_here"].to_dict() == {"north": 2, "south": 1}
    assert table["given_back"].to_dict() == {"north": 2, "south": 1}
    cycle = fleet_table(outcome).set_index("fleet").loc["wagons"]
    assert cycle["trips"] == 3
    taken = outcome.of(Code.WAGON).set_index("lot")["time_ms"]
    mean = (back["time_ms"] - taken.reindex(back.index)).mean() / HOUR_MS / 24
    assert cycle["cycle_mean_d"] == pytest.approx(mean)


def test_empties_go_to_the_nearest_base_6_6():
    outcome = outcome_of(yard(fleets={"wagons": {"empties": _by("nearest")}}))
    table = base_table(outcome).set_index("base")
    assert table["given_back"].to_dict() == {"north": 3, "south": 0}
    level = {"fleets": {"wagons": {"empties": {
        "rule": "nearest", "move_h": {"yard": {"north": 5, "south": 5}}}}}}  # fmt: skip
    table = base_table(outcome_of(yard(**level))).set_index("base")
    assert table["given_back"].to_dict() == {"north": 3, "south": 0}, "of equal ones the first"


def test_empties_go_where_lots_wait_most_6_6():
    changes = {
        "fleets": {"wagons": {"wagons": 4, "bases": {"south": 1}, "empties": _by("need")}},
        "flows": {"s": _flow("south", "far", 3, ["feeder-s", "trunk"])},
        "services": {"trunk": {"rake_wagons": 1}},
    }
    outcome = outcome_of(yard(**changes))
    # south has one wagon for three lots; north has three for two: the first two that come
    # home empty go south, and the third finds no lot that lacks a wagon and goes back
    first = outcome.of(Code.WAGON_SENT).head(2)
    south = number(outcome, "terminals", "south")
    assert first["place"].tolist() == [south, south]
    table = base_table(outcome).set_index("base")
    assert table["taken"].to_dict() == {"north": 2, "south": 3}
    assert len(outcome.of(Code.DELIVERED)) == 5
    later = outcome.of(Code.WAGON_SENT).iloc[2:]
    of = outcome.flow_of_lot[later["lot"]]
    origin = {outcome.arrays.names.flows.index("s"): "south"}
    wanted = [number(outcome, "terminals", origin.get(f, "north")) for f in of.tolist()]
    assert later["place"].tolist() == wanted


def test_a_base_at_the_yard_takes_empties_at_once_6_6():
    changes = {
        "fleets": {"wagons": {"bases": {"yard": 1}, "empties": _by("nearest")}},
        "services": {"local": _service("yard", "far", rake_wagons=1)},
        "flows": {"y": _flow("yard", "far", 1, ["local"])},
    }
    outcome = outcome_of(yard(**changes))
    homes = hours(outcome, Code.HOME, place=number(outcome, "terminals", "yard"))
    assert not len(outcome.of(Code.WAGON_SENT))
    assert sorted(set(hours(outcome, Code.WAGON_BACK))) == sorted(homes)


def test_distributors_serve_two_places_behind_a_second_yard_3_9():
    changes = {
        "terminals": {"far": {"sorting_h": 1, "sorting_usd_per_wagon": 30.0}},
        "services": {"spread": _service("far", "end", rake_wagons=1, wagons="passed-on")},
        "flows": {"s": _flow("south", "end", 1, ["feeder-s", "trunk", "spread"])},
        "fleets": {"wagons": {"empties": {"move_h": {"far": {"south": 7}}}}},
    }
    outcome = outcome_of(yard(**changes))
    trunk, spread = (number(outcome, "services", s) for s in ("trunk", "spread"))
    formed = outcome.of(Code.FORMED).set_index("place")
    assert formed.loc[[trunk, spread], "unit"].tolist() == [3, 1]
    # the wagon of `s` left the trunk's train at `far`: two go home with it
    train = formed.loc[trunk, "train"]
    home = hours(outcome, Code.HOME, train=train)[0]
    flow = outcome.flow_of_lot
    sent = outcome.of(Code.WAGON_SENT)
    assert (sent.loc[flow[sent["lot"]] == 0, "time_ms"] / HOUR_MS).tolist() == [home, home]
    last = hours(outcome, Code.HOME, train=formed.loc[spread, "train"])[0]
    assert (sent.loc[flow[sent["lot"]] == 1, "time_ms"] / HOUR_MS).tolist() == [last]
    assert hours(outcome, Code.WAGON_BACK)[-1] == max(home + 3, last + 7)


def test_some_are_sorted_and_some_unloaded_from_one_train_3_9():
    changes = {
        "flows": {"town": _flow("north", "yard", 1, ["feeder-n"])},
        "services": {"feeder-n": {"rake_wagons": 3, "return_wait_h": 0}},
    }
    outcome = outcome_of(yard(**changes))
    feeder = number(outcome, "services", "feeder-n")
    train = outcome.of(Code.FORMED).set_index("place").loc[feeder, "train"]
    home = hours(outcome, Code.HOME, train=train)[0]
    town = number(outcome, "flows", "town")
    back = outcome.of(Code.WAGON_BACK)
    mine = back[outcome.flow_of_lot[back["lot"]] == town]
    assert (mine["time_ms"] / HOUR_MS).tolist() == [home]


def test_controls_by_the_wagon_take_no_time_of_a_train_without_wagons_3_9():
    post = {"station": "yard", "mode": "rail", "stages": {"check": {
        "activity": "technical-inspection", "order": 1, "per": "wagon", "servers": 1,
        "duration_h": 0.5}}}  # fmt: skip
    outcome = outcome_of(yard(posts={"mid": post | {"station": "north"}}))
    starts, ends = hours(outcome, Code.POST_START), hours(outcome, Code.POST_END)
    # the post is passed at the end of the way home, where the feeder has no wagon
    assert starts == ends
    assert len(starts) == 1


def test_hours_in_the_yard_are_booked_and_sorting_is_paid():
    outcome = outcome_of(yard())
    pieces = lot_pieces(outcome)
    sorting = pieces[pieces["cause"] == "sorting"]
    assert (sorting["length_ms"] == HOUR_MS // 2).all()
    assert set(sorting["place"]) == {"yard"}
    trunk = pieces[(pieces["cause"] == "filling the train") & (pieces["place"] == "trunk")]
    ends = outcome.of(Code.SORT_END)["time_ms"]
    assert trunk["length_ms"].sum() == (ends.max() - ends).sum()
    assert "sorting" in set(wait_table(outcome)["cause"])
    cost = cost_table(outcome).set_index("flow")
    # loaded once, sorted once for 30 dollars of 60 t, unloaded once
    assert cost["handling_usd_per_t"].tolist() == [3.5, 3.5]
    row = terminal_table(outcome).set_index("terminal").loc["yard"]
    assert row["wagons_sorted"] == 3
    assert row["unloaded_t"] == 0


def test_return_freight_in_the_trunk_is_in_wagons_of_several_bases_6_6():
    changes = {
        "services": {"trunk": {"return_wait_h": 400, "cleaning_h": 2}},
        "flows": {"back": _flow("far", "yard", 2, ["trunk"])},
    }
    outcome = outcome_of(yard(**changes))
    place = number(outcome, "terminals", "yard")
    unloaded = hours(outcome, Code.UNLOAD_END, place=place)
    sent = hours(outcome, Code.WAGON_SENT)
    assert sorted(sent)[-2:] == sorted(t + 2 for t in unloaded)


def test_repair_falls_on_the_bases_by_the_running_sum_3_8():
    made = yard(fleets={"wagons": {"repair_frac": 0.35}})
    # 3 of 10 in repair: 3*6//10 = 1 at north, 3 - 1 = 2 at south
    assert made.arrays.bases.wagons.tolist() == [5, 2]
    assert made.scenario.fleets["wagons"].wagons_in_service == 7


def test_an_effect_on_wagons_holds_base_by_base_9_4():
    scarce = {"effect": {"capacity_frac": 0.5}, "hits": {"fleets": ["wagons"]},
              "dates": {"first": "2027-01-01", "last": "2027-01-05"}}  # fmt: skip
    made = yard(disruptions={"scarce": scarce})
    capacity = made.arrays.disruptions.capacity
    assert capacity.units.tolist() == [6, 4]
    outcome_of(made)


def test_a_fleet_without_bases_is_one_base_3_8():
    arrays = make().arrays
    assert arrays.bases.wagons.tolist() == [100]
    assert arrays.bases.of_service.tolist() == [0]
    assert arrays.yards.leg_terminal.tolist() == [-1]


def test_each_base_has_its_own_queue_3_8():
    changes = {
        "fleets": {"wagons": {"wagons": 7, "bases": {"south": 1}}},
        "flows": {"s": _flow("south", "far", 3, ["feeder-s", "trunk"])},
        "services": {"trunk": {"rake_wagons": 1}},
    }
    outcome = outcome_of(yard(**changes))
    flow = number(outcome, "flows", "s")
    taken = outcome.of(Code.WAGON)
    taken = taken[outcome.flow_of_lot[taken["lot"]] == flow]["time_ms"].tolist()
    back = outcome.of(Code.WAGON_BACK)
    back = back[outcome.flow_of_lot[back["lot"]] == flow]["time_ms"].tolist()
    # though north has wagons left, south waits for its one
    assert taken[1:] == back[:2]


@settings(max_examples=examples(25), deadline=None)
@given(
    st.integers(0, 10_000),
    st.sampled_from(["origin", "nearest", "need"]),
    st.tuples(*[st.integers(1, 5)] * 3),
    st.tuples(st.integers(2, 10), st.integers(1, 6)),
    st.booleans(),
    st.sampled_from([0.0, 0.3]),
)
def test_wagons_lots_and_hours_are_kept_whatever_the_rule(seed, rule, rakes, wagons, back, repair):
    move_h = {place: {"north": 3, "south": 5} for place in ("yard", "far")}
    changes = {
        "seed": seed,
        "run_out_d": 600,
        "fleets": {"wagons": {
            "wagons": sum(wagons), "bases": {"south": wagons[1]}, "repair_frac": repair,
            "empties": {"rule": rule, "move_h": move_h}}},
        "terminals": {"far": {"sorting_h": {"kind": "exponential", "mean": 1.0}}},
        "services": {
            "feeder-n": {"rake_wagons": rakes[0]},
            "feeder-s": {"rake_wagons": rakes[1]},
            "trunk": {"rake_wagons": rakes[2], "return_wait_h": 5.0 if back else 0.0},
            "spread": _service("far", "end", wagons="passed-on"),
        },
        "flows": {
            "n": _flow("north", "far", 12, ["feeder-n", "trunk"]),
            "s": _flow("south", "end", 8, ["feeder-s", "trunk", "spread"]),
            "t": _flow("south", "yard", 3, ["feeder-s"]),
        },
    }  # fmt: skip
    made = yard(**changes)
    events = made.run()
    outcome = Outcome(made.scenario, made.arrays, events)
    check_all(made.arrays, events, finished=rule == "origin" and repair == 0)
    check_wider(outcome, with_tables=seed % 4 == 0)
    wagons_are_conserved_over_bases(outcome)
    frame = frame_of(events)
    for train, rows in frame[frame["train"] >= 0].groupby("train"):
        enters = rows[rows["event"] == Code.ENTER]["time_ms"].tolist()
        assert all(a <= b for a, b in pairwise(enters)), train
