"""What a search refuses before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.measures import refuse_several, refuse_unmeasured
from sim.analysis.monte_carlo import refuse_half_pairs
from sim.errors import SettingError

if TYPE_CHECKING:
    from sim.analysis.points import Origin
    from sim.analysis.search import Asked

__all__ = ["refuse_search"]


def refuse_search(origin: Origin, asked: Asked, cost: str | None) -> None:
    """Refuse a search that could not be carried out, or would not mean what it says.

    Parameters
    ----------
    origin : Origin
        The scenario, with one lever.
    asked : Asked
        Range, target, replications.
    cost : str or None
        Measure shown beside.

    Raises
    ------
    ValueError
        If the lever takes no whole numbers, a measure is not in the scenario or means several, or
        what is asked for contradicts itself.
    """
    _refuse_lever(origin, asked)
    _refuse_asked(asked)
    refuse_unmeasured([asked.target.metric, *([cost] if cost else [])], [origin.case])
    refuse_several(asked.target.metric, [origin.case])


def _refuse_lever(origin: Origin, asked: Asked) -> None:
    lever = origin.levers[0]
    message = ""
    if not asked.low <= asked.high:
        message = f"{lever.path}: {asked.low}..{asked.high} is no range; write the lower end first"
    elif not lever.is_whole and lever.value is not None:
        message = (
            f"{lever.path} takes other than whole numbers; `corridor sweep` shows what it does"
        )
    if message:
        raise SettingError(message)


def _refuse_asked(asked: Asked) -> None:
    is_share = asked.target.share_frac is not None
    message = ""
    if is_share and asked.antithetic:
        message = (
            "a share of the years is counted from years independent of each other, which pairs of "
            "opposite luck are not; leave one of the two out"
        )
    elif is_share and asked.until_frac is not None:
        message = (
            "a precision is that of a mean, and the target is a share of the years; leave one of "
            "the two out"
        )
    if message:
        raise SettingError(message)
    for replications in (asked.first, asked.at_most):
        refuse_half_pairs(replications, antithetic=asked.antithetic)
