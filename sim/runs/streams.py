"""Random streams named by purpose, so that scenarios share their luck."""

from __future__ import annotations

import hashlib

import numpy as np

__all__ = ["stream"]


def stream(seed: int, replication: int, purpose: str) -> np.random.Generator:
    """Return the generator for one purpose in one replication.

    The same arguments give the same numbers in every scenario, on any number of
    workers, whatever else is drawn: that is what makes paired comparison honest.

    Parameters
    ----------
    seed : int
        Seed of the study, non-negative.
    replication : int
        Index of the replication, from 0.
    purpose : str
        What is drawn and where, such as ``"post/bolashak"``.

    Returns
    -------
    generator : numpy.random.Generator
        Independent of every other (seed, replication, purpose).

    Examples
    --------
    >>> stream(7, 0, "customs/turgundi").random(2).round(4).tolist()
    [0.6786, 0.286]
    >>> stream(7, 0, "customs/turgundi").random() == stream(7, 0, "crane/herat").random()
    False
    """
    key = int.from_bytes(hashlib.blake2s(purpose.encode(), digest_size=8).digest())
    parts = (replication, key >> 32, key & 0xFFFF_FFFF)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=parts)))
