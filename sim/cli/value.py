"""`value FILE...`: what a little more money, people or time would do."""

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
    """Say for every scenario what a little more would do."""
    return loading.each(chosen, "value", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report.tables import show
    from sim.report.value import finding
    from sim.report.value import value as table
    from sim.study.effects import write_effects
    from sim.study.store import locked
    from sim.study.value import value

    begun = time.monotonic()
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as report:
            result = value(scenario, **loading.hands(chosen), out=folder, progress=report, hold=False)
        if result.effects:
            write_effects(result, folder)
            if not chosen.no_figures:
                from sim.report import figures

                figures.save_value(result, folder / "figures")
    if result.effects:
        show(table(result), finding(result))
    return faults.ended(result, folder, begun, chosen.quiet)
