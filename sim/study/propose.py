"""How many people to propose so that enough remain after those who are turned away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.fixed import FixedFields
from sim.rows import Rows
from sim.statistics.intervals import Proportion, clopper_pearson

if TYPE_CHECKING:
    from sim.record import Run
    from sim.scenario import Scenario

#: Numbers proposed that are looked at, as shares of the target, and how far the last part of a list is prolonged.
GRID = tuple(round(0.9 + 0.02 * k, 2) for k in range(21))
MARGIN = 0.25
#: How sure a planner may want to be.
SURE = (0.5, 0.8, 0.9)


@dataclass(frozen=True)
class Proposed:
    """Of so many people proposed, those who remain: median and the range of eight in ten replications.

    ``chance`` is that of at least the target among as many as are ready; ``if_ready`` were as many ready.
    """

    people: int
    remain: float
    low: float
    high: float
    chance: Proportion
    if_ready: Proportion


@dataclass(frozen=True, repr=False)
class Propose(FixedFields, Rows):
    """The curve of one allocation; ``ready`` are the people ready in the median replication."""

    allocation: str
    target: int
    replications: int
    ready: float
    curve: tuple[Proposed, ...]

    COLUMNS = (
        "allocation", "proposed", "remain", "remain_low", "remain_high", "target", "chance", "chance_low",
        "chance_high", "chance_if_ready",
    )  # fmt: skip

    def __repr__(self) -> str:
        return f"<Propose {self.allocation}: {len(self.curve)} numbers x {self.replications} replications>"

    def needed(self, sure: float, ready: bool = False) -> int | None:
        """Return the fewest people with which the chance is ``sure`` at least; None: no number looked at is enough.

        With ``ready``, as if that many were ready.
        """
        chances = ((point.people, (point.if_ready if ready else point.chance).estimate) for point in self.curve)
        return next((people for people, chance in chances if chance >= sure), None)

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a number proposed.

        - ``allocation``: its name; ``proposed``: people proposed; ``target``: people that the plan asks for.
        - ``remain``: of those proposed, people out in the end, the median; ``remain_low``, ``remain_high``: the range
          of eight in ten replications, a spread of outcomes.
        - ``chance``: share of replications in which at least the target remain; ``chance_low``, ``chance_high``: its
          exact 95 % interval; ``chance_if_ready``: the share, were as many people ready.
        """
        return [
            {
                "allocation": self.allocation, "proposed": p.people, "remain": p.remain, "remain_low": p.low,
                "remain_high": p.high, "target": self.target, "chance": p.chance.estimate,
                "chance_low": p.chance.low, "chance_high": p.chance.high, "chance_if_ready": p.if_ready.estimate,
            }
            for p in self.curve
        ]  # fmt: skip


def recorded(scenario: Scenario, runs: Sequence[Run]) -> bool:
    """Whether the runs say who was proposed in which order; of several years only the last list is known."""
    return not scenario.several_years and bool(runs) and all(len(run.proposals.get("proposed", ())) > 1 for run in runs)


def propose(scenario: Scenario, allocation: str, runs: Sequence[Run]) -> Propose:
    """Read the curve off each replication's list of proposals, in the list's own order.

    Beyond its end a list goes on as its last quarter did: who is turned away there was the nearest to the line.
    """
    target = round(scenario.targets.people * scenario.scale)
    grid = [max(1, round(target * share / 10) * 10) for share in GRID]
    ready = np.array([run.scalars["ready_people"] for run in runs], dtype=float)
    free = np.array([[_remaining(run, people) for people in grid] for run in runs])
    each = zip(runs, ready.tolist(), strict=True)
    bound = np.array([[_remaining(run, min(people, most)) for people in grid] for run, most in each])
    curve = tuple(_point(people, bound[:, k], free[:, k], target) for k, people in enumerate(grid))
    return Propose(allocation, target, len(runs), float(np.median(ready)), curve)


def _point(people: int, bound: np.ndarray, free: np.ndarray, target: int) -> Proposed:
    low, middle, high = np.percentile(bound, [10, 50, 90]).tolist()
    chances = (clopper_pearson(int((x >= target).sum()), len(x)) for x in (bound, free))
    return Proposed(people, middle, low, high, *chances)


def _remaining(run: Run, people: float) -> float:
    proposed, remained = (np.array([0, *run.proposals[name]], dtype=float) for name in ("proposed", "remained"))
    if people <= proposed[-1]:
        return float(np.interp(people, proposed, remained))
    begin = np.interp((1.0 - MARGIN) * proposed[-1], proposed, remained)
    rate = (remained[-1] - begin) / (MARGIN * proposed[-1])
    return float(remained[-1] + rate * (people - proposed[-1]))
