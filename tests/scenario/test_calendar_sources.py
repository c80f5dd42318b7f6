"""Days of calendars are figures: each with its source, or marked as assumed."""

from pathlib import Path

import pytest

from sim.runs.case import open_case
from sim.scenario import assumptions, explain, read_scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def reading():
    return read_scenario(str(SCENARIOS / "calendar-2027.yaml"))


def test_the_assumptions_list_holds_days_with_their_sources(reading):
    found = {figure.path: figure for figure in assumptions(reading)}
    at = "calendars.afghanistan"
    ramadan = found[f"{at}.short_hours.ramadan-2027"]
    assert ramadan.value == "first 2027-02-08, last 2027-03-09, opens 07:00, closes 15:00"
    assert ramadan.source.startswith("M0, from memory: days by the crescent")
    assert ramadan.is_assumed
    assert Path(ramadan.file).name == "calendars.yaml"
    assert found[f"{at}.rest_days"].value == "friday"
    assert found["calendars.turkmenistan.holidays.nowruz"].value == "month_day 03-21, lasts_d 2"
    assert "calendars.turkmenistan.rest_days" not in found
    assert not [path for path in found if path.endswith((".lasts_d", ".first"))]


def test_a_day_is_explained_with_its_source(reading):
    told = explain(reading, "calendars.afghanistan.holidays.eid-al-fitr-2027.first")
    assert told.startswith("calendars.afghanistan.holidays.eid-al-fitr-2027.first: 2027-03-10")
    assert "source: M0, from memory: three days" in told


def test_the_catalogue_has_ramadan_and_both_eids_of_four_years():
    calendar = open_case(SCENARIOS / "calendar-2027.yaml").scenario.calendars["afghanistan"]
    for year in range(2025, 2029):
        ramadan = calendar.short_hours[f"ramadan-{year}"]
        feast = calendar.holidays[f"eid-al-fitr-{year}"]
        assert ramadan.first.year == year
        assert 29 <= (ramadan.last - ramadan.first).days + 1 <= 30
        assert (feast.first - ramadan.last).days == 1
        # ten weeks, less a few days, lie between the two feasts
        assert 65 <= (calendar.holidays[f"eid-al-adha-{year}"].first - feast.first).days <= 70


def test_a_calendar_of_a_catalogue_that_nobody_names_is_no_fault():
    assert open_case(SCENARIOS / "today.yaml").warnings == ()
