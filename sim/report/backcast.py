"""History against the model: the table, and how many facts hold."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.tables import Table, column
from sim.study.backcast import COUNTS
from sim.words import label, say
from sim.words.numbers import exact_percent, percent, tens

if TYPE_CHECKING:
    from sim.study.backcast import Backcast, Held


def backcast(result: Backcast) -> Table:
    """One row a fact: what was reported, and under each gate the median, 90 % of the runs and the distance."""
    gates = dict.fromkeys(row.gate for row in result.held)
    by_gate = {gate: [row for row in result.held if row.gate == gate] for gate in gates}
    rows = next(iter(by_gate.values()))
    columns = [
        column(say("table.fact"), (label("fact", row.fact.name) for row in rows), text=True),
        column(say("table.role"), (label("role", row.fact.role) for row in rows), text=True),
        column(say("table.reported"), (reported(row) for row in rows)),
    ]
    for gate, held in by_gate.items():
        columns += [
            column(say("table.model_under", gate=label("plan_gate", gate)), (shown(row, row.median) for row in held)),
            column(say("table.range_under"), (_range(row) for row in held)),
            column(say("table.z"), (f"{row.z:+.1f}" if isfinite(row.z) else say("table.all_agree") for row in held)),
        ]
    note = "\n".join([say("note.backcast"), *scaled(result), *view.few(result.replications)])
    return Table(say("title.backcast", n=result.replications), tuple(columns), note)


def finding(rows: Sequence[Held]) -> str:
    """How many facts lie within what the runs say."""
    return say("figure.backcast.title", inside=sum(row.inside for row in rows), all=len(rows))


def scaled(result: Backcast) -> list[str]:
    """What to know of facts that stand beside a small county."""
    scale = result.scenario.scale
    return [] if scale == 1 else [say("note.backcast_scaled", scale=exact_percent(scale))]


def reported(row: Held) -> str:
    """A fact as it was reported, to the last person, with no more decimals than it has."""
    value = row.fact.value
    return f"{value:,.0f}" if row.fact.name in COUNTS else say("number.percent", value=f"{round(100 * value, 2):g}")


def shown(row: Held, value: float) -> str:
    """What the model has for a fact, in its unit."""
    if row.fact.name == "exits_villages":
        return f"{value:.0f}"
    return tens(value) if row.fact.name in COUNTS else percent(value, 2 if row.fact.name == "incidence" else 1)


def _range(row: Held) -> str:
    low, high = (shown(row, value) for value in row.outer)
    return say("number.span", low=low, high=high)
