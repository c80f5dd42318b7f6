"""Stocks lie where freight arrives, and are opened within the period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.checks.references import unknown
from sim.scenario.checks.registry import register
from sim.scenario.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.checks.facts import Facts

__all__: list[str] = []


@register("what stocks name exists")
def stocks_name_what_exists(facts: Facts) -> Iterator[Problem]:
    """See that stocks name a terminal, flows or a commodity, and a season that exist."""
    scenario = facts.scenario
    for name, stock in scenario.stocks.items():
        at = ("stocks", name)
        yield from unknown((*at, "terminal"), stock.terminal, scenario.terminals, "terminal")
        if stock.commodity is not None:
            path = (*at, "commodity")
            yield from unknown(path, stock.commodity, scenario.commodities, "commodity")
        if stock.season is not None:
            yield from unknown((*at, "season"), stock.season, scenario.seasons, "season")
        for position, flow in enumerate(stock.flows or ()):
            yield from unknown((*at, "flows", position), flow, scenario.flows, "flow")


@register("stocks are fed")
def stocks_are_fed(facts: Facts) -> Iterator[Problem]:
    """See that the flows of a stock end at its terminal, and that there is one at least."""
    scenario = facts.scenario
    for name, stock in scenario.stocks.items():
        if stock.terminal not in scenario.terminals:
            continue
        rule = "a stock is fed by flows that end at its terminal"
        for position, flow in enumerate(stock.flows or ()):
            end = scenario.flows[flow].destination if flow in scenario.flows else stock.terminal
            if end != stock.terminal:
                at = ("stocks", name, "flows", position)
                fact = f"flow `{flow}` ends at `{end}`, the stock lies at `{stock.terminal}`"
                yield Problem("stock-not-fed", at, fact, rule, f"write `terminal: {end}`")
        is_known = stock.commodity in scenario.commodities
        if stock.commodity is not None and is_known and not scenario.feeding_flows(stock):
            fact = f"no flow of `{stock.commodity}` ends at `{stock.terminal}`"
            way_out = "name the terminal at which such a flow ends, or add a flow"
            yield Problem("stock-not-fed", ("stocks", name, "terminal"), fact, rule, way_out)


@register("freight goes into one stock")
def freight_goes_into_one_stock(facts: Facts) -> Iterator[Problem]:
    """See that no flow feeds two stocks: its freight would be counted twice."""
    fed: dict[str, str] = {}
    for name, stock in facts.scenario.stocks.items():
        for flow in facts.scenario.feeding_flows(stock):
            other = fed.setdefault(flow, name)
            if other != name:
                fact = f"flow `{flow}` feeds stock `{other}` as well"
                rule = "a flow feeds one stock; its freight would be there twice"
                yield Problem("stock-shared", ("stocks", name), fact, rule, "leave it out of one")


@register("stocks are opened within the period")
def stocks_open_in_time(facts: Facts) -> Iterator[Problem]:
    """See that a stock is opened before the period ends."""
    last = facts.scenario.duration_d
    for name, stock in facts.scenario.stocks.items():
        if stock.opens_d >= last:
            fact = f"got {stock.opens_d} d, and the period has {last} d"
            rule = "a stock is opened before the period ends"
            at = ("stocks", name, "opens_d")
            way_out = f"lower it below {last}, or lengthen `duration_d`"
            yield Problem("stock-opens-late", at, fact, rule, way_out)
