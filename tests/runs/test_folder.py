"""Run folders: whole or not at all, never over other inputs."""

import json
import shutil
import subprocess

import pytest

from sim.errors import RunError
from sim.runs.files import write_texts
from sim.runs.folder import MANIFEST, new_folder, read_manifest


def write(folder, inputs, *, replace=False, text="x"):
    with new_folder(folder, {"kind": "run", "inputs": inputs}, replace=replace) as draft:
        (draft / "a.csv").write_text(text)


def test_a_folder_takes_its_name_when_all_is_written(tmp_path):
    folder = tmp_path / "runs" / "one"
    with new_folder(folder, {"kind": "run", "inputs": "i"}, replace=False) as draft:
        assert not folder.exists()
        (draft / "a.csv").write_text("x")
    assert read_manifest(folder)["inputs"] == "i"
    assert [p.name for p in folder.parent.iterdir()] == ["one"]


def test_the_same_inputs_may_be_written_again(tmp_path):
    write(tmp_path / "one", "i", text="old")
    write(tmp_path / "one", "i", text="new")
    assert (tmp_path / "one" / "a.csv").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["one"]


def test_other_inputs_are_refused_unless_replaced(tmp_path):
    write(tmp_path / "one", "i", text="old")
    with pytest.raises(RunError, match="other inputs"):
        write(tmp_path / "one", "j")
    assert (tmp_path / "one" / "a.csv").read_text() == "old"
    write(tmp_path / "one", "j", replace=True, text="new")
    assert (tmp_path / "one" / "a.csv").read_text() == "new"


def test_a_folder_of_other_things_is_never_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RunError, match="holds other files"):
        write(tmp_path, "i", replace=True)
    assert (tmp_path / "thesis.txt").exists()


def test_the_users_own_files_in_a_run_folder_are_kept(tmp_path):
    write(tmp_path / "one", "i", text="old")
    (tmp_path / "one" / "notes.txt").write_text("mine")
    (tmp_path / "one" / "sub").mkdir()
    write(tmp_path / "one", "j", replace=True, text="new")
    assert (tmp_path / "one" / "notes.txt").read_text() == "mine"
    assert (tmp_path / "one" / "sub").is_dir()
    assert (tmp_path / "one" / "a.csv").read_text() == "new"


def test_a_run_never_takes_the_place_of_a_comparison(tmp_path):
    with new_folder(tmp_path / "one", {"kind": "compare", "inputs": "i"}, replace=False):
        pass
    with pytest.raises(RunError, match="holds a compare, not a run"):
        write(tmp_path / "one", "i", replace=True)


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "one").write_text("x")
    with pytest.raises(RunError, match="is a file"):
        write(tmp_path / "one", "i")


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_an_interrupted_run_leaves_what_stood_there_and_no_draft(tmp_path, fault):
    write(tmp_path / "one", "i", text="old")

    def stop():
        with new_folder(tmp_path / "one", {"kind": "run", "inputs": "i"}, replace=False) as draft:
            (draft / "a.csv").write_text("half")
            raise fault

    with pytest.raises(fault):
        stop()
    assert (tmp_path / "one" / "a.csv").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["one"]


def test_a_manifest_that_is_none_is_told(tmp_path):
    with pytest.raises(RunError, match="no run folder"):
        read_manifest(tmp_path)
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(RunError, match="is damaged"):
        read_manifest(tmp_path)
    (tmp_path / MANIFEST).write_text(json.dumps([]))
    with pytest.raises(RunError, match="object"):
        read_manifest(tmp_path)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 kB, where one can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)],
        check=False,
        capture_output=True,
    )
    if not made or made.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=False)


def test_texts_on_a_full_disk_leave_what_was_there(small_disk):
    first, second = small_disk / "a.txt", small_disk / "b.txt"
    first.write_text("precious")
    with pytest.raises(RunError, match=r"b.txt: could not be written: No space left.*make room"):
        write_texts({first: "new", second: "x" * 200_000})
    assert first.read_text() == "precious"
    assert [p.name for p in small_disk.iterdir()] == ["a.txt"]


def test_a_full_disk_is_told_and_loses_nothing(small_disk):
    write(small_disk / "one", "i", text="old")
    with pytest.raises(RunError, match="No space left"):
        write(small_disk / "one", "i", text="x" * 200_000)
    assert (small_disk / "one" / "a.csv").read_text() == "old"
    assert [p.name for p in small_disk.iterdir()] == ["one"]
