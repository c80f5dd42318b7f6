"""The face for notebooks: the cheapest value of a lever that meets a target."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.analysis.mc_settings import Place
from sim.analysis.points import open_origin
from sim.analysis.search import Asked, Target
from sim.analysis.search_study import Search, conduct_search
from sim.errors import SettingError
from sim.runs.finishing import finish_on
from sim.runs.replicate import usual_engine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike

__all__ = ["search"]

_FIRST, _AT_MOST = 20, 320


def search(  # noqa: PLR0913 - one argument an option of the command
    path: str | PathLike[str],
    lever: str,
    span: tuple[int, int],
    *,
    target: tuple[str, Literal["<=", ">="], float],
    output: str | PathLike[str],
    share_frac: float | None = None,
    confidence: float = 0.95,
    replications: int = _FIRST,
    at_most: int = _AT_MOST,
    until_frac: float | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    insecure: bool = False,
    antithetic: bool = False,
    sets: Sequence[str] = (),
) -> Search:
    """Return the cheapest value of a whole-number lever that meets a target.

    Parameters
    ----------
    path : path
        Scenario file.
    lever : str
        Its place; more of it must serve no worse.
    span : (int, int)
        The least and the largest value.
    target : (str, str, float)
        Measure, ``"<="`` or ``">="``, and number, such as ``("transit_p95_d", "<=", 20)``.
    output : path
        Folder of the search; what was tried there is not done again.
    share_frac : float, optional
        Share of the years that must reach the target; left out, the mean over the years must.
    confidence : float, optional
        With which all verdicts hold together.
    replications, at_most : int, optional
        Of the first look at a value, doubled while undecided, and of the last.
    until_frac : float, optional
        Share of a value's mean; when its bounds lie no farther off it is looked at no longer.
    workers : int, optional
        Processes; left out, one for each core.
    scheduler : str, optional
        Address of a Dask scheduler in place of them, such as ``tls://host:8786``.
    insecure : bool, optional
        Whether a scheduler on the network may be without TLS.
    antithetic : bool, optional
        Whether each odd replication has the luck of the even one before it turned over.
    sets : sequence of str, optional
        Settings laid upon the scenario at every value, such as ``"duration_d=90"``.

    Returns
    -------
    search : Search
        ``search.answer`` (None if no value was shown to meet it), ``search.tries`` and
        ``search.found.doubts``.

    Raises
    ------
    ScenarioError
        If the scenario can't be run with a value.
    RunError
        If the folder holds other things or can't be written.
    ValueError
        If the lever takes no whole numbers, a measure is not in the scenario or means several, or
        settings contradict each other.
    """
    if target[1] not in {"<=", ">="}:
        message = f"'{target[1]}' compares nothing; write '<=' or '>='"
        raise SettingError(message)
    finish = finish_on(workers=workers, scheduler=scheduler, insecure=insecure)
    origin = open_origin(path, [lever], sets=sets)
    aim = Target(target[0], 1 if target[1] == "<=" else -1, target[2], share_frac)
    return conduct_search(
        origin,
        Asked(*span, aim, replications, at_most, confidence, until_frac, antithetic),
        Place(Path(output), "the same call of search"),
        engine=usual_engine([origin.case.arrays])[0],
        finish=finish,
    )
