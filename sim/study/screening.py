"""Which assumed values matter: all are moved one by one (Morris); of those kept the shares are taken (Sobol).

A trajectory moves every value once, two thirds of the way through its range, and keeps luck and start; at its foot luck
alone and the start alone are others. Of the values that move most the shares of variance are taken: Saltelli's (2010)
estimator of first-order indices and Jansen's of total ones; all other values together, start and luck are factors too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, replace
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import asking
from sim.ensemble.ensemble import Progress, part_of, refuse_empty, shortfall
from sim.ensemble.player import Player
from sim.ensemble.store import model_hash
from sim.fixed import FixedFields
from sim.rows import Plotted, Rows
from sim.scenario.given import of_a_scenario
from sim.statistics.abc import design
from sim.statistics.intervals import ROUNDED, Interval, mean_interval
from sim.statistics.resampling import percentiles
from sim.streams import Streams
from sim.study.factors import LUCK, REPLICATE, REST, START, VALUES, Factor, designed, factors, shares, trajectory
from sim.study.files import write_json, write_manifest
from sim.study.sensitivity import FEWEST_VECTORS, QUANTITIES, again, leading, quantities

if TYPE_CHECKING:
    from sim.scenario import Scenario

TRAJECTORIES = 8
#: Points of the base sample of the indices.
BASE = 64
#: Of each quantity so many values are kept.
KEPT = 3
#: Points played at a time: what is counted is kept, what was played is not.
TOGETHER = 8

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moved:
    """What a factor does to a quantity when it moves: the mean distance, the mean with its sign, and the spread.

    The distance's interval is Student's over trajectories, cut at nil; of a single trajectory, or of distances
    that are all alike, it is unbounded.
    """

    quantity: str
    name: str
    size: Interval
    mean: float
    spread: float


@dataclass(frozen=True)
class Index:
    """The share of a quantity's variance that a factor has by itself (first), and with all it acts together with."""

    quantity: str
    factor: str
    first: Interval
    total: Interval


