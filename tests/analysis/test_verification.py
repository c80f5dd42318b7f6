"""The stations of `corridor verify`: right answers pass, wrong servers or formulas do not."""

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.verification import Finding, examine, judge, running, stations
from sim.analysis.verification.measuring import Mark, Seen
from sim.engines.base import EventTable
from sim.runs.replicate import ENGINES
from sim.tables import Code
from sim.units import DAY_MS, HOUR_MS

BY_NAME = {station.name: station for station in stations(replications=6)}


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_a_station_gives_what_its_formula_says(name):
    for found in examine(BY_NAME[name], engine="batch", seed=7):
        assert found.is_inside, found
        assert found.high - found.low < 0.5 * found.expected, "too wide to prove anything"


@pytest.mark.slow
def test_the_engines_give_the_same_figures():
    station = replace(BY_NAME["closures by chance"], replications=2)
    assert examine(station, engine="des", seed=7) == examine(station, engine="batch", seed=7)
    assert set(ENGINES) == {"batch", "des"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("M/M/3", "posts.customs.stages.first.servers=4"),
        ("M/M/4 gangs", "terminals.mill.gangs=5"),
        ("M/G/1 lognormal", "posts.customs.stages.first.duration_h={kind: fixed, value: 0.07}"),
        ("M/G/1 gamma", "terminals.mill.work_cv_frac=1.0"),
        ("tandem M/M/2, M/M/1", "posts.customs.stages.second.order=1"),
        ("trains of 10 wagons", "services.train.rake_wagons=5"),
        ("fleet of 12, two gangs", "fleets.wagons.wagons=8"),
        ("closures by chance", "disruptions.shut.random.duration_d=0.4"),
        ("opening hours", 'posts.customs.stages.first.hours={opens: "08:00", closes: "19:00"}'),
        ("trains of 57 form", "services.train.rake_wagons=50"),
    ],
)
def test_another_scenario_falls_outside_the_formula(name, change):
    station = BY_NAME[name]
    found = examine(replace(station, sets=(*station.sets, change)), engine="batch", seed=7)
    assert not all(f.is_inside for f in found), found


def test_a_wrong_formula_falls_outside():
    station = BY_NAME["trains of 10 wagons"]
    alone = tuple(replace(m, expected=lambda _: 0.72 - 9 * 0.06 / 2) for m in station.measures)
    assert not examine(replace(station, measures=alone), engine="batch", seed=7)[0].is_inside


def test_what_falls_outside_by_chance_is_looked_at_again_with_fresh_luck(monkeypatch):
    station = BY_NAME["opening hours"]
    right = examine(station, engine="batch", seed=7)[0]
    assert judge(station, engine="batch", seed=7) == (right,)
    seeds = []

    def unlucky(_station, *, engine, seed):  # noqa: ARG001
        seeds.append(seed)
        return (right if len(seeds) > 1 else replace(right, expected=99.0),)

    monkeypatch.setattr(running, "examine", unlucky)
    first, second = judge(station, engine="batch", seed=7)
    assert len(set(seeds)) == 2
    assert (first.is_inside, first.is_final, first.look) == (False, False, 1)
    assert (second.is_inside, second.is_final, second.look) == (True, True, 2)


def test_no_interval_is_no_proof():
    found = examine(replace(BY_NAME["opening hours"], replications=1), engine="batch", seed=7)
    assert np.isnan(found[0].low)
    assert not found[0].is_inside
    assert not Finding("", "", "", 1.0, np.nan, np.nan, np.nan).is_inside


class Arrays:
    n_lots = 3
    horizon_ms = 13 * DAY_MS


def seen(rows):
    return Seen(Arrays(), EventTable(np.array(rows, np.int64)), 2.0)


def test_times_between_rows_worked_by_hand():
    h = HOUR_MS
    rows = [
        [47 * h, Code.POST_QUEUE, 0, -1, 0, -1, 0],  # before the warm-up ends
        [48 * h, Code.POST_QUEUE, 1, -1, 0, -1, 0],
        [49 * h, Code.POST_QUEUE, 2, -1, 0, -1, 0],
        [50 * h, Code.POST_START, 0, -1, 0, 0, 0],
        [51 * h, Code.POST_START, 1, -1, 0, 0, 0],
        [51 * h, Code.POST_START, 1, -1, 1, 0, 0],  # another control
    ]
    queue, start = Mark(Code.POST_QUEUE, 0), Mark(Code.POST_START, 0)
    run = seen(rows)
    assert run.hours_h == 8 * 24, "of 13 days 2 are warm-up and 3 the tail"
    assert run.mean_between_h(queue, start) == 3.0, "lot 2 never starts"
    # lot 0 from hour 48 to 50, lot 1 to 51, lot 2 to the end of what counts
    assert run.busy(queue, start) == pytest.approx((2 + 3 + (240 - 49)) / 192)
    assert run.rate_per_h(start) == pytest.approx(2 / 192)


def test_a_row_of_a_train_holds_for_all_aboard():
    h = HOUR_MS
    rows = [
        [50 * h, Code.FORMED, -1, 0, 0, 2, 0],
        [50 * h, Code.ABOARD, 0, 0, 0, 0, 0],
        [50 * h, Code.ABOARD, 2, 0, 0, 1, 0],
        [60 * h, Code.PLACED, -1, 0, 0, 0, 0],
        [61 * h, Code.UNLOAD_START, 0, -1, 0, 0, 0],
        [65 * h, Code.UNLOAD_START, 2, -1, 0, 0, 0],
    ]
    placed = Mark(Code.PLACED, is_of_train=True)
    assert seen(rows).mean_between_h(placed, Mark(Code.UNLOAD_START)) == 3.0
