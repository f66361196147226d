"""`deadlines FILE...`: what still counts in the year, by the day on which it begins, and the last safe day."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import faults, loading, progress
from sim.words import language

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Say for every scenario until when each kind of work has to begin."""
    return loading.each(chosen, "deadlines", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report.deadlines import deadlines as table
    from sim.report.deadlines import finding
    from sim.report.tables import show
    from sim.study.deadlines import deadlines, write_deadlines
    from sim.study.store import locked

    begun = time.monotonic()
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as report:
            result = deadlines(scenario, **loading.hands(chosen), out=folder, progress=report, hold=False)
        if result.chances:
            write_deadlines(result, folder)
            if not chosen.no_figures:
                from sim.report import figures

                figures.save_deadlines(result, folder / "figures")
    if result.chances:
        show(table(result), finding(result))
    return faults.ended(result, folder, begun, chosen.quiet)
