"""`optimise FILE...`: search for a better allocation of the money that can be moved."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, progress, study
from sim.cli.usage import UsageError
from sim.words import say

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.optimise import Optimisation


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
    from sim.study.optimise import RUNS, optimise
    from sim.study.search import can_evolve, least

    if not can_evolve():
        progress.note(say("optimise.no_cma"), chosen.quiet)
    play = partial(optimise, budget_of_runs=chosen.budget_of_runs or max(RUNS, least(scenario)))
    return study.played("optimise", scenario, folder, chosen, play, _write)


def _write(result: Optimisation, folder: Path) -> None:
    from sim.report.optimise import WRITTEN, write_allocation
    from sim.study.optimise import write_optimisation

    (folder / WRITTEN).unlink(missing_ok=True)
    write_optimisation(result, folder)
    write_allocation(result, folder)
