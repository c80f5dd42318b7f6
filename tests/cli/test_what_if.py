"""`corridor sweep`, `sensitivity` and `search` as a planner types them; one killed and resumed."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import sim.cli.main as door
from sim.cli.lever_options import parsed_values

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "sim" / "scenario" / "starter" / "starter.yaml"
SMALL = ("--set", "duration_d=5", "--set", "run_out_d=12", "--workers", "1")
AFAR = ("--scheduler", "tcp://192.0.2.1:8786")
WAGONS, GANGS = "fleets.flour-wagons.wagons", "terminals.torghundi.gangs"


def corridor(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        door.main(args=[str(a) for a in args])
    out, err = capsys.readouterr()
    return leave.value.code or 0, out, err


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(here, out):
    return [here / line.strip() for line in out[out.index("made:") :].splitlines()[1:]]


def test_a_sweep_prints_its_points_and_goes_on(here, capsys):
    args = ("sweep", STARTER, *SMALL, "--over", f"{GANGS}=2..6/4", "--reps", 2, "-o", "a b")
    code, out, _ = corridor(capsys, *args)
    assert code == 0
    assert "base" in out
    for path in made(here, out):
        assert path.stat().st_size > 0
    digest = re.search(r"^digest: (\w+)$", out, re.MULTILINE)[1]
    manifest = json.loads((here / "a b" / "manifest.json").read_text())
    assert manifest["kind"] == "sweep"
    again = shlex.split(manifest["command"])
    code, out, err = corridor(capsys, *again[1:])
    assert code == 0
    assert "(4 from before)" in err
    assert digest in out
    code, out, _ = corridor(capsys, "info", "a b")
    assert code == 0
    assert f"digest:       {digest}" in out


@pytest.mark.slow
def test_a_sweep_killed_at_once_goes_on_and_is_the_same(here, capsys):
    args = ["sweep", STARTER, *SMALL, "--over", f"{GANGS}=1,2,3", "--reps", 1, "-q"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli.main", *map(str, args), "-o", "study"],
        cwd=here,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    for _ in range(2000):
        if list((here / "study").glob("batches/b*.parquet")) or process.poll() is not None:
            break
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert list((here / "study").glob("batches/b*.parquet"))
    assert corridor(capsys, *args, "-o", "study")[0] == 0
    assert corridor(capsys, *args, "-o", "whole")[0] == 0
    for name in ("sweep.csv", "sweep.parquet", "sweep.png"):
        assert (here / "study" / name).read_bytes() == (here / "whole" / name).read_bytes()
    digests = [json.loads((here / f / "manifest.json").read_text())["digest"] for f in FOLDERS]
    assert digests[0] == digests[1]


FOLDERS = ("study", "whole")


def test_a_tornado_and_a_search_print_and_make_what_they_say(here, capsys):
    vary = ("--vary", f"{GANGS}=2..6", "--reps", 2, "-o", "t")
    code, out, err = corridor(capsys, "sensitivity", STARTER, *SMALL, *vary)
    assert code == 0
    assert "2 points, 2 replications of each" in err
    assert "low to high end" in out
    assert {path.name for path in made(here, out)} == {
        "tornado.png",
        "tornado.csv",
        "manifest.json",
    }
    asked = ("--lever", f"{GANGS}=5..6", "--target", "transit_mean_d<=900", "--reps", 2)
    code, out, err = corridor(capsys, "search", STARTER, *SMALL, *asked, "-o", "s")
    assert code == 0
    assert f"{GANGS} = 5 (the lowest that was allowed) is the cheapest value" in out
    assert "gangs=6:" in err
    assert {path.name for path in made(here, out)} == {"search.png", "tries.csv", "manifest.json"}
    assert corridor(capsys, "info", "s")[0] == 0
    asked = ("--lever", f"{GANGS}=5..6", "--target", "transit_mean_d<=0.01", "--reps", 2)
    code, out, err = corridor(capsys, "search", STARTER, *SMALL, *asked, "-o", "s")
    assert code == 5
    assert f"no value of {GANGS} tried was shown to meet transit_mean_d <= 0.01" in err
    asked = ("--lever", f"{GANGS}=5..6", "--target", "transit_mean_d:ore<=9", "--reps", 2)
    code, _, err = corridor(capsys, "search", STARTER, *SMALL, *asked, "-o", "s")
    assert code == 2
    assert "known: `flour`" in err


def test_a_precision_and_pairs_are_in_the_command_that_goes_on(here, capsys):
    asked = ("--until", "0.01%", "--at-most", 30, "--antithetic", "--metric", "delivered_t")
    args = ("sweep", STARTER, *SMALL, "--over", f"{GANGS}=2", *asked, "-o", "s")
    code, out, err = corridor(capsys, *args)
    assert code == 0
    assert "means over 30 replications" in out
    assert "add --at-most 60 to go on" in err
    manifest = json.loads((here / "s" / "manifest.json").read_text())
    told = [manifest[name] for name in ("antithetic", "until_frac", "is_precise", "replications")]
    assert told == [True, 1e-4, False, 30]
    again = shlex.split(manifest["command"])
    assert {"--antithetic", "--until", "0.01%", "--at-most"} <= set(again)
    code, again_out, _ = corridor(capsys, *again[1:])
    assert (code, again_out) == (0, out)
    code, out, _ = corridor(capsys, "info", "s")
    assert "antithetic pairs" in out
    assert "±0.01% of delivered_t" in out
    code, _, err = corridor(capsys, *(arg for arg in args if arg != "--antithetic"))
    assert (code, "other inputs" in err) == (1, True)


OVER, VARY = ("--over", f"{WAGONS}=40,80"), ("--vary", f"{WAGONS}=40..80")
SEEK = ("--lever", f"{WAGONS}=40..80", "--target", "transit_mean_d<=9")


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("sweep",), 2, "--over"),
        (("sweep", "--over", "wagons"), 2, "write path=1,2,3"),
        (("sweep", "--over", f"{WAGONS}=1,,2"), 2, "a value is empty"),
        (("sweep", "--over", f"{WAGONS}=1,2,1"), 2, "given twice"),
        (("sweep", "--over", f"{WAGONS}=1..9"), 2, "give a step"),
        (("sweep", "--over", f"{WAGONS}=1..9/5"), 2, "do not reach 9"),
        (("sweep", "--over", f"{WAGONS}=9..1/2"), 2, "lower end first"),
        (("sweep", "--over", f"{WAGONS}=1..99999/1"), 2, "more than 5,000"),
        (("sweep", "--lhs", "4", *OVER), 2, "is no range"),
        (("sweep", "--lhs", "1", "--over", f"{WAGONS}=1..9"), 2, "x>=2"),
        (("sweep", "--lhs", "4", "--over", f"{WAGONS}=1.5..9"), 2, "whole numbers"),
        (("sweep", *OVER, *OVER), 2, "varied twice"),
        (("sweep", *OVER, "--reps", "0"), 2, "x>=1"),
        (("sweep", *OVER, "--metric", "transit_men_d"), 2, "did you mean"),
        (("sweep", *OVER, "--engine", "magic"), 2, "'des'"),
        (("sweep", *OVER, "--seed", "-1"), 2, "x>=0"),
        (("sweep", "--over", "fleets.flour-wagons.wagns=1,2"), 3, "did you mean"),
        (("sweep", "--over", f"{WAGONS}=-1,many"), 3, "at fleets.flour-wagons.wagons=-1"),
        (("sweep", "--over", "seed=1,2"), 2, "seed is no lever"),
        (("sweep", *OVER, "-o", "file"), 1, "is a file"),
        (("sensitivity", "--vary", f"{WAGONS}=1,2"), 2, "is no range"),
        (("sensitivity", "--vary", "name=1..2"), 2, "takes no number"),
        (("sensitivity", *VARY, "--samples", "8"), 2, "for --method sobol"),
        (("sensitivity", *VARY, "--method", "sobol"), 2, "2 levers at least"),
        (
            ("sensitivity", *VARY, "--vary", f"{GANGS}=1..2", "--method=sobol", "--samples=6"),
            2,
            "no power of two",
        ),
        (("sensitivity", *VARY, "--method", "morris"), 2, "'tornado'"),
        (("sensitivity", "--vary", "nowhere.at=1..2"), 3, "nowhere"),
        (("search", *SEEK[:2]), 2, "--target"),
        (("search", *SEEK[:2], "--target", "transit_mean_d=9"), 2, "in quotes"),
        (("search", *SEEK[:2], "--target", "transit_mean_d<=1.2.3"), 2, "in quotes"),
        (("search", *SEEK[:2], "--target", "transit_men_d<=9"), 2, "did you mean"),
        (("search", "--lever", f"{WAGONS}=1.5..9", *SEEK[2:]), 2, "whole numbers"),
        (("search", "--lever", f"{WAGONS}=9..1", *SEEK[2:]), 2, "lower end first"),
        (("search", "--lever", "duration_d=9", *SEEK[2:]), 2, "is no range"),
        (
            ("search", "--lever", "lines.tm-border.commercial_speed_kmh=5..9", *SEEK[2:]),
            2,
            "other than whole",
        ),
        (("search", *SEEK, "--reps", "1"), 2, "x>=2"),
        (("search", *SEEK, "--reps", "8", "--at-most", "4"), 2, "less than --reps"),
        (("search", *SEEK, "--years", "90"), 2, "write 2%"),
        (("search", *SEEK, "--confidence", "100%"), 2, "no percentage"),
        (("search", *SEEK, "--cost", "dollars"), 2, "no measure"),
        (("search", *SEEK, "-o", "file"), 1, "is a file"),
        (("sweep", *OVER, "--metric", "transit_mean_d:flur"), 2, "did you mean 'flour'?"),
        (("sweep", *OVER, "--metric", "post_wait_mean_h:x"), 2, "`torghundi-customs`"),
        (("sweep", *OVER, "--metric", "stock_out_d"), 2, "add one under `stocks`"),
        (("sensitivity", *VARY, "--metric", "cost_usd_per_t:ore"), 2, "no flow 'ore'; known:"),
        (("search", *SEEK[:2], "--target", "fleet_cycle_mean_d<=9"), 2, "of several"),
        (("search", *SEEK, "--cost", "cost_usd_per_t:ore"), 2, "no flow 'ore'"),
        (("mc", "--metric", "cost_usd_per_t:ore"), 2, "no flow 'ore'"),
        (("mc", "--until", "5%", "--metric", "transit_free_d:flur"), 2, "mean 'flour'?"),
        (("sweep", *OVER, "--reps", "4", "--until", "5%"), 2, "contradict"),
        (("sweep", *OVER, "--at-most", "40"), 2, "give --until too"),
        (("sweep", *OVER, "--antithetic", "--reps", "5"), 2, "5 must be even"),
        (("sweep", *OVER, "--antithetic", "--set", "replications=7"), 2, "give 8"),
        (("sensitivity", *VARY, "--method=sobol", "--antithetic"), 2, "independent of each other"),
        (("sensitivity", *VARY, "--method=sobol", "--until", "2%"), 2, "more samples"),
        (("search", *SEEK, "--antithetic", "--years", "90%"), 2, "independent of each other"),
        (("search", *SEEK, "--until", "2%", "--years", "90%"), 2, "share of the years"),
        (("search", *SEEK, "--antithetic", "--reps", "3"), 2, "give 4"),
        (("sweep", *OVER, "--insecure"), 2, "leave it out"),
    ],
)
def test_wrong_calls_are_told_before_anything_runs(here, capsys, args, code, words):
    (here / "file").write_text("x")
    got, _, err = corridor(capsys, args[0], STARTER, *SMALL, *args[1:])
    assert got == code, err
    assert words in err
    assert "Traceback" not in err
    assert [p.name for p in here.iterdir()] == ["file"]


@pytest.mark.parametrize("args", [("sweep", *OVER), ("sensitivity", *VARY), ("search", *SEEK)])
def test_a_scheduler_is_refused_as_that_of_mc(here, capsys, args):
    for more, words in (
        (AFAR, "--insecure"),
        (("--scheduler", "host"), "no scheduler's address"),
        (("--scheduler", "tls://h:1", "--workers", 2), "leave --workers out"),
    ):
        code, _, err = corridor(capsys, args[0], STARTER, *SMALL[:4], *args[1:], *more)
        assert code == 2
        assert words in err
    assert not list(here.iterdir())


def test_values_as_they_are_typed():
    assert parsed_values("a=0.1..0.3/0.1", "--over") == ("a", ["0.1", "0.2", "0.3"])
    assert parsed_values("a=-2..2/2", "--over")[1] == ["-2", "0", "2"]
    assert parsed_values("hours={opens: 1, closes: 2},x", "--over")[1] == [
        "{opens: 1, closes: 2}",
        "x",
    ]
