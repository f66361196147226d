"""How the allocations compare when there is more or less money."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.study.compare import Comparison, compare
from sim.study.ensemble import REPLICATE, Progress
from sim.study.outputs import write

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: The axis of the model: yuan.
TOTALS = (60_000_000, 100_000_000, 150_000_000, 220_000_000, 300_000_000, 390_000_000)


@dataclass(frozen=True, repr=False)
class Totals:
    """A comparison for each total (yuan), ascending; a total whose replications are not complete is left out."""

    scenario: Scenario
    comparisons: dict[int, Comparison]
    interrupted: bool

    def __repr__(self) -> str:
        return f"<Totals {self.scenario.name}: {', '.join(f'{total / 1e6:g}' for total in self.comparisons)} M yuan>"


def totals(
    scenario: Scenario,
    sums: Sequence[int] = TOTALS,
    executor: Executor | None = None,
    workers: int | None = None,
    out: Path | None = None,
    progress: Callable[[int], Progress | None] | None = None,
    replicate: str = REPLICATE,
) -> Totals:
    """Compare the allocations at each total, earmarks and floors in proportion; the same luck at every total.

    With ``out``, all totals share one store there. ``progress(total)`` gives what each comparison reports to.
    """
    found: dict[int, Comparison] = {}
    interrupted = False
    for total in sorted(set(sums)):
        comparison = compare(
            scenario.replace(total_yuan=total), executor=executor, workers=workers, out=out,
            progress=progress(total) if progress else None, replicate=replicate,
        )  # fmt: skip
        interrupted = comparison.interrupted
        if comparison.allocations:
            found[total] = comparison
        if interrupted:
            break
    return Totals(scenario, found, interrupted)


def write_totals(result: Totals, folder: Path) -> None:
    """Write the tables of each total into its own folder, and one summary of all."""
    rows = []
    for total, comparison in result.comparisons.items():
        inside = folder / f"{total}"
        write(comparison, inside)
        rows.append({"total_yuan": total, **json.loads((inside / "summary.json").read_text(encoding="utf-8"))})
    content = {"scenario": result.scenario.name, "interrupted": result.interrupted, "totals": rows}
    part = folder / ".summary.json.part"
    part.write_text(json.dumps(content, sort_keys=True, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(folder / "summary.json")
