"""The train of a service as the physics kernels need it: masses, effort, resistance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.arrays.resistances import start_resistance_n, train_resistance
from sim.kernels.fleet_terms import Trains
from sim.kernels.traction import power_effort, table_effort
from sim.model.traction import EffortTable
from sim.units import KMH_PER_MPS, KN_N, KW_W, TONNE_KG

if TYPE_CHECKING:
    from sim.kernels.traction import Effort
    from sim.model import Scenario
    from sim.model.fleet import WagonType
    from sim.model.traction import LocomotiveType, Physics

__all__ = ["Consist", "train_of"]


class Consist:
    """Locomotives and wagons of a service, loaded or empty.

    Parameters
    ----------
    scenario : Scenario
        Names of types and freight.
    service_id : str
        A service that names locomotives.
    is_laden : bool
        Whether its wagons carry freight: the heaviest lot that rides it.
    wagons : int, optional
        Wagons, in place of a full rake.
    locomotives : int, optional
        Locomotives, in place of those of the service.
    """

    def __init__(
        self,
        scenario: Scenario,
        service_id: str,
        *,
        is_laden: bool,
        wagons: int | None = None,
        locomotives: int | None = None,
    ) -> None:
        service = scenario.services[service_id]
        if service.locomotives is None:
            message = f"service {service_id} names no locomotives"
            raise ValueError(message)
        self.service_id = service_id
        self.wagon: WagonType = scenario.wagon_types[scenario.fleets[service.fleet].wagon_type]
        self.locomotive_id = service.locomotives.type
        self.locomotive: LocomotiveType = scenario.locomotive_types[service.locomotives.type]
        self.n_locomotives = service.locomotives.count if locomotives is None else locomotives
        self.n_wagons = service.rake_wagons if wagons is None else wagons
        self.is_laden = is_laden
        load_t = _heaviest_lot_t(scenario, service_id) if is_laden else 0.0
        self.wagon_kg = (self.wagon.tare_t + load_t) * TONNE_KG
        self.locomotives_kg = self.n_locomotives * self.locomotive.mass_t * TONNE_KG

    @property
    def trailing_kg(self) -> float:
        """Mass of the wagons with their freight. [kg]"""  # noqa: D400
        return self.n_wagons * self.wagon_kg

    @property
    def mass_kg(self) -> float:
        """Mass of the whole train. [kg]"""  # noqa: D400
        return self.trailing_kg + self.locomotives_kg

    @property
    def length_m(self) -> float:
        """Length of the whole train. [m]"""  # noqa: D400
        return self.n_wagons * self.wagon.length_m + self.n_locomotives * self.locomotive.length_m

    @property
    def max_mps(self) -> float:
        """Highest speed of its vehicles. [m/s]"""  # noqa: D400
        return min(self.wagon.max_speed_kmh, self.locomotive.max_speed_kmh) / KMH_PER_MPS

    def effort(self) -> Effort:
        """Return the tractive effort of its locomotives."""
        effort = self.locomotive.effort
        if isinstance(effort, EffortTable):
            return table_effort(
                np.array(effort.speed_kmh) / KMH_PER_MPS,
                np.array(effort.effort_kn) * KN_N,
                n_locomotives=self.n_locomotives,
            )
        return power_effort(
            effort.power_kw * KW_W, effort.start_kn * KN_N, n_locomotives=self.n_locomotives
        )


def _heaviest_lot_t(scenario: Scenario, service_id: str) -> float:
    """Return the heaviest lot of the flows that ride a service. [t]"""  # noqa: D400
    loads = [
        scenario.lot_t(name) for name, flow in scenario.flows.items() if service_id in flow.all_legs
    ]
    return max(loads, default=0.0)


def train_of(consist: Consist, physics: Physics) -> Trains:
    """Return a consist on a line, as the kernels of running time take it."""
    rotating = physics.rotating_loaded_frac if consist.is_laden else physics.rotating_empty_frac
    return Trains(
        mass_kg=consist.mass_kg,
        length_m=consist.length_m,
        effort=consist.effort(),
        resistance=train_resistance(consist, physics),
        brake_mps2=physics.braking_mps2,
        max_mps=consist.max_mps,
        rotating_factor=1.0 + rotating,
        start_n=start_resistance_n(consist, physics),
    )
