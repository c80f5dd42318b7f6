"""The face of the package, and what must not be loaded with it."""

import subprocess
import sys

import pytest

import geo
import sim
from sim import plots


def test_the_face_is_what_it_says():
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sim.nonsense


def loaded_parts(code):
    script = f"import sys\n{code}\nprint(' '.join(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def loaded_after(code):
    return {name for name in loaded_parts(code) if "." not in name}


def test_a_worker_loads_neither_maps_nor_models_of_maps():
    loaded = loaded_after("import sim.analysis.compare, sim.analysis.batch_work, sim.runs.workers")
    assert not loaded & {"geopandas", "shapely", "matplotlib", "pyproj"}


HEAVY = {"geopandas", "shapely", "pyproj", "pyogrio", "matplotlib", "simpy", "rich", "asyncio"}


def test_a_command_loads_pictures_maps_and_simpy_only_where_it_comes_to_them():
    loaded = loaded_after("import sim.cli.mc, sim.cli.validate, sim.cli.info")
    assert not loaded & HEAVY
    assert "click" in loaded, "or else this looked at nothing"


def test_reading_and_running_many_replications_loads_nothing_of_scipy_before_it_is_called():
    code = "import sim.cli.mc, geo.reading, geo.route, sim.kernels.draws as draws"
    slow = {"scipy.sparse", "scipy.stats", "scipy.linalg", "scipy.special", "unittest.mock"}
    parts = loaded_parts(code)
    assert not parts & slow
    assert "geo.graph" in parts
    assert "scipy.special" in loaded_parts(f"{code}\ndraws.special.ndtri(0.5)")


def test_the_faces_of_geo_and_of_pictures_are_what_they_say():
    for face in (geo, plots):
        for name in face.__all__:
            assert getattr(face, name) is not None
        with pytest.raises(AttributeError, match=f"'{face.__name__}' has no attribute 'nonsense'"):
            _ = face.nonsense


def test_help_loads_nothing_heavy():
    loaded = loaded_after("import sim.cli.main")
    assert not loaded & {"pandas", "numpy", "pydantic", "geopandas", "matplotlib", "simpy"}
