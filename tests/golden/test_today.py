"""Golden figures: a changed one needs a line under *Changed results* in the changelog."""

from pathlib import Path

import pandas as pd
import pytest

from sim import load, run
from sim.analysis.flows import flow_table

HERE = Path(__file__).parent
SCENARIOS = HERE.parents[1] / "scenarios"


@pytest.mark.parametrize("name", ["today", "full-line", "hairatan", "gauge-1435", "return-freight"])
def test_flows_are_as_they_were(name):
    case = load(SCENARIOS / f"{name}.yaml", sets=["duration_d=120", "run_out_d=60"])
    found = flow_table(run(case))
    path = HERE / f"{name}.csv"
    expected = pd.read_csv(path)
    pd.testing.assert_frame_equal(found, expected, rtol=2e-3, check_dtype=False)
