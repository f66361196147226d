"""`calibrate FILE...`: which assumed values agree with what was reported of the years before."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, progress, study
from sim.cli.backcast import refuse_other_years
from sim.cli.usage import UsageError
from sim.words import say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.calibrate import Calibration


def run(chosen: Namespace) -> int:
    """Calibrate on every scenario."""
    if chosen.keep:
        _spare(chosen.keep, len(chosen.files))
    return loading.each(chosen, "calibrate", _one, _refuse)


def _refuse(scenario: Scenario, chosen: Namespace) -> None:
    """The scenario must be of the years that are known, and the vectors enough to infer from."""
    from sim.study.calibrate import fewest, parameters

    refuse_other_years(scenario, chosen)
    study.refuse_few_vectors(chosen, fewest(scenario, len(parameters())))


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.calibrate import COMMON, VECTORS, calibrate

    return study.played(
        "calibrate", scenario, folder, chosen, partial(calibrate, vectors=chosen.vectors or VECTORS),
        partial(_write, chosen=chosen), nothing=say("failure.no_fact_fits", share=percent(COMMON, 0)),
    )  # fmt: skip


def _write(result: Calibration, folder: Path, chosen: Namespace) -> None:
    """Write what was found and, of a calibration that was played to its end, the posterior."""
    from sim.study.calibrate import write_calibration
    from sim.study.posterior import write_posterior

    write_calibration(result, folder)
    for path in [] if result.interrupted else filter(None, (folder / "posterior.yaml", chosen.keep)):
        word = "progress.posterior" if write_posterior(result, path) else "progress.no_posterior"
        progress.note(say(word, path=path), chosen.quiet)


def _spare(path: Path, scenarios: int) -> None:
    """Refuse a file to keep the posterior in that holds something else, or that several would be written to."""
    from sim.scenario.reading import is_posterior

    if scenarios > 1:
        raise UsageError("--keep", str(path), say("usage.one_scenario"))
    if not path.parent.is_dir():
        raise UsageError("--keep", str(path), say("usage.no_folder"))
    if path.exists() and not is_posterior(path):
        raise UsageError("--keep", str(path), say("usage.other_file"))
