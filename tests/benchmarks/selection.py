"""Whether selection keeps what it promises, and what common luck saves: ``python -m tests.benchmarks.selection``.

Races of made-up allocations in units of the indifference zone, many at once. Tables of the chance of a correct
selection (the best leads all others by the zone), of a good one (several lie within it), of a false elimination among
equals beside what repeated 95 % looks of Student would do, and of the replications that it takes with common luck and
without; and of how often each kind of interval holds the truth. With ``--runs runs/2018`` the last also for what that folder's replications.csv holds, drawn again with
replacement: all allocations by one number, or each by its own. Exit code 1 if a promise is not kept.
"""

from __future__ import annotations

import argparse
import csv
from itertools import product
from pathlib import Path

import numpy as np

from sim.statistics.intervals import anytime_interval, change_interval, clopper_pearson, mean_interval
from sim.statistics.selection import FIRST, kim_nelson, looks, out, spread

CONFIDENCE, ALPHA = 0.95, 0.05
#: Standard deviations, in zones, of k allocations.
SPREADS = {
    "equal": lambda k: np.full(k, 3.0),
    "rising": lambda k: np.linspace(1.5, 4.5, k),
    "falling": lambda k: np.linspace(4.5, 1.5, k),
}
#: The mean of the best, in zones: incidences are above nil, people short may be on either side.
LEVELS = {"above nil": 60.0, "below nil": -60.0}
PLACES = {"first": lambda k: 0, "middle": lambda k: k // 2, "last": lambda k: k - 1}
#: Means in zones of which several are good selections.
WITHIN = {
    "all equal": [0.0] * 5,
    "half a zone behind": [0.0] + [0.5] * 4,
    "stairs of half a zone": [0.0, 0.5, 1.0, 1.5, 2.0],
    "stairs of 0.9 zones": [0.0, 0.9, 1.8, 2.7, 3.6],
    "a good one between": [0.0, 0.6, 1.1, 1.1, 1.1],
}


def ends(rng, races, n, means, sds, correlation):
    """(races, n, systems): normal, with the luck that all share and each one's own."""
    shared = rng.normal(size=(races, n, 1)) * np.sqrt(correlation)
    own = rng.normal(size=(races, n, len(means))) * np.sqrt(1 - correlation)
    return np.asarray(means) + np.asarray(sds) * (shared + own)


def longest(sds, correlation, first=FIRST, alpha=ALPHA):
    """By how many replications every pair is told, nearly surely: the first stage may overrate a variance."""
    variance = 2.0 * (1 - correlation) * max(sds) ** 2 + (max(sds) - min(sds)) ** 2 * correlation
    return int(3.0 * spread(alpha, len(sds), first) * max(1.0, variance)) + first


def picked(values, alpha=ALPHA, zone=1.0, at=None):
    """The system picked in each race, and after how many replications; the last look decides what is left open."""
    at = looks(values.shape[1]) if at is None else at
    gone = kim_nelson(values, at, alpha, zone)
    left = gone == len(at)
    means = np.where(left, values.mean(axis=1), np.inf)
    place = np.where(left, -1, gone).max(axis=1)
    place = np.where(left.sum(axis=1) > 1, len(at) - 1, np.maximum(place, 0))
    return means.argmin(axis=1), np.asarray(at)[place]


def raced(rng, races, means, sds, correlation, part=100):
    """As `picked`, in parts that fit into memory."""
    n = longest(sds, correlation)
    parts = [picked(ends(rng, min(part, races - k), n, means, sds, correlation)) for k in range(0, races, part)]
    return tuple(np.concatenate(found) for found in zip(*parts, strict=True))


def slippage(k, best, level):
    """Means of which all others lie one zone behind the best."""
    means = np.full(k, level + 1.0)
    means[best] = level
    return means


def correct(rng, races, k, kind, level, place, correlation):
    """Chance of a correct selection, and mean replications."""
    best = PLACES[place](k)
    chosen, n = raced(rng, races, slippage(k, best, LEVELS[level]), SPREADS[kind](k), correlation)
    return float((chosen == best).mean()), float(n.mean())


def least(races, promise=CONFIDENCE):
    """What a share that is as promised stays above, but for three standard errors."""
    return promise - 3 * (promise * (1 - promise) / races) ** 0.5


def eliminated(rng, races, n, chance=None):
    """Share of races in which one of two equals is put out by the boundary that always holds, and by repeated Student.

    Ends have the same mean and shared luck; those that reach the target do so with the same ``chance`` if one is given.
    """
    always, naive = np.zeros(races, bool), np.zeros(races, bool)
    values = ends(rng, races, n, [0.0, 0.0], [2.0, 2.0], 0.5)
    hit = np.zeros(values.shape, bool) if chance is None else rng.random(values.shape) < chance
    for look in looks(n):
        by_chance, by_incidence = out(values[:, :look], hit[:, :look], ALPHA, 2)
        always |= (by_chance | by_incidence).any(axis=1)
        difference = values[:, :look, 0] - values[:, :look, 1]
        half = mean_interval(difference[0]).high - difference[0].mean()
        t = half / (difference[0].std(ddof=1) / look**0.5)
        naive |= np.abs(difference.mean(axis=1)) > t * difference.std(axis=1, ddof=1) / look**0.5
    return float(always.mean()), float(naive.mean())


def of_runs(folder):
    """Incidence of a folder's replications under the scenario's gate, in points: (replications, allocations)."""
    with (Path(folder) / "replications.csv").open(newline="") as text:
        rows = list(csv.DictReader(text))
    gate = rows[0]["gate"]
    names = list(dict.fromkeys(row["allocation"] for row in rows))
    return np.array([
        [100 * float(row["incidence"]) for row in rows if row["allocation"] == name and row["gate"] == gate]
        for name in names
    ]).T  # fmt: skip


def again(rng, found, races, n, common):
    """Races of ends drawn again from those found, by one number for all allocations or by one for each."""
    rows = rng.integers(0, len(found), (races, n, 1 if common else found.shape[1]))
    return found[rows, np.arange(found.shape[1])]


def _selection(rng, races, kept):
    print(f"chance of a correct selection (promised {CONFIDENCE}; {races} races a line) and mean replications")
    print(f"{'k':>3} {'variances':9} {'means':9} {'best':6} {'common luck':>16} {'own luck':>16}")
    for k, kind, level, place in product((2, 5, 10, 50), SPREADS, LEVELS, PLACES):
        found = [correct(rng, races, k, kind, level, place, correlation) for correlation in (0.9, 0.0)]
        kept += [chance >= least(races) for chance, _ in found]
        cells = "".join(f" {chance:7.3f} {n:8.1f}" for chance, n in found)
        print(f"{k:>3} {kind:9} {level:9} {place:6}{cells}")


def _good(rng, races, kept):
    print("\nchance that what is selected lies within the zone of the best")
    for name, means in WITHIN.items():
        for correlation in (0.9, 0.0):
            chosen, n = raced(rng, races, means, SPREADS["equal"](len(means)), correlation)
            good = float((np.asarray(means)[chosen] < 1.0).mean())
            kept.append(good >= least(races))
            print(f"{name:22} correlation {correlation:.1f} {good:7.3f} {n.mean():8.1f}")


def _equals(rng, races, kept):
    print("\none of two equals put out, by any look up to the last")
    print(f"{'last look':>9} {'always valid':>13} {'repeated 95 % looks':>20}")
    for n, chance in product((24, 100, 400), (None, 0.1, 0.5)):
        always, naive = eliminated(rng, races, n, chance)
        kept.append(always <= 1 - least(races))
        print(f"{n:>9} {always:>13.3f} {naive:>20.3f}   {'' if chance is None else f'target reached {chance:.0%}'}")


def _holds(found, truth):
    return found.low <= truth <= found.high


#: What an interval is of, by name: draws its values, of which there are n, and says whether it holds the truth.
COVERED = {
    "mean, normal": lambda rng, n: _holds(mean_interval(rng.normal(3.4, 0.3, n)), 3.4),
    "mean, skewed (lognormal, sd of log 0.5)": lambda rng, n: _holds(
        mean_interval(rng.lognormal(0.0, 0.5, n)), np.exp(0.125)
    ),
    "paired difference, unequal variances": lambda rng, n: _holds(
        change_interval(rng.normal(0.2, 0.1, n) - rng.normal(0.0, 0.3, n)), 0.2
    ),
    "chance of 1 in 20": lambda rng, n: _holds(clopper_pearson(int(rng.binomial(n, 0.05)), n), 0.05),
    "chance of 1 in 2": lambda rng, n: _holds(clopper_pearson(int(rng.binomial(n, 0.5)), n), 0.5),
    "mean, at every look up to the last": lambda rng, n: _always(rng.normal(3.4, 0.3, n)),
}


def _always(values):
    return all(_holds(anytime_interval(values[:look]), 3.4) for look in looks(len(values)))


def _coverage(rng, races, kept):
    print("\nhow often a 95 % interval holds the truth (skewed means are told, not promised)")
    sizes = (12, 24, 48, 100)
    print(f"{'of':40}" + "".join(f"{f'n = {n}':>9}" for n in sizes))
    for name, held in COVERED.items():
        shares = [np.mean([held(rng, n) for _ in range(races)]) for n in sizes]
        kept += [share >= least(races) for share in shares] if "skewed" not in name else []
        print(f"{name:40}" + "".join(f"{share:>9.3f}" for share in shares))


def _saved(rng, folder, zone):
    found = of_runs(folder)
    deviations = found.std(axis=0, ddof=1)
    paired = (found[:, :, None] - found[:, None, :]).std(axis=0, ddof=1)
    print(f"\n{folder}: {len(found)} replications of {found.shape[1]} allocations, zone {zone} points")
    print(f"standard deviation of incidence {deviations.min():.2f}-{deviations.max():.2f} points, of paired differences "
          f"{paired[paired > 0].min():.3f}-{paired.max():.3f}")  # fmt: skip
    most = int(3 * spread(ALPHA / 2, found.shape[1], FIRST) * 2 * (deviations.max() / zone) ** 2)
    for common, n, races in ((True, 1000, 1000), (False, most, 50)):
        chosen, taken = picked(again(rng, found, races, n, common), ALPHA / 2, zone)
        within = found.mean(axis=0)[chosen] < found.mean(axis=0).min() + zone
        print(f"{'common luck' if common else 'own luck':12} {taken.mean():8.0f} replications until settled, "
              f"{within.mean():.3f} of selections within the zone")  # fmt: skip


def main() -> int:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--races", type=int, default=2000)
    options.add_argument("--runs", help="a folder that a comparison left")
    options.add_argument("--zone", type=float, default=0.05, help="indifference in points, for --runs")
    chosen = options.parse_args()
    rng, kept = np.random.default_rng(5), []
    _selection(rng, chosen.races, kept)
    _good(rng, chosen.races, kept)
    _equals(rng, chosen.races, kept)
    _coverage(rng, chosen.races, kept)
    if chosen.runs:
        _saved(rng, chosen.runs, chosen.zone)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    raise SystemExit(main())
