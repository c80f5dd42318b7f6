"""What is told while a study makes ready."""

import os
import subprocess
import sys
import time

import pytest

import sim.cli.main as door
from sim.cli.engine_choice import told_if_long
from sim.engines.batch import is_compiled, make_ready


def test_what_takes_long_is_told_and_what_does_not_is_not(capsys):
    with told_if_long("at work", quiet=False, after_s=0.05):
        time.sleep(0.5)
    assert capsys.readouterr().err == "at work\n"
    with told_if_long("at work", quiet=False, after_s=60):
        pass
    with told_if_long("at work", quiet=True, after_s=0.0):
        time.sleep(0.2)
    assert capsys.readouterr().err == ""


def test_workers_are_readied_for_studies_but_not_for_help_or_other_commands(monkeypatch, capsys):
    begun = []
    monkeypatch.setattr(door, "begin_early", lambda: begun.append("workers"))
    for args in (["mc", "--help"], ["compare", "-h"], ["validate", "none.yaml"]):
        with pytest.raises(SystemExit):
            door.main(args=args)
        assert not begun
    with pytest.raises(SystemExit):
        door.main(args=["mc", "none.yaml"])
    assert begun == ["workers"]
    assert "none.yaml" in capsys.readouterr().err


def test_whether_the_machine_is_compiled_is_told_without_compiling_it(tmp_path):
    code = "from sim.engines.batch import is_compiled; print(is_compiled())"
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
    make_ready()
    assert is_compiled()
