"""Why not: for every household still poor, what holds it, at which gate, and whether that alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.campaign.cases import GATES, REASON_AT_GATE, Case, Kind
from sim.campaign.exit.standard import last_day
from sim.campaign.lacks import HAVES, WITH_KEYS
from sim.county import TIERS
from sim.county.county import Bools

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign

#: For what a gap to be closed waits, paid to the whole village.
ENTITLEMENT = {"education": "subsidy", "insurance": "premium"}
#: Why something is not done, and the gate at which it stands.
Reason = tuple[str, str]
UNDIAGNOSED: Reason = ("undiagnosed", "proposed")
SWITCHED_OFF: Reason = ("switched_off", "proposed")
REGISTERED_LATE: Reason = ("registered_late", "proposed")
#: Who had a source of income begun, and has it no more.
LOST: Reason = ("shock", "verified")
_PLACE = {gate: place for place, gate in enumerate(GATES)}


def causes(c: Campaign) -> Iterator[tuple[int, list[Reason]]]:
    """Return every household still poor with all that holds it; who came onto the register since has had no year.

    That is what keeps open what it lacks, and what keeps its income short: its livelihood, or why that is not enough.
    """
    poor, late = c.register.poor(), c.register.entry_year == c.last_year
    for household in np.flatnonzero(poor & late).tolist():
        yield household, [REGISTERED_LATE]
    held = (poor & ~late)[: c.register.size]
    found: dict[int, list[Reason]] = {household: [] for household in np.flatnonzero(held).tolist()}
    kinds = kinds_of(c)
    reasons = {item: _reasons(c, of_item) for item, of_item in kinds.items()}
    had = _done(kinds["income_source"])
    unbegun = {
        item: SWITCHED_OFF if all(_was_off(c, kind) for kind in of_item) else UNDIAGNOSED
        for item, of_item in kinds.items()
    }
    for item, by_household in reasons.items():
        for household in np.flatnonzero(held & waiting_for(c, item)).tolist():
            otherwise = LOST if item == "income_source" and household in had else unbegun[item]
            found[household].append(by_household.get(household, otherwise))
    livelihoods = reasons["income_source"]
    for household in np.flatnonzero(held & c.assessment.reading.short).tolist():
        found[household].append(livelihoods.get(household) or _income_reason(c, household))
    for household, holding in found.items():
        yield household, holding or [_passed_over(c, household)]


def waiting_for(c: Campaign, item: str) -> Bools:
    """Say who waits for works for an item: who lacks it, unless it comes with keys for which the household waits."""
    lacking: Bools = c.lacks.household[item]
    if item == "housing" or item not in WITH_KEYS:
        return lacking
    return lacking & ~(c.county.households.relocates & c.lacks.household["housing"])


def last(causes: Iterable[Reason]) -> str:
    """Return the cause that stands at the earliest gate."""
    return min(causes, key=lambda cause: _PLACE[cause[1]])[0]


def why_not(c: Campaign) -> list[dict[str, Any]]:
    """Return people held back by township, tier, cause and gate: all held, held by this alone, held by this last."""
    rows: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for (place, held), (households, people) in _alike(c).items():
        distinct, latest = dict(held), last(held)
        for cause, gate in distinct.items():
            row = rows[*place, cause, gate]
            row[0] += households
            row[1] += people
            row[2] += people if len(distinct) == 1 else 0
            row[3] += people if cause == latest else 0
    names = ("township", "tier", "cause", "stage", "households", "people", "sole", "last")
    return [dict(zip(names, (*key, *values), strict=True)) for key, values in sorted(rows.items())]


def _alike(c: Campaign) -> dict[tuple[tuple[str, str], tuple[Reason, ...]], list[int]]:
    """Return households and people still poor by (township, tier) and all that holds them."""
    places = [
        (c.county.townships.key[township], TIERS[tier])
        for township, tier in zip(c.places.township, c.places.tier, strict=True)
    ]
    alike: dict[tuple[tuple[str, str], tuple[Reason, ...]], list[int]] = defaultdict(lambda: [0, 0])
    found = list(causes(c))
    poor = np.array([household for household, _ in found], dtype=np.int64)
    villages, people = c.county.households.village[poor].tolist(), c.register.people[poor].tolist()
    for (_, held), village, size in zip(found, villages, people, strict=True):
        group = alike[places[village], tuple(held)]
        group[0] += 1
        group[1] += size
    return alike


def kinds_of(c: Campaign) -> dict[str, list[Kind]]:
    """Return by each of the eight haves, in their order, the kinds of cases by which households get it.

    A source of income are the measures that households are offered, the backstop last.
    """
    own = [kind for kind in c.cases.kinds.values() if kind.scope != "village"]
    kinds = {item: [kind for kind in own if item in kind.items] for item in HAVES}
    kinds["income_source"] = sorted((m.kind for m in c.measures), key=lambda kind: kind.name == "backstop")
    return kinds


def _passed_over(c: Campaign, household: int) -> Reason:
    """Who lacks nothing was left out, ready too late, turned away, or not verified in time."""
    a = c.assessment
    if a.turned_away[household]:
        return "turned_away", "verified"
    if a.proposed[household]:
        return ("file_wrong" if c.cards.known[household] else "unverified"), "verified"
    return ("not_proposed" if a.left_out[household] else "ready_late"), "proposed"


def _done(kinds: Iterable[Kind]) -> set[int]:
    """Return the households whose latest case of one of some kinds is done."""
    return {household for kind in kinds for household, case in kind.latest.items() if case.done and not case.dropped}


def _reasons(c: Campaign, kinds: Iterable[Kind]) -> dict[int, Reason]:
    """Return by household what holds the least advanced of its open cases of some kinds."""
    least: dict[int, Case] = {}
    for kind in kinds:
        for case in (case for case in kind.latest.values() if not case.done):
            for household in c.places.households_of[case.entity] if kind.scope == "hamlet" else (case.entity,):
                if household not in least or _PLACE[case.gate] < _PLACE[least[household].gate]:
                    least[household] = case
    return {household: _reason(c, case) for household, case in least.items()}


def _reason(c: Campaign, case: Case) -> Reason:
    """What a case says of itself, else its gate; without cash it is told from money on its way, the village's too."""
    entitlement = c.cases.find(ENTITLEMENT.get(case.kind.name, ""), case.village)
    if _was_off(c, case.kind):
        return "switched_off", case.gate
    if case.held == "unfunded" and entitlement is not None and not entitlement.done:
        return _reason(c, entitlement)[0], case.gate
    if case.held:
        return case.held, case.gate
    if any(turn.for_money for turn in case.turns):
        return "unfunded", case.gate
    if case.gate == "built" and case.started >= 0 and case.work > 0:
        by_then = case.started + case.work <= last_day(c, c.last_year, case.kind.scope)
        return ("season" if by_then else "unfinished"), "built"
    return REASON_AT_GATE[case.gate], case.gate


def _was_off(c: Campaign, kind: Kind) -> bool:
    """Say whether nobody worked at what a kind of case is for, on the last day on which it would have counted."""
    switch = c.switches[kind.family]
    return switch.off and switch.day <= last_day(c, c.last_year, kind.scope)


def _income_reason(c: Campaign, household: int) -> Reason:
    """Income that was misread; a shock, where income and what it took would have reached the line; a young industry."""
    if c.assessment.reading.misread[household]:
        return "income_misread", "verified"
    if c.assessment.reading.short_by_shock[household]:
        return "shock", "verified"
    if c.livelihoods.young[household]:
        return "income_young", "verified"
    return "income_short", "verified"
