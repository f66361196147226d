"""`totals FILE...`: how the allocations compare when there is more or less money."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, study

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Compare at every total, write tables and the figure, print incidence by total and allocation."""
    return loading.each(chosen, "totals", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.scenario.quantities import written
    from sim.study.totals import TOTALS, totals, write_totals

    play = partial(totals, at=[written(total) for total in sorted(set(chosen.total or TOTALS))])
    return study.played("totals", scenario, folder, chosen, play, write_totals)
