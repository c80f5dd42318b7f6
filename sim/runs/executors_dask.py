"""Jobs on a Dask cluster: the extra `dask`, for more machines than one."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sim.errors import RunError, SettingError
from sim.runs.workers import Died

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    Work = Callable[[Any, Any], Any]

__all__ = ["on_cluster", "refuse_open"]

_RETRIES = 2
_AHEAD = 2
_LEAST = 256
"""Jobs sent at least: what waits makes an adaptive cluster grow."""
_PATIENCE_S = 30


def refuse_open(address: str, *, insecure: bool) -> None:
    """Refuse a scheduler that others on the network could reach without keys.

    Whoever reaches a Dask scheduler can run any code on its workers.

    Parameters
    ----------
    address : str
        Such as ``tls://host:8786``.
    insecure : bool
        Whether to allow it all the same.

    Raises
    ------
    ValueError
        If the address is none, or is neither TLS nor of this machine.

    Examples
    --------
    >>> refuse_open("tls://cluster:8786", insecure=False)
    >>> refuse_open("tcp://127.0.0.1:8786", insecure=False)
    >>> refuse_open("tcp://cluster:8786", insecure=True)
    """
    parts = urlsplit(address)
    if parts.scheme not in ("tls", "tcp") or not parts.hostname:
        message = f"'{address}' is no scheduler's address; write tls://host:8786"
        raise SettingError(message)
    if parts.scheme == "tls" or insecure or _is_here(parts.hostname):
        return
    message = (
        f"{address} is open to everyone on the network, who could run any code there; use tls://, "
        "or pass --insecure"
    )
    raise SettingError(message)


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def on_cluster(
    work: Work, shared: object, jobs: Sequence[Any], *, address: str
) -> Generator[tuple[Any, Any], None, None]:
    """Give each job with ``work(shared, job)`` as it ends, done on a cluster.

    Parameters
    ----------
    work : callable
        A module-level function of a package that the workers have too.
    shared : object
        What all jobs need; sent to each worker once.
    jobs : sequence
        What to do; each has a ``name``.
    address : str
        Of the scheduler; keys for TLS are where Dask's settings say.

    Yields
    ------
    job, result
        The result is `Died` where workers died when they did this job.

    Raises
    ------
    RunError
        If the extra is not installed, no scheduler answers, or versions differ.
    """
    try:
        from distributed import Client, as_completed  # noqa: PLC0415 - an extra
        from distributed.scheduler import KilledWorker  # noqa: PLC0415
    except ImportError as error:
        message = "a scheduler needs Dask; install railcorridor[dask]"
        raise RunError(message) from error
    client = _connected(Client, address)
    try:
        given = client.submit(_as_it_is, shared, pure=False)  # begun anew if its holder dies
        waiting, of = list(reversed(jobs)), {}

        def send() -> Any:  # noqa: ANN401 - a future of an untyped library
            job = waiting.pop()
            future = client.submit(work, given, job, pure=False, retries=_RETRIES)
            of[future.key] = job
            return future

        ends = as_completed([send() for _ in range(min(_LEAST, len(jobs)))], loop=client.loop)
        for future in ends:
            job = of.pop(future.key)
            fault = future.exception()
            if fault is not None and not isinstance(fault, KilledWorker):
                raise fault
            yield job, Died() if fault is not None else future.result()
            future.release()
            ahead = max(_LEAST, _AHEAD * sum(client.nthreads().values()))
            while waiting and len(of) < ahead:
                ends.add(send())
    finally:
        client.close()


def _as_it_is(shared: object) -> object:
    return shared


def _connected(client: Any, address: str) -> Any:  # noqa: ANN401
    """Return a client of the scheduler, whose workers have the same packages."""
    try:
        found = client(address, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        message = f"no scheduler answers at {address}: {error}"
        raise RunError(message) from error
    try:
        found.get_versions(check=True)
    except ValueError as error:
        found.close()
        message = f"{address} works with other versions of packages: {error}"
        raise RunError(message) from error
    return found
