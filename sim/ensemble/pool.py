"""Plays tasks: in this process, on local ones that may die, or on any executor."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import chain, islice
from multiprocessing import current_process, resource_tracker
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from sim.ensemble.store import model_hash
from sim.record import Run
from sim.scenario.own import hashed
from sim.words import say

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from sim.scenario import Scenario

T = TypeVar("T")

REPLICATE = "sim.campaign:replicate"
#: How often a run may kill its process when it is played by itself.
ATTEMPTS = 2
#: The part of Dask that tells of results; it trips where one goes with its worker while it is being told.
TELLS = "distributed.cfexecutor"


class RunError(RuntimeError):
    """Why no answer can be given: a code and its fields; as a text what that means and what can be done."""

    def __init__(self, code: str, **fields: Any) -> None:
        super().__init__(f"{code}: " + ", ".join(f"{name} {value}" for name, value in fields.items()))
        self.code, self.fields = code, fields

    def __str__(self) -> str:
        return say(f"failure.{self.code}", **self.fields)


@dataclass(frozen=True)
class Task:
    """One replication under one gate, for all allocations that are still to be played (they share the first day).

    ``part`` and ``label`` tell the scenario from others of the same ensemble.
    """

    scenario: Scenario
    allocations: tuple[str, ...]
    gate: str
    replication: int
    replicate: str = REPLICATE
    label: str = ""
    part: str = ""

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What tells it from other tasks."""
        return self.part, self.label, self.gate, self.replication

    @property
    def model(self) -> str:
        """What its results depend on beside their scenario: the model and the families that are played besides it."""
        return model_hash(self.replicate) + hashed(self.scenario.own)

    def singly(self) -> list[Task]:
        """Return a task for each of its runs."""
        return [replace(self, allocations=(name,)) for name in self.allocations]


@dataclass(frozen=True)
class Played:
    """What became of a task's runs (allocation, run, why there is none), and by which model they were played."""

    model: str
    runs: Sequence[tuple[str, Run | None, str]]


#: In a worker process: a pipe whose other end is closed when nobody waits for its results any more.
_over: list[Connection] = []


def _run(returned: object) -> Run:
    if not isinstance(returned, Run):
        raise TypeError(f"what plays a replication must return a sim.record.Run, not {type(returned).__name__}")
    return returned


def play(task: Task) -> Played:
    """Play a task; a run that raises becomes a row with its reason."""
    module, name = task.replicate.split(":")
    replicate, model = getattr(import_module(module), name), task.model
    played: list[tuple[str, Run | None, str]] = []
    for allocation in task.allocations:
        if any(pipe.poll() for pipe in _over):
            break
        try:
            run = _run(replicate(task.scenario, allocation, task.replication, gate=task.gate))
        except Exception as error:  # a failure is a row with its reason; the ensemble goes on
            played.append((allocation, None, f"{type(error).__name__}: {error}"))
        else:
            played.append((allocation, run, ""))
    return Played(model, played)


def play_all(
    tasks: Iterator[Task], executor: Executor | None, workers: int
) -> Generator[tuple[Task, Played], None, None]:
    """Play tasks as they come, a bounded number at once; they are asked for when somebody is free to play them.

    An ``executor`` stays the caller's. Without one ``workers`` local processes play, or this one where that is enough.
    """
    if executor is not None:
        try:
            yield from _on(executor, _findable(executor, tasks, set()), 4 * workers)
        except BrokenExecutor as error:
            raise RunError("executor_broken", why=str(error)) from None
        return
    first = list(islice(tasks, workers))
    tasks = chain(first, tasks)
    if len(first) < 2:
        for task in tasks:
            for run in task.singly():
                yield run, play(run)
    else:
        yield from _on_processes(tasks, len(first), first[0].replicate)


def _on_processes(tasks: Iterator[Task], workers: int, replicate: str) -> Iterator[tuple[Task, Played]]:
    """Local processes. Where one dies, the tasks in flight are played run by run, and then the others go on."""
    flying: dict[tuple[str, str, str, int], Task] = {}

    def noted() -> Iterator[Task]:
        for task in tasks:
            flying[task.key] = task
            yield task

    waiting, known = noted(), set[type]()
    while True:
        try:
            with _pool(workers, replicate, flying) as pool:
                for task, played in _on(pool, _findable(pool, waiting, known), 2 * workers):
                    del flying[task.key]
                    yield task, played
            return
        except BrokenProcessPool:
            left = list(flying.values())
            flying.clear()
            yield from _one_by_one([run for task in left for run in task.singly()])


def _one_by_one(runs: list[Task]) -> Iterator[tuple[Task, Played]]:
    """Play tasks one at a time, so that the one that kills its process is known; after `ATTEMPTS` it is given up."""
    deaths = 0
    while runs:
        try:
            with _pool(1, runs[0].replicate, runs) as pool:
                while runs:
                    played = pool.submit(play, runs[0]).result()
                    deaths = 0
                    yield runs.pop(0), played
        except BrokenProcessPool:
            deaths += 1
            if deaths == ATTEMPTS:
                deaths, task = 0, runs.pop(0)
                yield task, _died(task)


