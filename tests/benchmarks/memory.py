"""Whether a worker grows as it plays on: ``python -m tests.benchmarks.memory`` (some minutes).

One worker process, made ready as those of an ensemble are, plays replication after replication of several counties in
turn; what it holds is read after each. A slope is over the means of blocks, with its 95 % interval: of the first half,
in which caches fill, and of the second. Exit code 1 where a worker is told to grow by more than `ALLOWED` in that.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
from scipy import stats

import sim
from sim.ensemble import pool
from sim.ensemble.pool import Task, play
from sim.scenario import Scenario

BLOCKS = 20
#: Counties (seeds) that take turns.
TURNS = 5
#: kB a replication: 10 MB over a thousand.
ALLOWED = 10.0
PAGE = os.sysconf("SC_PAGE_SIZE") / 1024


def resident() -> float:
    """kB that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def step(task: Task) -> float:
    """Play a task as a worker does, and return what the process holds then."""
    (row,) = play(task).runs
    assert row[1] is not None, row[2]
    return resident()


def held(scenario: Scenario, replications: int) -> list[float]:
    """kB that one worker holds after each replication."""
    name = scenario.baseline
    turns = [scenario.replace(name=f"c{seed}", seed=seed) for seed in range(TURNS)]
    tasks = (Task(turns[r % TURNS], (name,), "plan", r) for r in range(replications))
    with pool._pool(1, pool.REPLICATE) as worker:
        return list(worker.map(step, tasks))


def slope(kept: list[float]) -> tuple[float, float, float]:
    """Growth in kB a replication with its 95 % interval."""
    size = len(kept) // BLOCKS
    means = np.array(kept[: size * BLOCKS]).reshape(BLOCKS, size).mean(axis=1)
    fit = stats.linregress(np.arange(BLOCKS) * size, means)
    half = float(stats.t.ppf(0.975, BLOCKS - 2) * fit.stderr)
    return float(fit.slope), float(fit.slope) - half, float(fit.slope) + half


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=1000, help="replications of the small county")
    options.add_argument("--full", type=int, default=800, help="replications of the full one")
    chosen = options.parse_args()
    grows = False
    for path, replications in (("scenarios/quick.yaml", chosen.small), ("scenarios/2018.yaml", chosen.full)):
        if replications < 2 * BLOCKS:
            continue
        kept = held(sim.load(path), replications)
        half = len(kept) // 2
        print(f"{path:22s} {replications:5d} replications  first {kept[0] / 1024:6.1f} MB  middle {kept[half] / 1024:6.1f} MB"
              f"  last {kept[-1] / 1024:6.1f} MB  most {max(kept) / 1024:6.1f} MB")  # fmt: skip
        for label, part in (("first half", kept[:half]), ("second half", kept[half:])):
            mean, low, high = slope(part)
            print(f"{label:>22s} {mean:+8.3f} kB a replication ({low:+.3f} to {high:+.3f})")
        grows |= low > ALLOWED
    print("a worker grows" if grows else f"no worker is told to grow by more than {ALLOWED:.0f} kB a replication")
    return int(grows)


if __name__ == "__main__":
    raise SystemExit(main())
