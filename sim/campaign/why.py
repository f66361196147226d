"""Why not: for every household still poor, what holds it, at which gate, and whether that alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.campaign.campaign import HAVES
from sim.campaign.cases import GATES, REASON_AT_GATE, Case
from sim.county import TIERS

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

LIVELIHOODS = ("industry", "job", "post", "backstop")
_KINDS = {
    "housing": ("housing", "relocation"),
    "road": ("road",),
    "water": ("water",),
    "television": ("television", "receiver"),
    "income_source": LIVELIHOODS,
}
_PLACE = {gate: place for place, gate in enumerate(GATES)}


def why_not(c: Campaign) -> list[dict[str, Any]]:
    """Return people held back by township, tier, cause and gate: all held, held by this alone, held by this last."""
    rows: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    lacks = [(item, c.lacks[item].tolist()) for item in HAVES]
    for household in np.flatnonzero(c.status[: c.registered] == 1).tolist():
        village = c.village_of[household]
        causes = list(_causes(c, household, [item for item, lacking in lacks if lacking[household]]))
        last = min(causes, key=lambda cause: _PLACE[cause[1]])
        people, distinct = int(c.people[household]), dict(causes)
        for cause, gate in distinct.items():
            key = (c.county.townships.key[c.village_township[village]], TIERS[c.village_tier[village]], cause, gate)
            row = rows[key]
            row[0] += 1
            row[1] += people
            row[2] += people if len(distinct) == 1 else 0
            row[3] += people if cause == last[0] else 0
    names = ("township", "tier", "cause", "stage", "households", "people", "sole", "last")
    return [dict(zip(names, (*key, *values), strict=True)) for key, values in sorted(rows.items())]


def _causes(c: Campaign, household: int, lacks: list[str]) -> Iterator[tuple[str, str]]:
    """Yield (reason, gate); who lacks nothing was left out, ready too late, turned away, or not verified in time."""
    a = c.assessment
    for item in lacks:
        yield _reason(c, _case(c, item, household))
    if a.short[household]:
        yield _income_reason(c, household)
        return
    if lacks:
        return
    if a.turned_away[household]:
        yield "turned_away", "verified"
    elif a.proposed[household]:
        yield "file_wrong" if c.cards.known[household] else "unaccepted", "verified"
    else:
        yield ("not_proposed" if a.left_out[household] else "ready_late"), "proposed"


def _case(c: Campaign, item: str, household: int) -> Case | None:
    """Return the case that would mend an item: the least advanced of those open."""
    open_cases = []
    for name in _KINDS.get(item, (item,)):
        kind = c.cases.kinds.get(name)
        if kind is None:
            continue
        entity = int(c.county.households.hamlet[household]) if kind.scope == "hamlet" else household
        case = c.cases.find(name, entity)
        if case is not None and not case.done:
            open_cases.append(case)
    return min(open_cases, key=lambda case: _PLACE[case.gate], default=None)


def _reason(c: Campaign, case: Case | None) -> tuple[str, str]:
    if case is None:
        return "undiagnosed", "proposed"
    if case.held:
        return case.held, case.gate
    if case.gate == "built" and case.started >= 0 and case.work > 0:
        cutoff = c.calendar.day_of_year(c.last_year, c.p["assessment.cutoff_day"])
        return ("season" if case.started + case.work <= cutoff else "unfinished"), "built"
    return REASON_AT_GATE[case.gate], case.gate


def _income_reason(c: Campaign, household: int) -> tuple[str, str]:
    open_case = _case(c, "income_source", household)
    if open_case is not None:
        return _reason(c, open_case)
    if c.shocked[household]:
        return "shock", "verified"
    done = c.cases.find("industry", household)
    if (done is not None and c.income.pending[household] == 0.0) or c.county.households.planted[household] > 0:
        return "income_young", "verified"
    return "income_short", "verified"
