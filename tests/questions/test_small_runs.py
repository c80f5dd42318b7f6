"""Each family of questions at a small size: it opens, runs, and differs the way it should."""

from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from effort import part_of

from sim.analysis.metrics import metric_table
from sim.analysis.outcome import Outcome
from sim.errors import ScenarioError
from sim.runs.case import open_case
from sim.runs.replicate import replicate, usual_engine
from sim.scenario import assumptions, read_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = sorted((SCENARIOS / "questions").glob("*.yaml"))


@cache
def opened(path):
    return open_case(path)


@cache
def measures(name, days=90, start="2027-01-01"):
    sets = [f"duration_d={days}", "run_out_d=30", f"start_date={start}"]
    case = open_case(SCENARIOS / f"{name}.yaml", sets=sets)
    events = replicate(case.arrays, 0, engine=usual_engine([case.arrays])[0])
    found = metric_table(Outcome(case.scenario, case.arrays, events))
    return dict(zip(zip(found["metric"], found["flow"], strict=True), found["value"], strict=True))


def busiest_section(name, days):
    return next(v for (m, _), v in measures(name, days).items() if m == "section_occupied_frac")


@pytest.mark.parametrize("path", part_of(FILES, usual=10), ids=lambda path: path.stem)
def test_a_question_opens_without_a_warning(path):
    assert opened(path).warnings == ()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_question_has_sources_and_says_who_asks_and_what_to_read(path):
    assert not [f.path for f in assumptions(read_scenario(path)) if not f.source]
    head = path.read_text(encoding="utf-8").splitlines()[1:3]
    assert all(line.startswith("#") for line in head)
    assert "Read" in " ".join(head)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_told_on_the_page_and_in_the_list(path):
    page = (SCENARIOS.parent / "docs" / "questions.md").read_text(encoding="utf-8")
    assert path.stem in page
    listed = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    assert f"questions/{path.name}" in listed


def test_01_fewer_wagons_wait_more_and_never_deliver_more():
    few, many = measures("questions/01-wagons-150"), measures("questions/01-wagons-300")
    wait = ("fleet_wait_mean_h", "flour-wagons")
    assert few[wait] > many[wait] + 24
    assert few["delivered_t", "flour-to-herat"] < many["delivered_t", "flour-to-herat"]
    assert few["fleet_utilisation_frac", "flour-wagons"] > 0.8


def test_01_private_wagons_cost_more_hire_and_less_haul_and_run_alike():
    own, hired = measures("questions/01-wagons-300"), measures("questions/01-wagons-private")
    flour = "flour-to-kandahar"
    assert hired["wagon_usd_per_t", flour] == pytest.approx(own["wagon_usd_per_t", flour] * 40 / 25)
    assert hired["haul_usd_per_t", flour] < own["haul_usd_per_t", flour]
    assert hired["transit_mean_d", flour] == own["transit_mean_d", flour]


OWN_PLACE = {
    "border": ("post_wait_mean_h", "torghundi-rail"),
    "track": ("terminal_track_utilisation_frac", "spin-boldak"),
    "crane": ("terminal_gang_shift_utilisation_frac", "spin-boldak"),
}
"""By unit of question 2: the measure that it lowers, and where."""


def leaves(tree, *path):
    """Return the values of a scenario by their path, without texts."""
    if not isinstance(tree, dict):
        return {path: tree}
    rows = [leaves(v, *path, k) for k, v in tree.items() if k not in ("sources", "description")]
    return {k: v for row in rows for k, v in row.items() if k != ("name",)}


@cache
def figures(name):
    return leaves(opened(SCENARIOS / f"{name}.yaml").scenario.model_dump())


def changed(name):
    """Return what a variant of question 2 changes in its base."""
    base = figures("questions/02-next")
    return {k: v for k, v in figures(name).items() if base.get(k) != v and k != ("extends",)}


def relief_missing(unit, name):
    """Return whether a unit does not relieve its own place in a scenario."""
    if unit == "loops":
        return busiest_section(name, 60) >= busiest_section("questions/02-next", 60)
    own = OWN_PLACE[unit]
    return measures(name, 60)[own] >= measures("questions/02-next", 60)[own]


