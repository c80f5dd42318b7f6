"""`corridor mc` and `corridor info` as a planner types them; killed in earnest, and resumed."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import Mock

import pandas as pd
import pytest

import sim.cli.main as door
from sim.cli.tally import progress_line
from sim.policies import DISPATCH, own

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "sim" / "scenario" / "starter" / "starter.yaml"
SMALL = ("--set", "duration_d=10", "--set", "run_out_d=20")


def corridor(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        door.main(args=[str(a) for a in args])
    out, err = capsys.readouterr()
    return leave.value.code or 0, out, err


@pytest.fixture
def here(tmp_path, monkeypatch):
    before, files = dict(DISPATCH), dict(own._loaded)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for table, kept in ((DISPATCH, before), (own._loaded, files)):
        table.clear()
        table.update(kept)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mc") / "whole"
    with pytest.raises(SystemExit) as leave:
        door.main(
            args=[
                "mc",
                str(STARTER),
                *SMALL,
                "--reps",
                "17",
                "--workers",
                "2",
                "-q",
                "-o",
                str(folder),
            ]
        )
    assert not leave.value.code
    return folder


def digest_of(capsys, folder):
    code, out, _ = corridor(capsys, "info", folder)
    assert code == 0
    return re.search(r"^digest: +(\w+)$", out, re.MULTILINE)[1]


def begin(here, *args):
    """Begin a study in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim.cli.main", *map(str, args)],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_for_batches(folder, n, process):
    for _ in range(1200):
        if len(list((folder / "batches").glob("b*.parquet"))) >= n:
            return
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    pytest.fail("no batch came")


@pytest.mark.parametrize("workers", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (2, 7))])
def test_a_study_killed_at_once_goes_on_and_is_bit_for_bit_the_same(here, capsys, whole, workers):
    args = ("mc", STARTER, *SMALL, "--reps", 17, "--workers", workers, "-q", "-o", "study")
    for n in (1, 2):
        process = begin(here, *args)
        wait_for_batches(here / "study", n, process)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        code, out, _ = corridor(capsys, "info", "study")
        assert code == 0
        assert "not finished" in out
        assert f"go on with:   corridor mc {STARTER}" in out
    assert corridor(capsys, *args)[0] == 0
    assert digest_of(capsys, "study") == digest_of(capsys, whole)
    for name in ("metrics.parquet", "transit.parquet", "curve.csv"):
        assert (here / "study" / name).read_bytes() == (whole / name).read_bytes(), name
    assert not list((here / "study").rglob("*.part"))


@pytest.mark.slow
def test_a_killed_parent_leaves_no_workers(here):
    process = begin(here, "mc", STARTER, *SMALL, "--reps", 500, "--workers", 2, "-o", "study")
    wait_for_batches(here / "study", 1, process)
    mine = children_of(process.pid)
    assert mine
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    for _ in range(100):
        if not [pid for pid in mine if Path(f"/proc/{pid}").exists()]:
            return
        time.sleep(0.1)
    pytest.fail("workers outlive the study")


