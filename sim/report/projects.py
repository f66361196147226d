"""The planner's project list back: a row a project, and a sentence on what is late and what the money did not reach."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.campaign.results.came_back import DAYS
from sim.report import typeset, view
from sim.report.tables import Table, column
from sim.study.projects_back import Back, projects_back
from sim.words import label, language, listed, say
from sim.words.numbers import WAN, ends_in_hundred, exact_money, in_hundred, percent, rough
from sim.words.numbers import date as dated

if TYPE_CHECKING:
    from sim.scenario.projects import ListedProject
    from sim.study import Comparison

#: The heading of a sum, which says its unit.
COST = {"zh": "cost_wan", "en": "cost_yuan"}
#: Below this chance a project is called likely to miss the day.
EVEN = 0.5


def tables(result: Comparison) -> list[Table]:
    """A table an allocation, none where the rule made the lists."""
    return [_table(result, name, rows) for name, rows in _by_allocation(result).items()]


def findings(result: Comparison) -> list[str]:
    """What the list comes to, once for all allocations of which the same holds."""
    told: dict[str, list[str]] = {}
    for name, rows in _by_allocation(result).items():
        told.setdefault(_finding(rows), []).append(view.title(result, name))
    return [say("projects.of", titles=listed(titles), found=found) for found, titles in told.items()]


def late(result: Comparison, most: int) -> Table:
    """Of the baseline's projects so many at most that are likelier than not to miss the day, the likeliest first."""
    name, rows = next(iter(_by_allocation(result).items()))
    missing = sorted(filter(_misses, rows), key=lambda row: row.chance.estimate if row.chance else 1.0)[:most]
    of = [row.project for row in missing]
    columns = (
        column(_head("name"), (typeset.cut(p.name) for p in of), text=True),
        column(_head("village"), (f"{p.village:02d}" for p in of), text=True),
        column(_head("kind"), (_first(label("project_kind", p.kind)) for p in of), text=True),
        column(_head(COST[language()]), map(_cost, of)),
        column(say("projects.chance"), map(_chance, missing)),
        *(column(say(f"projects.day.{gate}"), (_day(row, gate) for row in missing), text=True) for gate in DAYS),
    )
    return Table(say("projects.late", title=view.title(result, name)), columns, _note(result))


def replanned(result: Comparison) -> list[str]:
    """What re-planning adds to a list, where it is at work."""
    rules, switch = result.scenario.rules, result.scenario.families["replanning"]
    return [say("projects.replanned")] if rules.replanning and switch.state == "on" else []


def _note(result: Comparison) -> str:
    return "\n".join([say("projects.note"), *replanned(result)])


def _misses(row: Back) -> bool:
    return row.chance is not None and row.chance.estimate < EVEN


def _by_allocation(result: Comparison) -> dict[str, list[Back]]:
    found: dict[str, list[Back]] = {}
    for back in projects_back(result):
        found.setdefault(back.allocation, []).append(back)
    return found


def _finding(rows: Sequence[Back]) -> str:
    judged = [row for row in rows if row.chance is not None]
    late, idle = list(filter(_misses, judged)), len(rows) - len(judged)
    found = say("projects.finding", count=len(rows), judged=len(judged), late=len(late), idle=idle)
    missed = [row for row in rows if row.not_taken]
    if not missed:
        return found
    yuan = round(rough(sum(row.not_taken * row.project.unit_cost_yuan for row in missed)))
    return found + say("projects.missed", missed=len(missed), yuan=exact_money(yuan))


def _table(result: Comparison, name: str, rows: Sequence[Back]) -> Table:
    of = [row.project for row in rows]
    columns = [
        column(_head("village"), (f"{p.village:02d}" for p in of), text=True),
        column(_head("hamlet"), (str(p.hamlet or "") for p in of)),
        column(_head("name"), (typeset.cut(p.name) for p in of), text=True),
        column(_head("line"), (label("line", p.line) for p in of), text=True),
        column(_head("kind"), (_first(label("project_kind", p.kind)) for p in of), text=True),
        column(_head("places"), (str(p.places) for p in of)),
        column(_head(COST[language()]), map(_cost, of)),
        column(say("projects.listed"), (f"{row.listed:.1f}" for row in rows)),
        column(say("projects.wanted"), (f"{row.wanted:.1f}" for row in rows)),
        column(say("projects.needed"), (str(row.needed) for row in rows)),
        column(say("projects.beyond"), (str(row.beyond or "") for row in rows)),
        column(say("projects.chance"), (_chance(row) for row in rows)),
        column(say("table.interval"), (_ends(row) for row in rows)),
        column(say("projects.in_time"), ("" if row.in_time is None else percent(row.in_time, 0) for row in rows)),
        *(column(say(f"projects.day.{gate}"), (_day(row, gate) for row in rows), text=True) for gate in DAYS),
        column(say("projects.by_plan"), ("" if row.by_plan is None else str(in_hundred(row.by_plan)) for row in rows)),
    ]
    return Table(say("projects.title", title=view.title(result, name)), tuple(columns), _note(result))


def _head(field: str) -> str:
    return _first(say(f"column.{field}"))


def _first(names: str) -> str:
    return names.split("|")[0]


def _cost(of: ListedProject) -> str:
    return f"{of.cost_yuan / WAN:,.1f}" if language() == "zh" else f"{of.cost_yuan:,}"


def _chance(row: Back) -> str:
    return "" if row.chance is None else str(in_hundred(row.chance.estimate))


def _ends(row: Back) -> str:
    if row.chance is None:
        return ""
    low, high = ends_in_hundred(row.chance.low, row.chance.high)
    return say("number.span", low=low, high=high)


def _day(row: Back, gate: str) -> str:
    day = row.days[gate]
    return dated(day) if day is not None else say("projects.not_yet") if row.needed else ""
