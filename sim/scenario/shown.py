"""A scenario as a notebook shows it: in the keys of its file, a row an allocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.rows import html as table
from sim.scenario.names import LINES

if TYPE_CHECKING:
    from sim.scenario.model import Scenario


def html(scenario: Scenario) -> str:
    """Return what is played, what is switched or set otherwise than usual, and the yuan of each allocation by line."""
    facts = [{"key": key, "value": value} for key, value in _facts(scenario).items()]
    return table(repr(scenario), facts) + table("allocations (M yuan)", rows(scenario))


def rows(scenario: Scenario) -> list[dict[str, Any]]:
    """Return one flat row an allocation: the money of each line, M yuan."""
    return [
        {"allocation": name, **{line: scenario.money(name)[line] / 1e6 for line in LINES}}
        for name in scenario.allocations
    ]


def _facts(scenario: Scenario) -> dict[str, str]:
    switched = {name: switch.state for name, switch in scenario.families.items() if switch.state != "on"}
    set_here = {name: override.dump() for name, override in scenario.overrides.items()}
    return {
        "dates": f"{scenario.start_date} .. {scenario.end_date}", "seed": str(scenario.seed),
        "scale": f"{scenario.scale:g}", "total": f"{scenario.total_yuan / 1e6:g} M yuan",
        "free": f"{scenario.free_yuan / 1e6:g} M yuan",
        "targets": ", ".join(f"{key} {value:,g}" for key, value in scenario.targets),
        "parameters, gate": f"{scenario.parameters}, {scenario.gate}",
        "families": ", ".join(f"{name} {state}" for name, state in switched.items()) or "on",
        "assumptions": ", ".join(f"{name} {value}" for name, value in set_here.items()) or "-",
    }  # fmt: skip
