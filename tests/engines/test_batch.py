"""The batch engine writes the same rows as the SimPy engine (docs/semantics.md, 8.1)."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.engines import batch, des
from sim.engines.batch import columns as at
from sim.engines.batch.rows import CROWDED
from sim.engines.batch.tape import blank_tape, new_tape
from sim.errors import RunError
from sim.policies import DISPATCH, register
from sim.runs.case import open_case
from sim.runs.drawing import draw_luck

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / "scenarios").glob("*.yaml")),
    *sorted((ROOT / "scenarios" / "questions").glob("*.yaml")),
]
SHORT = ["duration_d=40", "run_out_d=10"]
EACH_IDEA = (
    "bad-year",
    "calendar-2027",
    "dispatch-least-delay",
    "gauge-1435-bogies",
    "gauge-1435-store",
    "locomotives",
    "return-freight",
    "torghundi-shut-diverted",
    "06-closure-stock",
    "09-timetable",
    "single-wagons",
)
"""Scenarios that together use every part of the machine."""


def same_rows(one, other):
    n = min(len(one), len(other))
    apart = np.flatnonzero((one.rows[:n] != other.rows[:n]).any(axis=1))
    assert not len(apart), (one.rows[apart[0]].tolist(), other.rows[apart[0]].tolist())
    assert len(one) == len(other)


@pytest.mark.parametrize("name", EACH_IDEA)
def test_each_idea_of_the_shipped_scenarios_gives_the_same_rows(name):
    path = next(path for path in FILES if path.stem == name)
    arrays = open_case(path, sets=SHORT).arrays
    draws = draw_luck(arrays, 1)
    same_rows(des.simulate(arrays, draws), batch.simulate(arrays, draws))


@pytest.mark.slow
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_scenarios_give_the_same_rows_over_their_whole_period(path):
    arrays = open_case(path).arrays
    draws = draw_luck(arrays, 0)
    same_rows(des.simulate(arrays, draws), batch.simulate(arrays, draws))


def test_a_run_may_be_told_of_in_parts():
    arrays = open_case(ROOT / "scenarios" / "today.yaml", sets=SHORT).arrays
    told = []
    batch.simulate(arrays, draw_luck(arrays, 0), progress=lambda done, of: told.append((done, of)))
    assert told[0] == (1, 100)
    assert told[-1] == (100, 100)


def test_too_little_room_for_rows_is_noticed_and_the_run_done_again(monkeypatch):
    arrays = open_case(ROOT / "scenarios" / "today.yaml", sets=SHORT).arrays
    draws = draw_luck(arrays, 0)
    tape = new_tape(blank_tape(arrays), draws, rows=100)
    batch.machine.run_until(tape, arrays.end_ms)
    assert tape[at.FAULT] == CROWDED
    assert tape[at.N_ROWS] == 100
    monkeypatch.setattr("sim.engines.batch.engine._LEAST_ROWS", 100)
    monkeypatch.setattr("sim.engines.batch.engine._ROWS_PER_LOT", 0)
    same_rows(des.simulate(arrays, draws), batch.simulate(arrays, draws))


def test_a_rule_of_ones_own_is_refused_by_name():
    register("own-of-a-test")(lambda waiting, _now_ms: range(len(waiting)))
    try:
        arrays = open_case(
            ROOT / "scenarios" / "busy-line.yaml", sets=[*SHORT, "dispatch=own-of-a-test"]
        ).arrays
        with pytest.raises(RunError, match=r"own-of-a-test.*--engine des"):
            batch.simulate(arrays, draw_luck(arrays, 0))
    finally:
        del DISPATCH["own-of-a-test"]


def test_names_of_columns_are_each_a_place_of_their_own():
    names = {k: v for k, v in vars(at).items() if k.isupper() and not k.startswith("_")}
    places = sorted(v for k, v in names.items() if k not in ("HEADER", "N_PRIORITIES", "ROW_WIDTH"))
    assert places == list(range(at.HEADER))


def test_every_column_is_laid_out_behind_the_one_before():
    arrays = open_case(ROOT / "scenarios" / "full-line.yaml", sets=SHORT).arrays
    tape = new_tape(blank_tape(arrays), draw_luck(arrays, 0), rows=10)
    begins = tape[at.PROGRAM_PTR : at.HEADER]
    assert begins.min() == at.HEADER
    assert np.array_equal(np.unique(begins), np.sort(np.unique(begins)))
    assert len(tape) == tape[at.ROWS] + 10 * at.ROW_WIDTH
    assert tape[tape[at.STEP_OP] : tape[at.STEP_OP] + 3].tolist() == arrays.programs.op[:3].tolist()


def test_a_change_of_anything_compiled_in_has_it_compiled_anew(tmp_path, monkeypatch):
    before = batch.machine._sources()
    for module in batch.machine.BORROWED:
        copy = tmp_path / "copy.py"
        copy.write_text(Path(module.__file__).read_text() + "\n")
        with monkeypatch.context() as patch:
            patch.setattr(module, "__file__", str(copy))
            assert batch.machine._sources() != before, module.__name__
    assert batch.machine._sources() == before


@pytest.mark.slow
def test_functions_compiled_after_the_machine_are_as_ever(tmp_path):
    script = """
from sim.engines import batch
batch.make_ready()
import numba, numpy
grown = numba.njit(lambda n: numpy.zeros(n) + 1.0)
assert grown(3).sum() == 3
"""
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", script], env=env, check=True, timeout=280)
