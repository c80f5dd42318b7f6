"""Scenarios with their uncertain numbers drawn: which numbers, and what they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.arrays.network import network_on, read_geo_network
from sim.errors import ScenarioError
from sim.kernels.copula import coupled
from sim.kernels.figure_laws import inside
from sim.runs.compiling import checked, compiled
from sim.runs.streams import stream
from sim.scenario import Problem, has_errors
from sim.scenario.checks.uncertain import ends_of
from sim.scenario.correlations import correlated_groups
from sim.scenario.figure_laws import law_values
from sim.scenario.marks import dotted
from sim.scenario.variants import targets, unit_of_entry, varied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import geo
    from sim.arrays import CorridorArrays
    from sim.model import NetworkPlan, Scenario
    from sim.model.network import WayFinder
    from sim.scenario import Reading
    from sim.scenario.correlations import Group
    from sim.scenario.marks import KeyPath
    from sim.scenario.variants import Target

    Opened = tuple[NetworkPlan, WayFinder]

__all__ = ["Variants", "beyond", "settings_of", "variants_of"]

_LARGEST = 1 - 2.0**-53
"""The largest uniform number, as in `sim.runs.luck`."""
_MIDDLE = 0.5


def beyond(reading: Reading, plan: NetworkPlan, ways: WayFinder) -> Iterator[Problem]:
    """Yield what shows at the ends of uncertain numbers only when the scenario is compiled.

    Parameters
    ----------
    reading : Reading
        A scenario whose checks found no error.
    plan, ways : NetworkPlan, WayFinder
        Its network.
    """
    own = reading.require()
    for name in own.uncertain:
        for words, numbers in ends_of(reading, name):
            other = varied(reading, numbers)
            opened = (plan, ways)
            if _network_key(other.require()) != _network_key(own):
                geo_network = read_geo_network(own, reading.base_dir)
                opened = network_on(geo_network, other.require())
            slips, _ = compiled(other, *opened)
            for slip in slips[:1]:
                fact = f"at its {words} no train could run: {dotted(slip.path)}: {slip.fact}"
                way_out = f"narrow the law; or: {slip.way_out}"
                at = ("uncertain", name, "law")
                yield Problem("uncertain-beyond", at, fact, slip.rule, way_out)


def _network_key(scenario: Scenario) -> object:
    """Return what the network of a scenario depends on besides its source."""
    physics = [getattr(line, "physics", None) for line in scenario.lines.values()]
    graded = tuple(p.ruling_grade_permille if p else None for p in physics)
    return graded, tuple(scenario.network.gauge_by_line_mm.items())


@dataclass(frozen=True)
class Variants:
    """A scenario's uncertain numbers, drawn sample by sample.

    Parameters
    ----------
    reading : Reading
        The scenario as it stands.
    network : geo.Network
        The network it names, as it was read.
    targets : tuple of Target
        The numbers that are drawn.
    groups : tuple of Group
        Those that go together.
    reps_per_sample : int
        Replications that share one draw, which differ by luck alone.
    antithetic : bool
        Whether each odd sample is the even one before it turned over.
    is_middle : bool
        Whether nothing is drawn: each number stands at the median of its law.
    """

    reading: Reading
    network: geo.Network
    targets: tuple[Target, ...]
    groups: tuple[Group, ...]
    reps_per_sample: int = 1
    antithetic: bool = False
    is_middle: bool = False
    _opened: dict[object, Opened] = field(default_factory=dict, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_opened": {}}

    def sample_of(self, replication: int) -> int:
        """Return which draw a replication has; all the same where nothing is drawn."""
        return 0 if self.is_middle else replication // self.reps_per_sample

    def uniform(self, sample: int) -> dict[str, float]:
        """Return the uniform number of each entry in a sample, those that go together coupled."""
        is_turned = self.antithetic and sample % 2 == 1
        scenario = self.reading.require()
        if self.is_middle:
            return dict.fromkeys(scenario.uncertain, _MIDDLE)
        u = {
            name: float(
                stream(scenario.seed, sample - int(is_turned), f"uncertain/{name}").random()
            )
            for name in scenario.uncertain
        }
        if is_turned:
            u = {name: _LARGEST - value for name, value in u.items()}
        for group in self.groups:
            own = coupled(group.lower, [u[name] for name in group.names])
            u |= dict(zip(group.names, own.tolist(), strict=True))
        return u

    def drawn(self, sample: int) -> dict[str, float]:
        """Return the value drawn for each entry, in the order of the scenario."""
        entries = self.reading.require().uncertain
        return {
            name: float(law_values(entries[name].law, inside(u)))
            for name, u in self.uniform(sample).items()
        }

    def numbers(self, sample: int) -> dict[KeyPath, float | int]:
        """Return what a sample puts at the paths of the scenario."""
        drawn = self.drawn(sample)
        return {target.path: target.number(drawn[target.entry]) for target in self.targets}

    def sets(self, replication: int) -> tuple[str, ...]:
        """Return the numbers of a replication as `--set` takes them."""
        return tuple(settings_of(self.numbers(self.sample_of(replication))))

    def units(self) -> dict[str, str]:
        """Return the unit of what each entry draws."""
        names = self.reading.require().uncertain
        return {name: unit_of_entry(self.reading, name) for name in names}

    def at(self, sample: int) -> tuple[Scenario, CorridorArrays]:
        """Return the scenario of a sample, checked as a whole, and compiled.

        Raises
        ------
        ScenarioError
            If the numbers drawn do not go together; carries them and every problem.
        """
        numbers = self.numbers(sample)
        reading = varied(self.reading, numbers)
        problems, arrays = reading.problems, None
        if reading.scenario is not None:
            problems, arrays = checked(reading, *self._network(reading.scenario))
        if arrays is None:
            told = ", ".join(settings_of(numbers))
            errors = [str(problem) for problem in problems if has_errors((problem,))]
            raise ScenarioError((f"drawn together: {told}: {errors[0]}", *errors[1:]))
        return reading.require(), arrays

    def _network(self, scenario: Scenario) -> Opened:
        """Return the network opened for a scenario; of those alike it is opened once."""
        key = _network_key(scenario)
        if key not in self._opened:
            self._opened.clear()
            self._opened[key] = network_on(self.network, scenario)
        return self._opened[key]


def variants_of(
    reading: Reading,
    *,
    reps_per_sample: int = 1,
    antithetic: bool = False,
    is_middle: bool = False,
) -> Variants | None:
    """Return the variants of a sound scenario, or None if it has no uncertain numbers.

    Parameters
    ----------
    reading : Reading
        The scenario.
    reps_per_sample : int, optional
        Replications that share one draw.
    antithetic : bool, optional
        Whether each odd sample is the even one before it turned over.
    is_middle : bool, optional
        Whether each number stands at the median of its law, as often below as above.
    """
    scenario = reading.require()
    if not scenario.uncertain:
        return None
    network = read_geo_network(scenario, reading.base_dir)
    groups, found = correlated_groups(scenario), targets(reading)
    return Variants(reading, network, found, groups, reps_per_sample, antithetic, is_middle)


def settings_of(numbers: Mapping[KeyPath, float | int]) -> list[str]:
    """Return drawn numbers as `--set` takes them, which puts the very same ones.

    Examples
    --------
    >>> settings_of({("flows", "flour", "tonnes_per_year"): 0.1, ("posts", "a", "servers"): 2})
    ['flows.flour.tonnes_per_year=0.1', 'posts.a.servers=2']
    """
    return [f"{dotted(path)}={number!r}" for path, number in numbers.items()]
