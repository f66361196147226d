"""Which allocation comes closest to the target, with what chance, and what stops the others.

Chances of reaching the target tie unless an exact paired test (McNemar, adjusted for all pairs) tells them apart. The
best is short of the fewest people among the allocations than which none reaches the target more often by that test.
Better and worse are said of people alone. What cannot be told from the best is so in both, chance and people. Where
replications are played until the choice is settled, `selection` decides instead, by what holds however often one looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import combinations
from math import ceil, comb
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from sim.ensemble import asking
from sim.ensemble.ensemble import Ensemble, Looks, Plan, Progress, refuse_empty, shortfall
from sim.ensemble.player import Player
from sim.ensemble.pool import REPLICATE
from sim.fixed import FixedFields
from sim.record import Run
from sim.rows import Plotted, Rows
from sim.statistics.intervals import Interval, anytime_change, change_interval, fewest, mcnemar, paired, simultaneous
from sim.statistics.selection import Selection, looks, race
from sim.study.gates import other_gate
from sim.study.summary import Summary, scalar, summarise

if TYPE_CHECKING:
    from sim.scenario import Scenario

SAME_MONEY = 0.02
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Difference:
    """An allocation less another, replication by replication, under the same luck.

    The intervals of a comparison's differences hold together at 95 %. ``differ`` counts the replications in which
    people differ; where they are fewer than `Comparison.fewest`, there is no interval and nothing is told apart.
    """

    name: str
    incidence: Interval
    people: Interval
    differ: int
    variance_reduction: float
    verdict: str


@dataclass(frozen=True, repr=False)
class Comparison(FixedFields, Rows, Plotted):
    """The answer: summaries in the scenario's order, paired differences, the best and what is not told from it.

    ``selection`` is where the race stood when it was ended, None where a number of replications was asked for.
    ``other_gate`` is what the list (or its absence) changes in incidence, an interval an allocation, over the
    ``other_replications`` that were played under both gates. Where assumed values come from a posterior each gate has
    its own: a replication then is another county under each, and the change is that of the values too.
    """

    scenario: Scenario
    replications: int
    asked: int
    failed: Sequence[tuple[str, str, int, str]]
    interrupted: bool
    allocations: tuple[Summary, ...]
    other_gate: tuple[Difference, ...]
    other_replications: int
    differences: tuple[Difference, ...]
    best: str
    alike: tuple[str, ...]
    selection: Selection | None
    same_money: tuple[tuple[str, str], ...]
    runs: Mapping[str, Sequence[Run]]
    other_runs: Mapping[str, Sequence[Run]]

    COLUMNS = (
        "allocation", "incidence", "incidence_low", "incidence_high", "people_short",
        "p_target", "p_target_low", "p_target_high", "p_below_3", "p_below_3_low", "p_below_3_high",
        "exits_people", "spent_yuan", "idle_yuan", "more_poor", "more_poor_low", "more_poor_high", "verdict",
    )  # fmt: skip

    @property
    def baseline(self) -> str:
        """The name of the allocation that differences are against."""
        return self.scenario.baseline

    @property
    def fewest(self) -> int:
        """How many replications must differ for an interval of a difference: the more allocations, the more."""
        return fewest(simultaneous(CONFIDENCE, len(self.scenario.allocations) - 1))

    def __repr__(self) -> str:
        found = f"{len(self.alike) + 1} not told apart" if self.alike else f"best {self.best or 'none'}"
        return (
            f"<Comparison {self.scenario.name}: {len(self.allocations)} allocations x {self.replications} "
            f"replications, {found}{shortfall(self.failed, self.interrupted, self.replications, self.asked)}>"
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an allocation; people and yuan are means a replication.

        - ``allocation``: its name.
        - ``incidence``: people on the register at the end, per rural person (share); ``incidence_low``,
          ``incidence_high``: 95 % interval of that mean, for each allocation alone.
        - ``people_short``: people on the register less those that the target leaves; below zero it is beaten.
        - ``p_target``, ``p_below_3``: share of replications that reach the target, that end below 3 %;
          ``p_target_low``, ``p_target_high``, ``p_below_3_low``, ``p_below_3_high``: their exact 95 % intervals, for
          each allocation alone.
        - ``exits_people``: people who left the register.
        - ``spent_yuan``, ``idle_yuan``: yuan paid, and left over.
        - ``more_poor``: people on the register more than under the baseline and the same luck, below zero fewer;
          ``more_poor_low``, ``more_poor_high``: interval of that mean, at 95 % for all rows together and, where
          replications were played until the choice was settled, at all looks.
        - ``verdict``: *baseline*; *better* or *worse* than it in people; *indistinguishable*.

        ``_low`` and ``_high`` are no spread of outcomes. What can be told apart is in ``verdict``, not in whether the
        intervals of two rows overlap.
        """
        paired = {row.name: (row.people.mean, row.people.low, row.people.high, row.verdict) for row in self.differences}
        return [
            {
                "allocation": s.name, "incidence": s.incidence.mean, "incidence_low": s.incidence.low,
                "incidence_high": s.incidence.high, "people_short": s.people_short.mean,
                "p_target": s.p_target.estimate, "p_target_low": s.p_target.low, "p_target_high": s.p_target.high,
                "p_below_3": s.p_below_3.estimate, "p_below_3_low": s.p_below_3.low, "p_below_3_high": s.p_below_3.high,
                "exits_people": s.exits["people"].mean, "spent_yuan": s.spent_yuan, "idle_yuan": s.idle_yuan,
                **dict(zip(("more_poor", "more_poor_low", "more_poor_high", "verdict"),
                           paired.get(s.name, (0.0, 0.0, 0.0, "baseline")), strict=True)),
            }
            for s in self.allocations
        ]  # fmt: skip


