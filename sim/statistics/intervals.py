"""Intervals with tested coverage: means, chances, paired differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil, inf, isinf, log, log2, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: With fewer replications intervals are rough.
FEW = 20
#: Shares that differ by less than this are the same.
ROUNDED = 1e-9


@dataclass(frozen=True)
class Interval:
    """A mean, or another estimate, and its confidence interval: where that lies, not how far single outcomes spread.

    Its confidence is 95 %, by itself or together with others, as what it is part of says.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Proportion:
    """A share of ``n`` runs and its exact confidence interval."""

    estimate: float
    low: float
    high: float
    count: int
    n: int


def share_interval(values: ArrayLike, whole: float = 1.0) -> Interval:
    """Return `mean_interval` of parts of a ``whole`` at 95 %, within 0 and that; of a single value it is unbounded.

    Where all values agree the mean is not known without doubt: values that were not met may be anything from 0 to the
    whole, and are as rare as `clopper_pearson` says of what was never seen.
    """
    interval = mean_interval(values)
    if isinf(interval.low):
        return interval
    x = np.asarray(values, dtype=float)
    if np.ptp(x) < ROUNDED:
        same, other = float(x[0]), clopper_pearson(0, len(x)).high
        return Interval(same, same * (1.0 - other), same + (whole - same) * other)
    return Interval(interval.mean, max(0.0, interval.low), min(whole, interval.high))


def pooled_share(parts: ArrayLike, wholes: ArrayLike) -> Interval:
    """Return the share of all cases, of replications with so many cases each, and its interval at 95 %.

    Cases of one replication have their luck in common: they are worth so many independent ones as vary like the ratio
    of two means does, of which Clopper and Pearson's interval is taken (Korn and Graubard 1998, Survey Methodology 24,
    193-201). It holds the truth in 81 to 92 of 100 where the luck is shared strongly (correlation 0.3 to 0.6) and the
    share is near 0 or 1. Replications without a case say nothing; where the others agree, they alone count.
    """
    from scipy.special import stdtrit

    part, whole = (np.asarray(of, dtype=float) for of in (parts, wholes))
    part, whole = part[whole > 0], whole[whole > 0]
    n, cases, share = len(part), float(whole.sum()), float(part.sum() / whole.sum())
    off = (part - share * whole) / whole.mean()
    if n < 2 or np.ptp(off) < ROUNDED:
        return replace(share_interval(share + off), mean=share)
    surer = float(stdtrit(cases - 1, 0.975) / stdtrit(n - 1, 0.975))
    worth = min(cases, share * (1.0 - share) * n / float(off.var(ddof=1)) * surer**2)
    return Interval(share, *_exact(worth * share, worth))


def simultaneous(confidence: float, comparisons: int) -> float:
    """Return the confidence of each of several intervals that hold together with ``confidence`` (Bonferroni)."""
    return 1.0 - (1.0 - confidence) / max(1, comparisons)


def mean_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return Student's interval of a mean; with a single value it is unbounded."""
    from scipy.special import stdtrit

    x = np.asarray(values, dtype=float)
    if len(x) == 0:
        raise ValueError("values must not be empty")
    mean = float(x.mean())
    if len(x) == 1:
        return Interval(mean, -inf, inf)
    half = float(stdtrit(len(x) - 1, (1 + confidence) / 2)) * float(x.std(ddof=1)) / sqrt(len(x))
    return Interval(mean, mean - half, mean + half)


def change_interval(differences: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return `mean_interval` of paired differences; unbounded where fewer than `fewest` of them are other than nil.

    Where a change touches few replications, how often and how far it does is hardly known, and Student's interval is
    far too narrow. Where what they differ by is skewed as well it stays too narrow (see MODEL.md 4.3).
    """
    return _enough(differences, mean_interval(differences, confidence), confidence)


def fewest(confidence: float) -> int:
    """Return how many differences other than nil an interval takes: a sign test tells no fewer from chance.

    All of k have one sign with chance 2^(1-k): at 95 % six, at 95 % over sixteen comparisons ten.
    """
    return ceil(1.0 - log2(1.0 - confidence))


def _enough(differences: ArrayLike, interval: Interval, confidence: float) -> Interval:
    given = np.count_nonzero(differences) >= fewest(confidence)
    return interval if given else Interval(interval.mean, -inf, inf)


def chance_change(differences: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return an exact interval of the change in a chance, from paired differences of what is true (1) or not (0).

    How often it becomes true and how often it ceases to be are two shares of all pairs, whose intervals hold together.
    """
    x = np.asarray(differences, dtype=float)
    both = simultaneous(confidence, 2)
    up, down = (clopper_pearson(int(those.sum()), len(x), both) for those in (x > 0, x < 0))
    return Interval(float(x.mean()), up.low - down.high, up.high - down.low)


def range_apart(values: ArrayLike, confidence: float = 0.95, compared: int | None = None) -> float:
    """Return how far apart the means of two systems must be to be told apart, whichever two are looked at (Tukey 1953).

    ``values`` is (systems, replications) under common luck: what is left beside the means of systems and replications
    is taken to vary as much in all systems. Systems that answer to luck alike are worth fewer, so that only the degrees
    of freedom count that are there in any case (Box 1954): one a replication, less one. All that is told of any pair of
    the ``compared`` (at least these) holds together with ``confidence``, where all of what is left lies along a single
    direction in about 90 of 100.
    """
    x = np.asarray(values, dtype=float)
    systems, n = x.shape
    if systems < 2 or n < 2:
        return inf
    left = x - x.mean(axis=0) - x.mean(axis=1, keepdims=True) + x.mean()
    variance = float((left**2).sum()) / (systems - 1) / (n - 1)
    return _widest(confidence, compared or systems, n - 1) * sqrt(variance / n)


@lru_cache
def _widest(confidence: float, systems: int, degrees: int) -> float:
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(confidence, systems, degrees))


