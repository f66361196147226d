"""`backcast FILE...`: the years before, played and held against what was reported."""

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
    """Say for every scenario which reported facts its runs meet."""
    return loading.each(chosen, "backcast", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report.backcast import backcast as table
    from sim.report.tables import show
    from sim.study.backcast import backcast, write_backcast
    from sim.study.store import locked

    begun = time.monotonic()
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as report:
            result = backcast(scenario, **loading.hands(chosen), out=folder, progress=report, hold=False)
        if result.held:
            write_backcast(result, folder)
            if not chosen.no_figures:
                from sim.report import figures

                figures.save_one("backcast", result, folder / "figures", figures.BACKCAST_SIZE)
    if result.held:
        show(table(result))
    return faults.ended(result, folder, begun, chosen.quiet)
