"""The batch engine: the meaning of docs/semantics.md as a compiled event machine (Numba)."""

from sim.engines.batch.engine import simulate, why_not

__all__ = ["simulate", "why_not"]
