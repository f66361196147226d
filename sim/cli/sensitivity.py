"""`sensitivity FILE...`: how much of the doubt is luck, assumed values or the start, and which values matter."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli import loading, study

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Say for every scenario where the doubt comes from, or which assumed values matter."""
    if chosen.screen:
        return loading.each(chosen, "screen", _screened, _refuse)
    return loading.each(chosen, "sensitivity", _one, _refuse)


def _refuse(_: Scenario, chosen: Namespace) -> None:
    """Fewer vectors than tell anything are not played."""
    from sim.study.sensitivity import FEWEST_VECTORS

    study.refuse_few_vectors(chosen, FEWEST_VECTORS)


def _screened(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.screening import BASE, screen, write_screening

    play = partial(screen, trajectories=chosen.screen, base=chosen.vectors or BASE)
    return study.played("screen", scenario, folder, chosen, play, write_screening)


def _one(scenario: Scenario, folder: Path, chosen: Namespace) -> int:
    from sim.study.sensitivity import VECTORS, sensitivity, write_sensitivity

    play = partial(sensitivity, vectors=chosen.vectors or VECTORS)
    return study.played("sensitivity", scenario, folder, chosen, play, write_sensitivity)
