"""The yardstick's load: a county-year for timing, not a fact about any county. Days, yuan."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

import numpy as np

HOUSEHOLDS, VILLAGES, TEAM, PROGRAMMES, CREWS = 4557, 74, 2, 8, 94
TRANCHES, ASSESSMENT, YEAR = (0.0, 91.0, 182.0, 273.0), 360.0, 365.0
PARTS, PART_DAYS, SHOCK, ENOUGH = 12, 30.0, 0.7, 4000.0
CASES, COST = 2.3, 12_000
TRANCHE = round(1.05 * HOUSEHOLDS * (CASES + exp(-CASES)) * COST / PROGRAMMES / len(TRANCHES))


@dataclass(frozen=True)
class Luck:
    """All draws of a replication; what belongs to cases is in one row, from ``first[i]`` on for household i."""

    diagnosis: list[float]
    first: list[int]
    programme: list[int]
    cost: list[int]
    work: list[float]
    acceptance: list[float]
    yearly: np.ndarray
    noise: np.ndarray
    shocks: np.ndarray

    def cases(self, household: int) -> range:
        """The cases of a household."""
        return range(self.first[household], self.first[household + 1])


def draw(replication: int) -> Luck:
    """Return the luck of a replication."""
    rng = np.random.default_rng([1918, replication])
    k = np.maximum(1, rng.poisson(CASES, HOUSEHOLDS))
    n = int(k.sum())
    return Luck(
        diagnosis=rng.exponential(0.5, HOUSEHOLDS).tolist(),
        first=np.concatenate([[0], np.cumsum(k)]).tolist(),
        programme=rng.integers(0, PROGRAMMES, n).tolist(),
        cost=np.rint(rng.lognormal(log(COST) - 0.125, 0.5, n)).astype(int).tolist(),
        work=rng.lognormal(log(20.0) - 0.125, 0.5, n).tolist(),
        acceptance=rng.exponential(0.25, n).tolist(),
        yearly=rng.lognormal(log(4600.0) - 0.03125, 0.25, HOUSEHOLDS),
        noise=rng.lognormal(-0.02, 0.2, (PARTS, HOUSEHOLDS)),
        shocks=np.cumsum(rng.exponential(8 * YEAR, (3, HOUSEHOLDS)), axis=0),
    )
