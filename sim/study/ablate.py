"""What each system is worth: the campaign without it, and with more of it, under the same luck."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.fixed import FixedFields
from sim.record import Run
from sim.study.ensemble import REPLICATE, Ensemble, Progress, RunError, run_ensembles
from sim.study.intervals import Interval, change_interval, simultaneous
from sim.study.outputs import manifest, write_json
from sim.study.rows import Rows
from sim.study.store import kept

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.assumption import Assumption

#: Left out, at double effort, with half the errors, never waiting; more money.
State = Literal["off", "double", "half", "unlimited", "more"]
CONFIDENCE = 0.95
#: Yuan of the reference: what a little more money does.
MORE_YUAN = 10_000_000
BASE, MORE = "as it is", "more money"
Change = Callable[["Scenario"], "Scenario"]


@dataclass(frozen=True)
class System:
    """A system of the campaign, and what may be done to it: each ``State`` with the change of a scenario it takes."""

    name: str
    changes: Mapping[State, Change]


def _family(name: str, double: Mapping[str, float] | None = None) -> System:
    return System(name, {"off": _switched(name, "off"), **_doubled(double)})


def _rule(name: str) -> System:
    return System(
        name, {"off": lambda scenario: scenario.replace(rules={**scenario.rules.model_dump(), name: False})}
    )  # fmt: skip


def _desk(name: str, double: Mapping[str, float]) -> System:
    """People without whom nothing would move: they can be doubled, not left out."""
    return System(name, _doubled(double))


def _doubled(double: Mapping[str, float] | None) -> dict[State, Change]:
    return {"double": _times(double)} if double else {}


def _switched(name: str, state: str) -> Change:
    def change(scenario: Scenario) -> Scenario:
        families = scenario.families.items()
        kept: dict[str, Any] = {family: it.model_dump(by_alias=True, exclude_none=True) for family, it in families}
        return scenario.replace(families={**kept, name: state})

    return change


def _times(factors: Mapping[str, float]) -> Change:
    """Multiply what a replication would use, be it drawn or the scenario's own."""

    def multiplied(assumption: Assumption | None, factor: float) -> dict[str, Any]:
        if assumption is None:
            return {"times": factor, "outside_range": True}
        of = "value" if assumption.times is None else "times"
        return {of: getattr(assumption, of) * factor, "outside_range": True}

    def change(scenario: Scenario) -> Scenario:
        own = scenario.overrides
        written = {name: value.dump() for name, value in own.items()}
        found = {name: multiplied(own.get(name), factor) for name, factor in factors.items()}
        return scenario.replace(assumptions={**written, **found})

    return change


