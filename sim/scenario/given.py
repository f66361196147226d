"""Whether what is given to be played is a scenario, or scenarios in a list."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import Any


def of_a_scenario(value: Any, name: str = "scenario") -> None:
    """Raise TypeError where what is to be played is no scenario, such as the path of one."""
    from sim.scenario.model import Scenario

    if not isinstance(value, Scenario):
        raise TypeError(f"{name}(={value!r:.80}) must be a scenario, such as {_loaded(value)}")


def of_scenarios(values: Any) -> tuple[Any, ...]:
    """Return the scenarios of a list; raises TypeError for a single one or its path, ValueError for none."""
    from sim.scenario.model import Scenario

    if isinstance(values, Scenario | str | PurePath) or not isinstance(values, Iterable):
        raise TypeError(f"scenarios(={values!r:.80}) must be scenarios in a list, such as [{_loaded(values)}]")
    found = tuple(values)
    if not found:
        raise ValueError("scenarios(=[]) must be one scenario at least")
    for scenario in found:
        of_a_scenario(scenario, "scenarios")
    return found


def _loaded(value: Any) -> str:
    """How a scenario is made: of what was given, where that is a path."""
    return f"sim.load({str(value)!r})" if isinstance(value, str | PurePath) else "sim.load(PATH)"
