"""Raw SimPy against the design ladder, the same luck in both: ``python -m tests.benchmarks.yardstick``.

Raw SimPy is right when it makes about 204,000 events and, averaged over a few replications, 2,820-2,860 exits.
Times are of the processor, drawing the luck included; the ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable
from statistics import mean, median, stdev
from time import process_time
from typing import NamedTuple

from tests.benchmarks import ladder, load, raw


class Played(NamedTuple):
    """What one replication gave."""

    ms: float
    exits: int
    events: int


def clock(play: Callable[[load.Luck], tuple[int, int]], replication: int) -> Played:
    """Draw and play one replication, starting from a clean heap."""
    gc.collect()
    begin = process_time()
    exits, events = play(load.draw(replication))
    return Played(1000 * (process_time() - begin), exits, events)


def describe(name: str, runs: list[Played]) -> str:
    """Return a line about one way of playing the load."""
    ms, exits, events = zip(*runs, strict=True)
    error = stdev(exits) / len(exits) ** 0.5 if len(exits) > 1 else 0.0
    return (
        f"{name:13s} {median(ms):7.0f} ms (least {min(ms):.0f})  {mean(events):9,.0f} events"
        f"  {1000 * median(ms) / mean(events):5.2f} us an event  {mean(exits):7,.1f} exits (s.e. {error:.1f})"
    )


def main() -> None:
    """Play both ways in turn and print time, events, exits and the ratio."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--replications", type=int, default=7, help="how many county-years of each (default 7)")
    wanted = range(options.parse_args().replications)
    pairs = [(clock(raw.play, replication), clock(ladder.play, replication)) for replication in wanted]
    plain, light = [list(runs) for runs in zip(*pairs, strict=True)]
    print(describe("raw SimPy", plain))
    print(describe("design ladder", light))
    print(f"ratio {median(run.ms for run in plain) / median(run.ms for run in light):.1f}")


if __name__ == "__main__":
    main()
