"""Stores hold a lot, and freight in them can always go on."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.scenario.checks.registry import register
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.checks.facts import Facts, Leg

__all__: list[str] = []


def _has_store(facts: Facts, terminal: str) -> bool:
    found = facts.scenario.terminals.get(terminal)
    return found is not None and found.store_t is not None


def _stored(facts: Facts, flow_id: str) -> Iterator[tuple[Leg, Leg]]:
    """Yield pairs of legs between which a flow's lots lie in a store."""
    for before, after in pairwise(facts.legs(flow_id)):
        comes = before.is_rail and not before.is_return
        if comes and not (after.is_rail and after.is_return) and _has_store(facts, before.end):
            yield before, after


@register("stores hold the lots that come")
def stores_hold_a_lot(facts: Facts) -> Iterator[Problem]:
    """See that a store has room for the largest lot, and that something is stored in it."""
    largest: dict[str, tuple[float, str]] = {}
    for name, flow in facts.scenario.flows.items():
        if flow.commodity not in facts.scenario.commodities:
            continue
        for before, _ in _stored(facts, name):
            lot = (facts.scenario.lot_t(name), name)
            largest[before.end] = max(lot, largest.get(before.end, lot))
    for name, terminal in facts.scenario.terminals.items():
        at = ("terminals", name, "store_t")
        if terminal.store_t is None:
            continue
        if name not in largest:
            fact = "no freight comes here by train to go on by another train out or by truck"
            way_out = "leave it out, or let it be"
            yield Problem("store-unused", at, fact, "the limit has no effect", way_out, WARNING)
        elif largest[name][0] > terminal.store_t:
            lot_t, flow_id = largest[name]
            fact = f"it holds {terminal.store_t:g} t, a lot of flow `{flow_id}` is {lot_t:g} t"
            rule = "a lot that finds no room is never unloaded"
            way_out = f"give it at least {lot_t:g}, or smaller lots (`lot_t`)"
            yield Problem("store-too-small", at, fact, rule, way_out, value=terminal.store_t)


@register("freight leaves the stores")
def freight_leaves_the_stores(facts: Facts) -> Iterator[Problem]:
    """See that no store can only be emptied by what waits before it to be unloaded."""
    ways: dict[str, set[str]] = {}
    for name, flow in facts.scenario.flows.items():
        pairs = list(_stored(facts, name))
        for (_, via), (onward, _) in pairwise(pairs):
            if via.id == onward.id:
                ways.setdefault(via.start, set()).add(onward.end)
        before = flow.divert.before if flow.divert else None
        if flow.divert is None or before is None:
            continue
        for first, after in pairs:
            service = facts.scenario.services.get(flow.divert.legs[0])
            if after.id == before and service is not None and service.destination == first.end:
                fact = f"freight in the store of `{first.end}` would ride home from there"
                rule = "a full store may keep the very train from being emptied that is to take it"
                way_out = "let it divert before it comes there, or leave the store's limit out"
                at = ("flows", name, "divert", "legs", 0)
                yield Problem("store-blocks", at, fact, rule, way_out)
    circle = _circle(ways)
    if circle:
        fact = f"freight goes from store to store in a circle: {' - '.join(circle)}"
        rule = "each may wait for room in the next for ever"
        place = ("terminals", circle[0], "store_t")
        yield Problem("store-blocks", place, fact, rule, "leave the limit of one of them out")


def _circle(ways: dict[str, set[str]]) -> list[str]:
    """Return terminals in a circle, the first again at the end; nothing if there is none."""
    try:
        TopologicalSorter(ways).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []
