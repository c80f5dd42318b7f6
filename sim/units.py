"""Factors between the units of people and those of kernels and clock; nothing else."""

from __future__ import annotations

__all__ = [
    "DAY_MS",
    "HOURS_PER_DAY",
    "HOUR_MS",
    "KMH_PER_MPS",
    "KM_M",
    "MINUTE_MS",
    "SECOND_MS",
    "TONNE_KG",
    "YEAR_D",
]

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
HOURS_PER_DAY = 24
KM_M = 1_000
KMH_PER_MPS = 3.6
TONNE_KG = 1_000
YEAR_D = 365
