"""The tables of a comparison: allocations side by side, differences from the baseline, causes, gates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from sim.report import answer, durability, typeset, view, work
from sim.report.tables import Column, Table, column
from sim.study.gates import other_gate
from sim.words import label, language, listed, say
from sim.words.numbers import amount, bare_points, ends_in_hundred, in_hundred, percent, signed_tens, tens

if TYPE_CHECKING:
    from sim.study import Comparison, Difference, Interval, Proportion, Summary

#: Beyond this the factor says only that two allocations are nearly one.
MOST_REDUCTION = 1000
#: How wide the lines are of a heading that is an allocation's name: a page has room for seven.
HEADING = {"zh": 16, "en": 12}


def tables(result: Comparison) -> list[Table]:
    """Every table there is something to put into."""
    made = [comparison(result)]
    if durability.recorded(result):
        made.append(durability.table(result))
    if result.differences:
        made.append(differences(result))
    if any(row.why_not for row in result.allocations):
        made.append(why_not(result))
    return [*made, lines(result), work.work(result), readings(result)]


def comparison(result: Comparison) -> Table:
    """One row an allocation: how near, with what chance, who leaves, what is paid."""
    rows = result.allocations
    unit = say("money.unit")

    def numbers(key: str, cell: Callable[[Summary], str], **fields: str) -> Column:
        return column(say(f"table.{key}", **fields), map(cell, rows))

    columns = (
        _titles(result, [row.name for row in rows]),
        numbers("incidence", lambda row: percent(row.incidence.mean)),
        numbers("interval", lambda row: span(row.incidence, lambda share: f"{100 * share:.2f}")),
        numbers("people_short", lambda row: tens(row.people_short.mean)),
        numbers("p_target", lambda row: chance(row.p_target), target=percent(view.target(result))),
        numbers("p_below_3", lambda row: chance(row.p_below_3)),
        numbers("p_county_exit", lambda row: chance(row.p_county_exit)),
        numbers("exits_people", lambda row: tens(row.exits["people"].mean)),
        numbers("exits_households", lambda row: tens(row.exits["households"].mean)),
        numbers("exits_villages", lambda row: f"{row.exits['villages'].mean:.1f}"),
        numbers("paid", lambda row: amount(row.spent_yuan), unit=unit),
        numbers("idle", lambda row: amount(row.idle_yuan), unit=unit),
        numbers("cost_per_exit", lambda row: tens(row.cost_per_exit) if isfinite(row.cost_per_exit) else "-"),
    )
    notes = [say("note.comparison"), *answer.two_bases(result), *_out(result), *_same_money(result)]
    return Table(say("title.comparison"), columns, "\n".join(notes))


def differences(result: Comparison) -> Table:
    """Each allocation against the baseline, replication by replication."""
    rows = result.differences
    columns = (
        _titles(result, [row.name for row in rows]),
        column(say("table.difference_people"), (signed_tens(row.people.mean) for row in rows)),
        column(say("table.interval"), (span(row.people, signed_tens) for row in rows)),
        column(say("table.difference_incidence"), (bare_points(row.incidence.mean) for row in rows)),
        column(say("table.interval"), (span(row.incidence, bare_points) for row in rows)),
        column(say("table.reduction"), map(_reduction, rows)),
        column(say("table.verdict"), (verdict(row, view.too_few(result)) for row in rows), text=True),
    )
    baseline = view.title(result, result.baseline)
    intervals = say("note.intervals_anytime" if result.selection else "note.intervals_fixed")
    note = say("note.differences", intervals=intervals, fewest=result.fewest)
    return Table(say("title.differences", baseline=baseline), columns, note)


def verdict(row: Difference, too_few: bool) -> str:
    """Which does better; of very few replications that they are too few to tell."""
    return say("verdict.too_few" if too_few else f"verdict.{row.verdict}")


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
            column(_heading(result, name), (tens(people.get(c, 0.0)) for c in causes))
            for name, people in last.items()
        ),
        column(say("table.held"), (tens(held.get(cause, 0.0)) for cause in causes)),
        column(say("table.sole"), (tens(sole.get(cause, 0.0)) for cause in causes)),
    )
    return Table(say("title.why_not"), columns, say("note.why_not", baseline=view.title(result, first.name)))


def readings(result: Comparison) -> Table:
    """The same allocations by the list in force, by two other readings of it, and under the other gate."""
    rows = list(result.allocations)
    here, there = result.scenario.gate, other_gate(result.scenario.gate)
    columns = [_titles(result, [row.name for row in rows])]
    columns += _reading(result, _gate(here), rows)
    notes = []
    for reading in ("strict", "before_holdbacks"):
        columns += _reading(result, say(f"table.{reading}"), rows, f"_{reading}")
        notes.append(say(f"note.{reading}"))
    if result.scenario.several_years:
        notes.append(say("note.readings_years"))
    if result.other_gate:
        changed = (bare_points(row.incidence.mean) for row in result.other_gate)
        columns.append(column(f"{_gate(there)}\n{say('table.difference_incidence')}", changed))
        columns.append(column(say("table.interval"), (span(row.incidence, bare_points) for row in result.other_gate)))
        notes.append(say("note.gates", gate=say(f"plan_gate.{there}"), n=result.other_replications))
        if result.scenario.parameters == "posterior":
            notes.append(say("note.gates_posterior"))
    return Table(say("title.readings"), tuple(columns), "\n".join(notes))


def lines(result: Comparison) -> Table:
    """Yuan paid, bound by the list, and allotted; a line a row, an allocation a column."""
    found = list(result.allocations[0].lines)
    columns = [column("", (label("line", line) for line in found), text=True)]
    for row in result.allocations:
        cells = (_money_of(row.lines[k]) for k in found)
        columns.append(column(_heading(result, row.name), cells))
    return Table(say("title.lines", unit=say("money.unit")), tuple(columns), say("note.lines"))


def _money_of(line: Mapping[str, float]) -> str:
    return " / ".join(amount(line[part]) for part in ("paid", "listed", "allotted"))


def _gate(gate: str) -> str:
    return typeset.folded(say(f"plan_gate.{gate}"), 16)


def _reading(result: Comparison, name: str, rows: Sequence[Summary], suffix: str = "") -> list[Column]:
    """Incidence and chance of one reading."""
    goal = percent(view.target(result))
    incidence = (percent(getattr(row, f"incidence{suffix}").mean) for row in rows)
    chances = (chance(getattr(row, f"p_target{suffix}")) for row in rows)
    return [
        column(f"{name}\n{say('table.incidence')}", incidence),
        column(f"{name}\n{say('table.p_target', target=goal)}", chances),
    ]


def _heading(result: Comparison, name: str) -> str:
    return typeset.folded(view.title(result, name), HEADING[language()])


def _titles(result: Comparison, names: Sequence[str]) -> Column:
    return column(say("table.allocation"), (view.title(result, name) for name in names), text=True)


def chance(of: Proportion) -> str:
    """A chance in a cell: so many in 100, with its interval."""
    low, high = ends_in_hundred(of.low, of.high)
    return f"{in_hundred(of.estimate)} ({low}-{high})"


def span(of: Interval, form: Callable[[float], str]) -> str:
    """An interval in a cell; a dash where one replication gives none."""
    if not (isfinite(of.low) and isfinite(of.high)):
        return "-"
    return say("number.span", low=form(of.low), high=form(of.high))


def _reduction(row: Difference) -> str:
    if row.variance_reduction > MOST_REDUCTION:
        return f">{MOST_REDUCTION}"
    return f"{row.variance_reduction:.1f}" if isfinite(row.people.low) else "-"


def _out(result: Comparison) -> list[str]:
    """A line for the allocations that are out of the race, each with when and why."""
    gone = result.selection.out if result.selection else ()
    names = [say(f"answer.out.{row.by}", name=view.title(result, row.name), look=row.look) for row in gone]
    return [say("note.out", names=listed(names), baseline=view.title(result, result.baseline))] if names else []


def _same_money(result: Comparison) -> list[str]:
    """A line for each group of allocations of which any two pay the same; groups may share some of theirs."""
    names, alike = view.names(result), {frozenset(pair) for pair in result.same_money}
    groups: list[frozenset[str]] = [frozenset()]
    for name in names:
        same = {other for other in names if frozenset((name, other)) in alike}
        groups += dict.fromkeys(group & same | {name} for group in groups)
        groups = [group for group in groups if not any(group < larger for larger in groups)]
    quoted = ([say("answer.quote", name=view.title(result, n)) for n in names if n in g] for g in groups if len(g) > 1)
    return [say("note.same_money", names=listed(names)) for names in quoted]
