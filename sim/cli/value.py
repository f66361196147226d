"""`value FILE...`: what a little more money, people or time would do."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, study

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Say for every scenario what a little more would do."""
    return loading.each(chosen, "value", _one)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.effects import write_effects
    from sim.study.value import value

    return study.played("value", scenario, folder, chosen, value, partial(write_effects, study="value"))
