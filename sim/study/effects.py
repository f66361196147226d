"""What changes of a campaign do, each played under the luck of the campaign as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.campaign.desks import DAY_MINUTES
from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, Progress, refuse_empty, shortfall
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE
from sim.fixed import FixedFields
from sim.record import Run
from sim.rows import Plotted, Rows
from sim.scenario.given import of_a_scenario
from sim.statistics.intervals import Interval, chance_change, change_interval, fewest, simultaneous
from sim.study.files import write_json, write_manifest

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.scenario.assumption import Assumption

CONFIDENCE = 0.95
#: Yuan of the step by which money is measured.
MORE_YUAN = 10_000_000
#: The campaign as it is, which stands first among the variants.
BASE = "as it is", ""
#: The state of a variant of a researcher's own.
VARIANT = "variant"
Change = Callable[["Scenario"], "Scenario"]
#: Campaigns to be played, by what is changed and how.
Variants = Mapping[tuple[str, str], "Scenario"]


@dataclass(frozen=True)
class Effect:
    """A change against the campaign as it is, replication by replication.

    Intervals are of the mean change; those of each output hold together at 95 % over all changes of a study. Outputs:
    people still poor, incidence and wrong exits as shares, the chance that the county exits, yuan paid, days of work.
    ``differ`` counts the replications in which people differ; an interval is unbounded where fewer than
    `Effects.fewest` differ in what it is of, but for the chance's, which is exact.
    """

    system: str
    state: str
    people: Interval
    differ: int
    incidence: Interval
    wrong_exit_rate: Interval
    county_exit: Interval
    paid_yuan: Interval
    work_days: Interval

    @property
    def significant(self) -> bool:
        """Whether the change in people can be told from none."""
        return self.people.low > 0 or self.people.high < 0

    @property
    def lifted(self) -> Interval:
        """People more out of poverty at the year's end."""
        return Interval(0.0 - self.people.mean, 0.0 - self.people.high, 0.0 - self.people.low)


