"""`ablate FILE...`: what each system is worth, left out and doubled, beside a little more money."""

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
    """Say for every scenario what each system is worth."""
    return loading.each(chosen, "ablate", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report.ablation import ablation as table
    from sim.report.tables import show
    from sim.study.ablate import ablate
    from sim.study.effects import write_effects
    from sim.study.store import locked

    begun = time.monotonic()
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as report:
            result = ablate(scenario, **loading.hands(chosen), out=folder, progress=report, hold=False)
        if result.effects:
            write_effects(result, folder)
            if not chosen.no_figures:
                from sim.report import figures

                figures.save_ablation(result, folder / "figures")
    if result.effects:
        show(table(result))
    return faults.ended(result, folder, begun, chosen.quiet)
