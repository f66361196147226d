"""A zone command's own: what is held up there, at which gate, and how its works come along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sim.campaign.results.zone_works import WORKS
from sim.report import schedule
from sim.report.deadlines import decided
from sim.report.tables import Column, Table, column
from sim.study.summary import as_rows
from sim.words import label, say
from sim.words.numbers import date as dated
from sim.words.numbers import mean_count, percent, tens

if TYPE_CHECKING:
    from sim.record import Run
    from sim.study import Comparison
    from sim.study.deadlines import Deadlines

#: What keeps most people, of which a page has room for so many.
GATES_SHOWN = 4
#: Causes that wait for something else than the gate at which their case stands, and for what.
APART = {
    "undiagnosed": "diagnosed", "no_quota": "quota", "switched_off": "off",
    **dict.fromkeys(("income_short", "income_young", "shock"), "income"),
}  # fmt: skip


def by_gate(held: list[dict[str, Any]]) -> Table:
    """A row a gate at which most are held up, and who has to act."""
    waiting = [{**row, "stage": APART.get(row["cause"], row["stage"])} for row in held]
    rows = sorted(folded(waiting, "stage"), key=lambda row: -row["last"])[:GATES_SHOWN]
    columns = (
        column(say("table.gate"), (label("gate", row["stage"]) for row in rows), text=True),
        column(say("table.last"), (tens(row["last"]) for row in rows)),
        column(say("zone.who"), (label("unblocks", row["stage"]) for row in rows), text=True),
    )
    return Table(say("title.by_gate"), columns)


def works(result: Comparison, runs: list[Run], township: str, dates: Deadlines | None) -> Table | None:
    """A row a kind of work: cases of a replication, how many come through each gate, and the days of the first half."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for run in runs:
        for told in as_rows(run.works):
            if told["township"] == township:
                rows[told["work"]].append(told)
    if not rows:
        return None
    rows = {work: rows[work] for work in WORKS if work in rows}

    def shares(gate: str) -> list[str]:
        return [percent(sum(r[gate] for r in of) / sum(r["cases"] for r in of), 0) for of in rows.values()]

    columns = (
        column(say("table.work"), (label("work", work) for work in rows), text=True),
        column(say("table.cases"), (mean_count(sum(r["cases"] for r in of) / len(runs)) for of in rows.values())),
        *(column(say(f"zone.{gate}"), shares(gate)) for gate in ("begun", "finished", "accepted", "settled")),
        *(
            column(say(f"zone.{day}"), (_day(result, [r[day] for r in of]) for of in rows.values()), text=True)
            for day in ("half_begun", "half_accepted")
        ),
    )
    if dates is None:
        return Table(say("zone.title"), columns, say("zone.note"))
    notes = [say("zone.note"), say("zone.dated"), *decided(dates)]
    return Table(say("zone.title"), (*columns, *_last(dates, list(rows))), "\n".join(notes))


def _last(dates: Deadlines, works: list[str]) -> Iterator[Column]:
    """The county's last days, under the heads of its schedule."""
    for gate in ("approved", "begun", "accepted"):
        yield column(say(f"schedule.{gate}"), (schedule.cell(dates, work, gate)[0] for work in works))


def _day(result: Comparison, days: list[int]) -> str:
    """The day of the median replication."""
    middle = sorted(day if day >= 0 else 10_000 for day in days)[(len(days) - 1) // 2]
    return say("projects.not_yet") if middle == 10_000 else dated(result.scenario.start_date + timedelta(days=middle))


def held(runs: list[Run], township: str) -> list[dict[str, Any]]:
    """Rows of `why_not` of a township, people as the mean of a replication."""
    return [
        {**row, "held": row["people"] / len(runs), "sole": row["sole"] / len(runs), "last": row["last"] / len(runs)}
        for run in runs
        for row in run.why_not
        if row["township"] == township
    ]


def folded(rows: list[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """The rows of one cause or stage as one."""
    sums: dict[str, dict[str, float]] = defaultdict(lambda: {"held": 0.0, "sole": 0.0, "last": 0.0})
    for row in rows:
        for part in ("held", "sole", "last"):
            sums[row[by]][part] += row[part]
    return [{by: name, **people} for name, people in sorted(sums.items())]
