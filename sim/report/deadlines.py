"""The table of deadlines: what still counts in the year, by the day on which it begins."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.comparison import span
from sim.report.tables import Table, column
from sim.study.deadlines import SAFE, WORKS, begins
from sim.words import label, listed, say
from sim.words.numbers import date as dated
from sim.words.numbers import in_hundred, mean_count, percent, short_month

if TYPE_CHECKING:
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
        column(say("table.last_safe"), (_day(result.last_safe[work]) for work in works)),
        column(say("table.chance_then"), (_then(result, work) for work in works)),
    )
    title = say("title.deadlines", allocation=view.title_of(result.scenario, result.allocation), n=result.replications)
    notes = [say("note.deadlines", safe=percent(SAFE, 0)), *view.few(result.replications)]
    return Table(title, columns, "\n".join(notes))


def ordered(result: Deadlines) -> list[str]:
    """The kinds of work, what has to begin first on top, what no day makes count at the end.

    Of one day they stand in the study's order, which is not kept where a result is read from its file.
    """
    order = {work: place for place, work in enumerate(WORKS)}
    return sorted(result.last_safe, key=lambda work: (result.last_safe[work] or date.max, order.get(work, len(order))))


def finding(result: Deadlines) -> str:
    """What has to begin first, what may begin last, and what no day is early enough for."""
    safe = {work: day for work, day in result.last_safe.items() if day is not None}
    if not safe:
        return say("deadlines.nothing")
    first, last = min(safe.values()), max(safe.values())
    named = {day: [name(work) for work in ordered(result) if safe.get(work) == day] for day in (first, last)}
    never = [name(work) for work in ordered(result) if work not in safe]
    said = [say("deadlines.same", day=dated(first))] if first == last else [say(
        "deadlines.finding", first=shortened(named[first]), day=dated(first), last=shortened(named[last]),
        latest=dated(last),
    )]  # fmt: skip
    return say("answer.clause").join([*said, *([say("deadlines.never", works=shortened(never))] if never else [])])


def name(work: str) -> str:
    """What readers call a kind of work."""
    return label("work", work)


def shortened(names: list[str]) -> str:
    """Names in a sentence: the first few, and how many more there are."""
    shown = listed(names[:NAMED])
    return say("deadlines.and_others", shown=shown, count=len(names) - NAMED) if len(names) > NAMED else shown


def _count(chance: Chance | None) -> str:
    return "" if chance is None else f"{in_hundred(chance.chance.mean)}"


def _day(day: date | None) -> str:
    return say("deadlines.none") if day is None else dated(day)


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
    return f"{middle} ({span(found.chance, lambda share: str(in_hundred(share)))})"
