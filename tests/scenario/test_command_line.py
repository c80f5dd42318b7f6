"""`corridor`: quick help, clear words, exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from specimens import SOUND

from sim.cli import main as door
from sim.errors import DeadlockError, RunError, ScenarioError

ROOT = Path(__file__).parents[2]


def run(args, capsys):
    with pytest.raises(SystemExit) as leave:
        door.main(args=args)
    out, err = capsys.readouterr()
    return leave.value.code, out, err


def corridor(*args, **env):
    return subprocess.run(
        [sys.executable, "-m", "sim.cli.main", *args],
        capture_output=True, text=True, check=False, env={**os.environ, **env}, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["init", "."], capsys)[0] == 0
    return tmp_path


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom sim.cli.main import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'pandas', 'geopandas', 'pydantic', 'ruamel', 'numpy', 'matplotlib', 'simpy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "validate" in done.stdout


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_commands_that_are_there(flag, capsys):
    code, out, _ = run([flag], capsys)
    assert code == 0
    listed = [name for name in door.COMMANDS if f"\n  {name} " in out]
    assert {"init", "validate", "schema"} <= set(listed)


def test_a_command_whose_module_is_missing_is_hidden(monkeypatch, capsys):
    monkeypatch.setitem(door.COMMANDS, "fly", "sim.cli.fly:fly")
    monkeypatch.setitem(door.SUMMARIES, "fly", "Fly.")
    assert "fly" not in run(["--help"], capsys)[1]
    assert run(["fly"], capsys)[0] == 2


def test_every_command_has_a_summary():
    assert list(door.COMMANDS) == list(door.SUMMARIES)


def test_version_and_usage(capsys):
    code, out, _ = run(["--version"], capsys)
    assert (code, out.split()[0]) == (0, "corridor")
    code, _, err = run(["valdate"], capsys)
    assert code == 2
    assert "did you mean 'validate'?" in err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ScenarioError(("a.yaml:1:1: wrong",)), 3, "a.yaml:1:1: wrong"),
        (DeadlockError("trains 1 and 2 wait for each other"), 5, "trains 1 and 2"),
        (RunError("another folder"), 1, "another folder"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device", "runs/x"), 1, "runs/x: No space left on device"),
        (ZeroDivisionError("by zero"), 1, "unexpected: ZeroDivisionError: by zero; run again with"),
        (BrokenPipeError(), 0, ""),
    ],
)
def test_every_failure_has_one_line_and_its_code(monkeypatch, capsys, error, code, text):
    @click.command()
    def fail():
        raise error

    monkeypatch.setattr(door.LazyGroup, "get_command", lambda *_: fail)
    monkeypatch.setattr(door, "_quiet", lambda: 0)
    got, out, err = run(["fail"], capsys)
    assert got == code
    assert err.strip().startswith(text)
    assert len(err.strip().splitlines()) <= 1
    assert out == ""


def test_the_trace_is_shown_when_asked_for(monkeypatch, capsys):
    @click.command()
    def fail():
        message = "deep down"
        raise ValueError(message)

    monkeypatch.setattr(door.LazyGroup, "get_command", lambda *_: fail)
    monkeypatch.setenv("CORRIDOR_TRACE", "1")
    assert "Traceback" in run(["fail"], capsys)[2]


def test_init_writes_a_scenario_that_is_sound(folder, capsys):
    assert sorted(p.name for p in folder.iterdir()) == ["README.md", "schema.json", "starter.yaml"]
    code, out, err = run(["validate", "starter.yaml"], capsys)
    assert (code, err) == (0, "")
    assert out.startswith("starter.yaml: ok (Flour to Herat, ")


def test_init_does_not_write_over_files(folder, capsys):
    (folder / "starter.yaml").write_text("mine")
    (folder / "schema.json").unlink()
    code, _, err = run(["init", "."], capsys)
    assert code == 1
    assert "starter.yaml" in err
    assert not (folder / "schema.json").exists()
    assert (folder / "starter.yaml").read_text() == "mine"
    assert run(["init", ".", "--force"], capsys)[0] == 0
    assert (folder / "starter.yaml").read_text() != "mine"


def test_validate_tells_all_faults_of_all_files_and_leaves_with_3(folder, capsys):
    (folder / "a.yaml").write_text("extends: starter.yaml\nduration_d: x\n")
    (folder / "b.yaml").write_text("extends: starter.yaml\nlines: {tm-border: {grian: 1}}\n")
    code, out, err = run(["validate", "a.yaml", "b.yaml", "starter.yaml"], capsys)
    assert code == 3
    assert out.startswith("starter.yaml: ok")
    assert err.startswith("2 problems\na.yaml:2:1  duration_d\n")
    assert "b.yaml:2:21  lines.tm-border.grian" in err


@pytest.mark.usefixtures("folder")
def test_validate_holds_the_scenario_against_its_network(capsys):
    code, _, err = run(
        ["validate", "starter.yaml", "--set", "terminals.torghundi.station=torgundi"], capsys
    )
    assert code == 3
    assert "did you mean `torghundi`?" in err


def test_a_network_that_cannot_be_read_is_a_fault_at_its_key(folder, capsys):
    (folder / "a.yaml").write_text("extends: starter.yaml\nnetwork: {source: none.geojson}\n")
    code, _, err = run(["validate", "a.yaml"], capsys)
    assert code == 3
    assert "a.yaml:2:11  network.source" in err


def test_validate_speaks_json_and_github(folder, capsys):
    (folder / "a.yaml").write_text("extends: starter.yaml\nduration_d: x\n")
    code, out, _ = run(["validate", "a.yaml", "--format", "json"], capsys)
    assert code == 3
    assert [row["code"] for row in json.loads(out)] == ["not-whole"]
    _, out, _ = run(["validate", "a.yaml", "--format", "github"], capsys)
    assert out.startswith("::error file=a.yaml,line=2,col=1")
    code, out, _ = run(["validate", "starter.yaml", "--format", "json"], capsys)
    assert (code, json.loads(out)) == (0, [])


def test_warnings_do_not_fail(folder, capsys):
    (folder / "a.yaml").write_text(
        "extends: starter.yaml\nposts: {far: {station: kandahar, duration_h: 1}}\n"
    )
    code, out, err = run(["validate", "a.yaml"], capsys)
    assert code == 0
    assert out.startswith("a.yaml: ok")
    assert err.startswith("1 warning\na.yaml:2:9  posts.far  (warning)")


@pytest.mark.usefixtures("folder")
def test_validate_explains(capsys):
    args = ["validate", "starter.yaml", "--explain", "terminals.torghundi.gangs"]
    code, out, _ = run([*args, "--set", "terminals.torghundi.gangs=9"], capsys)
    assert code == 0
    assert out.startswith("terminals.torghundi.gangs: 9 gangs\n  from --set:1:1\n  instead of 6")


def test_schema_goes_to_standard_output_or_a_file(folder, capsys):
    code, out, _ = run(["schema"], capsys)
    assert code == 0
    assert run(["schema", "-o", "s.json"], capsys)[0] == 0
    assert (folder / "s.json").read_text() == out


def test_the_command_runs_as_a_process(tmp_path):
    (tmp_path / "bad.yaml").write_text(SOUND + "name: twice\n")
    done = corridor("validate", str(tmp_path / "bad.yaml"))
    assert done.returncode == 3
    assert "`name` is given twice, first at 1:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_failure():
    line = f"{sys.executable} -m sim.cli.main schema | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.stderr == ""
    assert done.stdout == "{\n"
