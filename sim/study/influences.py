"""Which assumed values a quantity goes along with, over the draws in which they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.campaign.assumed import values
from sim.scenario.assumption import held_against

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: So many values are named.
NAMED = 5
CONFIDENCE = 0.95
#: Of fewer draws Student's approximation calls some of hundreds of values told that have nothing to do with the answer.
FEWEST_DRAWS = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Influence:
    """How an assumed value goes along with a quantity: Spearman's rank correlation over the vectors.

    ``told`` says that so much would hardly be chance among as many values (Bonferroni).
    """

    quantity: str
    name: str
    correlation: float
    told: bool


def varying(scenario: Scenario, numbers: Sequence[int]) -> dict[str, Floats]:
    """Return the assumed values that are played and differ, each over these draws (indices of *parameters*)."""
    rows = [values(scenario, number) for number in numbers]
    found = {name: np.array([p[name] for p in rows]) for name in rows[0]}
    return {name: column for name, column in found.items() if np.ptp(column) > 0 and not held_against(name)}


def along(quantity: str, answer: Floats, columns: Mapping[str, Floats]) -> list[Influence]:
    """Return the values that go along most with a quantity; of fewer than `FEWEST_DRAWS` none is told from chance."""
    from scipy.stats import spearmanr

    if not columns or np.ptp(answer) == 0:
        return []
    found = []
    for name, column in columns.items():
        rank = spearmanr(column, answer)
        told = len(answer) >= FEWEST_DRAWS and bool(rank.pvalue * len(columns) < 1.0 - CONFIDENCE)
        found.append(Influence(quantity, name, float(rank.statistic), told))
    return sorted(found, key=lambda influence: -abs(influence.correlation))[:NAMED]
