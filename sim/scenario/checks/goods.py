"""Freight rides in wagons that may carry it, in lots that fit; contracts fall into the period."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, get_args

from sim.model.demand import Packaging
from sim.model.hours import Month
from sim.scenario.checks.references import unknown
from sim.scenario.checks.registry import register
from sim.scenario.problems import WARNING, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sim.model.demand import Contract, Flow
    from sim.scenario.checks.facts import Facts

__all__: list[str] = []

_PACKAGINGS: tuple[str, ...] = get_args(Packaging)
_MONTHS: tuple[str, ...] = get_args(Month)


@register("what wagons carry exists")
def wagons_carry_what_exists(facts: Facts) -> Iterator[Problem]:
    """See that `allowed_goods` are commodities or kinds of packaging."""
    known = (*facts.scenario.commodities, *_PACKAGINGS)
    for name, wagon in facts.scenario.wagon_types.items():
        for position, word in enumerate(wagon.allowed_goods or ()):
            at = ("wagon_types", name, "allowed_goods", position)
            yield from unknown(at, word, known, "commodity or packaging")


@register("cleaning is between known goods")
def cleaning_is_between_known_goods(facts: Facts) -> Iterator[Problem]:
    """See that rules of cleaning name commodities or kinds of packaging."""
    known = (*facts.scenario.commodities, *_PACKAGINGS)
    for name, fleet in facts.scenario.fleets.items():
        for rule_id, rule in fleet.cleaning.items():
            at = ("fleets", name, "cleaning", rule_id)
            yield from unknown((*at, "after"), rule.after, known, "commodity or packaging")
            if rule.before is not None:
                yield from unknown((*at, "before"), rule.before, known, "commodity or packaging")


@register("wagons may carry the freight")
def wagons_may_carry_the_freight(facts: Facts) -> Iterator[Problem]:
    """See that a flow rides only wagons that may carry its commodity or its packaging."""
    for name, flow in facts.scenario.flows.items():
        commodity = facts.scenario.commodities.get(flow.commodity)
        for leg in facts.legs(name):
            wagons = facts.wagon_type(facts.scenario.services[leg.id]) if leg.is_rail else None
            if commodity is None or wagons is None or wagons.allowed_goods is None:
                continue
            allowed = wagons.allowed_goods
            if flow.commodity in allowed or commodity.packaging in allowed:
                continue
            kind = facts.scenario.fleets[facts.scenario.services[leg.id].fleet].wagon_type
            packed = f"packed as `{commodity.packaging}`" if commodity.packaging else "no packaging"
            fact = f"`{flow.commodity}` ({packed}) rides wagons of type `{kind}`"
            rule = f"they carry only {', '.join(f'`{word}`' for word in allowed)}"
            way_out = "choose another service or fleet, or add it to the type's `allowed_goods`"
            at = ("flows", name, "legs", leg.position)
            yield Problem("goods-not-allowed", at, fact, rule, way_out)


@register("own lots fit in wagons")
def own_lots_fit_in_wagons(facts: Facts) -> Iterator[Problem]:
    """See that a flow's own lot is no more than the payload of any wagon it rides."""
    for name, flow in facts.scenario.flows.items():
        rides = [facts.scenario.services[leg.id] for leg in facts.legs(name) if leg.is_rail]
        payloads = [w.payload_t for w in map(facts.wagon_type, rides) if w is not None]
        if flow.lot_t is not None and payloads and flow.lot_t > min(payloads):
            fact = f"got {flow.lot_t:g} t, and a lot is what one wagon carries"
            rule = f"the smallest wagon it rides carries at most {min(payloads):g} t"
            way_out = f"lower it to {min(payloads):g} or less"
            yield Problem("own-lot-too-heavy", ("flows", name, "lot_t"), fact, rule, way_out)


@register("contracts fall into the period")
def contracts_fall_into_the_period(facts: Facts) -> Iterator[Problem]:
    """See that a contract has months with freight, and tell if it reaches beyond the period."""
    scenario = facts.scenario
    last = scenario.start_date + timedelta(days=scenario.duration_d - 1)
    for name, flow in scenario.flows.items():
        if flow.contract is None:
            continue
        at = ("flows", name, "contract")
        if not _has_freight(facts, flow, flow.contract):
            fact = f"season `{flow.season}` has nothing between its dates"
            rule = "a contract needs a month with an index above 0"
            yield Problem(
                "contract-idle", at, fact, rule, "change its dates, or leave `season` out"
            )
        first, end = flow.contract.first, flow.contract.last
        outside = (end - first).days + 1 - _common_days(flow.contract, scenario.start_date, last)
        if outside:
            fact = f"{outside} of its {(end - first).days + 1} days lie outside the period"
            rule = f"the period is {scenario.start_date} to {last}; freight outside is not offered"
            way_out = "change its dates, or `start_date` and `duration_d`"
            yield Problem("contract-outside", at, fact, rule, way_out, severity=WARNING)


def _common_days(contract: Contract, first: date, last: date) -> int:
    return max((min(contract.last, last) - max(contract.first, first)).days + 1, 0)


def _has_freight(facts: Facts, flow: Flow, contract: Contract) -> bool:
    season = facts.scenario.seasons.get(flow.season) if flow.season else None
    if season is None:
        return True
    index = {str(month): share for month, share in season.months.items()}
    # a year on, months come again
    n_days = min((contract.last - contract.first).days + 1, 366)
    span = (contract.first + timedelta(days=n) for n in range(n_days))
    return any(index[_MONTHS[day.month - 1]] > 0 for day in span)