@contextmanager
def _pool(workers: int, replicate: str, flying: Collection[object] = ()) -> Iterator[Executor]:
    """Local processes; nobody waits for their end while anything is ``flying``, or where they could not start.

    Else that is waited for: a script that ended meanwhile would end with a traceback from within the pool.
    """
    context = multiprocessing.get_context("spawn")
    over, until = context.Pipe(duplex=False)  # not an event, which would be gone before a worker that starts late asks
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=ready_worker, initargs=(replicate, over))
    started = False
    try:
        with over, until:
            _spawn(pool, workers)
            started = True
            yield pool
    finally:
        pool.shutdown(wait=started and not flying, cancel_futures=True)


def _on(executor: Executor, tasks: Iterator[Task], window: int) -> Iterator[tuple[Task, Played]]:
    """Keep a bounded number of tasks in flight; what is not begun when nobody asks for more is not played.

    A cluster gives up a task whose workers keep dying, and may blame one that only waited there: who is blamed is
    played once more with nothing else in flight, which tells.
    """
    flying: dict[Future[Played], Task] = {}
    blamed: list[Task] = []
    try:
        while True:
            for task in () if blamed else tasks:
                flying[_submitted(executor, play, task)] = task
                if len(flying) >= window:
                    break
            if flying:
                finished, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in sorted(finished, key=lambda future: future.cancelled() or bool(future.exception())):
                    task = flying.pop(future)
                    if _lost(future):
                        blamed.append(task)
                    else:
                        yield task, _result(future)
            elif blamed:
                task = blamed.pop()
                yield task, _alone(executor, task)
            else:
                return
    finally:
        for future in flying:
            future.cancel()


def _submitted(executor: Executor, call: Callable[..., T], *given: object) -> Future[T]:
    """Raises `RunError` where an executor takes nothing any more."""
    try:
        return executor.submit(call, *given)
    except BrokenExecutor:  # as a death while it plays
        raise
    except RuntimeError as error:
        raise RunError("executor_over", why=str(error)) from None


def _alone(executor: Executor, task: Task) -> Played:
    future = _submitted(executor, play, task)
    try:
        wait([future])
        return _died(task) if _lost(future) else _result(future)
    finally:
        future.cancel()


def _lost(future: Future[Any]) -> bool:
    """Whether a cluster's workers died of a task, as its scheduler says, or with a result before it was told."""
    error = None if future.cancelled() else future.exception()
    return type(error).__name__ == "KilledWorker" or (isinstance(error, TypeError) and _raised_in(error) == TELLS)


def _raised_in(error: Exception) -> str:
    """Return the module in which an exception was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else str(trace.tb_frame.f_globals.get("__name__"))


def _result(future: Future[T]) -> T:
    try:
        return future.result()
    except CancelledError:
        raise RunError("cluster_lost") from None


def _died(task: Task) -> Played:
    return Played(task.model, [(name, None, "worker process died") for name in task.allocations])


def _spawn(pool: Executor, workers: int) -> None:
    """Start the workers while interrupts are held, which they inherit: Ctrl-C is the parent's.

    Raises `RunError` where they cannot start: in a script that does not guard its main part, or in a worker itself.
    """
    if current_process().daemon:
        raise RunError("no_workers")
    with interrupts_held():
        started = [pool.submit(int) for _ in range(workers)]
    try:
        started[0].result()
    except BrokenProcessPool:
        raise RunError("no_workers") from None


def _findable(pool: Executor, tasks: Iterator[Task], known: set[type]) -> Iterator[Task]:
    """Tasks whose own families are ``known`` to be found by workers; those that are not are looked up before.

    Raises `RunError` where workers do not find one, as below the guard of a script: a task would kill them.
    """
    for task in tasks:
        new = [family for family in task.scenario.own if family not in known]
        asked = [_submitted(pool, _found, family.__module__, family.__qualname__) for family in new]
        unfound = [family.name for family, future in zip(new, asked, strict=True) if not _result(future)]
        if unfound:
            raise RunError("unfound_family", families=", ".join(unfound))
        known.update(new)
        yield task


def _found(module: str, name: str) -> bool:
    """In a worker process: look a class up; say whether it is there."""
    try:
        attrgetter(name)(import_module(module))
    except (ImportError, AttributeError):
        return False
    return True


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Ctrl-C is heard here when the block is over, and never in the processes that are started in it."""
    noted: list[int] = []
    try:
        before = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    except ValueError:  # not the main thread, which no interrupt reaches
        yield
        return
    try:
        with _interrupts_blocked():
            yield
    finally:
        signal.signal(signal.SIGINT, before)
        if noted:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Where the system can, block what processes started here inherit; what a handler here does they do not."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # else it is started with the first worker, and then unblocks
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ready_worker(replicate: str, over: Connection) -> None:
    """Prepare a process that only plays: it ends with its parent, and what is loaded for good is not garbage.

    Once it is ``over``, it begins no further run.
    """
    _over[:] = [over]
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import_module(replicate.split(":")[0])
    model_hash(replicate)
    gc.collect()
    gc.freeze()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def cores() -> int:
    """Return the processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1
