"""Pages do not drift: links lead somewhere, commands exist, examples run."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sim import sweep
from sim.analysis.measures import refuse_unmeasured
from sim.analysis.points import open_origin
from sim.cli.lever_words import show_sweep
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
    assert re.search(r"^test:.*\n(\t.*\n)*\t.* check ", makefile, re.MULTILINE)


def test_every_command_of_the_readme_exists_and_every_command_is_in_it():
    told = set(re.findall(r"^\| `corridor (\w+)", README, re.MULTILINE))
    assert told == set(cli.list_commands(None))


def test_every_scenario_of_the_readme_exists_and_every_scenario_is_listed():
    for name in re.findall(r"scenarios/[\w-]+\.yaml", README):
        assert (ROOT / name).exists(), name
    listed = (ROOT / "scenarios" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "scenarios").glob("*.yaml"):
        assert f"`{path.name}`" in listed


def commands_of(page):
    """Return the commands in fenced blocks of a page, as words; those with gaps are left out."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    told, is_inside = [], False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            is_inside = not is_inside
        elif is_inside and re.match(r"corridor [a-z]", line) and not re.search(r"\.\.\. |\[", line):
            told.append(shlex.split(line.removesuffix("&"), comments=True))
    return told


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_page_is_taken(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    for words in commands_of(page):
        command = cli.get_command(None, words[1])
        assert command is not None, words
        own = {k for k, word in enumerate(words) if "--rules" in (word, words[k - 1])}
        args = [word for k, word in enumerate(words) if k > 1 and k not in own]
        command.make_context(words[1], args)  # a reader's own file of rules is not there


def test_the_commands_of_what_if_have_levers_and_measures_there_are(monkeypatch):
    monkeypatch.chdir(ROOT)
    told = commands_of(ROOT / "docs" / "what-if.md")
    assert {words[1] for words in told} == {"sweep", "sensitivity", "search"}
    for words in told:
        options = list(zip(words[3::2], words[4::2], strict=False))
        levers = [v.partition("=")[0] for o, v in options if o in {"--over", "--vary", "--lever"}]
        asked = [v for o, v in options if o == "--metric"]
        asked += [re.split("[<>]=", v)[0] for o, v in options if o == "--target"]
        origin = open_origin(words[2], levers)
        assert levers
        assert all(lever.value is not None for lever in origin.levers), words
        refuse_unmeasured(asked, [origin.case])


@pytest.mark.slow
def test_the_table_of_the_sweep_is_what_the_command_prints(tmp_path):
    """Three of its points; what a point gives does not depend on the others."""
    page = (ROOT / "docs" / "what-if.md").read_text(encoding="utf-8")
    swept = sweep(
        ROOT / "scenarios" / "today.yaml",
        {"fleets.flour-wagons.wagons": [250, 300]},
        output=tmp_path / "sweep",
        replications=10,
    )
    told = CliRunner()
    with told.isolation() as (out, _, _):
        keys = [("transit_p95_d", "all", "d"), ("delivered_t", "all", "t")]
        show_sweep(swept, keys, colour=False)
        printed = out.getvalue().decode()
    rows = [re.sub(r"[│ ]+", " ", line).strip() for line in printed.splitlines() if "│" in line]
    shown = [re.sub(" +", " ", line).strip() for line in page.splitlines()]
    assert len(rows) == 3
    for row in rows:
        assert row in shown


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
