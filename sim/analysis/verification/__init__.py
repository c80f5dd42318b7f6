"""The simulator held against formulas: small scenarios whose answer is known."""

from sim.analysis.verification.running import Finding, examine, judge
from sim.analysis.verification.stations import (
    QUICK_REPLICATIONS,
    REPLICATIONS,
    Measure,
    Station,
    stations,
)

__all__ = [
    "QUICK_REPLICATIONS",
    "REPLICATIONS",
    "Finding",
    "Measure",
    "Station",
    "examine",
    "judge",
    "stations",
]
