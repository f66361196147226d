"""Made-up studies to lie beside a made-up comparison: nothing here is a result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import inf

from sim.ensemble.ensemble import Ensemble
from sim.report.beside import Beside
from sim.scenario.names import LINES
from sim.study import Comparison, Effect, Effects, Interval, Optimisation, Proportion
from sim.study.compare import fold
from sim.study.deadlines import Chance, Deadlines
from sim.study.factors import LUCK, REST, START, VALUES, factors
from sim.study.influences import Influence
from sim.study.optimise import Region, Standing
from sim.study.schedule import GATES, LastDay
from sim.study.screening import Index, Moved, Screening
from sim.study.search import Budget, Tried, leaning
from sim.study.sensitivity import QUANTITIES, Part, Sensitivity
from sim.study.totals import Totals
from tests.report import example

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


def searched(comparison: Comparison) -> Optimisation:
    """One split that is better than the written ones, and two that are as good as it."""
    scenario, found = comparison.scenario, "tried_0008"
    plan = {"shares": {"industry": 0.5, "housing": 0.5}, "tilt": 0.5}
    contest = scenario.replace(allocations={**scenario.dump()["allocations"], found: plan}, compare="all")
    runs = {
        ("plan", name, r): example.run(name, example.OFFSETS.get(name, -0.006), r)
        for name in contest.allocations for r in range(12)
    }  # fmt: skip
    tried = tuple(
        Tried(name, "spread" if name == found else "own", dict(each.shares), leaning(scenario, each), 100.0, 8 * k, k == 1)
        for k, (name, each) in enumerate(contest.allocations.items())
    )
    as_good = Region((found, "balanced_by_need"), {line: (0.0, 0.1 + 0.05 * k) for k, line in enumerate(LINES)}, (0.4, 0.6))
    rests_on = (Influence("lead", "income.registered_median_2018", 0.6, True),)
    standing = Standing(Proportion(0.5, 0.3, 0.7, 6, 12), Interval(9.0, 5.0, 13.0), 40.0, "balanced_by_need", rests_on, 200)
    choice = fold(contest, Ensemble(runs=runs), 12, (12,))
    return Optimisation(scenario, Budget(200, 8, 8, 100), True, tried, choice, as_good, standing, 190, [], False)


def at_totals(comparison: Comparison) -> Totals:
    """More money, a lower incidence."""
    totals = {60_000_000: 0.01, 220_000_000: 0.0, 1_000_000_000: -0.004}
    of = {yuan: comparison.scenario.replace(total_yuan=yuan) for yuan in totals}
    found = {yuan: example.comparison(6, shift, of[yuan]) for yuan, shift in totals.items()}
    return Totals(comparison.scenario, found, False)


def screened(comparison: Comparison) -> Screening:
    """Two values kept, one of which has most of the doubt."""
    kept = ("income.registered_median_2016", "works.road_crews")
    moved = tuple(
        Moved(quantity, name, Interval(size, size / 2, 2 * size), -size, 0.5 * size)
        for quantity in QUANTITIES for name, size in ((kept[0], 0.004), (kept[1], 0.001), (START, 0.001), (LUCK, 0.002))
    )  # fmt: skip
    sizes = {kept[0]: 0.5, kept[1]: 0.1, REST: 0.2, VALUES: 0.8, START: 0.1, LUCK: 0.2}
    indices = tuple(
        Index(quantity, name, Interval(share / 2, -0.1, share), Interval(share, share - 0.1, share + 0.1))
        for quantity in QUANTITIES for name, share in sizes.items()
    )  # fmt: skip
    leaders = ("balanced_by_need", "finish_relocation")
    return Screening(
        comparison.scenario, factors(comparison.scenario), 4, 4, leaders, moved, kept, 8, 8, indices, [], False
    )


def beside(comparison: Comparison) -> Beside:
    ablated = ablation(
        comparison, effect("works", "double", -300.0), effect("files", "half", -60.0), effect("cadres", "off", 3000.0)
    )
    return Beside(
        ablated, deadlines(comparison), valued(comparison), doubts(comparison), screened(comparison),
        at_totals(comparison), searched(comparison),
    )  # fmt: skip
