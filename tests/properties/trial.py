"""Try random scenarios of the whole vocabulary: read, check, run and look at all that happened.

By hand, from the folder `tests`: `python -m properties.trial 0 1000` tries seeds 0 to 999 and
tells what was covered.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from invariants import check_all
from specimens import Finder
from wagon_ways import wagons_are_conserved_over_bases
from wider_invariants import check_wider, only_rakes_not_full_remain

from properties.everything import draft
from sim.analysis.equality import first_difference
from sim.analysis.outcome import Outcome
from sim.arrays.compiler import compile_corridor
from sim.arrays.faults import AbruptTrainError, CannotClimbError, ShortHoursError
from sim.arrays.parts import NO_LIMIT
from sim.arrays.programs import CircleError
from sim.engines import batch
from sim.model.validation import validate
from sim.policies import DISPATCH, register
from sim.runs.drawing import draw_luck
from sim.runs.replicate import replicate
from sim.scenario import CheckContext, check_scenario, has_errors, read_scenario
from sim.tables import EVENTS, Cause, Code

__all__ = ["Trial", "opened", "shuffled", "try_seed"]

TABLES_EVERY = 4
"""Of so many seeds one has all its result tables made, which takes longer than the run."""

LATER_D = 480
"""Days after the period at which a run ends in which trains were still under way before."""


@dataclass
class Trial:
    """What became of a seed."""

    seed: int
    uses: set = field(default_factory=set)
    refused: tuple = ()
    events: Counter = field(default_factory=Counter)
    causes: Counter = field(default_factory=Counter)


def last_come(waiting, _now_ms):
    """Look at the train that asked last first: a rule of one's own."""
    return range(len(waiting))[::-1]


def own_rule():
    """Make the rule known, once."""
    if "last-come" not in DISPATCH:
        register("last-come")(last_come)


def opened(tree, plan):
    """Return problems of a scenario read from a file as a user's, and what was compiled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.yaml"
        path.write_text(json.dumps(tree, indent=1), encoding="utf-8")
        reading = read_scenario(path)
    if reading.scenario is None:
        return reading.problems, None, None
    ways = Finder(plan)
    problems = check_scenario(reading, CheckContext(plan, ways, tuple(DISPATCH)))
    if has_errors(problems):
        return problems, None, None
    try:
        return (), reading.scenario, compile_corridor(reading.scenario, plan, ways)
    except (CircleError, CannotClimbError, AbruptTrainError, ShortHoursError) as error:
        return (error,), None, None


def shuffled(tree, luck):
    """Return a tree with the keys of every map in another order."""
    if isinstance(tree, dict):
        keys = list(tree)
        return {keys[k]: shuffled(tree[keys[k]], luck) for k in luck.permutation(len(keys))}
    return tree


def _are_under_way(events):
    """Return whether trains are not home yet at the end: where few locomotives draw many."""
    codes = events.column("event").tolist()
    return codes.count(Code.FORMED) > codes.count(Code.HOME)


def try_seed(seed):
    """Draw, check and run a scenario; raise if anything does not hold."""
    own_rule()
    made = draft(seed)
    plan, tried = made.plan(), Trial(seed, made.uses)
    problems, scenario, arrays = opened(made.tree, plan)
    if scenario is None:
        tried.refused = tuple(getattr(p, "code", type(p).__name__) for p in problems
                              if not hasattr(p, "severity") or has_errors((p,)))  # fmt: skip
        return tried
    events = replicate(arrays, seed % 3)
    if _are_under_way(events):
        made.tree["run_out_d"] = LATER_D
        _, scenario, arrays = opened(made.tree, plan)
        events = replicate(arrays, seed % 3)
    leaves_rest = any(
        arrays.services.longest_wait_ms[s] >= NO_LIMIT and not arrays.services.is_timetabled[s]
        for s in range(len(arrays.names.services))
    )
    # by rule empties may all go to one base, and lots wait at the other for ever
    may_starve = bool(arrays.bases.rule.any())
    if not batch.why_not(arrays):
        draws = draw_luck(arrays, seed % 3)
        assert batch.simulate(arrays, draws) == events, first_difference(
            events, batch.simulate(arrays, draws)
        )
    check_all(arrays, events, finished=not (leaves_rest or may_starve))
    wagons_are_conserved_over_bases(Outcome(scenario, arrays, events))
    if leaves_rest and not may_starve:
        only_rakes_not_full_remain(Outcome(scenario, arrays, events))
    check_wider(Outcome(scenario, arrays, events), with_tables=seed % TABLES_EVERY == 0)
    again = validate(shuffled(made.tree, np.random.default_rng(seed)))
    other = compile_corridor(again, plan, Finder(plan))
    assert replicate(other, seed % 3) == events, "the order of keys, or a second run, changes rows"
    tried.events = Counter(events.column("event").tolist())
    tried.causes = Counter(events.column("cause").tolist())
    return tried


def _told(trials, failures, seconds):
    """Return what was covered, as lines of text."""
    ran = [t for t in trials if not t.refused]
    events = sum((t.events for t in ran), Counter())
    causes = sum((t.causes for t in ran), Counter())
    uses = Counter(use for t in ran for use in t.uses)
    refused = Counter(code for t in trials for code in set(t.refused))
    lines = [f"ran {len(ran)}, refused {len(trials) - len(ran)}, failed {len(failures)}"]
    lines += [f"{events.total()} events, {seconds:.0f} s", "", "used in scenarios that ran:"]
    lines += [f"  {n:5} {use}" for use, n in sorted(uses.items())]
    lines += ["", "events:", *(f"  {n:7} {EVENTS[c].event}" for c, n in sorted(events.items()))]
    lines += ["", "causes:", *(f"  {n:7} {Cause(c).name}" for c, n in sorted(causes.items()) if c)]
    lines += ["", "refused for:", *(f"  {n:5} {code}" for code, n in refused.most_common())]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    span = parser.parse_args()
    began, trials, failures = time.monotonic(), [], []
    for seed in range(span.first, span.last):
        try:
            trials.append(try_seed(seed))
        except Exception as error:  # noqa: BLE001
            failures.append(seed)
            sys.stdout.write(f"seed {seed}: {type(error).__name__}: {error}" + "\n")
            sys.stdout.write(traceback.format_exc(limit=-3) + "\n")
    sys.stdout.write(_told(trials, failures, time.monotonic() - began) + "\n")


if __name__ == "__main__":
    main()
