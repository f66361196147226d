"""Which allocation comes closest to the target, with what chance, and what stops the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.record import Run
from sim.study.ensemble import REPLICATE, Ensemble, Progress, run_ensemble
from sim.study.intervals import Interval, Proportion, clopper_pearson, mean_interval, paired
from sim.study.store import Store, locked

if TYPE_CHECKING:
    from sim.scenario import Scenario

SAME_MONEY = 0.02


@dataclass(frozen=True)
class Summary:
    """One allocation over all replications; yuan, people and days are means a replication."""

    name: str
    incidence: Interval
    incidence_strict: Interval
    people_short: Interval
    p_target: Proportion
    p_target_strict: Proportion
    p_below_3: Proportion
    p_county_exit: Proportion
    exits: dict[str, Interval]
    lines: dict[str, dict[str, float]]
    spent_yuan: float
    idle_yuan: float
    cost_per_exit: float
    work_days: float
    why_not: list[dict[str, Any]]
    wrong_exit_rate: Interval
    missed_poor_rate: Interval
    recognition: Interval


@dataclass(frozen=True)
class Difference:
    """An allocation less the first one, replication by replication, under the same luck."""

    name: str
    incidence: Interval
    people: Interval
    variance_reduction: float
    verdict: str


@dataclass(frozen=True, repr=False)
class Comparison:
    """The answer: summaries in the scenario's order, paired differences, the best and what is not told from it."""

    scenario: Scenario
    replications: int
    asked: int
    failed: list[tuple[str, str, int, str]]
    interrupted: bool
    allocations: tuple[Summary, ...]
    gate_none: tuple[Summary, ...]
    differences: tuple[Difference, ...]
    best: str
    alike: tuple[str, ...]
    same_money: tuple[tuple[str, str], ...]
    runs: dict[str, list[Run]]

    def __repr__(self) -> str:
        return (
            f"<Comparison {self.scenario.name}: {len(self.allocations)} allocations x {self.replications} "
            f"replications, best {self.best or 'none'}>"
        )

    def rows(self) -> list[dict[str, Any]]:
        """Return one flat row an allocation."""
        return [
            {
                "allocation": s.name, "incidence": s.incidence.mean, "incidence_low": s.incidence.low,
                "incidence_high": s.incidence.high, "people_short": s.people_short.mean,
                "p_target": s.p_target.estimate, "p_below_3": s.p_below_3.estimate,
                "exits_people": s.exits["people"].mean, "spent_yuan": s.spent_yuan, "idle_yuan": s.idle_yuan,
            }
            for s in self.allocations
        ]  # fmt: skip

    def frame(self) -> Any:
        """Return `rows` as a pandas frame; needs the notebook extra."""
        import pandas as pd

        return pd.DataFrame(self.rows())

    def _repr_html_(self) -> str:
        from html import escape

        rows = self.rows()
        head = "".join(f"<th>{escape(k)}</th>" for k in (rows[0] if rows else {}))
        body = "".join("<tr>" + "".join(f"<td>{escape(_plain(v))}</td>" for v in r.values()) + "</tr>" for r in rows)
        return f"<table><caption>{escape(repr(self))}</caption><tr>{head}</tr>{body}</table>"


def compare(
    scenario: Scenario,
    replications: int | None = None,
    executor: Executor | None = None,
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    replicate: str = REPLICATE,
) -> Comparison:
    """Play the scenario under every allocation and compare; with ``out``, runs are kept there and reused.

    The other gate is played with the share of the replications that the scenario names.
    """
    asked = scenario.replications if replications is None else replications
    other = "none" if scenario.gate == "plan" else "plan"
    plan = [(scenario.gate, asked), (other, ceil(asked * scenario.gate_none_share))]
    if out is None:
        ensemble = run_ensemble(
            scenario, plan, executor=executor, workers=workers, progress=progress, replicate=replicate
        )
        return fold(scenario, ensemble, asked)
    with locked(Path(out)):
        store = Store(Path(out) / "runs.sqlite")
        try:
            ensemble = run_ensemble(
                scenario, plan, store=store, executor=executor, workers=workers, progress=progress, replicate=replicate
            )
        finally:
            store.close()
    return fold(scenario, ensemble, asked)


