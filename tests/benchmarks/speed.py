"""Time, events and memory of one replication of the full county: ``python -m tests.benchmarks.speed``."""

from __future__ import annotations

import argparse
import resource
import statistics
import time

import sim
from sim.campaign import start
from sim.campaign.replicate import _county


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=7)
    n = options.parse_args().replications
    scenario = sim.load("scenarios/2018.yaml")
    name = next(iter(scenario.allocations))
    sim.run(scenario, name, 0)
    build, wire, whole, events = [], [], [], []
    for replication in range(1, n + 1):
        _county.cache_clear()
        begin = time.perf_counter()
        start(scenario, name, replication)
        first = time.perf_counter()
        start(scenario, name, replication)
        build.append((first - begin) - (time.perf_counter() - first))
        wire.append(time.perf_counter() - first)
        _county.cache_clear()
        begin = time.perf_counter()
        run = sim.run(scenario, name, replication)
        whole.append(time.perf_counter() - begin)
        events.append(run.scalars["events"])
    for label, seconds in (("county and parameters", build), ("wiring and project list", wire), ("replication", whole)):
        print(f"{label:26s} median {1000 * statistics.median(seconds):7.1f} ms  min {1000 * min(seconds):7.1f} ms")
    print(f"{'events':26s} median {statistics.median(events):7.0f}")
    print(f"{'peak memory':26s} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")


if __name__ == "__main__":
    main()
