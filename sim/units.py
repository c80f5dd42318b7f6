"""Factors between the units of people and those of kernels and clock; nothing else."""

from __future__ import annotations

__all__ = [
    "DAY_MS",
    "HOURS_PER_DAY",
    "HOUR_MS",
    "KMH_PER_MPS",
    "KM_M",
    "KN_N",
    "KW_W",
    "MINUTE_MS",
    "MINUTE_S",
    "SECOND_MS",
    "TONNE_G",
    "TONNE_KG",
    "YEAR_D",
]

SECOND_MS = 1_000
MINUTE_S = 60
MINUTE_MS = MINUTE_S * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
HOURS_PER_DAY = 24
KM_M = 1_000
KN_N = 1_000
KW_W = 1_000
KMH_PER_MPS = 3.6
TONNE_KG = 1_000
TONNE_G = 1_000_000
YEAR_D = 365
