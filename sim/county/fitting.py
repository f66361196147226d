"""Meeting margins: whole numbers that sum, shares that reach a total, sizes with a mean, fixed numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Weights = NDArray[Any]

#: Steps by the golden ratio fill (0, 1) evenly, wherever the count begins or ends.
GOLDEN = (5**0.5 - 1) / 2
#: The 33 ends of 32 equal steps.
GRID = np.arange(33.0)


def largest_remainder(total: float, weights: ArrayLike) -> list[int]:
    """Split a total (rounded) over weights in whole numbers; ties go to the lower index."""
    weight, whole = np.asarray(weights, dtype=float), round(total)
    heavy = float(weight.sum())
    if heavy <= 0:
        return [0] * len(weight)
    parts: list[int] = apportion(whole * weight / heavy, whole).tolist()
    return parts


def apportion(quota: Floats, total: int, low: ArrayLike = 0, high: ArrayLike = np.inf) -> Ints:
    """Round quotas to whole numbers that sum to ``total`` within bounds: largest remainder, ties by index."""
    whole = np.minimum(np.maximum(np.floor(quota), low), high)
    while (gap := int(total - whole.sum())) != 0:
        step = 1 if gap > 0 else -1
        room = np.flatnonzero(whole < high if step > 0 else whole > low)
        if not room.size:
            least, most = (np.broadcast_to(bound, quota.shape).sum() for bound in (low, high))
            raise ValueError(f"total(={total}) must lie between {least} and {most}")
        order = np.argsort(step * (whole - quota)[room], kind="stable")
        whole[room[order[: abs(gap)]]] += step
    return whole.astype(np.int64)


def apportion_within(weight: Floats, group: Ints, totals: Ints) -> Ints:
    """Split the total of each group over its members in whole numbers; ``group`` is sorted."""
    quota = (totals / np.maximum(np.bincount(group, weight, len(totals)), 1e-300))[group] * weight
    whole = np.floor(quota).astype(np.int64)
    left = totals - np.bincount(group, whole, len(totals)).astype(np.int64)
    order = np.lexsort((whole - quota, group))
    whole[order] += rank_within(group, len(totals)) < left[group]
    return whole


def rank_within(group: Ints, n: int) -> Ints:
    """Return the place of each member in its group, from 0; ``group`` is sorted."""
    return ranks(np.bincount(group, minlength=n))


def ranks(count: Ints) -> Ints:
    """Return, group after group of so many members, the place of each in its own, from 0."""
    end = count.cumsum()
    return np.arange(end[-1]) - (end - count).repeat(count)


def rake(table: ArrayLike, rows: ArrayLike, columns: ArrayLike, rounds: int = 200) -> Floats:
    """Scale a table to row and column sums (iterative proportional fitting; Deming and Stephan 1940)."""
    fitted = np.array(table, dtype=float)
    row, column = np.asarray(rows, dtype=float), np.asarray(columns, dtype=float)
    by_row = fitted.sum(axis=1)
    for _ in range(rounds):
        fitted *= (row / np.maximum(by_row, 1e-300))[:, None]
        fitted *= column / np.maximum(fitted.sum(axis=0), 1e-300)
        by_row = fitted.sum(axis=1)
        if np.abs(by_row - row).max() <= 1e-9 * row.max():
            break
    return fitted


def rake_shares(
    share: Floats, size: Ints, total: float, low: ArrayLike = 0.0, high: ArrayLike = 1.0
) -> Floats:
    """Return shares of groups that sum to ``total`` people: the raking of group x {in, out} within bounds.

    Raking such a table multiplies all odds by one number; bounds hold where it would lead beyond them. A
    total that the bounds exclude gives the nearest one they allow.
    """
    odds = np.log(np.clip(share, 1e-9, 1 - 1e-9)) - np.log1p(-np.clip(share, 1e-9, 1 - 1e-9))
    below, above = -25.0, 25.0
    for _ in range(5):
        steps = GRID * ((above - below) / 32) + below
        steps[-1] = above
        fitted = (1 / (1 + np.exp(-odds - steps[:, None]))).clip(low, high)
        k = min(max(int((fitted @ size).searchsorted(total)), 1), 32)
        below, above = steps[k - 1], steps[k]
    return np.asarray(fitted[k])


def tilted(base: ArrayLike, means: ArrayLike) -> Floats:
    """Return, a row a mean, the distribution over 1..n nearest to ``base`` (exponential tilting)."""
    log_base, mean = np.log(np.asarray(base, dtype=float)), np.asarray(means, dtype=float)[..., None]
    size = np.arange(1, len(log_base) + 1)
    if (mean <= 1).any() or (mean >= len(log_base)).any():
        raise ValueError(f"means(={means!r}) must be > 1 and < {len(log_base)}")
    tilt = np.zeros_like(mean)
    for _ in range(60):
        weight = np.exp(log_base + tilt * (size - mean))
        weight /= weight.sum(axis=-1, keepdims=True)
        off = (weight @ size)[..., None] - mean
        if np.abs(off).max() < 1e-12:
            break
        tilt -= np.clip(off / (weight * (size - mean - off) ** 2).sum(axis=-1, keepdims=True), -1.0, 1.0)
    return np.asarray(weight)


def invert(table: Floats, row: Ints | int, u: Floats) -> Ints:
    """Return by entity the category, from 0, that ``u`` falls into in its row of probabilities."""
    edges = np.cumsum(table, axis=1)
    edges /= edges[:, -1:]
    place = np.zeros(len(u), dtype=np.int8)
    for edge in edges.T[:-1]:
        place += u > edge[row]
    return place.astype(np.int64)


def settle(size: Ints, group: Ints, totals: Ints, low: int, high: int) -> Ints:
    """Move sizes by one, the first in a group first, until groups sum to their totals; they are sorted."""
    size, n, reach = size.copy(), len(totals), 4
    edge = group.searchsorted(np.arange(n + 1))
    start, count = edge[:-1], np.diff(edge)
    gap = totals - np.diff(np.concatenate([[0], size.cumsum()])[edge])
    while gap.any():
        near = np.minimum(count, reach * np.abs(gap))
        who = np.repeat(np.arange(n), near)
        row, wanted = start[who] + ranks(near), gap[who]
        room = np.flatnonzero(np.where(wanted > 0, size[row] < high, size[row] > low))
        first = room[rank_within(who[room], n) < np.abs(wanted[room])]
        if not first.size and (near == count)[gap != 0].all():
            raise ValueError(f"sizes from {low} to {high} cannot reach the totals of their groups")
        size[row[first]] += np.sign(wanted[first])
        gap -= np.bincount(who[first], np.sign(wanted[first]), n).astype(np.int64)
        reach *= 4
    return size


def choose(u: Floats, weight: Weights, total: float) -> Bools:
    """Choose ``total`` (rounded) entities, the heavier the likelier (Efraimidis and Spirakis 2006).

    Weight 0 is never chosen. Whoever is added or reweighted, the order among the others stays.
    """
    who, arrival = _race(u, weight)
    count = min(round(total), len(who))
    chosen = np.zeros(len(u), dtype=bool)
    if count > 0:
        chosen[who[arrival.argpartition(count - 1)[:count]]] = True
    return chosen


def choose_groups(u: Floats, weight: Weights, load: Ints, total: float) -> Bools:
    """Choose groups, the heavier the likelier, until the load they carry is nearest to ``total``."""
    who, arrival = _race(u, weight)
    order = who[arrival.argsort()]
    carried = np.concatenate([[0], np.cumsum(load[order])])
    chosen = np.zeros(len(u), dtype=bool)
    chosen[order[: int(np.argmin(np.abs(carried - total)))]] = True
    return chosen


def _race(u: Floats, weight: Weights) -> tuple[Ints, Floats]:
    """Return who has weight, and exponential arrival times: who comes first is chosen first.

    Where weights are flags, times in the same order.
    """
    if weight.dtype == bool:
        who = weight.nonzero()[0]
        return who, -u[who]
    who = (weight > 0).nonzero()[0]
    return who, -np.log(u[who]) / weight[who]
