"""docs/network.md: its Python runs, its tables are those of the code, its example is sound."""

import doctest
import importlib
import pkgutil
import re
import shutil
from pathlib import Path

import pytest

import geo
from geo import read_network
from geo.columns import TABLES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "network.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "docs" / "examples" / "my-railway.geojson"
MODULES = sorted(module.name for module in pkgutil.iter_modules(geo.__path__))


def default_said(column):
    if column.is_required:
        return "must be given"
    if column.default == "" or column.default != column.default:
        return "empty"
    return f"`{str(column.default).lower()}`"


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Stand in an empty folder that holds the examples."""
    shutil.copytree(EXAMPLE.parent, tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_snippets_run_one_after_another(desk, capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert len(blocks) > 5
    space = {}
    for block in blocks:
        exec(compile(block, "docs/network.md", "exec"), space)  # noqa: S102
    assert capsys.readouterr().out.splitlines()[0] == "3596.1"
    assert (desk / "my-corridor.gpkg").exists()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_column_stands_in_the_manual(table):
    for column in table.columns:
        row = f"| `{column.name}` | {column.kind} | {default_said(column)} | {column.meaning} |"
        assert row in PAGE


def test_each_line_of_the_corridor_stands_in_the_manual(corridor):
    for line_id in set(corridor.sections["line_id"]) | set(corridor.stages.index):
        assert f"`{line_id}`" in PAGE


def test_the_example_is_marked_as_invented():
    network = read_network(EXAMPLE)
    assert network.name == "my-railway"
    assert "Invented" in network.credit
    assert list(network.stages.index) == ["existing", "to-the-sea"]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_docstrings_hold(name):
    result = doctest.testmod(importlib.import_module(f"geo.{name}"))
    assert result.failed == 0


def test_the_face_is_complete():
    assert list(geo.__all__) == sorted(geo.__all__)
    assert all(hasattr(geo, name) for name in geo.__all__)


@pytest.mark.parametrize("name", [name for name in geo.__all__ if name != "BASEMAP_CREDIT"])
def test_each_name_of_the_face_is_documented(name):
    assert len(getattr(geo, name).__doc__) > 100


@pytest.mark.parametrize("path", sorted((ROOT / "geo").glob("*.py")), ids=lambda path: path.name)
def test_modules_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300
