"""`deadlines FILE...`: what still counts in the year, by the day on which it begins, and the last day for each gate."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, study

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Say for every scenario until when each kind of work has to begin, and to come through each gate."""
    return loading.each(chosen, "deadlines", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.deadlines import deadlines, write_deadlines

    return study.played("deadlines", scenario, folder, chosen, deadlines, write_deadlines)
