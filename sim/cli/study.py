"""What the verbs of studies have in common: play one in its folder, write it, draw it, print it, say how it ended."""

from __future__ import annotations

import shutil
import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.cli import codes, faults, loading, progress
from sim.cli.usage import UsageError
from sim.words import language, say

if TYPE_CHECKING:
    from sim.scenario import Scenario

Result = TypeVar("Result", bound=faults.Study)


def played(
    name: str,
    scenario: Scenario,
    folder: Path,
    chosen: Namespace,
    play: Callable[..., Result],
    write: Callable[[Result, Path], object],
    *,
    nothing: str | None = None,
) -> int:
    """Play the study of a name and leave it in the folder; return the exit code.

    Only a result that has figures is written, drawn and printed; figures of other numbers go first.
    ``nothing`` is the line for one of which there is nothing although it was played to its end.
    """
    from sim.ensemble.store import locked
    from sim.report import figures
    from sim.report.printed import printed
    from sim.report.tables import show

    begun = time.monotonic()
    with locked(folder):
        with progress.shown(scenario.title[language()], chosen.quiet) as report:
            result = play(scenario, **loading.hands(chosen), out=folder, progress=report, hold=False)
        whole = figures.sizes(result)
        if whole:
            shutil.rmtree(folder / "figures", ignore_errors=True)
            write(result, folder)
            if not chosen.no_figures:
                figures.save(result, folder / "figures")
    if whole:
        show(*printed(name, result))
    elif nothing and not (result.interrupted or result.failed):
        progress.note(nothing)
        return codes.FAILED
    return faults.ended(result, folder, begun, chosen.quiet)


def refuse_few_vectors(chosen: Namespace, fewest: int) -> None:
    """Refuse a number of vectors of which nothing could be said."""
    if chosen.vectors is not None and chosen.vectors < fewest:
        raise UsageError("--vectors", str(chosen.vectors), say("usage.vectors", fewest=fewest))
