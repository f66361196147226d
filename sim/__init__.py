"""A discrete-event simulation of a county's poverty-exit campaign.

``load`` a scenario, ``run`` one replication, ``compare`` its allocations; see the notebook for a walk through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.sources import AT_IMPORT as _SOURCES  # noqa: F401 - before any room: an edit from here on is another model

if TYPE_CHECKING:
    from sim.campaign import FAMILIES
    from sim.campaign import replicate as run
    from sim.evidence import reconcile
    from sim.scenario import ScenarioError, load
    from sim.study.ablate import ablate
    from sim.study.across import compare_all
    from sim.study.compare import compare
    from sim.study.pool import RunError

__all__ = ["FAMILIES", "RunError", "ScenarioError", "ablate", "compare", "compare_all", "load", "reconcile", "run"]
__version__ = "0.1.0"

_HOMES = {
    "FAMILIES": ("sim.campaign", "FAMILIES"),
    "run": ("sim.campaign", "replicate"),
    "reconcile": ("sim.evidence", "reconcile"),
    "load": ("sim.scenario", "load"),
    "RunError": ("sim.study", "RunError"),
    "ScenarioError": ("sim.scenario", "ScenarioError"),
    "ablate": ("sim.study", "ablate"),
    "compare": ("sim.study", "compare"),
    "compare_all": ("sim.study", "compare_all"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that a help text does not wait for numpy."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
