"""``replay.html``: one replication as a moving picture of its year, in one file that opens anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.report import view

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study import Comparison

NAME = "replay.html"


def save(result: Comparison, folder: Path) -> Path:
    """Play the middle replication of the baseline once more and write what is seen of it."""
    from sim.report.replay.document import document
    from sim.report.replay.frames import replay
    from sim.study.files import write_text

    run = middle(view.runs(result, result.baseline))
    watched = replay(result.scenario, run.allocation, run.replication, run.gate)
    write_text(folder / NAME, document(result.scenario, watched))
    return folder / NAME


def middle(runs: list[Run]) -> Run:
    """The run in the middle by incidence at the end, the lower of two; among equals the first."""
    ordered = sorted(runs, key=lambda run: (run.scalars["incidence"], run.replication))
    return ordered[(len(ordered) - 1) // 2]
