"""`ablate FILE...`: what each system is worth, left out and doubled, beside a little more money."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, study

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Say for every scenario what each system is worth."""
    return loading.each(chosen, "ablate", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.ablate import ablate
    from sim.study.effects import write_effects

    return study.played("ablate", scenario, folder, chosen, ablate, partial(write_effects, study="ablate"))
