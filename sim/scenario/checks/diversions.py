"""Diversions lead where their flow goes, by legs that hold what all legs must hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.scenario.checks.facts import Facts
from sim.scenario.checks.references import unknown
from sim.scenario.checks.registry import CHECKS, register
from sim.scenario.hints import did_you_mean
from sim.scenario.problems import ERROR, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sim.model.demand import Flow
    from sim.scenario.marks import KeyPath

__all__ = ["diverted_problems"]


@register("diversions look before a leg of their flow")
def diversions_look_before_a_leg(facts: Facts) -> Iterator[Problem]:
    """See that `before` names a leg of the flow."""
    for name, flow in facts.scenario.flows.items():
        before = flow.divert.before if flow.divert else None
        if before is not None and before not in flow.legs:
            fact, rule = f"got `{before}`", f"flow `{name}` has no leg of this id"
            hint = did_you_mean(before, flow.legs)
            at = ("flows", name, "divert", "before")
            yield Problem("unknown-leg", at, fact, rule, hint, value=before)
        stock = flow.divert.stock if flow.divert else None
        if stock is not None:
            path = ("flows", name, "divert", "stock")
            yield from unknown(path, stock, facts.scenario.stocks, "stock")


def _position(flow: Flow) -> int:
    """Return the leg before which a flow looks; -1 where it has no sound diversion."""
    if flow.divert is None:
        return -1
    if flow.divert.before is None:
        return 0
    return flow.legs.index(flow.divert.before) if flow.divert.before in flow.legs else -1


def diverted_problems(facts: Facts, plain: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what all checks find when every flow takes the legs of its diversion.

    Parameters
    ----------
    facts : Facts
        The scenario as it stands.
    plain : iterable of Problem
        What they found so; it is not told again.
    """
    at = {name: _position(flow) for name, flow in facts.scenario.flows.items()}
    if all(position < 0 for position in at.values()):
        return
    flows = {
        name: flow
        if at[name] < 0 or flow.divert is None
        else flow.model_copy(
            update={"legs": (*flow.legs[: at[name]], *flow.divert.legs), "divert": None}
        )
        for name, flow in facts.scenario.flows.items()
    }
    other = Facts(facts.scenario.model_copy(update={"flows": flows}), facts.context, facts.found)
    told = {(problem.code, problem.path) for problem in plain}
    laden = {leg.id for name in flows for leg in facts.legs(name) if not leg.is_return}
    for check in CHECKS.values():
        for problem in check(other):
            if _runs_undiverted(problem, flows, laden):
                continue
            if problem.severity == ERROR and (problem.code, problem.path) not in told:
                yield replace(problem, path=_own_place(problem.path, at))


def _runs_undiverted(problem: Problem, flows: dict[str, Flow], laden: set[str]) -> bool:
    """Return whether a service is taken the way back only where every lot diverts."""
    if problem.code != "return-only":
        return False
    _, flow, _, position = problem.path
    return flows[str(flow)].legs[int(position)] in laden


def _own_place(path: KeyPath, at: dict[str, int]) -> KeyPath:
    """Return the place in the diversion of what was found in the legs laid together."""
    if path[0] != "flows" or len(path) < 3 or path[2] != "legs" or at[str(path[1])] < 0:  # noqa: PLR2004
        return path
    flow = str(path[1])
    if len(path) == 3:  # noqa: PLR2004
        return ("flows", flow, "divert", "legs")
    position = int(path[3]) - at[flow]
    return path if position < 0 else ("flows", flow, "divert", "legs", position, *path[4:])
