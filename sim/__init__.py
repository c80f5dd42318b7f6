"""Simulate freight on railway corridors: trains, borders, terminals, wagons and trucks.

- ``load(path)`` reads, checks and compiles a scenario file: a `Case`
- ``run(case)`` simulates one replication: an `Outcome`
- ``compare({"name": case or path, ...})`` puts several side by side: a `Comparison`
- ``monte_carlo({"name": case or path, ...}, output=folder)`` studies their luck: a `MonteCarlo`
- ``sweep``, ``sensitivity`` and ``search`` vary the figures of a scenario
- ``CorridorError`` is the base of every error
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.errors import CorridorError

if TYPE_CHECKING:
    from sim.analysis.compare import Comparison
    from sim.analysis.mc_study import MonteCarlo
    from sim.analysis.outcome import Outcome
    from sim.analysis.seeking import search
    from sim.analysis.study import compare, monte_carlo, run
    from sim.analysis.what_if import sensitivity, sweep
    from sim.model import Scenario
    from sim.runs.case import Case, open_case as load

__all__ = ["Case", "Comparison", "CorridorError", "MonteCarlo", "Outcome", "Scenario"]
__all__ += ["compare", "load", "monte_carlo", "run", "search", "sensitivity", "sweep"]

_WHERE = {
    "Case": ("sim.runs.case", "Case"),
    "Comparison": ("sim.analysis.compare", "Comparison"),
    "MonteCarlo": ("sim.analysis.mc_study", "MonteCarlo"),
    "Outcome": ("sim.analysis.outcome", "Outcome"),
    "Scenario": ("sim.model", "Scenario"),
    "compare": ("sim.analysis.study", "compare"),
    "load": ("sim.runs.case", "open_case"),
    "monte_carlo": ("sim.analysis.study", "monte_carlo"),
    "run": ("sim.analysis.study", "run"),
    "search": ("sim.analysis.seeking", "search"),
    "sensitivity": ("sim.analysis.what_if", "sensitivity"),
    "sweep": ("sim.analysis.what_if", "sweep"),
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - loaded when asked for, so that commands start fast
    if name not in _WHERE:
        message = f"module 'sim' has no attribute '{name}'"
        raise AttributeError(message)
    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)
