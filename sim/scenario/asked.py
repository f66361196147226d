"""Whether what is to be played is a scenario."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any


def of_a_scenario(value: Any, name: str = "scenario") -> None:
    """Raise TypeError where what is to be played is no scenario, such as the path of one."""
    from sim.scenario.model import Scenario

    if not isinstance(value, Scenario):
        path = repr(str(value)) if isinstance(value, str | PurePath) else "PATH"
        raise TypeError(f"{name}(={value!r:.80}) must be a scenario, such as sim.load({path})")
