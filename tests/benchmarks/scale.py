"""What many workers and many counties cost, measured here: ``python -m tests.benchmarks.scale`` (some minutes).

Four parts, each by itself with ``--part``: *speed-up* of two worker processes against this one alone; *overhead* of a
replication by who plays it (a run that costs nothing, but travels as a real one does); *counties*, a province's in one
ensemble, and from its slope what the counties of the country would take. Ratios are of one run, on one machine, which
others may use: an extrapolation says so.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import sim
from sim import cli
from sim.ensemble.player import Player
from sim.record import Run
from sim.scenario import Scenario
from tests.benchmarks import counties

#: Counties of a province, and of the country's list of poor ones.
PROVINCE, COUNTRY = 54, 832
PARTS = ("speed-up", "overhead", "counties")
RECORDED = "tests.benchmarks.scale:recorded"
_recorded: dict[str, Run] = {}


def recorded(scenario: Scenario, allocation: str, replication: int, *, gate: str) -> Run:
    """A run that was played once in this process, told as any replication's."""
    if allocation not in _recorded:
        _recorded[allocation] = sim.run(scenario, allocation, 1, gate=gate)
    return dataclasses.replace(_recorded[allocation], replication=replication)


class Clock:
    """A progress report that notes when how many runs were done."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.seen: list[tuple[float, int]] = []

    def __call__(self, done: int, total: int) -> None:
        self.seen.append((time.perf_counter() - self.begun, done))

    def seconds(self, skipped: float = 0.0) -> float:
        """Seconds a run, once this part of the runs is done."""
        last, total = self.seen[-1]
        first, done = next(row for row in self.seen if row[1] > skipped * total)
        return (last - first) / (total - done)

    @property
    def whole(self) -> float:
        return self.seen[-1][0]


def played(scenario: Scenario, replications: int, **options: object) -> Clock:
    clock = Clock()
    Player(progress=clock, **options).ensemble(scenario, [("plan", replications)])
    return clock


def speed_up(scenario: Scenario, replications: int, rounds: int) -> None:
    """Turn about, so that what else the machine does meets both; the least of each counts."""
    clocks: dict[int, list[Clock]] = {1: [], 2: []}
    spent: dict[int, list[float]] = {1: [], 2: []}
    runs = replications * len(scenario.allocations)
    for _ in range(rounds):
        for workers in (1, 2):
            before = spent_by_all()
            clocks[workers].append(played(scenario, replications, workers=workers))
            spent[workers].append((spent_by_all() - before) / runs)
    for workers, label in ((1, "this process"), (2, "two workers")):
        found = clocks[workers]
        print(f"{label:14s} {min(c.whole for c in found):7.2f} s for {runs} runs, {1000 * min(c.seconds() for c in found):7.1f} "
              f"ms a run once they come; {1000 * min(spent[workers]):7.1f} ms of a processor a run, all told")  # fmt: skip
    whole, steady = (min(map(of, clocks[1])) / min(map(of, clocks[2])) for of in (lambda c: c.whole, Clock.seconds))
    print(f"two workers against one: {steady:.2f} times as fast once runs come, {whole:.2f} with the workers' start; "
          f"{2 * min(spent[1]) / min(spent[2]):.2f} had both a processor of their own, start and imports included")  # fmt: skip


@contextmanager
def dask() -> Iterator[dict[str, object]]:
    from sim.ensemble.cluster import cluster

    with cluster("local", 2) as (executor, workers):
        yield {"executor": executor, "workers": workers}


def overhead(scenario: Scenario, replications: int) -> dict[str, float]:
    """Seconds a replication of one allocation whose run costs nothing; of the later half, when all is warm."""
    one = scenario.replace(compare=[scenario.baseline])
    found = {"plain loop": _loop(one, replications)}
    options = {"replicate": RECORDED}
    found["this process"] = played(one, replications, workers=1, **options).seconds(0.5)
    found["two workers"] = played(one, replications, workers=2, **options).seconds(0.5)
    try:
        with dask() as hands:
            found["Dask, two workers"] = played(one, replications, **hands, **options).seconds(0.5)
    except sim.RunError as error:
        print(f"Dask not measured: {error.code}")
    for label, seconds in found.items():
        print(f"{label:18s} {1000 * seconds:8.3f} ms a replication, {1000 * (seconds - found['plain loop']):8.3f} more "
              "than the loop")  # fmt: skip
    return found


def _loop(scenario: Scenario, replications: int) -> float:
    (name,) = scenario.allocations
    recorded(scenario, name, 0, gate="plan")
    begun = time.perf_counter()
    for replication in range(replications):
        recorded(scenario, name, replication, gate="plan")
    return (time.perf_counter() - begun) / replications


@dataclasses.dataclass(frozen=True)
class Cost:
    """Seconds of a command over so many counties: on the clock, of the parent, of its workers; peak MB of the parent."""

    counties: int
    wall: float
    parent: float
    workers: float
    peak: float


def command(files: Sequence[Path], words: Sequence[str]) -> Cost:
    """Play counties as the command does."""
    begun, before = time.perf_counter(), spent_here_and_below()
    with TemporaryDirectory() as out, redirect_stdout(io.StringIO()):
        code = cli.main([*map(str, files), "--out", out, "--quiet", *words])
    wall = time.perf_counter() - begun
    assert code == 0, code
    after = spent_here_and_below()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Cost(len(files), wall, after[0] - before[0], after[1] - before[1], peak)


def spent_here_and_below() -> tuple[float, float]:
    """Seconds of a processor that this process and its workers have taken, once the workers have ended."""
    while multiprocessing.active_children():
        time.sleep(0.05)
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    here, below = (of.ru_utime + of.ru_stime for of in spent)
    return here, below


def spent_by_all() -> float:
    return sum(spent_here_and_below())


def line(costs: Sequence[Cost], part: Callable[[Cost], float]) -> tuple[float, float]:
    """Seconds a county, and seconds before the first."""
    slope, intercept = np.polyfit([cost.counties for cost in costs], [part(cost) for cost in costs], 1)
    return float(slope), float(intercept)


def province(folder: Path, most: int, replications: int, allocations: Sequence[str], figures: bool) -> None:
    """Play a ninth, a third and all of the counties, and draw lines through what that took."""
    files = counties.write(most, folder)
    words = ["--workers", "2", "--replications", str(replications), *([] if figures else ["--no-figures"])]
    words += [word for name in allocations for word in ("--allocation", name)]
    command(files[:2], words)  # what is imported once
    costs = [command(files[:count], words) for count in (max(2, most // 9), max(3, most // 3), most)]
    for cost in costs:
        print(f"{cost.counties:4d} counties  {cost.wall:7.1f} s  parent {cost.parent:6.1f} s of a processor, workers "
              f"{cost.workers:6.1f} s, peak of the parent {cost.peak:4.0f} MB")  # fmt: skip
    runs = (replications + -(-replications // 4)) * len(allocations)
    print(f"each county: {replications} replications of {len(allocations)} allocations and a quarter of them under the "
          f"other gate, {runs} runs, {100 * counties.SMALLEST:.0f} to {100 * counties.LARGEST:.0f} % of the full county's size")  # fmt: skip
    extrapolated(costs)


def extrapolated(costs: Sequence[Cost]) -> None:
    """What the country's counties would take on more workers, from the lines."""
    (b, a), (p, _), (w, _) = (line(costs, part) for part in (lambda c: c.wall, lambda c: c.parent, lambda c: c.workers))
    full, runs = whole_county()
    print(f"lines through them: {a:.1f} s + {b:.3f} s a county on the clock; of a processor {p:.3f} s a county in the "
          f"parent, {w:.3f} s in the workers")  # fmt: skip
    print(f"{COUNTRY} counties, EXTRAPOLATED to N workers: as measured, clock = a + C (p + (b - p) 2 / N); had every process "
          f"a processor of its own, a + C max(p, w / N); of full size ({runs} runs of {full:.2f} s) w is {runs * full:.0f} s")  # fmt: skip
    print("   workers     as measured   a processor each   of full size, a processor each")
    for n in (2, 8, 32, 128):
        measured, own, large = (
            (a + COUNTRY * each) / 60
            for each in (p + max(0.0, b - p) * 2 / n, max(p, w / n), max(p, runs * full / n))
        )
        print(f"{n:10d} {measured:11.1f} min {own:14.1f} min {large:26.0f} min")


