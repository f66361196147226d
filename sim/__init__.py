"""A discrete-event simulation of a county's poverty-exit campaign.

``load`` a scenario, ``run`` one replication, ``compare`` its allocations; see the notebook for a walk through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.sources import AT_IMPORT as _SOURCES  # noqa: F401 - before any room: an edit from here on is another model

if TYPE_CHECKING:
    from sim.campaign import FAMILIES
    from sim.campaign import replicate as run
    from sim.campaign.assumed import values
    from sim.ensemble.pool import RunError
    from sim.evidence import Entry, reconcile
    from sim.report.progress import progress
    from sim.report.trace import trace
    from sim.report.what_if import what_if
    from sim.scenario import ScenarioError, load
    from sim.study.ablate import ablate
    from sim.study.across import compare_all
    from sim.study.backcast import backcast
    from sim.study.calibrate import calibrate
    from sim.study.compare import compare
    from sim.study.deadlines import deadlines
    from sim.study.effects import effects
    from sim.study.optimise import optimise
    from sim.study.screening import screen
    from sim.study.sensitivity import sensitivity
    from sim.study.totals import totals
    from sim.study.value import value

__all__ = [
    "FAMILIES", "Entry", "RunError", "ScenarioError", "ablate", "backcast", "calibrate", "compare", "compare_all",
    "deadlines", "effects", "load", "optimise", "progress", "reconcile", "run", "screen", "sensitivity", "totals",
    "trace", "value", "values", "what_if",
]  # fmt: skip
__version__ = "0.1.0"

_STUDIES = (
    "ablate", "backcast", "calibrate", "compare", "deadlines", "effects", "optimise", "sensitivity", "totals", "value",
)  # fmt: skip
#: Where a public name lives, and what it is called there if otherwise.
_HOMES = {
    "FAMILIES": "sim.campaign",
    "run": "sim.campaign:replicate",
    "values": "sim.campaign.assumed",
    "Entry": "sim.evidence",
    "reconcile": "sim.evidence",
    "load": "sim.scenario",
    "ScenarioError": "sim.scenario",
    "RunError": "sim.ensemble.pool",
    "screen": "sim.study.screening:screen",
    "progress": "sim.report.progress",
    "trace": "sim.report.trace",
    "what_if": "sim.report.what_if",
    "compare_all": "sim.study.across",
    **{name: f"sim.study.{name}" for name in _STUDIES},
}


def __dir__() -> list[str]:
    """Name what there is to import, for a notebook that completes."""
    return sorted(__all__)


if not TYPE_CHECKING:  # a checker reads the imports above, and tells of a name that is misspelt

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first asked for, so that a help text does not wait for numpy."""
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module 'sim' has no attribute {name!r}")
        module, _, attribute = _HOMES[name].partition(":")
        return getattr(import_module(module), attribute or name)
