"""The tables of a comparison: allocations side by side, differences from the baseline, causes, gates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import view
from sim.report.tables import Column, Table, column
from sim.words import label, say
from sim.words.numbers import amount, in_hundred, percent, points, signed_tens, tens

if TYPE_CHECKING:
    from sim.study import Comparison, Difference, Interval, Proportion, Summary


def tables(result: Comparison) -> list[Table]:
    """Every table there is something to put into."""
    made = [comparison(result)]
    if result.differences:
        made.append(differences(result))
    if any(row.why_not for row in result.allocations):
        made.append(why_not(result))
    if result.gate_none:
        made.append(gates(result))
    return made


def comparison(result: Comparison) -> Table:
    """One row an allocation: how near, with what chance, who leaves, what is paid."""
    rows = result.allocations
    unit = say("money.unit")

    def numbers(key: str, cell: Callable[[Summary], str], **fields: str) -> Column:
        return column(say(f"table.{key}", **fields), map(cell, rows))

    columns = (
        _titles(result, [row.name for row in rows]),
        numbers("incidence", lambda row: percent(row.incidence.mean)),
        numbers("interval", lambda row: _span(row.incidence, lambda share: f"{100 * share:.2f}")),
        numbers("people_short", lambda row: tens(row.people_short.mean)),
        numbers("p_target", lambda row: _chance(row.p_target), target=percent(view.target(result))),
        numbers("p_below_3", lambda row: _chance(row.p_below_3)),
        numbers("p_county_exit", lambda row: _chance(row.p_county_exit)),
        numbers("exits_people", lambda row: tens(row.exits["people"].mean)),
        numbers("exits_households", lambda row: tens(row.exits["households"].mean)),
        numbers("exits_villages", lambda row: f"{row.exits['villages'].mean:.0f}"),
        numbers("paid", lambda row: amount(row.spent_yuan), unit=unit),
        numbers("idle", lambda row: amount(row.idle_yuan), unit=unit),
        numbers("cost_per_exit", lambda row: tens(row.cost_per_exit)),
    )
    notes = [say("note.comparison"), *_same_money(result)]
    return Table(say("title.comparison"), columns, "\n".join(notes))


def differences(result: Comparison) -> Table:
    """Each allocation against the baseline, replication by replication."""
    rows = result.differences
    columns = (
        _titles(result, [row.name for row in rows]),
        column(say("table.difference_people"), (signed_tens(row.people.mean) for row in rows)),
        column(say("table.interval"), (_span(row.people, signed_tens) for row in rows)),
        column(say("table.difference_incidence"), (points(row.incidence.mean, unit=False) for row in rows)),
        column(say("table.interval"), (_span(row.incidence, _points) for row in rows)),
        column(say("table.reduction"), map(_reduction, rows)),
        column(say("table.verdict"), (say(f"verdict.{row.verdict}") for row in rows), text=True),
    )
    baseline = view.title(result, view.names(result)[0])
    return Table(say("title.differences", baseline=baseline), columns, say("note.differences"))


def why_not(result: Comparison) -> Table:
    """People by the last cause outstanding, an allocation a column; then all and sole causes of the baseline."""
    last = {row.name: view.causes(row, "last") for row in result.allocations}
    first = result.allocations[0]
    held, sole = view.causes(first, "held"), view.causes(first, "sole")
    causes = list(dict.fromkeys(cause for people in last.values() for cause in people))
    causes = [cause for cause in view.CAUSES if cause in causes] + [c for c in causes if c not in view.CAUSES]
    columns = (
        column(say("table.cause"), (label("why_not", cause) for cause in causes), text=True),
        *(
            column(view.folded(view.title(result, name), 16), (tens(people.get(c, 0.0)) for c in causes))
            for name, people in last.items()
        ),
        column(say("table.held"), (tens(held.get(cause, 0.0)) for cause in causes)),
        column(say("table.sole"), (tens(sole.get(cause, 0.0)) for cause in causes)),
    )
    return Table(say("title.why_not"), columns, say("note.why_not", baseline=view.title(result, first.name)))


def gates(result: Comparison) -> Table:
    """The same allocations by the yearly list and without it."""
    other = {row.name: row for row in result.gate_none}
    rows = [row for row in result.allocations if row.name in other]
    here, there = result.scenario.gate, "none" if result.scenario.gate == "plan" else "plan"
    goal = percent(view.target(result))
    columns = [_titles(result, [row.name for row in rows])]
    for gate, found in ((here, rows), (there, [other[row.name] for row in rows])):
        name = say(f"plan_gate.{gate}")
        columns += [
            column(f"{name}\n{say('table.incidence')}", (percent(row.incidence.mean) for row in found)),
            column(f"{name}\n{say('table.p_target', target=goal)}", (_chance(row.p_target) for row in found)),
        ]
    return Table(say("title.gates"), tuple(columns), say("note.gates", n=result.gate_none[0].p_target.n))


def _titles(result: Comparison, names: Sequence[str]) -> Column:
    return column(say("table.allocation"), (view.title(result, name) for name in names), text=True)


def _chance(chance: Proportion) -> str:
    return str(in_hundred(chance.estimate))


def _span(of: Interval, form: Callable[[float], str]) -> str:
    if not (isfinite(of.low) and isfinite(of.high)):
        return "-"
    return say("number.span", low=form(of.low), high=form(of.high))


def _points(share: float) -> str:
    return points(share, unit=False)


def _reduction(row: Difference) -> str:
    return f"{row.variance_reduction:.1f}" if isfinite(row.variance_reduction) else "-"


def _same_money(result: Comparison) -> list[str]:
    pairs = ((view.title(result, a), view.title(result, b)) for a, b in result.same_money)
    return [say("note.same_money", a=a, b=b) for a, b in pairs]
