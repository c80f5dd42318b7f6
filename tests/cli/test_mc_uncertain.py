"""`corridor mc` of uncertain numbers as a planner types it; killed, resumed, told."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim.cli.main as door

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "sim" / "scenario" / "starter" / "starter.yaml"
SMALL = ("--set", "duration_d=10", "--set", "run_out_d=20")
TEXT = f"""extends: {STARTER}
uncertain:
  demand:
    path: flows.flour.tonnes_per_year
    as: factor
    law: {{kind: pert, low: 0.5, mode: 1, high: 1.8}}
  customs:
    path: posts.torghundi-customs.duration_h.mean
    law: {{kind: uniform, low: 6, high: 30}}
"""


def corridor(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        door.main(args=[str(a) for a in args])
    out, err = capsys.readouterr()
    return leave.value.code or 0, out, err


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "unknown.yaml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def digest_of(capsys, folder):
    code, out, _ = corridor(capsys, "info", folder)
    assert code == 0
    return re.search(r"^digest: +(\w+)$", out, re.MULTILINE)[1]


@pytest.mark.usefixtures("here")
def test_a_study_tells_drivers_and_whose_spread_it_is(capsys):
    args = ("mc", "unknown.yaml", *SMALL, "--samples", 5, "--reps-per-sample", 2, "--workers", 1)
    code, out, _ = corridor(capsys, *args, "-o", "study")
    assert code == 0
    assert "what goes with what" in out
    assert "whose spread it is" in out
    assert re.search(r"customs +│ +[+-]\d\.\d\d \([+-]\d\.\d\d, [+-]\d\.\d\d\)", out)
    assert "all" in out
    for name in ("parameters", "drivers", "variance"):
        assert f"study/{name}.csv" in out
    assert "study/correlations.csv" not in out, "none was asked for"
    code, out, _ = corridor(capsys, "info", "study")
    assert "uncertain:    unknown: demand, customs; drawn every 2 replications" in out
    assert "10 of 10 done" in out


def test_one_replication_a_sample_claims_no_shares(here, capsys):
    args = ("mc", "unknown.yaml", *SMALL, "--reps", 4, "--workers", 1, "-o", "study")
    code, out, err = corridor(capsys, *args)
    assert code == 0
    assert "whose spread" not in out
    assert "--samples N --reps-per-sample 2" in err
    assert "drawn in each replication" in corridor(capsys, "info", "study")[1]
    code, _, err = corridor(capsys, *args, "--fixed")
    assert code == 1
    assert "holds results of other inputs" in err
    code, out, _ = corridor(capsys, *args, "--fixed", "--replace")
    assert code == 0
    assert "what goes with what" not in out
    assert not (here / "study" / "parameters.csv").exists(), "that was of other inputs"
    assert "at the file's own figures" in corridor(capsys, "info", "study")[1]


@pytest.mark.usefixtures("here")
def test_noise_is_told_kept_and_refused_for_another(capsys):
    args = ("mc", "unknown.yaml", *SMALL, "--samples", 3, "--workers", 1, "-o", "study")
    code, out, err = corridor(capsys, *args, "--noise", "parameters")
    assert code == 0
    assert "uncertain numbers alone differ" in out
    assert "what goes with what" in out
    assert "--reps-per-sample" not in err
    told = corridor(capsys, "info", "study")[1]
    assert "drawn in each replication, all with the luck of replication 0" in told
    code, _, err = corridor(capsys, *args)
    assert (code, "holds results of other inputs" in err) == (1, True)
    args = ("mc", "unknown.yaml", *SMALL, "--reps", 2, "--workers", 1, "-o", "other")
    code, out, _ = corridor(capsys, *args, "--noise", "operations")
    assert code == 0
    assert "luck alone differs" in out
    assert "what goes with what" not in out
    assert "at the medians of their laws" in corridor(capsys, "info", "other")[1]


@pytest.mark.slow
def test_a_study_killed_at_once_goes_on_and_is_bit_for_bit_the_same(here, capsys):
    args = ("mc", "unknown.yaml", *SMALL, "--samples", 9, "--reps-per-sample", 2, "--workers", 1)
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli.main", *map(str, args), "-o", "study"],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    for _ in range(1200):
        if list((here / "study" / "batches").glob("b*.parquet")):
            break
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    out = corridor(capsys, "info", "study")[1]
    assert "not finished" in out
    assert "--samples 9 --reps-per-sample 2" in out
    for folder in ("study", "whole"):
        assert corridor(capsys, *args, "-q", "-o", folder)[0] == 0
    assert digest_of(capsys, "study") == digest_of(capsys, "whole")
    for name in ("parameters", "drivers", "variance", "metrics"):
        ours, theirs = ((here / f / f"{name}.parquet").read_bytes() for f in ("study", "whole"))
        assert ours == theirs, name


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--reps", "4", "--samples", "2"), "--samples and --reps contradict each other"),
        (("--until", "2%", "--samples", "2"), "--samples and --until contradict each other"),
        (("--antithetic", "--samples", "3"), "--antithetic makes pairs, so 3 must be even"),
        (("--antithetic", "--samples", "4", "--reps-per-sample", "2"), "do not go together"),
        (("--reps", "5", "--reps-per-sample", "2"), "5 replications are not whole samples of 2"),
        (("--fixed", "--reps-per-sample", "2"), "there are no samples"),
        (("--fixed", "--noise", "parameters"), "leave it or the noise out"),
        (("--noise", "parameters", "--reps-per-sample", "2"), "would be the same"),
        (("--set", "uncertain=", "--noise", "operations"), "no scenario has uncertain numbers"),
        (("--noise", "luck"), "'operations'"),
        (("--set", "uncertain=", "--fixed"), "no scenario has uncertain numbers"),
    ],
)
def test_what_contradicts_itself_is_refused(here, capsys, args, words):
    code, _, err = corridor(capsys, "mc", "unknown.yaml", *SMALL, *args, "-o", "study")
    assert code == 2
    assert words in err
    assert not (here / "study").exists()


def test_other_commands_say_that_nothing_is_drawn(here, capsys):
    words = "2 uncertain numbers stand at the file's own figures (demand, customs)"
    (here / "sure.yaml").write_text(f"extends: {STARTER}\n", encoding="utf-8")
    _, out, err = corridor(capsys, "run", "unknown.yaml", *SMALL, "-o", "run", "-q")
    assert words in err
    assert words not in out
    args = ("compare", "sure.yaml", "unknown.yaml", *SMALL, "--reps", 2, "--workers", 1)
    code, out, err = corridor(capsys, *args, "--format", "csv")
    assert code == 0
    assert words in err
    rows = [row for row in csv.DictReader(out.splitlines()) if row["scenario"] == "unknown"]
    assert {row["difference"] for row in rows} <= {"0", ""}, "the numbers of both are the same"
    args = ("verify", "--engines", "unknown.yaml", *SMALL)
    assert words in corridor(capsys, *args)[2]
    assert "uncertain" not in corridor(capsys, "run", "sure.yaml", *SMALL, "-o", "x", "-q")[2]


@pytest.mark.usefixtures("here")
def test_validate_counts_uncertain_numbers(capsys):
    code, out, _ = corridor(capsys, "validate", "unknown.yaml")
    assert code == 0
    assert ", 2 uncertain" in out
