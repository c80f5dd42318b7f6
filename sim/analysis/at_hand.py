"""What workers have at hand when they begin: loaded once, by what they are copies of.

Loading this module reads the machine of the batch engine from disk, or compiles it.
"""

from __future__ import annotations

from contextlib import suppress

import scipy.special  # noqa: F401 - loaded for those to come

import sim.analysis.batch_work
import sim.analysis.compare
import sim.runs.workers  # noqa: F401 - the same
from sim.engines.batch import make_ready

__all__: list[str] = []

with suppress(Exception):  # whoever needs it is told what is wrong
    make_ready()
