"""`calibrate FILE...`: which assumed values agree with what was reported of the years before."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import faults, loading, progress
from sim.words import language, say

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Calibrate on every scenario."""
    return loading.each(chosen, "calibrate", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report.calibration import calibration as tables
    from sim.report.tables import show
    from sim.study.calibrate import VECTORS, calibrate, write_calibration
    from sim.study.store import locked

    begun = time.monotonic()
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as report:
            result = calibrate(
                scenario, chosen.vectors or VECTORS, workers=chosen.workers, out=folder, progress=report, hold=False
            )
        if result.fits:
            write_calibration(result, folder)
    if result.fits:
        show(*tables(result))
    if not (result.fits or result.interrupted or result.failed):
        progress.note(say("failure.too_few_vectors", complete=result.complete))
        return faults.FAILED
    return faults.ended(result, folder, begun, chosen.quiet)
