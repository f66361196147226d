"""The planner's list back: for each project, how likely it is accepted in time, and when it comes through each gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.campaign.results.came_back import DAYS
from sim.statistics.intervals import Proportion, clopper_pearson

if TYPE_CHECKING:
    from sim.record import Run
    from sim.scenario import Scenario
    from sim.scenario.projects import ListedProject
    from sim.study.compare import Comparison


@dataclass(frozen=True)
class Back:
    """A project under an allocation: means a replication of places that had money, and that the county asked for.

    ``needed`` counts the replications in which it asked for any: over these are the chance that all of them are
    accepted in time (None where there are none), their share ``in_time``, and the median day of each gate (None where
    more than half do not come so far). ``by_plan`` is the share finished by the planner's own date. ``beyond`` counts
    the replications that ask for more places than had money: what is accepted of those was listed by re-planning.
    """

    allocation: str
    project: ListedProject
    listed: float
    wanted: float
    needed: int
    chance: Proportion | None
    in_time: float | None
    days: Mapping[str, date | None]
    by_plan: float | None
    beyond: int = 0

    @property
    def not_taken(self) -> float:
        """Places that the line had no money for, of a replication."""
        return 0.0 if self.project.under_way else self.project.places - self.listed

    def row(self) -> dict[str, Any]:
        """Return one flat row."""
        p, chance = self.project, self.chance
        return {
            "allocation": self.allocation, "line": p.line, "kind": p.kind, "village": f"{p.village:02d}",
            "hamlet": p.hamlet or "", "name": p.name, "places": p.places, "cost_yuan": p.cost_yuan,
            "start": p.start or "", "finish": p.finish or "", "under_way": int(p.under_way),
            "places_listed": round(self.listed, 2), "places_wanted": round(self.wanted, 2), "replications": self.needed,
            "chance": chance and chance.estimate, "chance_low": chance and chance.low,
            "chance_high": chance and chance.high, "share_in_time": self.in_time, **self.days,
            "finished_by_plan": self.by_plan, "replications_beyond_list": self.beyond,
        }  # fmt: skip


def projects_back(result: Comparison) -> list[Back]:
    """Return every project of every allocation, in the list's order; nothing where the rule made the lists."""
    if result.scenario.projects is None:
        return []
    return [back for name, runs in result.runs.items() for back in _of(result.scenario, name, runs)]


def _of(scenario: Scenario, name: str, runs: Sequence[Run]) -> list[Back]:
    kept = [run.own_projects for run in runs if run.own_projects]
    if not kept:
        return []
    columns = {key: np.array([columns[key] for columns in kept], dtype=float) for key in kept[0]}
    rows = scenario.own_projects(name)
    return [
        _back(scenario.start_date, name, row, {key: values[:, k] for key, values in columns.items()})
        for k, row in enumerate(rows)
    ]


def _back(start: date, name: str, row: ListedProject, of: Mapping[str, np.ndarray]) -> Back:
    there = of["wanted"] > 0
    needed, wanted, met = int(there.sum()), of["wanted"][there], of["in_time"][there]
    by_plan = None
    if needed and row.finish is not None:
        finished = of["finished"][there]
        by_plan = float(((finished >= 0) & (finished <= (row.finish - start).days)).mean())
    return Back(
        name, row, float(of["listed"].mean()), float(of["wanted"].mean()), needed,
        clopper_pearson(int((met == wanted).sum()), needed) if needed else None,
        float(met.sum() / wanted.sum()) if needed else None,
        {gate: _median(start, of[gate][there]) for gate in DAYS}, by_plan,
        0 if row.under_way else int((of["wanted"] > of["listed"]).sum()),
    )  # fmt: skip


def _median(start: date, days: np.ndarray) -> date | None:
    """The day by which half have come so far; the lower of two in the middle."""
    if not len(days):
        return None
    middle = np.sort(np.where(days < 0, np.inf, days))[(len(days) - 1) // 2]
    return None if np.isinf(middle) else start + timedelta(days=int(middle))
