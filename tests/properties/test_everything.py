"""Random scenarios of the whole vocabulary run to the end, and nothing is lost on the way."""

import pytest

from properties.breaks import KINDS
from properties.trial import own_rule, try_seed
from sim.policies import DISPATCH

FEW, MANY, BATCH = 20, 1000, 20
REFUSED_AT_MOST = 0.35
"""Of a batch; of a thousand it is a tenth (docs/robustness.md)."""


@pytest.fixture
def _own_rule():
    """Make the rule known for the time of a test."""
    own_rule()
    yield
    del DISPATCH["last-come"]


def tried(seeds):
    trials = [try_seed(seed) for seed in seeds]
    ran = [trial for trial in trials if not trial.refused]
    assert len(ran) >= (1 - REFUSED_AT_MOST) * len(trials)
    return ran


@pytest.mark.usefixtures("_own_rule")
@pytest.mark.parametrize("first", range(0, FEW, BATCH))
def test_random_scenarios_of_the_whole_vocabulary_hold(first):
    ran = tried(range(first, first + BATCH))
    used = {use for trial in ran for use in trial.uses}
    assert {"diversion", "stages", "locomotive pools", "crews", "limited yard"} <= used
    assert {"store", "diversion by stock"} <= used
    assert used & {f"break of gauge {kind}" for kind in KINDS}
    assert all(trial.events.total() > 0 for trial in ran)


@pytest.mark.usefixtures("_own_rule")
@pytest.mark.parametrize("seed", [65, 860])
def test_seeds_that_once_failed_hold(seed):
    assert tried([seed])


@pytest.mark.slow
@pytest.mark.usefixtures("_own_rule")
@pytest.mark.parametrize("first", range(FEW, MANY, BATCH * 2))
def test_a_thousand_random_scenarios_of_the_whole_vocabulary_hold(first):
    tried(range(first, first + BATCH * 2))
