"""What is said of an uncertain number: its law, its range, what it goes together with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.base import Block
from sim.scenario.correlations import correlated_groups
from sim.scenario.figure_laws import law_ends
from sim.scenario.marks import dotted
from sim.scenario.sourcing import source_of
from sim.scenario.unit_words import shown_value
from sim.scenario.variants import targets
from sim.scenario.wording import unit_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model import Scenario
    from sim.model.uncertain import FigureLaw
    from sim.scenario.marks import KeyPath
    from sim.scenario.reading import Reading
    from sim.scenario.variants import Target

__all__ = ["uncertain_lines"]

_ORDER = ("low", "mean", "mode", "sd", "cv_frac", "high", "values", "weights").index
_MANY = 5
_KNOWN_FROM = 0.0005
"""Change of a rank correlation from which on it is told, as by the checks."""


def uncertain_lines(reading: Reading, path: KeyPath) -> list[str]:
    """Return lines on the uncertain entry that decides a number, or those right below a block.

    Parameters
    ----------
    reading : Reading
        A scenario as read; with faults that leave no scenario nothing is said.
    path : tuple
        Keys of the number, or of what holds it, such as a law.

    Returns
    -------
    lines : list of str
        Empty where nothing is uncertain.
    """
    if reading.scenario is None:
        return []
    size = len(path)
    here = [t for t in targets(reading) if t.path[:size] == path and len(t.path) <= size + 1]
    return [line for target in here for line in _lines(reading, target, target.path[size:])]


def _lines(reading: Reading, target: Target, below: KeyPath) -> Iterator[str]:
    scenario = reading.require()
    law = scenario.uncertain[target.entry].law
    mark = reading.mark_of(("uncertain", target.entry))
    what = f"its `{dotted(below)}` is " if below else ""
    source = source_of(reading, ("uncertain", target.entry, "law"))
    form = "multiplied by" if target.is_factor else "drawn from"
    unit = unit_here(target.path)
    drawn = _law(law, "" if target.is_factor else unit)
    yield f"  uncertain: {what}{form} `{target.entry}`: {drawn} ({mark})"
    ends = {words: target.number(value) for words, value in law_ends(law).items()}
    if target.is_factor and len(ends) <= _MANY:
        told = ", ".join(f"{words} {shown_value(end, unit=unit)}" for words, end in ends.items())
        yield f"  so it is: {told}"
    if source:
        yield f"  source of its law: {source.text} ({reading.mark_of(source.path)})"
    for other, text in _together(scenario, target.entry):
        yield f"  goes with: `{other}`, rank correlation {text}"


def _law(law: FigureLaw, unit: str) -> str:
    """Return a law with its figures, and with the quantiles where it has no ends."""
    names = sorted(set(type(law).model_fields) - set(Block.model_fields) - {"kind"}, key=_ORDER)
    figures = {name: value for name in names if (value := getattr(law, name)) is not None}
    words = [f"{key} {_figure(key, value, unit)}" for key, value in figures.items()]
    words += [
        f"{key} {shown_value(float(f'{value:.4g}'), unit=unit)}"
        for key, value in law_ends(law).items()
        if "quantile" in key
    ]
    return f"{law.kind}, {', '.join(words)}"


def _figure(key: str, value: object, unit: str) -> str:
    if isinstance(value, tuple):
        few = ", ".join(f"{one:g}" for one in value[:_MANY])
        more = f" and {len(value) - _MANY} more" if len(value) > _MANY else ""
        return f"{few}{more} {unit if key == 'values' else ''}".rstrip()
    return shown_value(value, unit="" if key.endswith("_frac") else unit)


def _together(scenario: Scenario, entry: str) -> Iterator[tuple[str, str]]:
    """Yield what an entry goes together with, as asked for, and as it is used if that differs."""
    asked = {frozenset(pair.between) for pair in scenario.rank_correlations.values()}
    for group in correlated_groups(scenario):
        for change in group.changes:
            pair = {change.one, change.other}
            if entry not in pair or (pair not in asked and change.size < _KNOWN_FROM):
                continue
            text = f"{change.asked:g}"
            if change.size >= _KNOWN_FROM:
                text += f", used as {change.used:.3g}: not all that is asked for can be"
            yield next(iter(pair - {entry})), text
