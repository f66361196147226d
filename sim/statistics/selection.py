"""Which allocation is best, how sure that is, and when enough has been played to say so.

Allocations race on incidence, replication by replication under common luck, and are looked at after fixed numbers of
replications. One is out, for good, as soon as another that is in is told to reach the target more often, or, where
chances are not told apart, to end at a lower incidence, by boundaries that hold however often one looks. Among those
that are in, Kim and Nelson's procedure picks the best up to an indifference zone. Half of what may go wrong is the
pick's, a quarter each way of being out: all that is said of a race holds together at its confidence. Allocations that
are out are played on: only under the same luck can their figures stand in one table with the others'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, inf, log
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.statistics.intervals import FEW, anytime_interval, anytime_radius, discordance, fewest

#: Replications before the first look (what fewer settled would be known roughly only), and from each look to the next
#: at least.
FIRST, STEP = FEW, 4
#: A first stage of fewer replications tells nothing.
FEWEST = 5

Flags = NDArray[np.bool_]
#: All others are out; none of those in is better by more than the zone; the only one is known to within the zone.
Reason = Literal["one_left", "zone", "narrow"]


@dataclass(frozen=True)
class Out:
    """An allocation out of the race, the look (replications) since when, and what it is worse in."""

    name: str
    look: int
    by: Literal["chance", "incidence"]


@dataclass(frozen=True)
class Selection:
    """The state of a race at its last look; confidence and incidences are shares.

    ``left`` are those among which the pick is still open (the best alone where it is not), ``tied`` all others that
    are not out. By ``within`` at most the best is worse than another that is in, by intervals alone, which may be more
    than the zone that the pick goes by; of a single allocation it is how far its mean may stand from the truth.
    ``reason`` is None while nothing is settled.
    """

    best: str
    confidence: float
    indifference: float
    looks: tuple[int, ...]
    reason: Reason | None
    left: tuple[str, ...]
    tied: tuple[str, ...]
    out: tuple[Out, ...]
    within: float

    @property
    def settled(self) -> bool:
        """Whether more replications are not needed."""
        return self.reason is not None


def looks(most: int) -> tuple[int, ...]:
    """Return after how many replications to look, in steps that grow to a tenth; at last after ``most``."""
    found = [min(FIRST, most)]
    while found[-1] < most:
        found.append(min(most, found[-1] + max(STEP, found[-1] // 10)))
    return tuple(found)


def spread(alpha: float, compared: int, first: int) -> float:
    """Return h^2 of Kim and Nelson (c = 1): a pair is told by n = h^2 S^2 / zone^2 at the latest."""
    return float((2 * alpha / (compared - 1)) ** (-2 / (first - 1)) - 1) * (first - 1)


def kim_nelson(
    values: ArrayLike, looks: Sequence[int], alpha: float, zone: float, compared: int | None = None
) -> NDArray[np.int_]:
    """Return at which look (its place) each system is eliminated, ``len(looks)`` where never; small values are good.

    ``values`` is (..., replications, systems), any number of races at once. Kim and Nelson (2001), c = 1: the best of
    ``compared`` systems stays with chance 1 - ``alpha`` if it leads all others by the zone; paired differences are
    normal. Looking seldom only helps (Jennison, Johnstone and Turnbull 1982). The first look is the first stage, from
    which the variances are. A pair is taken to differ by a standard deviation of one zone at least: where a first
    stage shows none it is not thereby certain, and pairs alike in every replication never eliminate each other. Where
    others lie within the zone of the best the paper promises nothing; what is picked lies within it as often in all
    that `tests.benchmarks.selection` tries. Pairs that differ seldom and then by much are beyond the promise too.
    """
    x = np.asarray(values, dtype=float)
    first, never = looks[0], len(looks)
    h2 = spread(alpha, compared or x.shape[-1], first)
    centred = x[..., :first, :] - x[..., :first, :].mean(axis=-2, keepdims=True)
    covariance = np.swapaxes(centred, -1, -2) @ centred / (first - 1)
    own = np.diagonal(covariance, axis1=-2, axis2=-1)
    variance = np.maximum(own[..., :, None] + own[..., None, :] - 2 * covariance, zone**2)
    gone = np.full((*x.shape[:-2], x.shape[-1]), never)
    for place, n in enumerate(looks):
        sums = x[..., :n, :].sum(axis=-2)
        boundary = np.maximum(0.0, (h2 * variance / zone - zone * n) / 2)
        alive = gone == never
        beaten = (sums[..., :, None] - sums[..., None, :] > boundary) & alive[..., None, :]
        gone = np.where(alive & beaten.any(axis=-1), place, gone)
    return gone


def lower_ends(values: ArrayLike, alpha: float) -> NDArray[np.float64]:
    """Return the lower ends of `anytime_change` of every pair's mean difference: (..., replications, systems) in,
    (..., systems, systems) out, [i, j] that of i less j; the upper end is the negative of [j, i].
    """
    x = np.asarray(values, dtype=float)
    differences = x[..., :, None] - x[..., None, :]
    n = differences.shape[-3]
    bounded = np.count_nonzero(differences, axis=-3) >= fewest(1 - alpha)
    if anytime_radius(n, alpha) == inf:
        return np.full(bounded.shape, -inf)
    ends = differences.mean(axis=-3) - anytime_radius(n, alpha) * differences.std(axis=-3, ddof=1)
    return np.where(bounded, ends, -inf)


def out(incidence: ArrayLike, reached: ArrayLike, alpha: float, compared: int) -> tuple[Flags, Flags]:
    """Return which systems are out by chance and which by incidence, (..., systems) each, of (..., replications,
    systems) each; someone is always in. Of ``compared`` systems one that is not worse than another is told to be with
    chance ``alpha`` at most, at whatever look.
    """
    hit = np.asarray(reached, dtype=bool)
    pair = alpha / 2 / comb(compared, 2)
    only = (hit[..., :, None] & ~hit[..., None, :]).sum(axis=-3)
    other = np.swapaxes(only, -1, -2)
    by_chance = ((other > only) & (discordance(only, other) >= log(1 / pair))).any(axis=-1)
    higher = (lower_ends(incidence, pair) > 0) & ~by_chance[..., None, :]
    return by_chance, ~by_chance & higher.any(axis=-1)


def race(
    names: Sequence[str],
    incidence: ArrayLike,
    reached: ArrayLike,
    replications: Sequence[int],
    looks: Sequence[int],
    confidence: float,
    zone: float,
) -> Selection:
    """Return where the race stands at the last of the looks, which are numbers of replications played.

    ``incidence`` and ``reached`` (the target) are (replications, systems), of the ``replications`` that are complete
    for all, in ascending order.
    """
    x, hit = np.asarray(incidence, dtype=float), np.asarray(reached, dtype=bool)
    complete = [int(np.searchsorted(replications, look)) for look in looks]
    if len(names) == 1:
        return _alone(names[0], x[: complete[-1], 0], looks, confidence, zone)
    alpha, k = 1 - confidence, len(names)
    inside, gone = list(range(k)), []
    for look, n in zip(looks, complete, strict=True):
        by_chance, by_incidence = out(x[:n, inside], hit[:n, inside], alpha / 2, k)
        gone += [Out(names[i], look, "chance") for i in _those(inside, by_chance)]
        gone += [Out(names[i], look, "incidence") for i in _those(inside, by_incidence)]
        inside = _those(inside, ~by_chance & ~by_incidence)
    last = x[: complete[-1], inside]
    left, settled = _picked(last, complete, alpha / 2, zone, k)
    best = min(left, key=lambda i: last[:, i].mean() if len(last) else 0.0)
    ends = lower_ends(last, alpha / 4 / comb(k, 2))
    open_to = [best] if settled else left
    return Selection(
        best=names[inside[best]], confidence=confidence, indifference=zone, looks=tuple(looks),
        reason=None if not settled else "one_left" if len(inside) == 1 else "zone",
        left=tuple(names[inside[i]] for i in open_to),
        tied=tuple(names[i] for place, i in enumerate(inside) if place not in open_to),
        out=tuple(gone), within=max((0.0, *(float(-ends[i, best]) for i in range(len(inside)) if i != best))),
    )  # fmt: skip


def _those(inside: Sequence[int], flags: Flags) -> list[int]:
    return [i for i, flag in zip(inside, flags, strict=True) if flag]


def _picked(
    values: NDArray[np.float64], complete: Sequence[int], alpha: float, zone: float, compared: int
) -> tuple[list[int], bool]:
    """Return the systems that Kim and Nelson's procedure has not eliminated, and whether it is at its end."""
    stages = sorted({n for n in complete if n >= FEWEST})
    if not stages:
        return list(range(values.shape[1])), values.shape[1] == 1
    gone = kim_nelson(values, stages, alpha, zone, compared)
    left = [int(i) for i in np.flatnonzero(gone == len(stages))]
    same = bool((values[:, left] == values[:, left[:1]]).all())
    return left, len(left) == 1 or (same and stages[-1] >= spread(alpha, compared, stages[0]))


def _alone(
    name: str, incidence: NDArray[np.float64], looks: Sequence[int], confidence: float, zone: float
) -> Selection:
    found = anytime_interval(incidence, confidence) if len(incidence) else None
    within = inf if found is None else found.high - found.mean
    reason: Reason | None = "narrow" if within <= zone else None
    return Selection(name, confidence, zone, tuple(looks), reason, (name,), (), (), within)
