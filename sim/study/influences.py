"""Which assumed values a quantity goes along with, over the draws in which they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.campaign.assumed import plays, values

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: So many values are named.
NAMED = 5
CONFIDENCE = 0.95
#: Of fewer draws Student's approximation calls some of hundreds of values significant that have nothing to do with the
#: answer.
FEWEST_DRAWS = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Influence:
    """How an assumed value goes along with a quantity: Spearman's rank correlation over the draws that differ.

    ``significant`` says that so much would hardly be chance among as many values (Bonferroni).
    """

    quantity: str
    name: str
    correlation: float
    significant: bool


def written(found: Sequence[Influence]) -> list[dict[str, Any]]:
    """Return what files say of these."""
    return [
        {"quantity": one.quantity, "name": one.name, "correlation": one.correlation, "told": one.significant}
        for one in found
    ]


def varying(scenario: Scenario, numbers: Sequence[int]) -> dict[str, Floats]:
    """Return the assumed values that are played and differ, each over these draws (indices of *parameters*)."""
    rows = [values(scenario, number) for number in numbers]
    found = {name: np.array([p[name] for p in rows]) for name in rows[0]}
    return {name: column for name, column in found.items() if np.ptp(column) > 0 and plays(scenario, name)}


def repeated(scenario: Scenario, numbers: Sequence[int]) -> dict[str, NDArray[np.int64]]:
    """Return for each value that a posterior holds which of its rows these draws have: rows come over again."""
    rows = [scenario.quantiles(scenario.gate, number) for number in numbers]
    places: dict[tuple[float, ...], int] = {}
    which = np.array([places.setdefault(tuple(row.values()), len(places)) for row in rows], dtype=np.int64)
    return dict.fromkeys(rows[0], which)


def along(
    quantity: str, answer: Floats, columns: Mapping[str, Floats], same: Mapping[str, NDArray[np.int64]]
) -> list[Influence]:
    """Return the values that go along most with a quantity, the one least like chance first.

    Draws that are the ``same`` in a value (see `repeated`) count as one, with the mean of their answers: were each
    counted, what they have in common beside the value would look like its doing. Of fewer than `FEWEST_DRAWS` none is
    told from chance.
    """
    from scipy.stats import spearmanr

    if not columns or np.ptp(answer) == 0:
        return []
    found = []
    for name, column in columns.items():
        x, y = _once(column, answer, same[name]) if name in same else (column, answer)
        rank = spearmanr(x, y)
        chance = float(rank.pvalue) if len(y) > 2 else 1.0
        significant = len(y) >= FEWEST_DRAWS and chance * len(columns) < 1.0 - CONFIDENCE
        found.append((chance, Influence(quantity, name, float(rank.statistic), significant)))
    found.sort(key=lambda pair: (pair[0], -abs(pair[1].correlation)))
    return [influence for _, influence in found[:NAMED]]


def _once(column: Floats, answer: Floats, same: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the value of each draw that differs and the mean of its answers."""
    _, first = np.unique(same, return_index=True)
    return column[first], np.bincount(same, answer) / np.bincount(same)
