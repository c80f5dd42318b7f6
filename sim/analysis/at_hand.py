"""What workers have at hand when they begin: loaded once, by what they are copies of.

Loading this module reads the machine of the batch engine, if it is on disk.
"""

from __future__ import annotations

import scipy.special  # noqa: F401 - loaded for those to come

import sim.analysis.batch_work
import sim.analysis.compare
import sim.runs.workers  # noqa: F401 - the same
from sim.engines.batch import is_compiled, make_ready

__all__: list[str] = []

if is_compiled():
    make_ready()
