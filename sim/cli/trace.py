"""`trace FILE...`: a household's or a village's year as a story."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from sim.cli import loading
from sim.cli.usage import UsageError
from sim.words import say

if TYPE_CHECKING:
    from sim.scenario import Scenario


def run(chosen: Namespace) -> int:
    """Play one replication of every scenario with its event log, and tell of the household or village asked for."""
    from sim.report.tables import show

    if chosen.household is not None and chosen.village is not None:
        raise UsageError("--village", "", say("usage.instead_of", other="--household"))
    for scenario in loading.scenarios(chosen):
        names = list(scenario.allocations) if chosen.allocation else [scenario.baseline]
        show(*(_told(scenario, name, chosen) for name in names))
    return 0


def _told(scenario: Scenario, allocation: str, chosen: Namespace) -> str:
    from sim.campaign import replicate
    from sim.report.trace import count, trace

    played = replicate(scenario, allocation, chosen.replication or 0, log=True)
    scope = "household" if chosen.village is None else "village"
    number, most = getattr(chosen, scope), count(played, scope)
    if number and number > most:
        raise UsageError(f"--{scope}", str(number), say("usage.whole", low=1, high=most))
    return trace(played, chosen.household or None, chosen.village).text
