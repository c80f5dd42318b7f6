"""Uncertain numbers stand at numbers, whose whole range makes sound scenarios."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.scenario.checks.facts import Facts
from sim.scenario.checks.references import unknown
from sim.scenario.checks.registry import CHECKS
from sim.scenario.correlations import correlated_groups
from sim.scenario.explaining import no_such
from sim.scenario.figure_laws import law_ends
from sim.scenario.marks import dotted
from sim.scenario.problems import ERROR, WARNING, Problem, has_errors
from sim.scenario.unit_words import shown_value
from sim.scenario.variants import place_of, targets, varied
from sim.scenario.wording import unit_here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.model.uncertain import Uncertain
    from sim.scenario.context import CheckContext
    from sim.scenario.marks import KeyPath
    from sim.scenario.reading import Reading
    from sim.scenario.variants import Place

__all__ = ["ends_of", "uncertain_problems"]

_SETTINGS = {"seed", "replications", "duration_d", "run_out_d"}
_OWN = {"uncertain", "rank_correlations"}
_KNOWN_FROM = 0.0005
"""Change of a rank correlation from which on a repair is told."""


def uncertain_problems(
    reading: Reading, context: CheckContext, plain: Iterable[Problem]
) -> Iterator[Problem]:
    """Yield what is wrong with the uncertain numbers of a scenario.

    Parameters
    ----------
    reading : Reading
        A scenario that was read.
    context : CheckContext
        The network it runs on.
    plain : iterable of Problem
        What was found in it as it stands; its ranges are looked at only if that is sound.
    """
    entries = reading.require().uncertain
    found = [*_misplaced(reading, entries), *_misnamed(reading)]
    yield from found
    if has_errors([*found, *plain]):
        return
    yield from _repaired(reading)
    for name, entry in entries.items():
        for words, numbers in ends_of(reading, name):
            slip = _slip(varied(reading, numbers), context)
            if slip is not None:
                yield _beyond(name, entry, words, slip)


def ends_of(reading: Reading, name: str) -> Iterator[tuple[str, dict[KeyPath, float | int]]]:
    """Yield the values at which an entry is held against the scenario, and what they put where.

    Parameters
    ----------
    reading : Reading
        A scenario whose entries stand at numbers.
    name : str
        The entry.

    Yields
    ------
    words, numbers : str, dict
        What the value is called, and the numbers by path.
    """
    own = [target for target in targets(reading) if target.entry == name]
    for words, value in law_ends(reading.require().uncertain[name].law).items():
        yield words, {target.path: target.number(value) for target in own}


def _misplaced(reading: Reading, entries: dict[str, Uncertain]) -> Iterator[Problem]:
    taken: dict[KeyPath, str] = {}
    for name, entry in entries.items():
        for position, text in enumerate(entry.all_paths):
            at: KeyPath = ("uncertain", name, "path")
            if entry.paths is not None:
                at = ("uncertain", name, "paths", position)
            place = place_of(reading, text)
            slip = _no_number(reading, at, place)
            if slip is not None:
                yield slip
            elif place.path in taken:
                fact = f"`{text}` stands in `{taken[place.path]}` too"
                rule = "a number is drawn once"
                way_out = "take one away; for several causes, widen the law"
                yield Problem("uncertain-twice", at, fact, rule, way_out)
            taken.setdefault(place.path, name)


def _no_number(reading: Reading, at: KeyPath, place: Place) -> Problem | None:
    """Return why no uncertain number can stand at a place, if none can."""
    head, text = str(place.path[0]), dotted(place.path)
    if head in _OWN or text in _SETTINGS:
        fact, rule = f"got `{text}`", "it says how to simulate, not how the world is"
        return Problem("uncertain-setting", at, fact, rule, "name a figure of the scenario")
    if any(isinstance(key, int) for key in place.path):
        fact, rule = f"`{text}` is an item of a list", "paths lead through named entries only"
        return Problem("uncertain-in-list", at, fact, rule, "name another number")
    if not place.is_known:
        fact, _, hint = no_such(reading, place.path).partition("; ")
        rule = "the path of an uncertain number must lead to a number"
        return Problem("unknown-path", at, fact, rule, hint)
    return None if place.number is not None else _no_figure(at, text, place.value)


def _no_figure(at: KeyPath, text: str, value: object) -> Problem:
    rule = "an uncertain number stands in place of a number of the file, which `run` takes"
    fact, way_out = f"at `{text}` stands {shown_value(value)}", "name a number"
    if isinstance(value, dict):
        numbers = [k for k, v in value.items() if isinstance(v, int | float)]
        fact = f"a block stands at `{text}`"
        inside = " or ".join(f"`{text}.{key}`" for key in numbers[:3])
        way_out = f"name a number in it: {inside}" if inside else "name a number in it"
    elif value is None:
        fact, way_out = f"no number stands at `{text}`", "give it one there"
    return Problem("uncertain-no-number", at, fact, rule, way_out)


def _misnamed(reading: Reading) -> Iterator[Problem]:
    scenario = reading.require()
    taken: dict[frozenset[str], str] = {}
    for name, entry in scenario.rank_correlations.items():
        at = ("rank_correlations", name, "between")
        for position, word in enumerate(entry.between):
            yield from unknown((*at, position), word, scenario.uncertain, "entry of `uncertain`")
        pair = frozenset(entry.between)
        one, other = entry.between
        if one == other:
            fact, rule = f"got `{one}` twice", "two entries go together, or not"
            yield Problem("correlated-with-itself", at, fact, rule, "name another one")
        elif pair in taken:
            fact = f"`{one}` and `{other}` stand in `{taken[pair]}` too"
            way_out = "take one of the two away"
            yield Problem("correlated-twice", at, fact, "a pair is given once", way_out)
        taken.setdefault(pair, name)


def _repaired(reading: Reading) -> Iterator[Problem]:
    """Tell of each group of rank correlations that no numbers can have."""
    scenario = reading.require()
    for group in correlated_groups(scenario):
        change = group.largest_change
        if not group.was_repaired or change.size < _KNOWN_FROM:
            continue
        named = {frozenset(c.between): key for key, c in scenario.rank_correlations.items()}
        key = named.get(frozenset((change.one, change.other)))
        at = ("rank_correlations", key, "is") if key else ("rank_correlations",)
        fact = f"no numbers have all the rank correlations of {' and '.join(group.names)}"
        rule = (
            f"the nearest that can be are taken; the largest change is `{change.one}` with "
            f"`{change.other}`, {change.asked:.3f} to {change.used:.3f}"
        )
        way_out = "bring them nearer to 0, or state the missing pairs"
        yield Problem("correlations-repaired", at, fact, rule, way_out, severity=WARNING)


def _slip(reading: Reading, context: CheckContext) -> Problem | None:
    """Return the first error of a scenario, if it has any."""
    if reading.scenario is None:
        return next(p for p in reading.problems if has_errors((p,)))
    facts = Facts(reading.scenario, context)
    found = (problem for check in CHECKS.values() for problem in check(facts))
    return next((problem for problem in found if problem.severity == ERROR), None)


def _beyond(name: str, entry: Uncertain, words: str, slip: Problem) -> Problem:
    at = ("uncertain", name, "law")
    value = float(f"{law_ends(entry.law)[words]:.6g}")
    shown = shown_value(value, unit="" if entry.form == "factor" else unit_here(slip.path))
    told = f" ({shown})" if not words.startswith("value") else ""
    fact = f"at its {words}{told} the scenario is not sound: {dotted(slip.path)}: {slip.fact}"
    # what the models hint at is meant for a number that was written, not drawn
    hint = f"; or: {slip.way_out}" if slip.way_out and slip.mark is None else ""
    way_out = f"narrow the law{hint}"
    return replace(slip, code="uncertain-beyond", path=at, fact=fact, way_out=way_out, mark=None)