def whole_county() -> tuple[float, int]:
    """Seconds of a processor that a run of the full county takes, and its runs where no choice is settled before."""
    scenario = sim.load(counties.BASE)
    taken = []
    for replication in range(4):
        begun = time.process_time()
        sim.run(scenario, scenario.baseline, replication)
        taken.append(time.process_time() - begun)
    other = -int(-scenario.replications * scenario.gate_none_share // 1)
    return min(taken), (scenario.replications + other) * len(scenario.allocations)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--part", choices=PARTS)
    options.add_argument("--scenario", default="scenarios/quick.yaml", help="of the speed-up")
    options.add_argument("--replications", type=int, default=60, help="of the speed-up")
    options.add_argument("--rounds", type=int, default=3, help="of the speed-up")
    options.add_argument("--counties", type=int, default=PROVINCE)
    options.add_argument("--each", type=int, default=4, help="replications of a county")
    options.add_argument("--figures", action="store_true", help="draw the figures of every county too")
    chosen = options.parse_args()
    if chosen.part is None:  # each in a process of its own: what one holds is not the next one's
        for part in PARTS:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.scale", "--part", part, *sys.argv[1:]], check=True)
        return
    print(f"{chosen.part}: {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} as it began (others on the machine blur it)",
          flush=True)  # fmt: skip
    if chosen.part == "speed-up":
        speed_up(sim.load(chosen.scenario), chosen.replications, chosen.rounds)
    elif chosen.part == "overhead":
        overhead(sim.load(counties.BASE), 2000)
    else:
        with TemporaryDirectory() as folder:
            province(Path(folder), chosen.counties, chosen.each, ("as_in_2016_17", "balanced_by_need"), chosen.figures)


if __name__ == "__main__":
    main()
