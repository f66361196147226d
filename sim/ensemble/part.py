"""Scenarios that are played by one plan: what is left of them, what there is, whether it is enough."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING

from sim.ensemble.ensemble import Ensemble, Looks, Plan
from sim.ensemble.pool import Played, Task
from sim.ensemble.store import Store
from sim.scenario.own import Own, versioned

if TYPE_CHECKING:
    from sim.scenario import Scenario


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
