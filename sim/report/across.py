"""Many scenarios: the table, and how many end above their own target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import typeset
from sim.report.comparison import chance, span
from sim.report.tables import Column, Table, column
from sim.statistics.intervals import FEW
from sim.words import language, listed, say
from sim.words.numbers import about, exact_percent, percent, tens

if TYPE_CHECKING:
    from sim.statistics.intervals import Interval
    from sim.study.across import Across, Outcome

#: In the place of a figure that there is none of.
NONE = "-"
#: Scenarios of one scale that are named one by one.
NAMED = 3


def across(result: Across) -> Table:
    """One row a scenario: its best allocation, how near that comes and with what chance, and how the run ended."""

    def cells(key: str, cell: Callable[[Outcome], str], text: bool = False) -> Column:
        return column(say(f"table.{key}"), map(cell, result.scenarios), text)

    columns = (
        column(say("table.scenario"), called(result), text=True),
        cells("suggested", lambda row: _title(row.best_title), text=True),
        cells("target_incidence", lambda row: percent(row.target)),
        cells("incidence", lambda row: percent(row.incidence.mean) if row.incidence else NONE),
        cells("interval", lambda row: span(row.incidence, lambda x: f"{100 * x:.2f}") if row.incidence else NONE),
        cells("people_short", lambda row: tens(row.people_short.mean) if row.people_short else NONE),
        cells("target_met", lambda row: chance(row.p_target) if row.p_target else NONE),
        cells("p_below_3", lambda row: chance(row.p_below_3) if row.p_below_3 else NONE),
        cells("replications", lambda row: str(row.replications)),
        cells("failed_runs", lambda row: str(row.failed)),
        cells("ended", lambda row: say(f"ended.{row.state}"), text=True),
    )
    notes = [say("note.across"), *small(result), *few(result), *([say("note.across_alone")] if alone(result) else [])]
    return Table(say("title.across", count=len(result.scenarios)), columns, "\n".join(notes))


def alone(result: Across) -> bool:
    """Whether a scenario was played only once, so that there is no interval."""
    return any(row.incidence is not None and not isfinite(row.incidence.high) for row in result.scenarios)


def few(result: Across) -> list[str]:
    """That the intervals of some rest on few replications; that a single one gives none is said apart."""
    counts = [row.replications for row in result.scenarios if 1 < row.replications < FEW]
    return [say("note.across_few", enough=FEW, least=min(counts))] if counts else []


def small(result: Across) -> list[str]:
    """Which scenarios play a part of the county, by how much of it."""
    names = list(zip(called(result), result.scenarios, strict=True))
    said = []
    for scale in sorted({row.scale for row in result.scenarios if row.scale != 1}):
        of = [name for name, row in names if row.scale == scale]
        more = [say("note.across_more", count=len(of) - NAMED)] if len(of) > NAMED else []
        said.append(say("note.across_small", scale=exact_percent(scale), names=listed([*of[:NAMED], *more])))
    return said


def called(result: Across) -> list[str]:
    """What each scenario is called: its title, with its name where others have the same."""
    titles = [_title(row.title) for row in result.scenarios]
    count = Counter(titles)
    return [
        title if count[title] == 1 else _apart(title, row.name)
        for title, row in zip(titles, result.scenarios, strict=True)
    ]


def _apart(title: str, name: str) -> str:
    name = typeset.cut(name, typeset.LONGEST // 2)
    return f"{typeset.cut(title, typeset.LONGEST - len(name))} · {name}"


def _title(title: Mapping[str, str] | None) -> str:
    return typeset.cut(title[language()]) if title else NONE


def ordered(result: Across) -> list[tuple[Outcome, Interval]]:
    """Who has an answer, with its incidence: who stands farthest above the own target first."""
    found = [(row, row.incidence) for row in result.scenarios if row.incidence]
    return sorted(found, key=lambda each: each[0].target - each[1].mean)


def lost(result: Across) -> list[Outcome]:
    """Who has none."""
    return [row for row in result.scenarios if not row.incidence]


def finding(result: Across) -> str:
    """How many end above their own target, and which farthest; that some have no answer."""
    rows = ordered(result)
    above = [(row, incidence) for row, incidence in rows if incidence.mean > row.target]
    said = [_above(above, len(rows)) if above else _within(rows)]
    if without := len(lost(result)):
        said.append(say("figure.across.without", count=without))
    return say("answer.clause").join(said)


def _above(above: list[tuple[Outcome, Interval]], count: int) -> str:
    wholly = sum(not reaches_across(row, incidence) for row, incidence in above)
    farthest, incidence = above[0]
    people = farthest.people_short.mean if farthest.people_short else 0.0
    far = say(
        "figure.across.farthest", title=_title(farthest.title), incidence=percent(incidence.mean),
        target=percent(farthest.target), people=about(people),
    )  # fmt: skip
    key = "none" if len(above) == count else "some"
    return say(f"figure.across.{key}", count=len(above), all=count, wholly=wholly, farthest=far)


def _within(rows: list[tuple[Outcome, Interval]]) -> str:
    wholly = sum(not reaches_across(row, incidence) for row, incidence in rows)
    return say("figure.across.all", all=len(rows), wholly=wholly)


def reaches_across(row: Outcome, incidence: Interval) -> bool:
    """Whether the interval reaches across the target, as that of a single replication does."""
    return incidence.low <= row.target < incidence.high
