"""The loaded time Kostanay to Torghundi comes out of its parts (docs/loaded-time.md)."""

from pathlib import Path

import numpy as np
import pytest

from sim import load, run
from sim.arrays.parts import LINE, POST
from sim.kernels.draws import law_mean
from sim.units import HOUR_MS, HOURS_PER_DAY

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def today():
    return load(ROOT / "scenarios" / "today.yaml")


@pytest.fixture(scope="module")
def loaded_d(today):
    found = []
    for replication in range(4):
        trains = run(today, replication=replication).trains
        flour = trains[trains["service"] == "flour-torghundi"]
        found.append((flour["arrived_d"] - flour["formed_d"]).dropna().to_numpy())
    return np.concatenate(found)


def mean_of_parts_d(arrays, service):
    programs, laws, total_h = arrays.programs, arrays.laws, 0.0
    row = 2 * arrays.names.services.index(service)
    for step in range(programs.ptr[row], programs.ptr[row + 1]):
        if programs.op[step] == LINE:
            total_h += programs.base_ms[step] / HOUR_MS
        elif programs.op[step] == POST:
            law = laws.post_loaded[programs.arg[step]]
            total_h += law_mean(int(laws.kind[law]), laws.parameters[law])
    return total_h / HOURS_PER_DAY


def test_the_loaded_time_is_the_sum_of_its_parts(today, loaded_d):
    expected = mean_of_parts_d(today.arrays, "flour-torghundi")
    assert expected == pytest.approx(8.6, abs=0.05)
    error = 4 * loaded_d.std() / len(loaded_d) ** 0.5
    assert loaded_d.mean() == pytest.approx(expected, abs=error)


def test_the_loaded_time_lies_in_the_range_of_the_facts(loaded_d):
    assert 4.9 < loaded_d.mean() < 12
    assert np.quantile(loaded_d, [0.25, 0.75]).round(1).tolist() == pytest.approx(
        [7.9, 9.4], abs=0.2
    )
