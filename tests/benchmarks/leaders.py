"""What more of the leaders' days do: pushes, and people still poor by what they lack: ``python -m tests.benchmarks.leaders``.

Paired by replication with the days as they are, intervals at 95 %, one by one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from typing import NamedTuple

import sim
from sim.ensemble.pool import cores
from sim.statistics.intervals import change_interval, mean_interval

DAYS = "zones.leader_days"
TIMES = (0.5, 1.0, 2.0, 4.0)
#: The kind of case that is pushed most, and what people lack last where an inspector has not come.
MOST, NOT_ACCEPTED = "industry", "unaccepted"


class Found(NamedTuple):
    pushed: Counter[str]
    poor: float
    not_accepted: float


def campaign(path: str, of: tuple[float, int]) -> Found:
    """Play one campaign with so many times the leaders' days."""
    times, replication = of
    scenario = sim.load(path)
    more = scenario.replace(assumptions={**scenario.assumptions, DAYS: {"times": times, "outside_range": True}})
    run = sim.run(more, more.baseline, replication, log=True)
    pushed = Counter(kind for _, code, _, kind, *_ in run.events or () if code == "case.pushed")
    lacking = sum(row["last"] for row in run.why_not if row["cause"] == NOT_ACCEPTED)
    return Found(pushed, run.scalars["registered_end_people"], lacking)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=24)
    options.add_argument("--scenario", default="scenarios/2018.yaml")
    chosen = options.parse_args()
    asked = list(product(TIMES, range(chosen.replications)))
    with ProcessPoolExecutor(cores()) as pool:
        played = dict(zip(asked, pool.map(partial(campaign, chosen.scenario), asked), strict=True))
    print(f"{'days':>5s} {'pushed':>8s} {'of industries':>14s} {'still poor':>26s} {'of them not accepted':>26s}")
    for times in TIMES:
        runs = [played[times, k] for k in range(chosen.replications)]
        usual = [played[1.0, k] for k in range(chosen.replications)]
        pushed = [mean_interval(counts).mean for counts in ([run.pushed.total() for run in runs],
                                                           [run.pushed[MOST] for run in runs])]  # fmt: skip
        changes = [change_interval([run[k] - base[k] for run, base in zip(runs, usual, strict=True)]) for k in (1, 2)]
        told = "  ".join(f"{change.mean:+6.0f} ({change.low:+6.0f} to {change.high:+6.0f})" for change in changes)
        print(f"{times:5g} {pushed[0]:8,.0f} {pushed[1]:14,.0f}  {'as it is' if times == 1.0 else told}")


if __name__ == "__main__":
    main()
