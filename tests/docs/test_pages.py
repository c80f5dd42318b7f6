"""Pages do not drift: links lead somewhere, commands exist, examples run."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim.cli.main import cli

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "scenarios" / "README.md"])
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_readme_begins_with_the_two_commands():
    head = README[: README.index("## ")]
    assert "\nmake run" in head
    assert "\nmake test" in head
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^run:", makefile, re.MULTILINE)
    assert re.search(r"^test:.*check", makefile, re.MULTILINE)


def test_every_command_of_the_readme_exists_and_every_command_is_in_it():
    told = set(re.findall(r"^\| `corridor (\w+)", README, re.MULTILINE))
    assert told == set(cli.list_commands(None))


def test_every_scenario_of_the_readme_exists_and_every_scenario_is_listed():
    for name in re.findall(r"scenarios/[\w-]+\.yaml", README):
        assert (ROOT / name).exists(), name
    listed = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "scenarios").glob("*.yaml"):
        assert f"`{path.name}`" in listed


@pytest.mark.parametrize("command", cli.list_commands(None))
def test_every_command_has_help(command):
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.py")), ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path):
    done = subprocess.run(
        [sys.executable, "-W", "error", path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted(ROOT.glob("notebooks/*.py")), ids=lambda path: path.stem)
def test_a_notebook_is_short_and_reads_as_one(path):
    import jupytext

    notebook = jupytext.read(path)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert sum(source.count("\n") + 1 for source in code) <= 60
    assert len(code) >= 3


def test_the_adrs_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_source_code_of_a_scenario_is_explained():
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^\| (\w+) \|", page, re.MULTILINE))
    for path in (ROOT / "scenarios").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for quoted in re.findall(r'"((?:[A-Z]\d{1,2}[A-Z]?)(?:, [A-Z]\d{1,2}[A-Z]?)*)[,:]', text):
            for code in quoted.split(", "):
                assert code in known, f"{path.name}: {code}"
