"""benchmarks/peers.py: the parts that need no peer and no network."""

import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.engines import batch, des

ROOT = Path(__file__).parents[2]


@pytest.fixture
def loaded(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    return importlib.import_module


@pytest.mark.parametrize(("name", "places"), [("tandem", 4), ("line", 6)])
def test_plain_simpy_is_done_with_every_job_when_both_engines_are(loaded, name, places):
    work = getattr(loaded("peer_work"), name)(places, 120)
    ours = work.finish_ms(batch.simulate(work.arrays, work.draws))
    alone = loaded("peer_models").plain_simpy()
    assert ours.shape == (120, places)
    assert np.array_equal(work.finish_ms(des.simulate(work.arrays, work.draws)), ours)
    assert np.array_equal(alone.finish_ms(work, alone.run(work)), ours)
    assert np.array_equal(work.formula_ms(), ours)


@pytest.mark.parametrize(("name", "places"), [("tandem", 4), ("line", 6)])
def test_the_work_has_queues_at_every_place_and_several_jobs_under_way(loaded, name, places):
    work = getattr(loaded("peer_work"), name)(places, 120)
    done, took = work.formula_ms(), np.array(work.service_ms)
    came = np.column_stack([work.arrival_ms, done[:, :-1]])
    assert ((done - took > came).mean(axis=0) > 0.1).all()
    assert (done[:-1, -1] > np.array(work.arrival_ms)[1:]).any()


def told_late(contestant, job, place, late_ms):
    def finish_ms(work, found):
        answers = np.array(contestant.finish_ms(work, found), float)
        answers[job, place] += late_ms
        return answers

    return contestant._replace(name="late", finish_ms=finish_ms)


def test_an_answer_that_is_a_millisecond_late_is_told_by_job_and_place(loaded, capsys, monkeypatch):
    peers, models = loaded("peers"), loaded("peer_models")
    monkeypatch.setattr(peers, "LEAST_S", 0.0)
    work = loaded("peer_work").tandem(3, 40)
    expected = work.formula_ms()
    many = [models.own("batch"), models.own("des"), models.plain_simpy()]
    assert peers.compare(work, many, 1) == []
    assert "BENCH batch_over_plain_simpy_tandem " in capsys.readouterr().out
    late = told_late(many[2], 7, 2, 1)
    told = (
        "late, tandem: 1 of 120 instants differ; the first is job 7 at place 2: "
        f"{expected[7, 2] + 1}.000 ms, not {expected[7, 2]}"
    )
    assert peers.compare(work, [*many[:2], late], 1) == [told]


def test_a_tolerance_forgives_rounding_and_nothing_more(loaded):
    difference, models = loaded("peers").difference, loaded("peer_models")
    work = loaded("peer_work").line(3, 40)
    seconds = models.plain_simpy()._replace(tolerance_ms=1e-3)
    found, expected = seconds.run(work), work.formula_ms()
    assert difference(work, told_late(seconds, 7, 2, 1e-6), found, expected) == ""
    for late_ms in (-1, 0.01, np.nan):
        late = told_late(seconds, 7, 2, late_ms)
        assert "job 7 at place 2" in difference(work, late, found, expected)


def test_a_peer_that_cannot_be_had_is_named_with_the_reason_and_leaves_nothing(
    loaded, monkeypatch, tmp_path
):
    peers = loaded("peers")
    script = "import sys; sys.exit('ERROR: no way to the index\\n')"
    monkeypatch.setattr(peers, "installing", lambda *_: [sys.executable, "-c", script])
    monkeypatch.setattr(sys, "path", list(sys.path))
    peer = peers.Peer("nobody", "tandem", ("nobody==1.0",))
    assert peers.reason_without(peer, tmp_path) == "ERROR: no way to the index"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / f"{sys.implementation.cache_tag}-nobody-1.0").mkdir()
    assert peers.reason_without(peer, tmp_path) == "cannot be loaded: No module named 'nobody'"


@pytest.mark.slow
def test_without_peers_the_benchmark_ends_well_and_prints_its_ratios():
    done = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "peers.py"), "--own", "--quick"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    found = dict(line.split()[1:] for line in done.stdout.splitlines() if line.startswith("BENCH "))
    assert sorted(found) == [
        f"{own}_over_plain_simpy_{work}" for own in ("batch", "des") for work in ("line", "tandem")
    ]
    assert all(float(ratio) > 0 for ratio in found.values())  # how much is the machine's affair
