"""The table of deadlines: what still counts in the year, by the day on which it begins."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.tables import Table, column
from sim.study.deadlines import SAFE, WORKS, begins
from sim.words import label, listed, say
from sim.words.numbers import date as dated
from sim.words.numbers import ends_in_hundred, in_hundred, mean_count, percent, short_month

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.study.deadlines import Chance, Deadlines

#: So many kinds of work are named in a sentence.
NAMED = 3


def deadlines(result: Deadlines) -> Table:
    """One row a kind of work, what has to begin first on top: of a hundred cases, how many count."""
    works, days = ordered(result), begins(result.scenario)
    by = {(chance.work, chance.begin): chance for chance in result.chances}
    columns = (
        column(say("table.work"), (name(work) for work in works), text=True),
        column(say("table.cases"), (mean_count(result.of(work)[-1].cases) for work in works)),
        *(column(short_month(day.month), (_count(by.get((work, day))) for work in works)) for day in days),
        column(say("table.last_safe"), (_day(result, result.last_safe[work]) for work in works)),
        column(say("table.chance_then"), (_then(result, work) for work in works)),
    )
    title = say("title.deadlines", allocation=view.title_of(result.scenario, result.allocation), n=result.replications)
    notes = [say("note.deadlines", safe=percent(SAFE, 0)), *decided(result), *view.few(result.replications)]
    return Table(title, columns, "\n".join(notes))


def ordered(result: Deadlines) -> list[str]:
    """The kinds of work, what has to begin first on top, what no day makes count at the end.

    Of one day they stand in the study's order, which is not kept where a result is read from its file.
    """
    order = {work: place for place, work in enumerate(WORKS)}
    return sorted(result.last_safe, key=lambda work: (result.last_safe[work] or date.max, order.get(work, len(order))))


def finding(result: Deadlines) -> str:
    """What has to begin first, what may begin last, whose day is past, and what no day is early enough for."""
    safe = {work: day for work, day in result.last_safe.items() if day is not None}
    if not safe:
        return nothing(result)
    coming = {work: day for work, day in safe.items() if not is_past(result, day)}
    gone, never = safe.keys() - coming.keys(), result.last_safe.keys() - safe.keys()
    said = [_coming(result, coming, bool(gone)) if coming else _all_past(result)]
    for key, works in (("gone", gone if coming else ()), ("never", never)):
        if works:
            named = [name(work) for work in ordered(result) if work in works]
            said.append(say(f"deadlines.{key}", works=shortened(named)))
    return say("answer.clause").join(said)


def _coming(result: Deadlines, safe: Mapping[str, date], others: bool) -> str:
    """What has to begin first and what may begin last, of all kinds of work or of those left where there are others."""
    first, last = min(safe.values()), max(safe.values())
    named = {day: shortened([name(work) for work in ordered(result) if safe.get(work) == day]) for day in (first, last)}
    if first != last:
        return say("deadlines.finding", first=named[first], day=dated(first), last=named[last], latest=dated(last))
    return say("deadlines.first" if others else "deadlines.same", first=named[first], day=dated(first))


def nothing(result: Deadlines) -> str:
    """That no kind of work counts, or that there is no case of any."""
    return say("deadlines.nothing" if result.last_safe else "deadlines.no_case")


def _all_past(result: Deadlines) -> str:
    """The days are those of the first year, which may be another than that of the decision."""
    return say("deadlines.all_past", day=_decision(result), year=f"{begins(result.scenario)[0].year}")


def is_past(result: Deadlines, day: date | None) -> bool:
    """Whether a day lies before the one on which is decided, so that nothing can be done by it any more."""
    decide = result.scenario.decide_on
    return day is not None and decide is not None and day < decide


def marked(result: Deadlines, day: date, shown: str) -> str:
    """A day as it is shown, marked where it is past."""
    return say("deadlines.past", day=shown) if is_past(result, day) else shown


def decided(result: Deadlines) -> list[str]:
    """What past means, where a day of decision is given."""
    return [] if result.scenario.decide_on is None else [say("deadlines.decided", day=_decision(result))]


def _decision(result: Deadlines) -> str:
    return dated(result.scenario.decide_on or result.scenario.start_date)


def name(work: str) -> str:
    """What readers call a kind of work."""
    return label("work", work)


def shortened(names: list[str]) -> str:
    """Names in a sentence: the first few, and how many more there are."""
    shown = listed(names[:NAMED])
    return say("deadlines.and_others", shown=shown, count=len(names) - NAMED) if len(names) > NAMED else shown


def _count(chance: Chance | None) -> str:
    return "" if chance is None else f"{in_hundred(chance.chance.mean)}"


def _day(result: Deadlines, day: date | None) -> str:
    return say("deadlines.none") if day is None else marked(result, day, dated(day))


def then(result: Deadlines, work: str) -> Chance | None:
    """The chance on the last safe day of a kind of work."""
    return next((chance for chance in result.of(work) if chance.begin == result.last_safe[work]), None)


def _then(result: Deadlines, work: str) -> str:
    found = then(result, work)
    if found is None:
        return ""
    middle = str(in_hundred(found.chance.mean))
    if not isfinite(found.chance.high):
        return middle
    low, high = ends_in_hundred(found.chance.low, found.chance.high)
    return f"{middle} ({say('number.span', low=low, high=high)})"