def compare(
    scenario: Scenario,
    replications: int | None = None,
    *,
    executor: Executor | None = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
    hold: bool = True,
) -> Comparison:
    """Play the scenario under every allocation and compare.

    Without ``replications`` they are played until the choice is settled (see `sim.statistics.selection`), the
    scenario's number at most. The other gate is played with the share of the replications that the scenario names.

    Every study takes these options, as far as it names them:

    - ``workers``: how many processes play (default: one a core); 1 plays in this one.
    - ``executor``: plays instead of them; it stays the caller's. ``workers`` then is how many runs it plays at once.
    - ``out``: a folder in which runs are kept, and from which a later call takes what it asks for again. What a
      ``replicate`` or families of a researcher's own played is taken only where their module or class has a ``version``
      (see `sim.load`), and as they, their file and their parameters were; else it is played anew.
    - ``progress``: called with runs done and runs in all as they finish, such as `sim.progress`.
    - ``replicate``: what plays a run, as ``module:function``, so that a worker can import it (see `sim.run`).
    - ``hold``: whether to take the folder's lock; False where the caller holds it already.

    Ctrl-C keeps what is done: the result is of the replications that are complete, and says so (``interrupted``). A
    replication that fails costs the others nothing and is named in ``failed``. Raises `RunError` where not a single one
    could be played.
    """
    return Question(scenario, replications).played(Player(executor, workers, out, progress, replicate, hold))


class Question:
    """What a comparison asks of an ensemble: until when to play, and what comes of it.

    With ``looked``, a choice that was settled after looks at so many replications is asked for again.
    """

    def __init__(self, scenario: Scenario, replications: int | None = None, looked: Sequence[int] = ()) -> None:
        count = asking.replications(scenario, replications)
        self.scenario, self._fixed = scenario, replications is not None
        self._at = (count,) if self._fixed else tuple(looked) or looks(count)
        self._looked: list[int] = []

    @property
    def looks(self) -> Looks:
        """The plans to be played until one settles the choice."""
        return Looks([_plan(self.scenario, count) for count in self._at], self._enough)

    def played(self, player: Player) -> Comparison:
        """Play what is asked, and fold it."""
        return self.answered(player.ensemble(self.scenario, self.looks))

    def answered(self, ensemble: Ensemble) -> Comparison:
        """Fold what was played; raises `RunError` where that is not a single replication."""
        asked = self._at[-1] if ensemble.interrupted else self._looked[-1]
        looked = _once_more(self.scenario, ensemble, self._looked) if ensemble.interrupted else self._looked
        return fold(self.scenario, ensemble, asked, () if self._fixed else looked)

    def _enough(self, ensembles: Mapping[str, Ensemble]) -> bool:
        self._looked.append(self._at[len(self._looked)])
        return not self._fixed and _race(self.scenario, ensembles[""], self._looked).settled


def _plan(scenario: Scenario, count: int) -> Plan:
    return [(scenario.gate, count), (other_gate(scenario.gate), ceil(count * scenario.gate_none_share))]


def fold(scenario: Scenario, ensemble: Ensemble, asked: int, looked: Sequence[int] = ()) -> Comparison:
    """Fold the replications that are complete for all allocations, in their order.

    With ``looked``, the numbers of replications at which the race was looked at, the choice and the differences hold
    for a number of replications that was not fixed before. Means, chances and what the other gate changes are told as
    if it had been: they are not what is looked at.
    """
    runs, others = (_complete(ensemble, scenario, gate) for gate in (scenario.gate, other_gate(scenario.gate)))
    names, target = list(scenario.allocations), scenario.targets.incidence
    first, count = names[0], len(runs[names[0]])
    refuse_empty(count, ensemble.failed, ensemble.interrupted)
    summaries = tuple(summarise(name, runs[name], target) for name in names) if count else ()
    to_first = simultaneous(CONFIDENCE, len(names) - 1)
    interval = anytime_change if looked else change_interval
    differences = tuple(difference(n, runs[first], runs[n], to_first, interval) for n in names[1:]) if count else ()
    selection = _race(scenario, ensemble, looked) if looked and count else None
    best, alike = _chosen(names, runs, summaries, target) if selection is None else _raced(names, selection)
    return Comparison(
        scenario, count, asked, ensemble.failed, ensemble.interrupted, summaries, *_gates(names, runs, others),
        differences, best, alike, selection, _same_money(summaries), runs, others,
    )  # fmt: skip