@dataclass(frozen=True, repr=False)
class Effects(FixedFields, Rows, Plotted):
    """What each change does to the campaign under the scenario's first allocation.

    Of each output (people, incidence, yuan paid) the intervals hold together at 95 % over all changes; read of several
    outputs at once they hold less surely. They are of the mean change and say nothing of how single years differ.
    ``runs``, which `sim.effects` keeps and studies of dozens of changes do not, are the complete replications by
    variant, and ``base_runs`` those of the scenario as it is: at one place of all stands one replication, under the
    same luck.
    """

    scenario: Scenario
    allocation: str
    replications: int
    asked: int
    effects: tuple[Effect, ...]
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool
    runs: Mapping[str, Sequence[Run]] = field(default_factory=dict)
    base_runs: Sequence[Run] = ()

    COLUMNS = (
        "system", "state", "people", "people_low", "people_high", "differ",
        "incidence", "incidence_low", "incidence_high",
        "wrong_exit_rate", "wrong_exit_rate_low", "wrong_exit_rate_high",
        "county_exit", "county_exit_low", "county_exit_high", "paid_yuan", "paid_yuan_low", "paid_yuan_high",
        "work_days", "work_days_low", "work_days_high", "told_from_zero",
    )  # fmt: skip

    def __repr__(self) -> str:
        missing = shortfall(self.failed, self.interrupted, self.replications, self.asked)
        count = len(self.effects)
        return f"<Effects {self.scenario.name}: {count} effects x {self.replications} replications{missing}>"

    @property
    def fewest(self) -> int:
        """How many replications must differ for an interval: the more changes, the more."""
        return fewest(simultaneous(CONFIDENCE, len(self.effects)))

    @property
    def too_few(self) -> bool:
        """Whether there are so few replications that no change could be told from none, whatever it does."""
        return self.replications < self.fewest

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an effect: the mean of the paired differences, below zero where it is less.

        - ``system``, ``state``: what is changed, and how; of `sim.effects` the variant's name, and *variant*.
        - ``people``: people on the register at the end; below zero the change brings more of them out.
        - ``differ``: replications in which people differ; ``told_from_zero``: whether the change in people can be
          told from none.
        - ``incidence``: people on the register, per rural person (share); ``wrong_exit_rate``: wrong exits (share);
          ``county_exit``: the chance that the county exits (share); ``paid_yuan``: yuan paid; ``work_days``: days of
          work of all who work for the campaign.
        - ``people_low``, ``people_high``, ``incidence_low``, ``incidence_high``, ``wrong_exit_rate_low``,
          ``wrong_exit_rate_high``, ``county_exit_low``, ``county_exit_high``, ``paid_yuan_low``, ``paid_yuan_high``,
          ``work_days_low``, ``work_days_high``: intervals of these means, of one column at 95 % for all rows together;
          no spread of outcomes. Unbounded where fewer than ``fewest`` replications differ, but for ``county_exit``.
        """
        outputs = ("incidence", "wrong_exit_rate", "county_exit", "paid_yuan", "work_days")
        return [
            {"system": e.system, "state": e.state, **_bounds(e, "people"), "differ": e.differ,
             **{key: value for name in outputs for key, value in _bounds(e, name).items()},
             "told_from_zero": e.significant}
            for e in self.effects
        ]  # fmt: skip


def _bounds(effect: Effect, name: str) -> dict[str, float]:
    of: Interval = getattr(effect, name)
    return {name: of.mean, f"{name}_low": of.low, f"{name}_high": of.high}


def times(factors: Mapping[str, float]) -> Change:
    """Multiply what a replication would use, be it drawn or the scenario's own, as far as the model is made for it."""
    from sim.scenario.assumption import largest

    def multiplied(name: str, factor: float, own: Assumption | None) -> dict[str, Any]:
        if own is None:
            return {"times": factor, "outside_range": True}
        of = "value" if own.times is None else "times"
        return {of: min(getattr(own, of) * factor, largest(name, of)), "outside_range": True}

    def change(scenario: Scenario) -> Scenario:
        own = scenario.overrides
        found = {name: multiplied(name, factor, own.get(name)) for name, factor in factors.items()}
        return with_assumptions(scenario, found)

    return change


def with_assumptions(scenario: Scenario, found: Mapping[str, Any]) -> Scenario:
    """Return the scenario with some assumptions set, in the words of a file, and its others kept."""
    return scenario.replace(assumptions={**{name: own.dump() for name, own in scenario.overrides.items()}, **found})


