"""`backcast FILE...`: the years before, played and held against what was reported."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, study
from sim.cli.usage import UsageError

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Say for every scenario which reported facts its runs meet."""
    return loading.each(chosen, "backcast", _one, refuse_other_years)


def refuse_other_years(scenario: Scenario, chosen: Namespace) -> None:
    """Refuse a scenario of another time than that which is known."""
    from sim.ensemble.pool import RunError
    from sim.study.backcast import refuse_other_years as refuse

    try:
        refuse(scenario)
    except RunError as error:
        raise UsageError(scenario.name, "", str(error)) from None


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.backcast import backcast, write_backcast

    return study.played("backcast", scenario, folder, chosen, backcast, write_backcast)
