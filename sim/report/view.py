"""What figures and tables read of a comparison: titles, and scalars and series as arrays over replications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.campaign.assumed import values as assumed
from sim.report.typeset import cut
from sim.statistics.intervals import FEW
from sim.words import language, say
from sim.words.numbers import exact_percent

if TYPE_CHECKING:
    from sim.record import Run
    from sim.scenario import Scenario
    from sim.study import Comparison, Interval, Summary

Floats = NDArray[np.float64]

#: Percentiles between which 95 of 100 new replications lie, and the fewest that show them: 2.5 % of one more than there
#: are has to come to one, else they lie beyond the lowest and the highest.
SPREAD, SPREAD_FROM = (2.5, 97.5), 39

CAUSES = (
    "not_proposed", "ready_late", "undiagnosed", "desk", "file_wrong", "unapproved", "no_quota", "unfunded",
    "on_its_way", "no_crew", "season", "unfinished", "unaccepted", "income_young", "income_short", "income_misread",
    "shock", "unverified", "turned_away", "frozen", "misused", "registered_late", "switched_off",
)  # fmt: skip


class Span(NamedTuple):
    """An estimate and its interval; where one replication gives no interval, the estimate alone."""

    estimate: float
    low: float
    high: float


def names(result: Comparison) -> list[str]:
    """The allocations compared, the baseline first."""
    return list(result.runs)


def title(result: Comparison, name: str) -> str:
    """What readers call an allocation, in the language in use."""
    return title_of(result.scenario, name)


def title_of(scenario: Scenario, name: str) -> str:
    """What readers of a scenario call one of its allocations."""
    return cut(scenario.allocations[name].title.get(language(), name))


def scaled(scenario: Scenario) -> list[str]:
    """What to know of sums that are those of the full county where a part of it is played."""
    return [] if scenario.scale == 1 else [say("note.scaled", scale=exact_percent(scenario.scale))]


def scaled_people(scenario: Scenario) -> list[str]:
    """What to know of people where a part of the county is played and no sums stand beside them."""
    return [] if scenario.scale == 1 else [say("note.scaled_people", scale=exact_percent(scenario.scale))]


def runs(result: Comparison, name: str) -> list[Run]:
    """The replications of an allocation, in their order."""
    return list(result.runs[name])


def series(runs: Iterable[Run], name: str) -> Floats:
    """A monthly series: a row a replication, a column a month end (the first: the start)."""
    return np.array([run.monthly[name] for run in runs], dtype=float)


def target(result: Comparison) -> float:
    """The incidence to be reached."""
    return float(result.scenario.targets.incidence)


def limit(result: Comparison, rule: str) -> float:
    """What a rule of the exit asks for, as this campaign has it."""
    return float(assumed(result.scenario, 0)[rule])


def summary(result: Comparison, name: str) -> Summary:
    """An allocation over all replications."""
    return next(row for row in result.allocations if row.name == name)


def told_apart(result: Comparison) -> bool:
    """Whether an allocation is known to do better or worse than the baseline."""
    return any(row.verdict != "indistinguishable" for row in result.differences)


def too_few(result: Comparison) -> bool:
    """Whether there are too few replications to tell any two allocations apart, or to say that they do not differ."""
    return result.replications < result.fewest


def few(replications: int) -> list[str]:
    """That so few replications give no intervals, or rough ones; nothing to say of enough."""
    if replications >= FEW:
        return []
    return [say("answer.few" if replications > 1 else "answer.single", done=replications)]


def percentiles(values: Floats | list[float], ends: Sequence[float]) -> Floats:
    """Below what so many of 100 new replications lie: the k-th of n rows, from the least, has k / (n + 1) below it."""
    return np.asarray(np.percentile(values, ends, axis=0, method="weibull"))


def spread(values: Floats) -> tuple[float, float, bool]:
    """Between what 95 of 100 new replications lie; of too few the lowest and the highest, and that they are few."""
    if len(values) < SPREAD_FROM:
        return float(values.min()), float(values.max()), True
    low, high = percentiles(values, SPREAD).tolist()
    return low, high, False


def tied(result: Comparison) -> list[str]:
    """Those from which the best cannot be told apart; not the baseline where the best is known to do better."""
    known = result.best in known_better(result)
    return [name for name in result.alike if not (known and name == result.baseline)]


def known_better(result: Comparison) -> list[str]:
    """The allocations known to do better than the baseline, each held against it alone."""
    return [row.name for row in result.differences if row.verdict == "better"]


def span(of: Interval) -> Span:
    """The estimate and its interval."""
    return Span(of.mean, *(end if isfinite(end) else of.mean for end in (of.low, of.high)))


def causes(of: Summary, column: str) -> dict[str, float]:
    """People by cause (`held`, `sole` or `last`), the mean of a replication, in the order of the gates."""
    people = {row["cause"]: float(row[column]) for row in of.why_not}
    known = [cause for cause in CAUSES if cause in people]
    return {cause: people[cause] for cause in [*known, *sorted(set(people) - set(known))]}
