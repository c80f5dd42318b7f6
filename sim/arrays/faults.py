"""Faults of a service's trains that show only when their running times are reckoned."""

from __future__ import annotations

from sim.errors import ScenarioError

__all__ = ["AbruptTrainError", "CannotClimbError", "ShortHoursError"]


class CannotClimbError(ScenarioError):
    """A train of a service stalls on a line; says where, what is missing and what would go.

    ``others`` are the same of other services, where several stall.
    """

    def __init__(
        self,
        service_id: str,
        fact: str,
        way_out: str,
        *,
        others: tuple[CannotClimbError, ...] = (),
    ) -> None:
        self.path = ("services", service_id, "rake_wagons")
        self.fact = fact
        self.rule = "every train must be able to start and climb all along its way"
        self.way_out = way_out
        self.others = others
        own = f"services.{service_id}: {fact}; {self.rule}; {way_out}"
        super().__init__((own, *(text for other in others for text in other.problems)))

    def with_others(self, others: list[CannotClimbError]) -> CannotClimbError:
        """Return this error telling also of those of other services."""
        return CannotClimbError(self.path[1], self.fact, self.way_out, others=tuple(others))


class AbruptTrainError(ScenarioError):
    """Effort or resistance of a train changes too abruptly with speed to be reckoned with."""

    def __init__(self, service_id: str) -> None:
        self.path = ("services", service_id, "locomotives")
        self.fact = "effort or resistance of its trains jumps between two speeds of a table"
        self.rule = "running times are reckoned in steps of 25 m, within which they must not jump"
        self.way_out = "set the points of `resistance_table` or `effort` farther apart"
        super().__init__((f"services.{service_id}: {self.fact}; {self.rule}; {self.way_out}",))


class ShortHoursError(ScenarioError):
    """A crew's hours are shorter than a run during which the train cannot stand."""

    def __init__(self, pool: str, where: tuple[str, str], hours: tuple[float, float]) -> None:
        service, section = where
        run_h, limit_h = hours
        self.path = ("locomotive_pools", pool, "crew_hours_h")
        self.fact = (
            f"got {limit_h:g} h; trains of `{service}` run {run_h:.2f} h from section `{section}` "
            "on to where they can stand"
        )
        self.rule = "a crew must be able to bring its train to the next place where it can rest"
        self.way_out = f"give {run_h:.2f} h or more with some to spare, or loops on the way"
        super().__init__((f"{'.'.join(self.path)}: {self.fact}; {self.rule}; {self.way_out}",))
