"""What the models refuse, in a planner's words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.scenario.slips import misses_by_slip, missing, unknown_key
from sim.scenario.vocabulary import NUMBER, Shape, root_shape
from sim.scenario.wording import Case, worded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.model.validation import Refusal
    from sim.scenario.marks import KeyPath
    from sim.scenario.problems import Problem

__all__ = ["told"]


def told(refusals: Iterable[Refusal], tree: dict[str, Any]) -> tuple[Problem, ...]:
    """Return refusals as problems; a key missing only through a slip is told once.

    Parameters
    ----------
    refusals : iterable of Refusal
        What the models refused.
    tree : dict
        The scenario as maps, lists and scalars.
    """
    cases = [_case(refusal, tree) for refusal in refusals]
    unknown: dict[KeyPath, list[str]] = {}
    lacking: dict[KeyPath, list[str]] = {}
    for case in cases:
        found = {"extra_forbidden": unknown, "missing": lacking}.get(case.kind)
        if found is not None:
            found.setdefault(case.path[:-1], []).append(str(case.path[-1]))
    problems: list[Problem] = []
    for case in cases:
        block = case.path[:-1]
        if case.kind == "missing":
            if not misses_by_slip(str(case.path[-1]), unknown.get(block, ())):
                problems.append(missing(case))
        elif case.kind == "extra_forbidden":
            problems.append(unknown_key(case, lacking.get(block, ())))
        else:
            told_here = worded(case)
            problems += [told_here] if told_here else []
    return tuple(_dated(problem) for problem in problems)


def _case(refusal: Refusal, tree: dict[str, Any]) -> Case:
    """Return a refusal with its path (without tags), the shape there and the block around."""
    shape, around = root_shape(), root_shape()
    path: list[str | int] = []
    value: object = tree
    place = list(refusal.place)
    is_key = bool(place) and place[-1] == "[key]"
    for key in place[:-1] if is_key else place:
        if shape.variants:
            shape = shape.variants.get(str(key), shape)
            continue
        around = shape if shape.is_block else around
        shape = shape.child(key) or Shape({"name": ""})
        path.append(key)
        value = _under(value, key)
    if shape.variants and isinstance(refusal.value, int | float):
        shape = shape.variants.get(NUMBER, shape)
    return Case(
        refusal.kind, tuple(path), refusal.value, refusal.limits, shape, around, value, is_key
    )


def _under(value: object, key: str | int) -> object:
    if isinstance(value, dict):
        return value.get(key)
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return value[key]
    return None


def _dated(problem: Problem) -> Problem:
    """Return a problem whose value, if any, is a plain one."""
    is_plain = isinstance(problem.value, str | int | float | bool | None)
    return problem if is_plain else replace(problem, value=None)
