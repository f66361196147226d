"""Writes synthetic counties for tests of scale, no facts about any county: ``python -m tests.benchmarks.counties 54 FOLDER``.

Each extends a shipped scenario with a size and a seed of its own; of targets and money per head it has more or less
than that one, both by the same part. The same numbers give the same files.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import sim
from sim.scenario import Scenario
from sim.streams import Streams

#: Shares of the shipped county's size.
SMALLEST, LARGEST = 0.06, 0.18
#: Part of the shipped county's targets and money per head.
LEAST, MOST = 0.85, 1.15
#: Incidence of the shipped county at the start, from which a target's way is measured.
START = 0.1059
BASE = "scenarios/2018.yaml"
LINES = """\
# 规模试验用的虚构县，不对应任何真实的县。 / Synthetic, for tests of scale: no real county.
extends: {base}
title: {{zh: 规模试验虚构县{number}, en: synthetic county {number} for tests of scale}}
seed: {seed}
scale: {scale:.3f}
total: {total} M yuan
targets:
  incidence: {incidence:.2f} %
  people: {people}
  households: {households}
  villages: {villages}
"""


def write(
    count: int, folder: Path, *, seed: int = 1, base: str | Path = BASE, sizes: tuple[float, float] = (SMALLEST, LARGEST)
) -> list[Path]:
    """Write so many scenarios into a folder and return their files, in the order of their names."""
    folder.mkdir(parents=True, exist_ok=True)
    luck, shipped = Streams(seed), sim.load(base)
    small, large = sizes
    scales = small + (large - small) * luck.uniform("luck", "counties.scale", count)
    parts = LEAST + (MOST - LEAST) * luck.uniform("luck", "counties.part", count)
    seeds = luck.uniform("luck", "counties.seed", count) * 10**9
    digits = len(str(count))
    files = []
    for i in range(count):
        number = f"{i + 1:0{digits}}"
        files.append(folder / f"county-{number}.yaml")
        extends = os.path.relpath(Path(base).resolve(), folder.resolve())
        text = LINES.format(base=extends, number=number, seed=int(seeds[i]), scale=scales[i], **_of(shipped, parts[i]))
        files[-1].write_text(text, encoding="utf-8")
    return files


def _of(shipped: Scenario, part: float) -> dict[str, float]:
    """Targets and money, both by this part of the shipped county's."""
    due = shipped.targets
    return {
        "total": round(shipped.total_yuan * part / 1e6), "incidence": 100 * (START - part * (START - due.incidence)),
        "people": round(due.people * part), "households": round(due.households * part),
        "villages": max(1, round(due.villages * part)),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("count", type=int)
    options.add_argument("folder", type=Path)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--base", default=BASE)
    options.add_argument("--sizes", type=float, nargs=2, default=(SMALLEST, LARGEST), metavar=("LEAST", "MOST"))
    chosen = options.parse_args()
    files = write(chosen.count, chosen.folder, seed=chosen.seed, base=chosen.base, sizes=tuple(chosen.sizes))
    print(f"{len(files)} synthetic counties in {chosen.folder}")


if __name__ == "__main__":
    main()
