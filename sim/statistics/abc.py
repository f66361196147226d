"""Approximate Bayesian computation: which parameters give runs like what was seen (no likelihood is needed).

Rejection by distance with regression adjustment: Beaumont, Zhang and Balding (2002), Genetics 162, 2025-2035.
Parameters are quantiles of their ranges, in (0, 1), so that a prior is uniform and an adjusted value stays inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Quantiles this near to 0 or 1 are drawn in, so that the logit is finite.
EDGE = 1e-6


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weighted quantiles, a row an accepted run; ``rows`` and ``distance`` say which one, how far from the facts."""

    quantiles: Floats
    weights: Floats
    rows: NDArray[np.int64]
    distance: Floats

    def effective(self, copies: int = 1) -> float:
        """Return so many equal draws that the weighted vectors are worth (Kish); ``copies`` runs in a row share one."""
        weights = np.bincount(self.rows // copies, self.weights)
        return float(weights.sum() ** 2 / (weights**2).sum())

    def mean(self) -> Floats:
        """Return the mean quantile of each parameter."""
        return np.asarray(self.weights @ self.quantiles / self.weights.sum())

    def covariance(self) -> Floats:
        """Return the covariance of the quantiles; the prior's is 1/12 on the diagonal."""
        apart = self.quantiles - self.mean()
        return np.asarray((self.weights[:, None] * apart).T @ apart / self.weights.sum())

    def learnt(self) -> Floats:
        """Return by parameter the share of the prior's variance that is gone (below 0: none)."""
        return np.asarray(1.0 - np.diag(self.covariance()) * 12.0)

    def interval(self, confidence: float = 0.9) -> Floats:
        """Return lower end, median and upper end by parameter, shape (3, parameters)."""
        tail = (1.0 - confidence) / 2
        ends = (tail, 0.5, 1.0 - tail)
        return np.quantile(self.quantiles, ends, axis=0, weights=self.weights, method="inverted_cdf")

    def sample(self, n: int) -> Floats:
        """Return ``n`` vectors, each accepted one as often as its weight says, in a fixed order (systematic)."""
        steps = (np.arange(n) + 0.5) / n
        places = np.searchsorted(np.cumsum(self.weights) / self.weights.sum(), steps)
        order = np.argsort((np.arange(n) * 0.6180339887498949) % 1.0, kind="stable")
        return np.asarray(self.quantiles[np.minimum(places, len(self.weights) - 1)][order])


@dataclass(frozen=True, eq=False)
class Recovery:
    """Each run taken for history in turn: ``ranks`` is the share of its posterior below the truth, (runs, parameters).

    Where posteriors are right, ranks are uniform: simulation-based calibration, Talts and others (2018).
    """

    ranks: Floats

    def coverage(self, confidence: float) -> Floats:
        """Return by parameter the share of runs whose truth lies within the central interval."""
        tail = (1.0 - confidence) / 2
        return np.asarray(((self.ranks >= tail) & (self.ranks <= 1.0 - tail)).mean(axis=0))

    def histogram(self, bins: int = 8) -> NDArray[np.int64]:
        """Return how many ranks fall into each of equal bins, shape (parameters, bins)."""
        return np.array([np.histogram(column, bins, (0.0, 1.0))[0] for column in self.ranks.T])


def recover(quantiles: Floats, seen: Floats, accept: float, copies: int) -> Recovery:
    """Infer the vector of every run from the runs of all others; ``copies`` runs in a row share a vector."""
    vector = np.arange(len(seen)) // copies
    ranks = np.empty_like(quantiles)
    for run, truth in enumerate(quantiles):
        others = vector != vector[run]
        found = infer(quantiles[others], seen[others], seen[run], accept)
        ranks[run] = np.minimum(1.0, found.weights @ (found.quantiles < truth) / found.weights.sum())
    return Recovery(ranks)


def learnt_by_chance(
    vectors: Floats, asked: Sequence[tuple[Floats, Floats]], accept: float, copies: int, luck: Floats
) -> float:
    """Return what any parameter, to any of the facts, is most seen to lose of its variance where nothing can be learnt.

    That is exceeded in 5 of 100 shufflings of the vectors among the runs, of which each has ``copies`` in a row;
    ``luck`` (shufflings, vectors) are numbers whose order shuffles. ``asked`` are the figures of the runs and the facts
    of every inference that is made: what is told is the greatest of all.
    """
    greatest = []
    for order in np.argsort(luck, axis=1):
        rows = np.repeat(vectors[order], copies, axis=0)
        greatest.append(max(float(infer(rows, seen, facts, accept).learnt().max()) for seen, facts in asked))
    return float(np.quantile(greatest, 0.95))


def design(parameters: int, vectors: int, seed: int) -> Floats:
    """Return a scrambled Sobol design of quantiles, shape (vectors, parameters); ``vectors`` is best a power of two."""
    from scipy.stats import qmc

    drawn = qmc.Sobol(parameters, scramble=True, seed=seed).random_base2((vectors - 1).bit_length())
    return np.asarray(np.clip(drawn[:vectors], EDGE, 1.0 - EDGE))


def scale_of(seen: Floats) -> Floats:
    """Return how much each figure of the runs varies: its median absolute deviation, or 1 where it does not."""
    spread = np.median(np.abs(seen - np.median(seen, axis=0)), axis=0)
    return np.where(spread > 0, spread, 1.0)


def infer(quantiles: Floats, seen: Floats, facts: Floats, accept: float = 0.25) -> Posterior:
    """Return the posterior of parameters given facts.

    ``quantiles`` (runs, parameters) were played and gave ``seen`` (runs, figures); the nearest share ``accept`` of the
    runs is kept, weighted by Epanechnikov's kernel of the distance, and moved along a weighted linear regression of the
    quantiles' logits on the figures to where the figures would be the ``facts``.
    """
    if not 0 < accept <= 1:
        raise ValueError(f"accept(={accept}) must lie in (0, 1]")
    apart = (seen - facts) / scale_of(seen)
    distance = np.sqrt((apart**2).sum(axis=1))
    kept = max(2 * (quantiles.shape[1] + seen.shape[1] + 1), round(accept * len(seen)))
    rows = np.argsort(distance, kind="stable")[: min(kept, len(seen))]
    reach = float(distance[rows[-1]]) * (1.0 + 1e-9)
    weights = 1.0 - (distance[rows] / reach) ** 2 if reach > 0 else np.ones(len(rows))
    logits = np.log(quantiles[rows] / (1.0 - quantiles[rows]))
    design_matrix = np.column_stack([np.ones(len(rows)), apart[rows]])
    root = np.sqrt(weights)[:, None]
    slopes = np.linalg.lstsq(root * design_matrix, root * logits, rcond=None)[0][1:]
    moved = logits - apart[rows] @ slopes
    return Posterior(1.0 / (1.0 + np.exp(-moved)), weights, rows, distance[rows])
