"""One named small corridor, as a scenario file, a plan and a way finder.

The network: mill - border - town - port - coast on 1520 mm (port by stage one, coast by stage
two), border - hill on 1435 mm, port - bay on 1435 mm, a road from town to village, and a ghost
station that nothing reaches.
"""

from heapq import heappop, heappush
from itertools import pairwise
from pathlib import Path

from sim.model import NetworkPlan, PlannedSection, PlannedStation
from sim.model.network import NoWayError, Way
from sim.scenario import CheckContext

SOUND = (Path(__file__).parent / "messages" / "sound.yaml").read_text(encoding="utf-8")

STATIONS = ("mill", "border", "town", "port", "coast", "hill", "bay", "village", "ghost")

SECTIONS = (
    PlannedSection("mill-border", "mill", "border", "rail", 1520, 1, 40, "existing", "north"),
    PlannedSection("border-town", "border", "town", "rail", 1520, 1, 60, "existing", "south"),
    PlannedSection("town-port", "town", "port", "rail", 1520, 1, 15, "one", "south"),
    PlannedSection("port-coast", "port", "coast", "rail", 1520, 1, 25, "two", "coast"),
    PlannedSection("border-hill", "border", "hill", "rail", 1435, 1, 30, "existing", "hill"),
    PlannedSection("port-bay", "port", "bay", "rail", 1435, 1, 10, "existing", "bay"),
    PlannedSection("road-town", "town", "village", "road", 0, 2, 20, "existing", "road"),
)


def plan(*, sections=SECTIONS, stages=("one", "two")):
    places = {name: PlannedStation(name, name, "XX", 60.0, 35.0) for name in STATIONS}
    return NetworkPlan("specimen", places, {s.id: s for s in sections}, stages)


class Finder:
    """Shortest ways by length on a plan."""

    def __init__(self, network):
        self.sections = network.sections.values()

    def __call__(self, stops, *, mode, gauge_mm=None, open_stages=None):
        usable = [
            s
            for s in self.sections
            if s.mode == mode
            and gauge_mm in {None, s.gauge_mm}
            and (open_stages is None or s.stage_id == "existing" or s.stage_id in open_stages)
        ]
        stations, sections, turned = [stops[0]], [], []
        for start, end in pairwise(stops):
            for section in self._leg(usable, start, end):
                turned.append(section.to_id == stations[-1])
                stations.append(section.from_id if turned[-1] else section.to_id)
                sections.append(section.id)
        return Way(tuple(stations), tuple(sections), tuple(turned))

    @staticmethod
    def _leg(usable, start, end):
        queue, done = [(0.0, start, ())], set()
        while queue:
            length, here, taken = heappop(queue)
            if here == end:
                by_id = {s.id: s for s in usable}
                return [by_id[name] for name in taken]
            if here in done:
                continue
            done.add(here)
            for s in usable:
                if here in {s.from_id, s.to_id}:
                    there = s.to_id if here == s.from_id else s.from_id
                    heappush(queue, (length + s.length_km, there, (*taken, s.id)))
        message = f"`{start}` and `{end}` are not joined"
        raise NoWayError(message)


def context(network=None):
    network = network or plan()
    return CheckContext(network, Finder(network))
