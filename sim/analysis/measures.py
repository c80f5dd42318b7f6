"""What studies may be asked to measure, held against their scenarios before anything runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.analysis.batch_work import FREE
from sim.analysis.metrics import measured_names, metric_names
from sim.errors import SettingError
from sim.scenario.hints import listed, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.runs.folder import Compiled

__all__ = ["refuse_several", "refuse_unknown", "refuse_unmeasured", "study_measures"]

_BLOCKS = {"post": "posts", "border": "posts", "terminal": "terminals"}
_BLOCKS |= {"fleet": "fleets", "stock": "stocks"}
"""What measures of other than flows begin with, and where a scenario states such."""


def study_measures() -> tuple[str, ...]:
    """Return every measure of a study: those of a replication, and the time without waits.

    Examples
    --------
    >>> study_measures()[-1]
    'transit_free_d'
    """
    return (*metric_names(), FREE)


def refuse_unknown(names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse measures that no scenario can have, whatever it holds.

    Parameters
    ----------
    names : iterable of str
        Without a flow.
    known : sequence of str
        What there is.

    Raises
    ------
    ValueError
        Names the nearest one, or all.

    Examples
    --------
    >>> refuse_unknown(["transit_men_d"], study_measures())
    Traceback (most recent call last):
    sim.errors.SettingError: no measure 'transit_men_d'; did you mean 'transit_mean_d'?
    """
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean '{near}'?" if near else f"known: {', '.join(known)}"
            message = f"no measure '{name}'; {hint}"
            raise SettingError(message)


def refuse_unmeasured(asked: Iterable[str], cases: Iterable[Compiled]) -> None:
    """Refuse measures, or flows, posts and so on of them, that none of some scenarios has.

    Parameters
    ----------
    asked : iterable of str
        Measures, by name or as `name:flow`.
    cases : iterable of compiled scenarios
        One that has it is enough.

    Raises
    ------
    ValueError
        Tells what is known, and the nearest.
    """
    texts = list(dict.fromkeys(asked))
    refuse_unknown((text.partition(":")[0] for text in texts), study_measures())
    known = _names(cases) if texts else {}
    for text in texts:
        metric, _, name = text.partition(":")
        _refuse_name(text, name, known[metric])


def _refuse_name(text: str, name: str, known: Sequence[str]) -> None:
    kind = next((kind for kind in _BLOCKS if text.startswith(f"{kind}_")), "flow")
    message = ""
    if not known:
        message = (
            f"'{text}' is measured of a {kind}, and the scenario has none; add one under "
            f"`{_BLOCKS[kind]}`, or ask for another measure"
        )
    elif name and name not in known:
        near = nearest(name, known)
        hint = f"did you mean '{near}'? " if near else ""
        message = f"'{text}': there is no {kind} '{name}'; {hint}known: {listed(known)}"
    if message:
        raise SettingError(message)


def refuse_several(text: str, cases: Iterable[Compiled]) -> None:
    """Refuse a measure that is measured of several, where one is meant.

    Parameters
    ----------
    text : str
        A measure that the scenarios have, by name or as `name:flow`.
    cases : iterable of compiled scenarios
        Which they are.

    Raises
    ------
    ValueError
        Names those there are.
    """
    metric, _, name = text.partition(":")
    known = _names(cases)[metric]
    if not name and len(known) > 1 and "all" not in known:
        message = f"'{text}' is measured of several: {listed(known)}; write '{text}:{known[0]}'"
        raise SettingError(message)


def _names(cases: Iterable[Compiled]) -> dict[str, tuple[str, ...]]:
    """Return by measure what any of some scenarios has it of."""
    found: dict[str, dict[str, None]] = {}
    for case in cases:
        for metric, names in measured_names(case.scenario, case.arrays).items():
            found.setdefault(metric, {}).update(dict.fromkeys(names))
    everything = {metric: tuple(names) for metric, names in found.items()}
    return everything | {FREE: everything["transit_mean_d"]}
