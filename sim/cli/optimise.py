"""`optimise FILE...`: search for a better allocation of the money that can be moved."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import faults, loading, progress
from sim.cli.usage import UsageError
from sim.words import language, say

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Search for every scenario."""
    return loading.each(chosen, "optimise", _one, _refuse_small)


def _refuse_small(scenario: Scenario, chosen: Namespace) -> None:
    """A budget must do for the scenario's own allocations, a search and a choice."""
    from sim.study.search import least

    runs = chosen.budget_of_runs
    if runs is not None and runs < least(scenario):
        raise UsageError("--budget-of-runs", str(runs), say("usage.budget", least=least(scenario)))


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report import optimise as report
    from sim.report.tables import show
    from sim.study.optimise import RUNS, optimise, write_optimisation
    from sim.study.search import can_evolve, least
    from sim.study.store import locked

    begun = time.monotonic()
    runs = chosen.budget_of_runs or max(RUNS, least(scenario))
    if not can_evolve():
        progress.note(say("optimise.no_cma"), chosen.quiet)
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as shown:
            result = optimise(scenario, runs, **loading.hands(chosen), out=folder, progress=shown, hold=False)
        if result.winner:
            write_optimisation(result, folder)
            report.write_allocation(result, folder)
            if not chosen.no_figures:
                from sim.report import figures

                figures.save_optimisation(result, folder / "figures")
    if result.winner:
        show("\n".join(report.lines(result)), *report.tables(result), report.allocation_text(result).rstrip())
    return faults.ended(result, folder, begun, chosen.quiet)
