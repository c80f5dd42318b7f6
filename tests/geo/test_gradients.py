import numpy as np
import pandas as pd
import pytest
from network_specimens import fork, sections_of, stations_of
from numpy.testing import assert_allclose

from geo import NetworkError, make_network, section_profile


def hilly():
    """The fork with heights at stations and a summit on a-b."""
    profile = pd.DataFrame(
        {
            "section_id": "a-b",
            "chainage_km": [0.0, 40.0, 80.0],
            "elevation_m": [100.0, 500.0, 200.0],
        }
    )
    return make_network(
        stations_of(elevation_m=[100.0, 200.0, 110.0, np.nan]),
        sections_of(length_km=[80.0, 100.0, 100.0]),
        name="hilly",
        profile=profile,
    )


def test_a_section_with_rows_has_its_summit():
    chainage_m, elevation_m, gradient = section_profile(hilly(), "a-b")
    assert chainage_m.tolist() == [0.0, 40_000.0, 80_000.0]
    assert elevation_m.tolist() == [100.0, 500.0, 200.0]
    assert_allclose(gradient, [10.0, -7.5])


def test_a_section_without_rows_has_the_heights_of_its_stations():
    chainage_m, elevation_m, gradient = section_profile(hilly(), "b-c")
    assert chainage_m.tolist() == [0.0, 100_000.0]
    assert elevation_m.tolist() == [200.0, 110.0]
    assert_allclose(gradient, [-0.9])


def test_a_station_without_height_is_told():
    with pytest.raises(NetworkError, match=r"stations, `d`: no elevation_m; the profile of sect"):
        section_profile(hilly(), "b-d")


def test_an_unknown_section_leads_to_the_one_meant():
    with pytest.raises(NetworkError, match=r"no section `a_b`; did you mean `a-b`\?"):
        section_profile(fork(), "a_b")


def test_every_section_of_the_corridor_has_a_profile(corridor):
    for section_id, length_km in corridor.sections["length_km"].items():
        chainage_m, elevation_m, gradient = section_profile(corridor, section_id)
        assert_allclose(chainage_m[-1], length_km * 1000)
        assert len(chainage_m) == len(elevation_m) == len(gradient) + 1
        assert np.isfinite(gradient).all()


def test_the_khojak_climb_is_steep(corridor):
    _, _, gradient = section_profile(corridor, "chaman-shela_bagh")
    assert gradient[0] > 20
