"""Dispatch rules as a planner uses them: by name, with a batch, from a file of his own."""

import json
from pathlib import Path

import pandas as pd
import pytest

import sim.cli.main as door
from sim.policies import DISPATCH, own

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = ("--set", "duration_d=12", "--set", "run_out_d=40")
HERAT = SCENARIOS / "herat.yaml"


@pytest.fixture
def here(tmp_path, monkeypatch):
    before, files = dict(DISPATCH), dict(own._loaded)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for table, kept in ((DISPATCH, before), (own._loaded, files)):
        table.clear()
        table.update(kept)


def corridor(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        door.main(args=[str(a) for a in args])
    out, err = capsys.readouterr()
    return leave.value.code or 0, out, err


def write(name, body, *, more=""):
    text = f"from sim.policies import register\n\n@register('{name}'{more})\n"
    Path(f"{name}.py").write_text(text + f"def choose(waiting, now_ms):\n    {body}\n")
    return f"{name}.py"


def test_a_rule_of_ones_own_runs_and_is_kept_in_the_manifest(here, capsys):
    rules = write("mine", "return range(len(waiting))")
    given = ("--rules", rules, "--set", "dispatch=mine")
    assert corridor(capsys, "run", HERAT, *SMALL, *given, "-o", "own", "-q")[0] == 0
    assert corridor(capsys, "run", HERAT, *SMALL, "-o", "plain", "-q")[0] == 0
    events = [(here / name / "events.parquet").read_bytes() for name in ("own", "plain")]
    assert events[0] == events[1], "the list in its order is first-come"
    manifest = json.loads((here / "own" / "manifest.json").read_text())
    assert [f["file"] for f in manifest["rules"]] == ["mine.py"]


def test_a_rule_of_ones_own_goes_to_worker_processes(here, capsys):
    rules = write("mine", "return range(len(waiting))")
    for name, rule in (("one", "mine"), ("other", "first-come")):
        text = f"extends: {HERAT}\nname: {name}\ndispatch: {rule}\nduration_d: 8\nrun_out_d: 20\n"
        Path(f"{name}.yaml").write_text(text)
    given = ("--rules", rules, "--reps", 2, "--workers", 2, "-o", "both", "-q")
    code, _, err = corridor(capsys, "compare", "one.yaml", "other.yaml", *given)
    assert code == 0, err
    table = pd.read_csv(here / "both" / "comparison.csv")
    assert table["difference"].dropna().eq(0).all()


@pytest.mark.usefixtures("here")
def test_a_rule_that_lets_nobody_go_ends_with_code_5_and_names_them(capsys):
    rules = write("asleep", "return ()")
    given = ("--rules", rules, "--set", "dispatch=asleep", "-q")
    code, _, err = corridor(capsys, "run", HERAT, *SMALL, *given)
    assert code == 5
    assert "under dispatch rule 'asleep'" in err
    assert "could go, but the rule does not look at it" in err


@pytest.mark.usefixtures("here")
def test_a_rule_that_fails_is_named(capsys):
    rules = write("wrong", "return waiting[0].colour")
    code, _, err = corridor(
        capsys, "run", HERAT, *SMALL, "--rules", rules, "--set", "dispatch=wrong"
    )
    assert code == 1
    assert "dispatch rule 'wrong' failed: AttributeError" in err


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("text", ["x = 1\n", "import nothing_of_this_name\n"])
def test_a_file_that_is_no_file_of_rules_is_refused(capsys, text):
    Path("odd.py").write_text(text)
    code, _, err = corridor(capsys, "validate", HERAT, "--rules", "odd.py")
    assert code == 2
    assert "rules file odd.py" in err


@pytest.mark.usefixtures("here")
def test_an_unknown_rule_is_told_with_the_known_ones(capsys):
    code, _, err = corridor(capsys, "validate", HERAT, "--set", "dispatch=shortest")
    assert code == 3
    assert "`first-come`, `fleeting`, `least-delay`, `priority`" in err
    assert "--rules FILE.py" in err
    code, out, _ = corridor(capsys, "validate", HERAT, "--set", "dispatch=fleeting")
    assert code == 0
    assert "ok" in out