def behind(values: ArrayLike, of: int, confidence: float = 0.95) -> NDArray[np.bool_]:
    """Return which systems have a greater mean than system ``of``, as far as `range_apart` tells.

    What lies far behind often varies more: once it is told, the rest is judged by its own variance.
    """
    x = np.asarray(values, dtype=float)
    means, gone, more = x.mean(axis=1), np.zeros(len(x), dtype=bool), True
    while more:
        worse = ~gone & (means - means[of] > range_apart(x[~gone], confidence, len(x)))
        gone, more = gone | worse, bool(worse.any())
    return gone


def anytime_radius(n: int, alpha: float) -> float:
    """Return how far the mean of ``n`` values may stand from the truth, in standard deviations of the sample, so that
    with chance 1 - ``alpha`` it stands no farther after any number of values, looked at as often as one likes.

    From the t-test martingale of normal values whose mean, in standard deviations, has a standard normal prior, and
    whose scale the right Haar prior: sqrt(1 / (1 + n)) ((1 + t^2 / (n-1)) / (1 + t^2 / ((n-1)(1+n))))^(n/2) exceeds
    1 / alpha at any n with chance alpha at most (Ville), and is solved for t (Lai 1976; Wang and Ramdas 2025). Exact
    for normal values from the second one on; about 1.4 times as wide as Student's interval at one n fixed before.
    """
    if n < 2:
        return inf
    grown = (sqrt(1 + n) / alpha) ** (2 / n)
    return sqrt((n - 1) * (grown - 1) / (1 - grown / (1 + n)) / n) if grown < 1 + n else inf


def anytime_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return an interval of a mean that holds however often it was looked at before (see `anytime_radius`)."""
    x = np.asarray(values, dtype=float)
    mean, radius = float(x.mean()), anytime_radius(len(x), 1 - confidence)
    half = radius * float(x.std(ddof=1)) if radius < inf else inf
    return Interval(mean, mean - half, mean + half)


def anytime_change(differences: ArrayLike, confidence: float = 0.95) -> Interval:
    """Return `anytime_interval` of paired differences; unbounded where `change_interval` is."""
    return _enough(differences, anytime_interval(differences, confidence), confidence)


def discordance(only_a: ArrayLike, only_b: ArrayLike) -> np.ndarray:
    """Return how much speaks against an even split of the pairs of which just one is true, by the number of either.

    The logarithm of 2^m B(a + 1, b + 1): a fair coin's m = a + b throws against a coin whose bias has a uniform prior.
    Were the coin fair, it exceeds log(1 / alpha) at any m with chance alpha at most (Ville 1939; Robbins 1970).
    """
    from scipy.special import betaln

    a, b = np.asarray(only_a, dtype=float), np.asarray(only_b, dtype=float)
    return np.asarray((a + b) * log(2.0) + betaln(a + 1, b + 1))


def mcnemar(a: ArrayLike, b: ArrayLike) -> float:
    """Return the chance of a split at least as uneven among the pairs of which just one is true, were ``a`` and ``b``
    true equally often (exact and two-sided; McNemar 1947).
    """
    from scipy.special import bdtr

    one, two = np.asarray(a, dtype=bool), np.asarray(b, dtype=bool)
    only = int((one & ~two).sum()), int((two & ~one).sum())
    return min(1.0, 2 * float(bdtr(min(only), sum(only), 0.5)))


def clopper_pearson(count: int, n: int, confidence: float = 0.95) -> Proportion:
    """Return the exact interval of a share (Clopper and Pearson 1934)."""
    if not 0 <= count <= n or n < 1:
        raise ValueError(f"count(={count}) must lie between 0 and n(={n}), and n be at least 1")
    return Proportion(count / n, *_exact(count, n, confidence), count, n)


def _exact(count: float, n: float, confidence: float = 0.95) -> tuple[float, float]:
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1 - tail))
    return low, high


def paired(
    a: ArrayLike,
    b: ArrayLike,
    confidence: float = 0.95,
    interval_of: Callable[[ArrayLike, float], Interval] = change_interval,
) -> tuple[Interval, float]:
    """Return the `change_interval` (or another) of ``b - a`` under common luck, and the variance-reduction factor.

    The factor is (var a + var b) / var(b - a): how many times fewer runs the pairing needs than independent
    runs would. It is infinite where the difference never varies and the parts do.
    """
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    interval = interval_of(y - x, confidence)
    if len(x) < 2:
        return interval, 1.0
    apart, together = float(x.var(ddof=1) + y.var(ddof=1)), float((y - x).var(ddof=1))
    if together == 0.0:
        return interval, inf if apart > 0 else 1.0
    return interval, apart / together
