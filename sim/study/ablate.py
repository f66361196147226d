"""What each system is worth: the campaign without it, and with more of it, under the same luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sim.ensemble.ensemble import Progress
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE
from sim.scenario.given import of_a_scenario
from sim.study.effects import BASE, MORE_YUAN, Change, Effects, measured, times

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: Left out, at double effort, with half the errors, never waiting; more money.
State = Literal["off", "double", "half", "unlimited", "more"]
MORE = "more money"


@dataclass(frozen=True)
class System:
    """A system of the campaign, and what may be done to it: each ``State`` with the change of a scenario it takes."""

    name: str
    changes: Mapping[State, Change] = field(repr=False)


def _family(name: str, double: Mapping[str, float] | None = None) -> System:
    return System(name, {"off": _switched(name, "off"), **_doubled(double)})


def _rule(name: str) -> System:
    return System(name, {"off": lambda scenario: scenario.replace(rules={name: False})})


def _desk(name: str, double: Mapping[str, float]) -> System:
    """People without whom nothing would move: they can be doubled, not left out."""
    return System(name, _doubled(double))


def _doubled(double: Mapping[str, float] | None) -> dict[State, Change]:
    return {"double": times(double)} if double else {}


def _switched(name: str, state: str) -> Change:
    return lambda scenario: scenario.replace(families={name: state})


#: Every system that a planner may ask about; what befalls the county (shocks, inflow) is none. Were money on its way
#: left out none would arrive, so it is asked what a county would have whose money never waits.
SYSTEMS = (
    _family("zones", {"zones.leader_days": 2}),
    _rule("replanning"),
    _rule("autumn_push"),
    _family("supervision", {"people.poverty_office": 2, "supervision.special_teams": 2}),
    _family("responsibility"),
    System("files", {"off": _switched("files", "off"), "half": times({"people.file_error": 0.5})}),
    System("disbursement", {"unlimited": _switched("disbursement", "unlimited")}),
    _family("integrity", {"people.investigators": 2}),
    _family("party_building"),
    _family("cadres", {"people.helpers": 2, "people.team_poor": 2, "people.team_other": 2}),
    _family("works", {"works.road_crews": 2, "works.water_crews": 2, "works.builders": 2}),
    _family("relocation"),
    _family("follow_up", {"follow_up.places": 2}),
    _family("protection", {"backstop.quota_growth": 2}),
    _family("industries"),
    _family("guidance", {"people.experts": 2}),
    _family("order_chain", {"order.company_villages": 2}),
    _family("cooperation", {"post.share_of_jobs": 2, "workshop.seats": 2}),
    _family("collective_economy"),
    _rule("double_recognition"),
    _rule("county_check"),
    _rule("outside_sampling"),
    _desk("approval_desks", {"people.approval": 2}),
    _desk("township_stations", {"people.station": 2}),
    _desk("tender_desk", {"people.tender": 2}),
    _desk("finance_desks", {"people.county_finance": 2, "people.township_finance": 2}),
    _desk("acceptance_desks", {"works.inspectors": 2}),
    _desk("verifiers", {"verification.county_teams": 2}),
)


def variants(scenario: Scenario, systems: Sequence[System] = SYSTEMS) -> dict[tuple[str, str], Scenario]:
    """Return every campaign to be played, by system and state: as it is, with more money, with each system changed.

    What the scenario has changed already is no variant.
    """
    first = scenario.replace(compare=[scenario.baseline])
    found = {BASE: first, (MORE, "more"): first.replace(total_yuan=first.total_yuan + MORE_YUAN)}
    for system in systems:
        for state, change in system.changes.items():
            changed = change(first)
            if changed != first:
                found[system.name, state] = changed
    return found


def ablate(
    scenario: Scenario,
    replications: int | None = None,
    *,
    systems: Sequence[System] | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Effects:
    """Play the scenario's first allocation with each system changed, paired with the campaign as it is.

    ``systems`` are those that are changed, by default all of `SYSTEMS` (``from sim.study.ablate import SYSTEMS``). More
    money is always played beside them. Effects do not add up: what one system does depends on the others being there.
    Options are those of `sim.compare`.
    """
    of_a_scenario(scenario)
    chosen = SYSTEMS if systems is None else _systems(systems)
    player = Player(executor, workers, out, progress, replicate, hold)
    return measured(scenario, variants(scenario, chosen), replications, player)


def _systems(systems: Any) -> tuple[System, ...]:
    if not isinstance(systems, tuple | list) or not all(isinstance(system, System) for system in systems):
        like = "sim.study.ablate.SYSTEMS[:2]"
        raise TypeError(f"systems(={systems!r:.80}) must be systems in a tuple, such as {like}")
    return tuple(systems)
