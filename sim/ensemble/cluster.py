"""Workers on other machines, by Dask: needs the extra ``cluster``."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from logging import CRITICAL
from typing import Any

from sim.ensemble.pool import ATTEMPTS, RunError, cores, interrupts_held

#: The word for workers on this machine, instead of a scheduler's address.
LOCAL = "local"
#: After how many further deaths a run is given up, as with local processes; a scheduler's own setting is its own.
DEATHS = {"distributed.scheduler.allowed-failures": ATTEMPTS}
#: Seconds to wait for a scheduler.
PATIENCE = 10


@contextmanager
def cluster(address: str, workers: int | None = None) -> Iterator[tuple[Executor, int]]:
    """Connect to a scheduler (``tcp://HOST:PORT``, or `LOCAL` for one made here with so many ``workers``).

    Gives an executor and how many runs it can play at once. Raises `RunError` without Dask, scheduler or workers.
    """
    try:
        dask = import_module("distributed")
    except ImportError:
        raise RunError("no_dask") from None

    with ExitStack() as stack:
        found: object = address
        if address == LOCAL:
            size = workers or cores()
            stack.enter_context(import_module("dask").config.set(DEATHS))
            with interrupts_held():  # which the workers inherit: Ctrl-C is this process's
                made = dask.LocalCluster(size, threads_per_worker=1, dashboard_address=None, silence_logs=CRITICAL)
                stack.callback(_stop, made)
            found = made
        try:
            client = stack.enter_context(dask.Client(found, timeout=PATIENCE, set_as_default=False))
        except (OSError, ValueError, TypeError):
            raise RunError("no_scheduler", address=address) from None
        threads = sum(client.nthreads().values())
        if not threads:
            raise RunError("no_cluster_workers", address=address)
        yield client.get_executor(pure=False), threads


def _stop(made: Any) -> None:
    """Stop the workers of this machine; one that is being started anew Dask cannot stop: it ends with this process."""
    with suppress(AssertionError):
        made.close()
