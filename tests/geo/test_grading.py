"""Sections graded anew: no steeper than asked, no more earth moved than the notes say."""

import numpy as np
import pytest
from hypothesis import given, strategies as st

from geo import graded_elevation_m, graded_section, load_corridor

CORRIDOR = load_corridor()
PLANNED = list(dict.fromkeys(CORRIDOR.profile["section_id"]))


@given(
    st.lists(st.floats(0, 400), min_size=2, max_size=40),
    st.floats(5, 30),
)
def test_no_gradient_is_above_the_ruling_grade(heights, ruling):
    chainage_m = 500.0 * np.arange(len(heights))
    graded = graded_elevation_m(chainage_m, np.array(heights), ruling)
    assert (np.abs(np.diff(graded)) <= 500.0 * ruling / 1000 * (1 + 1e-9)).all()


@given(st.lists(st.floats(0, 4), min_size=2, max_size=20))
def test_gentle_ground_is_left_alone(heights):
    chainage_m = 1000.0 * np.arange(len(heights))
    graded = graded_elevation_m(chainage_m, np.array(heights), 5.0)
    assert np.allclose(graded, heights)


@pytest.mark.parametrize(
    ("ruling", "noted_m"), [(10, 10.7), (12, 6.4), (15, 2.8), (18, 1.3), (20, 0.9)]
)
def test_cut_and_fill_on_the_drawn_line_are_near_those_noted(ruling, noted_m):
    moved = []
    for section_id in PLANNED:
        rows = CORRIDOR.profile[CORRIDOR.profile["section_id"] == section_id]
        terrain = rows["terrain_m"].to_numpy(dtype=float)
        chainage_m = rows["chainage_km"].to_numpy(dtype=float) * 1000
        moved.append(np.abs(graded_elevation_m(chainage_m, terrain, ruling) - terrain))
    assert np.concatenate(moved).mean() == pytest.approx(noted_m, rel=0.2, abs=0.5)


def test_the_pass_costs_length_where_the_grade_is_gentle():
    def length_km(ruling):
        ids = ("torghundi-sanabar", "sanabar-rabat_paryan")
        return sum(graded_section(CORRIDOR, section_id, ruling)[0] for section_id in ids)

    assert length_km(18) == pytest.approx(112.0)
    assert length_km(12) == pytest.approx(177.0)
    assert length_km(25) == pytest.approx(112.0), "never shorter than published"
    assert length_km(18) < length_km(15) < length_km(12) < length_km(10)


def test_elsewhere_the_length_is_the_stated_one():
    length_km, chainage_m, elevation_m = graded_section(CORRIDOR, "farah-delaram", 12.0)
    assert length_km == CORRIDOR.sections.at["farah-delaram", "length_km"]
    assert chainage_m[-1] == pytest.approx(length_km * 1000)
    assert len(chainage_m) == len(elevation_m)


def test_a_grade_that_is_none_is_refused():
    with pytest.raises(ValueError, match="positive"):
        graded_elevation_m(np.array([0.0, 1.0]), np.array([0.0, 1.0]), 0.0)
