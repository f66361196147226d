"""What a year is remembered by: the few moments of an event log that change what everybody does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sim.calendar import RAINS
from sim.campaign.families.supervision.findings import OUTSIDE

if TYPE_CHECKING:
    from sim.campaign.campaign import Campaign
    from sim.record import Event

#: Kinds of which every line of the log is a moment.
_SINGLE = {"money.tranche": "tranche", "plan.replanned": "replanned", "shock.flood": "flood"}
#: Kinds of which all lines of a day are one moment; verification is told week by week.
_DAILY = {"household.proposed": "proposed", "household.exited": "exited", "village.exited": "villages_out"}
_VERIFIED, WEEK = "household.verified", 7


@dataclass(frozen=True, order=True)
class Moment:
    """A day of the scenario's own time, what happened, how many or much, and in which villages."""

    day: float
    kind: str
    number: int = 0
    villages: tuple[int, ...] = ()


def moments(c: Campaign, events: Sequence[Event]) -> list[Moment]:
    """Return what happened from the scenario's first day on, in order."""
    found = [*_seasons(c), *_single(c, events), *_gathered(c, events), *_inspections(events)]
    return sorted(moment for moment in found if 0 <= moment.day < c.horizon - c.first_day)


def _seasons(c: Campaign) -> Iterator[Moment]:
    """Lunar new year, the rains, winter, and the autumn push where it is a rule."""
    for year in c.calendar.years(c.horizon):
        festival = c.calendar.festival(year) - c.p["works.festival_days"] / 3
        begins = {"festival": festival, "winter": c.calendar.day(date(year, 12, 1))}
        for kind, (month, day) in zip(("rains", "dry"), RAINS, strict=True):
            begins[kind] = c.calendar.day(date(year, month, day))
        if c.rules.autumn_push:
            begins["autumn_push"] = c.calendar.day_of_year(year, c.p["plan.replan_september"])
        yield from (Moment(day - c.first_day, kind) for kind, day in begins.items())


def _single(c: Campaign, events: Iterable[Event]) -> Iterator[Moment]:
    for day, kind, entity, _, number in events:
        if kind in _SINGLE and number:
            place = (_number(entity),) if entity.startswith("village.") else ()
            shown = (int(number) - 1) % 3 + 1 if kind == "money.tranche" else int(number)
            yield Moment(day, _SINGLE[kind], shown, place)


def _gathered(c: Campaign, events: Iterable[Event]) -> Iterator[Moment]:
    """What happens to many at once is told once: how many, and in which villages."""
    where: dict[tuple[float, str], list[int]] = defaultdict(list)
    last = c.horizon - c.first_day - 0.5
    for day, kind, entity, _, _ in events:
        if kind in _DAILY or kind == _VERIFIED:
            when = day if kind in _DAILY else min((day // WEEK + 1) * WEEK - 0.5, last)
            number = _number(entity)
            village = number if entity.startswith("village.") else c.register.village_of[number]
            where[when, _DAILY.get(kind, "verified")].append(village)
    for (day, name), villages in where.items():
        yield Moment(day, name, len(villages), tuple(sorted(set(villages))))


def _inspections(events: Iterable[Event]) -> Iterator[Moment]:
    """Findings of an inspection from outside, all of a day together."""
    found = Counter(
        (day, source) for day, kind, _, code, _ in events
        if kind == "finding.opened" and (source := code.partition(".")[0]) in OUTSIDE
    )  # fmt: skip
    yield from (Moment(day, source, number) for (day, source), number in found.items())


def _number(entity: str) -> int:
    return int(entity.rpartition(".")[2])
