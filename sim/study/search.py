"""Looking for a better allocation: points spread over all splits, then an evolution of what is nearest to the target.

Every allocation is played in the same few replications, under luck that nothing else is judged by and assumed values
drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import isqrt
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, refuse_empty
from sim.scenario.names import LINES, MOST_RUNS
from sim.statistics.abc import design
from sim.streams import Streams
from sim.study.points import Floats, Plan, room

if TYPE_CHECKING:
    from sim.record import Run
    from sim.scenario import Scenario
    from sim.scenario.allocation import Allocation

#: So many of those tried go into the choice.
LEADERS = 4
#: Replications of the choice at least: with fewer than `selection.FIRST` it is looked at once, at its end.
CHOOSING = 12
#: Replications of each allocation tried, and points spread, at least.
REPLICATIONS, POINTS = 5, 8
#: Allocations of a task: more would leave cores without work, fewer would build each county again and again.
TOGETHER = 4
#: Standard deviation of the first steps, in logarithms of shares.
STEP = 0.5
Stage = Literal["own", "spread", "evolved"]
#: Plays scenarios; the number says how many runs were played before.
Play = Callable[[Mapping[str, "Scenario"], int], Mapping[str, Ensemble]]


@dataclass(frozen=True)
class Budget:
    """How a number of runs is spent: replications of each allocation tried, points spread, runs for the search."""

    runs: int
    replications: int
    points: int
    search: int


def least(scenario: Scenario) -> int:
    """Return the fewest runs with which there is a search and a choice."""
    own = len(scenario.allocations)
    return REPLICATIONS * (own + POINTS) + CHOOSING * (own + LEADERS)


def budget(scenario: Scenario, runs: int, evolving: bool) -> Budget:
    """Keep a third for the choice; half of the search is spread where the rest can evolve. Raises ValueError."""
    runs = asking.whole("budget_of_runs", runs, least(scenario), MOST_RUNS)
    own = len(scenario.allocations)
    choice = max(runs // 3, CHOOSING * (own + LEADERS))
    replications = max(REPLICATIONS, min(isqrt(runs) // 4, (runs - choice) // (own + POINTS)))
    fits = (runs - choice) // replications - own
    points = max(POINTS, fits // 2) if evolving else fits
    return Budget(runs, replications, points, runs - choice)


@dataclass(frozen=True)
class Tried:
    """An allocation that was played; people short are the mean of its replications, ``runs`` those played until then.

    ``significantly_worse`` says that it was told to be worse than the winner of the choice.
    """

    name: str
    stage: Stage
    shares: Mapping[str, float]
    tilt: float
    people_short: float
    runs: int
    significantly_worse: bool = False


class Search:
    """The allocations tried so far, with what became of each."""

    def __init__(self, scenario: Scenario, spent: Budget, play: Play) -> None:
        self.scenario, self.room, self.runs = elsewhere(scenario), room(scenario), 0
        #: People short by allocation, a number a replication that counts; none where such a one failed.
        self.short: dict[str, Floats] = {}
        self.tried: list[Tried] = []
        self.failed: list[tuple[str, str, int, str]] = []
        self.interrupted = False
        self._spent, self._play = spent, play
        #: The replications that are whole of the scenario's own allocations, which all are judged by.
        self._counted: list[int] = []
        self._known: dict[Plan, str] = {}

    def written(self, name: str) -> dict[str, Any]:
        """Return an allocation that was tried in the words of a file."""
        return next(plan for plan, known in self._known.items() if known == name).written()

    def all(self, evolve: bool) -> None:
        """Try the scenario's own allocations, the points spread and, if wanted, what evolves from the best."""
        self._own()
        u = design(self.room.dimension, self._spent.points, self.scenario.seed)
        if not self.interrupted:
            self._try(self.room.spread(u), "spread")
        if evolve and not self.interrupted:
            self._evolve()

    def leaders(self) -> list[str]:
        """Return those tried that end nearest to the target, the scenario's own left out."""
        found = [tried for tried in self.tried if tried.stage != "own" and np.isfinite(tried.people_short)]
        return [tried.name for tried in sorted(found, key=lambda tried: tried.people_short)[:LEADERS]]

    def _own(self) -> None:
        ensemble = self._play({"own": self.scenario}, self.runs)["own"]
        self._note(ensemble)
        gate, own = self.scenario.gate, self.scenario.allocations
        played = range(self._spent.replications)
        self._counted = [r for r in played if all((gate, name, r) in ensemble.runs for name in own)]
        refuse_empty(self._counted, self.failed, self.interrupted)
        for name, allocation in own.items():
            self._keep(name, "own", allocation.shares, leaning(self.scenario, allocation), ensemble)

    def _try(self, plans: Sequence[Plan], stage: Stage) -> Floats:
        """Play the plans that are new; return people short of each."""
        new = [plan for plan in dict.fromkeys(plans) if plan not in self._known]
        for plan in new:
            self._known[plan] = f"tried_{len(self._known) + 1:04d}"
        batches = dict(self._batches({self._known[plan]: plan for plan in new}))
        ensembles = self._play(batches, self.runs) if batches else {}
        for ensemble in ensembles.values():
            self._note(ensemble)
        by_name = {name: ensembles[label] for label, batch in batches.items() for name in batch.allocations}
        for plan in new:
            name = self._known[plan]
            self._keep(name, stage, dict(zip(LINES, plan.shares, strict=True)), plan.tilt, by_name[name])
        scores = {tried.name: tried.people_short for tried in self.tried}
        return np.array([scores[self._known[plan]] for plan in plans])

    def _batches(self, plans: Mapping[str, Plan]) -> Iterator[tuple[str, Scenario]]:
        """Return scenarios of a few allocations each, after the one that is played until a decision if there is one."""
        names, written = list(plans), self.scenario.dump()["allocations"]
        first = self.scenario.baseline
        until = {first: written[first]} if self.scenario.decide_on else {}
        size = max(1, len(names)) if until else TOGETHER
        for place in range(0, len(names), size):
            some = {name: plans[name].written() for name in names[place : place + size]}
            yield f"{place}", self.scenario.replace(allocations={**until, **some}, compare="all")

    def _note(self, ensemble: Ensemble) -> None:
        self.failed += ensemble.failed
        self.interrupted |= ensemble.interrupted
        self.runs += len(ensemble.runs) + len(ensemble.failed)

    def _keep(self, name: str, stage: Stage, shares: Mapping[str, float], tilt: float, ensemble: Ensemble) -> None:
        keys = [(self.scenario.gate, name, r) for r in self._counted]
        runs: list[Run] = [ensemble.runs[key] for key in keys if key in ensemble.runs]
        whole = len(runs) == len(keys) > 0
        self.short[name] = np.array([run.scalars["people_short"] for run in runs if whole], dtype=float)
        mean = float(self.short[name].mean()) if whole else np.inf
        played = (len(self.tried) + 1) * self._spent.replications
        self.tried.append(Tried(name, stage, shares, tilt, mean, played))

    def _evolve(self) -> None:
        """Let a covariance matrix adapt (CMA-ES) to where people short are few, a generation an ensemble."""
        start = min(self.tried, key=lambda tried: tried.people_short)
        evolution = _evolution(self.room.point(start.shares, start.tilt), self.scenario.seed)
        cost = (evolution.popsize + bool(self.scenario.decide_on)) * self._spent.replications
        while self.runs + cost <= self._spent.search and not (self.interrupted or evolution.stop()):
            points = evolution.ask()
            found = self._try([self.room.at(np.asarray(point)) for point in points], "evolved")
            if self.interrupted or not np.isfinite(found).any():
                return
            evolution.tell(points, np.where(np.isfinite(found), found, found[np.isfinite(found)].max() + 1.0).tolist())


