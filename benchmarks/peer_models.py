"""The same work in plain SimPy, Ciw, salabim and OpenTNSim, each as its users would write it.

A contestant has a model, built anew from the work and run to its end, and a way to read from what
is left when each job was done with at each place. Only the first is timed. Whole milliseconds are
the clock of all but OpenTNSim, whose clock is in seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import simpy

from sim.engines import batch, des

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from numpy.typing import NDArray
    from peer_work import Work

    Floats = NDArray[np.float64]
    Process = Generator[simpy.Event, Any, None]


class Contestant(NamedTuple):
    """Something that does the work."""

    name: str
    run: Callable[[Work], Any]
    finish_ms: Callable[[Work, Any], Any]
    """When each job was done with at each place, shape (n_jobs, n_places). [ms]"""
    tolerance_ms: float = 0.0
    """How far that may be from our engines: nothing but where the clock is in seconds."""


def own(name: str) -> Contestant:
    """Return one of our engines."""
    simulate = {"batch": batch, "des": des}[name].simulate
    return Contestant(
        name,
        lambda work: simulate(work.arrays, work.draws),
        lambda work, events: work.finish_ms(events),
    )


def plain_simpy() -> Contestant:
    """Return a job a process, a place a resource, and nothing written but the instants."""

    def run(work: Work) -> list[list[int]]:
        env = simpy.Environment()
        servers = [simpy.Resource(env) for _ in range(work.shape[1])]
        done: list[list[int]] = [[] for _ in work.arrival_ms]

        def job(number: int) -> Process:
            for server, service_ms in zip(servers, work.service_ms[number], strict=True):
                with server.request() as turn:
                    yield turn
                    yield env.timeout(service_ms)
                done[number].append(env.now)

        def source() -> Process:
            for number, at_ms in enumerate(work.arrival_ms):
                yield env.timeout(at_ms - env.now)
                env.process(job(number))

        env.process(source())
        env.run()
        return done

    return Contestant("plain-simpy", run, lambda _, done: np.array(done))


def ciw() -> Contestant:
    """Return a network of nodes with one server each; its records are its own."""
    import ciw as peer  # noqa: PLC0415 - a peer, installed apart

    class Told(peer.dists.Distribution):
        def __init__(self, tell: Callable[[Any], float]) -> None:
            self.tell = tell

        def sample(self, t: float | None = None, ind: object = None) -> float:  # noqa: ARG002
            return self.tell(ind)

    def run(work: Work) -> Any:  # noqa: ANN401
        jobs, places = work.shape
        gaps = iter([*np.diff(work.arrival_ms, prepend=0).tolist(), float("inf")])
        onward = [peer.routing.Direct(to=k + 2) for k in range(places - 1)]
        network = peer.create_network(
            arrival_distributions=[Told(lambda _: next(gaps)), *[None] * (places - 1)],
            service_distributions=[Told(told_at(work, place)) for place in range(places)],
            number_of_servers=[1] * places,
            routing=peer.routing.NetworkRouting(routers=[*onward, peer.routing.Leave()]),
        )
        made = peer.Simulation(network)
        made.simulate_until_max_customers(jobs, method="Complete")
        return made

    return Contestant("ciw", run, recorded_ms)


def told_at(work: Work, place: int) -> Callable[[Any], float]:
    """Return how Ciw learns how long an individual takes at a node."""
    return lambda individual: work.service_ms[individual.id_number - 1][place]


def recorded_ms(work: Work, made: Any) -> Floats:  # noqa: ANN401
    """Return what Ciw's records say."""
    found = np.full(work.shape, -1.0)
    for record in made.get_all_records():
        found[record.id_number - 1, record.node - 1] = record.exit_date
    return found


def salabim() -> Contestant:
    """Return a job a component, a place a resource, without trace and monitors of resources."""
    import salabim as peer  # noqa: PLC0415 - a peer, installed apart

    def run(work: Work) -> list[list[float]]:
        env = peer.Environment(trace=False, yieldless=False)
        servers = [peer.Resource(monitor=False) for _ in range(work.shape[1])]
        done: list[list[float]] = [[] for _ in work.arrival_ms]

        class Job(peer.Component):
            def setup(self, number: int) -> None:
                self.number = number

            def process(self) -> Process:
                for server, service_ms in zip(servers, work.service_ms[self.number], strict=True):
                    yield self.request(server)
                    yield self.hold(service_ms)
                    self.release(server)
                    done[self.number].append(env.now())

        class Source(peer.Component):
            def process(self) -> Process:
                for number, at_ms in enumerate(work.arrival_ms):
                    yield self.hold(at_ms - env.now())
                    Job(number=number)

        Source()
        env.run()
        return done

    return Contestant("salabim", run, lambda _, done: np.array(done))


def opentnsim() -> Contestant:
    """Return a train a vessel, a section an edge with a resource; its logbooks are its own."""
    from opentnsim import core  # noqa: PLC0415 - a peer, installed apart

    class Train(core.Identifiable, core.Movable):
        def __init__(self, speeds_mps: list[float], **others: object) -> None:
            super().__init__(v=speeds_mps[0], **others)
            self.speeds_mps = speeds_mps

        @property
        def current_speed(self) -> float:
            return self.speeds_mps[min(self.position_on_route, len(self.speeds_mps) - 1)]

    def run(work: Work) -> list[Train]:
        env, trains = simpy.Environment(), []
        env.graph = graph_of(work, env)
        begin, route = env.graph.nodes[0]["geometry"], list(env.graph.nodes)

        def source() -> Process:
            for number, at_ms in enumerate(work.arrival_ms):
                yield env.timeout(at_ms / 1000 - env.now)
                speeds_mps = [
                    1000 * km / (ms / 1000)
                    for km, ms in zip(work.lengths_km, work.service_ms[number], strict=True)
                ]
                named = {"env": env, "name": str(number), "geometry": begin, "route": route}
                trains.append(Train(speeds_mps, **named))
                env.process(trains[-1].move())

        env.process(source())
        env.run()
        return trains

    return Contestant("opentnsim", run, logged_ms, tolerance_ms=1e-3)


def graph_of(work: Work, env: simpy.Environment) -> Any:  # noqa: ANN401
    """Return a line as OpenTNSim's users draw it."""
    import networkx as nx  # noqa: PLC0415 - comes with the peer
    from shapely.geometry import Point  # noqa: PLC0415

    graph = nx.DiGraph()
    for k in range(len(work.lengths_km) + 1):
        graph.add_node(k, geometry=Point(60.0 + 0.01 * k, 35.0))
    for k, km in enumerate(work.lengths_km):
        graph.add_edge(k, k + 1, length_m=1000 * km, Resources=simpy.Resource(env))
    return graph


def logged_ms(_: Work, trains: list[Any]) -> Floats:
    """Return what the logbooks of OpenTNSim say."""
    ended = [
        [
            entry["Timestamp"].timestamp()
            for entry in train.logbook
            if entry["Message"].startswith("Sailing") and entry["Message"].endswith("stop")
        ]
        for train in trains
    ]
    return np.array(ended) * 1000
