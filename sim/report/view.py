"""What figures and tables read of a comparison: titles, and scalars and series as arrays over replications."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.words import language

if TYPE_CHECKING:
    from sim.record import Run

Floats = NDArray[np.float64]

CAUSES = (
    "not_proposed", "undiagnosed", "file_wrong", "unapproved", "unfunded", "no_crew", "season",
    "unfinished", "unaccepted", "income_young", "income_short", "shock", "turned_away", "frozen",
)  # fmt: skip


def names(result: Any) -> list[str]:
    """The allocations compared, the baseline first."""
    return list(result.runs)


def title(result: Any, name: str) -> str:
    """What readers call an allocation: its title in the language in use, any title, else its name."""
    titles = result.scenario.allocations[name].title
    return titles.get(language()) or next(iter(titles.values()), name)


def runs(result: Any, name: str) -> list[Run]:
    """The replications of an allocation, in their order."""
    return list(result.runs[name])


def values(runs: Iterable[Run], scalar: str) -> Floats:
    """A scalar over replications."""
    return np.array([run.scalars[scalar] for run in runs], dtype=float)


def series(runs: Iterable[Run], name: str) -> Floats:
    """A monthly series: a row a replication, a column a month end (the first: the start)."""
    return np.array([run.monthly[name] for run in runs], dtype=float)


def target(result: Any) -> float:
    """The incidence to be reached."""
    return float(result.scenario.targets.incidence)


class Interval(NamedTuple):
    """An estimate with its interval."""

    estimate: float
    low: float
    high: float


def interval(result: Any, name: str, column: str) -> Interval:
    """A chance or a mean of an allocation, as `summary.json` holds it."""
    cell = _row(result, name)[column]
    return Interval(cell.get("estimate", cell.get("mean")), cell["low"], cell["high"])


def causes(result: Any, name: str, column: str) -> dict[str, float]:
    """People by cause (`people`, `sole` or `last`), the mean of a replication, in the order of the gates."""
    found = runs(result, name)
    people = dict.fromkeys(CAUSES, 0.0)
    for run in found:
        for row in run.why_not:
            people[row["cause"]] = people.get(row["cause"], 0.0) + row[column] / len(found)
    return people


def _row(result: Any, name: str) -> dict[str, Any]:
    return next(row for row in result.summary()["allocations"] if row["name"] == name)
