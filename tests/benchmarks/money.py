"""Whether more money ever raises incidence: every step of the totals, paired: ``python -m tests.benchmarks.money``.

Change of the incidence at the year's end from each total to the next under the same luck, in percentage points; the
intervals of all steps and allocations hold together at 95 %. Exit code 1 if one lies above zero.
"""

from __future__ import annotations

import argparse
from itertools import pairwise

import sim
from sim.statistics.intervals import paired, simultaneous
from sim.study.totals import TOTALS, Totals, totals


def steps(result: Totals) -> list[tuple[str, int, int, list[float], list[float]]]:
    """Allocation, total, next total, and incidence by replication at both."""
    return [
        (name, less, more, *([run.scalars["incidence"] for run in found.runs[name]] for found in (a, b)))
        for (less, a), (more, b) in pairwise(result.comparisons.items())
        for name in a.runs
    ]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=24)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    chosen = options.parse_args()
    scenario = sim.load(chosen.scenario).replace(gate_none_share=0)
    result = totals(scenario, TOTALS, replications=chosen.replications)
    found, rises = steps(result), []
    for name, less, more, before, after in found:
        change, _ = paired(before, after, simultaneous(0.95, len(found)))
        mean, low, high = (100 * x for x in (change.mean, change.low, change.high))
        print(f"{less / 1e6:4.0f} to {more / 1e6:3.0f} M  {name:24s} {mean:+7.3f}  ({low:+.3f} to {high:+.3f})")
        if change.low > 0:
            rises.append((name, less, more))
    for name, less, more in rises:
        print(f"more money raised incidence: {name}, {less / 1e6:.0f} to {more / 1e6:.0f} M")
    print(f"{len(rises)} of {len(found)} steps raised mean incidence beyond its error")
    return 1 if rises else 0


if __name__ == "__main__":
    raise SystemExit(main())
