"""Studies read back from the summaries that they left: of each result as much as the page tells of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import inf, nan
from typing import TYPE_CHECKING, Any

from sim.scenario.names import LINES
from sim.statistics.intervals import Interval, Proportion
from sim.statistics.selection import Selection
from sim.study.compare import Comparison, Difference
from sim.study.deadlines import Chance, Deadlines
from sim.study.effects import Effect, Effects
from sim.study.factors import factors
from sim.study.influences import Influence
from sim.study.optimise import Optimisation, Region, Standing
from sim.study.schedule import last_day
from sim.study.screening import Index, Moved, Screening
from sim.study.search import Budget, Tried
from sim.study.sensitivity import Part, Sensitivity
from sim.study.summary import Summary
from sim.study.totals import Totals

if TYPE_CHECKING:
    from sim.scenario import Scenario

#: What a summary does not hold.
_UNKNOWN, _NEVER = Interval(nan, -inf, inf), Proportion(nan, 0.0, 1.0, 0, 0)
_MEANS = (
    "incidence", "incidence_strict", "incidence_before_holdbacks", "people_short", "wrong_exit_rate",
    "missed_poor_rate", "recognition",
)  # fmt: skip
_INTERVALS = ("people", "incidence", "wrong_exit_rate", "county_exit", "paid_yuan", "work_days")
_CHANCES = ("p_target", "p_target_strict", "p_target_before_holdbacks", "p_below_3", "p_county_exit")


def interval(ends: Mapping[str, Any]) -> Interval:
    """An interval as JSON has it, without an end where that is null."""
    low, high = ends["low"], ends["high"]
    return Interval(_number(ends["mean"]), -inf if low is None else float(low), inf if high is None else float(high))


def effects(scenario: Scenario, found: Any) -> Effects:
    """What each change does."""
    return Effects(
        scenario, found["allocation"], found["replications"], found["replications_asked"],
        tuple(map(_effect, found["effects"])), found["failed"], found["interrupted"],
    )  # fmt: skip


def _effect(row: dict[str, Any]) -> Effect:
    intervals = {name: interval(row[name]) for name in _INTERVALS}
    return Effect(row["system"], row["state"], differ=row["differ"], **intervals)


def deadlines(scenario: Scenario, found: Any) -> Deadlines:
    """The chances by day, the last safe days and the schedule."""
    chances = tuple(
        Chance(row["work"], date.fromisoformat(row["begin"]), row["cases"], _ends(row, "chance"))
        for row in found["chances"]
    )  # fmt: skip
    safe = {work: None if day is None else date.fromisoformat(day) for work, day in found["last_safe"].items()}
    return Deadlines(
        scenario, found["allocation"], found["replications"], found["replications_asked"], chances, safe,
        found["failed"], found["interrupted"], tuple(map(last_day, found["schedule"])),
    )  # fmt: skip


def sensitivity(scenario: Scenario, found: Any) -> Sensitivity:
    """Where the doubt comes from, and which assumed values go along."""
    parts = tuple(
        Part(row["quantity"], row["group"], _ends(row, "left"), _ends(row, "share"))
        for row in found["spread"]
    )  # fmt: skip
    first, second = found["leaders"] or ("", "")
    return Sensitivity(
        scenario, found["vectors"], found["vectors_asked"], (first, second) if second else None,
        {row["quantity"]: row["sd"] for row in found["spread"]}, parts,
        tuple(map(_influence, found["influences"])), found["values_varied"], found["failed"],
        found["interrupted"],
    )  # fmt: skip


def _influence(row: dict[str, Any]) -> Influence:
    return Influence(row["quantity"], row["name"], row["correlation"], row["told"])


def optimisation(scenario: Scenario, found: Any) -> Optimisation:
    """A search, its choice among allocations of which only the winner's money is known; its manifest has the budget."""
    budget = found["manifest"]["budget"]
    winner, choice, region, standing = (found[key] for key in ("winner", "choice", "region", "standing"))
    tried = tuple(
        Tried(row["name"], row["stage"], {line: row[line] for line in LINES}, row["tilt"],
              inf if row["people_short"] is None else float(row["people_short"]), row["runs"], row["told_worse"])
        for row in found["tried"]
    )  # fmt: skip
    plan = {"shares": winner["shares"], "tilt": winner["tilt"]}
    contest = scenario
    if winner["found"]:
        contest = scenario.replace(allocations={**scenario.dump()["allocations"], winner["name"]: plan}, compare="all")
    return Optimisation(
        scenario, Budget(**budget), found["evolved"], tried, _comparison(contest, choice),
        Region(tuple(region["names"]), region["shares"], tuple(region["tilt"])), _standing(standing), found["runs"],
        found["failed"], found["interrupted"],
    )  # fmt: skip


