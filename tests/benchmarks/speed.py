"""Time, events and memory of one replication of the full county, beside plain SimPy: ``python -m tests.benchmarks.speed``."""

from __future__ import annotations

import argparse
import gc
import resource
import statistics
import time
from collections.abc import Callable

import sim
from sim.campaign import start
from sim.campaign.replicate import _county
from tests.benchmarks import load, raw


def seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replications", type=int, default=9)
    n = options.parse_args().replications
    scenario = sim.load("scenarios/2018.yaml")
    name = scenario.baseline
    luck = load.draw(1)
    sim.run(scenario, name, 0)
    raw.play(luck)
    gc.collect()
    gc.freeze()  # as the workers of an ensemble do
    build, whole, plain, events = [], [], [], []
    for replication in range(1, n + 1):
        _county.cache_clear()
        build.append(seconds(lambda r=replication: start(scenario, name, r)))
        gc.collect()
        _county.cache_clear()
        whole.append(seconds(lambda r=replication: events.append(sim.run(scenario, name, r).scalars["events"])))
        plain.append(seconds(lambda: raw.play(luck)))
        gc.collect()
    for label, times in (("first day, wired", build), ("replication, whole", whole), ("yardstick, plain SimPy", plain)):
        print(f"{label:26s} median {1000 * statistics.median(times):7.1f} ms  least {1000 * min(times):7.1f} ms")
    print(f"{'replication / yardstick':26s} median {statistics.median(whole) / statistics.median(plain):7.2f}")
    print(f"{'events a replication':26s} median {statistics.median(events):7.0f}")
    print(f"{'peak memory':26s} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")


if __name__ == "__main__":
    main()
