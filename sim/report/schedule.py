"""The schedule worked back from the year's end, a row a kind of work: its last day for each gate."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.deadlines import deadlines, decided, is_past, marked, name, nothing, ordered, shortened, then
from sim.report.deadlines import finding as begin_first
from sim.report.tables import Column, Table, column
from sim.study.deadlines import WORKS
from sim.study.schedule import GATES
from sim.words import language, listed, say
from sim.words.numbers import in_hundred, short_month

if TYPE_CHECKING:
    from datetime import date

    from sim.study.deadlines import Deadlines
    from sim.study.schedule import LastDay

#: Gates before the work, for which a day may be too late; for any other it may be next year.
BEFORE = ("paid_first", "approved")
#: Stands where nothing counts, or nothing comes through a gate in the year.
NOTHING = "\u2014"


def parts(result: Deadlines) -> tuple[Table | str, ...]:
    """What the verb prints: the chances by day, the schedule, and a sentence on either."""
    return deadlines(result), schedule(result), begin_first(result), finding(result)


def schedule(result: Deadlines, apart: bool = False) -> Table:
    """What has to begin first on top; where a day lies stands below it, or ``apart`` in a column of its own."""
    works = ordered(result)
    columns = [column(say("table.work"), map(name, works), text=True)]
    for gate in GATES:
        columns += _gate(gate, [cell(result, work, gate) for work in works], apart)
    columns.append(column(say("schedule.counts"), (_counts(result, work) for work in works)))
    title = say(
        "schedule.title", year=result.scenario.start_date.year, n=result.replications,
        allocation=view.title_of(result.scenario, result.allocation),
    )  # fmt: skip
    return Table(title, tuple(columns), "\n".join(_notes(result)))


def finding(result: Deadlines) -> str:
    """Which work is too late if it waits for its first money, and which is not settled in the year."""
    said = []
    for gate, some, none in (("paid_first", "late", "no_late"), ("settled", "unpaid", "no_unpaid")):
        known = ((work, result.last_days(work).get(gate)) for work in ordered(result))
        works = [name(work) for work, last in known if last is not None and _missed(result, last)]
        said.append(say(f"schedule.{some}", works=shortened(works)) if works else say(f"schedule.{none}"))
    return say("answer.clause").join(said) if result.schedule else nothing(result)


def cell(result: Deadlines, work: str, gate: str) -> tuple[str, str]:
    """The last day for a gate, and between which days it lies; empty where all replications agree."""
    days = result.last_days(work)
    if gate not in days:
        return say("schedule.no_gate") if days else NOTHING, ""
    last = days[gate]
    if last.low == last.high:
        return _day(result, last), ""
    return _day(result, last), say("schedule.span", low=_end(last.low, gate), high=_end(last.high, gate))


def _gate(gate: str, cells: list[tuple[str, str]], apart: bool) -> Iterator[Column]:
    header = say(f"schedule.{gate}")
    if apart:
        yield column(header, (day for day, _ in cells))
        yield column(say("schedule.range"), (span for _, span in cells))
    else:
        yield column(header, ("\n".join(filter(None, both)) for both in cells))


def _missed(result: Deadlines, last: LastDay) -> bool:
    """Whether no day of the year is early enough, or none that is left."""
    return last.day is None or (last.gate in BEFORE and is_past(result, last.day))


def _day(result: Deadlines, last: LastDay) -> str:
    if last.day is not None:
        return marked(result, last.day, _dated(last.day))
    if last.gate in BEFORE:
        return say("schedule.too_late")
    share = say("number.percent", value=max(1, floor(100 * last.share + 1e-9)))
    return say("schedule.part", share=share) if last.share else NOTHING


def _end(day: date | None, gate: str) -> str:
    if day is None:
        return say("schedule.too_late" if gate in BEFORE else "schedule.next_year")
    return say("schedule.end", month=day.month if language() == "zh" else short_month(day.month), day=day.day)


def _dated(day: date) -> str:
    return say("schedule.day", month=short_month(day.month), day=day.day)


def _counts(result: Deadlines, work: str) -> str:
    chance = then(result, work)
    return NOTHING if chance is None else str(in_hundred(chance.chance.mean))


def _notes(result: Deadlines) -> Iterator[str]:
    yield from (say("schedule.method"), say("schedule.before"), say("schedule.marks"), *decided(result))
    if missing := [work for work in WORKS if work not in result.last_safe]:
        yield say("schedule.missing", works=listed(map(name, missing)))
