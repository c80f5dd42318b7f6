"""What a planner reads: each bad file has its expected text beside it."""

import re
from pathlib import Path

import pytest
from specimens import context

from sim.scenario import check_scenario, read_scenario, render
from sim.scenario.problems import in_order

HERE = Path(__file__).parent
BAD = sorted(p.stem for p in HERE.glob("*.yaml") if p.stem != "sound")
SETS = {
    "settings": (
        "seed=x",
        "lines.south.lop=3",
        "posts.border=2",
        "duration_d",
        "flows.flour.legs.0=a",
        "name.short=x",
        "extends=a",
        "duration_d=!!int 3",
        "disruptions.flod.dates.first=1",
        "posts.border-road.duration_h.mean=2",
        "lines.south.loop_tracks=[1",
    )
}
ELSEWHERE = {
    "no-such-file",
    "not-a-file",
    "unreadable-file",
    "file-too-large",
    "not-utf-8",
    "not-text",
    "not-a-scenario",
    "extends-ring",
    "extends-too-long",
    "too-deep",
    "too-many-values",
    "network-unreadable",
    "meets-in-a-circle",
    "train-stalls",
    "refused",
}


def problems_of(stem):
    reading = read_scenario(f"{stem}.yaml", sets=SETS.get(stem, ()))
    return in_order([*reading.problems, *check_scenario(reading, context())])


@pytest.mark.parametrize("stem", BAD)
def test_every_problem_is_told_as_expected(stem, monkeypatch):
    monkeypatch.chdir(HERE)
    expected = Path(f"{stem}.txt").read_text(encoding="utf-8")
    assert render(problems_of(stem)) + "\n" == expected


def test_the_sound_scenario_has_no_problem(monkeypatch):
    monkeypatch.chdir(HERE)
    assert problems_of("sound") == ()


def test_every_code_is_provoked_by_some_bad_file(monkeypatch):
    monkeypatch.chdir(HERE)
    house = HERE.parents[1] / "sim" / "scenario"
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(house.rglob("*.py")))
    start = r"(?:Problem\(|_problem\(\s*case,|_refusal\(\s*(?:\w+|Mark\(shown, 1, 1\)),)"
    pattern = start + r'\s*"([a-z0-9-]+)"'
    stated = set(re.findall(pattern, source))
    provoked = {problem.code for stem in BAD for problem in problems_of(stem)}
    assert stated - provoked - ELSEWHERE == set()
    assert len(stated) > 40


def test_every_problem_has_a_place_and_a_fact(monkeypatch):
    monkeypatch.chdir(HERE)
    for stem in BAD:
        for problem in problems_of(stem):
            assert problem.mark is not None
            assert problem.fact
            assert problem.rule or problem.way_out
