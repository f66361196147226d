"""`backcast FILE...`: the years before, played and held against what was reported."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, study

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.study.backcast import Backcast


def run(chosen: Namespace) -> int:
    """Say for every scenario which reported facts its runs meet."""
    return loading.each(chosen, "backcast", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.report.backcast import backcast as table
    from sim.study.backcast import backcast, write_backcast

    return study.played(
        scenario, folder, chosen, backcast, whole=lambda result: result.held, write=write_backcast,
        shown=lambda result: (table(result),), draw=_draw,
    )  # fmt: skip


def _draw(result: Backcast, folder: Path) -> None:
    from sim.report import figures

    figures.save_one("backcast", result, folder, figures.BACKCAST_SIZE)
