"""Defaults < `extends` chain < file < `--set`, and each value remembers its place."""

import pytest
from specimens import SOUND

from sim.scenario import explain, read_scenario
from sim.scenario.overlay import FILES_AT_MOST


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sound.yaml").write_text(SOUND)

    def write(**files):
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text)
        return tmp_path

    return write


def test_each_layer_wins_over_the_one_below(folder):
    folder(
        middle="extends: sound.yaml\nduration_d: 40\nrun_out_d: 40\nreplications: 40\n",
        top="extends: middle.yaml\nrun_out_d: 50\nreplications: 50\n",
    )
    scenario = read_scenario("top.yaml", sets=["replications=60"]).require()
    assert scenario.seed == 1
    assert scenario.start_date.year == 2027
    assert scenario.duration_d == 40
    assert scenario.run_out_d == 50
    assert scenario.replications == 60


def test_maps_merge_and_lists_and_values_are_replaced_whole(folder):
    folder(
        top="extends: sound.yaml\nterminals: {town: {gangs: 9, hours: {rest_days: [friday]}}}\n"
        "flows: {flour: {legs: [flour-train], destination: town}}\n"
    )
    scenario = read_scenario("top.yaml").require()
    town = scenario.terminals["town"]
    assert (town.gangs, town.tracks) == (9, 2)
    assert (town.hours.opens, town.hours.rest_days) == ("08:00", ("friday",))
    assert scenario.flows["flour"].legs == ("flour-train",)


def test_a_block_whose_kind_changes_is_replaced(folder):
    folder(
        top="extends: sound.yaml\n"
        "lines: {south: {grain: aggregate, commercial_speed_kmh: 20, haul_usd_per_tkm: 0.02}}\n"
        "posts: {border-rail: {duration_h: {kind: exponential, mean: 3}}}\n"
    )
    tree = read_scenario("top.yaml").tree
    assert "loop_spacing_km" not in tree["lines"]["south"]
    assert tree["posts"]["border-rail"]["duration_h"] == {"kind": "exponential", "mean": 3}


def test_a_block_of_the_same_kind_merges(folder):
    folder(top="extends: sound.yaml\nposts: {border-rail: {duration_h: {mean: 5}}}\n")
    law = read_scenario("top.yaml").require().posts["border-rail"].duration_h
    assert (law.kind, law.mean, law.cv_frac) == ("lognormal", 5, 0.7)


def test_null_takes_away_an_entry_or_gives_a_key_its_default(folder):
    folder(
        top="extends: sound.yaml\ndisruptions: {flood: null}\nduration_d: null\n"
        "terminals: {town: {hours: null}}\nstations: null\n"
    )
    reading = read_scenario("top.yaml")
    assert reading.tree["disruptions"] == {}
    (problem,) = reading.problems
    assert problem.key == "stations"
    folder(top="extends: sound.yaml\ndisruptions: {flood: null}\nduration_d: null\n")
    scenario = read_scenario("top.yaml").require()
    assert scenario.disruptions == {}
    assert scenario.duration_d == 365


def test_a_required_key_taken_away_is_missing(folder):
    folder(top="extends: sound.yaml\nterminals: {town: {station: null}}\n")
    (problem,) = read_scenario("top.yaml").problems
    assert (problem.code, problem.key) == ("missing-key", "terminals.town.station")


def test_extends_is_not_inherited_and_paths_start_at_the_file(folder, tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "child.yaml").write_text("extends: ../sound.yaml\nname: Child\n")
    folder(top="extends: deep/child.yaml\nname: Top\n")
    reading = read_scenario("top.yaml")
    assert reading.require().extends == "deep/child.yaml"
    assert reading.require().name == "Top"
    assert [file.shown for file in reading.files] == ["sound.yaml", "deep/child.yaml", "top.yaml"]
    assert len({file.sha256 for file in reading.files}) == 3


