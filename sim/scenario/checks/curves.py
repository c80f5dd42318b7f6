"""Listed curves lie on their section, one after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from sim.model.network import MeetsLine
from sim.scenario.checks.registry import register
from sim.scenario.hints import did_you_mean
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.model.traction import Curve
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []

_HAIR_KM = 5e-7
_At = tuple[str, str, str, str, str]


def _lists(facts: Facts) -> Iterator[tuple[str, str, tuple[Curve, ...], _At]]:
    """Yield line, section, its listed curves and where they stand."""
    for name, line in facts.scenario.lines.items():
        if isinstance(line, MeetsLine) and line.physics is not None:
            for section_id, curves in line.physics.curves.items():
                yield name, section_id, curves, ("lines", name, "physics", "curves", section_id)


@register("curves belong to sections of their line")
def curves_belong_to_their_line(facts: Facts) -> Iterator[Problem]:
    """See that curves are listed for sections of the network, under the line of the section."""
    for line_id, section_id, _, at in _lists(facts):
        section = facts.plan.sections.get(section_id)
        if section is None:
            own = [s.id for s in facts.plan.sections.values() if s.line_id == line_id]
            fact, rule = f"got `{section_id}`", "no section of the network has this id"
            hint = did_you_mean(section_id, own) or "take it away"
            yield Problem("unknown-id", at, fact, rule, hint, value=section_id)
        elif section.line_id != line_id:
            fact = f"section `{section_id}` is of line `{section.line_id}`"
            rule = "curves are listed under the line of their section"
            way_out = f"move them to `lines.{section.line_id}.physics.curves`"
            yield Problem("curves-elsewhere", at, fact, rule, way_out)


@register("curves lie on their section")
def curves_lie_on_their_section(facts: Facts) -> Iterator[Problem]:
    """See that listed curves end before their section does, and do not overlap."""
    for _, section_id, curves, at in _lists(facts):
        section = facts.plan.sections.get(section_id)
        for position, curve in enumerate(curves):
            if section and _end_km(curve) > section.length_km + _HAIR_KM:
                fact = f"it ends at km {_end_km(curve):g}"
                rule = f"section `{section_id}` is {section.length_km:g} km long"
                way_out = f"kilometres count from `{section.from_id}`; check them"
                yield Problem("curve-outside", (*at, position), fact, rule, way_out)
        order = sorted(range(len(curves)), key=lambda k: curves[k].from_km)
        for first, second in pairwise(order):
            end_km, begin_km = _end_km(curves[first]), curves[second].from_km
            if begin_km < end_km - _HAIR_KM:
                fact = f"it begins at km {begin_km:g}, and another ends at km {end_km:g}"
                rule = "curves of a section must not overlap"
                way_out = "end the one where the other begins"
                yield Problem("curves-overlap", (*at, second), fact, rule, way_out)


def _end_km(curve: Curve) -> float:
    return curve.from_km + curve.length_km
