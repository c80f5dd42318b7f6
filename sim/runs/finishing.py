"""How batches of a study are done: on processes of this machine, or by a cluster."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.errors import SettingError
from sim.runs.workers import finished

if TYPE_CHECKING:
    from sim.runs.workers import Finish

__all__ = ["finish_on"]


def finish_on(
    *, workers: int | None = None, scheduler: str | None = None, insecure: bool = False
) -> Finish:
    """Return what does the batches of a study; results do not depend on it.

    Parameters
    ----------
    workers : int, optional
        Processes of this machine; left out, one for each core.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tls://host:8786``, in place of them.
    insecure : bool, optional
        Whether a scheduler on the network may be without TLS.

    Raises
    ------
    ValueError
        If these contradict each other, or the scheduler is open to the network.

    Examples
    --------
    >>> list(finish_on(workers=1)(lambda shared, job: shared * job, 3, [1, 2]))
    [(1, 3), (2, 6)]
    """
    if scheduler is None:
        if insecure:
            message = "no scheduler is named that could be insecure; name one, or leave this out"
            raise SettingError(message)
        return partial(finished, workers=workers)
    if workers is not None:
        message = "with a scheduler the cluster has the workers; leave their number out"
        raise SettingError(message)
    from sim.runs.executors_dask import on_cluster, refuse_open  # noqa: PLC0415 - one use

    refuse_open(scheduler, insecure=insecure)
    return partial(on_cluster, address=scheduler)
