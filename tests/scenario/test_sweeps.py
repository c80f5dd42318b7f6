"""Every key of a whole scenario, spoilt in turn: one fault, at its place, with the right code."""

from copy import deepcopy
from itertools import pairwise

import pytest
from hypothesis import given, settings, strategies as st
from specimens import SOUND

from sim.model import Scenario
from sim.model.validation import validate
from sim.scenario import read_scenario
from sim.scenario.hints import did_you_mean, listed, nearest
from sim.scenario.loader import load_text
from sim.scenario.messages import told
from sim.scenario.nodes import plain, walk
from sim.scenario.spelling import clock_hint, day_hint, id_hint, number_hint
from sim.scenario.unit_words import key_stem, shown_value, unit_of
from sim.scenario.vocabulary import shape_at

FULL = (
    SOUND.replace("workers", "")
    .replace("{station: port, tracks: 2, gangs: 4}", "{station: port, tracks: 2, gangs: 4, "
             "receiving_tracks: 3, load_usd_per_t: 2, placing_h: 0.5, gauge_change: transshipment}")
    .replace("departs: {rule: when-full, longest_wait_h: 72}", "priority: 3\n    departs: "
             "{rule: timetable, times: [06:00], days: [monday], least_wagons: 5}")
    + "  washout:\n    hits: {posts: [border-road]}\n"
    "    effect: {capacity_frac: 0.5}\n    random: {rate_per_year: 2, "
    "months: [mar], duration_d: {kind: pert, low: 1, mode: 2, high: 5}}\n"
)  # fmt: skip
TREE = plain(load_text(FULL, "full.yaml").root)
PATHS = [path for path, _ in walk(load_text(FULL, "full.yaml").root) if path]
FIGURES = [p for p in PATHS if (shape := shape_at(p, TREE)) and (shape.is_number or shape.is_law)]
BARE = [p for p in FIGURES if not isinstance(p[-1], int)]
KINDS = {"kind", "grain", "rule"}


def spoilt(path, value):
    tree = deepcopy(TREE)
    at = tree
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return tree


def faults(tree):
    outcome = validate(tree)
    return () if isinstance(outcome, Scenario) else told(outcome, tree)


def without(path):
    tree = deepcopy(TREE)
    at = tree
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return tree


def test_the_whole_scenario_is_sound_and_has_many_figures():
    assert faults(TREE) == ()
    assert len(BARE) > 45


@pytest.mark.parametrize("path", BARE)
def test_a_figure_in_quotes_is_told_with_the_way_out(path):
    (problem,) = faults(spoilt(path, "24"))
    assert problem.path == path
    assert problem.code in {"not-a-number", "not-whole", "not-a-choice"}
    assert problem.way_out == "write 24 without quotes"


@pytest.mark.parametrize("path", BARE)
def test_a_figure_far_below_or_above_is_told_with_its_unit(path):
    for value in (-1e9, 10**21):
        problems = faults(spoilt(path, value))
        assert [p.path for p in problems] == [path]
        (problem,) = problems
        assert problem.code in {"too-small", "too-large", "not-whole", "not-a-choice"}
        unit = unit_of(str(path[-1]))
        assert (
            problem.code == "not-whole" or unit in problem.rule or unit.rstrip("s") in problem.rule
        )


@pytest.mark.parametrize("path", [p for p in PATHS if isinstance(p[-1], str) and p[-1] != "closed"])
def test_truth_is_no_value_of_any_key_but_closed(path):
    problems = faults(spoilt(path, value=True))
    assert problems
    assert all(p.path[: len(path)] == path or p.path == path[:-1] for p in problems)
    assert all(p.rule or p.way_out for p in problems)


@pytest.mark.parametrize("path", [p for p in PATHS if isinstance(p[-1], str)])
def test_a_misspelt_key_is_told_once_with_the_right_one(path):
    above = shape_at(path[:-1], TREE)
    if not above.is_block or path[-1] in KINDS:
        pytest.skip("an id, or the kind of a block")
    word = f"{path[-1][:3]}x{path[-1][3:]}"
    tree = without(path)
    block = tree
    for key in path[:-1]:
        block = block[key]
    block[word] = deepcopy(TREE) if len(path) == 0 else 1
    problems = [p for p in faults(tree) if p.code != "contradiction"]
    assert [(p.code, p.path) for p in problems] == [("unknown-key", (*path[:-1], word))]
    assert f"`{path[-1]}`" in problems[0].way_out


