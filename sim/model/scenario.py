"""A scenario: all that one simulated case is made of."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from sim.model.base import Block, Id, Share, Text
from sim.model.calendars import Calendar, NoRunning
from sim.model.demand import Commodity, Flow, Season
from sim.model.disruption import Disruption
from sim.model.fleet import Service, WagonFleet, WagonType
from sim.model.network import Line, Network, StationTracks
from sim.model.pools import LocomotivePool
from sim.model.road import Haul, Trucks
from sim.model.stock import Stock
from sim.model.terminal import BorderPost, Terminal
from sim.model.traction import LocomotiveType
from sim.model.uncertain import RankCorrelation, Uncertain

__all__ = ["Scenario"]


class Scenario(Block):
    """A case of a railway corridor: network, traffic, fleets, luck and money."""

    name: Text
    """What the case is called in tables and pictures."""
    description: Text = ""
    """What it is about, in a sentence or two."""
    extends: str | None = None
    """A scenario file this one builds on, relative to this file."""
    start_date: Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 1, 1))]
    """First day of the simulated period."""
    duration_d: Annotated[int, Field(ge=1, le=3660)] = 365
    """Days in which freight is offered and results are counted. [d]"""
    run_out_d: Annotated[int, Field(ge=0, le=3660)] = 90
    """Days after that in which what is under way may still arrive. [d]"""
    time_zone: str = "Asia/Kabul"
    """Time zone of the dates, of timetables and, unless said otherwise, of opening hours."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1
    """Seed of all random numbers."""
    replications: Annotated[int, Field(ge=1, le=100000)] = 10
    """Replications of a comparison, unless the command says otherwise."""
    capital_frac_per_year: Share = 0.15
    """Yearly cost of capital of freight on the way, as share of its value."""
    dispatch: str = "first-come"
    """Rule by which trains on lines with meets get their way: `first-come`, `priority`,
    `least-delay`, `fleeting`, or a rule of your own (`--rules`)."""
    dispatch_batch: Annotated[int, Field(ge=1, le=100)] = 3
    """Trains one way that `fleeting` lets follow each other over a section while others wait."""
    network: Network = Network()
    """Network and stages."""
    lines: dict[Id, Line]
    """How each line is simulated, by line id of the network."""
    stations: dict[Id, StationTracks] = Field(default_factory=dict)
    """Tracks of stations on lines with meets, where they differ from the line's."""
    posts: dict[Id, BorderPost] = Field(default_factory=dict)
    """Border posts."""
    terminals: dict[Id, Terminal]
    """Terminals."""
    commodities: dict[Id, Commodity]
    """Kinds of freight."""
    seasons: dict[Id, Season] = Field(default_factory=dict)
    """Seasons of demand."""
    wagon_types: dict[Id, WagonType]
    """Types of wagon."""
    locomotive_types: dict[Id, LocomotiveType] = Field(default_factory=dict)
    """Types of locomotive."""
    locomotive_pools: dict[Id, LocomotivePool] = Field(default_factory=dict)
    """Pools of locomotives and crews by stretch of line."""
    fleets: dict[Id, WagonFleet]
    """Wagon fleets."""
    services: dict[Id, Service]
    """Train services."""
    trucks: dict[Id, Trucks] = Field(default_factory=dict)
    """Truck fleets and markets."""
    hauls: dict[Id, Haul] = Field(default_factory=dict)
    """Legs by truck."""
    flows: dict[Id, Flow]
    """Freight to be moved."""
    disruptions: dict[Id, Disruption] = Field(default_factory=dict)
    """Closures and other disruptions, by chance or on known days."""
    calendars: dict[Id, Calendar] = Field(default_factory=dict)
    """Calendars for posts, terminals and running bans to name."""
    no_running: dict[Id, NoRunning] = Field(default_factory=dict)
    """Running bans by time of day: at night, or while the track is maintained."""
    stocks: dict[Id, Stock] = Field(default_factory=dict)
    """Stocks at destinations."""
    uncertain: dict[Id, Uncertain] = Field(default_factory=dict)
    """Numbers of this scenario that are not known well, which `corridor mc` draws."""
    rank_correlations: dict[Id, RankCorrelation] = Field(default_factory=dict)
    """Which of the uncertain numbers go together; those not named do not."""

    def feeding_flows(self, stock: Stock) -> tuple[str, ...]:
        """Return the flows that feed a stock, in the order of the scenario."""
        return tuple(
            name
            for name, flow in self.flows.items()
            if flow.destination == stock.terminal
            and (flow.commodity == stock.commodity if stock.flows is None else name in stock.flows)
        )

    def lot_t(self, flow_id: str) -> float:
        """Return the size of a flow's lots: its own, else the load of a wagon. [t]."""
        flow = self.flows[flow_id]
        return self.commodities[flow.commodity].wagon_load_t if flow.lot_t is None else flow.lot_t