def _once_more(scenario: Scenario, ensemble: Ensemble, looked: list[int]) -> list[int]:
    """Add a look at what was complete when the playing was broken off."""
    complete = _complete(ensemble, scenario, scenario.gate)[scenario.baseline]
    seen = complete[-1].replication + 1 if complete else 0
    return [*looked, seen] if seen > max(looked, default=0) else looked


def _race(scenario: Scenario, ensemble: Ensemble, looked: Sequence[int]) -> Selection:
    runs, names = _complete(ensemble, scenario, scenario.gate), list(scenario.allocations)
    incidence = np.stack([scalar(runs[name], "incidence") for name in names], axis=1)
    played = [run.replication for run in runs[names[0]]]
    reached = incidence <= scenario.targets.incidence
    return race(names, incidence, reached, played, looked, scenario.confidence, scenario.indifference)


def _raced(names: Sequence[str], selection: Selection) -> tuple[str, tuple[str, ...]]:
    apart = {selection.best, *(row.name for row in selection.out)}
    return selection.best, tuple(name for name in names if name not in apart)


def _chosen(
    names: Sequence[str], runs: dict[str, list[Run]], summaries: Sequence[Summary], target: float
) -> tuple[str, tuple[str, ...]]:
    """Return the best and what is alike, of a number of replications fixed before."""
    if not summaries:
        return "", ()
    more_often = _reaching(names, runs, target)
    tied = [name for name in names if not any(more_often(other, name) for other in names)]
    best = min((s for s in summaries if s.name in tied), key=lambda s: s.people_short.mean).name
    rivals = [name for name in names if name != best and not more_often(best, name)]
    return best, _alike(best, rivals, runs, len(names))


def _reaching(
    names: Sequence[str], runs: Mapping[str, Sequence[Run]], target: float
) -> Callable[[str, str], bool]:
    """Return what says whether one reaches the target significantly more often than another; all pairs are compared."""
    reached = {name: scalar(runs[name], "incidence") <= target for name in names}
    chance = 1.0 - simultaneous(CONFIDENCE, comb(len(names), 2))

    def more_often(other: str, name: str) -> bool:
        a, b = reached[other], reached[name]
        return bool(a.sum() > b.sum()) and mcnemar(a, b) < chance

    return more_often


def _alike(best: str, rivals: Sequence[str], runs: Mapping[str, Sequence[Run]], compared: int) -> tuple[str, ...]:
    """Return what cannot be told from the best, which was picked after the fact: all pairs count as compared."""
    confidence = simultaneous(CONFIDENCE, comb(compared, 2))
    rows = (difference(name, runs[best], runs[name], confidence) for name in rivals)
    return tuple(row.name for row in rows if row.verdict == "indistinguishable")


def _gates(
    names: Sequence[str], runs: dict[str, list[Run]], others: dict[str, list[Run]]
) -> tuple[tuple[Difference, ...], int]:
    """Compare the other gate with the scenario's on the replications that both have."""
    both = {r.replication for r in runs[names[0]]} & {r.replication for r in others[names[0]]}
    if not both:
        return (), 0

    def common(kept: Sequence[Run]) -> list[Run]:
        return [run for run in kept if run.replication in both]

    confidence = simultaneous(CONFIDENCE, len(names))
    rows = tuple(difference(name, common(runs[name]), common(others[name]), confidence) for name in names)
    return rows, len(both)


def _complete(ensemble: Ensemble, scenario: Scenario, gate: str) -> dict[str, list[Run]]:
    names = list(scenario.allocations)
    numbers = sorted({r for g, _, r in ensemble.runs if g == gate})
    whole = [r for r in numbers if all((gate, name, r) in ensemble.runs for name in names)]
    return {name: [ensemble.runs[(gate, name, r)] for r in whole] for name in names}


def difference(
    name: str,
    base: Sequence[Run],
    runs: Sequence[Run],
    confidence: float,
    interval_of: Callable[[ArrayLike, float], Interval] = change_interval,
) -> Difference:
    """Return what the ``runs`` of an allocation differ by from those of a ``base``, replication by replication."""
    one, two = scalar(base, "incidence"), scalar(runs, "incidence")
    incidence, reduction = paired(one, two, confidence, interval_of)
    left = "registered_end_people"
    more = scalar(runs, left) - scalar(base, left)
    people = interval_of(more, confidence)
    verdict = "better" if people.high < 0 else "worse" if people.low > 0 else "indistinguishable"
    return Difference(name, incidence, people, int(np.count_nonzero(more)), reduction, verdict)


def _same_money(summaries: Sequence[Summary]) -> tuple[tuple[str, str], ...]:
    """Pairs whose yuan paid differ by 2 % at most in each line."""

    def same(a: Summary, b: Summary) -> bool:
        paid = ((a.lines[line]["paid"], b.lines[line]["paid"]) for line in a.lines)
        return all(abs(one - other) <= SAME_MONEY * max(one, other) for one, other in paid)

    return tuple((a.name, b.name) for a, b in combinations(summaries, 2) if same(a, b))