def can_evolve() -> bool:
    """Whether the package of the extra *optimise* is there."""
    from importlib.util import find_spec

    return find_spec("cma") is not None


def _evolution(start: Floats, seed: int) -> Any:
    """Return CMA-ES that draws its normal numbers by generation from `sim.streams`, writes nothing and says nothing."""
    import cma
    from scipy.special import ndtri

    streams, asked = Streams(seed), count()

    def normals(*shape: int) -> Floats:
        return np.asarray(ndtri(streams.array("luck", "optimise.generation", shape, next(asked))))

    return cma.CMAEvolutionStrategy(
        start, STEP, {"randn": normals, "seed": np.nan, "verbose": -10, "verb_log": 0, "verb_disp": 0}
    )


def elsewhere(scenario: Scenario) -> Scenario:
    """Return the scenario under another seed, drawing from a posterior's other half.

    No luck is met again. The rows of a posterior are fewer draws over again, of which some stand in both halves.
    """
    changes: dict[str, Any] = {"seed": Streams(scenario.seed).seed_of("optimise")}
    if scenario.posterior is not None:
        posterior = scenario.dump()["posterior"]
        draws = {gate: rows[len(rows) // 2 :] + rows[: len(rows) // 2] for gate, rows in posterior["draws"].items()}
        changes["posterior"] = {**posterior, "draws": draws}
    return scenario.replace(**changes)


def leaning(scenario: Scenario, allocation: Allocation) -> float:
    """Return the share of all money that an allocation leans to the deep tier."""
    money = scenario.money(allocation)
    return sum(yuan * allocation.tilt[line] for line, yuan in money.items()) / sum(money.values())