def effects(
    scenario: Scenario,
    variants: Mapping[str, Scenario],
    replications: int | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Effects:
    """Play variants of a scenario, each under a name, paired with the scenario as it is.

    All are played under the scenario's first allocation, each under its own gate. Only what has seed, scale and start
    in common meets the same luck: raises ValueError where a variant differs in them. One of other ``parameters``, or
    under a posterior of another ``gate``, which was inferred by itself, has other assumed values, and with them another
    county: its effect is that of these too (``parameters="prior"`` lets a gate be judged alone). A variant with
    another ``end_date`` is read at the end of its own time, so that its effect is that of the days as well.
    Options are those of `sim.compare`.
    """
    of_a_scenario(scenario)
    such = "{'more': scenario.replace(...)}"
    if not isinstance(variants, Mapping) or not all(isinstance(name, str) for name in variants):
        raise TypeError(f"variants(={variants!r:.80}) must be scenarios by name, such as {such}")
    if not variants:
        raise ValueError(f"variants(={variants!r}) must be one scenario at least, such as {such}")
    for name, variant in variants.items():
        of_a_scenario(variant, f"variants[{name!r}]")
        _refuse_unpaired(scenario, name, variant)
    first = [scenario.baseline]
    named = {(name, VARIANT): variant.replace(compare=first) for name, variant in variants.items()}
    player = Player(executor, workers, out, progress, replicate, hold)
    return measured(scenario, {BASE: scenario.replace(compare=first), **named}, replications, player, keep=True)


def _refuse_unpaired(scenario: Scenario, name: str, variant: Scenario) -> None:
    for key in ("seed", "scale", "start", "start_date", "end_date"):
        own, other = getattr(scenario, key), getattr(variant, key)
        if own != other:
            asked = "seed, scale, start and dates must agree"
            raise ValueError(f"variants[{name!r}] has {key} {other}, but the scenario {own}: {asked}")
    if scenario.baseline not in variant.allocations:
        first, known = scenario.baseline, ", ".join(variant.allocations)
        raise ValueError(f"variants[{name!r}] must have {first}, under which all are played: it has {known}")


def measured(
    scenario: Scenario, variants: Variants, replications: int | None, player: Player, keep: bool = False
) -> Effects:
    """Play the campaign as it is, which is the first of ``variants``, and the others, and compare them with it.

    To ``keep`` the runs takes some 0.2 MB each in the full county.
    """
    asked = asking.replications(scenario, replications)
    labelled = {"/".join(key): variant for key, variant in variants.items()}
    plan = [(gate, asked) for gate in dict.fromkeys(variant.gate for variant in variants.values())]
    return fold(scenario, player.ensembles(labelled, plan, own_gate=True), asked, keep)


def fold(scenario: Scenario, ensembles: Mapping[str, Ensemble], asked: int, keep: bool = False) -> Effects:
    """Pair the replications that are complete for all variants, of which each has one allocation and one gate."""
    first = scenario.baseline
    played = {label: {r: run for (_, _, r), run in e.runs.items()} for label, e in ensembles.items()}
    whole = [r for r in range(asked) if all(r in runs for runs in played.values())]
    failed = [row for e in ensembles.values() for row in e.failed]
    interrupted = any(e.interrupted for e in ensembles.values())
    refuse_empty(whole, failed, interrupted)
    runs = {label: [its[r] for r in whole] for label, its in played.items()}
    base, *others = runs
    confidence = simultaneous(CONFIDENCE, len(others))
    effects = tuple(_effect(label, runs[base], runs[label], confidence) for label in others) if whole else ()
    found = Effects(scenario, first, len(whole), asked, effects, failed, interrupted)
    if not keep:
        return found
    return replace(found, runs={label.rpartition("/")[0]: runs[label] for label in others}, base_runs=runs[base])


def _effect(label: str, base: Sequence[Run], runs: Sequence[Run], confidence: float) -> Effect:
    system, _, state = label.rpartition("/")

    def changes(scalar: str) -> np.ndarray:
        return np.array([b.scalars[scalar] - a.scalars[scalar] for a, b in zip(base, runs, strict=True)], dtype=float)

    def change(scalar: str, unit: float = 1.0) -> Interval:
        return change_interval(changes(scalar) / unit, confidence)

    left = "registered_end_people"
    return Effect(
        system, state, change(left), int(np.count_nonzero(changes(left))), change("incidence"),
        change("wrong_exit_rate"), chance_change(changes("county_exit"), confidence), change("paid_yuan"),
        change("work_minutes", DAY_MINUTES),
    )  # fmt: skip


def write_effects(result: Effects, folder: Path, study: str) -> None:
    """Write the effects of a study and what they rest on, each file whole or not at all."""
    write_manifest(result.scenario, study, folder)
    write_json(folder / "summary.json", {
        "scenario": result.scenario.name, "seed": result.scenario.seed, "allocation": result.allocation,
        "replications": result.replications, "replications_asked": result.asked, "interrupted": result.interrupted,
        "failed": result.failed,
        "effects": [{**asdict(effect), "told_from_zero": effect.significant} for effect in result.effects],
    })  # fmt: skip
