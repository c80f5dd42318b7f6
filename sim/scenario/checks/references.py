"""Every id leads to an entry: of the network, or of another block."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from sim.scenario.checks.registry import register
from sim.scenario.hints import did_you_mean
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sim.scenario.checks.facts import Facts
    from sim.scenario.marks import KeyPath

__all__ = ["unknown"]


def unknown(path: KeyPath, word: str, known: Collection[str], what: str) -> Iterator[Problem]:
    """Yield a problem if ``word`` is not known."""
    if word not in known:
        fact, rule = f"got `{word}`", f"no {what} has this id"
        hint = did_you_mean(word, known) or f"there is no {what} at all; add one"
        yield Problem("unknown-id", path, fact, rule, hint, value=word)


@register("stations exist")
def stations_exist(facts: Facts) -> Iterator[Problem]:
    """See that terminals, posts, `stations` and ways by name stand on stations of the network."""
    scenario, known, what = facts.scenario, facts.plan.stations, "station of the network"
    for name, terminal in scenario.terminals.items():
        yield from unknown(("terminals", name, "station"), terminal.station, known, what)
    for name, post in scenario.posts.items():
        yield from unknown(("posts", name, "station"), post.station, known, what)
    for name in scenario.stations:
        yield from unknown(("stations", name), name, known, what)
    for block, legs in (("services", scenario.services), ("hauls", scenario.hauls)):
        for name, leg in legs.items():
            for position, stop in enumerate(leg.via):
                yield from unknown((block, name, "via", position), stop, known, what)


@register("lines and stages exist")
def lines_and_stages_exist(facts: Facts) -> Iterator[Problem]:
    """See that lines and stages are those of the network."""
    lines = {section.line_id for section in facts.plan.sections.values()}
    for name in facts.scenario.lines:
        yield from unknown(("lines", name), name, lines, "line of the network")
    network = facts.scenario.network
    for name in network.gauge_by_line_mm:
        path = ("network", "gauge_by_line_mm", name)
        yield from unknown(path, name, lines, "line of the network")
    for name in network.stages:
        path = ("network", "stages", name)
        yield from unknown(path, name, facts.plan.stages, "stage of the network")


@register("fleets exist")
def fleets_exist(facts: Facts) -> Iterator[Problem]:
    """See that fleets have a wagon type and a home, services a fleet, hauls trucks."""
    scenario = facts.scenario
    for name, fleet in scenario.fleets.items():
        at = ("fleets", name)
        yield from unknown(
            (*at, "wagon_type"), fleet.wagon_type, scenario.wagon_types, "wagon type"
        )
        yield from unknown((*at, "home"), fleet.home, scenario.terminals, "terminal")
    for name, service in scenario.services.items():
        yield from unknown(("services", name, "fleet"), service.fleet, scenario.fleets, "fleet")
    for name, haul in scenario.hauls.items():
        yield from unknown(
            ("hauls", name, "trucks"), haul.trucks, scenario.trucks, "entry of `trucks`"
        )


@register("terminals exist")
def terminals_exist(facts: Facts) -> Iterator[Problem]:
    """See that services, hauls and flows begin and end at terminals."""
    scenario = facts.scenario
    blocks = (("services", scenario.services), ("hauls", scenario.hauls), ("flows", scenario.flows))
    for block, legs in blocks:
        for name, leg in legs.items():
            for key in ("origin", "destination"):
                word = getattr(leg, key)
                yield from unknown((block, name, key), word, scenario.terminals, "terminal")


@register("what flows name exists")
def flows_name_what_exists(facts: Facts) -> Iterator[Problem]:
    """See that flows name what exists, and legs that are a service or a haul, not both."""
    scenario = facts.scenario
    legs = {*scenario.services, *scenario.hauls}
    for name, flow in scenario.flows.items():
        at = ("flows", name)
        yield from unknown((*at, "commodity"), flow.commodity, scenario.commodities, "commodity")
        if flow.season is not None:
            yield from unknown((*at, "season"), flow.season, scenario.seasons, "season")
        for position, leg in enumerate(flow.legs):
            yield from unknown((*at, "legs", position), leg, legs, "service or haul")
    for name in sorted(set(scenario.services) & set(scenario.hauls)):
        fact = f"`{name}` is both a service and a haul"
        rule = "a leg of a flow must be one of them"
        yield Problem("ambiguous-id", ("hauls", name), fact, rule, "rename one of the two")


@register("what disruptions hit exists")
def disruptions_hit_what_exists(facts: Facts) -> Iterator[Problem]:
    """See that disruptions name things of the network and of the scenario."""
    scenario = facts.scenario
    lines = {section.line_id for section in facts.plan.sections.values()}
    known: dict[str, tuple[Collection[str], str]] = {
        "sections": (facts.plan.sections, "section of the network"),
        "posts": (scenario.posts, "border post"),
        "terminals": (scenario.terminals, "terminal"),
        "fleets": (scenario.fleets, "fleet"),
        "trucks": (scenario.trucks, "entry of `trucks`"),
        "flows": (scenario.flows, "flow"),
        "lines": (lines, "line of the network"),
        "hauls": (scenario.hauls, "haul"),
    }
    for name, disruption in scenario.disruptions.items():
        at = ("disruptions", name)
        for key, (ids, what) in known.items():
            for position, word in enumerate(getattr(disruption.hits, key)):
                yield from unknown((*at, "hits", key, position), word, ids, what)
        if disruption.after is not None:
            path, other = (*at, "after", "disruption"), disruption.after.disruption
            yield from unknown(path, other, scenario.disruptions, "disruption")


@register("time zones exist")
def time_zones_exist(facts: Facts) -> Iterator[Problem]:
    """See that time zones are those of the IANA list."""
    scenario = facts.scenario
    zones: list[tuple[KeyPath, str | None]] = [(("time_zone",), scenario.time_zone)]
    blocks = ("terminals", scenario.terminals), ("posts", scenario.posts)
    for block, places in (*blocks, ("no_running", scenario.no_running)):
        zones += [((block, name, "time_zone"), place.time_zone) for name, place in places.items()]
    for path, zone in zones:
        if zone is not None and not _is_zone(zone):
            fact, rule = f"got `{zone}`", "no time zone has this name"
            hint = did_you_mean(zone, available_timezones())
            hint = hint if hint.startswith("did") else "write a name such as `Asia/Kabul`"
            yield Problem("unknown-time-zone", path, fact, rule, hint, value=zone)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True


@register("the dispatch rule exists")
def dispatch_rule_exists(facts: Facts) -> Iterator[Problem]:
    """See that the dispatch rule is one of those registered."""
    name, known = facts.scenario.dispatch, facts.context.dispatch_rules
    if name not in known:
        fact, rule = f"got `{name}`", "no dispatch rule has this name"
        hint = did_you_mean(name, known)
        if not hint.startswith("did"):
            hint = f"{hint}; `--rules FILE.py` makes a rule of your own known"
        yield Problem("unknown-dispatch-rule", ("dispatch",), fact, rule, hint, value=name)


@register("a batch has a rule that uses it")
def batch_is_used(facts: Facts) -> Iterator[Problem]:
    """See that a batch is not given to a rule that knows no batches."""
    scenario = facts.scenario
    others = {"first-come", "priority", "least-delay"}
    if "dispatch_batch" in scenario.model_fields_set and scenario.dispatch in others:
        fact = f"`dispatch: {scenario.dispatch}` has no batches"
        rule = "only `fleeting` counts trains one way"
        way_out = "write `dispatch: fleeting`, or leave the batch out"
        at = ("dispatch_batch",)
        yield Problem("batch-unused", at, fact, rule, way_out, severity=WARNING)
