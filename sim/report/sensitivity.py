"""The tables of where the doubt comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report.tables import Table, column
from sim.streams import GROUPS
from sim.words import label, language, say
from sim.words.numbers import percent, points

if TYPE_CHECKING:
    from sim.study.intervals import Interval
    from sim.study.sensitivity import Influence, Sensitivity


def sensitivity(result: Sensitivity) -> list[Table]:
    """Of each quantity its spread, and how much of it is each group of luck; the assumed values that go along."""
    return [_spread(result), _values(result)]


def _spread(result: Sensitivity) -> Table:
    by = {(part.quantity, part.group): part for part in result.parts}
    columns = [
        column(say("table.quantity"), (_named(result, quantity) for quantity in result.sd), text=True),
        column(say("table.spread"), (_size(quantity, sd) for quantity, sd in result.sd.items())),
        *(
            column(label("luck_group", group), (_part(by[quantity, group].share) for quantity in result.sd))
            for group in GROUPS
        ),
    ]
    return Table(say("title.sensitivity", n=result.vectors), tuple(columns), say("note.sensitivity"))


def _values(result: Sensitivity) -> Table:
    most = max((len(_of(result, quantity)) for quantity in result.sd), default=0)
    columns = [
        column(_named(result, quantity), _padded([_told(found) for found in _of(result, quantity)], most), text=True)
        for quantity in result.sd
    ]
    rank = column(say("table.place"), (str(place + 1) for place in range(most)))
    notes = say("note.influences", n=result.varied)
    return Table(say("title.influences"), (rank, *columns), notes)


def _of(result: Sensitivity, quantity: str) -> list[Influence]:
    return [found for found in result.influences if found.quantity == quantity]


def _padded(cells: list[str], to: int) -> list[str]:
    return cells + [""] * (to - len(cells))


def _told(found: Influence) -> str:
    return f"{found.name} {found.correlation:+.2f}" if found.told else f"({found.name} {found.correlation:+.2f})"


def _named(result: Sensitivity, quantity: str) -> str:
    titles = {name: allocation.title[language()] for name, allocation in result.scenario.allocations.items()}
    first, second = result.leaders or ("", "")
    base = next(iter(result.scenario.allocations))
    return say(f"quantity.{quantity}", base=titles[base], first=titles.get(first, ""), second=titles.get(second, ""))


def _size(quantity: str, sd: float) -> str:
    return points(sd) if quantity == "incidence" else say("table.people", n=f"{sd:,.0f}")


def _part(share: Interval) -> str:
    return f"{percent(share.mean, 0)} ({percent(share.low, 0)}-{percent(share.high, 0)})"
