"""Several files or a folder: every scenario in one ensemble, its own folder each, and one table of them all."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import codes, faults, loading, progress
from sim.words import say
from sim.words.numbers import seconds

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study import Across, Comparison


def played(scenarios: list[Scenario], base: Path, chosen: Namespace) -> int:
    """Compare all scenarios, leave each one's results in its folder below ``base``, and print the table."""
    from sim.ensemble.store import locked
    from sim.report import figures
    from sim.report.across import across as table
    from sim.report.tables import show
    from sim.study.across import write_across

    begun = time.monotonic()
    with faults.within(base), locked(base):
        result, wrong = _compared(scenarios, base, chosen)
        for kind in figures.KINDS:  # of other numbers; the rest there stays, since a scenario may have this name
            (base / "figures" / f"across.{kind}").unlink(missing_ok=True)
        write_across(result, base)
        undrawn = "" if chosen.no_figures else faults.spared(lambda: figures.save(result, base / "figures"), base)
    show(table(result))
    for line in filter(None, (*wrong, undrawn)):
        progress.note(line)
    if result.interrupted:
        progress.note(say("progress.interrupted", folder=base))
        return codes.INTERRUPTED
    elapsed = seconds(time.monotonic() - begun)
    progress.note(say("progress.done", elapsed=elapsed, folder=base), chosen.quiet)
    progress.note(say("progress.everywhere"), chosen.quiet)
    return codes.FAILED if wrong or undrawn else codes.DONE


def _compared(scenarios: list[Scenario], base: Path, chosen: Namespace) -> tuple[Across, list[str]]:
    """Play all, and leave each scenario's results as it ends; return also what went wrong, a line a scenario."""
    from sim.study import compare_all

    wrong: list[str] = []

    def left(scenario: Scenario, answer: Comparison | Exception) -> None:
        for why in _why(answer, base / scenario.name, chosen):
            wrong.append(say("failure.of_scenario", name=scenario.name, why=why))

    with progress.shown(say("progress.scenarios", count=len(scenarios)), chosen.quiet) as report:
        result = compare_all(
            scenarios, chosen.replications, **loading.hands(chosen), out=base, progress=report, left=left
        )
    return result, wrong


def _why(answer: Comparison | Exception, folder: Path, chosen: Namespace) -> list[str]:
    """Leave one scenario's results; return what is wrong with them, a line each."""
    from sim.cli.compare import leave

    if isinstance(answer, Exception):
        return [faults.line(answer, folder)]
    try:
        unwritten = leave(answer, folder, chosen)
    except Exception as fault:  # of this scenario alone: the others go on
        return [faults.line(fault, folder)]
    return list(filter(None, (*unwritten, faults.of_replications(answer.failed))))