#: Every system that a planner may ask about; what befalls the county (shocks, inflow) is none. Were money on its way
#: left out none would arrive, so it is asked what a county would have whose money never waits.
SYSTEMS = (
    _family("zones", {"zones.leader_days": 2}),
    _rule("replanning"),
    _rule("autumn_push"),
    _family("supervision", {"people.poverty_office": 2, "supervision.special_teams": 2}),
    _family("responsibility"),
    System("files", {"off": _switched("files", "off"), "half": _times({"people.file_error": 0.5})}),
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


@dataclass(frozen=True)
class Effect:
    """A change against the campaign as it is, replication by replication; intervals of a study hold together at 95 %.

    People still poor, incidence and wrong exits as shares, the chance that the county exits, yuan paid, days of work.
    ``differ`` counts the replications in which people differ; an interval is unbounded where fewer than five differ in
    what it is of.
    """

    system: str
    state: State
    people: Interval
    differ: int
    incidence: Interval
    wrong_exit_rate: Interval
    county_exit: Interval
    paid_yuan: Interval
    work_days: Interval

    @property
    def told(self) -> bool:
        """Whether the change in people can be told from none."""
        return self.people.low > 0 or self.people.high < 0


@dataclass(frozen=True, repr=False)
class Ablation(FixedFields, Rows):
    """What each system is worth, beside what ten million yuan more would do."""

    scenario: Scenario
    allocation: str
    replications: int
    asked: int
    effects: tuple[Effect, ...]
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool

    def __repr__(self) -> str:
        return f"<Ablation {self.scenario.name}: {len(self.effects)} effects x {self.replications} replications>"

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an effect."""
        return [
            {
                "system": e.system, "state": e.state, "people": e.people.mean, "people_low": e.people.low,
                "people_high": e.people.high, "differ": e.differ, "incidence": e.incidence.mean,
                "wrong_exit_rate": e.wrong_exit_rate.mean, "wrong_exit_rate_low": e.wrong_exit_rate.low,
                "wrong_exit_rate_high": e.wrong_exit_rate.high, "county_exit": e.county_exit.mean,
                "paid_yuan": e.paid_yuan.mean, "work_days": e.work_days.mean, "told_from_zero": e.told,
            }
            for e in self.effects
        ]  # fmt: skip


def variants(scenario: Scenario, systems: Sequence[System] = SYSTEMS) -> dict[tuple[str, str], Scenario]:
    """Return every campaign to be played, by system and state: as it is, with more money, with each system changed.

    What the scenario has changed already is no variant.
    """
    first = scenario.replace(compare=[next(iter(scenario.allocations))])
    found = {(BASE, ""): first, (MORE, "more"): first.replace(total_yuan=first.total_yuan + MORE_YUAN)}
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
    executor: Executor | None = None,
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    systems: Sequence[System] = SYSTEMS,
    hold: bool = True,
) -> Ablation:
    """Play the scenario's first allocation with each system changed, paired with the campaign as it is.

    Effects do not add up: what one system does depends on the others being there.
    """
    asked = scenario.replications if replications is None else replications
    played = {"/".join(key): variant for key, variant in variants(scenario, systems).items()}

    with kept(out, replicate, hold) as store:
        ensembles = run_ensembles(
            played, [(scenario.gate, asked)], store=store, executor=executor, workers=workers, progress=progress,
            replicate=replicate,
        )  # fmt: skip
        return fold(scenario, ensembles, asked)


def fold(scenario: Scenario, ensembles: Mapping[str, Ensemble], asked: int) -> Ablation:
    """Pair the replications that are complete for all variants."""
    first, gate = next(iter(scenario.allocations)), scenario.gate
    whole = [r for r in range(asked) if all((gate, first, r) in e.runs for e in ensembles.values())]
    failed = [row for e in ensembles.values() for row in e.failed]
    interrupted = any(e.interrupted for e in ensembles.values())
    if not whole and failed and not interrupted:
        raise RunError("no_replication", count=len(failed), why=failed[0][3])
    runs = {label: [e.runs[gate, first, r] for r in whole] for label, e in ensembles.items()}
    base, *others = runs
    confidence = simultaneous(CONFIDENCE, len(others))
    effects = tuple(_effect(label, runs[base], runs[label], confidence) for label in others) if whole else ()
    return Ablation(scenario, first, len(whole), asked, effects, failed, interrupted)


def _effect(label: str, base: Sequence[Run], runs: Sequence[Run], confidence: float) -> Effect:
    system, _, state = label.rpartition("/")

    def changes(scalar: str) -> np.ndarray:
        return np.array([b.scalars[scalar] - a.scalars[scalar] for a, b in zip(base, runs, strict=True)], dtype=float)

    def change(scalar: str, unit: float = 1.0) -> Interval:
        return change_interval(changes(scalar) / unit, confidence)

    left = "registered_end_people"
    return Effect(
        system, state, change(left), int(np.count_nonzero(changes(left))), change("incidence"),  # type: ignore[arg-type]
        change("wrong_exit_rate"), change("county_exit"), change("paid_yuan"), change("work_minutes", 480.0),
    )  # fmt: skip


def write_ablation(result: Ablation, folder: Path) -> None:
    """Write the effects and what they rest on, each file whole or not at all."""
    write_json(folder / "manifest.json", manifest(result.scenario))
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "allocation": result.allocation,
        "replications": result.replications, "replications_asked": result.asked, "interrupted": result.interrupted,
        "failed": [list(row) for row in result.failed],
        "effects": [{**asdict(effect), "told_from_zero": effect.told} for effect in result.effects],
    })  # fmt: skip