@pytest.mark.parametrize("unit", [*OWN_PLACE, "loops"])
def test_02_each_unit_more_relieves_its_own_place(unit):
    assert not relief_missing(unit, f"questions/02-next-{unit}")


@pytest.mark.parametrize("pair", [*combinations([*OWN_PLACE, "loops"], 2)], ids="-".join)
def test_02_a_pair_adds_both_units_and_relieves_both_places(pair):
    name = f"questions/02-next-{'-'.join(pair)}"
    assert not [unit for unit in pair if relief_missing(unit, name)]
    singles = [changed(f"questions/02-next-{unit}") for unit in pair]
    assert changed(name) == singles[0] | singles[1]
    assert len(changed(name)) == 2


def test_03_half_a_year_late_stands_between_the_stages():
    flow, until = "flour-to-kandahar", "flour-to-kandahar-meanwhile"
    late = measures("questions/03-late", 365)
    assert late["offered_t", flow] + late["offered_t", until] == pytest.approx(100_000, abs=200)
    assert late["transit_mean_d", flow] < late["transit_mean_d", until]
    assert late["cost_usd_per_t", flow] < late["cost_usd_per_t", until] - 5


def test_04_every_break_of_gauge_costs_handling_and_gauges_alone_differ_little():
    handling = "handling_usd_per_t"
    through, herat = measures("full-line"), measures("gauge-1435")
    wide, border = measures("questions/04-gauge-1676"), measures("questions/04-break-torghundi")
    south, west = "flour-to-kandahar", "flour-to-herat"
    assert herat[handling, south] > through[handling, south] + 5
    assert wide[handling, south] == pytest.approx(herat[handling, south])
    assert border[handling, west] > through[handling, west] + 5
    assert ("fleet_cycle_mean_d", "wagons-1676") in wide


def test_08_a_longer_limit_brings_more_back_and_holds_wagons_longer():
    cycle = ("fleet_cycle_mean_d", "flour-wagons")
    none, long = measures("questions/08-wait-0", 60), measures("questions/08-wait-72", 60)
    clean, not_clean = measures("return-freight", 60), measures("questions/08-no-cleaning", 60)
    assert none[cycle] < long[cycle]
    assert none["transit_mean_d", "drinks-north"] > 0
    assert not_clean[cycle] < clean[cycle]


def test_09_short_trains_wait_less_for_their_freight_and_long_ones_more():
    flour = ("transit_mean_d", "flour-to-spin-boldak")
    base, short, long = (
        measures(n) for n in ("transit", "questions/09-short", "questions/09-long")
    )
    assert short[flour] < base[flour] < long[flour]
    busy = ("post_utilisation_frac", "torghundi-rail")
    assert short[busy] > base[busy] > long[busy]
    assert measures("questions/09-timetable")["transit_mean_d", "flour-to-kandahar"] > 0


def test_09_one_locomotive_does_not_climb_with_fifty_wagons():
    file = SCENARIOS / "questions" / "09-short.yaml"
    with pytest.raises(ScenarioError, match=r"a rake of 3\d wagons goes all the way"):
        open_case(file, sets=["services.flour-kandahar.rake_wagons=50"])


def test_10_slow_orders_bind_in_summer_and_washouts_in_spring():
    where = ("transit_mean_d", "transit-to-quetta")
    summer = {
        n: measures(n, 60, "2027-06-15")[where]
        for n in ("questions/10-hazards", "questions/10-hazards-heat")
    }
    assert summer["questions/10-hazards-heat"] < summer["questions/10-hazards"]
    for side in ("north", "south"):
        protected = measures(f"questions/10-hazards-{side}", 60, "2027-04-01")
        assert protected[where] <= measures("questions/10-hazards", 60, "2027-04-01")[where] + 0.05


def test_11_twice_the_flour_loads_torghundi_and_spares_it_by_hairatan():
    busy = ("terminal_gang_shift_utilisation_frac", "torghundi")
    today, rival, line = (
        measures(f"questions/11-{n}-double") for n in ("today", "hairatan", "full-line")
    )
    assert today[busy] > rival[busy]
    assert today[busy] > measures("today")[busy]
    assert (
        line["cost_usd_per_t", "flour-to-kandahar"] < today["cost_usd_per_t", "flour-to-kandahar"]
    )
