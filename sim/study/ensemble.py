"""Plays every (allocation, replication) on any executor and folds the results in order."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence, Sized
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.record import Run
from sim.sources import AT_IMPORT, hashed
from sim.study.store import Store, model_hash

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from sim.scenario import Scenario

REPLICATE = "sim.campaign:replicate"
#: How often a run may kill its process when it is played by itself.
ATTEMPTS = 2


class RunError(RuntimeError):
    """Why no answer can be given: a code and its fields."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(f"{code}: " + ", ".join(f"{name} {value}" for name, value in fields.items()))
        self.code, self.fields = code, fields


def refuse_empty(whole: Sized | int, failed: Sequence[tuple[str, str, int, str]], interrupted: bool) -> None:
    """Raise `RunError` where a study has no replication that is ``whole`` because runs ``failed``."""
    if not whole and failed and not interrupted:
        raise RunError("no_replication", count=len(failed), why=failed[0][3])


Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Task:
    """One replication under one gate, for all allocations that are still to be played (they share the first day).

    ``label`` tells the scenario from others of the same study.
    """

    scenario: Scenario
    allocations: tuple[str, ...]
    gate: str
    replication: int
    replicate: str = REPLICATE
    label: str = ""

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from other tasks."""
        return self.label, self.gate, self.replication

    def singly(self) -> list[Task]:
        """Return a task for each of its runs."""
        return [replace(self, allocations=(name,)) for name in self.allocations]


#: Gates with the number of replications to play under each.
Plan = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Looks:
    """Plans, each with more than the one before, after which ``enough`` says whether to play on.

    It is asked of what the plan has, in order and once a plan, whatever else was played meanwhile.
    """

    plans: Sequence[Plan]
    enough: Callable[[Mapping[str, Ensemble]], bool]


@dataclass(frozen=True)
class Played:
    """What became of a task's runs (allocation, run, why there is none), and by which model they were played."""

    model: str
    runs: Sequence[tuple[str, Run | None, str]]


@dataclass
class Ensemble:
    """What was played: runs by (gate, allocation, replication), failures with their reasons."""

    runs: dict[tuple[str, str, int], Run] = field(default_factory=dict)
    failed: list[tuple[str, str, int, str]] = field(default_factory=list)
    interrupted: bool = False

    def within(self, plan: Plan) -> Ensemble:
        """Return what a plan has of it."""
        most = dict(plan)
        runs = {key: run for key, run in self.runs.items() if key[2] < most.get(key[0], 0)}
        return Ensemble(runs, [row for row in self.failed if row[2] < most.get(row[1], 0)], self.interrupted)


#: In a worker process: an event that is set when nobody waits for its results any more.
_over: list[Event] = []


def play(task: Task) -> Played:
    """Play a task; a run that raises becomes a row with its reason."""
    module, name = task.replicate.split(":")
    replicate = getattr(import_module(module), name)
    played: list[tuple[str, Run | None, str]] = []
    for allocation in task.allocations:
        if any(event.is_set() for event in _over):
            break
        try:
            run = replicate(task.scenario, allocation, task.replication, gate=task.gate)
        except Exception as error:  # a failure is a row with its reason; the ensemble goes on
            played.append((allocation, None, f"{type(error).__name__}: {error}"))
        else:
            played.append((allocation, run, ""))
    return Played(model_hash(task.replicate), played)


def run_ensemble(scenario: Scenario, plan: Plan | Looks, **options: Any) -> Ensemble:
    """Play ``plan`` (gate, replications) for all allocations of one scenario; see `run_ensembles`."""
    return run_ensembles({"": scenario}, plan, **options)[""]


def run_ensembles(
    scenarios: Mapping[str, Scenario],
    plan: Plan | Looks,
    *,
    store: Store | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
) -> dict[str, Ensemble]:
    """Play ``plan`` (gate, replications) for all allocations of each scenario, reusing what the store has.

    Of `Looks` no more is returned than the first plan that is enough. ``executor`` stays the caller's; without one,
    ``workers`` processes are used (default: every core; 1 plays in this process). Low replications are played first,
    in all scenarios. Ctrl-C keeps what is done. Raises `RunError` where the sources are no longer those of this
    process, or a worker's are not.
    """
    model = model_hash(replicate)
    if hashed() != AT_IMPORT:
        raise RunError("model_changed")
    looks = plan if isinstance(plan, Looks) else Looks([plan], lambda _: False)
    order = _order(looks.plans)
    ensembles = {label: Ensemble() for label in scenarios}
    keys = {(label, name): s.digest(name) for label, s in scenarios.items() for name in s.allocations}
    tasks: list[Task] = []
    for label, scenario in scenarios.items():
        for gate, replication in order:
            left = []
            for name in scenario.allocations:
                kept = None if store is None else store.get(keys[label, name], gate, replication)
                if kept is None:
                    left.append(name)
                else:
                    ensembles[label].runs[gate, name, replication] = kept
            if left:
                tasks.append(Task(scenario, tuple(left), gate, replication, replicate, label))
    if len(scenarios) > 1:
        tasks.sort(key=lambda task: task.replication)
    total = sum(replications for _, replications in looks.plans[-1]) * len(keys)
    done = sum(len(ensemble.runs) for ensemble in ensembles.values())
    watch = _Watch(looks, order, tasks, ensembles)
    try:
        watch.look()
        if progress:
            progress(done, done if watch.enough else total)
        with closing(_play_all([] if watch.enough else tasks, executor, workers or cores())) as results:
            for task, played in results:
                if played.model != model:
                    raise RunError("model_changed")
                for name, run, failure in played.runs:
                    if store is not None:
                        store.put(keys[task.label, name], task.gate, task.replication, name, run, failure)
                    if run is None:
                        ensembles[task.label].failed.append((name, task.gate, task.replication, failure))
                    else:
                        ensembles[task.label].runs[task.gate, name, task.replication] = run
                    done += 1
                watch.count(task, -1)
                watch.look()
                if progress:
                    progress(done, done if watch.enough else total)
                if watch.enough:
                    break
    except KeyboardInterrupt:
        for ensemble in ensembles.values():
            ensemble.interrupted = True
    for ensemble in ensembles.values():
        ensemble.failed.sort()
    return {label: ensemble.within(watch.enough or looks.plans[-1]) for label, ensemble in ensembles.items()}


