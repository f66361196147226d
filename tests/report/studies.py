"""Made-up studies to lie beside a made-up comparison: nothing here is a result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import inf

from sim.report.page.beside import Beside
from sim.study import Comparison, Effect, Effects, Interval
from sim.study.deadlines import Chance, Deadlines
from sim.study.schedule import GATES, LastDay
from sim.study.sensitivity import Influence, Part, Sensitivity

NONE = Interval(0.0, -inf, inf)


def effect(system: str, state: str, people: float, low: float | None = None, high: float | None = None) -> Effect:
    interval = Interval(people, people - 20 if low is None else low, people + 20 if high is None else high)
    return Effect(system, state, interval, 20, NONE, NONE, NONE, NONE, NONE)


def effects(comparison: Comparison, *rows: Effect) -> Effects:
    return Effects(comparison.scenario, "as_in_2016_17", 20, 20, rows, [], False)


def ablation(comparison: Comparison, *rows: Effect) -> Effects:
    return effects(comparison, effect("more money", "more", -100.0), *rows)


def deadlines(comparison: Comparison) -> Deadlines:
    """Roads that have to begin in January, schooling that need not."""
    months = [date(2018, month, 1) for month in range(1, 13)]
    ends = {"hamlet_roads": 2, "water": 5, "schooling": 9}
    chances = tuple(
        Chance(work, day, 10.0, Interval(mean, mean - 0.05, mean + 0.05))
        for work, last in ends.items()
        for day in months
        for mean in [0.9 if day.month <= last else 0.3]
    )
    safe = {work: date(2018, last, 1) for work, last in ends.items()}
    return Deadlines(comparison.scenario, "as_in_2016_17", 8, 8, chances, safe, [], False, last_days(safe))


def last_days(safe: Mapping[str, date]) -> tuple[LastDay, ...]:
    """Roads whose money comes too late, water that is not settled in the year, schooling without a project."""
    found = []
    for work, day in safe.items():
        gates = ("begun", "finished") if work == "schooling" else GATES
        for weeks, gate in enumerate(gates, start=-1):
            out = (work, gate) in {("hamlet_roads", "paid_first"), ("water", "settled")}
            at = None if out else day + timedelta(weeks=max(weeks, 0))
            low, high = (at, at) if at is None else (at - timedelta(3), at + timedelta(9))
            found.append(LastDay(work, gate, at, low, high, 0.4 if out else 0.95, 8))
    return tuple(found)


def valued(comparison: Comparison) -> Effects:
    """Money earlier does more than money."""
    return effects(
        comparison, effect("industry", "line", -30.0, -50.0, -10.0), effect("housing", "line", 0.0),
        effect("disbursement", "earlier", -350.0), effect("works", "quarter", -40.0),
    )  # fmt: skip


def doubts(comparison: Comparison) -> Sensitivity:
    """Most of the doubt is assumed values, one of them named."""
    sizes = {"start": 0.1, "parameters": 0.8, "luck": 0.2}
    parts = tuple(
        Part(quantity, group, Interval(share, share - 0.05, share + 0.05), Interval(share, share - 0.05, share + 0.05))
        for quantity in ("incidence", "difference", "regret")
        for group, share in sizes.items()
    )
    found = tuple(
        Influence(quantity, name, correlation, abs(correlation) > 0.5)
        for quantity in ("incidence", "difference", "regret")
        for name, correlation in (("income.registered_median_2016", -0.7), ("works.road_crews", 0.1))
    )
    spread = {"incidence": 0.004, "difference": 120.0, "regret": 30.0}
    return Sensitivity(
        comparison.scenario, 48, 48, ("balanced_by_need", "finish_relocation"), spread, parts, found, 200, [], False
    )


def beside(comparison: Comparison) -> Beside:
    ablated = ablation(
        comparison, effect("works", "double", -300.0), effect("files", "half", -60.0), effect("cadres", "off", 3000.0)
    )
    return Beside(ablated, deadlines(comparison), valued(comparison), doubts(comparison))
