"""The commands as a planner types them: what they print, make and refuse."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import sim.cli.main as door
from sim.cli.telling import number
from sim.tables import columns

ROOT = Path(__file__).parents[2]
TODAY, HERAT = ROOT / "scenarios" / "today.yaml", ROOT / "scenarios" / "herat.yaml"
SMALL = ("--set", "duration_d=25", "--set", "run_out_d=30")


def corridor(capsys, *args):
    with pytest.raises(SystemExit) as leave:
        door.main(args=[str(a) for a in args])
    out, err = capsys.readouterr()
    return leave.value.code or 0, out, err


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "herat"
    with pytest.raises(SystemExit) as leave:
        door.main(args=["run", str(HERAT), *SMALL, "-o", str(folder), "-q"])
    assert not leave.value.code
    return folder


def test_run_prints_a_table_and_makes_every_file_it_names(here, capsys):
    code, out, _ = corridor(capsys, "run", TODAY, *SMALL)
    assert code == 0
    assert "flour-to-kandahar" in out
    paths = [line.strip() for line in out[out.index("made:") :].splitlines()[1:]]
    assert len(paths) > 10
    for path in paths:
        assert not Path(path).is_absolute()
        assert (here / path).stat().st_size > 0


def test_a_run_folder_holds_what_is_needed_to_make_it_again(run_folder, tmp_path, capsys):
    manifest = json.loads((run_folder / "manifest.json").read_text())
    assert manifest["state"] == "complete"
    assert manifest["versions"]["railcorridor"]
    assert {"seed", "replication", "counts", "files", "inputs", "wall_s"} <= set(manifest)
    again = tmp_path / "again"
    assert corridor(capsys, "run", run_folder / "scenario.yaml", "-o", again, "-q")[0] == 0
    for name in ("flows.csv", "waits.csv", "events.parquet"):
        assert (again / name).read_bytes() == (run_folder / name).read_bytes(), name


def test_the_tables_of_a_run_are_those_of_the_manual(run_folder):
    for name in ("flows", "waits", "sections", "stations", "posts", "terminals", "fleets"):
        table = pd.read_csv(run_folder / f"{name}.csv")
        assert list(table.columns) == [c.column for c in columns(name)]
    assumed = pd.read_csv(run_folder / "assumptions.csv")
    assert assumed["is_assumed"].any()
    assert assumed["source"].notna().all()


def test_a_folder_of_other_inputs_is_refused(run_folder, capsys):
    code, _, err = corridor(capsys, "run", HERAT, "--set", "duration_d=5", "-o", run_folder)
    assert code == 1
    assert "other inputs" in err
    assert "--replace" in err


@pytest.mark.usefixtures("here")
def test_compare_as_json_is_a_list_of_objects(capsys):
    code, out, _ = corridor(
        capsys, "compare", TODAY, HERAT, *SMALL, "--reps", 2, "--workers", 1, "--format", "json"
    )
    assert code == 0
    rows = json.loads(out)
    assert set(rows[0]) == {c.column for c in columns("comparison")}
    found = {(r["scenario"], r["metric"], r["flow"]): r for r in rows}
    row = found["herat", "transit_mean_d", "flour-to-herat"]
    assert row["unit"] == "d"
    assert row["difference_low"] <= row["difference"] <= row["difference_high"]
    base = found["today", "transit_mean_d", "flour-to-herat"]
    assert row["value"] - base["value"] == pytest.approx(row["difference"])


@pytest.mark.usefixtures("here")
def test_compare_as_csv_and_chosen_measures(capsys):
    args = ("compare", TODAY, HERAT, *SMALL, "--reps", 1, "--workers", 1)
    code, out, _ = corridor(capsys, *args, "--format", "csv", "--metric", "throughput_frac")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == ",".join(c.column for c in columns("comparison"))
    assert all(",throughput_frac," in line for line in lines[1:])
    code, _, err = corridor(capsys, *args, "--metric", "transit_men_d")
    assert code == 2
    assert "did you mean 'transit_mean_d'" in err


def test_compare_makes_the_folder_it_names(here, capsys):
    args = ("compare", TODAY, HERAT, *SMALL, "--reps", 2, "--workers", 1, "-o", "study")
    code, out, _ = corridor(capsys, *args)
    assert code == 0
    for name in ("comparison.png", "days.png", "map.png", "graph.png", "comparison.csv"):
        assert f"study/{name}" in out
        assert (here / "study" / name).stat().st_size > 0


def test_compare_needs_two(capsys):
    code, _, err = corridor(capsys, "compare", TODAY)
    assert code == 2
    assert "at least two" in err
    assert corridor(capsys, "compare", TODAY, TODAY)[0] == 2


def test_graph_and_map_of_a_run(run_folder, here, capsys):
    assert corridor(capsys, "graph", run_folder, "-o", "g.svg", "--days", 3)[0] == 0
    assert b"<svg" in (here / "g.svg").read_bytes()
    assert corridor(capsys, "map", run_folder, "-o", "m.png")[0] == 0
    assert (here / "m.png").read_bytes().startswith(b"\x89PNG")
    assert corridor(capsys, "map", TODAY)[0] == 0
    assert (here / "today-map.png").exists()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["graph", "RUN", "--from", "sanabr", "--to", "herat"], 1, "did you mean `sanabar`"),
        (["graph", "RUN", "--first-day", "999"], 1, "outside the run"),
        (["graph", "RUN", "-o", "x.bmp"], 1, ".png"),
        (["graph", "RUN/scenario.yaml"], 1, "corridor run"),
        (["graph", "."], 1, "no run folder"),
        (["map", "."], 1, "no run folder"),
        (["map", "none.yaml"], 3, "none.yaml"),
    ],
)
def test_wrong_graphs_and_maps_are_told(run_folder, capsys, args, code, words):
    args = [a.replace("RUN", str(run_folder)) for a in args]
    got, _, err = corridor(capsys, *args)
    assert got == code
    assert words in err
    assert "Traceback" not in err


def test_damaged_events_are_told(run_folder, here, capsys):
    damaged = here / "damaged"
    damaged.mkdir()
    for name in ("manifest.json", "scenario.yaml"):
        (damaged / name).write_bytes((run_folder / name).read_bytes())
    (damaged / "events.parquet").write_bytes(b"no parquet")
    code, _, err = corridor(capsys, "graph", damaged)
    assert code == 1
    assert "events.parquet: can't be read" in err


@pytest.mark.usefixtures("here")
def test_doctor_checks_itself(capsys):
    code, out, _ = corridor(capsys, "doctor")
    assert code == 0
    assert out.count("\nok ") == 2


def workers_of(pid):
    listed = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True)
    rows = [line.split(maxsplit=1) for line in listed.stdout.splitlines()]
    return [args for ppid, args in rows if ppid == str(pid)]


@pytest.mark.parametrize(
    "how", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
def test_an_interrupted_comparison_says_so_and_leaves_nothing(here, how):
    args = ["compare", TODAY, HERAT, "--reps", "50", "--workers", "2", "-o", "study"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli.main", *map(str, args)],
        cwd=here,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(5)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert list(here.iterdir()) == []
    assert not workers_of(process.pid)


def test_figures_are_shown_with_three_digits():
    shown = {0.0: "0", 0.12345: "0.123", 1.234: "1.23", 12.34: "12.3", 1234.5: "1,234"}
    assert {value: number(value) for value in shown} == shown
    assert number(float("nan")) == "-"


def test_a_users_own_railway_runs_by_the_same_door(here, capsys):
    example = ROOT / "docs" / "examples" / "my-railway.yaml"
    code, out, _ = corridor(capsys, "run", example, "-o", "mine", "--set", "duration_d=20")
    assert code == 0
    assert "ore" in out
    assert (here / "mine" / "network.gpkg").exists()
    code, _, _ = corridor(capsys, "map", "mine")
    assert code == 0


def test_freight_that_never_arrives_is_told(here, capsys):
    (here / "shut.yaml").write_text(
        f"extends: {TODAY}\nname: '[b]shut[/x]'\n"
        "disruptions: {x: {hits: {posts: [bolashak]}, effect: {closed: true}, "
        "dates: {first: 2027-01-01, last: 2099-01-01}}}\n"
    )
    code, out, err = corridor(capsys, "run", "shut.yaml", *SMALL)
    assert code == 0
    assert "[b]shut[/x]: 25 days" in out
    assert "100% of flow flour-to-herat never arrives" in err
    args = ("compare", TODAY, "shut.yaml", *SMALL, "--reps", 1, "--workers", 1)
    code, out, err = corridor(capsys, *args)
    assert "never arrived, t" in out
    assert "shut: 100% of flow flour-to-herat never arrives" in err


@pytest.mark.usefixtures("here")
def test_a_day_and_a_flow_of_no_lots_are_legal(capsys):
    assert corridor(capsys, "run", TODAY, "--set", "duration_d=1", "-o", "day")[0] == 0
    flows = ["flour-to-herat", "flour-to-kandahar", "flour-to-spin-boldak"]
    sets = [x for f in flows for x in ("--set", f"flows.{f}.tonnes_per_year=0.1")]
    sets += ["--set", "flows.general-to-herat.tonnes_per_year=0.1"]
    assert corridor(capsys, "run", TODAY, *SMALL, *sets, "-o", "none")[0] == 0


def test_physics_prints_a_table_draws_and_speaks_json(here, capsys):
    args = ("physics", ROOT / "scenarios" / "full-line.yaml", "--service", "flour-herat")
    code, out, _ = corridor(capsys, *args, "--section", "torghundi:herat_airport")
    assert code == 0
    assert "minimum, min" in out
    assert "ruling grade" in out
    assert (here / "flour-herat-physics.png").stat().st_size > 0
    code, out, _ = corridor(capsys, *args, "--format", "json")
    told = json.loads(out)
    runs = {(run["way"], run["state"]): run for run in told["runs"]}
    loaded, empty = runs["out", "loaded"], runs["out", "empty"]
    assert loaded["minimum_min"] > empty["minimum_min"]
    assert loaded["scheduled_min"] == pytest.approx(1.05 * loaded["minimum_min"])
    assert loaded["fuel_l"] > empty["fuel_l"] > 0
    phases = ("accelerate", "cruise", "coast", "brake")
    assert sum(loaded[f"{p}_min"] for p in phases) == pytest.approx(loaded["minimum_min"])
    course = loaded["course"]
    assert course["chainage_km"][-1] == pytest.approx(loaded["length_km"], abs=1e-3)
    assert course["speed_kmh"][0] == course["speed_kmh"][-1] == 0
    assert max(course["speed_kmh"]) == 80
    assert len(course["phase"]) == len(course["force_kn"]) == len(course["speed_kmh"]) - 1
    assert set(course["phase"]) == set(phases)
    assert all(
        f >= 0
        for f, p in zip(course["force_kn"], course["phase"], strict=True)
        if p == "accelerate"
    )
    wagons = {(r["ruling_permille"], r["locomotives"]): r["wagons"] for r in told["rakes"]}
    assert wagons[15, 2] > wagons[15, 1] > wagons[20, 1]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["--service", "flour-torghundi"], 1, "no flow uses a service"),
        (["--service", "flour-herat", "--section", "herat"], 2, "two stations"),
        (["--service", "flour-herat", "--section", "herat:x"], 1, "its stations: torghundi"),
        (["--service", "flour-herat", "--section", "herat_airport:torghundi"], 1, "this order"),
        (["--service", "flour-herat", "--section", "sanabar:sanabar"], 1, "this order"),
    ],
)
def test_physics_of_what_there_is_not_is_told(capsys, args, code, words):
    got, _, err = corridor(capsys, "physics", ROOT / "scenarios" / "full-line.yaml", *args)
    assert got == code
    assert words in err


@pytest.mark.usefixtures("here")
def test_physics_shows_resistance_curves_and_starting(capsys):
    args = ("physics", ROOT / "scenarios" / "own-resistance.yaml", "--service", "flour-herat")
    code, out, _ = corridor(capsys, *args)
    told = " ".join(out.split())
    assert code == 0
    assert "resistance: table of each vehicle" in told
    assert "curves: torghundi-sanabar: 4 listed, tightest 400 m; elsewhere 600 m on 25%" in told
    assert "starting: 2 loaded and 2 empty, permille of the wagons' weight, given" in told


def test_the_advice_of_validate_makes_the_scenario_valid(capsys):
    services = ("flour-herat", "general-herat")
    few = [x for s in services for x in ("--set", f"services.{s}.locomotives.count=1")]
    file = ROOT / "scenarios" / "own-resistance.yaml"
    code, out, err = corridor(capsys, "validate", file, *few)
    assert code == 3
    told = " ".join((out + err).split())
    found = re.findall(r"services\.([\w-]+)\.rake_wagons .*?a rake of (\d+) wagons goes", told)
    assert [name for name, _ in found] == ["flour-herat", "general-herat"]
    advice = [x for name, n in found for x in ("--set", f"services.{name}.rake_wagons={n}")]
    assert corridor(capsys, "validate", file, *few, *advice)[0] == 0
