"""`compare FILE...`: play every allocation of a scenario, write the tables and figures, say which comes closest."""

from __future__ import annotations

import shutil
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import faults, loading, progress
from sim.words import language, say
from sim.words.numbers import seconds

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison


def run(chosen: Namespace) -> int:
    """Compare scenario after scenario; the first that is interrupted ends the command."""
    scenarios = loading.scenarios(chosen)
    folders = loading.folders(scenarios, chosen.out)
    worst = 0
    with loading.together(chosen):
        for scenario, folder in zip(scenarios, folders, strict=True):
            with faults.within(folder):
                worst = max(worst, _one(scenario, folder, chosen))
            if worst == faults.INTERRUPTED:
                break
    return worst


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.store import locked

    begun = time.monotonic()
    with locked(folder):
        comparison = played(scenario, folder, chosen)
        code = leave(comparison, folder, chosen, time.monotonic() - begun)
    told(comparison)
    if code == 0:
        elapsed = seconds(time.monotonic() - begun)
        progress.note(say("progress.done", elapsed=elapsed, folder=folder), chosen.quiet)
    return code


def played(scenario: Scenario, folder: Path, chosen: Namespace) -> Comparison:
    """Play what the folder does not hold yet, and compare; the caller holds the folder's lock."""
    from sim.study import compare

    with progress.shown(scenario.title[language()], chosen.quiet) as report:
        return compare(scenario, chosen.replications, **loading.hands(chosen), out=folder, progress=report, hold=False)


def leave(comparison: Comparison, folder: Path, chosen: Namespace, elapsed: float) -> int:
    """Write tables, figures and the report into the folder; return what the exit code has to be so far.

    Where nothing is complete, what the folder holds from before stays; figures of other numbers go.
    """
    from sim.study import write

    if comparison.allocations:
        write(comparison, folder, seconds=elapsed)
        shutil.rmtree(folder / "figures", ignore_errors=True)
    code = faults.replications(comparison.failed)
    if comparison.allocations and not chosen.no_figures:
        from sim.report import figures

        progress.note(say("progress.figures"), chosen.quiet)
        figures.save(comparison, folder / "figures")
    if comparison.allocations:
        faults.spared(lambda: _report(comparison, folder), folder)
    if comparison.interrupted:
        progress.note(say("progress.interrupted", folder=folder))
        return faults.INTERRUPTED
    return code


def _report(comparison: Comparison, folder: Path) -> None:
    from sim.report import page, workbook

    page.save(comparison, folder)
    workbook.save(comparison, folder)


def told(comparison: Comparison) -> None:
    """Print the answer and its tables."""
    from sim.report import answer, projects
    from sim.report.comparison import tables
    from sim.report.tables import show

    said = [*answer.lines(comparison), *(projects.findings(comparison) if comparison.allocations else ())]
    show("\n".join(said), *(tables(comparison) if comparison.allocations else ()))
