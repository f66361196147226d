"""Plays every (allocation, replication) of one scenario or many, until there is enough, and keeps what was played."""

from __future__ import annotations

import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from concurrent.futures import Executor
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.ensemble import asking
from sim.ensemble.pool import Played, RunError, Task, cores, play_all
from sim.ensemble.store import Store
from sim.record import Run
from sim.scenario.own import Own, importable, versioned
from sim.sources import AT_IMPORT, hashed
from sim.words import say

if TYPE_CHECKING:
    from sim.scenario import Scenario


def refuse_empty(whole: Sized | int, failed: Sequence[tuple[str, str, int, str]], interrupted: bool) -> None:
    """Raise `RunError` where a study has no replication that is ``whole`` because runs ``failed``."""
    if not whole and failed and not interrupted:
        raise RunError("no_replication", count=len(failed), why=failed[0][3])


def shortfall(
    failed: Sequence[tuple[str, str, int, str]], interrupted: bool, whole: int = 0, asked: int | None = None
) -> str:
    """Say for a result's ``repr`` what is missing, of so many asked for where that is known; empty where nothing is."""
    told = ""
    if interrupted:
        told = ", interrupted" if asked is None else f", interrupted, {whole} of {asked}"
    if failed:
        short = 0 if interrupted or asked is None else asked - whole
        lost = f"{short} of {asked}" if short else f"{len(failed)} runs"
        told += f", {lost} failed (see .failed)"
    return told


Progress = Callable[[int, int], None]
#: Gates with the number of replications to play under each.
Plan = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Looks:
    """Plans, each with more than the one before, after which ``enough`` says whether to play on.

    It is asked of what the plan has, in order and once a plan, whatever else was played meanwhile.
    """

    plans: Sequence[Plan]
    enough: Callable[[Mapping[str, Ensemble]], bool]


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


class Part:
    """Scenarios that are played by one plan and kept in one store: what is left of them, what there is, is it enough.

    Nothing is opened before `open`. Low replications come first, in all scenarios. Of `Looks` no more is returned
    than the first plan that is enough. With ``own_gate`` each scenario plays of the plan what is of its own gate.
    """

    def __init__(
        self, scenarios: Mapping[str, Scenario], plan: Plan | Looks, store: AbstractContextManager[Store | None],
        replicate: str, name: str = "", own_gate: bool = False,
    ) -> None:  # fmt: skip
        self.name, self.replicate, self._own_gate = name, replicate, own_gate
        self._scenarios, self._kept = scenarios, store
        self._looks = plan if isinstance(plan, Looks) else Looks([plan], lambda _: False)
        self._order = _order(self._looks.plans)
        self._waiting = [0] * len(self._looks.plans)
        self._looked = 0
        self._enough: Plan | None = None
        self._ensembles = {label: Ensemble() for label in scenarios}
        self._closing = ExitStack()
        self.left: deque[Task] = deque()
        #: Runs that there are, and that there are to be.
        self.done = 0
        self.total = sum(len(self._of(scenario)) * len(scenario.allocations) for scenario in scenarios.values())

    @property
    def own(self) -> Own:
        """Families of a researcher's own in its scenarios."""
        return tuple(family for scenario in self._scenarios.values() for family in scenario.own)

    @property
    def ended(self) -> bool:
        """Whether nothing more is to come."""
        return self._enough is not None or not any(self._waiting)

    @property
    def begun(self) -> int:
        """How many runs are done or being played."""
        return self.total - sum(len(task.allocations) for task in self.left)

    def open(self) -> None:
        """Take what the store has, and list what is left to be played."""
        self._store = self._closing.enter_context(self._kept)
        self._keys = {(at, name): s.digest(name) for at, s in self._scenarios.items() for name in s.allocations}
        tasks = [task for label in self._scenarios for task in self._tasks(label)]
        self.left.extend(sorted(tasks, key=lambda task: task.replication) if len(self._scenarios) > 1 else tasks)
        self._look()

    def close(self) -> None:
        """Let go of the store, and of what was played."""
        self._closing.close()
        self.left.clear()
        self._ensembles = {}

    def take(self, task: Task, played: Played) -> None:
        """Keep what was played, and look whether it is enough."""
        ensemble = self._ensembles[task.label]
        for name, run, failure in played.runs:
            if self._store is not None:
                key = self._keys[task.label, name]
                self._store.put(key, task.gate, task.replication, name, run, failure)
            if run is None:
                ensemble.failed.append((name, task.gate, task.replication, failure))
            else:
                ensemble.runs[task.gate, name, task.replication] = run
        self.done += len(played.runs)
        self._waiting[self._order[task.gate, task.replication]] -= len(task.allocations)
        self._look()

    def result(self, interrupted: bool = False) -> dict[str, Ensemble]:
        """Return what the plan that was enough has, or else the last, by scenario."""
        plan = self._enough or self._looks.plans[-1]
        found = {label: ensemble.within(plan) for label, ensemble in self._ensembles.items()}
        for ensemble in found.values():
            ensemble.failed.sort()
            ensemble.interrupted = interrupted
        return found

    def _of(self, scenario: Scenario) -> dict[tuple[str, int], int]:
        """Return what of the order is played of a scenario."""
        if not self._own_gate:
            return self._order
        return {key: place for key, place in self._order.items() if key[0] == scenario.gate}

    def _tasks(self, label: str) -> Iterator[Task]:
        scenario = self._scenarios[label]
        for (gate, replication), place in self._of(scenario).items():
            missing = [name for name in scenario.allocations if not self._had(label, gate, name, replication)]
            self._waiting[place] += len(missing)
            if missing:
                yield Task(scenario, tuple(missing), gate, replication, self.replicate, label, self.name)

    def _had(self, label: str, gate: str, name: str, replication: int) -> bool:
        if self._store is None or not versioned(self._scenarios[label].own):
            return False
        run = self._store.get(self._keys[label, name], gate, replication)
        if run is not None:
            self._ensembles[label].runs[gate, name, replication] = run
            self.done += 1
        return run is not None

    def _look(self) -> None:
        """Look at every plan that nothing is left of, until one is enough."""
        while self._enough is None and self._looked < len(self._waiting) and not self._waiting[self._looked]:
            plan = self._looks.plans[self._looked]
            self._looked += 1
            if self._looks.enough({label: ensemble.within(plan) for label, ensemble in self._ensembles.items()}):
                self._enough = plan
                self.left.clear()


