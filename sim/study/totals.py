"""More money, less money: the same comparison at every total of an axis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble import asking
from sim.ensemble.ensemble import Progress, shortfall
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE
from sim.fixed import FixedFields
from sim.rows import Plotted, Rows
from sim.study.compare import Comparison, Question
from sim.study.files import write_json, write_manifest
from sim.study.outputs import summary

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Yuan of the year; the written total and a floor, a ceiling and steps between.
TOTALS = (60_000_000, 100_000_000, 150_000_000, 220_000_000, 300_000_000, 390_000_000)


@dataclass(frozen=True, repr=False)
class Totals(FixedFields, Rows, Plotted):
    """Comparisons by total (yuan); earmarks and floors keep their share of it."""

    scenario: Scenario
    comparisons: Mapping[int, Comparison]
    interrupted: bool

    COLUMNS = ("total_yuan", *Comparison.COLUMNS)

    @property
    def failed(self) -> list[tuple[str, str, int, str]]:
        """All replications that could not be finished."""
        return [row for comparison in self.comparisons.values() for row in comparison.failed]

    def __repr__(self) -> str:
        missing = shortfall(self.failed, self.interrupted)
        return f"<Totals {self.scenario.name}: {len(self.comparisons)} totals{missing}>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row a total and allocation: ``total_yuan`` (yuan of a year), then those of `Comparison.rows`.

        The intervals hold as told there for each total by itself.
        """
        return [{"total_yuan": total, **row} for total, found in self.comparisons.items() for row in found.rows()]


def totals(
    scenario: Scenario,
    at: Iterable[float | str] = TOTALS,
    *,
    replications: int | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Totals:
    """Compare the allocations at every total, in as many replications at each.

    A total is written as in a file: ``"60 M yuan"`` with its unit, or whole yuan, also those of ``numpy.linspace``; a
    small number without a unit is refused. Options are those of `sim.compare`.
    """
    asked = asking.replications(scenario, replications)
    if isinstance(at, str | bytes) or not isinstance(at, Iterable):
        raise TypeError(f"at(={at!r}) must be totals in a list, such as [60_000_000, '150 M yuan']")
    sums = sorted({_yuan(scenario, total) for total in at})
    if not sums:
        raise ValueError(f"at(={at!r}) must be one total at least, such as [60_000_000]")
    found: dict[int, Comparison] = {}
    with Player(executor, workers, out, progress, replicate, hold).holding() as player:
        for place, total in enumerate(sums):
            within = None if out is None else Path(out) / str(total)
            at_one = replace(player, out=within, progress=_of_all(progress, place, len(sums)), hold=True)
            comparison = Question(scenario.replace(total_yuan=total), asked).played(at_one)
            if comparison.replications:
                found[total] = comparison
            if comparison.interrupted:
                return Totals(scenario, found, True)
    return Totals(scenario, found, False)


def _yuan(scenario: Scenario, total: float | str) -> int:
    """Return whole yuan; raises `ScenarioError` where the scenario would not have such a total."""
    try:
        number: Any = int(total) if isinstance(total, float) and total.is_integer() else total
        written = number if isinstance(number, str) else index(number)
    except TypeError:
        raise ValueError(f"at(={total!r}) must be whole yuan, such as 60_000_000, or '60 M yuan'") from None
    return scenario.replace(total=written).total_yuan


def _of_all(progress: Progress | None, place: int, count: int) -> Progress | None:
    """Report what is done at one total as what it is of all of them."""
    if progress is None:
        return None
    return lambda done, each: progress(place * each + done, count * each)


def write_totals(result: Totals, folder: Path) -> None:
    """Write the summaries of all totals to one file, and what they rest on beside it."""
    write_manifest(result.scenario, "totals", folder, totals=list(result.comparisons))
    content = {str(total): summary(comparison) for total, comparison in result.comparisons.items()}
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "interrupted": result.interrupted, "totals": content,
    })  # fmt: skip