@dataclass(frozen=True, repr=False)
class Screening(FixedFields, Rows, Plotted):
    """Which assumed values matter. ``leaders`` are the two allocations ahead on average; intervals are at 95 %."""

    scenario: Scenario
    factors: tuple[Factor, ...]
    trajectories: int
    asked: int
    leaders: tuple[str, str] | None
    moved: tuple[Moved, ...]
    kept: tuple[str, ...]
    base: int
    base_asked: int
    indices: tuple[Index, ...]
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool

    COLUMNS = ("quantity", "name", "size", "size_low", "size_high", "mean", "spread")

    def __repr__(self) -> str:
        missing = shortfall(self.failed, self.interrupted, self.trajectories, self.asked)
        count = len(self.factors)
        return f"<Screening {self.scenario.name}: {count} values, {self.trajectories} trajectories{missing}>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a quantity and factor that was moved, all figures in the quantity's unit.

        - ``quantity``: *incidence* (share), *difference* of the leaders and *regret* (people).
        - ``name``: the assumed value that is moved two thirds through its range, or *start* or *luck*, made others.
        - ``size``: how far that moves the quantity, whichever way, the mean; ``size_low``, ``size_high``: its 95 %
          interval, unbounded where a single trajectory is whole or it is the same in all; of what moves a quantity in a
          few only, it holds in 85 to 90 of 100.
        - ``mean``: the same with its sign, above zero where more of the value raises the quantity; ``spread``: its
          standard deviation over trajectories, large where it depends on the other values.
        """
        return [
            {
                "quantity": row.quantity, "name": row.name, "size": row.size.mean, "size_low": row.size.low,
                "size_high": row.size.high, "mean": row.mean, "spread": row.spread,
            }
            for row in self.moved
        ]  # fmt: skip


def screen(
    scenario: Scenario,
    trajectories: int = TRAJECTORIES,
    base: int = BASE,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    hold: bool = True,
) -> Screening:
    """Move all assumed values along so many trajectories, then share out the variance that those kept make.

    ``base`` points are played for that: none, so that nothing is shared out, or at least eight, of which intervals at
    95 % hold in 87 to 90 cases of 100 (of 48 in 91 to 93). Raises `RunError` where no value varies. Options are those
    of `sim.compare`, but for ``replicate``: what a run is belongs to the design.
    """
    of_a_scenario(scenario)
    trajectories, base = asking.whole("trajectories", trajectories, 2), asking.whole("base", base, 0)
    if 0 < base < FEWEST_VECTORS:
        raise ValueError(f"base(={base}) must be 0 or >= {FEWEST_VECTORS}")
    found = factors(scenario)
    with Player(executor, workers, out, progress, REPLICATE, hold).holding() as player:
        return _Study(scenario, found, base, player).screened(trajectories)


class _Study:
    """Plays designs point by point and keeps of each run what is looked at."""

    def __init__(self, scenario: Scenario, found: tuple[Factor, ...], base: int, player: Player) -> None:
        self.scenario, self.factors, self.base, self._player = scenario, found, base, player
        self.failed: list[tuple[str, str, int, str]] = []
        self.interrupted = False
        self._done, self._whole = 0, 0

    def screened(self, trajectories: int) -> Screening:
        names, count = list(self.scenario.allocations), len(self.factors)
        streams = Streams(self.scenario.seed)
        walks = [trajectory(streams.array("luck", "screen.trajectory", (3, count), j)) for j in range(trajectories)]
        self._whole = len(names) * (trajectories * (count + 3) + self.base * (KEPT * len(QUANTITIES) + 6))
        seen = dict(self._seen("trajectory", (places for places, *_ in walks), count + 3, 1))
        refuse_empty(seen, self.failed, self.interrupted)
        leaders = leading(names, np.array([short for _, short in seen.values()]))
        of_each = {j: quantities(names, leaders, *both) for j, both in seen.items()}
        moved = _moved(self.factors, [(walks[j][1:], of_each[j]) for j in of_each])
        chosen = _kept(moved, {factor.names[0] for factor in self.factors})
        shared = self._shared(names, leaders, chosen) if self.base and of_each and not self.interrupted else {}
        found = _indices(shared, chosen, self.scenario.seed) if len(shared) >= FEWEST_VECTORS else ()
        return Screening(
            self.scenario, self.factors, len(of_each), trajectories, leaders, moved, chosen, len(shared), self.base,
            found, self.failed, self.interrupted,
        )  # fmt: skip

    def _shared(
        self, names: list[str], leaders: tuple[str, str] | None, chosen: tuple[str, ...]
    ) -> dict[int, Mapping[str, Floats]]:
        """Play for each point of the base sample: one vector, each factor's part of the other in it, the other."""
        size = len(chosen) + 6
        self._whole = self._done + len(names) * self.base * size
        where = [[factor.names[0] == name for factor in self.factors] for name in chosen]
        parts = [np.array(part, dtype=bool) for part in where]
        parts += [~np.any(parts, axis=0), np.ones(len(self.factors), dtype=bool)]
        u = design(2 * len(self.factors), self.base, self.scenario.seed)
        pairs = (np.split(row, 2) for row in u)
        points = (np.array([own, *(np.where(part, other, own) for part in parts)]) for own, other in pairs)
        seen = self._seen("base", points, size, TOGETHER)
        return {j: quantities(names, leaders, *both) for j, both in seen}

    def _seen(self, purpose: str, points: Iterator[Floats], size: int, together: int) -> Iterator[tuple[int, Floats]]:
        """Return for each point that is whole incidence and people short, by allocation and run: (2, names, runs)."""
        names, gate = list(self.scenario.allocations), self.scenario.gate
        waiting = list(enumerate(points))
        while waiting and not self.interrupted:
            batch, waiting = waiting[:together], waiting[together:]
            scenarios = {f"{j}": designed(self.scenario, self.factors, u, purpose, j) for j, u in batch}
            progress = part_of(self._player.progress, self._done, self._whole)
            ensembles = replace(self._player, progress=progress).ensembles(scenarios, [(gate, size)])
            for (j, _), ensemble in zip(batch, ensembles.values(), strict=True):
                self.failed += ensemble.failed
                self.interrupted |= ensemble.interrupted
                self._done += len(ensemble.runs) + len(ensemble.failed)
                keys = [[(gate, name, run) for run in range(size)] for name in names]
                if all(key in ensemble.runs for row in keys for key in row):
                    yield j, np.array([
                        [[ensemble.runs[key].scalars[what] for key in row] for row in keys]
                        for what in ("incidence", "people_short")
                    ], dtype=float)  # fmt: skip


