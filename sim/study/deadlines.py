"""The chance that work counts in the year against the day on which it begins, under the same luck."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import campaign
from sim.campaign.families.hold import Hold
from sim.campaign.results.zone_works import WORKS as PROJECTS
from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, Progress, refuse_empty, shortfall
from sim.ensemble.player import Player
from sim.ensemble.store import model_hash
from sim.fixed import FixedFields
from sim.record import Run
from sim.rows import Plotted, Rows
from sim.statistics.intervals import Interval, pooled_share
from sim.study.files import write_csv, write_json, write_manifest
from sim.study.schedule import MOST, LastDay, Start, schedule

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
    own, work, place = point(replication)
    steps: dict[str, list[list[int]]] = {}
    families = (*campaign.FAMILIES, *scenario.own, lambda: Hold(WORKS[work], begins(scenario)[place], steps))
    scalars = campaign.replicate(scenario, allocation, own, gate=gate, families=families).scalars
    counts = {key: scalars[key] for key in ("held_cases", "held_met")}
    luck = own, own, own
    return Run(scenario.name, allocation, gate, replication, counts, held=steps, seed=scenario.seed, indices=luck)


@dataclass(frozen=True)
class Chance:
    """Of the cases of a kind of work that begin on a day, the share that counts in the year.

    ``cases`` are those of a replication, on average; the chance is that of a case, over those of all replications.
    """

    work: str
    begin: date
    cases: float
    chance: Interval


@dataclass(frozen=True, repr=False)
class Deadlines(FixedFields, Rows, Plotted):
    """By kind of work and day the chance of counting, days without a case left out; and the last safe day of each kind.

    Safe is a day at which, and at every earlier one, at least `SAFE` of the chance is left that the earliest one has;
    None where even that is none. Then by kind of work the last day for each gate (`sim.study.schedule`).
    """

    scenario: Scenario
    allocation: str
    replications: int
    asked: int
    chances: tuple[Chance, ...]
    last_safe: Mapping[str, date | None]
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool
    schedule: tuple[LastDay, ...] = ()

    COLUMNS = ("work", "begin", "cases", "chance", "chance_low", "chance_high")

    def __repr__(self) -> str:
        missing = shortfall(self.failed, self.interrupted, self.replications, self.asked)
        works = len(self.last_safe)
        return f"<Deadlines {self.scenario.name}: {works} works x {self.replications} replications{missing}>"

    def of(self, work: str) -> list[Chance]:
        """Return the chances of a kind of work, the earliest day first."""
        return [chance for chance in self.chances if chance.work == work]

    def last_days(self, work: str) -> dict[str, LastDay]:
        """Return the last days of a kind of work by gate; none of gates that it does not have."""
        return {last.gate: last for last in self.schedule if last.work == work}

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a kind of work and day.

        - ``work``: kind of work; ``begin``: the day on which its cases begin (date).
        - ``cases``: cases that begin on that day, the mean of replications.
        - ``chance``: of them, over all replications, those that count in the year (share); ``chance_low``,
          ``chance_high``: 95 % interval of it, each row by itself.
        """
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
    out: str | Path | None = None,
    progress: Progress | None = None,
    hold: bool = True,
) -> Deadlines:
    """Play the scenario's first allocation with each kind of work begun on each day, everything else as it is.

    Options are those of `sim.compare`, but for ``replicate``: what a run is belongs to the design.
    """
    asked = asking.replications(scenario, replications)
    first = scenario.replace(compare=[scenario.baseline])
    player = Player(executor, workers, out, progress, REPLICATE, hold)
    return fold(first, player.ensemble(first, [(scenario.gate, RUNS * asked)]), asked)


def fold(scenario: Scenario, ensemble: Ensemble, asked: int) -> Deadlines:
    """Take the shares over the replications that are complete for all kinds of work and days."""
    allocation, gate = scenario.baseline, scenario.gate

    def run(number: int) -> Run | None:
        return ensemble.runs.get((gate, allocation, number))

    whole = [r for r in range(asked) if all(run(RUNS * r + k) is not None for k in range(RUNS))]
    refuse_empty(whole, ensemble.failed, ensemble.interrupted)
    days = begins(scenario)
    starts: dict[str, list[Start]] = {work: [] for work in WORKS}
    for k in range(RUNS):
        _, work, place = point(k)
        runs = [ensemble.runs[gate, allocation, RUNS * r + k] for r in whole]
        starts[work].append(Start((days[place] - scenario.start_date).days, runs))
    chances = {work: found for work in WORKS if (found := _chances(work, days, starts[work]))}
    safe = {work: last_safe(found) for work, found in chances.items()}
    dates = (last for work, day in safe.items() if day for last in _schedule(scenario, work, days, starts[work], day))
    return Deadlines(
        scenario, allocation, len(whole), asked, tuple(chain.from_iterable(chances.values())), safe, ensemble.failed,
        ensemble.interrupted, tuple(dates),
    )  # fmt: skip


def _chances(work: str, days: list[date], starts: Sequence[Start]) -> list[Chance]:
    """The chance by day, of all cases that there are by then."""
    found = []
    for day, start in zip(days, starts, strict=True):
        cases = [(run.scalars["held_met"], run.scalars["held_cases"]) for run in start.runs]
        if count := sum(of for _, of in cases):
            found.append(Chance(work, day, count / len(cases), pooled_share(*zip(*cases, strict=True))))
    return found


def _schedule(
    scenario: Scenario, work: str, days: list[date], starts: Sequence[Start], safe: date
) -> Iterator[LastDay]:
    """The last days, with what is safe by each replication alone."""
    alone = [[start.only(place) for start in starts] for place in range(len(starts[0].runs))]
    own = [last_safe(_chances(work, days, single)) for single in alone]
    return schedule(work, scenario.start_date, starts, safe, own)


def last_safe(chances: list[Chance]) -> date | None:
    """Return the last of the days up to which enough of the first one's chance is left (see `Deadlines`)."""
    last = None
    for chance in chances:
        if chance.chance.mean < SAFE * chances[0].chance.mean or not chance.chance.mean:
            break
        last = chance.begin
    return last


def write_deadlines(result: Deadlines, folder: Path) -> None:
    """Write the chances, the last days and what they rest on, each file whole or not at all."""
    write_manifest(result.scenario, "deadlines", folder, design=model_hash(REPLICATE))
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "allocation": result.allocation,
        "replications": result.replications, "replications_asked": result.asked, "interrupted": result.interrupted,
        "failed": result.failed, "safe": SAFE,
        "last_safe": {work: None if day is None else day.isoformat() for work, day in result.last_safe.items()},
        "chances": result.rows(), "most": MOST, "schedule": [last.row() for last in result.schedule],
    })  # fmt: skip
    write_csv(folder / "schedule.csv", (last.row() for last in result.schedule))
