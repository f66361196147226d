"""What a little more would do: ten million yuan in each line, a quarter more of each kind of people, money earlier."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble.ensemble import Progress
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE
from sim.scenario.given import of_a_scenario
from sim.scenario.names import LINES
from sim.study.effects import BASE, MORE_YUAN, Change, Effects, measured, times, with_assumptions

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: The one step of whatever management has: a quarter more of it, of errors a quarter fewer.
QUARTER, FEWER = 1.25, 0.75
#: Steps of what cannot be multiplied: of each line's tilt, and of the days on which tranches come.
TILT, EARLIER_DAYS = 0.10, 30
SHARED = "more money", "shared"


def _line(line: str) -> Change:
    """Money for one line alone: its floor is raised, so that no other changes and re-planning cannot move it."""

    def change(scenario: Scenario) -> Scenario:
        floors = {**scenario.floors, line: scenario.floors.get(line, 0) + MORE_YUAN}
        ceilings = {name: yuan + MORE_YUAN * (name == line) for name, yuan in scenario.ceilings.items()}
        return scenario.replace(
            total_yuan=scenario.total_yuan + MORE_YUAN, floors=floors, earmarked=scenario.earmarked, ceilings=ceilings
        )

    return change


def _shared(scenario: Scenario) -> Scenario:
    return scenario.replace(total_yuan=scenario.total_yuan + MORE_YUAN)


def _tilted(scenario: Scenario) -> Scenario:
    plans: dict[str, Any] = {}
    for name, plan in scenario.allocations.items():
        tilt = {line: min(1.0, share + TILT) for line, share in plan.tilt.items()}
        plans[name] = {"title": plan.title, "shares": plan.shares, "tilt": tilt}
    return scenario.replace(allocations=plans)


def _earlier(scenario: Scenario) -> Scenario:
    days = scenario.assumptions.get("money.delay_days", 0) - EARLIER_DAYS
    return with_assumptions(scenario, {"money.delay_days": days})


def _looked_at_again(scenario: Scenario) -> Scenario:
    """The county looks again at incomes read short, which takes no more people, but time they have left."""
    return scenario.replace(rules={"second_look": True})


def _moved(scenario: Scenario) -> Scenario:
    """Idle inspectors go where acceptances wait, which takes no more people either."""
    return scenario.replace(rules={"inspectors_move": True})


def _quarter(*names: str) -> Change:
    return times(dict.fromkeys(names, QUARTER))


#: Every step, by what it is of and how it is taken.
STEPS: Mapping[tuple[str, str], Change] = {
    **{(line, "line"): _line(line) for line in LINES},
    SHARED: _shared,
    ("tilt", "tilted"): _tilted,
    ("disbursement", "earlier"): _earlier,
    ("works", "quarter"): _quarter("works.road_crews", "works.water_crews", "works.builders"),
    ("approval_desks", "quarter"): _quarter("people.approval"),
    ("township_stations", "quarter"): _quarter("people.station"),
    ("tender_desk", "quarter"): _quarter("people.tender"),
    ("finance_desks", "quarter"): _quarter("people.county_finance", "people.township_finance"),
    ("acceptance_desks", "quarter"): _quarter("works.inspectors"),
    ("acceptance_desks", "moved"): _moved,
    ("verifiers", "quarter"): _quarter("verification.county_teams"),
    ("patrols", "quarter"): _quarter("people.poverty_office", "supervision.special_teams"),
    ("helper_days", "quarter"): _quarter("people.helper_days"),
    ("files", "fewer"): times({"people.file_error": FEWER}),
    ("measuring", "narrower"): times({"income.measurement_sd": FEWER}),
    ("measuring", "again"): _looked_at_again,
}


def variants(scenario: Scenario) -> dict[tuple[str, str], Scenario]:
    """Return the campaign as it is and, for every step that can still be taken, the campaign one step on."""
    first = scenario.replace(compare=[scenario.baseline])
    steps = {key: change(first) for key, change in STEPS.items()}
    return {BASE: first, **{key: changed for key, changed in steps.items() if changed != first}}


def value(
    scenario: Scenario,
    replications: int | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Effects:
    """Play the scenario's first allocation one step on in each respect, paired with the campaign as it is.

    Management has no price in the model: what its steps cost is the reader's to know. Options are those of
    `sim.compare`.
    """
    of_a_scenario(scenario)
    player = Player(executor, workers, out, progress, replicate, hold)
    return measured(scenario, variants(scenario), replications, player)