def fold(scenario: Scenario, ensemble: Ensemble, asked: int) -> Comparison:
    """Fold the replications that are complete for all allocations, in their order."""
    other = "none" if scenario.gate == "plan" else "plan"
    runs = _complete(ensemble, scenario, scenario.gate)
    others = _complete(ensemble, scenario, other)
    names = list(scenario.allocations)
    count = len(runs[names[0]])
    target = scenario.targets.incidence
    summaries = tuple(_summary(name, runs[name], target) for name in names) if count else ()
    gate_none = tuple(_summary(name, others[name], target) for name in names) if others[names[0]] else ()
    differences = tuple(_difference(name, runs[names[0]], runs[name]) for name in names[1:]) if count else ()
    best = min(summaries, key=lambda s: (-s.p_target.count, s.people_short.mean)).name if summaries else ""
    alike = tuple(
        n for n in names if best and n != best and _difference(n, runs[best], runs[n]).verdict == "indistinguishable"
    )
    return Comparison(
        scenario, count, asked, ensemble.failed, ensemble.interrupted, summaries, gate_none, differences, best,
        alike, _same_money(summaries), runs,
    )  # fmt: skip


def _complete(ensemble: Ensemble, scenario: Scenario, gate: str) -> dict[str, list[Run]]:
    names = list(scenario.allocations)
    numbers = sorted({r for g, _, r in ensemble.runs if g == gate})
    whole = [r for r in numbers if all((gate, name, r) in ensemble.runs for name in names)]
    return {name: [ensemble.runs[(gate, name, r)] for r in whole] for name in names}


def _scalar(runs: Sequence[Run], name: str) -> np.ndarray:
    return np.array([run.scalars[name] for run in runs], dtype=float)


def _summary(name: str, runs: Sequence[Run], target: float) -> Summary:
    n = len(runs)
    spent, idle = float(_scalar(runs, "paid_yuan").mean()), float(_scalar(runs, "idle_yuan").mean())
    exits = {who: mean_interval(_scalar(runs, f"exits_{who}")) for who in ("people", "households", "villages")}
    return Summary(
        name=name,
        incidence=mean_interval(_scalar(runs, "incidence")),
        incidence_strict=mean_interval(_scalar(runs, "incidence_strict")),
        people_short=mean_interval(_scalar(runs, "people_short")),
        p_target=clopper_pearson(int((_scalar(runs, "incidence") <= target).sum()), n),
        p_target_strict=clopper_pearson(int((_scalar(runs, "incidence_strict") <= target).sum()), n),
        p_below_3=clopper_pearson(int((_scalar(runs, "incidence") < 0.03).sum()), n),
        p_county_exit=clopper_pearson(int(_scalar(runs, "county_exit").sum()), n),
        exits=exits,
        lines=_lines(runs),
        spent_yuan=spent,
        idle_yuan=idle,
        cost_per_exit=spent / max(1.0, exits["people"].mean),
        work_days=float(_scalar(runs, "work_minutes").mean()) / 480,
        why_not=_why_not(runs),
        wrong_exit_rate=mean_interval(_scalar(runs, "wrong_exit_rate")),
        missed_poor_rate=mean_interval(_scalar(runs, "missed_poor_rate")),
        recognition=mean_interval(_scalar(runs, "recognition")),
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


def _difference(name: str, base: Sequence[Run], runs: Sequence[Run]) -> Difference:
    incidence, reduction = paired(_scalar(base, "incidence").tolist(), _scalar(runs, "incidence").tolist())
    people, _ = paired(_scalar(base, "registered_end_people").tolist(), _scalar(runs, "registered_end_people").tolist())
    verdict = "better" if incidence.high < 0 else "worse" if incidence.low > 0 else "indistinguishable"
    return Difference(name, incidence, people, reduction, verdict)


def _same_money(summaries: Sequence[Summary]) -> tuple[tuple[str, str], ...]:
    """Pairs whose yuan paid differ by less than 2 % of what is paid, over all lines: one allocation in effect."""
    pairs = []
    for i, a in enumerate(summaries):
        for b in summaries[i + 1 :]:
            apart = sum(abs(a.lines[k]["paid"] - b.lines[k]["paid"]) for k in a.lines)
            if apart <= SAME_MONEY * max(a.spent_yuan, b.spent_yuan, 1.0):
                pairs.append((a.name, b.name))
    return tuple(pairs)


def _plain(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
