"""Whatever the rule: no built-in one ever ends in a deadlock, and others end with a circle told."""

import re
from dataclasses import replace

import numpy as np
import pytest
from effort import LONG, examples
from hypothesis import given, settings, strategies as st
from invariants import check_all, frame_of

from properties.test_engine import RULES, SLOW, random_line
from sim.errors import DeadlockError
from sim.policies import DISPATCH, register
from sim.runs.replicate import replicate
from sim.tables import Cause, Code


def by_chance(hits, rate_per_year, mean_d):
    law = {"kind": "exponential", "mean": mean_d}
    random = {"rate_per_year": rate_per_year, "duration_d": law}
    return {"hits": hits, "effect": {"closed": True}, "random": random}


def shut_line(seed):
    """Return a random line, crowded, whose sections, post and terminals shut by chance and open."""
    luck = np.random.default_rng([seed, 7])
    plain = random_line(seed)
    parents = [p for p in dict.fromkeys(plain.arrays.names.parents) if p != "home-s0"]
    some = [str(p) for p in luck.choice(parents, min(2, len(parents)), replace=False)]
    closures = {
        "floods": by_chance({"sections": some}, 300.0, 0.3),
        "strikes": by_chance({"terminals": ["market"]}, 200.0, 0.5),
        "dated": {
            "hits": {"sections": parents[:1]},
            "effect": {"closed": True},
            "dates": {"first": "2027-01-02", "last": "2027-01-03"},
        },
    }
    if plain.scenario.posts:
        closures["rows"] = by_chance({"posts": ["control"]}, 300.0, 0.3)
    return random_line(seed, disruptions=closures)


@pytest.mark.parametrize("rule", RULES)
def test_every_train_comes_home_though_everything_shuts_by_chance(rule):
    causes = set()
    for seed in range(10 if LONG else 5):
        arrays = replace(shut_line(seed).arrays, dispatch=rule)
        frame = frame_of(replicate(arrays, 0))
        formed = (frame["event"] == Code.FORMED).sum()
        assert formed == (frame["event"] == Code.HOME).sum(), f"seed {seed}: a train is stuck"
        assert (frame["event"] == Code.DELIVERED).sum() == arrays.n_lots
        causes |= set(frame["cause"])
    held = {int(Cause.HELD)} if rule == "least-delay" else set()
    assert causes >= {1, 2, 3, 4, 5} | held, "traffic so thin proves nothing"
    assert held or int(Cause.HELD) not in causes


@settings(SLOW, max_examples=examples(25))
@given(st.integers(0, 10_000), st.sampled_from(RULES), st.integers(1, 5))
def test_a_shut_line_keeps_all_invariants(seed, rule, batch):
    luck = np.random.default_rng(seed)
    made = random_line(seed) if luck.random() < 0.5 else shut_line(seed)
    arrays = replace(made.arrays, dispatch=rule, dispatch_batch=batch)
    check_all(arrays, replicate(arrays, 0), finished=True)


@pytest.fixture
def own():
    before = set(DISPATCH)
    yield register
    for name in set(DISPATCH) - before:
        del DISPATCH[name]


def in_turn(waiting, _now_ms):
    return range(len(waiting))


def test_a_rule_of_ones_own_that_does_as_first_come_is_first_come(own):
    own("mine")(in_turn)
    for seed in (3, 11, 17, 32):
        arrays = random_line(seed).arrays
        ours, theirs = (
            replicate(replace(arrays, dispatch=rule), 0) for rule in ("mine", "first-come")
        )
        assert ours == theirs


def test_a_rule_of_ones_own_that_keeps_the_last_track_never_ends_in_a_deadlock(own):
    rolls = np.random.default_rng(5)
    own("by-lot")(lambda waiting, _now_ms: rolls.permutation(len(waiting)).tolist())
    for seed in range(8 if LONG else 4):
        arrays = replace(shut_line(seed).arrays, dispatch="by-lot")
        frame = frame_of(replicate(arrays, 0))
        assert (frame["event"] == Code.FORMED).sum() == (frame["event"] == Code.HOME).sum()


def test_a_rule_that_takes_the_last_track_ends_with_a_true_circle(own):
    own("greedy", keeps_last_track=False)(in_turn)
    told = []
    for seed in (2, 3, 5, 17, 32):
        arrays = replace(random_line(seed).arrays, dispatch="greedy")
        try:
            replicate(arrays, 0)
        except DeadlockError as error:
            told.append(str(error))
    assert len(told) >= 3
    for text in told:
        head, *lines = text.splitlines()
        assert re.match(
            r"on day \d+ at \d\d:\d\d, under dispatch rule 'greedy', trains block", head
        )
        assert len(lines) >= 3, "a circle has two trains at least"
        trains = [re.search(r"train \d+ of \w+", line)[0] for line in lines]
        assert trains[0] == trains[-1]
        assert len(set(trains)) == len(trains) - 1
        holds = [re.findall(r"a track of ([^ ,]+)", line) for line in lines[:-1]]
        for (*_, wanted), (held, *_) in zip(holds, holds[1:] + holds[:1], strict=True):
            assert wanted == held, "each holds what the one before it waits for"


def test_a_rule_that_looks_at_nobody_is_told_at_the_end(own):
    own("asleep")(lambda _waiting, _now_ms: ())
    with pytest.raises(DeadlockError, match="could go, but the rule does not look at it"):
        replicate(replace(random_line(3).arrays, dispatch="asleep"), 0)