@pytest.mark.parametrize("path", [p for p in PATHS if isinstance(p[-1], str)])
def test_a_key_left_out_is_either_not_needed_or_told(path):
    above = shape_at(path[:-1], TREE)
    problems = faults(without(path))
    if above.is_block and path[-1] in above.required:
        assert [p.code for p in problems] == ["missing-key"]
        assert f"`{path[-1]}" in problems[0].fact
    elif above.is_block:
        assert all(p.code == "contradiction" for p in problems)


@given(st.sampled_from(PATHS), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e300, 1e300) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_any_value_anywhere_is_taken_or_told_at_its_place(path, value):
    problems = faults(spoilt(path, value))
    assert all(problem.code != "refused" for problem in problems)
    for problem in problems:
        shared = min(len(problem.path), len(path))
        assert problem.path[: min(shared, len(path) - 1)] == path[: min(shared, len(path) - 1)]


def test_reading_tells_faults_in_order_of_line(tmp_path):
    path = tmp_path / "f.yaml"
    path.write_text(FULL.replace(": 4", ": x").replace("20", "twenty"))
    lines = [problem.mark.line for problem in read_scenario(path).problems]
    assert len(lines) > 5
    assert all(one <= other for one, other in pairwise(lines))


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("8:00", "write 08:00, not 8:00"),
        ("8", "write 08:00, not 8"),
        ("8.30", "write 08:30, not 8.30"),
        ("08:00:00", "write 08:00, not 08:00:00"),
        ("8 am", "write 08:00, not 8 am"),
        ("5:15 PM", "write 17:15, not 5:15 PM"),
        ("24:30", "hours go from 00 to 24, minutes from 00 to 59"),
        ("12:75", "hours go from 00 to 24, minutes from 00 to 59"),
        ("noon", "write for example 08:00"),
    ],
)
def test_times_are_put_right(written, hint):
    assert clock_hint(written) == hint


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("24", "write 24 without quotes"),
        ("1e3", "write 1e3 without quotes"),
        (" 5 ", "write 5 without quotes"),
        ("24 h", "write the bare number, 24: the key is in h"),
        ("1,200", "write the bare number, 1200: the key is in h"),
        ("1 200.5", "write the bare number, 1200.5: the key is in h"),
        ("a lot", ""),
        (".inf", ""),
        (None, "write a value, or remove the key"),
        (True, ""),
    ],
)
def test_numbers_are_put_right(written, hint):
    assert number_hint(written, "h") == hint


def test_days_and_ids_are_put_right():
    assert day_hint("2027/3/5") == "write 2027-03-05"
    assert day_hint("5 March") == "write for example 2026-03-21"
    assert id_hint("  Rabat-e Paryan ") == "write `rabat-e-paryan`"
    assert id_hint("???") == "choose another word"


def test_words_are_found_by_likeness_or_beginning():
    known = ("torghundi", "herat_airport", "herat", "spin_boldak")
    assert nearest("turgundi", known) == "torghundi"
    assert nearest("Spin-Boldak", known) == "spin_boldak"
    assert nearest("spin", known) == "spin_boldak"
    assert nearest("kabul", known) == ""
    assert nearest("x", ()) == ""
    assert did_you_mean("kabul", known).startswith("known: `herat`, ")
    assert did_you_mean("kabul", ()) == ""
    assert listed(str(i) for i in range(20)).endswith("and 8 more")


@pytest.mark.parametrize(
    ("key", "unit", "stem"),
    [
        ("running_speed_kmh", "km/h", "running_speed"),
        ("running_speed_mph", "", "running_speed"),
        ("hire_usd_per_wagon_day", "USD per wagon and day", "hire"),
        ("haul_usd_per_tkm", "USD/tkm", "haul"),
        ("load_rate_t_per_h", "t/h", "load_rate"),
        ("length_m", "m", "length"),
        ("duration_hours", "", "duration"),
        ("loop_tracks", "tracks", "loop_tracks"),
        ("name", "", "name"),
    ],
)
def test_units_are_read_from_the_key(key, unit, stem):
    assert (unit_of(key), key_stem(key)) == (unit, stem)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "gangs", "1 gang"),
        (2, "gangs", "2 gangs"),
        (1, "h", "1 h"),
        (0.5, "h", "0.5 h"),
        (10**21, "m", "1000000000000000000000 m"),
        (True, "", "`true`"),
        ([], "", "an empty list"),
        ({"a": 1}, "", "a map of one key"),
        ("x" * 100, "", "`" + "x" * 60 + "...`"),
    ],
)
def test_values_are_shown_as_written(value, unit, text):
    assert shown_value(value, unit=unit) == text