def children_of(pid):
    listed = subprocess.run(["ps", "-eo", "ppid,pid"], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [child for parent, child in rows if parent == str(pid)]


@pytest.mark.parametrize(
    "how", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_an_interrupted_study_tells_the_command_that_goes_on(here, how):
    process = begin(
        here, "mc", STARTER, *SMALL, "--reps", 500, "--workers", 2, "--seed", 3, "-o", "my study"
    )
    wait_for_batches(here / "my study", 1, process)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    told = err.strip().splitlines()[-1].strip()
    assert shlex.split(told)[-2:] == ["-o", "my study"]
    assert "--reps 500 --workers 2 --seed 3" in told
    assert list((here / "my study" / "batches").glob("b*.parquet"))


def test_the_command_that_goes_on_does_so(here, capsys):
    args = ("mc", STARTER, *SMALL, "--reps", 4, "--workers", 1, "-q", "-o", "a b", "--antithetic")
    assert corridor(capsys, *args)[0] == 0
    manifest = json.loads((here / "a b" / "manifest.json").read_text())
    again = shlex.split(manifest["command"])
    assert again[0] == "corridor"
    digest = digest_of(capsys, "a b")
    assert corridor(capsys, *again[1:])[0] == 0
    assert digest_of(capsys, "a b") == digest


def test_what_a_study_prints_and_makes(here, capsys, whole):
    code, out, err = corridor(
        capsys, "mc", STARTER, *SMALL, "--reps", 17, "--workers", 1, "-o", whole
    )
    assert code == 0
    assert "17 of 17 replications (17 from before)" in err
    assert "shipment to" in out
    assert "year to" in out
    assert f"digest: {digest_of(capsys, whole)}" in out
    for line in out[out.index("made:") :].splitlines()[1:]:
        assert (here / line.strip()).stat().st_size > 0
    manifest = json.loads((whole / "manifest.json").read_text())
    assert manifest["state"] == "complete"
    assert manifest["engine"]["name"] == "batch"
    assert " on numba " in manifest["engine"]["version"]
    assert manifest["counts"] == {"done": 17, "failed": 0}
    assert (whole / manifest["scenarios"][0]["copy"]).exists()
    batches = pd.read_parquet(whole / "batches")
    assert set(batches["replication"]) == set(range(17))


POISON = """
from sim.policies import register

@register("poison")
def choose(waiting, now_ms):
    if waiting and waiting[0].asked_ms % 29 == 3:
        raise ValueError("no such day")
    return range(len(waiting))
"""


@pytest.mark.slow
def test_a_poisoned_replication_is_told_with_the_command_that_runs_it_alone(here, capsys):
    (here / "poison.py").write_text(POISON)
    railway = ROOT / "docs" / "examples" / "my-railway.yaml"
    args = ("mc", railway, "--rules", "poison.py", "--set", "dispatch=poison", "--reps", 6)
    small = ("--set", "duration_d=6", "--set", "run_out_d=8", "--workers", 2, "-o", "bad")
    code, _, err = corridor(capsys, *args, *small)
    assert code == 4
    told = re.search(r"^(\d) of 6 replications failed; the rest is kept:$", err, re.MULTILINE)
    assert told, err
    assert "dispatch rule 'poison' failed: ValueError: no such day" in err
    alone = re.search(r"^ +CORRIDOR_TRACE=1 corridor (run .*)$", err, re.MULTILINE)[1]
    process = begin(here, *shlex.split(alone))
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "no such day" in err
    code, out, _ = corridor(capsys, "info", "bad")
    assert code == 0
    assert f"{6 - int(told[1])} of 6 done, {told[1]} failed" in out
    assert "CORRIDOR_TRACE=1 corridor run bad/scenarios/my-railway/scenario.yaml" in out
    assert f"--rules {here / 'poison.py'}" in out
    digest = digest_of(capsys, "bad")
    assert corridor(capsys, *args, *small, "-q")[0] == 4, "a railway of one's own goes on too"
    assert digest_of(capsys, "bad") == digest


@pytest.mark.slow
@pytest.mark.usefixtures("here")
def test_a_precision_may_be_out_of_reach(capsys):
    args = ("--until", "0.001%", "--at-most", 30, "--metric", "transit_mean_d", "--workers", 2)
    code, out, err = corridor(capsys, "mc", STARTER, *SMALL, *args, "-o", "study")
    assert code == 0
    assert "over 30 replications" in out
    assert "not ±0.0%" in err or "not ±" in err
    assert "add --at-most 60" in err


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("--reps", "0"), 2, "x>=1"),
        (("--workers", "-1"), 2, "x>=1"),
        (("--reps", "5", "--until", "2%"), 2, "contradict"),
        (("--until", "2"), 2, "write 2%"),
        (("--until", "0%"), 2, "no percentage"),
        (("--until", "140%"), 2, "no percentage"),
        (("--at-most", "50"), 2, "give --until too"),
        (("--until", "2%", "--at-most", "10"), 2, "x>=30"),
        (("--antithetic", "--reps", "5"), 2, "must be even"),
        (("--metric", "transit_men_d"), 2, "did you mean 'transit_mean_d'"),
        (("--insecure",), 2, "leave it out"),
        (("--scheduler", "tcp://192.0.2.1:8786"), 2, "--insecure"),
        (("--scheduler", "host"), 2, "no scheduler's address"),
        (("--scheduler", "tls://h:1", "--workers", "2"), 2, "leave --workers out"),
        (("--engine", "magic"), 2, "'des'"),
        (("--steady-state",), 2, "lengthen `duration_d`"),
        (("--seed", "-1"), 2, "x>=0"),
        (("-o", "file/sub"), 1, "Not a directory"),
        (("-o", "file"), 1, "is a file"),
        (("--set", "duration_d=many"), 3, "duration_d"),
        ((str(STARTER),), 2, "named twice"),
    ],
)
def test_wrong_calls_are_told(here, capsys, args, code, words):
    (here / "file").write_text("x")
    got, _, err = corridor(capsys, "mc", STARTER, *SMALL, *args)
    assert got == code, err
    assert words in err
    assert "Traceback" not in err
    assert [p.name for p in here.iterdir()] == ["file"]