def _moved(
    found: tuple[Factor, ...], walks: Sequence[tuple[tuple[NDArray[np.int64], Floats], Mapping[str, Floats]]]
) -> tuple[Moved, ...]:
    """Return what each factor does, the start and luck last."""
    labels = [*(factor.names[0] for factor in found), START, LUCK]
    rows = []
    for quantity in walks[0][1] if walks else ():
        steps = np.zeros((len(walks), len(labels)))
        for j, ((order, signs), seen) in enumerate(walks):
            y, vectors = seen[quantity], len(found) + 1
            steps[j, order] = np.diff(y[:vectors]) * signs
            steps[j, -2:] = y[vectors : vectors + 2] - y[0]
        spread = steps.std(axis=0, ddof=1) if len(walks) > 1 else np.full(len(labels), np.nan)
        for k, name in enumerate(labels):
            rows.append(Moved(quantity, name, _size(steps[:, k]), float(steps[:, k].mean()), float(spread[k])))
    return tuple(rows)


def _size(steps: Floats) -> Interval:
    """Return how far the steps go on average, whichever way; of steps that go equally far none knows more."""
    sizes = np.abs(steps)
    if np.ptp(sizes) < ROUNDED:
        return Interval(float(sizes[0]), -inf, inf)
    size = mean_interval(sizes)
    return replace(size, low=max(0.0, size.low))


def _kept(moved: Sequence[Moved], values: set[str]) -> tuple[str, ...]:
    """Return the values that move a quantity most, a few of each."""
    chosen: dict[str, None] = {}
    for quantity in dict.fromkeys(row.quantity for row in moved):
        those = [row for row in moved if row.quantity == quantity and row.name in values and row.size.mean > 0]
        chosen |= dict.fromkeys(row.name for row in sorted(those, key=lambda row: -row.size.mean)[:KEPT])
    return tuple(chosen)


def _indices(shared: Mapping[int, Mapping[str, Floats]], chosen: tuple[str, ...], seed: int) -> tuple[Index, ...]:
    """Return both indices of every factor, with percentile intervals of resampled points."""
    those = again(seed, "screen.shared", len(shared))
    points, found = list(shared.values()), []
    for quantity in points[0]:
        y = np.array([point[quantity] for point in points])
        for k, factor in enumerate((*chosen, REST, VALUES, START, LUCK)):
            own, mixed, other = y[:, 0], y[:, k + 1], y[:, -1]
            first, total = shares(own, mixed, other)
            firsts, totals = shares(own[those], mixed[those], other[those])
            found.append(Index(quantity, factor, percentiles(first, firsts), percentiles(total, totals)))
    return tuple(found)


def write_screening(result: Screening, folder: Path) -> None:
    """Write what was found and what it rests on, each file whole or not at all."""
    write_manifest(result.scenario, "screen", folder, design=model_hash(REPLICATE))
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "values": len(result.factors),
        "trajectories": result.trajectories, "trajectories_asked": result.asked, "leaders": result.leaders,
        "moved": result.rows(), "kept": result.kept, "base": result.base, "base_asked": result.base_asked,
        "indices": [asdict(row) for row in result.indices], "interrupted": result.interrupted,
        "failed": result.failed,
    })  # fmt: skip
