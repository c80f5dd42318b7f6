"""The batch engine: the meaning of docs/semantics.md as a compiled event machine (Numba)."""

from sim.engines.batch.engine import is_compiled, make_ready, simulate, why_not

__all__ = ["is_compiled", "make_ready", "simulate", "why_not"]
