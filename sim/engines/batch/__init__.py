"""The batch engine: the meaning of docs/semantics.md as a compiled event machine (Numba)."""

from sim.engines.batch.engine import make_ready, simulate, why_not

__all__ = ["make_ready", "simulate", "why_not"]
