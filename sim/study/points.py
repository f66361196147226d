"""Allocations as points to search over: shares of the free part in steps, under ceilings, and one tilt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ensemble.pool import RunError
from sim.scenario.allocation import split
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Steps of a share and of the tilt: tenths of a per cent, as a planner writes them.
GRID = 1_000
#: A share or tilt this near to nothing is as good as nothing where its logarithm is taken.
EDGE = 0.002

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """An allocation on the grid: the share of each of the ten lines (they sum to 1) and the tilt of all of them."""

    shares: tuple[float, ...]
    tilt: float

    def written(self) -> dict[str, Any]:
        """Return it in the words of a file."""
        return {"shares": {line: x for line, x in zip(LINES, self.shares, strict=True) if x}, "tilt": self.tilt}


@dataclass(frozen=True, eq=False)
class Room:
    """The lines that can get more than their earmark and floor, and the most of each in steps."""

    lines: tuple[str, ...]
    most: Floats

    @property
    def dimension(self) -> int:
        """Numbers that a point has: one a line, and the tilt."""
        return len(self.lines) + 1

    def plan(self, weights: Floats, tilt: float) -> Plan:
        """Return the allocation of positive weights; what is over a ceiling goes to the others in proportion."""
        steps = split(GRID, dict(zip(self.lines, _filled(weights, self.most).tolist(), strict=True)))
        return Plan(tuple(steps.get(line, 0) / GRID for line in LINES), round(tilt * GRID) / GRID)

    def spread(self, u: Floats) -> list[Plan]:
        """Return an allocation a row of uniform numbers: even over all splits (exponential spacings), and all tilts."""
        return [self.plan(-np.log(row[:-1]), float(row[-1])) for row in u]

    def at(self, z: Floats) -> Plan:
        """Return the allocation of an unbounded point: its softmax, and a logistic tilt."""
        return self.plan(np.exp(z[:-1] - z[:-1].max()), float(1.0 / (1.0 + np.exp(-z[-1]))))

    def point(self, shares: Mapping[str, float], tilt: float) -> Floats:
        """Return a point whose allocation is (nearly) this one."""
        logs = np.log(np.maximum([shares[line] for line in self.lines], EDGE))
        leaning = min(max(tilt, EDGE), 1.0 - EDGE)
        return np.append(logs - logs.mean(), np.log(leaning / (1.0 - leaning)))


def room(scenario: Scenario) -> Room:
    """Return what a scenario leaves to choose; raises `RunError` where that is nothing.

    Nor is there a list for an allocation that is tried, where those of the scenario have lists of their own.
    """
    if scenario.projects is not None and any(row.allocation for row in scenario.projects.rows):
        raise RunError("listed_by_name")
    free = scenario.free_yuan
    bound = {line: scenario.earmarked.get(line, 0) + scenario.floors.get(line, 0) for line in LINES}
    above = {line: scenario.ceilings.get(line, scenario.total_yuan) - bound[line] for line in LINES}
    most = {line: min(GRID, yuan * GRID // free) for line, yuan in above.items() if free and yuan * GRID >= free}
    if sum(most.values()) <= GRID or len(most) < 2:
        raise RunError("no_room", free=free)
    return Room(tuple(most), np.array(list(most.values()), dtype=float))


def _filled(weights: Floats, most: Floats) -> Floats:
    """Split the grid in proportion to weights, but none beyond its most; all together they hold more than the grid."""
    weights = np.maximum(weights, 1e-12)
    full = np.zeros(len(most), dtype=bool)
    while True:
        rest = (GRID - most[full].sum()) / weights[~full].sum()
        shares = np.where(full, most, weights * rest)
        if not (over := ~full & (shares > most)).any():
            return shares
        full |= over
