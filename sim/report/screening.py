"""The tables of a screening: what each assumed value does when it moves, and what share of the variance it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING

from sim.report.entries import called, together
from sim.report.sensitivity import heading
from sim.report.tables import Table, column
from sim.study.factors import LUCK, REST, START, VALUES
from sim.words import label, listed, say
from sim.words.numbers import percent

if TYPE_CHECKING:
    from sim.statistics.intervals import Interval
    from sim.study.screening import Index, Moved, Screening

#: So many values of a quantity are told.
SHOWN = 10


def tables(result: Screening) -> list[Table]:
    """What moves each quantity most, luck and start beside it; the indices where they were played; the keys of both."""
    shares = [_shares(result)] if result.indices else []
    return [_moves(result), *shares, *called(_named(result), result.scenario)]


def quantities(result: Screening) -> list[str]:
    """The quantities that were looked at, in their order."""
    return list(dict.fromkeys(row.quantity for row in result.moved))


def ranked(result: Screening, quantity: str) -> list[Moved]:
    """The values that move a quantity, the one that does most first; luck and start are none."""
    those = [row for row in result.moved if row.quantity == quantity and row.name not in (START, LUCK)]
    return sorted((row for row in those if row.size.mean > 0), key=lambda row: -row.size.mean)


def most(result: Screening) -> list[str]:
    """The three values that move incidence most, as they are called."""
    return [_quoted(result, row.name) for row in ranked(result, "incidence")[:3]]


def factor(result: Screening, name: str) -> str:
    """What a factor is called."""
    if name == REST:
        return say("screen.rest")
    return label("luck_group", name) if name in (VALUES, START, LUCK) else together(_along(result, name))


def _along(result: Screening, name: str) -> Sequence[str]:
    """The values that move as one under a name."""
    return next((moved.names for moved in result.factors if moved.names[0] == name), (name,))


def _named(result: Screening) -> Iterator[str]:
    """The values that the tables name."""
    shown = [row.name for quantity in quantities(result) for row in ranked(result, quantity)[:SHOWN]]
    return chain.from_iterable(_along(result, name) for name in (*shown, *result.kept))


def _quoted(result: Screening, name: str) -> str:
    return say("answer.quote", name=factor(result, name))


def finding(result: Screening) -> str:
    """How much of the doubt about incidence is luck and start, and which values have most of the rest.

    A share estimated at more than the whole is told as the whole; the table has the estimate.
    """
    by = {row.factor: row for row in result.indices if row.quantity == "incidence"}
    if not by:
        return say("screen.moved", names=listed(most(result)))
    share = {name: percent(min(1.0, row.total.mean), 0) for name, row in by.items()}
    first = sorted(result.kept, key=lambda name: -by[name].total.mean)[:3]
    return say(
        "screen.shares", values=share[VALUES], luck=share[LUCK], start=share[START],
        names=listed([say("screen.named", name=_quoted(result, name), share=share[name]) for name in first]),
    )  # fmt: skip


def _moves(result: Screening) -> Table:
    rows = min(SHOWN, max(len(ranked(result, quantity)) for quantity in quantities(result)))
    places = [*(str(k + 1) for k in range(rows)), factor(result, LUCK), factor(result, START)]
    columns = [column(say("table.place"), places)]
    for quantity in quantities(result):
        cells = [f"{factor(result, row.name)} {_size(quantity, row)}" for row in ranked(result, quantity)[:SHOWN]]
        beside = {row.name: row for row in result.moved if row.quantity == quantity}
        luck = [_size(quantity, beside[name]) for name in (LUCK, START)]
        columns.append(column(heading(result, quantity), [*cells, *[""] * (rows - len(cells)), *luck], text=True))
    title = say("title.screen", n=result.trajectories, values=len(result.factors))
    return Table(title, tuple(columns), say("note.screen"))


def _size(quantity: str, row: Moved) -> str:
    unit, places = (100, ".2f") if quantity == "incidence" else (1, ",.0f")
    middle, low, high = (f"{unit * end:{places}}" for end in (row.size.mean, row.size.low, row.size.high))
    return f"{middle} ({low}-{high})" if isfinite(row.size.high) else middle


def _shares(result: Screening) -> Table:
    names = list(dict.fromkeys(row.factor for row in result.indices))
    by = {(row.quantity, row.factor): row for row in result.indices}
    columns = [column(say("table.factor"), (factor(result, name) for name in names), text=True)]
    for quantity in quantities(result):
        told = heading(result, quantity)
        rows = [by[quantity, name] for name in names]
        columns.append(column(f"{told}\n{say('table.first_order')}", (_share(row.first) for row in rows)))
        columns.append(column(say("table.total_order"), (_share(row.total) for row in rows)))
    return Table(say("title.screen_shares", n=result.base), tuple(columns), say("note.screen_shares"))


def _share(of: Interval) -> str:
    mean, low, high = (percent(round(end, 2) + 0.0, 0) for end in (of.mean, of.low, of.high))
    return say("screen.share", mean=mean, low=low, high=high)


def totals(result: Screening, quantity: str) -> list[Index]:
    """The indices of a quantity, in the order in which factors were taken."""
    return [row for row in result.indices if row.quantity == quantity]
