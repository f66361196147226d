"""History first: the years before, played from their first day and held against what was reported, fact by fact."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from math import copysign, inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, Progress, refuse_empty, shortfall
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE, RunError
from sim.evidence import load
from sim.fixed import FixedFields
from sim.record import Run
from sim.rows import Plotted, Rows
from sim.study.files import write_json, write_manifest
from sim.study.gates import GATES

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Facts that count; the others are shares.
COUNTS = ("exits_people", "exits_households", "exits_villages")
#: The time that the facts are of.
YEARS = date(2016, 1, 1), date(2017, 12, 31)
FACTS = Path(__file__).parent.parent / "evidence" / "history.toml"


@dataclass(frozen=True)
class Fact:
    """What was reported: a value, the scalar of a run that stands for it, and what the model is to it (``role``)."""

    name: str
    value: float
    role: str
    note: str


@dataclass(frozen=True)
class Held:
    """A fact beside what the runs of one gate say: median, intervals of 50 and 90 % of the runs, distance.

    ``mean`` and ``sd`` are those of the runs.
    """

    fact: Fact
    gate: str
    median: float
    inner: tuple[float, float]
    outer: tuple[float, float]
    mean: float
    sd: float

    def distance(self, value: float) -> float:
        """Return how many standard deviations of the runs a value lies above their mean; unbounded where all agree."""
        away = value - self.mean
        return away / self.sd if self.sd > 0 else copysign(inf, away) if away else 0.0

    @property
    def z(self) -> float:
        """The distance of what was reported."""
        return self.distance(self.fact.value)

    @property
    def inside(self) -> bool:
        """Whether the fact lies within 90 % of the runs."""
        return self.outer[0] <= self.fact.value <= self.outer[1]


@dataclass(frozen=True, repr=False)
class Backcast(FixedFields, Rows, Plotted):
    """Every fact under both gates, over the replications that are complete under each."""

    scenario: Scenario
    allocation: str
    replications: int
    asked: int
    held: tuple[Held, ...]
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool

    COLUMNS = (
        "fact", "role", "gate", "reported", "median", "low_50", "high_50", "low_90", "high_90", "z", "inside_90",
    )  # fmt: skip

    def __repr__(self) -> str:
        inside = sum(row.inside for row in self.held)
        missing = shortfall(self.failed, self.interrupted, self.replications, self.asked)
        return f"<Backcast {self.scenario.name}: {inside} of {len(self.held)} within 90 % of the runs{missing}>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a fact and gate.

        - ``fact``: the scalar of a run that was reported (sim/RESULTS.md has its unit); ``role``: what the model is to
          it, such as *fitted*; ``gate``: under which gate it was played.
        - ``reported``: what was reported, for a county of the scenario's size.
        - ``median``: of the runs; ``low_50``, ``high_50``, ``low_90``, ``high_90``: the range of the middle 50 and 90 %
          of the runs, a spread of outcomes and no interval of a mean.
        - ``z``: standard deviations of the runs by which what was reported lies above their mean; unbounded where all
          runs agree on something else.
        - ``inside_90``: whether what was reported lies within the middle 90 %.
        """
        return [
            {
                "fact": h.fact.name, "role": h.fact.role, "gate": h.gate, "reported": h.fact.value, "median": h.median,
                "low_50": h.inner[0], "high_50": h.inner[1], "low_90": h.outer[0], "high_90": h.outer[1], "z": h.z,
                "inside_90": h.inside,
            }
            for h in self.held
        ]  # fmt: skip


@lru_cache(maxsize=4)
def facts(scale: float = 1.0) -> tuple[Fact, ...]:
    """Return what was reported of 2016 and 2017, in the order of the file; counts as a county of that size has them."""
    with FACTS.open("rb") as file:
        entries = tomllib.load(file)
    evidence = load()
    return tuple(
        Fact(name, evidence[entry["evidence"]].value * (scale if name in COUNTS else 1.0), entry["role"],
             entry.get("note", "")) for name, entry in entries.items()
    )  # fmt: skip


def refuse_other_years(scenario: Scenario) -> None:
    """Raise `RunError` where a scenario's time is not that of the facts."""
    time = scenario.start_date, scenario.end_date
    if time != YEARS:
        raise RunError("other_years", **dict(zip(("start", "end", "first", "last"), (*time, *YEARS), strict=True)))


def backcast(
    scenario: Scenario,
    replications: int | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Backcast:
    """Play the scenario's first allocation under both gates and hold the runs against history.

    Raises `RunError` where the scenario's time is not that of the facts, 2016 and 2017. Options are those of
    `sim.compare`.
    """
    asked = asking.replications(scenario, replications)
    refuse_other_years(scenario)
    first = scenario.replace(compare=[scenario.baseline])
    player = Player(executor, workers, out, progress, replicate, hold)
    return fold(first, player.ensemble(first, [(gate, asked) for gate in GATES]), asked)


def fold(scenario: Scenario, ensemble: Ensemble, asked: int) -> Backcast:
    """Hold the replications that are complete under both gates against every fact."""
    name = scenario.baseline
    whole = [r for r in range(asked) if all((gate, name, r) in ensemble.runs for gate in GATES)]
    refuse_empty(whole, ensemble.failed, ensemble.interrupted)
    held = tuple(
        against(fact, gate, [ensemble.runs[gate, name, r] for r in whole])
        for fact in facts(scenario.scale) for gate in GATES if whole
    )  # fmt: skip
    return Backcast(scenario, name, len(whole), asked, held, ensemble.failed, ensemble.interrupted)


def against(fact: Fact, gate: str, runs: Sequence[Run]) -> Held:
    """Hold the runs of a gate against one fact."""
    values = np.array([run.scalars[fact.name] for run in runs], dtype=float)
    low, first, median, third, high = (float(x) for x in np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95)))
    vary = values.min() < values.max()
    mean, sd = (float(values.mean()), float(values.std(ddof=1))) if vary else (median, 0.0)
    return Held(fact, gate, median, (first, third), (low, high), mean, sd)


def write_backcast(result: Backcast, folder: Path) -> None:
    """Write what was held against what and what that rests on, each file whole or not at all."""
    write_manifest(result.scenario, "backcast", folder)
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "allocation": result.allocation,
        "replications": result.replications, "replications_asked": result.asked, "interrupted": result.interrupted,
        "failed": result.failed,
        "facts": [{**asdict(row.fact), **{k: v for k, v in flat.items() if k not in ("fact", "role")}}
                  for row, flat in zip(result.held, result.rows(), strict=True)],
    })  # fmt: skip
