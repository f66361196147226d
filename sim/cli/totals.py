"""`totals FILE...`: how the allocations compare when there is more or less money."""

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
    """Compare at every total, write tables and the figure, print incidence by total and allocation."""
    return loading.each(chosen, "totals", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report import changed
    from sim.report.tables import show
    from sim.report.totals import parts
    from sim.study.totals import TOTALS, totals, write_totals

    begun = time.monotonic()
    with progress.shown(scenario.title[language()], chosen.quiet) as report:
        result = totals(
            scenario, sorted(set(chosen.total or TOTALS)), **loading.hands(chosen), out=folder, progress=report
        )
    write_totals(result, folder)
    if result.comparisons and not chosen.no_figures:
        from sim.report import figures

        figures.save_totals(result, folder / "figures")
    if result.comparisons:
        show(*changed.line(scenario), *parts(result))
    return faults.ended(result, folder, begun, chosen.quiet)
