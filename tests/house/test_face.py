"""The face of the package, and what must not be loaded with it."""

import subprocess
import sys

import pytest

import sim


def test_the_face_is_what_it_says():
    for name in sim.__all__:
        assert getattr(sim, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = sim.nonsense


def loaded_after(code):
    script = f"import sys\n{code}\nprint(' '.join(sorted(m for m in sys.modules if '.' not in m)))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_a_worker_loads_neither_maps_nor_models_of_maps():
    loaded = loaded_after("import sim.analysis.compare, sim.analysis.batch_work, sim.runs.workers")
    assert not loaded & {"geopandas", "shapely", "matplotlib", "pyproj"}


def test_help_loads_nothing_heavy():
    loaded = loaded_after("import sim.cli.main")
    assert not loaded & {"pandas", "numpy", "pydantic", "geopandas", "matplotlib", "simpy"}
