"""Stages open one after the other, and places lie on the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.checks.registry import register
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sim.model import PlannedSection
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


@register("stages open in order")
def stages_open_in_order(facts: Facts) -> Iterator[Problem]:
    """See that a stage opens when track leads to it: existing, or of stages open by then.

    Stages of other lines stand in the same list of the network, so the order holds among those
    that are built on one another: a stage whose track is joined, on its gauge, to nothing open.
    Where a network has no existing track of that gauge there, its first stage stands alone.
    """
    stages = facts.scenario.network.stages
    for stage, opens in stages.items():
        if stage not in facts.plan.stages:
            continue
        earlier = _missing_before(facts, stage, opens)
        if not earlier:
            continue
        first = earlier[0]
        fact = f"stage `{stage}` opens on {opens} with no open track leading to it"
        dated = stages.get(first)
        when = f"opens only on {dated}" if dated else "is not open at all"
        rule = f"stage `{first}` comes before it and {when}"
        way_out = f"let `{first}` open by {opens}, or take `{stage}` away"
        yield Problem("stages-out-of-order", ("network", "stages", stage), fact, rule, way_out)


def _missing_before(facts: Facts, stage: str, opens: date) -> tuple[str, ...]:
    """Return the stages before ``stage`` that are not open by then, if it is cut off."""
    stages = facts.scenario.network.stages
    rail = [s for s in facts.plan.sections.values() if s.mode == "rail"]
    is_open = {s for s, day in stages.items() if day <= opens}
    together = _joined(rail, stage)
    own = {s.stage_id for s in together} & set(facts.plan.stages)
    order = [s for s in facts.plan.stages if s in own]
    before = order[: order.index(stage)] if stage in order else []
    missing = tuple(s for s in before if s not in is_open)
    standing = [s for s in together if s.stage_id in is_open or s.stage_id not in own]
    reached = _joined(standing, stage)
    if any(s.stage_id not in own for s in reached):
        return ()
    has_existing = any(s.stage_id not in own for s in together)
    if not has_existing and order and order[0] in {s.stage_id for s in reached}:
        return ()
    return missing


def _joined(sections: list[PlannedSection], stage: str) -> list[PlannedSection]:
    """Return the sections that hang together, on one gauge, with those of a stage."""
    reached = {s.id for s in sections if s.stage_id == stage}
    ends = {(e, s.gauge_mm) for s in sections if s.id in reached for e in (s.from_id, s.to_id)}
    grown = True
    while grown:
        grown = False
        for s in sections:
            both = {(s.from_id, s.gauge_mm), (s.to_id, s.gauge_mm)}
            if s.id not in reached and both & ends:
                reached.add(s.id)
                ends |= both
                grown = True
    return [s for s in sections if s.id in reached]


@register("places are reached")
def places_are_reached(facts: Facts) -> Iterator[Problem]:
    """See that terminals and `stations` lie at stations that some section reaches."""
    reached = {end for s in facts.plan.sections.values() for end in (s.from_id, s.to_id)}
    alone = set(facts.plan.stations) - reached
    for name, terminal in facts.scenario.terminals.items():
        if terminal.station in alone:
            fact, rule = f"no section reaches station `{terminal.station}`", "freight needs a way"
            way_out = "put the terminal at a station of a line or road"
            yield Problem("unreached", ("terminals", name, "station"), fact, rule, way_out)
    for name in facts.scenario.stations:
        if name in alone:
            fact, rule = f"no section reaches station `{name}`", "trains cannot wait there"
            yield Problem("unreached", ("stations", name), fact, rule, "remove the entry")


@register("posts lie on a way")
def posts_lie_on_a_way(facts: Facts) -> Iterator[Problem]:
    """See that some service or haul, used or not, passes each border post."""
    passed = {mode: facts.passed(mode) for mode in ("rail", "road")}
    for name, post in facts.scenario.posts.items():
        if post.station in facts.plan.stations and post.station not in passed[post.mode]:
            who = "train of any service" if post.mode == "rail" else "truck of any haul"
            fact = f"no {who} passes station `{post.station}`"
            other = "road" if post.mode == "rail" else "rail"
            is_other = post.station in passed[other]
            hint = f"did you mean `mode: {other}`?" if is_other else "move the post, or let it be"
            yield Problem(
                "post-unused", ("posts", name), fact, "the post has no effect", hint, WARNING
            )
