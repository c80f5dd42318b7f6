"""A border post against the formulas of queues: M/M/1, M/D/1 and M/M/2.

Wagons are offered at random instants, each makes a train, and loading and running take fixed
times, so trains reach the post as a Poisson stream. Empty trains pass it in no time. The batch
engine carries it out: it gives the events of the other one.
"""

import numpy as np
import pytest
from invariants import frame_of
from lines import make

from sim.kernels.queueing import fifo_finish_s, mean_wait_md1, mean_wait_mmc
from sim.kernels.summary import mean_interval
from sim.runs.replicate import replicate
from sim.tables import Code
from sim.units import HOUR_MS

TRAINS_PER_DAY = 6
SERVICE_H = 2.4


def border(law, servers):
    return make(
        (30.0,),
        duration_d=365,
        posts={
            "border": {
                "station": "s0",
                "servers": servers,
                "duration_h": law,
                "empty_duration_h": 0.0,
            }
        },
        terminals={"mill": {"gangs": 300}, "market": {"tracks": 200, "gangs": 300}},
        fleets={"wagons": {"wagons": 3000}},
        services={"train": {"rake_wagons": 1, "departs": {"longest_wait_h": 1}}},
        flows={"out": {"tonnes_per_year": 60 * 365 * TRAINS_PER_DAY}},
    )


def waits_h(made, replication):
    """Return the waits of loaded trains at the post: each train's first passage. [h]"""
    frame = frame_of(replicate(made.arrays, replication, engine="batch"))
    queue = frame[frame["event"] == Code.POST_QUEUE].groupby("train")["time_ms"].first()
    start = frame[frame["event"] == Code.POST_START].groupby("train")["time_ms"].first()
    return ((start - queue) / HOUR_MS).dropna().to_numpy()


@pytest.mark.parametrize(
    ("law", "servers", "expected_h"),
    [
        (
            {"kind": "exponential", "mean": SERVICE_H},
            1,
            24 * mean_wait_mmc(TRAINS_PER_DAY, 24 / SERVICE_H, 1),
        ),
        (SERVICE_H, 1, 24 * mean_wait_md1(TRAINS_PER_DAY, SERVICE_H / 24)),
        (
            {"kind": "exponential", "mean": 2 * SERVICE_H},
            2,
            24 * mean_wait_mmc(TRAINS_PER_DAY, 12 / SERVICE_H, 2),
        ),
    ],
    ids=["M/M/1", "M/D/1", "M/M/2"],
)
def test_the_mean_wait_at_a_border_is_that_of_theory(law, servers, expected_h):
    made = border(law, servers)
    means = [waits_h(made, r).mean() for r in range(12)]
    mean, low, high = mean_interval(means, confidence=0.999)
    assert low <= expected_h <= high, f"expected {expected_h:.3f} h, got {mean:.3f} h"
    assert high - low < 0.6 * expected_h, "the interval is too wide to prove anything"


def test_one_server_is_the_fifo_kernel_to_the_millisecond():
    frame = frame_of(border({"kind": "exponential", "mean": SERVICE_H}, 1).run())
    rows = {
        code: frame.loc[frame["event"] == code, "time_ms"].to_numpy()
        for code in (Code.POST_QUEUE, Code.POST_START, Code.POST_END)
    }
    n = len(rows[Code.POST_END])
    service = rows[Code.POST_END] - rows[Code.POST_START][:n]
    finish = fifo_finish_s(rows[Code.POST_QUEUE][:n].astype(float), service.astype(float))
    assert np.array_equal(finish, rows[Code.POST_END].astype(float))