def test_the_network_is_looked_for_beside_the_file_that_names_it(folder, tmp_path):
    (tmp_path / "deep").mkdir()
    text = "extends: ../sound.yaml\nnetwork: {source: rails.geojson}\n"
    (tmp_path / "deep" / "child.yaml").write_text(text)
    folder(top="extends: deep/child.yaml\n")
    assert read_scenario("top.yaml").base_dir == tmp_path / "deep"
    assert read_scenario("top.yaml", sets=["network.source=x"]).base_dir == tmp_path


def test_a_ring_is_refused_with_its_files_named(folder):
    folder(a="extends: b.yaml\n", b="extends: ./a.yaml\n")
    (problem,) = read_scenario("a.yaml").problems
    assert problem.code == "extends-ring"
    assert "a.yaml -> b.yaml -> a.yaml" in problem.fact
    assert str(problem.mark) == "b.yaml:1:1"


def test_a_chain_is_at_most_so_long(folder):
    names = [f"f{i:02d}" for i in range(FILES_AT_MOST)]
    chain = dict(zip(names, ["sound", *names], strict=False))
    folder(**{name: f"extends: {below}.yaml\n" for name, below in chain.items()})
    assert read_scenario(f"{names[-2]}.yaml").scenario is not None
    assert [p.code for p in read_scenario(f"{names[-1]}.yaml").problems] == ["extends-too-long"]


def test_a_broken_base_is_told_in_its_own_file_and_nothing_else_is(folder):
    folder(base="name: [\n", top="extends: base.yaml\nduration_d: 3\n")
    (problem,) = read_scenario("top.yaml").problems
    assert problem.mark.file == "base.yaml"


def test_faults_of_all_files_are_told_in_order_of_file_and_line(folder):
    folder(
        base=SOUND.replace("wagons: 80", "wagons: 0"),
        top="extends: base.yaml\nduration_d: x\nrun_out_d: y\nrun_out_d: 3\n",
    )
    marks = [(p.mark.file, p.mark.line) for p in read_scenario("top.yaml").problems]
    assert [file for file, _ in marks] == ["base.yaml", "top.yaml", "top.yaml", "top.yaml"]
    assert marks == sorted(marks)


def test_settings_reach_ids_with_dots_new_entries_and_whole_lists(folder):
    folder(top="extends: sound.yaml\ndisruptions: {a.b: {hits: {posts: [border-rail]}, "
           "effect: {closed: true}, "
           "random: {rate_per_year: 1, duration_d: 1}}}\n")  # fmt: skip
    scenario = read_scenario(
        "top.yaml",
        sets=[
            "disruptions.a.b.random.rate_per_year=2",
            "network.stages.two=2027-02-01",
            "flows.flour.legs=[flour-train]",
            "disruptions.flood=",
            "terminals.town.hours.opens=18:00",
            "terminals.town.hours.closes=NO",
            "terminals.town.hours.closes=20:00",
        ],
    ).require()
    assert scenario.disruptions["a.b"].random.rate_per_year == 2
    assert str(scenario.network.stages["two"]) == "2027-02-01"
    assert scenario.flows["flour"].legs == ("flour-train",)
    assert "flood" not in scenario.disruptions
    assert scenario.terminals["town"].hours.closes == "20:00"


def test_a_value_is_explained_with_its_history(folder):
    folder(
        middle="extends: sound.yaml\nterminals: {town: {gangs: 5}}\n",
        top="extends: middle.yaml\n\nterminals:\n  town:\n    gangs: 6\n",
    )
    told = explain(
        read_scenario("top.yaml", sets=["terminals.town.gangs=7"]), "terminals.town.gangs"
    )
    assert told == (
        "terminals.town.gangs: 7 gangs\n"
        "  from --set:1:1\n"
        "  instead of 6 gangs from top.yaml:5:5\n"
        "  instead of 5 gangs from middle.yaml:2:20\n"
        "  instead of 4 gangs from sound.yaml:26:36\n"
        "  meaning: Gangs, each working one wagon at a time, by hand or with what they have. "
        "Needed where wagons are worked, but for freight that cranes handle.\n"
        "  source: none stated"
    )