def test_other_inputs_are_refused_unless_replaced(here, capsys, whole):
    args = ("mc", STARTER, *SMALL, "--workers", 1, "-q", "-o", "study")
    assert corridor(capsys, *args, "--reps", 2)[0] == 0
    code, _, err = corridor(capsys, *args, "--reps", 2, "--seed", 9)
    assert code == 1
    assert "other inputs" in err
    assert corridor(capsys, *args, "--reps", 2, "--seed", 9, "--replace")[0] == 0
    manifest = json.loads((here / "study" / "manifest.json").read_text())
    assert manifest["seed"] == 9
    assert manifest["counts"]["done"] == 2
    code, _, err = corridor(capsys, "run", STARTER, *SMALL, "-o", whole)
    assert code == 1
    assert "holds a mc, not a run" in err


@pytest.mark.usefixtures("here")
def test_info_tells_of_runs_and_refuses_the_rest(capsys):
    assert corridor(capsys, "run", STARTER, *SMALL, "-q", "-o", "one")[0] == 0
    assert corridor(capsys, "run", STARTER, *SMALL, "-q", "-o", "two")[0] == 0
    assert digest_of(capsys, "one") == digest_of(capsys, "two")
    assert (
        corridor(
            capsys, "run", STARTER, *SMALL, "-q", "-o", "odd", "--antithetic", "--replication", 1
        )[0]
        == 0
    )
    assert digest_of(capsys, "odd") != digest_of(capsys, "one")
    code, out, _ = corridor(capsys, "info", "one")
    assert code == 0
    assert "kind:         run" in out
    assert corridor(capsys, "info", ".")[0] == 1
    assert corridor(capsys, "info", STARTER)[0] == 2
    assert "Traceback" not in corridor(capsys, "info", "nowhere")[2]


def test_a_steady_state_is_told_kept_and_refused_for_a_run_with_an_end(here, capsys):
    longer = ("--set", "duration_d=60", "--set", "run_out_d=20", "--workers", 1)
    args = ("mc", STARTER, *longer, "--reps", 2, "-o", "study")
    code, out, _ = corridor(capsys, *args, "--steady-state")
    assert code == 0
    told = re.search(r"offered in the first (\d+) days \(beginning by MSER-5: starter", out)[1]
    assert "study/daily.csv" in out
    manifest = json.loads((here / "study" / "manifest.json").read_text())
    assert manifest["beginning"]["from_d"] == int(told)
    assert "--steady-state" in shlex.split(manifest["command"])
    assert f"after {told} days (MSER-5)" in corridor(capsys, "info", "study")[1]
    code, _, err = corridor(capsys, *args)
    assert (code, "other inputs" in err) == (1, True)


def test_progress_tells_rate_and_rest():
    assert progress_line(0, 10, 0, 0.0) == "0 of 10 replications"
    assert progress_line(5, 10, 0, 20.0) == "5 of 10 replications, 4.0 s each, 20 s to go"
    assert "2 h 46 min to go" in progress_line(1, 1001, 0, 10.0)


@pytest.mark.usefixtures("here")
def test_a_fault_of_the_program_is_not_told_as_a_wrong_call(capsys, monkeypatch):
    fault = ValueError("argument 3 is longer")
    monkeypatch.setattr("sim.cli.mc.conduct", Mock(side_effect=fault))
    code, _, err = corridor(capsys, "mc", STARTER, *SMALL, "--reps", 2, "-q", "-o", "bad")
    assert (code, err.split(";")[0]) == (1, "unexpected: ValueError: argument 3 is longer")


@pytest.mark.parametrize("reps", [2, 6])
def test_a_study_of_which_every_replication_fails_ends_as_one_of_which_some_do(here, capsys, reps):
    (here / "rule.py").write_text(POISON.replace("waiting[0].asked_ms % 29 == 3", "True"))
    railway = ROOT / "docs" / "examples" / "my-railway.yaml"
    args = ("mc", railway, "--rules", "rule.py", "--set", "dispatch=poison", "--workers", 1)
    small = ("--set", "duration_d=6", "--set", "run_out_d=8", "--reps", reps, "-q", "-o", "bad")
    code, _, err = corridor(capsys, *args, *small)
    assert code == 4, err
    assert f"{reps} of {reps} replications failed" in err
    code, out, _ = corridor(capsys, "info", "bad")
    assert code == 0
    assert "digest: " in out