def _order(plans: Sequence[Plan]) -> dict[tuple[str, int], int]:
    """Return every (gate, replication), plan after plan, with the place of the first plan that it belongs to."""
    order: dict[tuple[str, int], int] = {}
    for place, plan in enumerate(plans):
        for gate, replications in plan:
            for replication in range(replications):
                order.setdefault((gate, replication), place)
    return order


#: Called with each part once: as it ends, as it is broken off, or with what was wrong as it was opened.
Ended = Callable[[Part, bool, Exception | None], None]


def play_parts(
    parts: Sequence[Part], ended: Ended, *, executor: Executor | None = None, workers: int | None = None,
    progress: Progress | None = None,
) -> bool:  # fmt: skip
    """Play parts side by side on the same workers; return whether that was interrupted, which keeps what is done.

    As many are open as it takes to keep all workers busy, the others wait, so that of thousands only a few are held in
    memory; of those open each in turn gives a task. Raises `RunError` where the sources are no longer those of this
    process, or a worker's are not.
    """
    workers = asking.hands(workers, progress)
    if hashed() != AT_IMPORT:
        raise RunError("model_changed")
    executor, workers = _hands(parts, executor, workers)
    with closing(_Round(parts, ended, workers, progress)) as round_:
        try:
            with closing(play_all(round_.tasks(), executor, workers)) as results:
                for task, played in results:
                    if played.model != task.model:
                        raise RunError("model_changed")
                    round_.take(task, played)
                    if round_.over:
                        break
        except KeyboardInterrupt:
            round_.interrupt()
            return True
    return False


def _hands(parts: Sequence[Part], executor: Executor | None, workers: int | None) -> tuple[Executor | None, int]:
    """Return who plays and how many at once; a family that no other process can find is played in this one."""
    own = {family.name: family for part in parts for family in part.own}
    if importable(tuple(own.values())):
        return executor, workers or cores()
    if executor is not None or workers != 1:
        warnings.warn(say("study.own_family", families=", ".join(own)), stacklevel=2)
    return None, 1


class _Round:
    """Parts of which some are open at a time."""

    def __init__(self, parts: Sequence[Part], ended: Ended, at_once: int, progress: Progress | None) -> None:
        self._waiting, self._open = deque(parts), dict[str, Part]()
        self._ended, self._at_once, self._progress = ended, at_once, progress
        self._done, self._total = 0, sum(part.total for part in parts)

    @property
    def over(self) -> bool:
        """Whether no part is left."""
        return not (self._open or self._waiting)

    def tasks(self) -> Iterator[Task]:
        """Give tasks, of each open part in turn, until none of any part is left."""
        while True:
            while self._waiting and sum(bool(part.left) for part in self._open.values()) < self._at_once:
                self._enter(self._waiting.popleft())
            ready = [part for part in self._open.values() if part.left]
            if not ready:
                return
            yield min(ready, key=lambda part: part.begun).left.popleft()

    def take(self, task: Task, played: Played) -> None:
        """Give a part what was played of it; what comes in for one that has ended is not needed any more."""
        part = self._open.get(task.part)
        if part is not None:
            part.take(task, played)
            self._leave(part) if part.ended else self._report()

    def interrupt(self) -> None:
        """End the parts that are open as they are."""
        for part in list(self._open.values()):
            self._end(part, interrupted=True)

    def close(self) -> None:
        """Close what is open still."""
        for part in self._open.values():
            part.close()

    def _enter(self, part: Part) -> None:
        self._open[part.name] = part
        try:
            part.open()
        except Exception as error:  # the caller's to judge: of many scenarios one may be without its folder
            self._total -= part.total
            part.done = 0
            self._end(part, error=error)
        else:
            self._leave(part) if part.ended else self._report()

    def _leave(self, part: Part) -> None:
        self._total += part.done - part.total
        self._report()
        self._done += part.done
        self._end(part)

    def _end(self, part: Part, interrupted: bool = False, error: Exception | None = None) -> None:
        try:
            self._ended(part, interrupted, error)
        finally:
            self._open.pop(part.name).close()

    def _report(self) -> None:
        if self._progress:
            self._progress(self._done + sum(part.done for part in self._open.values()), self._total)
