"""The chance that work counts in the year against the day on which it begins, under the same luck."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.campaign.zone_works import WORKS as PROJECTS
from sim.record import Run
from sim.rows import Plotted, Rows
from sim.study.ensemble import Ensemble, Progress, refuse_empty, run_ensemble
from sim.study.intervals import Interval, share_interval
from sim.study.outputs import write_json, write_manifest
from sim.study.store import kept

if TYPE_CHECKING:
    from sim.scenario import Scenario

REPLICATE = "sim.study.deadlines:replicate"
#: Kinds of work as planners tell them apart, each with the kinds of cases that it is.
WORKS: Mapping[str, tuple[str, ...]] = {**PROJECTS, "schooling": ("education",), "insurance": ("insurance",)}
#: Work may begin on the first of every month.
MONTHS = range(1, 13)
#: Runs of a replication: one for each kind of work and day.
RUNS = len(WORKS) * len(MONTHS)
#: A day is safe as long as this part of the chance is left that the earliest day has.
SAFE = 0.9


def begins(scenario: Scenario) -> list[date]:
    """Return the days on which work may begin, in the first year of the scenario's own time."""
    return [date(scenario.start_date.year, month, 1) for month in MONTHS]


def point(number: int) -> tuple[int, str, int]:
    """Return replication, work and place of the day of a run; the runs of a replication stand together."""
    replication, rest = divmod(number, RUNS)
    work, place = divmod(rest, len(MONTHS))
    return replication, list(WORKS)[work], place


def replicate(scenario: Scenario, allocation: str, replication: int, *, gate: str) -> Run:
    """Play one run of the design; only what became of the work held is kept."""
    from sim.campaign import FAMILIES
    from sim.campaign import replicate as play
    from sim.study.hold import Hold

    own, work, place = point(replication)
    families = (*FAMILIES, *scenario.own, lambda: Hold(WORKS[work], begins(scenario)[place]))
    scalars = play(scenario, allocation, own, gate=gate, families=families).scalars
    return Run(scenario.name, allocation, gate, replication, {key: scalars[key] for key in ("held_cases", "held_met")})


@dataclass(frozen=True)
class Chance:
    """Of the cases of a kind of work that begin on a day, the share that counts in the year.

    ``cases`` are those of a replication, on average; the chance is the mean over replications that have any.
    """

    work: str
    begin: date
    cases: float
    chance: Interval


@dataclass(frozen=True, repr=False)
class Deadlines(Rows, Plotted):
    """By kind of work and day the chance of counting, days without a case left out; and the last safe day of each kind.

    Safe is a day at which, and at every earlier one, at least `SAFE` of the chance is left that the earliest one has;
    None where even that is none.
    """

    scenario: Scenario
    allocation: str
    replications: int
    asked: int
    chances: tuple[Chance, ...]
    last_safe: Mapping[str, date | None]
    failed: list[tuple[str, str, int, str]]
    interrupted: bool

    def __repr__(self) -> str:
        return f"<Deadlines {self.scenario.name}: {len(self.last_safe)} works x {self.replications} replications>"

    def of(self, work: str) -> list[Chance]:
        """Return the chances of a kind of work, the earliest day first."""
        return [chance for chance in self.chances if chance.work == work]

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a kind of work and day."""
        return [
            {
                "work": c.work, "begin": c.begin.isoformat(), "cases": c.cases, "chance": c.chance.mean,
                "chance_low": c.chance.low, "chance_high": c.chance.high,
            }
            for c in self.chances
        ]  # fmt: skip


def deadlines(
    scenario: Scenario,
    replications: int | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Deadlines:
    """Play the scenario's first allocation with each kind of work begun on each day, everything else as it is."""
    asked = scenario.replications if replications is None else replications
    first = scenario.replace(compare=[next(iter(scenario.allocations))])
    with kept(out, replicate, hold) as store:
        ensemble = run_ensemble(
            first, [(scenario.gate, RUNS * asked)], store=store, executor=executor, workers=workers, progress=progress,
            replicate=replicate,
        )  # fmt: skip
        return fold(first, ensemble, asked)


def fold(scenario: Scenario, ensemble: Ensemble, asked: int) -> Deadlines:
    """Take the shares over the replications that are complete for all kinds of work and days."""
    allocation, gate = next(iter(scenario.allocations)), scenario.gate

    def run(number: int) -> Run | None:
        return ensemble.runs.get((gate, allocation, number))

    whole = [r for r in range(asked) if all(run(RUNS * r + k) is not None for k in range(RUNS))]
    refuse_empty(whole, ensemble.failed, ensemble.interrupted)
    days, chances = begins(scenario), list[Chance]()
    for k in range(RUNS):
        _, work, place = point(k)
        seen = [ensemble.runs[gate, allocation, RUNS * r + k].scalars for r in whole]
        shares = [scalars["held_met"] / scalars["held_cases"] for scalars in seen if scalars["held_cases"]]
        if shares:
            cases = sum(scalars["held_cases"] for scalars in seen) / len(seen)
            chances.append(Chance(work, days[place], cases, share_interval(shares)))
    found = {work: [chance for chance in chances if chance.work == work] for work in WORKS}
    last = {work: last_safe(those) for work, those in found.items() if those}
    return Deadlines(
        scenario, allocation, len(whole), asked, tuple(chances), last, ensemble.failed, ensemble.interrupted
    )


def last_safe(chances: list[Chance]) -> date | None:
    """Return the last of the days up to which enough of the first one's chance is left (see `Deadlines`)."""
    enough, last = SAFE * chances[0].chance.mean, None
    for chance in chances:
        if chance.chance.mean < enough or not chance.chance.mean:
            break
        last = chance.begin
    return last


def write_deadlines(result: Deadlines, folder: Path) -> None:
    """Write the chances, the last safe days and what they rest on, each file whole or not at all."""
    write_manifest(result.scenario, "deadlines", folder)
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "allocation": result.allocation,
        "replications": result.replications, "replications_asked": result.asked, "interrupted": result.interrupted,
        "failed": [list(row) for row in result.failed], "safe": SAFE,
        "last_safe": {work: None if day is None else day.isoformat() for work, day in result.last_safe.items()},
        "chances": result.rows(),
    })  # fmt: skip
