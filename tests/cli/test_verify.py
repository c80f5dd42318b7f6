"""`corridor verify`: formulas, engines against each other, exit codes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import sim.cli.main as door
import sim.cli.verify as command
from sim.analysis import engine_pairs
from sim.analysis.verification import stations
from sim.engines.base import EventTable
from sim.policies import DISPATCH, own

ROOT = Path(__file__).parents[2]
TODAY, HERAT = ROOT / "scenarios" / "today.yaml", ROOT / "scenarios" / "herat.yaml"
SMALL = ("--set", "duration_d=15", "--set", "run_out_d=30")


def corridor(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        door.main(args=[str(a) for a in args])
    out, err = capsys.readouterr()
    return leave.value.code or 0, out, err


def only(monkeypatch, name, **changes):
    """Leave one station, changed."""

    def chosen(*, replications):
        found = next(s for s in stations(replications=replications) if s.name == name)
        return (replace(found, **changes),)

    monkeypatch.setattr(command, "stations", chosen)


@pytest.mark.slow
def test_all_formulas_hold(capsys):
    code, out, _ = corridor(capsys, "verify", "--quick", "--no-color")
    assert code == 0, out
    assert "OUTSIDE" not in out
    for station in stations():
        assert station.name in out


def test_a_wrong_number_of_servers_is_found(capsys, monkeypatch):
    right = next(s for s in stations() if s.name == "M/M/3")
    sets = (*right.sets, "posts.customs.stages.first.servers=4")
    only(monkeypatch, "M/M/3", sets=sets)
    code, out, _ = corridor(capsys, "verify", "--quick")
    assert code == 1
    assert "look again" in out
    assert "2nd look: OUTSIDE" in out
    assert "1 of 2 inside" in out, "as many servers are busy, but the wait is another"


@pytest.mark.slow
def test_a_wrong_formula_is_found_by_either_engine(capsys, monkeypatch):
    right = next(s for s in stations() if s.name == "opening hours")
    wrong = tuple(replace(m, expected=lambda _: 6.0) for m in right.measures)
    only(monkeypatch, "opening hours", measures=wrong)
    for engine in ("batch", "des"):
        code, out, _ = corridor(
            capsys, "verify", "--reps", 3, "--engine", engine, "--format", "json"
        )
        assert code == 1
        first, found = json.loads(out)
        assert [first["look"], found["look"]] == [1, 2]
        assert [first["is_final"], found["is_final"]] == [False, True]
        assert found["is_inside"] is False
        assert found["expected"] == 6.0
        assert found["low"] < 3.0 < found["high"]


def test_engines_are_equal_on_files(capsys):
    code, out, _ = corridor(capsys, "verify", "--engines", TODAY, HERAT, *SMALL, "--reps", 2)
    assert code == 0
    lines = out.splitlines()
    assert len(lines) == 4
    assert all("equal" in line and "rows" in line and "ratio" in line for line in lines)


def test_a_seed_changes_the_luck_of_both(capsys):
    rows = []
    for seed in (1, 2):
        given = ("--seed", seed, "--format", "json")
        code, out, _ = corridor(capsys, "verify", "--engines", HERAT, *SMALL, *given)
        assert code == 0
        rows.append(json.loads(out)[0]["rows"])
    assert rows[0] != rows[1]


def test_the_first_difference_is_told(capsys, monkeypatch):
    right = engine_pairs.batch.simulate

    def wrong(arrays, draws):
        rows = right(arrays, draws).rows.copy()
        rows[100, 5] += 7
        return EventTable(rows)

    monkeypatch.setattr(engine_pairs.batch, "simulate", wrong)
    code, out, _ = corridor(capsys, "verify", "--engines", TODAY, *SMALL)
    assert code == 1
    assert "DIFFERENT: unit differs" in out
    assert "row 100, day " in out
    assert "2027-01-" in out
    assert "  des    " in out
    assert "  batch  " in out


def test_what_the_batch_engine_cannot_run_is_named(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before, files = dict(DISPATCH), dict(own._loaded)
    rule = "from sim.policies import register\n\n@register('mine')\ndef choose(waiting, now_ms):\n"
    Path("mine.py").write_text(f"{rule}    return range(len(waiting))\n")
    given = ("--rules", "mine.py", "--set", "dispatch=mine")
    try:
        code, out, _ = corridor(capsys, "verify", "--engines", HERAT, *SMALL, *given)
    finally:
        for table, kept in ((DISPATCH, before), (own._loaded, files)):
            table.clear()
            table.update(kept)
    assert code == 3
    assert "not compared: dispatch rule 'mine'" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--engines",), "give at least one FILE"),
        ((TODAY,), "add --engines"),
        (("--set", "duration_d=3"), "--set"),
        (("--engines", TODAY, "--engine", "des"), "--engine"),
        (("--engines", TODAY, "--quick"), "--quick"),
    ],
)
def test_calls_that_mean_nothing_are_refused(capsys, args, words):
    code, _, err = corridor(capsys, "verify", *args)
    assert code == 2
    assert words in err


def test_a_faulty_file_is_told_as_everywhere(capsys):
    code, _, err = corridor(capsys, "verify", "--engines", TODAY, "--set", "duration_d=-1")
    assert code == 3
    assert "duration_d" in err
