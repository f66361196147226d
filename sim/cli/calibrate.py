"""`calibrate FILE...`: which assumed values agree with what was reported of the years before."""

from __future__ import annotations

import time
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import faults, loading, progress
from sim.cli.usage import UsageError
from sim.scenario import ScenarioError
from sim.words import language, say

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Calibrate on every scenario."""
    if chosen.keep:
        _spare(chosen.keep, len(chosen.files))
    return loading.each(chosen, "calibrate", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report.calibration import calibration as tables
    from sim.report.posterior import write_posterior
    from sim.report.tables import show
    from sim.study.calibrate import VECTORS, calibrate, write_calibration
    from sim.study.store import locked

    begun = time.monotonic()
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as report:
            result = calibrate(
                scenario, chosen.vectors or VECTORS, **loading.hands(chosen), out=folder, progress=report, hold=False
            )
        if result.fits:
            write_calibration(result, folder)
            if not chosen.no_figures:
                from sim.report import figures

                figures.save_calibration(result, folder / "figures")
    if result.fits:
        show(*tables(result))
    if result.fits and not result.interrupted:
        for path in filter(None, (folder / "posterior.yaml", chosen.keep)):
            word = "progress.posterior" if write_posterior(result, path) else "progress.no_posterior"
            progress.note(say(word, path=path), chosen.quiet)
    if not (result.fits or result.interrupted or result.failed):
        progress.note(say("failure.too_few_vectors", complete=result.complete))
        return faults.FAILED
    return faults.ended(result, folder, begun, chosen.quiet)


def _spare(path: Path, scenarios: int) -> None:
    """Refuse a file to keep the posterior in that holds something else, or that several would be written to."""
    from sim.scenario.reading import POSTERIOR, keys

    if scenarios > 1:
        raise UsageError("--keep", str(path), say("usage.one_scenario"))
    if not path.parent.is_dir():
        raise UsageError("--keep", str(path), say("usage.no_folder"))
    if path.exists():
        found: frozenset[str] = frozenset()
        with suppress(ScenarioError):
            found = keys(path)
        if found != POSTERIOR:
            raise UsageError("--keep", str(path), say("usage.other_file"))