def _standing(found: Any) -> Standing | None:
    if found is None:
        return None
    best, regret = Proportion(**found["best"]), interval(found["regret"])
    rests_on = tuple(map(_influence, found["rests_on"]))
    return Standing(best, regret, found["worst"], found["rival"], rests_on, found["varied"])


def totals(scenario: Scenario, found: Any) -> Totals:
    """Comparisons by total, without their runs."""
    by = sorted((int(total), one) for total, one in found["totals"].items())
    comparisons = {total: _comparison(scenario.replace(total_yuan=total), one) for total, one in by}
    return Totals(scenario, comparisons, found["interrupted"])


def screening(scenario: Scenario, found: Any) -> Screening:
    """Which assumed values move what, and their shares of the variance."""
    moved = tuple(
        Moved(row["quantity"], row["name"],
              interval({"mean": row["size"], "low": row["size_low"], "high": row["size_high"]}), _number(row["mean"]),
              _number(row["spread"]))
        for row in found["moved"]
    )  # fmt: skip
    indices = tuple(
        Index(row["quantity"], row["factor"], interval(row["first"]), interval(row["total"]))
        for row in found["indices"]
    )
    first, second = found["leaders"] or ("", "")
    return Screening(
        scenario, factors(scenario), found["trajectories"], found["trajectories_asked"],
        (first, second) if second else None, moved, tuple(found["kept"]), found["base"], found["base_asked"], indices,
        found["failed"], found["interrupted"],
    )  # fmt: skip


def _comparison(scenario: Scenario, found: Mapping[str, Any]) -> Comparison:
    rows = tuple(map(_summary, found["allocations"]))
    apart = tuple(_difference(row) for row in found["differences"])
    return Comparison(
        scenario, found["replications"], found["replications"], (), False, rows, (), 0, apart, found["best"],
        tuple(found["cannot_be_told_apart"]), _selection(found["selection"]), (), {row.name: () for row in rows}, {},
    )  # fmt: skip


def _summary(row: Mapping[str, Any]) -> Summary:
    kept: dict[str, Any] = {name: interval(row[name]) if name in row else _UNKNOWN for name in _MEANS}
    kept |= {name: Proportion(**row[name]) if name in row else _NEVER for name in _CHANCES}
    return Summary(
        name=row["name"], exits={}, lines={}, spent_yuan=nan, idle_yuan=nan, cost_per_exit=nan, work_days=nan,
        crew_days=nan, why_not=(), **kept,
    )  # fmt: skip


def _difference(row: Mapping[str, Any]) -> Difference:
    return Difference(
        row["name"], interval(row["incidence"]), interval(row["people"]), row["differ"],
        _number(row["variance_reduction"]), row["verdict"],
    )  # fmt: skip


def _selection(found: Mapping[str, Any] | None) -> Selection | None:
    if found is None:
        return None
    return Selection(
        found["best"], found["confidence"], found["indifference"], tuple(found["looks"]),
        found["ended"] if found["settled"] else None, tuple(found["left"]), tuple(found["tied"]), (),
        inf if found["within"] is None else found["within"],
    )  # fmt: skip


def _ends(row: dict[str, Any], name: str) -> Interval:
    """An interval that stands flat in a row."""
    return interval({"mean": row[name], "low": row[f"{name}_low"], "high": row[f"{name}_high"]})


def _number(value: float | None) -> float:
    return nan if value is None else float(value)
