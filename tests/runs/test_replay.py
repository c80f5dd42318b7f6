"""The year 2025 over again, at small size: its events come on their dates."""

from pathlib import Path

import pytest

from sim.analysis.blame import wait_table
from sim.analysis.flows import flow_table
from sim.analysis.outcome import Outcome
from sim.runs.case import open_case
from sim.runs.replicate import replicate
from sim.tables import Code
from sim.units import DAY_MS

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = ("flows.general-to-herat.tonnes_per_year=3000", "run_out_d=5")


def outcome_of(name, *sets, replication=0):
    case = open_case(SCENARIOS / name, sets=(*SMALL, *sets))
    return Outcome(case.scenario, case.arrays, replicate(case.arrays, replication))


def test_the_events_of_2025_come_on_their_dates():
    outcome = outcome_of("replay-2025.yaml", "flows.flour-to-herat.tonnes_per_year=3000")
    names = outcome.arrays.names
    effects = outcome.of(Code.EFFECT)
    seen = {
        names.disruptions[k]: (group["time_ms"] / DAY_MS).tolist()
        for k, group in effects.groupby("place")
    }
    # 1 March is day 59, 31 December day 364; 1 December day 334
    assert seen == {"ban-on-empties": [59.0, 365.0], "saryagash-queue": [334.0, 344.0]}
    gates = outcome.of(Code.GATE)
    shut = gates[gates["place"] == names.gates.index("post:chaman-road")]
    assert (shut["time_ms"] / DAY_MS).tolist() == [284.0]
    waits = wait_table(outcome).set_index(["flow", "cause"])["hours_per_lot"]
    assert waits["flour-to-kandahar", "closure saryagash-ban"] > 0


def test_a_bad_year_books_its_hours_to_what_came():
    outcome = outcome_of("bad-year.yaml", "duration_d=120", replication=1)
    came = {outcome.arrays.names.disruptions[k] for k in outcome.of(Code.EFFECT)["place"]}
    waits = wait_table(outcome)
    booked = waits[waits["cause"].str.startswith("disruption ")]
    assert "snow-line" in came
    assert booked.groupby("cause")["hours_per_lot"].sum()["disruption snow-line"] > 0
    assert set(booked["cause"].str.removeprefix("disruption ")) <= came


def test_what_is_withdrawn_was_never_offered():
    quota = (
        "disruptions.quota={hits: {flows: [flour-to-herat]}, effect: {demand_frac: 0}, "
        "dates: {first: 2027-01-11, last: 2027-12-31}}"
    )
    flows = [
        flow_table(outcome_of("today.yaml", "duration_d=30", *sets)).set_index("flow")
        for sets in ((), (quota,))
    ]
    offered = [table.loc["flour-to-herat", "offered_t"] for table in flows]
    assert offered[1] == pytest.approx(offered[0] / 3, rel=0.3)
    row = flows[1].loc["flour-to-herat"]
    parts = row["delivered_t"] + row["delivered_late_t"] + row["unfinished_t"]
    assert parts == pytest.approx(row["offered_t"])
