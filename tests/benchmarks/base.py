"""The rural base even over its range rather than densest at its top: ``python -m tests.benchmarks.base``.

All other values come from their ranges. Each replication plays the first allocation with the base as it is drawn, then
at the middles of equal parts of its range, whose mean is that of a base drawn evenly.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

import sim
from sim.ensemble.pool import cores
from sim.evidence import load
from sim.statistics.intervals import change_interval, mean_interval

BASE = "county.rural_population"
READ = {"incidence, points": ("incidence", 100), "people still poor": ("registered_end_people", 1)}


def middles(parts: int) -> list[int]:
    """The middles of so many equal parts of the range."""
    entry = load()[BASE]
    low, high = entry.low, entry.high
    assert low is not None and high is not None
    return [round(low + (high - low) * (k + 0.5) / parts) for k in range(parts)]


def played(path: str, parts: int, replication: int) -> list[list[float]]:
    """What is read, a row as drawn and one for each place."""
    scenario = sim.load(path).replace(parameters="prior")
    placed = [scenario.replace(assumptions={**scenario.assumptions, BASE: people}) for people in middles(parts)]
    runs = [sim.run(s, s.baseline, replication).scalars for s in (scenario, *placed)]
    return [[unit * run[name] for name, unit in READ.values()] for run in runs]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=24)
    options.add_argument("--parts", type=int, default=8)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    chosen = options.parse_args()
    with ProcessPoolExecutor(cores()) as pool:
        play = partial(played, chosen.scenario, chosen.parts)
        found = np.array(list(pool.map(play, range(chosen.replications))))
    for k, what in enumerate(READ):
        drawn, placed = found[:, 0, k], found[:, 1:, k]
        for label, values in [("as drawn", drawn), *zip(map("{:,}".format, middles(chosen.parts)), placed.T, strict=True)]:
            of = mean_interval(values)
            print(f"{what:20s} base {label:>9s} {of.mean:10.2f}  ({of.low:.2f} to {of.high:.2f})")
        change = change_interval(placed.mean(axis=1) - drawn)
        print(f"{what:20s} even, against as drawn {change.mean:+.2f}  ({change.low:+.2f} to {change.high:+.2f})")


if __name__ == "__main__":
    main()
