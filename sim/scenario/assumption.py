"""Overrides of assumed values: known to the evidence, and inside its range unless the file says otherwise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import Field

from sim.scenario.fields import Number, Strict, Truth, refuse
from sim.scenario.names import nearest
from sim.scenario.own import known_parameters

#: Entries that a key of the scenario decides; overriding them here would do nothing.
ELSEWHERE = {
    "money.total": "total", "money.free": "earmarked, floors",
    "plan.incidence": "targets.incidence", "plan.exits_people": "targets.people",
    "plan.exits_households": "targets.households", "plan.exits_villages": "targets.villages",
}  # fmt: skip


#: Entries that a run is held against begin so, but for those that are played; these margins are checked and meet none.
_HELD_AGAINST = ("fact.", "held.", "history.inflow_share", "missing.income_2", "missing.relocation_2")
_PLAYED = {
    "fact.cases_opened", "fact.findings_city", "fact.findings_region", "fact.industry_coverage_day",
    "fact.inspection_months", "fact.leads", "fact.leads_months", "fact.rectification_months",
}  # fmt: skip
#: What to set instead, where that is plain.
INSTEAD = {
    "fact.zone_leaders": "zones.leaders", "fact.move_in_rate": "relocation.moved_end_2017",
    "fact.moved_in": "relocation.moved_end_2017", "fact.award_two_mu": "industry.award_per_mu",
    "fact.award_four_mu": "industry.award_per_mu", "missing.relocation_2016": "relocation.to_relocate",
    "missing.relocation_2018": "relocation.to_relocate",
}  # fmt: skip


class Assumption(Strict):
    """The value to use instead of the evidence's, or how many ``times`` what the replication draws.

    ``outside_range`` says that leaving the range is meant; of ``times`` it is the multiple of the evidence's value that
    leaves it.
    """

    value: Number | None = None
    times: Number | None = None
    outside_range: Truth = Field(default=False)

    def dump(self) -> Any:
        """Return the shortest form a file could hold."""
        if self.times is None and not self.outside_range:
            return self.value
        plain = {"value": self.value} if self.times is None else {"times": self.times}
        return {**plain, "outside_range": True} if self.outside_range else plain


def evidence() -> Mapping[str, Any]:
    """The evidence and what own families bring into it, read only if a scenario overrides anything."""
    return _evidence(known_parameters())


@cache
def _evidence(own: tuple[Any, ...]) -> Mapping[str, Any]:
    from sim.evidence import load

    return load().joined(own)


def held_against(name: str) -> bool:
    """Say whether a run is only held against an entry: whatever its value, it plays nothing."""
    return name.startswith(_HELD_AGAINST) and name not in _PLAYED


def of_other_years(name: str, begins: int, ends: int) -> str | None:
    """Return the value that a run from one year to another has instead of this one, None where it may have this.

    Where villages stood in 2016 plays a part in 2018 as well; after 2018 the line rises as it did since 2016.
    """
    stem, _, year = name.rpartition("_")
    twins = {when: f"{stem}_{when}" for when in ("2016", "2018")}
    if stem.startswith("tier.") or not all(twin in evidence() for twin in twins.values()):
        return None
    if year in ("2016", "2017") and begins >= 2018:
        return None if name == "income.line_2016" and ends > 2018 else twins["2018"]
    return twins["2016"] if year == "2018" and ends < 2018 else None


def known(name: str) -> str:
    """Return the name if the evidence has it and it is decided here."""
    if name in ELSEWHERE:
        raise refuse("set_elsewhere", ELSEWHERE[name], other=ELSEWHERE[name])
    if name not in evidence():
        raise refuse("unknown_assumption", near=nearest(name, evidence(), "parameter"))
    if held_against(name):
        raise refuse("held_against", near=INSTEAD.get(name))
    return name


def written(entry: object) -> object:
    """Accept the short form, a bare number."""
    return entry if isinstance(entry, dict | Assumption) else {"value": entry}


def in_range(name: str, assumption: Assumption) -> Assumption:
    """Refuse a value outside the range of the evidence, or another one for a fact, unless that is said to be meant."""
    entry = evidence().get(name)
    if entry is None or name in ELSEWHERE or held_against(name):
        return assumption
    if (assumption.value is None) is (assumption.times is None):
        raise refuse("value_or_times", "value | times")
    if entry.positive and 0.0 in (assumption.value, assumption.times):
        raise refuse("zero_value", "> 0")
    if assumption.value is None:
        return _multiplied(assumption, entry)
    if not entry.signed and assumption.value < min(0.0, entry.value, entry.value if entry.low is None else entry.low):
        raise refuse("negative_value", ">= 0")
    if entry.kind == "source" and assumption.value != entry.value and not assumption.outside_range:
        raise refuse("is_a_fact", f"{entry.value:g}")
    if entry.low is None or entry.high is None or assumption.outside_range:
        return _playable(assumption, entry, assumption.value, assumption.value)
    if not entry.low <= assumption.value <= entry.high:
        bounds = f"{entry.low:g}..{entry.high:g}"
        percent = entry.high <= 1 < assumption.value and entry.low <= assumption.value / 100 <= entry.high
        near = f"{assumption.value / 100:g}" if percent else None
        raise refuse("out_of_range", bounds, near, low=entry.low, high=entry.high, unit=entry.unit)
    return assumption


def largest(name: str, of: str) -> float:
    """Return the largest ``value`` or ``times`` that the model is made for; infinite where there is none."""
    entry = evidence()[name]
    most = _most(entry)
    if most is None or of == "value":
        return math.inf if most is None else most
    top = _highest(entry)
    return most / top if top else math.inf


def _most(entry: Any) -> float | None:
    return 1.0 if entry.most is None and entry.is_part else entry.most


def _highest(entry: Any) -> float:
    """What multiplied must not go beyond the most: the value of a part of a whole, of all else the end of its range."""
    return float(entry.high if entry.varies and entry.most is not None else entry.value)


def _playable(assumption: Assumption, entry: Any, low: float, high: float) -> Assumption:
    """Refuse what the model is not made to be played with, even where leaving the range is meant."""
    least, most = entry.least, _most(entry)
    if (least is not None and low < least) or (most is not None and high > most):
        raise refuse("unplayable", _bounds(least, most))
    return assumption


def _bounds(least: float | None, most: float | None) -> str:
    if most is None:
        return f">= {least:.10g}"
    return f"<= {most:.10g}" if least is None else f"{least:.10g}..{most:.10g}"


def _multiplied(assumption: Assumption, entry: Any) -> Assumption:
    times = assumption.times or 0
    if times < 0:
        raise refuse("negative_value", ">= 0")
    if entry.kind == "source" and not assumption.outside_range:
        raise refuse("is_a_fact", f"{entry.value:g}")
    low, high = (entry.low, entry.high) if entry.varies else (entry.value, entry.value)
    _playable(assumption, entry, low * times, _highest(entry) * times)
    if entry.varies and not assumption.outside_range and not low <= entry.value * times <= high:
        least, most = (f"{max(bound, 0) / entry.value:.4g}" for bound in (low, high))
        if not float(least) <= times <= float(most):
            raise refuse("times_out_of_range", f"{least}..{most}", times=times, low=low, high=high, unit=entry.unit)
    return assumption
