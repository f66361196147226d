"""A better allocation: searched for, chosen under fresh luck beside the scenario's own, with all that is as good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ensemble.ensemble import Ensemble, Progress, part_of, shortfall
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE
from sim.fixed import FixedFields
from sim.rows import Plotted, Rows
from sim.scenario.given import of_a_scenario
from sim.scenario.names import LINES, MOST_REPLICATIONS
from sim.statistics.intervals import Interval, Proportion, behind, clopper_pearson, mean_interval
from sim.study.compare import Comparison, Question
from sim.study.files import write_json, write_manifest
from sim.study.influences import Influence, along, repeated, varying, written
from sim.study.outputs import summary
from sim.study.search import Budget, Search, Tried, budget, can_evolve, leaning

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Runs of a search where nothing is said.
RUNS = 1_000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Region:
    """What was tried and not told to be worse than the winner: its names, the least and most of each share and tilt."""

    names: tuple[str, ...]
    shares: Mapping[str, tuple[float, float]]
    tilt: tuple[float, float]


@dataclass(frozen=True)
class Standing:
    """Whether the winner is ahead, replication by replication, each under assumed values and luck of its own.

    All are of the replications that chose the winner, under others it stands less well, and the intervals hold less
    surely than at 95 %: ``best`` are those in which nobody else is short of fewer people, ``regret`` the people by
    which the nearest one is ahead of the winner, ``worst`` the most of them. ``rival`` comes next on average; the
    winner's lead on it goes along with the assumed values in ``rests_on``, as far as that is told from chance among
    all ``varied``.
    """

    best: Proportion
    regret: Interval
    worst: float
    rival: str
    rests_on: tuple[Influence, ...]
    varied: int


@dataclass(frozen=True, repr=False)
class Optimisation(FixedFields, Rows, Plotted):
    """What a search found. ``choice`` compares the leaders with the scenario's own; None where it was broken off."""

    scenario: Scenario
    budget: Budget
    evolved: bool
    tried: tuple[Tried, ...]
    choice: Comparison | None
    region: Region | None
    standing: Standing | None
    runs: int
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool

    COLUMNS = ("name", "stage", "runs", "people_short", "told_worse", "tilt", *LINES)

    def __repr__(self) -> str:
        found = f"best {self.winner or 'none'}{shortfall(self.failed, self.interrupted)}"
        return f"<Optimisation {self.scenario.name}: {len(self.tried)} allocations in {self.runs} runs, {found}>"

    @property
    def winner(self) -> str:
        """The allocation that was chosen; empty where there was no choice."""
        return self.choice.best if self.choice else ""

    @property
    def found(self) -> bool:
        """Whether what was chosen is none of the scenario's own."""
        return bool(self.winner) and self.winner not in self.scenario.allocations

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an allocation that was tried.

        - ``name``: its name; ``stage``: whether it is the scenario's *own*, was *spread* or *evolved*.
        - ``runs``: those that the search had played by then, its own included.
        - ``people_short``: people on the register less those that the target leaves, the mean of its replications;
          below zero the target is beaten, unbounded where a replication failed.
        - ``told_worse``: whether it was told to be worse than the winner; never where a replication failed.
        - ``tilt``: share of all money that leans to the deep tier; then by programme line the share of the free part.
        """
        return [
            {
                "name": tried.name, "stage": tried.stage, "runs": tried.runs, "people_short": tried.people_short,
                "told_worse": tried.significantly_worse, "tilt": tried.tilt,
                **{line: tried.shares[line] for line in LINES},
            }
            for tried in self.tried
        ]  # fmt: skip


def optimise(
    scenario: Scenario,
    budget_of_runs: int = RUNS,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Optimisation:
    """Search with so many runs at most for an allocation that is short of fewer people, and choose.

    Without the package of the extra *optimise* all points are spread and none evolves. With ``out`` runs are kept, and
    a search that was broken off goes on where it stopped. Raises ValueError where the budget is too small, `RunError`
    where the scenario leaves nothing to choose. Options are those of `sim.compare`.
    """
    of_a_scenario(scenario)
    evolve = can_evolve()
    spent = budget(scenario, budget_of_runs, evolve)
    plan = [(scenario.gate, spent.replications)]
    with Player(executor, workers, out, progress, replicate, hold).holding() as player:

        def play(batches: Mapping[str, Scenario], done: int) -> Mapping[str, Ensemble]:
            return replace(player, progress=part_of(progress, done, spent.runs)).ensembles(batches, plan)

        search = Search(scenario, spent, play)
        search.all(evolve)
        if search.interrupted:
            return _fold(scenario, spent, evolve, search, None)
        chooser = replace(player, progress=part_of(progress, search.runs))
        choice = Question(_contest(scenario, spent, search)).played(chooser)
    return _fold(scenario, spent, evolve, search, choice)


def _contest(scenario: Scenario, spent: Budget, search: Search) -> Scenario:
    """Return the scenario with the leaders beside its own allocations, to be played under its own luck."""
    leaders = {name: search.written(name) for name in search.leaders()}
    plans = {**scenario.dump()["allocations"], **leaders}
    left = min(MOST_REPLICATIONS, (spent.runs - search.runs) // len(plans))
    return scenario.replace(allocations=plans, compare="all", gate_none_share=0.0, replications=left)


def _fold(
    scenario: Scenario, spent: Budget, evolved: bool, search: Search, choice: Comparison | None
) -> Optimisation:
    tried, region, standing, runs, failed = search.tried, None, None, search.runs, search.failed
    if choice is not None:
        runs += len(choice.failed) + sum(map(len, choice.runs.values()))
        failed = [*failed, *choice.failed]
        if choice.best:
            tried = _judged(search, choice.best)
            region, standing = _region(tried), _standing(choice)
    interrupted = search.interrupted or (choice is not None and choice.interrupted)
    return Optimisation(scenario, spent, evolved, tuple(tried), choice, region, standing, runs, failed, interrupted)


def _judged(search: Search, winner: str) -> list[Tried]:
    """Say of each that was tried whether it was short of more people than the winner, as far as that can be told: of
    one of which a replication failed it cannot.

    The winner was picked by the same replications, among others: all pairs count as compared.
    """
    whole = {name: short for name, short in search.short.items() if len(short)}
    flags = behind(list(whole.values()), list(whole).index(winner), CONFIDENCE)
    worse = dict(zip(whole, flags.tolist(), strict=True))
    return [replace(tried, significantly_worse=worse.get(tried.name, False)) for tried in search.tried]


def _region(tried: Sequence[Tried]) -> Region:
    those = [one for one in tried if not one.significantly_worse and np.isfinite(one.people_short)]
    shares = {line: _ends([one.shares[line] for one in those]) for line in LINES}
    return Region(tuple(one.name for one in those), shares, _ends([one.tilt for one in those]))


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _standing(choice: Comparison) -> Standing | None:
    """Judge the winner in every replication by which it was chosen; none where it had nobody to be compared with."""
    played = {name: [run.scalars["people_short"] for run in runs] for name, runs in choice.runs.items()}
    short = {name: np.array(people, dtype=float) for name, people in played.items()}
    winner = short.pop(choice.best)
    if not short:
        return None
    behind = np.maximum(0.0, winner - np.min(list(short.values()), axis=0))
    rival = min(short, key=lambda name: float(short[name].mean()))
    numbers = [run.replication for run in choice.runs[rival]]
    values, same = varying(choice.scenario, numbers), repeated(choice.scenario, numbers)
    return Standing(
        clopper_pearson(int((behind == 0).sum()), len(behind)), mean_interval(behind), float(behind.max()), rival,
        tuple(found for found in along("lead", short[rival] - winner, values, same) if found.significant), len(values),
    )  # fmt: skip


def write_optimisation(result: Optimisation, folder: Path) -> None:
    """Write what was tried, chosen and found, and what it rests on; each file whole or not at all."""
    write_manifest(result.scenario, "optimise", folder, budget=asdict(result.budget))
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "budget_of_runs": result.budget.runs,
        "runs": result.runs, "evolved": result.evolved, "interrupted": result.interrupted,
        "failed": result.failed, "winner": _winner(result), "choice": _choice(result.choice),
        "region": None if result.region is None else asdict(result.region),
        "standing": None if result.standing is None else _stands(result.standing), "tried": result.rows(),
    })  # fmt: skip


def _stands(standing: Standing) -> dict[str, Any]:
    return {**asdict(standing), "rests_on": written(standing.rests_on)}


def _winner(result: Optimisation) -> dict[str, Any] | None:
    if result.choice is None or not result.winner:
        return None
    allocation = result.choice.scenario.allocations[result.winner]
    return {
        "name": result.winner, "found": result.found, "shares": dict(allocation.shares), "tilt": dict(allocation.tilt),
        "leaning": leaning(result.scenario, allocation), "yuan": result.choice.scenario.money(result.winner),
    }  # fmt: skip


def _choice(choice: Comparison | None) -> dict[str, Any] | None:
    if choice is None:
        return None
    content = summary(choice)
    kept = ("replications", "best", "selection", "cannot_be_told_apart", "differences")
    of_each = ("name", "people_short", "incidence", "p_target")
    allocations = [{key: row[key] for key in of_each} for row in content["allocations"]]
    return {**{key: content[key] for key in kept}, "allocations": allocations}
