"""Meeting margins: whole numbers that sum, sizes with a given mean, tables with given rows and columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def largest_remainder(total: float, weights: ArrayLike) -> list[int]:
    """Split a total (rounded) over weights in whole numbers; ties go to the lower index."""
    w = np.asarray(weights, dtype=float)
    whole = round(total)
    quota = whole * w / w.sum() if w.sum() > 0 else np.zeros(len(w))
    base = np.floor(quota).astype(int)
    order = np.argsort(-(quota - base), kind="stable")
    base[order[: whole - int(base.sum())]] += 1
    return [int(x) for x in base]


def rake(table: NDArray[np.float64], rows: ArrayLike, columns: ArrayLike, rounds: int = 200) -> NDArray[np.float64]:
    """Scale a table to row and column sums (iterative proportional fitting; Deming and Stephan 1940)."""
    fitted = np.array(table, dtype=float)
    row, column = np.asarray(rows, dtype=float), np.asarray(columns, dtype=float)
    for _ in range(rounds):
        fitted *= (row / np.maximum(fitted.sum(axis=1), 1e-300))[:, None]
        fitted *= column / np.maximum(fitted.sum(axis=0), 1e-300)
        if np.abs(fitted.sum(axis=1) - row).max() < 1e-9 * row.sum():
            break
    return fitted


def tilted(base: Sequence[float], mean: float) -> NDArray[np.float64]:
    """Return the distribution over 1..len(base) closest to ``base`` with the given mean (exponential tilting)."""
    size = np.arange(1, len(base) + 1)
    low, high = -10.0, 10.0
    for _ in range(60):
        tilt = (low + high) / 2
        weight = np.asarray(base) * np.exp(tilt * (size - mean))
        low, high = (tilt, high) if (weight * size).sum() / weight.sum() < mean else (low, tilt)
    return np.asarray(weight / weight.sum())


def choose(u: NDArray[np.float64], weight: NDArray[np.float64], total: float) -> NDArray[np.bool_]:
    """Choose ``total`` (rounded) entities, the heavier the likelier, weight 0 never (Efraimidis and Spirakis 2006)."""
    count = min(round(total), int((weight > 0).sum()))
    score = np.where(weight > 0, np.log(u) / np.maximum(weight, 1e-300), -np.inf)
    chosen = np.zeros(len(u), dtype=bool)
    chosen[np.argsort(-score, kind="stable")[:count]] = True
    return chosen


def choose_groups(
    u: NDArray[np.float64], weight: NDArray[np.float64], load: NDArray[np.int64], total: float
) -> NDArray[np.bool_]:
    """Choose groups, the heavier the likelier, until the load they carry is nearest to ``total``."""
    score = np.where(weight > 0, np.log(u) / np.maximum(weight, 1e-300), -np.inf)
    order = np.argsort(-score, kind="stable")
    carried = np.cumsum(np.where(weight[order] > 0, load[order], 0))
    take = int(np.argmin(np.abs(np.concatenate([[0], carried]) - total)))
    chosen = np.zeros(len(u), dtype=bool)
    chosen[order[:take]] = True
    return chosen & (weight > 0)
