"""`compare FILE...`: play every allocation of a scenario, write the tables and figures, say which comes closest."""

from __future__ import annotations

import shutil
import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import across, codes, faults, loading, occupied, progress
from sim.words import language, say

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Comparison


def run(chosen: Namespace) -> int:
    """Compare the allocations of a scenario; of several scenarios, all in one ensemble."""
    scenarios = loading.scenarios(chosen)
    if len(scenarios) > 1:
        occupied.refuse_single(chosen.out or loading.RUNS)
    folders = loading.folders(scenarios, chosen.out)
    with loading.together(chosen):
        if len(scenarios) > 1:
            return across.played(scenarios, chosen.out or loading.RUNS, chosen)
        with faults.within(folders[0]):
            return _one(scenarios[0], folders[0], chosen)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.ensemble.store import locked
    from sim.report.printed import printed
    from sim.report.tables import show

    begun = time.monotonic()
    with locked(folder):
        comparison = played(scenario, folder, chosen)
        if comparison.allocations and not chosen.no_figures:
            progress.note(say("progress.figures"), chosen.quiet)
        wrong = leave(comparison, folder, chosen, time.monotonic() - begun)
        for line in wrong:
            progress.note(line)
    show(*printed("compare", comparison))
    code = faults.ended(comparison, folder, begun, chosen.quiet)
    return max(code, codes.FAILED) if wrong else code


def played(scenario: Scenario, folder: Path, chosen: Namespace) -> Comparison:
    """Play what the folder does not hold yet, and compare; the caller holds the folder's lock."""
    from sim.study import compare

    with progress.shown(scenario.title[language()], chosen.quiet) as report:
        return compare(scenario, chosen.replications, **loading.hands(chosen), out=folder, progress=report, hold=False)


def leave(comparison: Comparison, folder: Path, chosen: Namespace, elapsed: float | None = None) -> list[str]:
    """Write tables, figures and the report into the folder; return a line for what of it could not be written.

    Where nothing is complete, what the folder holds from before stays. Else figures and pages of before go first.
    """
    from sim.study import write

    if not comparison.allocations:
        return []
    _forget(folder)
    write(comparison, folder, seconds=elapsed)
    if not chosen.no_figures:
        from sim.report import figures

        figures.save(comparison, folder / "figures")
    unpictured = faults.spared(lambda: _replay(comparison, folder), folder)
    unreported = faults.spared(lambda: _report(comparison, folder), folder)
    return list(dict.fromkeys(filter(None, (unpictured, unreported))))


def _forget(folder: Path) -> None:
    """Take away what people read: who breaks off what follows would leave it beside tables of other numbers."""
    from sim.report import page, replay, workbook

    for name in (page.NAME, workbook.NAME, replay.NAME):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "figures", ignore_errors=True)


def _report(comparison: Comparison, folder: Path) -> None:
    from sim.report import page, workbook

    page.save(comparison, folder)
    workbook.save(comparison, folder)


def _replay(comparison: Comparison, folder: Path) -> None:
    """One replication as a moving picture; who interrupted does not wait for it."""
    from sim.report import replay

    if not comparison.interrupted:
        replay.save(comparison, folder)
