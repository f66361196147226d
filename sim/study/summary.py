"""One allocation over all its replications: means with intervals, chances, money by line, and what stops it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.campaign.desks import DAY_MINUTES
from sim.fixed import FixedFields
from sim.record import Run
from sim.statistics.intervals import Interval, Proportion, clopper_pearson, mean_interval, share_interval


@dataclass(frozen=True)
class Summary(FixedFields):
    """One allocation over all replications; yuan, people and days are means a replication.

    Each interval and chance holds at 95 % for this allocation alone: where the mean lies, not how outcomes spread.
    ``cost_per_exit`` is what is paid by people out; infinite where nobody is out.
    """

    name: str
    incidence: Interval
    incidence_strict: Interval
    incidence_before_holdbacks: Interval
    people_short: Interval
    p_target: Proportion
    p_target_strict: Proportion
    p_target_before_holdbacks: Proportion
    p_below_3: Proportion
    p_county_exit: Proportion
    exits: Mapping[str, Interval]
    lines: Mapping[str, Mapping[str, float]]
    spent_yuan: float
    idle_yuan: float
    cost_per_exit: float
    work_days: float
    crew_days: float
    why_not: Sequence[Mapping[str, Any]]
    wrong_exit_rate: Interval
    missed_poor_rate: Interval
    recognition: Interval


def scalar(runs: Iterable[Run], name: str) -> NDArray[np.float64]:
    """Return a figure of each run, in their order."""
    return np.array([run.scalars[name] for run in runs], dtype=float)


def as_rows(columns: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """Return the rows of a table that a run keeps by column."""
    return (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))


def summarise(name: str, runs: Sequence[Run], target: float) -> Summary:
    """Return what an allocation's runs come to; ``target`` is an incidence, as a share."""
    n = len(runs)
    spent, idle = float(scalar(runs, "paid_yuan").mean()), float(scalar(runs, "idle_yuan").mean())
    exits = {who: mean_interval(scalar(runs, f"exits_{who}")) for who in ("people", "households")}
    exits["villages"] = share_interval(scalar(runs, "exits_villages"), len(runs[0].villages["code"]))

    def reached(incidence: str) -> Proportion:
        return clopper_pearson(int((scalar(runs, incidence) <= target).sum()), n)

    return Summary(
        name=name,
        incidence=share_interval(scalar(runs, "incidence")),
        incidence_strict=share_interval(scalar(runs, "incidence_strict")),
        incidence_before_holdbacks=share_interval(scalar(runs, "incidence_before_holdbacks")),
        people_short=mean_interval(scalar(runs, "people_short")),
        p_target=reached("incidence"),
        p_target_strict=reached("incidence_strict"),
        p_target_before_holdbacks=reached("incidence_before_holdbacks"),
        p_below_3=clopper_pearson(int((scalar(runs, "incidence") < 0.03).sum()), n),
        p_county_exit=clopper_pearson(int(scalar(runs, "county_exit").sum()), n),
        exits=exits,
        lines=_lines(runs),
        spent_yuan=spent,
        idle_yuan=idle,
        cost_per_exit=spent / exits["people"].mean if exits["people"].mean > 0 else inf,
        work_days=float(scalar(runs, "work_minutes").mean()) / DAY_MINUTES,
        crew_days=float(scalar(runs, "crew_days").mean()),
        why_not=_why_not(runs),
        wrong_exit_rate=share_interval(scalar(runs, "wrong_exit_rate")),
        missed_poor_rate=share_interval(scalar(runs, "missed_poor_rate")),
        recognition=share_interval(scalar(runs, "recognition")),
    )


def _lines(runs: Sequence[Run]) -> dict[str, dict[str, float]]:
    lines = runs[0].lines
    return {
        line: {part: float(np.mean([run.lines[line][part] for run in runs])) for part in lines[line]} for line in lines
    }


def _why_not(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Mean people a replication by cause: held by it, held by nothing else, held by it at the earliest gate."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for run in runs:
        for row in run.why_not:
            for k, part in enumerate(("people", "sole", "last")):
                sums[row["cause"]][k] += row[part] / len(runs)
    rows = [{"cause": cause, "held": v[0], "sole": v[1], "last": v[2]} for cause, v in sums.items()]
    return sorted(rows, key=lambda row: (-float(row["held"]), str(row["cause"])))
