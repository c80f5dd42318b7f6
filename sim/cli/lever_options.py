"""Levers as the command line gives them: `path=1,2,3`, `path=10..20/5`, `path=low..high`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import numpy as np

from sim.analysis.points import MOST_POINTS, text_of
from sim.analysis.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["named", "parsed_range", "parsed_values", "paths_of", "whole_ends"]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})(?:/({_NUMBER}))?")
_SLACK = 1e-9
_OPEN, _SHUT = "[{(", "]})"


def named(text: str, option: str, form: str) -> tuple[str, str]:
    """Return path and rest of `path=rest`.

    Raises
    ------
    UsageError
        If there is no path, or nothing after it.

    Examples
    --------
    >>> named("fleets.cars.wagons=1..9", "--vary", "path=low..high")
    ('fleets.cars.wagons', '1..9')
    """
    path, equals, rest = text.partition("=")
    if not equals or not path.strip() or not rest.strip():
        message = f"{option} {text}: write {form}, such as {option} fleets.ID.wagons=..."
        raise click.UsageError(message)
    return path.strip(), rest.strip()


def parsed_range(text: str, option: str) -> Range:
    """Return the range of `path=low..high`.

    Raises
    ------
    UsageError
        If it is another form.

    Examples
    --------
    >>> parsed_range("duration_d=10..20.5", "--vary")
    Range(path='duration_d', low=10.0, high=20.5)
    """
    path, rest = named(text, option, "path=low..high")
    found = _RANGE.fullmatch(rest)
    if found is None or found[3] is not None:
        message = f"{option} {text}: '{rest}' is no range; write {path}=low..high, such as 10..20"
        raise click.UsageError(message)
    return Range(path, float(found[1]), float(found[2]))


def parsed_values(text: str, option: str) -> tuple[str, list[str]]:
    """Return path and values of `path=1,2,3` or `path=low..high/step`.

    Raises
    ------
    UsageError
        If it is another form, the steps do not reach the end, or a value is given twice.

    Examples
    --------
    >>> parsed_values("fleets.cars.wagons=10..20/5", "--over")
    ('fleets.cars.wagons', ['10', '15', '20'])
    >>> parsed_values("terminals.port.hours=[a, b],c", "--over")[1]
    ['[a, b]', 'c']
    """
    path, rest = named(text, option, "path=1,2,3 or path=10..20/5")
    found = _RANGE.fullmatch(rest)
    values = _split(rest) if found is None else _steps(text, option, found)
    if "" in values:
        message = f"{option} {text}: a value is empty; write {path}=1,2,3"
        raise click.UsageError(message)
    twice = [value for k, value in enumerate(values) if value in values[:k]]
    if twice:
        message = f"{option} {text}: {twice[0]} is given twice"
        raise click.UsageError(message)
    return path, values


def _steps(text: str, option: str, found: re.Match[str]) -> list[str]:
    low, high, step = float(found[1]), float(found[2]), float(found[3] or "nan")
    message = ""
    if found[3] is None:
        message = f"{option} {text}: give a step, {text}/STEP, or --lhs N for points within"
    elif not low < high or not step > 0:
        message = f"{option} {text}: write the lower end first, and a step above zero"
    elif (high - low) / step > MOST_POINTS:
        message = f"{option} {text}: more than {MOST_POINTS:,} values; take a larger step"
    elif abs((high - low) / step - round((high - low) / step)) > _SLACK:
        message = (
            f"{option} {text}: steps of {step:g} from {low:g} do not reach {high:g}; what follows "
            "the stroke is the step, not the number of values"
        )
    if message:
        raise click.UsageError(message)
    is_whole = all(float(found[k]).is_integer() and "." not in found[k] for k in (1, 2, 3))
    values = low + step * np.arange(round((high - low) / step) + 1)
    return [text_of(float(value), is_whole=is_whole) for value in values]


def _split(text: str) -> list[str]:
    """Return the parts between commas that stand in no bracket."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in _OPEN) - (letter in _SHUT)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def whole_ends(span: Range, option: str) -> tuple[int, int]:
    """Return the ends of a range of whole numbers.

    Raises
    ------
    UsageError
        If an end is none.
    """
    if not (span.low.is_integer() and span.high.is_integer()):
        message = f"{option} {span.path}={span.low:g}..{span.high:g}: the ends are whole numbers"
        raise click.UsageError(message)
    return int(span.low), int(span.high)


def paths_of(ranges: Sequence[Range]) -> list[str]:
    """Return the paths of ranges."""
    return [span.path for span in ranges]
