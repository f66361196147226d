"""Scenarios: strict YAML in, a frozen and validated `Scenario` out, or every problem at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.scenario.loading import load, schema
from sim.scenario.names import FAMILIES, LINES
from sim.scenario.problems import Problem, ScenarioError

if TYPE_CHECKING:
    from sim.scenario.allocation import Allocation
    from sim.scenario.model import Scenario
    from sim.scenario.parts import Rules, Switch, Targets

__all__ = [
    "FAMILIES", "LINES", "Allocation", "Problem", "Rules", "Scenario", "ScenarioError", "Switch", "Targets",
    "load", "schema",
]  # fmt: skip

_HOMES = {"Allocation": "allocation", "Scenario": "model"}


def __getattr__(name: str) -> Any:
    """Import the models when they are first asked for: pydantic takes longer than a help text may."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"sim.scenario.{_HOMES.get(name, 'parts')}"), name)
