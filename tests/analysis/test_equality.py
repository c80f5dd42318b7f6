"""The first difference of two event tables: the right place, in the right words."""

from pathlib import Path

import numpy as np
import pytest
from lines import make

from sim.analysis import engine_pairs
from sim.analysis.equality import first_difference, told_difference
from sim.engines.base import COLUMNS, EventTable
from sim.errors import DeadlockError
from sim.runs.case import open_case
from sim.tables import Cause, Code

STARTER = Path(__file__).parents[2] / "sim" / "scenario" / "starter" / "starter.yaml"
TIME, EVENT, LOT, TRAIN, PLACE, UNIT, CAUSE = range(len(COLUMNS))


@pytest.fixture(scope="module")
def made():
    return make((30.0, 20.0))


@pytest.fixture(scope="module")
def table(made):
    return made.run(0)


def altered(table, at, column, value):
    rows = table.rows.copy()
    rows[at, column] = value
    return EventTable(rows)


def told(made, one, other):
    found = first_difference(one, other)
    return found, told_difference(found, made.scenario, made.arrays, one)


def row_of(table, code, n=0):
    return int(np.flatnonzero(table.column("event") == code)[n])


def test_equal_tables_have_no_difference(table):
    assert first_difference(table, EventTable(table.rows.copy())) is None
    none = EventTable(np.zeros((0, len(COLUMNS)), np.int64))
    assert first_difference(none, none) is None


def test_an_altered_row_is_told_with_time_train_and_both_rows(made, table):
    at = row_of(table, Code.ENTER, 3)
    other = altered(table, at, PLACE, 0 if table.rows[at, PLACE] else 1)
    found, words = told(made, table, other)
    assert found.row == at
    assert found.one == tuple(table.rows[at].tolist())
    assert found.other == tuple(other.rows[at].tolist())
    assert found.how == words["how"] == "place differs"
    train = int(table.rows[at, TRAIN])
    ordinal = int((table.rows[table.column("event") == Code.FORMED][:, TRAIN] < train).sum())
    assert words["entity"] == f"train train/{ordinal}"
    assert float(words["time_d"]) == pytest.approx(table.rows[at, TIME] / 86_400_000, abs=1e-6)
    assert words["one"].startswith("enter, train train/")
    assert words["one"] != words["other"]
    assert str(list(found.other)) in words["other"]


def test_the_local_time_is_that_of_the_scenario(made, table):
    rows = table.rows.copy()
    rows[0, TIME] = 36 * 3_600_000 + 5
    _, words = told(made, EventTable(rows), EventTable(rows[:0]))
    assert words["local_time"] == "Saturday 2027-01-02 12:00:00.005"
    assert words["how"] == "the second table ends here"
    assert words["other"] == "no row"


def test_only_the_first_of_several_differences_is_told(table):
    other = altered(altered(table, 40, UNIT, 77), 30, TIME, table.rows[30, TIME] - 1)
    found = first_difference(table, other)
    assert found.row == 30
    assert found.how == "time_ms differs"
    assert found.time_ms == table.rows[30, TIME] - 1, "the earlier of the two"


def test_a_lost_row_and_rows_in_another_order_are_told_apart(table):
    at = row_of(table, Code.LOAD_START, 2)
    lost = EventTable(np.delete(table.rows, at, axis=0))
    assert first_difference(table, lost).how == "the second table lacks this row"
    assert first_difference(lost, table).how == "the first table lacks this row"
    order = np.arange(len(table))
    order[[at, at + 1]] = at + 1, at
    swapped = first_difference(table, EventTable(table.rows[order]))
    assert (swapped.row, swapped.how) == (at, "this row and the next have changed places")


def test_lots_gates_and_causes_have_their_words(made, table):
    at = row_of(table, Code.OFFERED)
    _, words = told(made, table, altered(table, at, LOT, 2))
    assert words["entity"] == "lot out/0"
    rows = table.rows.copy()
    rows[0] = [0, Code.GATE, -1, -1, 0, 1, 0]
    _, words = told(made, EventTable(rows), table)
    assert words["entity"] == f"gate {made.arrays.names.gates[0]}"
    rows[0] = [0, Code.WAITS, -1, 0, 0, 0, Cause.MEET]
    _, words = told(made, EventTable(rows), table)
    assert words["one"].startswith("waits, train ")
    assert "cause meet" in words["one"]


def test_numbers_out_of_range_are_told_as_numbers(made, table):
    other = altered(table, 5, EVENT, 99)
    _, words = told(made, table, other)
    assert words["other"].startswith("event 99")
    for column in (LOT, TRAIN, PLACE):
        _, words = told(made, altered(table, 5, column, 99_999), table)
        assert "99999" in words["one"]


@pytest.fixture
def starter():
    return open_case(STARTER, sets=["duration_d=20"])


def test_both_engines_agree_on_the_starter(starter):
    pairing = engine_pairs.pair_engines(starter, 0)
    assert pairing.is_equal
    assert pairing.rows > 100
    assert pairing.ratio > 0


def test_a_wrong_engine_is_found(monkeypatch, starter):
    right = engine_pairs.batch.simulate

    def late(arrays, draws):
        table = right(arrays, draws)
        return altered(table, 50, TIME, table.rows[50, TIME] + 1)

    monkeypatch.setattr(engine_pairs.batch, "simulate", late)
    pairing = engine_pairs.pair_engines(starter, 0)
    assert not pairing.is_equal
    assert pairing.difference["row"] == "50"
    assert pairing.difference["how"] == "time_ms differs"


def test_engines_that_end_in_an_error_agree_only_in_the_same_words(monkeypatch, starter):
    def stuck(words):
        def simulate(_arrays, _draws):
            raise DeadlockError(words)

        return simulate

    monkeypatch.setattr(engine_pairs.batch, "simulate", stuck("a waits for b"))
    pairing = engine_pairs.pair_engines(starter, 0)
    assert not pairing.is_equal
    assert pairing.difference["one"] == "runs to its end"
    assert pairing.difference["other"] == "a waits for b"
    monkeypatch.setattr(engine_pairs.des, "simulate", stuck("a waits for b"))
    pairing = engine_pairs.pair_engines(starter, 0)
    assert pairing.is_equal
    assert pairing.ends_in == "a waits for b"
    monkeypatch.setattr(engine_pairs.des, "simulate", stuck("b waits for a"))
    assert not engine_pairs.pair_engines(starter, 0).is_equal