def _order(plans: Sequence[Plan]) -> dict[tuple[str, int], int]:
    """Return every (gate, replication), plan after plan, with the place of the first plan that it belongs to."""
    order: dict[tuple[str, int], int] = {}
    for place, plan in enumerate(plans):
        for gate, replications in plan:
            for replication in range(replications):
                order.setdefault((gate, replication), place)
    return order


class _Watch:
    """Counts the runs that are still waited for, plan by plan, and looks as soon as there are none."""

    def __init__(
        self, looks: Looks, order: Mapping[tuple[str, int], int], tasks: Sequence[Task], ensembles: dict[str, Ensemble]
    ) -> None:
        self._looks, self._order, self._ensembles = looks, order, ensembles
        self._waiting = [0] * len(looks.plans)
        self._next = 0
        #: The first plan that is enough, once it is known.
        self.enough: Plan | None = None
        for task in tasks:
            self.count(task, 1)

    def count(self, task: Task, sign: int) -> None:
        """Note a task that is waited for (1), or no longer (-1)."""
        self._waiting[self._order[task.gate, task.replication]] += sign * len(task.allocations)

    def look(self) -> None:
        """Look at every plan that nothing is left of, until one is enough."""
        while self.enough is None and self._next < len(self._waiting) and not self._waiting[self._next]:
            plan = self._looks.plans[self._next]
            self._next += 1
            if self._looks.enough({label: ensemble.within(plan) for label, ensemble in self._ensembles.items()}):
                self.enough = plan


def _play_all(tasks: list[Task], executor: Executor | None, workers: int) -> Generator[tuple[Task, Played], None, None]:
    if executor is not None:
        yield from _on(executor, tasks, 4 * workers)
    elif workers == 1 or len(tasks) < 2:
        for task in tasks:
            for run in task.singly():
                yield run, play(run)
    else:
        yield from _on_processes(tasks, workers)


def _on_processes(tasks: list[Task], workers: int) -> Iterator[tuple[Task, Played]]:
    """Local processes. Where one dies, the tasks in flight, which come first of those left, are played run by run."""
    window = 2 * workers
    while tasks:
        done = set()
        try:
            with _pool(min(workers, len(tasks)), tasks[0].replicate) as pool:
                for task, played in _on(pool, tasks, window):
                    done.add(task.key)
                    yield task, played
        except BrokenProcessPool:
            tasks = [task for task in tasks if task.key not in done]
            yield from _one_by_one([run for task in tasks[:window] for run in task.singly()])
            tasks = tasks[window:]
        else:
            return


def _one_by_one(runs: list[Task]) -> Iterator[tuple[Task, Played]]:
    """Play tasks one at a time, so that the one that kills its process is known; after `ATTEMPTS` it is given up."""
    deaths = 0
    while runs:
        try:
            with _pool(1, runs[0].replicate) as pool:
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
def _pool(workers: int, replicate: str) -> Iterator[Executor]:
    context = multiprocessing.get_context("spawn")
    over = context.Event()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=ready_worker, initargs=(replicate, over))
    try:
        _spawn(pool)
        yield pool
    finally:
        over.set()
        pool.shutdown(wait=False, cancel_futures=True)


def _on(executor: Executor, tasks: list[Task], window: int) -> Iterator[tuple[Task, Played]]:
    """Keep a bounded number of tasks in flight; what is not begun when nobody asks for more is not played."""
    waiting = iter(tasks)
    flying: dict[Future[Played], Task] = {}
    try:
        while True:
            for task in waiting:
                flying[executor.submit(play, task)] = task
                if len(flying) >= window:
                    break
            if not flying:
                return
            finished, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda future: future.exception() is not None):
                task = flying.pop(future)
                yield task, _result(task, future)
    finally:
        for future in flying:
            future.cancel()


def _result(task: Task, future: Future[Played]) -> Played:
    """Return what was played; a cluster's scheduler says of which task it is that workers keep dying."""
    try:
        return future.result()
    except CancelledError:
        raise RunError("cluster_lost") from None
    except Exception as error:
        if type(error).__name__ != "KilledWorker":
            raise
        return _died(task)


def _died(task: Task) -> Played:
    return Played(model_hash(task.replicate), [(name, None, "worker process died") for name in task.allocations])


def _spawn(pool: Executor) -> None:
    """Start the workers while interrupts are ignored, which they inherit: Ctrl-C is the parent's.

    Raises `RunError` where they cannot start, as in a script that does not guard its main part.
    """
    with _interrupts_ignored():
        started = pool.submit(int)
    try:
        started.result()
    except BrokenProcessPool:
        raise RunError("no_workers") from None


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, which no interrupt reaches
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def ready_worker(replicate: str, over: Event) -> None:
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
