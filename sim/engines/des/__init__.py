"""The SimPy engine: the readable reference of docs/semantics.md."""

from sim.engines.des.engine import simulate

__all__ = ["simulate"]
